// @ts-check
/** @import { Entry, PageData, View } from './types.ts' */
import { cards, migration } from './cards.js';
import { apiBars, skyline } from './chart.js';
import { byId, count, make, plural } from './dom.js';
import { createList } from './list.js';
import { entriesOf, search, wordsOf } from './search.js';
import { tryForm } from './try.js';

/** @type {PageData} */
const data = JSON.parse(byId('data', HTMLScriptElement).textContent ?? '');
const entries = entriesOf(data.apis);
const query = byId('query', HTMLInputElement);
const selects = {
  api: byId('api', HTMLSelectElement),
  kind: byId('kind', HTMLSelectElement),
  sort: byId('sort', HTMLSelectElement),
};
const chart = byId('cost', HTMLElement);
const list = createList(byId('list', HTMLElement), byId('more', HTMLElement), tryIt);

/**
 * The form that calls the tool, on a page that has a server beside it.
 * @param {Entry} entry
 */
function tryIt(entry) {
  const known = data.schemas !== undefined && Object.hasOwn(data.schemas, entry.tool);
  const schema = known ? data.schemas?.[entry.tool] : undefined;
  return schema === undefined ? [] : [tryForm(entry, schema)];
}

/** @returns {View} */
function view() {
  const { api, kind, sort } = selects;
  return {
    query: query.value,
    api: api.value,
    kind: kind.value === 'read' || kind.value === 'write' ? kind.value : 'all',
    sort: sort.value === 'name' || sort.value === 'tokens' ? sort.value : 'api',
  };
}

/** Shows what the controls say. The chart may come a moment later than the list: typing goes first. */
function show() {
  const now = view();
  const found = search(entries, now);
  list.show(found, wordsOf(now.query));
  byId('count', HTMLElement).textContent =
    found.length === entries.length
      ? plural(entries.length, 'operation')
      : `${count(found.length)} of ${plural(entries.length, 'operation')}`;
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => showCost(found));
}
let waiting = 0;

/** @param {readonly Entry[]} found */
function showCost(found) {
  const tokens = found.reduce((sum, entry) => sum + entry.tokens, 0);
  const some = found.length !== entries.length;
  chart.replaceChildren(
    make(
      'p',
      {},
      make('b', {}, plural(tokens, 'token')),
      some ? ' for what the list below shows. ' : ' for all tools. ',
      make(
        'span',
        { class: 'quiet' },
        'It is what an MCP client that lists every tool reads in each conversation; an agent that uses the command reads a skill of at most 120 tokens.',
      ),
    ),
    ...(data.apis.length > 1 ? [apiBars(data.apis, entries)] : []),
    skyline(found, (entry) => list.open(entry)),
  );
}

/** @param {string} name of an API; '' for all */
function choose(name) {
  selects.api.value = name;
  showApi();
  show();
}

function showApi() {
  const name = selects.api.value;
  for (const card of document.querySelectorAll('button.card')) {
    if (card instanceof HTMLElement) card.setAttribute('aria-pressed', String(card.dataset.api === name));
  }
  const api = data.apis.find((one) => one.name === name) ?? data.apis[0];
  byId('migration', HTMLElement).hidden = api === undefined;
  if (api === undefined) return;
  byId('migration-title', HTMLElement).textContent = `From wrapper to MCP: ${api.name}`;
  byId('routes', HTMLElement).replaceChildren(...migration(api));
}

/** Opens the operation that the address names: `#linear/create-issue`. */
function follow() {
  let key = '';
  try {
    key = decodeURI(location.hash.slice(1));
  } catch {
    return;
  }
  const entry = entries.find((one) => one.key === key);
  if (entry === undefined) return;
  query.value = '';
  selects.kind.value = 'all';
  if (selects.api.value !== '' && selects.api.value !== entry.api.name) choose('');
  else show();
  list.open(entry);
}

const THEMES = ['auto', 'light', 'dark'];

function theme() {
  const button = byId('theme', HTMLButtonElement);
  const apply = (/** @type {string} */ name) => {
    if (name === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    button.textContent = `Theme: ${name}`;
  };
  let current = 'auto';
  try {
    current = localStorage.getItem('mcpgen-theme') ?? 'auto';
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
  if (!THEMES.includes(current)) current = 'auto';
  apply(current);
  button.addEventListener('click', () => {
    current = THEMES[(THEMES.indexOf(current) + 1) % THEMES.length] ?? 'auto';
    apply(current);
    try {
      localStorage.setItem('mcpgen-theme', current);
    } catch {
      return;
    }
  });
}

function keys() {
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    const writing = target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (key === '/' && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (key === 'Escape' && target === query) {
      query.value = '';
      show();
    } else if (target === query && (key === 'ArrowDown' || key === 'Enter')) {
      event.preventDefault();
      list.enter();
    }
  });
}

theme();
keys();
byId('totals', HTMLElement).textContent = [
  plural(data.apis.length, 'API'),
  plural(entries.length, 'operation'),
  plural(
    data.apis.reduce((sum, { tokens }) => sum + tokens, 0),
    'token',
  ),
].join(' · ');
byId('apis', HTMLElement).append(...cards(data, choose));
byId('choose', HTMLElement).hidden = data.apis.length < 2;
selects.api.append(
  make('option', { value: '' }, 'All APIs'),
  ...data.apis.map(({ name }) => make('option', { value: name }, name)),
);
query.addEventListener('input', show);
selects.api.addEventListener('change', () => choose(selects.api.value));
for (const select of [selects.kind, selects.sort]) select.addEventListener('change', show);
addEventListener('hashchange', follow);
if (data.apis.length === 1) selects.api.value = data.apis[0]?.name ?? '';
showApi();
show();
follow();
