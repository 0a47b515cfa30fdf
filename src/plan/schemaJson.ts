import type { ResponseShape } from '../model/api.ts';
import { exactJson, type Json, type JsonObject } from '../model/json.ts';
import { resolveSchema, type Schema, type Schemas } from '../model/schema.ts';
import { clip, oneLine, safeText } from './text.ts';

interface Limits {
  /** Levels below the root that are described. */
  readonly depth: number;
  /** Longest description at the root, and below it. */
  readonly description: number;
  readonly nested: number;
  /** Most values of an enum that are listed; a longer one becomes its type. */
  readonly values: number;
}

interface State {
  readonly schemas: Schemas;
  readonly limits: Limits;
  /** Characters that may still be written; below zero the attempt is given up. */
  left: number;
  readonly path: Set<string>;
}

/** From everything to next to nothing. */
const attempts: readonly Limits[] = [
  { depth: 12, description: 120, nested: 100, values: 200 },
  { depth: 6, description: 120, nested: 80, values: 100 },
  { depth: 4, description: 120, nested: 60, values: 60 },
  { depth: 3, description: 120, nested: 40, values: 40 },
  { depth: 2, description: 120, nested: 0, values: 40 },
  { depth: 1, description: 120, nested: 0, values: 24 },
  { depth: 1, description: 80, nested: 0, values: 12 },
  { depth: 0, description: 60, nested: 0, values: 12 },
];
/** How far beyond its budget an attempt may go before it is given up; what it really takes is measured at the end. */
const effort = 3;
const least: Limits = { depth: 0, description: 0, nested: 0, values: 8 };

/**
 * Writes a schema as JSON Schema without `$ref`, `$defs` and `$schema`. What is recursive, and what would go over the budget, becomes an open
 * object or array with its description: the result accepts more than the schema, never less.
 * @param budget characters of JSON
 */
export function schemaToJson(schema: Schema, schemas: Schemas, budget = 64_000): JsonObject {
  return withinBudget(budget, (limits) => {
    const state: State = { schemas, limits, left: budget * effort, path: new Set() };
    const json = write(schema, state, 0);
    return state.left < 0 ? undefined : json;
  });
}

/** A member of an object that is written under one budget. */
export interface Member {
  readonly key: string;
  readonly schema: Schema;
  readonly description: string;
  readonly required: boolean;
  readonly default?: Json;
}

/**
 * Writes the object schema of a tool's input: every member is there whatever the budget, only what it says gets shorter.
 * @param budget characters of JSON
 */
export function objectToJson(members: readonly Member[], schemas: Schemas, budget: number): JsonObject {
  return withinBudget(budget, (limits) => {
    const state: State = { schemas, limits, left: budget * effort, path: new Set() };
    const properties: Record<string, Json> = {};
    for (const member of members) {
      const { description: _description, ...json } = write(member.schema, state, 0);
      const description = clip(oneLine(member.description), limits.description);
      const value: JsonObject = {
        ...json,
        ...(description === '' || limits.description === 0 ? {} : { description }),
        ...(member.default === undefined ? {} : { default: member.default }),
      };
      state.left -= member.key.length + description.length + 30;
      properties[member.key] = value;
      if (state.left < 0 && limits !== least) return undefined;
    }
    const required = members.filter((member) => member.required).map((member) => member.key);
    return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
  });
}

function withinBudget(budget: number, attempt: (limits: Limits) => JsonObject | undefined): JsonObject {
  for (const limits of attempts) {
    const json = attempt(limits);
    if (json !== undefined && exactJson(json).length <= budget) return json;
  }
  return attempt(least) ?? {};
}

/** One level of a schema; `state.left` pays for what is written. */
function write(schema: Schema, state: State, depth: number): JsonObject {
  const id = schema.kind === 'ref' ? schema.id : undefined;
  const recursive = id !== undefined && state.path.has(id);
  const resolved = resolveSchema(schema, state.schemas);
  if (recursive) return { ...open(resolved), ...said(resolved, state, depth) };
  if (id !== undefined) state.path.add(id);
  const json = body(resolved, state, depth);
  if (id !== undefined) state.path.delete(id);
  const result = { ...nullable(json, resolved), ...said(resolved, state, depth) };
  state.left -= 20 + Object.keys(json).length * 8;
  return result;
}

