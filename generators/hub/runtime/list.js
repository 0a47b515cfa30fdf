// @ts-check
/** @import { Entry } from './types.ts' */
import { routeName, routePill } from './cards.js';
import { copyButton, count, make, plural } from './dom.js';
import { markWords } from './search.js';

/** So many rows are made at once; more follow as the page is scrolled, so a thousand operations cost no more than a screenful. */
const CHUNK = 24;

/**
 * The list of operations.
 * @param {HTMLElement} list
 * @param {HTMLElement} end stands below the list: more rows come when it is seen
 * @param {(entry: Entry) => readonly Node[]} extra what an opened row shows beside the usual
 */
export function createList(list, end, extra) {
  /** @type {readonly Entry[]} */
  let entries = [];
  /** @type {readonly string[]} */
  let words = [];
  let most = 1;
  let shown = 0;
  const more = () => {
    const rows = entries.slice(shown, shown + CHUNK).map((entry) => row(entry, words, most, extra));
    shown += rows.length;
    list.append(...rows);
    // Where the end is still in sight, an observer that knows it already would keep silent.
    observer.unobserve(end);
    observer.observe(end);
  };
  const observer = new IntersectionObserver(
    (seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting) && shown < entries.length) more();
    },
    { rootMargin: '1200px' },
  );
  list.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    if (!(event.target instanceof HTMLElement) || event.target.tagName !== 'SUMMARY') return;
    const item = event.target.closest('li');
    const next = event.key === 'ArrowDown' ? item?.nextElementSibling : item?.previousElementSibling;
    const target = next?.querySelector('summary');
    if (!(target instanceof HTMLElement)) return;
    event.preventDefault();
    target.focus();
  });
  return {
    /**
     * Shows these entries in place of those before.
     * @param {readonly Entry[]} found
     * @param {readonly string[]} query the words to mark
     */
    show: (found, query) => {
      entries = found;
      words = query;
      most = Math.max(1, ...found.map(({ tokens }) => tokens));
      shown = 0;
      list.replaceChildren();
      more();
      if (found.length === 0)
        list.append(make('li', { class: 'none quiet' }, 'Nothing fits. Fewer words find more.'));
    },
    /**
     * Opens the row of an entry, if it is among those shown.
     * @param {Entry} entry
     */
    open: (entry) => {
      const index = entries.indexOf(entry);
      if (index < 0) return;
      while (shown <= index) more();
      const details = list.children[index]?.querySelector('details');
      if (!(details instanceof HTMLDetailsElement)) return;
      details.open = true;
      details.scrollIntoView({ block: 'center' });
      details.querySelector('summary')?.focus({ preventScroll: true });
    },
    /** Moves the focus to the first row. */
    enter: () => list.querySelector('summary')?.focus(),
  };
}

/**
 * @param {Entry} entry
 * @param {readonly string[]} words
 * @param {number} most what the dearest tool of the list costs
 * @param {(entry: Entry) => readonly Node[]} extra
 */
function row(entry, words, most, extra) {
  const { api } = entry;
  const bar = make('i', {});
  bar.style.width = `${((entry.tokens / most) * 100).toFixed(1)}%`;
  const details = make(
    'details',
    {},
    make(
      'summary',
      {},
      make('span', { class: `method ${entry.readOnly ? 'read' : 'write'}` }, entry.method),
      make(
        'span',
        { class: 'name' },
        make('code', {}, make('span', { class: 'quiet' }, `${api.name} `), ...marked(entry.command, words)),
        make('span', { class: 'summary' }, ...marked(entry.summary, words)),
      ),
      make(
        'span',
        { class: 'target' },
        make('code', { class: 'path' }, ...marked(entry.path, words)),
        make(
          'span',
          { class: 'via' },
          make('code', {}, ...marked(entry.tool, words)),
          ` · ${routeName(api)}`,
        ),
      ),
      make(
        'span',
        { class: 'tokens' },
        entry.hidden ? 'hidden' : count(entry.tokens),
        make('span', { class: 'meter' }, bar),
      ),
    ),
  );
  details.addEventListener('toggle', () => {
    if (!details.open) return;
    if (details.children.length === 1) details.append(body(entry, extra));
    history.replaceState(null, '', `#${encodeURI(entry.key)}`);
  });
  return make('li', {}, details);
}

/**
 * @param {string} text
 * @param {readonly string[]} words
 */
function marked(text, words) {
  return markWords(text, words).map((piece) => (piece.marked ? make('mark', {}, piece.text) : piece.text));
}

/**
 * What an opened row shows.
 * @param {Entry} entry
 * @param {(entry: Entry) => readonly Node[]} extra
 */
function body(entry, extra) {
  const { api, flags } = entry;
  const place = (/** @type {string} */ name) => name.toUpperCase().replaceAll('-', '_');
  const required = flags.filter((flag) => flag.required).map(({ name }) => ` --${name} ${place(name)}`);
  const command = `${api.name} ${entry.command}${required.join('')}`;
  const request = `${entry.method} ${api.base}${entry.path}`;
  const share = api.tokens === 0 ? 0 : (entry.tokens / api.tokens) * 100;
  const line = (/** @type {string} */ name, /** @type {string} */ text) => [
    make('dt', {}, name),
    make('dd', {}, make('code', {}, text), copyButton(text, name.toLowerCase())),
  ];
  return make(
    'div',
    { class: 'body' },
    make(
      'dl',
      { class: 'lines' },
      ...line('Command', command),
      ...line('Tool', entry.tool),
      ...line('Request', request),
      make('dt', {}, 'Arguments'),
      make(
        'dd',
        { class: 'chips' },
        ...(flags.length === 0
          ? [make('span', { class: 'quiet' }, 'none')]
          : flags.map((flag) =>
              make(
                'code',
                {
                  class: flag.required ? 'chip required' : 'chip',
                  title: flag.required ? 'required' : 'optional',
                },
                `--${flag.name}`,
              ),
            )),
      ),
      make('dt', {}, 'Cost'),
      make(
        'dd',
        {},
        entry.hidden
          ? 'none: it is hidden from the tool list'
          : `${plural(entry.tokens, 'token')}, ${share.toFixed(1)} % of ${api.name}`,
      ),
      make('dt', {}, 'Route'),
      make('dd', {}, routePill(api)),
    ),
    ...extra(entry),
  );
}
