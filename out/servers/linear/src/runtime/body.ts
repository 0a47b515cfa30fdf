import { randomUUID } from 'node:crypto';
import { contentText, formText } from './content.ts';
import { ArgumentError, encode, entriesOf, membersOf, plain, type StyleName, textOf } from './encode.ts';
import { stringifyExact } from './json.ts';
import type { Style } from './request.ts';
import type { Shape } from './xml.ts';

/** A body as it is sent. */
export interface Body {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Writes a value as one media type. */
export type Writer = (value: unknown, mediaType: string) => Body;

export interface BodyOptions {
  /** The document requires a body: with nothing given, an empty object is sent. */
  readonly required?: boolean;
  /** The media type that the caller asks for. */
  readonly choice?: unknown;
}

/**
 * The body of a request.
 * @param value what to send; undefined: nothing
 * @param media media types and how each is written; the first is the default
 */
export function body(
  value: unknown,
  media: readonly (readonly [mediaType: string, write: Writer])[],
  options: BodyOptions = {},
): Body | undefined {
  const choice = options.choice ?? media[0]?.[0];
  // Within a range the caller says what the body is.
  const range = media.find(([name]) => name.includes('*'));
  const [, write] = range ?? media.find(([name]) => name === choice) ?? [];
  if (write === undefined) {
    const known = media.map(([name]) => name).join(', ');
    throw new ArgumentError(`the content type \`${String(choice)}\` is not one of ${known}`);
  }
  if (value === undefined && options.required !== true) return undefined;
  // null is a value.
  return write(value === undefined ? new Map() : value, String(choice));
}

/** JSON. */
export const json: Writer = (value, contentType) => ({
  contentType,
  bytes: Buffer.from(stringifyExact(value)),
});

/** One JSON value a line; each between a record separator and a newline for application/json-seq (RFC 7464). */
export const jsonLines: Writer = (value, contentType) => {
  const before = contentType.startsWith('application/json-seq') ? '\x1e' : '';
  const lines = (Array.isArray(value) ? value : [value]).map((item) => `${before}${stringifyExact(item)}\n`);
  return { contentType, bytes: Buffer.from(lines.join('')) };
};

/** Text as it is. */
export const text: Writer = (value, contentType) => ({
  contentType,
  bytes: Buffer.from(plain(textOf(value))),
});

/** Bytes, given as base64. */
export const binary: Writer = (value, contentType) => ({ contentType, bytes: fromBase64(value) });

function fromBase64(value: unknown): Buffer {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
    throw new ArgumentError('binary content must be base64 text');
  }
  return Buffer.from(value, 'base64');
}

/** `a=1&b=2`, as an HTML form is sent; with the styles of members that the document describes. */
export function form(styles: readonly (readonly [name: string, style: Style])[] = []): Writer {
  return (value, contentType) => ({ contentType, bytes: Buffer.from(formText(value, styles)) });
}

/** How a member of a multipart body is written. */
export interface Part {
  /** `xml` and `form`: objects are written so, all else is text. */
  readonly kind: 'text' | 'json' | 'file' | 'xml' | 'form';
  readonly contentType?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Written by style instead (OpenAPI 3.2, section 4.15): nothing is percent-encoded in a part. */
  readonly style?: StyleName;
  readonly explode?: boolean;
  /** How objects become XML. */
  readonly xml?: Shape;
  /** How the members of a form are written. */
  readonly fields?: Style['fields'];
}

/**
 * RFC 7578: a part per member, and per item of a list.
 * @param others how members are written that are not in `parts`; absent: by their values
 */
export function multipart(
  parts: readonly (readonly [name: string, part: Part])[] = [],
  others?: Part,
): Writer {
  return (value, mediaType) => {
    const described = new Map(parts);
    const written = membersOf(value).flatMap(([name, member]) => {
      const known = described.get(name) ?? others;
      return partsOf(name, member, known).map(([partName, item]) => {
        const part = known ?? { kind: typeof item === 'object' ? 'json' : 'text' };
        return { head: partHead(part, partName), body: partBody(item, part) };
      });
    });
    return multipartBody(written, mediaType);
  };
}

/** A list as the parts of a multipart body, which have no names (RFC 2046, section 5.1). */
export function multipartList(rest: Part, first: readonly Part[] = []): Writer {
  return (value, mediaType) => {
    const written = (Array.isArray(value) ? value : []).map((item, index) => {
      const part = first[index] ?? rest;
      return { head: partHead(part), body: partBody(item, part) };
    });
    return multipartBody(written, mediaType);
  };
}

function multipartBody(
  parts: readonly { readonly head: string; readonly body: string | Buffer }[],
  mediaType: string,
): Body {
  const boundary = `mcpgen-${randomUUID()}`;
  const chunks = parts.flatMap(({ head, body }) => [`--${boundary}\r\n${head}\r\n`, body, '\r\n']);
  const bytes = Buffer.concat(
    [...chunks, `--${boundary}--\r\n`].map((chunk) =>
      typeof chunk === 'string' ? Buffer.from(chunk) : chunk,
    ),
  );
  return { contentType: `${mediaType}; boundary=${boundary}`, bytes };
}

/** The parts that a member becomes: names and values. */
function partsOf(name: string, member: unknown, part: Part | undefined): (readonly [string, unknown])[] {
  if (part?.style !== undefined) {
    const { style, explode = false } = part;
    return entriesOf(name, member, { style, explode, name: plain, value: plain, delimiter: plain });
  }
  const items = Array.isArray(member) ? member : [member];
  return items.filter((item) => item !== undefined && item !== null).map((item) => [name, item]);
}

function partHead(part: Part, name?: string): string {
  const quoted = plain(name ?? '').replace(/["\r\n]/g, encode);
  const filename = part.kind === 'file' ? `; filename="${quoted}"` : '';
  const contentType =
    part.contentType ??
    (part.kind === 'json'
      ? 'application/json'
      : part.kind === 'file'
        ? 'application/octet-stream'
        : undefined);
  return [
    ...(name === undefined ? [] : [`Content-Disposition: form-data; name="${quoted}"${filename}`]),
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
    ...(part.headers ?? []).map(([header, value]) => `${header}: ${value}`),
    '',
  ].join('\r\n');
}

function partBody(item: unknown, part: Part): string | Buffer {
  if (part.kind === 'file') return fromBase64(item);
  if (part.kind === 'json') return stringifyExact(item);
  if (part.kind === 'text') return plain(textOf(item));
  if (part.kind === 'form') {
    const content = 'application/x-www-form-urlencoded';
    return plain(
      contentText(item, part.fields === undefined ? { content } : { content, fields: part.fields }),
    );
  }
  const content = 'application/xml';
  return plain(contentText(item, part.xml === undefined ? { content } : { content, xml: part.xml }));
}
