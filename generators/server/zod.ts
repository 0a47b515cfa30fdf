import type { Json } from '../../src/model/json.ts';
import {
  type ArraySchema,
  type NumberSchema,
  type ObjectSchema,
  resolveSchema,
  type Schema,
  type Schemas,
  type StringSchema,
  type UnionSchema,
} from '../../src/model/schema.ts';
import { propertyKey, quoteJson, quoteString } from '../quote/typescript.ts';
import { callOf, type homes, type Imports } from './calls.ts';
import { call, type Doc, group } from './layout.ts';

/** Collects what the printed schemas need from elsewhere. */
export interface ZodContext {
  readonly schemas: Schemas;
  /** Schema id → identifier of the function in schemas.ts that gives it. */
  readonly names: ReadonlyMap<string, string>;
  /** Ids of the named schemas that have been used. */
  readonly refs: Set<string>;
  /** Filled with the functions of runtime/schema.ts that are called. */
  readonly imports: Imports;
}

/**
 * Prints a schema as a zod expression. It accepts all that the document allows: formats are not checked, patterns that
 * JavaScript does not understand let everything pass.
 */
export function zodOf(schema: Schema, context: ZodContext): Doc {
  const printed = bare(schema, context);
  return schema.nullable === true && schema.kind !== 'null' && schema.kind !== 'any'
    ? [printed, '.nullable()']
    : printed;
}

function bare(schema: Schema, context: ZodContext): Doc {
  switch (schema.kind) {
    case 'any':
      return helper('anything', context)();
    case 'never':
      return 'z.never()';
    case 'null':
      return 'z.null()';
    case 'boolean':
      return 'z.boolean()';
    case 'number':
      return numberOf(schema, context);
    case 'string':
      return stringOf(schema, context);
    case 'enum':
      return enumOf(schema.values, context);
    case 'array':
      return arrayOf(schema, context);
    case 'object':
      return objectOf(schema, context);
    case 'union':
      return unionOf(schema, context);
    case 'intersection':
      return schema.members
        .map((member) => zodOf(member, context))
        .reduce((left, right) => call('z.intersection', left, right));
    case 'not':
      return helper('not', context)(zodOf(schema.member, context));
    case 'ref': {
      const name = context.names.get(schema.id);
      if (name === undefined) return helper('anything', context)();
      context.refs.add(schema.id);
      return `z.lazy(schemas.${name})`;
    }
  }
}

function helper(name: (typeof homes.schema)[number], context: ZodContext): (...args: Doc[]) => Doc {
  return (...args) => callOf(name, context.imports, ...args);
}

function numberOf(schema: NumberSchema, context: ZodContext): Doc {
  const base = schema.integer ? helper('integer', context)() : 'z.number()';
  const limits = [
    schema.minimum === undefined ? '' : `.min(${quoteJson(schema.minimum)})`,
    schema.exclusiveMinimum === undefined ? '' : `.gt(${quoteJson(schema.exclusiveMinimum)})`,
    schema.maximum === undefined ? '' : `.max(${quoteJson(schema.maximum)})`,
    schema.exclusiveMaximum === undefined ? '' : `.lt(${quoteJson(schema.exclusiveMaximum)})`,
  ];
  const step =
    schema.multipleOf === undefined
      ? []
      : [call('.check', helper('multipleOf', context)(quoteJson(schema.multipleOf)))];
  return [base, ...limits.filter((limit) => limit !== ''), ...step];
}

function stringOf(schema: StringSchema, context: ZodContext): Doc {
  const checks: Doc[] = [];
  if (schema.minLength !== undefined && schema.minLength > 0) {
    checks.push(helper('minLength', context)(String(schema.minLength)));
  }
  if (schema.maxLength !== undefined) checks.push(helper('maxLength', context)(String(schema.maxLength)));
  if (schema.pattern !== undefined) checks.push(helper('pattern', context)(quoteString(schema.pattern)));
  // Lengths and patterns of binary content are about the bytes, not about their base64 text.
  return checks.length === 0 || schema.binary !== undefined
    ? 'z.string()'
    : ['z.string()', call('.check', ...checks)];
}

function enumOf(values: readonly Json[], context: ZodContext): Doc {
  if (values.every((value) => typeof value === 'string')) {
    const texts = [...new Set(values)].map((value) => quoteString(String(value)));
    return texts.length === 1 ? `z.literal(${texts[0]})` : call('z.enum', group('[', texts, ']'));
  }
  if (values.every((value) => typeof value !== 'object' || value === null)) {
    return call('z.literal', group('[', [...new Set(values.map(quoteJson))], ']'));
  }
  return helper('oneOf', context)(group('[', values.map(quoteJson), ']'));
}

