import { contentText } from './content.ts';
import {
  ArgumentError,
  encode,
  encodeReservedPath,
  encodeReservedQuery,
  joined,
  membersOf,
  pairsOf,
  piecesOf,
  plain,
  type StyleName,
  separatorOf,
  textOf,
} from './encode.ts';
import { parseExact } from './json.ts';
import type { Shape } from './xml.ts';

/** How a parameter is written. What is left out is the default of its place. */
export interface Style {
  readonly style?: StyleName;
  readonly explode?: boolean;
  /** Reserved characters of RFC 3986 stay as they are. */
  readonly allowReserved?: boolean;
  /** The value is written as this media type instead. */
  readonly content?: string;
  /** How objects become XML, where that is the media type. */
  readonly xml?: Shape;
  /** How the members of a form are written, where that is the media type. */
  readonly fields?: readonly (readonly [name: string, style: Style])[];
}

/** An expanded path parameter. */
export interface PathPiece {
  readonly name: string;
  readonly text: string;
}

/** A path parameter, expanded and encoded. */
export function inPath(name: string, value: unknown, options: Style = {}): PathPiece {
  const encoder = options.allowReserved === true ? encodeReservedPath : encode;
  const explode = options.explode ?? false;
  const pieces = options.content === undefined ? piecesOf(value) : undefined;
  if (value === undefined || value === null || pieces?.kind === 'none') {
    throw new ArgumentError(`the path parameter \`${name}\` needs a value`);
  }
  if (pieces === undefined) return { name, text: encoder(contentText(value, options)) };
  switch (options.style) {
    case 'label':
      return { name, text: `.${joined(pieces, explode ? '.' : ',', explode, encoder)}` };
    case 'matrix': {
      const pair = (key: string, text: string) => (text === '' ? `;${key}` : `;${key}=${text}`);
      if (explode && pieces.kind === 'list') {
        return { name, text: pieces.items.map((item) => pair(encode(name), encoder(textOf(item)))).join('') };
      }
      if (explode && pieces.kind === 'object') {
        const pairs = pieces.members.map(([key, member]) => pair(encode(key), encoder(textOf(member))));
        return { name, text: pairs.join('') };
      }
      return { name, text: pair(encode(name), joined(pieces, ',', false, encoder)) };
    }
    default:
      return { name, text: joined(pieces, separatorOf(options.style, encode), explode, encoder) };
  }
}

/** Puts a path together. A parameter can neither vanish nor climb out of its place. */
export function pathOf(pieces: readonly (string | PathPiece)[]): string {
  let path = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      path += piece;
      continue;
    }
    if (piece.text === '') throw new ArgumentError(`the path parameter \`${piece.name}\` must not be empty`);
    path += piece.text;
  }
  if (!/(?:^|\/)(?:\.|%2e){1,2}(?=\/|$)/i.test(path)) return path;
  // A dot segment that the document itself writes stays; one that a value made would be resolved away by servers.
  const documented = pieces.map((piece) => (typeof piece === 'string' ? piece : '\0')).join('');
  const segments = documented.split('/');
  path.split('/').forEach((segment, index) => {
    if (/^(?:\.|%2e){1,2}$/i.test(segment) && segments[index] !== segment) {
      throw new ArgumentError('a path parameter must not be `.` or `..`');
    }
  });
  return path;
}

/** A query parameter: its part of the query, or undefined if there is nothing to send. */
export function inQuery(name: string, value: unknown, options: Style = {}): string | undefined {
  if (value === undefined) return undefined;
  const encoder = options.allowReserved === true ? encodeReservedQuery : encode;
  if (options.content !== undefined) return `${encode(name)}=${encoder(contentText(value, options))}`;
  const style = options.style ?? 'form';
  const explode = options.explode ?? style === 'form';
  const pairs = pairsOf(name, value, { style, explode, name: encode, value: encoder, delimiter: encode });
  return pairs.length === 0 ? undefined : pairs.join('&');
}

