import type { Json } from '../../src/model/json.ts';

/** A value of an argument before it is written: JSON, with bytes where a document wants bytes. */
export type Data =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Data[]
  | { readonly [name: string]: Data };

/** An object of a value (not an array, not bytes, not null). */
export function isRecord(data: Data | undefined): data is { readonly [name: string]: Data } {
  return typeof data === 'object' && data !== null && !Array.isArray(data) && !(data instanceof Uint8Array);
}

export function isList(data: Data | undefined): data is readonly Data[] {
  return Array.isArray(data);
}

/** What a caller gives for one request, by the places of the document, not by arguments. */
export interface Given {
  /** `query limit` → value. */
  readonly parameters: ReadonlyMap<string, Data>;
  readonly body?: { readonly mediaType: string; readonly value: Data };
}

/** Text of a scalar: text as it is, numbers and booleans as JSON writes them. */
export function asText(data: Data): string {
  return typeof data === 'string'
    ? data
    : data instanceof Uint8Array
      ? Buffer.from(data).toString('base64')
      : JSON.stringify(data);
}

/** A value as JSON: bytes are base64. */
export function asJson(data: Data): Json {
  if (data instanceof Uint8Array) return Buffer.from(data).toString('base64');
  if (isList(data)) return data.map(asJson);
  if (isRecord(data))
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, asJson(value)]));
  return data;
}
