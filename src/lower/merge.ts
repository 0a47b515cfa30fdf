import { exactJson, type Json } from '../model/json.ts';
import type {
  ArraySchema,
  EnumSchema,
  NumberSchema,
  ObjectSchema,
  Property,
  Schema,
  SchemaMeta,
  StringSchema,
  UnionSchema,
} from '../model/schema.ts';

/** Finds a named schema; undefined where it is under way. */
type Target = (id: string) => Schema | undefined;

/** Members of a union that another schema is merged into one by one. */
const maxDistributed = 32;

/** Puts what `meta` says over what `schema` says of the same. */
export function withMeta(schema: Schema, meta: SchemaMeta): Schema {
  return Object.keys(meta).length === 0 ? schema : { ...schema, ...meta };
}

/** Whether nothing but meta data is said. */
export function isNeutral(schema: Schema): boolean {
  return schema.kind === 'any';
}

/** An object schema that says nothing but that it is an object. */
function isBareObject(schema: Schema): boolean {
  return (
    schema.kind === 'object' &&
    schema.properties.length === 0 &&
    schema.additional !== false &&
    schema.additional.kind === 'any' &&
    schema.minProperties === undefined &&
    schema.maxProperties === undefined &&
    schema.patternProperties === undefined
  );
}

function metaParts(schema: Schema): SchemaMeta {
  const { title, description, examples, deprecated } = schema;
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(examples === undefined ? {} : { examples }),
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}

/**
 * What matches both schemas, merged where the model can say it in one (`allOf`): objects, arrays, scalars of one type, unions.
 * Where an exact answer has no word the result accepts more. The later schema's title, description and default win.
 * @param target looks up named schemas
 */
export function intersect(left: Schema, right: Schema, target: Target): Schema {
  const meta = { ...metaParts(left), ...metaParts(right) };
  const merged = combine(left, right, target);
  // null is allowed where both allow it; `any` allows it.
  const nullable = [left, right].every((schema) => schema.kind === 'any' || schema.nullable === true);
  const { nullable: _nullable, ...rest } = merged;
  const result = withMeta(rest as Schema, meta);
  return nullable && result.kind !== 'any' ? { ...result, nullable: true } : result;
}

function combine(left: Schema, right: Schema, target: Target): Schema {
  if (isNeutral(left)) return right;
  if (isNeutral(right)) return left;
  if (left.kind === 'ref' && right.kind === 'ref' && left.id === right.id) return left;
  const a = left.kind === 'ref' ? follow(left, target) : left;
  const b = right.kind === 'ref' ? follow(right, target) : right;
  // A schema that is defined by itself says nothing more than its other parts.
  if (a === undefined) return right;
  if (b === undefined) return left;
  if (isNeutral(a)) return right;
  if (isNeutral(b)) return left;
  if (isBareObject(a) && isObjectLike(b)) return right;
  if (isBareObject(b) && isObjectLike(a)) return left;
  if (a.kind === 'never' || b.kind === 'never') return { kind: 'never' };
  if (a.kind === 'object' && b.kind === 'object') return mergeObjects(a, b, target);
  if (a.kind === 'array' && b.kind === 'array') return mergeArrays(a, b, target);
  if (a.kind === 'string' && b.kind === 'string') return mergeStrings(a, b);
  if (a.kind === 'number' && b.kind === 'number') return mergeNumbers(a, b);
  if (a.kind === 'boolean' && b.kind === 'boolean') return a;
  if (a.kind === 'null' && b.kind === 'null') return a;
  if (a.kind === 'enum' && b.kind === 'enum') return mergeEnums(a, b);
  if (a.kind === 'enum' && isScalar(b)) return a;
  if (b.kind === 'enum' && isScalar(a)) return b;
  if (b.kind === 'union') return distribute(left, a, b, target);
  if (a.kind === 'union') return distribute(right, b, a, target);
  return { kind: 'intersection', members: [left, right] };
}

function follow(schema: Schema, target: Target): Schema | undefined {
  let current: Schema | undefined = schema;
  for (let steps = 0; current?.kind === 'ref'; steps++) {
    current = steps > 100 ? undefined : target(current.id);
  }
  return current;
}

function isScalar(schema: Schema): boolean {
  return schema.kind === 'string' || schema.kind === 'number' || schema.kind === 'boolean';
}

function isObjectLike(schema: Schema): boolean {
  return (
    schema.kind === 'object' ||
    schema.kind === 'ref' ||
    schema.kind === 'union' ||
    schema.kind === 'intersection'
  );
}

