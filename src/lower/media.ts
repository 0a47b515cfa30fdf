import type { WireMedia } from '../model/api.ts';

/** A media type without parameters, in lower case. */
export function essence(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Whether a text can stand in a Content-Type or Accept header (RFC 9110 section 8.3.1); documents also have subtypes with slashes. */
export function isMediaType(text: string): boolean {
  return /^[\w!#$&^.+*-]+(\/[\w!#$&^.+*-]+)+( *;[\t\x20-\x7e]*)?$/.test(text);
}

/** Whether a media type is a range, of which any type may be sent: `image/*` (RFC 9110 section 12.5.1). */
export function isRange(mediaType: string): boolean {
  return mediaType.includes('*');
}

const jsonLines = /^application\/(jsonl|x-jsonl|ndjson|x-ndjson|x-jsonlines|jsonlines|json-seq)$/;
const textual =
  /^(text\/.*|application\/(yaml|x-yaml|toml|graphql|javascript|ecmascript|sql|jwt|jose|x-sh|pem-certificate-chain|x-pem-file|sdp)|.*\+(yaml|jwt))$/;

const bytes =
  /^((audio|font|video)\/.*|image\/(?!svg).*|application\/(octet-stream|pdf|zip|gzip|zstd|wasm|cbor|(x-)?(protobuf|msgpack|tar|gzip|bzip2|zip-compressed)|vnd\.(ms-|openxmlformats|rar).*))$/;

/** Whether a media type is one that no text can be, so that what its schema calls a string are bytes. */
export function isNeverText(mediaType: string): boolean {
  return bytes.test(essence(mediaType));
}

/** How values of a media type are written, by its name alone; undefined where only the schema can tell. */
export function kindOf(mediaType: string): WireMedia['kind'] | undefined {
  const type = essence(mediaType);
  if (isJson(type)) return 'json';
  if (jsonLines.test(type)) return 'jsonLines';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type.startsWith('multipart/')) return 'multipart';
  if (/^(application|text)\/xml$|\+xml$/.test(type)) return 'xml';
  if (textual.test(type)) return 'text';
  if (type === '*/*' || type === '') return undefined;
  return 'binary';
}

/** Whether a media type is JSON: `application/json`, `text/json` and the `+json` suffix (RFC 6839). */
export function isJson(mediaType: string): boolean {
  return /^(application|text)\/(x-)?json$|\+json$|^application\/\*$/.test(essence(mediaType));
}

/** JSON itself first, then vendor JSON, then the rest in document order. */
export function jsonFirst(mediaTypes: readonly string[]): readonly string[] {
  const rank = (type: string): number => (essence(type) === 'application/json' ? 0 : isJson(type) ? 1 : 2);
  return [...mediaTypes].sort((a, b) => rank(a) - rank(b));
}