/** Description and documented default. */
function said(schema: Schema, state: State, depth: number): JsonObject {
  const limit = depth === 0 ? state.limits.description : state.limits.nested;
  const description = limit === 0 ? '' : clip(oneLine(schema.description ?? ''), limit);
  state.left -= description.length;
  const small = schema.default !== undefined && exactJson(schema.default).length <= 60;
  return {
    ...(description === '' ? {} : { description }),
    ...(small && schema.default !== null ? { default: clean(schema.default ?? null) } : {}),
    ...(schema.deprecated === true ? { deprecated: true } : {}),
  };
}

/** A value whose text is safe to show. */
function clean(value: Json): Json {
  return typeof value === 'string' ? safeText(value) : value;
}

/** What is left of a schema that is not described further. */
function open(schema: Schema): JsonObject {
  switch (schema.kind) {
    case 'object':
      return { type: 'object' };
    case 'array':
      return { type: 'array', items: {} };
    default:
      return {};
  }
}

function nullable(json: JsonObject, schema: Schema): JsonObject {
  if (schema.nullable !== true) return json;
  if (typeof json.type === 'string' || Array.isArray(json.type)) {
    const values = Array.isArray(json.enum) ? { enum: [...json.enum, null] } : {};
    const types: readonly Json[] = typeof json.type === 'string' ? [json.type] : json.type;
    return { ...json, type: types.includes('null') ? types : [...types, 'null'], ...values };
  }
  if (Array.isArray(json.enum)) return { ...json, enum: [...json.enum, null] };
  if (Array.isArray(json.anyOf)) return { ...json, anyOf: [...json.anyOf, { type: 'null' }] };
  return json;
}

function body(schema: Schema, state: State, depth: number): JsonObject {
  if (state.left < 0 && state.limits !== least) return {};
  switch (schema.kind) {
    case 'any':
    case 'ref':
    case 'not':
      return {};
    case 'never':
      return { not: {} };
    case 'null':
    case 'boolean':
      return { type: schema.kind };
    case 'number': {
      const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
      return {
        type: schema.integer ? 'integer' : 'number',
        ...present({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }),
      };
    }
    case 'string': {
      const { minLength, maxLength, pattern, format } = schema;
      if (schema.binary !== undefined) {
        const encoding = schema.binary === 'base64url' ? 'base64url' : 'base64';
        return { type: 'string', contentEncoding: encoding };
      }
      const usable =
        pattern !== undefined && pattern.length <= 200 && isPattern(pattern) ? pattern : undefined;
      state.left -= usable?.length ?? 0;
      return {
        type: 'string',
        ...present({ format: safeFormat(format), minLength, maxLength, pattern: usable }),
      };
    }
    case 'enum':
      return enumBody(schema.values, state);
    case 'array':
      return arrayBody(schema, state, depth);
    case 'object':
      return objectBody(schema, state, depth);
    case 'union':
      return unionBody(schema.members, state, depth);
    case 'intersection':
      return depth >= state.limits.depth
        ? {}
        : { allOf: schema.members.map((part) => write(part, state, depth + 1)) };
  }
}

function safeFormat(format: string | undefined): string | undefined {
  return format !== undefined && /^[a-zA-Z0-9._-]{1,40}$/.test(format) ? format : undefined;
}

/** Clients compile patterns as JavaScript regular expressions and refuse a list of tools over one that is not. */
function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return safeText(pattern) === pattern;
  } catch {
    return false;
  }
}

function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function enumBody(values: readonly Json[], state: State): JsonObject {
  const type = commonType(values);
  const stated = type === undefined ? {} : { type };
  if (values.length > state.limits.values) return stated;
  state.left -= exactJson(values).length;
  return { ...stated, enum: values };
}

