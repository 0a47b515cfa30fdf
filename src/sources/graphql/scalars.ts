import type { JsonObject } from '../../model/json.ts';

const TEXT: JsonObject = { type: 'string' };
const ANY: JsonObject = {};

/**
 * What a scalar is in JSON. The first five are GraphQL's own (specification section 3.5); the others are the custom ones that APIs share.
 * Dates are plain text on purpose: servers accept more than RFC 3339 (Linear: `2021`, `-P2W1D`), so `format: date-time` would refuse good values.
 */
const SCALARS: ReadonlyMap<string, JsonObject> = new Map([
  ['ID', TEXT],
  ['String', TEXT],
  ['Int', { type: 'integer', format: 'int32' }],
  ['Float', { type: 'number' }],
  ['Boolean', { type: 'boolean' }],
  ['JSON', ANY],
  ['JSONString', TEXT],
  ['Any', ANY],
  ['_Any', ANY],
  ['JSONObject', { type: 'object' }],
  ['Object', { type: 'object' }],
  ['Map', { type: 'object' }],
  ['Long', { type: 'integer', format: 'int64' }],
  ['BigInt', { type: 'integer' }],
  ['Int64', { type: 'integer', format: 'int64' }],
  ['UnsignedInt', { type: 'integer', minimum: 0 }],
  ['NonNegativeInt', { type: 'integer', minimum: 0 }],
  ['PositiveInt', { type: 'integer', minimum: 1 }],
  ['Double', { type: 'number' }],
]);

/**
 * The JSON Schema of a scalar type.
 * @param name the type's name
 * @returns the table's entry; text for every other name, since most custom scalars are written as text
 */
export function scalarSchema(name: string): JsonObject {
  return SCALARS.get(name) ?? TEXT;
}

/** Whether a type's name is a scalar of the table or looks like one of time: all that is known of a type when there is no SDL. */
export function isKnownScalar(name: string): boolean {
  return (
    SCALARS.has(name) ||
    /^(UUID|URL|URI|Url|Uri|Email|Date|Time|Duration|Timeless)|(Date|Time|Duration)$/.test(name)
  );
}
