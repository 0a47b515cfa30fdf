import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';
import { asJson, asText, type Data, type Given, isList, isRecord } from './data.ts';
import { allOf, dereference, memberSchema, schemaKind } from './document.ts';
import { encode, encodeReserved, expand, isJson, percent, plain } from './reference-style.ts';
import { xml } from './reference-xml.ts';

/** A part of a multipart body. */
export interface Part {
  readonly name: string;
  readonly contentType: string;
  readonly file: boolean;
  readonly data: Uint8Array;
  /** The specification leaves open whether base64 goes as text or as bytes. */
  readonly encoded: boolean;
}

export type ExpectedBody =
  | { readonly kind: 'json'; readonly contentType: string; readonly value: Data }
  | { readonly kind: 'bytes'; readonly contentType: string; readonly data: Uint8Array }
  | { readonly kind: 'xml'; readonly contentType: string; readonly text: string }
  | { readonly kind: 'form'; readonly contentType: string; readonly pairs: readonly string[] }
  | { readonly kind: 'multipart'; readonly contentType: string; readonly parts: readonly Part[] };

const encoder = new TextEncoder();

/** What a body must be (OpenAPI 4.13 Request Body Object to 4.15 Encoding Object). */
export function bodyOf(
  document: JsonObject,
  operation: JsonObject,
  given: NonNullable<Given['body']>,
): ExpectedBody {
  const { mediaType, value } = given;
  const found = member(member(dereference(document, operation.requestBody), 'content'), mediaType);
  const media = dereference(document, found ?? null);
  const object: JsonObject = isObject(media) ? media : {};
  const essence = mediaType.toLowerCase().split(';', 1).join('').trim();
  const contentType = mediaType;
  const schema = member(media, 'schema');
  if (value instanceof Uint8Array) return { kind: 'bytes', contentType, data: value };
  if (/[/+]json$/.test(essence)) return { kind: 'json', contentType, value };
  if (/^application\/(x-)?(ndjson|jsonl|jsonlines|json-lines|json-seq)$|\+json-seq$/.test(essence)) {
    const start = essence.endsWith('json-seq') ? '\x1e' : '';
    const lines = (isList(value) ? value : [value]).map((item) => `${start}${JSON.stringify(item)}\n`);
    return { kind: 'bytes', contentType, data: encoder.encode(lines.join('')) };
  }
  if (essence === 'application/x-www-form-urlencoded') {
    return { kind: 'form', contentType, pairs: formPairs(document, object, value) };
  }
  if (essence.startsWith('multipart/')) {
    return { kind: 'multipart', contentType: essence, parts: multipartParts(document, object, value) };
  }
  if (/[/+]xml$/.test(essence)) {
    return { kind: 'xml', contentType, text: xml(document, schema ?? {}, value) };
  }
  if (typeof value === 'object') return { kind: 'json', contentType, value };
  return { kind: 'bytes', contentType, data: encoder.encode(asText(value)) };
}

/** The Encoding Object of a member, or none; and whether it asks for RFC 6570's rules (4.15: `style`, `explode` or `allowReserved`). */
function encodingOf(media: JsonObject, name: string): { encoding: JsonObject; styled: boolean } {
  const found = member(member(media, 'encoding'), name);
  const encoding: JsonObject = isObject(found) ? found : {};
  return {
    encoding,
    styled: ['style', 'explode', 'allowReserved'].some((key) => encoding[key] !== undefined),
  };
}

