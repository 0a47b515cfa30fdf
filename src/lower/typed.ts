import type { ParameterExtension } from '../model/document.ts';
import { exactJson, isObject, isRounded, type Json, type JsonObject } from '../model/json.ts';
import type {
  ArraySchema,
  EnumSchema,
  NumberSchema,
  ObjectSchema,
  Property,
  Schema,
  SchemaMeta,
  StringSchema,
} from '../model/schema.ts';
import { child, entries, items, type Node } from './context.ts';

type Lower = (node: Node) => Schema;
type TypeName = 'null' | 'boolean' | 'number' | 'integer' | 'string' | 'array' | 'object';
const typeNames: readonly string[] = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

interface ObjectNode {
  readonly value: JsonObject;
  readonly pointer: string;
}

/** What every schema object can say beside its type: title, description, default, examples, deprecated. */
export function metaOf(value: JsonObject): SchemaMeta {
  const exact = (each: Json): Json => told(each, value.type);
  const examples = Array.isArray(value.examples) ? value.examples.map(exact) : undefined;
  return {
    ...(typeof value.title === 'string' && value.title !== '' ? { title: value.title } : {}),
    ...(typeof value.description === 'string' && value.description !== ''
      ? { description: value.description }
      : {}),
    ...(value.default === undefined || holdsRounded(value.default) ? {} : { default: exact(value.default) }),
    ...(examples !== undefined
      ? { examples }
      : value.example !== undefined
        ? { examples: [exact(value.example)] }
        : {}),
    ...(value.deprecated === true ? { deprecated: true } : {}),
  };
}

/**
 * Lowers the keywords of a schema object that speak of its type and values, without references and combinations.
 * @param leftOut whether a property with this schema is absent in the direction that is lowered
 * @returns `any` where nothing is said
 */
export function lowerTyped(node: ObjectNode, lower: Lower, leftOut: (schema: Json) => boolean): Schema {
  const { value } = node;
  const stated = (Array.isArray(value.type) ? value.type : [value.type]).filter(
    (type): type is TypeName | 'file' =>
      typeof type === 'string' && (type === 'file' || typeNames.includes(type)),
  );
  if (stated.includes('file')) return { kind: 'string', binary: 'raw' };
  const nullable = stated.includes('null') || value.nullable === true;
  const types = stated.filter((type): type is TypeName => type !== 'null' && type !== 'file');
  const values = Array.isArray(value.enum)
    ? (value.enum as readonly Json[])
    : value.const === undefined
      ? undefined
      : [value.const];
  if (values !== undefined && values.length > 0) return lowerEnum(values, types, nullable);
  if (types.length === 0 && stated.length > 0) return { kind: 'null' };
  const kinds = types.length > 0 ? types : inferTypes(value);
  const schemas = dropInteger(kinds).map((type) => lowerType(type, node, lower, leftOut));
  const [first, ...rest] = schemas;
  if (first === undefined || schemas.length >= 6) return { kind: 'any' };
  const schema: Schema = rest.length === 0 ? first : { kind: 'union', mode: 'anyOf', members: schemas };
  return nullable ? { ...schema, nullable: true } : schema;
}

/** `number` includes `integer`. */
function dropInteger(types: readonly TypeName[]): readonly TypeName[] {
  const unique = [...new Set(types)];
  return unique.includes('number') ? unique.filter((type) => type !== 'integer') : unique;
}

/** Values of an enum; those that YAML or a careless author gave another type than the stated one are brought to it. */
function lowerEnum(values: readonly Json[], types: readonly TypeName[], nullable: boolean): Schema {
  const [type, ...others] = types;
  const adapted = values
    .filter((value) => value !== null)
    .map((value) => (type !== undefined && others.length === 0 ? adapt(value, type) : value));
  const unique = [...new Map(adapted.map((value) => [exactJson(value), value])).values()];
  const [first, ...rest] = unique;
  if (first === undefined) return { kind: 'null' };
  const schema: EnumSchema = { kind: 'enum', values: [first, ...rest] };
  return nullable || values.includes(null) ? { ...schema, nullable: true } : schema;
}

