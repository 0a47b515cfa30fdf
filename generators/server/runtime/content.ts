import {
  type Encode,
  encode,
  encodeForm,
  encodeReservedQuery,
  membersOf,
  pairsOf,
  textOf,
} from './encode.ts';
import { stringifyExact } from './json.ts';
import type { Style } from './request.ts';
import { type Shape, xmlText } from './xml.ts';

/** The text of a value that the document gives a media type. What is no object is its own text, but as JSON. */
export function contentText(value: unknown, { content = '', xml, fields }: Style): string {
  if (/^(application|text)\/(x-)?json\b|\+json\b/i.test(content)) return stringifyExact(value);
  if (typeof value !== 'object' || value === null) return textOf(value);
  if (xml !== undefined) return xmlText(value, xml);
  return isForm(content) ? formText(value, fields) : stringifyExact(value);
}

function isForm(mediaType: string): boolean {
  return mediaType.startsWith('application/x-www-form-urlencoded');
}

/** The text of a form. */
export function formText(value: unknown, styles: readonly (readonly [string, Style])[] = []): string {
  const described = new Map(styles);
  return membersOf(value)
    .flatMap(([name, member]) => formPairs(name, member, described.get(name)))
    .join('&');
}

function formPairs(name: string, value: unknown, described: Style | undefined): string[] {
  if (value === undefined || value === null) return [];
  const items = Array.isArray(value) ? value.filter((item) => item !== undefined && item !== null) : [value];
  if (described === undefined) {
    return items.map((item) => `${encodeForm(name)}=${encodeForm(textOf(item))}`);
  }
  if (described.content !== undefined) {
    // Each item of a list gives a pair, written as the media type (OpenAPI 3.2, section 4.15.1.1).
    return items.map((item) => `${encodeForm(name)}=${encodeForm(contentText(item, described))}`);
  }
  const style = described.style ?? 'form';
  const explode = described.explode ?? style === 'form';
  // A style is RFC 6570's, as in a query (OpenAPI 3.2, section 4.15).
  const encoder: Encode = described.allowReserved === true ? encodeReservedQuery : encode;
  return pairsOf(name, value, { style, explode, name: encode, value: encoder, delimiter: encode });
}

/** `in: querystring`: the whole query as one value (OpenAPI 3.2, section 4.12.1). */
export function querystring(
  value: unknown,
  content: string,
  styles: readonly (readonly [string, Style])[] = [],
  xml?: Shape,
): string | undefined {
  if (value === undefined) return undefined;
  if (isForm(content)) return formText(value, styles) || undefined;
  return encode(contentText(value, xml === undefined ? { content } : { content, xml }));
}