/** A header: name and value, or undefined if there is nothing to send. */
export function inHeader(name: string, value: unknown, options: Style = {}): [string, string] | undefined {
  if (value === undefined) return undefined;
  if (options.content !== undefined) return [name, headerText(name, contentText(value, options))];
  const pieces = piecesOf(value);
  if (pieces.kind === 'none') return undefined;
  const separator = separatorOf(options.style, plain);
  return [name, headerText(name, joined(pieces, separator, options.explode ?? false, plain))];
}

/** Refuses what would break out of a header (RFC 9110, section 5.5). */
export function headerText(name: string, text: string): string {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text))
    throw new ArgumentError(`\`${name}\` must not hold control characters`);
  if (/^[ \t]|[ \t]$/.test(text)) throw new ArgumentError(`\`${name}\` must not begin or end with a space`);
  return plain(text);
}

/** A cookie, or several: `a=1; b=2`; undefined if there is nothing to send. */
export function inCookie(name: string, value: unknown, options: Style = {}): string | undefined {
  if (value === undefined) return undefined;
  const encoder = options.style === 'cookie' ? (text: string) => cookieText(name, text) : encode;
  if (options.content !== undefined) return `${encoder(name)}=${encode(contentText(value, options))}`;
  const how = {
    style: 'form',
    explode: options.explode ?? true,
    name: encoder,
    value: encoder,
    delimiter: encode,
  } as const;
  const pairs = pairsOf(name, value, how);
  return pairs.length === 0 ? undefined : pairs.join('; ');
}

function cookieText(name: string, text: string): string {
  if (text.includes(';')) throw new ArgumentError(`the cookie \`${name}\` must not hold \`;\``);
  return headerText(name, text);
}

/** The members of an object that are not named: `rest` of `object`. */
class Rest {
  readonly members: unknown;
  constructor(members: unknown) {
    this.members = members;
  }
}

/** All members of an argument's object, at this place of the object around it. */
export function rest(members: unknown): Rest {
  return new Rest(members);
}

/**
 * An object of a request: members without a value are left out, and so is the object if none is left.
 * The order is kept; what is named wins over what a rest brings.
 */
export function object(
  ...parts: readonly (Readonly<Record<string, unknown>> | readonly (readonly [string, unknown])[] | Rest)[]
): Map<string, unknown> | undefined {
  const named = (part: (typeof parts)[number]) =>
    part instanceof Rest
      ? []
      : ((Array.isArray(part) ? part : Object.entries(part)) as [string, unknown][]).filter(
          ([, value]) => value !== undefined,
        );
  const given = new Set(parts.flatMap((part) => named(part).map(([name]) => name)));
  const result = new Map<string, unknown>();
  let present = false;
  for (const part of parts) {
    if (part instanceof Rest) {
      present ||= part.members !== undefined;
      for (const [name, value] of membersOf(part.members)) if (!given.has(name)) result.set(name, value);
    } else {
      for (const [name, value] of named(part)) result.set(name, value);
    }
  }
  return result.size === 0 && !present ? undefined : result;
}

/** Text made of pieces; undefined if one of them has no value. */
export function template(...parts: readonly unknown[]): string | undefined {
  return parts.some((part) => part === undefined || part === null) ? undefined : parts.map(textOf).join('');
}

/** A group of the first match in an argument's text; undefined if it has no value or does not match. */
export function matched(value: unknown, pattern: RegExp, group: number): string | undefined {
  if (value === undefined || value === null) return undefined;
  const found = pattern.exec(textOf(value));
  return found === null ? undefined : (found[group] ?? '');
}

/** An argument's text as it stands inside a JSON string; undefined if it has no value. */
export function inString(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : JSON.stringify(textOf(value)).slice(1, -1);
}

/** The value of a JSON text; undefined if there is no text. */
export function jsonText(text: string | undefined): unknown {
  return text === undefined ? undefined : parseExact(text);
}

/** Text that stands for a number or a boolean in JSON. */
export function scalar(name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (/^(true|false|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(text)) {
    return /^-?\d{16,}$/.test(text) ? BigInt(text) : JSON.parse(text);
  }
  throw new ArgumentError(`\`${name}\` must make a number or a boolean, not \`${text}\``);
}
