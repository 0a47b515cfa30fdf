// @ts-check
/** @import { Entry, PageApi } from './types.ts' */
import { count, draw, make, plural } from './dom.js';

/**
 * One bar per API, in pieces by group, as long as its tools cost tokens.
 * @param {readonly PageApi[]} apis
 * @param {readonly Entry[]} entries of all APIs
 */
export function apiBars(apis, entries) {
  const most = Math.max(1, ...apis.map(({ tokens }) => tokens));
  const rows = [...apis]
    .sort((a, b) => b.tokens - a.tokens)
    .map((api) => {
      /** @type {Map<string, number>} */
      const groups = new Map();
      for (const entry of entries) {
        if (entry.api === api) groups.set(entry.group, (groups.get(entry.group) ?? 0) + entry.tokens);
      }
      const sorted = [...groups].filter(([, tokens]) => tokens > 0).sort((a, b) => b[1] - a[1]);
      const bar = draw('svg', { viewBox: '0 0 1000 16', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
      let at = 0;
      sorted.forEach(([group, tokens], index) => {
        const width = (tokens / most) * 1000;
        const piece = draw(
          'rect',
          {
            x: at.toFixed(1),
            y: '0',
            height: '16',
            // A hair between the pieces, unless a piece is not much more itself.
            width: Math.max(0.3, width - (width > 6 ? 2 : 0)).toFixed(1),
            class: `tone${index % 4}`,
          },
          draw('title', {}, `${group}: ${plural(tokens, 'token')}`),
        );
        bar.append(piece);
        at += width;
      });
      return make(
        'li',
        {},
        make('span', { class: 'label' }, api.name),
        bar,
        make('span', { class: 'number' }, count(api.tokens)),
      );
    });
  return make('ol', { class: 'bars', 'aria-label': 'Tokens per API' }, ...rows);
}

/**
 * The tools side by side, the dearest first: one step of the line per tool. Pointing at a step names the tool, a click opens it.
 * @param {readonly Entry[]} entries those that the list shows
 * @param {(entry: Entry) => void} open
 */
export function skyline(entries, open) {
  const tools = entries.filter(({ hidden }) => !hidden).sort((a, b) => b.tokens - a.tokens);
  const top = tools[0];
  const last = tools[tools.length - 1];
  if (top === undefined || last === undefined) return make('p', { class: 'quiet' }, 'No tool to show.');
  const [width, height] = [1000, 160];
  const step = width / tools.length;
  const y = (/** @type {number} */ tokens) => (height - (tokens / top.tokens) * (height - 4)).toFixed(1);
  const gap = Math.min(3, step * 0.2);
  let path = '';
  tools.forEach(({ tokens }, index) => {
    path += `M${(index * step).toFixed(2)} ${height}V${y(tokens)}h${(step - gap).toFixed(2)}V${height}Z`;
  });
  const median = tools[Math.floor(tools.length / 2)]?.tokens ?? 0;
  const words = `${plural(tools.length, 'tool')}: from ${count(top.tokens)} tokens (${top.tool}) to ${count(last.tokens)}, the middle one ${count(median)}`;
  const mark = draw('rect', { y: '0', height: String(height), width: step.toFixed(2), class: 'point' });
  const svg = draw(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: 'none',
      class: 'skyline',
      role: 'img',
      'aria-label': words,
    },
    mark,
    draw('path', { d: path, class: 'steps' }),
    draw('line', { x1: '0', x2: String(width), y1: y(median), y2: y(median), class: 'median' }),
  );
  const readout = make('p', { class: 'quiet readout' }, words);
  const at = (/** @type {MouseEvent} */ event) => {
    const box = svg.getBoundingClientRect();
    const index = Math.floor(((event.clientX - box.left) / box.width) * tools.length);
    return Math.max(0, Math.min(tools.length - 1, index));
  };
  svg.addEventListener('pointermove', (event) => {
    const index = at(event);
    const tool = tools[index];
    if (tool === undefined) return;
    mark.setAttribute('x', (index * step).toFixed(2));
    svg.classList.add('pointed');
    readout.replaceChildren(make('code', {}, tool.tool), ` ${plural(tool.tokens, 'token')}. ${tool.summary}`);
  });
  svg.addEventListener('pointerleave', () => {
    svg.classList.remove('pointed');
    readout.textContent = words;
  });
  svg.addEventListener('click', (event) => {
    const tool = tools[at(event)];
    if (tool !== undefined) open(tool);
  });
  return make('figure', {}, svg, readout);
}
