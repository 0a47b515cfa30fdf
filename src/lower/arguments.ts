import type { Json } from '../model/json.ts';
import type { Schema } from '../model/schema.ts';
import type { Context } from './context.ts';
import { resolve } from './schema.ts';
import { exactInteger } from './typed.ts';

/** The one value that a schema allows, if there is only one: sent when the caller gives none. */
export function singleValue(schema: Schema): Json | undefined {
  return schema.kind === 'enum' && schema.values.length === 1 && schema.nullable !== true
    ? schema.values[0]
    : undefined;
}

/** Whether a caller must give an argument that the document requires: not where a default or an environment variable supplies it. */
export function demand(
  required: boolean,
  fallback: Json | undefined,
  env: string | undefined,
): { readonly required: boolean; readonly requiredUnlessEnv?: boolean } {
  if (!required || fallback !== undefined) return { required: false };
  return env === undefined ? { required: true } : { required: false, requiredUnlessEnv: true };
}

/** The first that is given; null is a value. */
export function firstGiven(...values: readonly (Json | undefined)[]): Json | undefined {
  return values.find((value) => value !== undefined);
}

/** A default of `x-mcpgen`, where it is a large integer with all of its digits. */
export function exactDefault(value: Json | undefined, schema: Schema): Json | undefined {
  const numeric =
    schema.kind === 'number' ||
    (schema.kind === 'enum' && schema.values.every((one) => ['number', 'bigint'].includes(typeof one)));
  return (numeric ? exactInteger(value) : undefined) ?? value;
}

/** A schema for a place that holds text: raw bytes cannot stand in a URL, a header or JSON, so what is called `binary` there is text. */
export function asText(context: Context, schema: Schema): Schema {
  const resolved = resolve(context, schema);
  if (resolved.kind !== 'array') return textual(resolved) ?? schema;
  const items = textual(resolve(context, resolved.items));
  return items === undefined ? schema : { ...resolved, items };
}

function textual(schema: Schema): Schema | undefined {
  if (schema.kind !== 'string' || schema.binary !== 'raw') return undefined;
  const { binary: _binary, ...text } = schema;
  return text;
}
