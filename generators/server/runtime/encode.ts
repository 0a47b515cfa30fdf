import { isRecord, stringifyExact } from './json.ts';

/** An argument that cannot be sent: told to the caller, nothing goes out. */
export class ArgumentError extends Error {}

/** Writes text so that it fits its place. */
export type Encode = (text: string) => string;

/** Text as it is; refuses what no HTTP message can hold. */
export function plain(text: string): string {
  if (text.includes('\0')) throw new ArgumentError('text must not hold a NUL character');
  if (/\p{Surrogate}/u.test(text)) throw new ArgumentError('text must be valid Unicode');
  return text;
}

/** Percent-encodes everything but RFC 3986's unreserved characters. */
export function encode(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  return encodeURIComponent(plain(text)).replace(/[!'()*]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** `allowReserved` in a query: what would end a parameter is encoded all the same. */
export const encodeReservedQuery = keeping(":/?@!$'()*+,;=");
/** `allowReserved` in a path. */
export const encodeReservedPath = keeping(":@!$&'()*+,;=");

/** Keeps the given characters and percent-encoded triplets. */
function keeping(kept: string): Encode {
  const others = new RegExp(`%[0-9A-Fa-f]{2}|[^A-Za-z0-9\\-._~${kept}]`, 'gu');
  return (text) => plain(text).replace(others, (piece) => (/^%../.test(piece) ? piece : encode(piece)));
}

/** WHATWG URL, application/x-www-form-urlencoded serializing. */
export function encodeForm(text: string): string {
  return encode(text).replace(/%20|%2A|~/g, (piece) => (piece === '%20' ? '+' : piece === '~' ? '%7E' : '*'));
}

/** The text of a value: numbers and booleans as in JSON, objects and arrays as compact JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? stringifyExact(value) : String(value);
}

/** How a list or an object is written (OpenAPI 3.2, section 4.12.2.3; RFC 6570). */
export type StyleName =
  | 'simple'
  | 'label'
  | 'matrix'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'tabDelimited'
  | 'deepObject'
  | 'cookie';

/** A value in pieces that can be written: what is null or undefined is gone. */
export type Pieces =
  | { readonly kind: 'none' }
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly unknown[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, unknown])[] };

/** Takes a value apart for a styled place: null, empty lists and empty objects are nothing there. */
export function piecesOf(value: unknown): Pieces {
  if (value === undefined || value === null) return { kind: 'none' };
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== undefined && item !== null);
    return items.length === 0 ? { kind: 'none' } : { kind: 'list', items };
  }
  if (value instanceof Map || isRecord(value)) {
    const members = membersOf(value).filter(([, member]) => member !== undefined && member !== null);
    return members.length === 0 ? { kind: 'none' } : { kind: 'object', members };
  }
  return { kind: 'scalar', text: textOf(value) };
}

/** Names and values of an object, in order. */
export function membersOf(value: unknown): [string, unknown][] {
  if (value instanceof Map) return [...value] as [string, unknown][];
  return isRecord(value) ? Object.entries(value) : [];
}

/** `a,b` or `k,v` or, exploded, `k=v`: the pieces of one value behind each other. */
export function joined(pieces: Pieces, separator: string, explode: boolean, encoder: Encode): string {
  switch (pieces.kind) {
    case 'none':
      return '';
    case 'scalar':
      return encoder(pieces.text);
    case 'list':
      return pieces.items.map((item) => encoder(textOf(item))).join(separator);
    case 'object':
      return pieces.members
        .map(([name, member]) => `${encoder(name)}${explode ? '=' : separator}${encoder(textOf(member))}`)
        .join(separator);
  }
}

/** How name and value are written in a list of pairs: a query, a form, cookies. */
export interface PairStyle {
  readonly style: StyleName;
  readonly explode: boolean;
  /** For names. */
  readonly name: Encode;
  /** For values. */
  readonly value: Encode;
  /** For delimiters that are no reserved characters, and brackets. */
  readonly delimiter: Encode;
}

const delimiters: Partial<Record<StyleName, string>> = {
  spaceDelimited: ' ',
  pipeDelimited: '|',
  tabDelimited: '\t',
};

/** What stands between the items of a value that is not exploded. `mark` writes it where it is no comma. */
export function separatorOf(style: StyleName | undefined, mark: Encode): string {
  const delimiter = style === undefined ? undefined : delimiters[style];
  return delimiter === undefined ? ',' : mark(delimiter);
}

/** Writes one parameter as pairs `name=value`; none if there is nothing to send. */
export function pairsOf(name: string, value: unknown, how: PairStyle): string[] {
  return entriesOf(name, value, how).map(([key, text]) => `${key}=${text}`);
}

/** Writes one parameter as pairs of name and text; none if there is nothing to send. */
export function entriesOf(name: string, value: unknown, how: PairStyle): (readonly [string, string])[] {
  const pieces = piecesOf(value);
  const pair = (key: string, text: string) => [key, how.value(text)] as const;
  if (how.style === 'deepObject' && (pieces.kind === 'list' || pieces.kind === 'object')) {
    return deepPairs(how.name(name), pieces, how);
  }
  switch (pieces.kind) {
    case 'none':
      return [];
    case 'scalar':
      return [pair(how.name(name), pieces.text)];
    case 'list':
      if (how.explode) return pieces.items.map((item) => pair(how.name(name), textOf(item)));
      break;
    case 'object':
      if (how.explode) return pieces.members.map(([key, member]) => pair(how.name(key), textOf(member)));
      break;
  }
  return [[how.name(name), joined(pieces, separatorOf(how.style, how.delimiter), false, how.value)]];
}

/** `filter[state]=open`, `filter[a][0]=x`: OpenAPI leaves deeper levels open, this is what servers read. */
function deepPairs(prefix: string, pieces: Pieces, how: PairStyle): (readonly [string, string])[] {
  if (pieces.kind === 'none') return [];
  if (pieces.kind === 'scalar') return [[prefix, how.value(pieces.text)]];
  const entries: readonly (readonly [string, unknown])[] =
    pieces.kind === 'list' ? pieces.items.map((item, index) => [String(index), item]) : pieces.members;
  return entries.flatMap(([key, member]) =>
    deepPairs(`${prefix}${how.delimiter('[')}${how.name(key)}${how.delimiter(']')}`, piecesOf(member), how),
  );
}