function commonType(values: readonly Json[]): string | undefined {
  const types = new Set(
    values.map((value) =>
      value !== null && typeof value === 'object' ? '' : typeof value === 'bigint' ? 'number' : typeof value,
    ),
  );
  const [type] = types;
  return types.size === 1 && type !== '' ? type : undefined;
}

function arrayBody(schema: Extract<Schema, { kind: 'array' }>, state: State, depth: number): JsonObject {
  const { minItems, maxItems, uniqueItems } = schema;
  const limits = present({ minItems, maxItems, uniqueItems });
  // `prefixItems` is newer than what many clients read: any item will do.
  const items = schema.prefixItems === undefined ? schema.items : undefined;
  if (items === undefined) return { type: 'array', items: {}, ...limits };
  return { type: 'array', items: inner(items, state, depth), ...limits };
}

/** A schema one level down: scalars are always described. */
function inner(schema: Schema, state: State, depth: number): JsonObject {
  const resolved = resolveSchema(schema, state.schemas);
  const structured = ['object', 'array', 'union', 'intersection'].includes(resolved.kind);
  if (structured && depth >= state.limits.depth)
    return { ...open(resolved), ...said(resolved, state, depth + 1) };
  return write(schema, state, depth + 1);
}

function objectBody(schema: Extract<Schema, { kind: 'object' }>, state: State, depth: number): JsonObject {
  if (depth > state.limits.depth || (depth > 0 && depth === state.limits.depth)) return { type: 'object' };
  const { minProperties, maxProperties } = schema;
  const properties: [string, Json][] = [];
  for (const property of schema.properties) {
    if (state.left < 0 && state.limits !== least) break;
    state.left -= property.name.length + (property.required ? property.name.length + 6 : 4);
    properties.push([property.name, inner(property.schema, state, depth)]);
  }
  const required = schema.properties.filter((property) => property.required).map((property) => property.name);
  const additional = additionalBody(schema, state, depth);
  return {
    type: 'object',
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(additional === undefined ? {} : { additionalProperties: additional }),
    ...present({ minProperties, maxProperties }),
  };
}

function additionalBody(
  schema: Extract<Schema, { kind: 'object' }>,
  state: State,
  depth: number,
): Json | undefined {
  if (schema.additional === false) return schema.patternProperties === undefined ? false : undefined;
  if (schema.additional.kind === 'any' || schema.patternProperties !== undefined) return undefined;
  return inner(schema.additional, state, depth);
}

function unionBody(members: readonly Schema[], state: State, depth: number): JsonObject {
  if (depth >= state.limits.depth) {
    const types = new Set(members.map((part) => open(resolveSchema(part, state.schemas)).type));
    const [type] = types;
    return types.size === 1 && type !== undefined ? { type } : {};
  }
  const written = members.map((part) => write(part, state, depth + 1));
  const types = written.map((part) => (Object.keys(part).length === 1 ? part.type : undefined));
  if (types.every((type) => typeof type === 'string')) return { type: [...new Set(types)] };
  return { anyOf: written };
}

/**
 * The output schema of a tool, only for an object that fits the budget whole: a client refuses an answer that does not match.
 * @returns undefined where the answer is not always JSON, is unknown, or too large to describe
 */
export function outputJson(
  response: ResponseShape,
  schemas: Schemas,
  budget: number,
): JsonObject | undefined {
  if (response.kind !== 'json' || response.mixed === true || response.schema === undefined) return undefined;
  const resolved = resolveSchema(response.schema, schemas);
  if (resolved.kind !== 'object' || resolved.properties.length === 0 || resolved.nullable === true)
    return undefined;
  const limits: Limits = { depth: 12, description: 0, nested: 80, values: 40 };
  const state: State = { schemas, limits, left: budget, path: new Set() };
  const json = write(response.schema, state, 0);
  return state.left >= 0 && exactJson(json).length <= budget ? json : undefined;
}