function adapt(value: Json, type: TypeName): Json {
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  if (typeof value !== 'string') return value;
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if ((type === 'number' || type === 'integer') && value.trim() !== '' && Number.isFinite(Number(value))) {
    return exactInteger(value) ?? Number(value);
  }
  return value;
}

/** A large integer that is written as text, as documents hold those that a number would round (see `respell`); undefined for anything else. */
export function exactInteger(value: Json | undefined): bigint | undefined {
  return typeof value === 'string' && /^-?\d+$/.test(value) && isRounded(Number(value))
    ? BigInt(value)
    : undefined;
}

/** Whether a list or an object holds an integer that was rounded: it would be told wrong. */
function holdsRounded(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((item: Json) => isRounded(item) || holdsRounded(item));
}

/** A value that is told or sent by a schema of these types. */
function told(value: Json, types: Json | undefined): Json {
  const all: readonly (Json | undefined)[] = Array.isArray(types) ? types : [types];
  const numeric = all.some((type) => type === 'integer' || type === 'number') && !all.includes('string');
  return numeric ? (exactInteger(value) ?? value) : value;
}

const objectKeys = [
  'properties',
  'additionalProperties',
  'patternProperties',
  'required',
  'minProperties',
  'maxProperties',
];
const arrayKeys = ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems'];
const stringKeys = ['pattern', 'minLength', 'maxLength', 'contentEncoding', 'contentMediaType'];
const numberKeys = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];
const stringFormats = new Set([
  'binary',
  'byte',
  'date',
  'date-time',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'password',
  'uri',
  'url',
  'uuid',
]);

/** The type that the other keywords suggest where none is stated. */
function inferTypes(value: JsonObject): readonly TypeName[] {
  const has = (keys: readonly string[]): boolean => keys.some((key) => value[key] !== undefined);
  if (has(objectKeys)) return ['object'];
  if (has(arrayKeys)) return ['array'];
  if (has(stringKeys) || stringFormats.has(String(value.format))) return ['string'];
  return has(numberKeys) ? ['number'] : [];
}

function lowerType(
  type: TypeName,
  node: ObjectNode,
  lower: Lower,
  leftOut: (schema: Json) => boolean,
): Schema {
  switch (type) {
    case 'null':
    case 'boolean':
      return { kind: type };
    case 'number':
    case 'integer':
      return lowerNumber(node.value, type === 'integer');
    case 'string':
      return lowerString(node.value);
    case 'array':
      return lowerArray(node, lower);
    case 'object':
      return lowerObject(node, lower, leftOut);
  }
}

function lowerNumber(value: JsonObject, integer: boolean): NumberSchema {
  // A bound that was rounded would be a wrong one.
  const limit = (key: string): number | undefined =>
    typeof value[key] === 'number' && !isRounded(value[key]) ? value[key] : undefined;
  // OpenAPI 3.0 has booleans that make `minimum` and `maximum` exclusive.
  const low = value.exclusiveMinimum === true;
  const high = value.exclusiveMaximum === true;
  return clean<NumberSchema>({
    kind: 'number',
    integer,
    format: typeof value.format === 'string' ? value.format : undefined,
    minimum: low ? undefined : limit('minimum'),
    maximum: high ? undefined : limit('maximum'),
    exclusiveMinimum: low ? limit('minimum') : limit('exclusiveMinimum'),
    exclusiveMaximum: high ? limit('maximum') : limit('exclusiveMaximum'),
    multipleOf: limit('multipleOf'),
  });
}

function lowerString(value: JsonObject): StringSchema {
  return clean<StringSchema>({
    kind: 'string',
    format: typeof value.format === 'string' ? value.format : undefined,
    pattern: typeof value.pattern === 'string' ? patternOf(value.pattern) : undefined,
    minLength: count(value.minLength),
    maxLength: count(value.maxLength),
    binary: binaryOf(value),
    contentMediaType: typeof value.contentMediaType === 'string' ? value.contentMediaType : undefined,
  });
}

