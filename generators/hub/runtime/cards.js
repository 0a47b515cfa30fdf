// @ts-check
/** @import { PageApi, PageData } from './types.ts' */
import { copyButton, make, plural } from './dom.js';

/**
 * A card per API, which limits the page to it, and one per server that mcpgen does not generate.
 * @param {PageData} data
 * @param {(api: string) => void} choose called with the API's name, or '' when the chosen card is pressed again
 */
export function cards({ apis, external }, choose) {
  const generated = apis.map((api) => {
    const button = make(
      'button',
      { type: 'button', class: 'card', 'aria-pressed': 'false' },
      make('span', { class: 'card-head' }, make('strong', {}, api.name), routePill(api)),
      make('span', { class: 'about' }, api.title === api.name ? api.description : api.title),
      make(
        'span',
        { class: 'facts' },
        fact(api.operations.length, 'operation'),
        fact(api.tokens, 'token'),
        api.mode === 'search' ? make('span', {}, 'by search') : '',
        make('span', {}, 'version ', make('b', {}, api.version)),
      ),
      make('span', { class: 'quiet host' }, hostOf(api)),
    );
    button.dataset.api = api.name;
    button.addEventListener('click', () =>
      choose(button.getAttribute('aria-pressed') === 'true' ? '' : api.name),
    );
    return button;
  });
  const own = external.map(({ name, description, address }) =>
    make(
      'div',
      { class: 'card own' },
      make(
        'span',
        { class: 'card-head' },
        make('strong', {}, name),
        make('span', { class: 'pill' }, 'yours'),
      ),
      make('span', { class: 'about' }, description),
      make('code', { class: 'quiet host' }, address),
    ),
  );
  return [...generated, ...own];
}

/** @param {PageApi} api */
export function routePill(api) {
  return make('span', { class: `pill ${api.route}` }, routeName(api));
}

/** @param {PageApi} api */
export function routeName({ route, hub }) {
  return route === 'direct' ? 'direct' : hub === undefined ? 'MCP' : 'MCP by hub';
}

/**
 * @param {number} value
 * @param {string} thing
 */
function fact(value, thing) {
  const [number = '', things = ''] = plural(value, thing).split(' ');
  return make('span', {}, make('b', {}, number), ` ${things}`);
}

/** @param {PageApi} api */
function hostOf(api) {
  return api.base === '' ? 'its address must be set' : api.base.replace(/^https?:\/\//, '');
}

/**
 * What `--mcp` changes for one API: before and after, side by side, with the state it is in marked.
 * @param {PageApi} api
 */
export function migration(api) {
  const command = api.operations[0]?.[0] ?? '--help';
  const call = `${api.name} ${command} …`;
  const key = api.secrets.length === 0 ? 'no key' : api.secrets.join(', ');
  const upstream = hostOf(api);
  const agent = (/** @type {string} */ holds) => box('Agent', make('code', {}, call), [['holds', holds]]);
  const arrow = (/** @type {string} */ text) => make('span', { class: 'arrow' }, text);
  const before = side('Before: direct', api.route === 'direct', [
    agent(key),
    arrow('HTTPS'),
    box(api.title, make('code', {}, upstream), []),
  ]);
  const hub = api.hub === undefined ? [] : [box('Hub', make('code', {}, api.hub), []), arrow('MCP')];
  const after = side('After: MCP', api.route === 'mcp', [
    agent(api.hub === undefined ? api.token : 'no key'),
    arrow('MCP'),
    ...hub,
    box(`${api.name} server`, make('code', {}, plural(api.operations.length, 'tool')), [['holds', key]]),
    arrow('HTTPS'),
    box(api.title, make('code', {}, upstream), []),
  ]);
  const build = `mcpgen build ${api.spec === '' ? 'SPEC' : api.spec}`;
  const there = `${build} --mcp`;
  const back = `${build} --no-mcp`;
  return [
    make(
      'p',
      {},
      'The command, its flags, its answers and its exit status stay. ',
      api.secrets.length === 0
        ? 'What moves is the request: out of every agent, into one server.'
        : 'What moves is the key: out of every agent, into one server.',
    ),
    make('div', { class: 'sides' }, before, after),
    make(
      'dl',
      { class: 'lines' },
      make('dt', {}, 'There'),
      make('dd', {}, make('code', {}, there), copyButton(there, 'the command that migrates')),
      make('dt', {}, 'And back'),
      make('dd', {}, make('code', {}, back), copyButton(back, 'the command that goes back')),
    ),
  ];
}

/**
 * @param {string} title
 * @param {boolean} now
 * @param {Node[]} parts
 */
function side(title, now, parts) {
  const head = make('h3', {}, title, ...(now ? [' ', make('span', { class: 'pill now' }, 'now')] : []));
  return make('div', { class: now ? 'side now' : 'side' }, head, make('div', { class: 'flow' }, ...parts));
}

/**
 * @param {string} title
 * @param {Node} content
 * @param {[string, string][]} facts
 */
function box(title, content, facts) {
  return make(
    'div',
    { class: 'box' },
    make('b', {}, title),
    content,
    ...facts.map(([name, value]) =>
      make('span', { class: 'key' }, make('span', { class: 'quiet' }, `${name} `), make('code', {}, value)),
    ),
  );
}