function arrayOf(schema: ArraySchema, context: ZodContext): Doc {
  const { prefixItems, minItems = 0, maxItems } = schema;
  const unique = schema.uniqueItems === true ? [helper('uniqueItems', context)()] : [];
  const checked = (base: Doc, checks: readonly Doc[]): Doc =>
    checks.length === 0 ? base : [base, call('.check', ...checks)];
  if (prefixItems === undefined) {
    const limits = [
      minItems === 0 ? '' : `.min(${minItems})`,
      maxItems === undefined ? '' : `.max(${maxItems})`,
    ];
    const base = call('z.array', zodOf(schema.items, context));
    return checked(limits.every((limit) => limit === '') ? base : [base, ...limits], unique);
  }
  const first = prefixItems.map((item): Doc => [zodOf(item, context), '.optional()']);
  return checked(call('z.tuple', group('[', first, ']'), zodOf(schema.items, context)), [
    ...(minItems === 0 ? [] : [helper('minItems', context)(String(minItems))]),
    ...(maxItems === undefined ? [] : [helper('maxItems', context)(String(maxItems))]),
    ...unique,
  ]);
}

/** The members of an object, `name: schema` each. */
export function membersOf(properties: ObjectSchema['properties'], context: ZodContext): Doc[] {
  return properties.map(({ name, schema, required }) => [
    `${propertyKey(name)}: `,
    memberSchema(schema, required, context),
  ]);
}

function memberSchema(schema: Schema, required: boolean, context: ZodContext): Doc {
  if (!required && schema.kind === 'any') return 'z.unknown().optional()';
  return required ? zodOf(schema, context) : [zodOf(schema, context), '.optional()'];
}

function objectOf(schema: ObjectSchema, context: ZodContext): Doc {
  const { additional, patternProperties } = schema;
  // zod reads a shape's `__proto__` as the prototype: such a member goes unchecked.
  const properties = schema.properties.filter(({ name }) => name !== '__proto__');
  const checks: Doc[] = [];
  if (patternProperties !== undefined && patternProperties.length > 0) {
    const named = group(
      '[',
      properties.map(({ name }) => quoteString(name)),
      ']',
    );
    const patterns = group(
      '[',
      patternProperties.map((one) => group('[', [quoteString(one.pattern), zodOf(one.schema, context)], ']')),
      ']',
    );
    const others =
      additional === false
        ? 'z.never()'
        : additional.kind === 'any'
          ? 'undefined'
          : zodOf(additional, context);
    checks.push(helper('patternProperties', context)(named, patterns, others));
  }
  if (schema.minProperties !== undefined && schema.minProperties > 0) {
    checks.push(helper('minProperties', context)(String(schema.minProperties)));
  }
  if (schema.maxProperties !== undefined)
    checks.push(helper('maxProperties', context)(String(schema.maxProperties)));
  const printed = [
    objectBase(schema, properties, checks.length > 0 && patternProperties !== undefined, context),
    ...(checks.length === 0 ? [] : [call('.check', ...checks)]),
  ];
  // zod would take what every object inherits for a member that is given.
  return properties.some(({ name }) => name in Object.prototype) ? helper('own', context)(printed) : printed;
}

function objectBase(
  schema: ObjectSchema,
  properties: ObjectSchema['properties'],
  open: boolean,
  context: ZodContext,
): Doc {
  const { additional } = schema;
  const shape = group('{', membersOf(properties, context), '}');
  if (
    open ||
    (additional !== false && additional.kind === 'any') ||
    properties.length < schema.properties.length
  ) {
    return call('z.looseObject', shape);
  }
  if (additional === false) return call('z.strictObject', shape);
  if (properties.length === 0) return call('z.record', 'z.string()', zodOf(additional, context));
  return [call('z.object', shape), call('.catchall', zodOf(additional, context))];
}

function unionOf(schema: UnionSchema, context: ZodContext): Doc {
  const members = schema.members.map((member) => zodOf(member, context));
  const [only] = members;
  if (only !== undefined && members.length === 1) return only;
  return call(
    schema.mode === 'oneOf' && !overlap(schema, context.schemas) ? 'z.xor' : 'z.union',
    group('[', members, ']'),
  );
}

/**
 * Whether values exist that two members match though people mean one: exactly one would never match. Of objects those exclude each other
 * of which each requires a member that the other does not; with a discriminator a value says itself which it is.
 */
function overlap({ members, discriminator }: UnionSchema, schemas: Schemas): boolean {
  if (discriminator !== undefined) return true;
  return members.some((one, index) => members.slice(index + 1).some((other) => alike(one, other, schemas)));
}

function alike(one: Schema, other: Schema, schemas: Schemas): boolean {
  const [a, b] = [resolveSchema(one, schemas), resolveSchema(other, schemas)];
  if (a.kind === 'union' || a.kind === 'intersection') return true;
  if (b.kind === 'union' || b.kind === 'intersection') return true;
  if (a.kind === 'object' && b.kind === 'object') {
    const [left, right] = [requiredOf(a), requiredOf(b)];
    return ![...left].some((name) => !right.has(name)) || ![...right].some((name) => !left.has(name));
  }
  return typeOf(a) === typeOf(b) || a.kind === 'any' || b.kind === 'any';
}

function typeOf(schema: Schema): string {
  return schema.kind === 'enum' ? typeof schema.values[0] : schema.kind;
}

function requiredOf(schema: ObjectSchema): ReadonlySet<string> {
  return new Set(schema.properties.filter(({ required }) => required).map(({ name }) => name));
}