/** 4.15.2 Encoding the x-www-form-urlencoded media type: raw `name=value` pairs. */
export function formPairs(document: JsonObject, media: JsonObject, value: Data): string[] {
  if (!isRecord(value)) return [asText(value)];
  const schema = allOf(document, member(media, 'schema') ?? {});
  return Object.entries(value).flatMap(([name, data]) => {
    const { encoding, styled } = encodingOf(media, name);
    if (styled) {
      const style = String(encoding.style ?? 'form');
      const explode = typeof encoding.explode === 'boolean' ? encoding.explode : style === 'form';
      return expand(
        style,
        explode,
        encode(name),
        data,
        encoding.allowReserved === true ? encodeReserved : encode,
      );
    }
    const contentType = typeof encoding.contentType === 'string' ? encoding.contentType : '';
    const declared = memberSchema(document, schema, name);
    const itemSchema = isList(data) ? (member(declared, 'items') ?? {}) : declared;
    return (isList(data) ? data : [data])
      .filter((item) => item !== null)
      .map((item) => {
        const text =
          item instanceof Uint8Array
            ? Buffer.from(item).toString('base64')
            : written(document, itemSchema, contentType, item, name);
        return `${formEncode(name)}=${formEncode(text)}`;
      });
  });
}

/** A member as the media type of its encoding; what that does not tell is JSON for objects, else text. */
function written(document: JsonObject, schema: Json, contentType: string, value: Data, name: string): string {
  if (isJson(contentType)) return JSON.stringify(value);
  if (isRecord(value) && /[/+]xml\b/.test(contentType)) return xml(document, schema, value, name);
  if (isRecord(value) && contentType.startsWith('application/x-www-form-urlencoded'))
    return formPairs(document, {}, value).join('&');
  return asText(value);
}

/** WHATWG URL section 5.2. */
function formEncode(text: string): string {
  return percent(text, /[A-Za-z0-9*\-._ ]/).replaceAll(' ', '+');
}

/** 4.15.3 Encoding multipart media types, RFC 7578. */
function multipartParts(document: JsonObject, media: JsonObject, value: Data): Part[] {
  if (isList(value)) return value.map((item, index) => positioned(item, index));
  const schema = allOf(document, member(media, 'schema') ?? {});
  return Object.entries(isRecord(value) ? value : {}).flatMap(([name, data]) => {
    const { encoding, styled } = encodingOf(media, name);
    // A file has no style, whatever its Encoding Object says.
    if (styled && !(data instanceof Uint8Array)) {
      const style = String(encoding.style ?? 'form');
      const explode = typeof encoding.explode === 'boolean' ? encoding.explode : style === 'form';
      return expand(style, explode, plain(name), data, plain, plain).map((pair) => {
        const [key = '', ...rest] = pair.split('=');
        return part(key, 'text/plain', rest.join('='));
      });
    }
    const declared = memberSchema(document, schema, name);
    const documented =
      typeof encoding.contentType === 'string'
        ? encoding.contentType.split(',', 1).join('').trim()
        : undefined;
    const items = isList(data) ? data : [data];
    const itemSchema = isList(data) ? allOf(document, member(declared, 'items') ?? {}) : declared;
    return items
      .filter((item) => item !== null)
      .map((item): Part => {
        const kind = schemaKind(itemSchema);
        const fallback =
          item instanceof Uint8Array || kind === 'bytes' || kind === 'encoded'
            ? 'application/octet-stream'
            : typeof item === 'object'
              ? 'application/json'
              : 'text/plain';
        const contentType = documented ?? fallback;
        if (item instanceof Uint8Array) return { name, contentType, file: true, data: item, encoded: false };
        const text = written(document, itemSchema, contentType, item, name);
        return { ...part(name, contentType, text), encoded: kind === 'encoded' };
      });
  });

  /** 4.15.1.2 Encoding By Position: parts without names. */
  function positioned(item: Data, index: number): Part {
    const prefix = media.prefixEncoding;
    const encoding = (Array.isArray(prefix) ? prefix[index] : undefined) ?? media.itemEncoding ?? null;
    const stated = member(encoding, 'contentType');
    const fallback = typeof item === 'object' ? 'application/json' : 'text/plain';
    const contentType = typeof stated === 'string' ? stated : fallback;
    const json = typeof item === 'object' || isJson(contentType);
    return part('', contentType, json ? JSON.stringify(asJson(item)) : asText(item));
  }

  function part(name: string, contentType: string, text: string): Part {
    return { name, contentType, file: false, data: encoder.encode(text), encoded: false };
  }
}
