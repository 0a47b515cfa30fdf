import { hole, text, type Value } from './value.ts';

/** `{a,b}` and `[1-3]` in a URL: curl sends one request for each. */
export function globbed(url: Value): Value {
  return url.flatMap((part): Value => {
    if (part.kind !== 'text') return [part];
    let at = part.at;
    return part.text.split(GLOB).flatMap((piece, index): Value => {
      const place = at;
      at += piece.length;
      if (index % 2 === 0) return text(piece, place);
      const values = globValues(piece);
      return values === undefined
        ? text(piece, place)
        : [hole({ kind: 'one-of', name: 'item', values }, place)];
    });
  });
}

const GLOB = /(\{[^{}]*,[^{}]*\}|\[(?:\d+-\d+|[a-zA-Z]-[a-zA-Z])(?::\d+)?\])/;
const MAX_GLOB = 50;

function globValues(piece: string): string[] | undefined {
  if (piece.startsWith('{')) return piece.slice(1, -1).split(',').slice(0, MAX_GLOB);
  const [, from = '', to = '', step = '1'] = /^\[(\w+)-(\w+)(?::(\d+))?\]$/.exec(piece) ?? [];
  const numbers = /^\d/.test(from);
  const [first, last] = numbers ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  if (last < first || Number(step) < 1) return undefined;
  const width = from.startsWith('0') ? from.length : 0;
  const count = Math.min(MAX_GLOB, Math.floor((last - first) / Number(step)) + 1);
  return Array.from({ length: count }, (_, index) => {
    const value = first + index * Number(step);
    return numbers ? String(value).padStart(width, '0') : String.fromCharCode(value);
  });
}
