import type { ParameterExtension } from './document.ts';
import type { Json } from './json.ts';

/**
 * A schema after lowering: JSON Schema 2020-12 as OpenAPI 3.1 uses it, made a discriminated union. OpenAPI 3.0's `nullable`,
 * type arrays and `enum` with null have become `nullable`; `allOf` of objects is merged; `readOnly` members are absent from
 * request schemas and `writeOnly` members from response schemas; every recursion goes through `ref`.
 */
export type Schema =
  | AnySchema
  | NeverSchema
  | NullSchema
  | BooleanSchema
  | NumberSchema
  | StringSchema
  | EnumSchema
  | ArraySchema
  | ObjectSchema
  | UnionSchema
  | IntersectionSchema
  | NotSchema
  | RefSchema;

/** What every schema can carry. */
export interface SchemaMeta {
  readonly title?: string;
  readonly description?: string;
  /** The documented default: told to callers, not sent. */
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly deprecated?: boolean;
  /** null is allowed beside what the rest says. */
  readonly nullable?: boolean;
}

export interface AnySchema extends SchemaMeta {
  readonly kind: 'any';
}
/** Nothing matches: JSON Schema's `false`. */
export interface NeverSchema extends SchemaMeta {
  readonly kind: 'never';
}
export interface NullSchema extends SchemaMeta {
  readonly kind: 'null';
}
export interface BooleanSchema extends SchemaMeta {
  readonly kind: 'boolean';
}
export interface NumberSchema extends SchemaMeta {
  readonly kind: 'number';
  readonly integer: boolean;
  /** `int32`, `int64`, `float`, `double`, … as documented. */
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}
export interface StringSchema extends SchemaMeta {
  readonly kind: 'string';
  readonly format?: string;
  /** As documented; may be invalid as a JavaScript regular expression. */
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** `raw`: bytes as they are (OpenAPI 3.0 `format: binary`, 3.1 no `contentEncoding` in a binary place); `base64`: bytes that the API wants as base64 text (`format: byte`, `contentEncoding: base64`); `base64url` likewise. */
  readonly binary?: 'raw' | 'base64' | 'base64url';
  readonly contentMediaType?: string;
}
/** A closed list of values, `const` being a list of one. Never empty. null is expressed by `nullable`. */
export interface EnumSchema extends SchemaMeta {
  readonly kind: 'enum';
  readonly values: readonly [Json, ...Json[]];
}
export interface ArraySchema extends SchemaMeta {
  readonly kind: 'array';
  /** Schemas of the first items, if they differ by position. */
  readonly prefixItems?: readonly Schema[];
  readonly items: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}
export interface Property {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  /** JSON pointer of its declaration; absent where only `required` names it. */
  readonly pointer?: string;
  /** `x-mcpgen` of its declaration. */
  readonly extension?: ParameterExtension;
}
export interface ObjectSchema extends SchemaMeta {
  readonly kind: 'object';
  readonly properties: readonly Property[];
  /** What members that are not in `properties` must match; `false`: there may be none. */
  readonly additional: Schema | false;
  /** Further members are not only tolerated but documented: `additionalProperties` or `patternProperties` speak of them. */
  readonly extensible?: boolean;
  /** Names of members that were left out: readOnly ones of a request, writeOnly ones of a response. */
  readonly omitted?: readonly string[];
  /** Regular expression → schema, as documented. */
  readonly patternProperties?: readonly { readonly pattern: string; readonly schema: Schema }[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
}
export interface UnionSchema extends SchemaMeta {
  readonly kind: 'union';
  /** `oneOf`: exactly one member matches; `anyOf`: at least one. */
  readonly mode: 'oneOf' | 'anyOf';
  readonly members: readonly Schema[];
  readonly discriminator?: {
    readonly property: string;
    readonly mapping: readonly { readonly value: string; readonly ref: string }[];
  };
}
/** `allOf` that could not be merged. */
export interface IntersectionSchema extends SchemaMeta {
  readonly kind: 'intersection';
  readonly members: readonly Schema[];
}
export interface NotSchema extends SchemaMeta {
  readonly kind: 'not';
  readonly member: Schema;
}
/** A use of a named schema: `id` is a key of `Api.schemas`. */
export interface RefSchema extends SchemaMeta {
  readonly kind: 'ref';
  readonly id: string;
}

/** Named schemas: id → schema. An id is `request/Name` or `response/Name`: a component lowered for one direction. */
export type Schemas = ReadonlyMap<string, Schema>;

/**
 * Follows refs until something else is found.
 * @returns the schema behind `schema`, with the ref's own description and nullability kept; `any` where the chain is circular or dangling.
 */
export function resolveSchema(schema: Schema, schemas: Schemas): Exclude<Schema, RefSchema> {
  let current: Schema = schema;
  const seen = new Set<string>();
  while (current.kind === 'ref') {
    const target = seen.has(current.id) ? undefined : schemas.get(current.id);
    if (target === undefined) return { kind: 'any' };
    seen.add(current.id);
    const { kind: _kind, id: _id, ...meta } = current;
    current = { ...target, ...meta } as Schema;
  }
  return current;
}
