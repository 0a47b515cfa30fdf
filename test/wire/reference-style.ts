import { asText, type Data, isList, isRecord } from './data.ts';

const encoder = new TextEncoder();

/** Combinations that OpenAPI says are undefined: see the table of Style Examples and `deepObject` in Style Values. */
export function isOpen(style: string, explode: boolean, shape: string, value: Data): boolean {
  const members = isList(value) ? value : isRecord(value) ? Object.values(value) : [];
  if (members.some((item) => isList(item) || isRecord(item))) return true;
  if (['spaceDelimited', 'pipeDelimited', 'tabDelimited'].includes(style))
    return explode && shape !== 'primitive';
  if (style === 'deepObject') return shape !== 'object';
  return style === 'cookie' && !explode && shape !== 'primitive';
}

export type Escape = (text: string) => string;

/**
 * RFC 6570 section 3.2, and for the styles it does not know OpenAPI's table: the pieces that the value becomes.
 * @param mark for delimiters that no URI can hold: as they are in a multipart body, where nothing is percent-encoded
 */
export function expand(
  style: string,
  explode: boolean,
  name: string,
  value: Data,
  write: Escape,
  mark: Escape = encode,
): string[] {
  const text = (data: Data): string => write(asText(data));
  // Section 2.3: null, and lists and maps without members, are undefined and leave nothing.
  const items = isList(value) ? value.filter((item) => item !== null).map(text) : undefined;
  const entries = isRecord(value)
    ? Object.entries(value)
        .filter(([, data]) => data !== null)
        .map(([key, data]) => [write(key), text(data)] as const)
    : undefined;
  if (value === null || items?.length === 0 || entries?.length === 0) return [];
  const flat = items ?? entries?.flat() ?? [text(value)];
  const pairs = entries?.map(([key, data]) => `${key}=${data}`);
  // Section 3.2.7: an empty value has no `=` in a path parameter.
  const matrix = (key: string, data: string): string => `;${key}${data === '' ? '' : `=${data}`}`;
  switch (style) {
    case 'label':
      return [`.${(explode ? (pairs ?? items ?? flat) : flat).join(explode ? '.' : ',')}`];
    case 'matrix':
      if (!explode) return [matrix(name, flat.join(','))];
      return [
        (entries ?? flat.map((item) => [name, item] as const))
          .map(([key, data]) => matrix(key, data))
          .join(''),
      ];
    case 'simple':
      return [(explode ? (pairs ?? flat) : flat).join(',')];
    case 'deepObject':
      // The specification has nothing but objects here; lists by index are what servers read.
      if (entries === undefined && items === undefined) return [`${name}=${text(value)}`];
      return (entries ?? (items ?? []).map((item, index) => [String(index), item] as const)).map(
        ([key, data]) => `${name}${mark('[')}${key}${mark(']')}=${data}`,
      );
    case 'spaceDelimited':
      return explode ? exploded() : [`${name}=${flat.join(mark(' '))}`];
    case 'pipeDelimited':
      return explode ? exploded() : [`${name}=${flat.join(mark('|'))}`];
    case 'tabDelimited':
      return explode ? exploded() : [`${name}=${flat.join(mark('\t'))}`];
    default:
      return explode ? exploded() : [`${name}=${flat.join(',')}`];
  }

  function exploded(): string[] {
    return pairs ?? flat.map((item) => `${name}=${item}`);
  }
}

export function plain(text: string): string {
  return text;
}

/** RFC 3986 section 2.3: everything but unreserved characters, as UTF-8. */
export function encode(text: string): string {
  return percent(text, /[A-Za-z0-9\-._~]/);
}

/**
 * RFC 6570 section 3.2.3, with what OpenAPI adds to `allowReserved`: characters that are not allowed at the place, or that would mean something
 * else there, have to be encoded all the same.
 */
export function encodeReserved(text: string): string {
  return keepTriples(text, /[A-Za-z0-9\-._~:/?@!$'()*+,;=]/);
}

export function encodeReservedPath(text: string): string {
  return keepTriples(text, /[A-Za-z0-9\-._~:@!$&'()*+,;=]/);
}

export function keepTriples(text: string, kept: RegExp): string {
  return text
    .split(/(%[0-9A-Fa-f]{2})/)
    .map((piece, index) => (index % 2 === 1 ? piece : percent(piece, kept)))
    .join('');
}

export function percent(text: string, kept: RegExp): string {
  let result = '';
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    result +=
      byte < 128 && kept.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

export function isJson(mediaType: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(mediaType);
}

export function contentText(mediaType: string, value: Data): string {
  return isJson(mediaType) || typeof value === 'object' ? JSON.stringify(value) : String(value);
}
