import { isObject, type Json, type MutableObject, member } from '../../model/json.ts';
import type { Upgrade } from './copy.ts';

/**
 * Turns a Schema Object of OpenAPI 3.0 (or 2.0) into one of 3.1, in place and without looking into its members: `nullable` becomes a type,
 * boolean `exclusiveMinimum` and `exclusiveMaximum` become numbers, `example` becomes `examples`. `format: binary` stays: it says that a value is bytes.
 * @returns where `allOf` went if it had to move to make room for null
 */
export const upgradeSchema: Upgrade = (schema) => {
  exclusive(schema, 'exclusiveMinimum', 'minimum');
  exclusive(schema, 'exclusiveMaximum', 'maximum');
  if (Object.hasOwn(schema, 'example')) {
    if (!Array.isArray(schema.examples)) schema.examples = [schema.example ?? null];
    delete schema.example;
  }
  // JSON Schema before draft 4 marked a property itself as required.
  if (schema.required !== undefined && !Array.isArray(schema.required)) delete schema.required;
  // Swagger 2.0 has no `nullable`; this is how its documents say it.
  const nullable = schema.nullable === true || schema['x-nullable'] === true;
  delete schema.nullable;
  delete schema['x-nullable'];
  return nullable ? allowNull(schema) : undefined;
};

function exclusive(schema: MutableObject, flag: string, bound: string): void {
  const value = schema[flag];
  if (typeof value !== 'boolean') return;
  delete schema[flag];
  const limit = schema[bound];
  if (!value || limit === undefined) return;
  schema[flag] = limit;
  delete schema[bound];
}

function allowNull(schema: MutableObject): { readonly moved: string } | undefined {
  const { type } = schema;
  if (typeof type === 'string') schema.type = [type, 'null'];
  // 3.0.3 wants null in the list too; documents seldom have it and mean it all the same.
  if (Array.isArray(schema.enum)) schema.enum = withNull(schema.enum);
  if (typeof type === 'string' && schema.allOf === undefined) {
    addToUnions(schema);
    return undefined;
  }
  if (addToUnions(schema) || !Array.isArray(schema.allOf)) return undefined;
  // `allOf` cannot be extended by null: all of its members would have to allow it.
  const { allOf } = schema;
  delete schema.allOf;
  schema.anyOf = [{ allOf }, { type: 'null' }];
  return { moved: '/anyOf/0' };
}

function withNull(values: readonly Json[]): Json[] {
  return values.includes(null) ? [...values] : [...values, null];
}

/** Lets `oneOf` and `anyOf` match null. */
function addToUnions(schema: MutableObject): boolean {
  let added = false;
  for (const key of ['oneOf', 'anyOf']) {
    const members = schema[key];
    if (!Array.isArray(members)) continue;
    schema[key] = [...members, { type: 'null' }];
    added = true;
  }
  return added;
}

/**
 * Leaves out what 3.0 ignores and 3.1 does not: `style`, `explode` and `allowReserved` of an Encoding Object, in place, unless the media type is
 * `application/x-www-form-urlencoded` (OpenAPI 3.0.3 section 4.7.15).
 */
export const upgradeRequestBody: Upgrade = (body) => {
  const { content } = body;
  for (const [mediaType, media] of Object.entries(isObject(content) ? content : {})) {
    const encoding = member(media, 'encoding');
    if (!isObject(encoding) || mediaType.startsWith('application/x-www-form-urlencoded')) continue;
    for (const each of Object.values(encoding)) {
      const draft: MutableObject = isObject(each) ? each : {};
      for (const key of ['style', 'explode', 'allowReserved']) delete draft[key];
    }
  }
  return undefined;
};