/** `/^a$/`, which nothing can match, is how JavaScript writes the pattern `^a$`; with flags, what it matches has no word here. */
function patternOf(pattern: string): string | undefined {
  const literal = /^\/(\^.*\$)\/([a-z]*)$/s.exec(pattern);
  if (literal === null) return pattern;
  return literal[2] === '' ? literal[1] : undefined;
}

/** Bytes: OpenAPI 3.0 says so by `format`, 3.1 by `contentEncoding` and `contentMediaType` (3.1 section 4.8.14.2). */
function binaryOf(value: JsonObject): StringSchema['binary'] {
  const encoding = typeof value.contentEncoding === 'string' ? value.contentEncoding.toLowerCase() : '';
  if (encoding === 'base64' || encoding === 'base64url') return encoding;
  // The identity encodings of RFC 2045 section 6.2.
  if (encoding === 'binary' || encoding === '8bit') return 'raw';
  if (encoding !== '') return undefined;
  if (value.format === 'byte') return 'base64';
  if (value.format === 'base64url') return 'base64url';
  if (value.format === 'binary') return 'raw';
  const media = typeof value.contentMediaType === 'string' ? value.contentMediaType : '';
  return media === '' || /^text\/|[/+](json|xml|yaml)\b/.test(media) ? undefined : 'raw';
}

function lowerArray(node: ObjectNode, lower: Lower): ArraySchema {
  const { value } = node;
  const given = child(node, 'items');
  // Before 2020-12 a list of schemas in `items` was what `prefixItems` is now.
  const tuple = Array.isArray(value.items) ? items(given) : items(child(node, 'prefixItems'));
  return clean<ArraySchema>({
    kind: 'array',
    prefixItems: tuple.length > 0 ? tuple.map(lower) : undefined,
    items: given === undefined || Array.isArray(value.items) ? { kind: 'any' } : lower(given),
    minItems: count(value.minItems),
    maxItems: count(value.maxItems),
    uniqueItems: value.uniqueItems === true ? true : undefined,
  });
}

function lowerObject(node: ObjectNode, lower: Lower, leftOut: (schema: Json) => boolean): ObjectSchema {
  const { value } = node;
  const names = Array.isArray(value.required)
    ? value.required.filter((name): name is string => typeof name === 'string')
    : [];
  const required = new Set(names);
  const omitted = new Set<string>();
  const properties: Property[] = [];
  for (const [name, property] of entries(child(node, 'properties'))) {
    if (leftOut(property.value)) {
      omitted.add(name);
      continue;
    }
    const extension = isObject(property.value) ? property.value['x-mcpgen'] : undefined;
    properties.push({
      name,
      schema: lower(property),
      required: required.has(name),
      pointer: property.pointer,
      ...(isObject(extension) ? { extension: extension as ParameterExtension } : {}),
    });
  }
  const declared = new Set(properties.map((property) => property.name));
  for (const name of required) {
    if (!declared.has(name) && !omitted.has(name)) {
      properties.push({ name, schema: { kind: 'any' }, required: true });
    }
  }
  const additional = child(node, 'additionalProperties');
  const patterns = entries(child(node, 'patternProperties'));
  return clean<ObjectSchema>({
    kind: 'object',
    properties,
    additional:
      value.additionalProperties === false
        ? false
        : additional === undefined
          ? { kind: 'any' }
          : lower(additional),
    extensible:
      (additional !== undefined && additional.value !== false) || patterns.length > 0 ? true : undefined,
    omitted: omitted.size > 0 ? [...omitted] : undefined,
    patternProperties:
      patterns.length > 0
        ? patterns.map(([pattern, schema]) => ({ pattern, schema: lower(schema) }))
        : undefined,
    minProperties: count(value.minProperties),
    maxProperties: count(value.maxProperties),
  });
}

function count(value: Json | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

type Optional<T> = { readonly [K in keyof T]: T[K] | undefined };

/** A copy without the members that are undefined. */
function clean<T extends object>(value: Optional<T>): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