function mergeObjects(a: ObjectSchema, b: ObjectSchema, target: Target): ObjectSchema {
  const omitted = new Set([...(a.omitted ?? []), ...(b.omitted ?? [])]);
  const properties = new Map<string, Property>();
  for (const property of [...a.properties, ...b.properties]) {
    if (omitted.has(property.name)) continue;
    const known = properties.get(property.name);
    properties.set(property.name, known === undefined ? property : mergeProperties(known, property, target));
  }
  const patterns = [...(a.patternProperties ?? []), ...(b.patternProperties ?? [])];
  const min = larger(a.minProperties, b.minProperties);
  const max = smaller(a.maxProperties, b.maxProperties);
  return {
    kind: 'object',
    properties: [...properties.values()],
    // Read literally, one closed part would forbid the members of all others; what is meant is that their sum is closed.
    additional:
      a.additional === false || b.additional === false
        ? false
        : intersectShallow(a.additional, b.additional, target),
    ...(a.extensible || b.extensible ? { extensible: true } : {}),
    ...(omitted.size > 0 ? { omitted: [...omitted] } : {}),
    ...(patterns.length > 0 ? { patternProperties: patterns } : {}),
    ...(min === undefined ? {} : { minProperties: min }),
    ...(max === undefined ? {} : { maxProperties: max }),
  };
}

function mergeProperties(a: Property, b: Property, target: Target): Property {
  const pointer = b.pointer ?? a.pointer;
  const extension = a.extension || b.extension ? { ...a.extension, ...b.extension } : undefined;
  return {
    name: a.name,
    schema: intersectShallow(a.schema, b.schema, target),
    required: a.required || b.required,
    ...(pointer === undefined ? {} : { pointer }),
    ...(extension === undefined ? {} : { extension }),
  };
}

/** Merges members, but looks into a reference only where it leads to a scalar: two recursive objects would never end. */
function intersectShallow(a: Schema, b: Schema, target: Target): Schema {
  if (a.kind !== 'ref' && b.kind !== 'ref') return intersect(a, b, target);
  if (isNeutral(a) || isNeutral(b) || (a.kind === 'ref' && b.kind === 'ref' && a.id === b.id)) {
    return intersect(a, b, target);
  }
  const left = follow(a, target);
  const right = follow(b, target);
  const plain = [left, right].every(
    (schema) => schema !== undefined && (isScalar(schema) || schema.kind === 'enum'),
  );
  if (plain || isBareObject(left ?? a) || isBareObject(right ?? b)) return intersect(a, b, target);
  return { kind: 'intersection', members: [a, b] };
}

function mergeArrays(a: ArraySchema, b: ArraySchema, target: Target): ArraySchema {
  const prefixItems = b.prefixItems ?? a.prefixItems;
  const min = larger(a.minItems, b.minItems);
  const max = smaller(a.maxItems, b.maxItems);
  return {
    kind: 'array',
    items: intersectShallow(a.items, b.items, target),
    ...(prefixItems === undefined ? {} : { prefixItems }),
    ...(min === undefined ? {} : { minItems: min }),
    ...(max === undefined ? {} : { maxItems: max }),
    ...(a.uniqueItems || b.uniqueItems ? { uniqueItems: true } : {}),
  };
}

function mergeStrings(a: StringSchema, b: StringSchema): StringSchema {
  const min = larger(a.minLength, b.minLength);
  const max = smaller(a.maxLength, b.maxLength);
  return {
    ...a,
    ...b,
    ...(min === undefined ? {} : { minLength: min }),
    ...(max === undefined ? {} : { maxLength: max }),
  };
}

function mergeNumbers(a: NumberSchema, b: NumberSchema): NumberSchema {
  const limits = {
    minimum: larger(a.minimum, b.minimum),
    maximum: smaller(a.maximum, b.maximum),
    exclusiveMinimum: larger(a.exclusiveMinimum, b.exclusiveMinimum),
    exclusiveMaximum: smaller(a.exclusiveMaximum, b.exclusiveMaximum),
  };
  const stated = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
  return { ...a, ...b, ...stated, integer: a.integer || b.integer };
}

function mergeEnums(a: EnumSchema, b: EnumSchema): EnumSchema {
  const allowed = new Set(a.values.map((value: Json) => exactJson(value)));
  const [first, ...rest] = b.values.filter((value) => allowed.has(exactJson(value)));
  // Lists without a common value are a mistake of the document: the more derived one is meant.
  return first === undefined ? b : { ...b, values: [first, ...rest] };
}

/** `schema` and one of the members. Members that add no property to an object only narrow it: it is kept as it is. */
function distribute(schema: Schema, resolved: Schema, union: UnionSchema, target: Target): Schema {
  const members = union.members.map((member) => follow(member, target));
  const known = members.filter((member) => member !== undefined);
  if (known.length < members.length) return schema;
  if (resolved.kind === 'object') {
    const names = new Set([
      ...resolved.properties.map((property) => property.name),
      ...(resolved.omitted ?? []),
    ]);
    const narrows = known.every(
      (member) =>
        member.kind === 'object' &&
        member.properties.every((property) => names.has(property.name)) &&
        !member.extensible,
    );
    if (names.size > 0 && narrows) return schema;
  }
  const merged =
    known.length <= maxDistributed ? known.map((member) => intersect(resolved, member, target)) : [];
  if (merged.length === 0 || merged.some((member) => member.kind === 'intersection')) {
    return { kind: 'intersection', members: [schema, union] };
  }
  return { kind: 'union', mode: 'anyOf', members: merged };
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
