import type { Json } from '../../src/model/json.ts';
import type { ArgumentPlan } from '../../src/model/plan.ts';
import { resolveSchema, type Schema, type Schemas } from '../../src/model/schema.ts';
import { toExtendedRegex } from './regex.ts';

/** What the command line takes for an argument: a type of the runtime's `arg`, the closed list of its values, and its options. */
export interface CommandType {
  readonly type: string;
  readonly values: readonly string[];
  readonly options: readonly string[];
  readonly nullable: boolean;
}

type Resolved = ReturnType<typeof resolveSchema>;

/**
 * Chooses how an argument is written on the command line.
 * @param argument its schema may be a ref
 */
export function commandType(argument: ArgumentPlan, schemas: Schemas): CommandType {
  const schema = resolveSchema(argument.schema, schemas);
  const nullable = schema.nullable === true || schema.kind === 'null' || unionHasNull(schema, schemas);
  if (schema.kind === 'array' && schema.prefixItems === undefined) {
    const items = resolveSchema(schema.items, schemas);
    if (items.kind !== 'array') {
      const options = items.kind === 'object' ? [...members(items)] : constraints(items);
      if (schema.minItems !== undefined || schema.maxItems !== undefined)
        options.push(`items=${schema.minItems ?? 0}..${schema.maxItems ?? ''}`);
      return { type: `${scalarType(items, schemas)}[]`, values: enumValues(items), options, nullable };
    }
  }
  return {
    type: scalarType(schema, schemas),
    values: enumValues(schema),
    options: schema.kind === 'object' ? members(schema) : constraints(schema),
    nullable,
  };
}

function unionHasNull(schema: Resolved, schemas: Schemas): boolean {
  return (
    schema.kind === 'union' && schema.members.some((member) => resolveSchema(member, schemas).kind === 'null')
  );
}

function scalarType(schema: Resolved, schemas: Schemas, depth = 0): string {
  switch (schema.kind) {
    case 'string':
      if (schema.binary === undefined) return 'str';
      return { raw: 'file', base64: 'file64', base64url: 'file64url' }[schema.binary];
    case 'number':
      return schema.integer ? 'int' : 'num';
    case 'boolean':
      return 'bool';
    case 'enum':
      return enumType(schema.values);
    case 'object':
      return 'obj';
    case 'union':
      return unionType(schema.members, schemas, depth);
    case 'any':
    case 'not':
    case 'never':
      return 'any';
    case 'array':
    case 'null':
    case 'intersection':
      return 'json';
  }
}

function enumType(values: readonly Json[]): string {
  const kinds = new Set(values.map((value) => (typeof value === 'bigint' ? 'number' : typeof value)));
  if (kinds.size !== 1) return 'any';
  if (kinds.has('string')) return 'str';
  if (kinds.has('boolean')) return 'bool';
  if (kinds.has('number'))
    return values.every((value) => typeof value === 'bigint' || Number.isInteger(value)) ? 'int' : 'num';
  return 'json';
}

/** Members that are written alike stay what they are; a string beside something else is text that may look like JSON. */
function unionType(alternatives: readonly Schema[], schemas: Schemas, depth: number): string {
  const types = new Set<string>();
  for (const alternative of alternatives) {
    const schema = resolveSchema(alternative, schemas);
    if (schema.kind !== 'null') types.add(depth > 8 ? 'json' : scalarType(schema, schemas, depth + 1));
  }
  const [only] = types;
  if (types.size === 1 && only !== undefined) return only;
  if (types.size === 2 && types.has('int') && types.has('num')) return 'num';
  if (types.has('any')) return 'any';
  return types.has('str') || types.has('text') ? 'text' : 'json';
}

/** The values of an enum that can be told from each other as text. */
function enumValues(schema: Resolved): readonly string[] {
  if (schema.kind !== 'enum' || enumType(schema.values) === 'any' || enumType(schema.values) === 'json')
    return [];
  return schema.values.map(String);
}

/** The names and types of an object's members, for help and for flags with dots. */
function members(schema: Extract<Resolved, { kind: 'object' }>): string[] {
  const words = schema.properties
    .filter(({ name }) => /^[A-Za-z0-9_-]+$/.test(name))
    .slice(0, 24)
    .map(({ name, schema: member, required }) => `${name}:${memberType(member)}${required ? '!' : ''}`);
  return words.length === 0 ? [] : [`has=${words.join(' ')}`];
}

function memberType(schema: Schema): string {
  const type = scalarType(schema.kind === 'ref' ? { kind: 'any' } : schema, new Map());
  return schema.kind === 'array' ? 'json' : type;
}

/** What the runtime checks before the call. */
function constraints(schema: Resolved): string[] {
  const options: string[] = [];
  const add = (name: string, value: number | undefined) => {
    if (value !== undefined) options.push(`${name}=${value}`);
  };
  if (schema.kind === 'number') {
    add('min', schema.minimum);
    add('max', schema.maximum);
    add('above', schema.exclusiveMinimum);
    add('below', schema.exclusiveMaximum);
    add('multiple', schema.multipleOf);
  }
  if (schema.kind === 'string' && schema.binary === undefined) {
    add('minlen', schema.minLength === 0 ? undefined : schema.minLength);
    add('maxlen', schema.maxLength);
    const pattern = schema.pattern === undefined ? undefined : toExtendedRegex(schema.pattern);
    if (pattern !== undefined) options.push(`pattern=${pattern}`);
  }
  return options;
}
