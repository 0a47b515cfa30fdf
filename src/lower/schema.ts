import { isObject, type Json, type JsonObject, member } from '../model/json.ts';
import { type RefSchema, resolveSchema, type Schema } from '../model/schema.ts';
import { type Context, child, items, lookup, type Node, report, unresolved } from './context.ts';
import { intersect, isNeutral, withMeta } from './merge.ts';
import { named } from './named.ts';
import type { Direction } from './store.ts';
import { lowerTyped, metaOf } from './typed.ts';
import { lowerUnion } from './union.ts';

/** Inline nesting that is lowered in one piece; what is deeper becomes a named schema, so no recursion over a schema gets deep. */
const maxInlineDepth = 40;
/** Named schemas that may inherit from each other by `allOf` before it is given up. */
const maxInheritance = 100;
/** Schemas of one document that are lowered before it is given up. */
const maxSchemas = 2_000_000;

/**
 * Lowers a schema (OpenAPI 3.1 section 4.8.24, JSON Schema 2020-12). What a reference points at is lowered by `lowerWaiting`.
 * Keywords that only narrow in ways the model has no word for (`if`, `dependentSchemas`, `contains`, `not` beside others, …) are dropped: the result accepts more, never less.
 * Reports references that lead nowhere and documents without bound.
 * @param depth levels of inline schemas above this one
 */
export function lowerSchema(context: Context, node: Node, direction: Direction, depth = 0): Schema {
  const { value } = node;
  if (value === false) return { kind: 'never' };
  if (!isObject(value)) return { kind: 'any' };
  const { store } = context;
  if (++store.count > maxSchemas) {
    if (store.count === maxSchemas + 1) {
      report(
        context,
        'schema-too-large',
        `The document has more than ${maxSchemas} schemas; the rest accepts any value`,
        node.pointer,
      );
    }
    return { kind: 'any' };
  }
  if (depth > maxInlineDepth) return { kind: 'ref', id: named(context, node, direction) };
  return lowerParts(context, { value, pointer: node.pointer }, direction, depth);
}

interface ObjectNode {
  readonly value: JsonObject;
  readonly pointer: string;
}

/** Everything that a schema object says at once: its reference, `allOf`, own keywords, and unions, each a schema of its own, intersected. */
function lowerParts(context: Context, node: ObjectNode, direction: Direction, depth: number): Schema {
  const { value } = node;
  const lower = (part: Node): Schema => lowerSchema(context, part, direction, depth + 1);
  const target = (id: string): Schema | undefined => lowerNow(context, id);
  const parts: Schema[] = [];
  const reference = value.$ref;
  if (typeof reference === 'string') parts.push(lowerReference(context, node, reference, direction));
  for (const part of items(child(node, 'allOf'))) {
    parts.push(withoutOwnUnion(context, part, direction, depth) ?? lower(part));
  }
  parts.push(lowerTyped(node, lower, (schema) => leftOut(context, schema, direction)));
  let schema = parts.reduce((left, right) => intersect(left, right, target));
  for (const mode of ['oneOf', 'anyOf'] as const) {
    const members = items(child(node, mode));
    if (members.length === 0) continue;
    const union = lowerUnion(context, node, mode, members, direction, lower);
    schema = intersect(schema, union, target);
  }
  if (schema.kind === 'any' && Object.hasOwn(value, 'not') && isNeutral(schema)) {
    const not = child(node, 'not');
    if (not !== undefined) schema = { kind: 'not', member: lower(not) };
  }
  if (schema.kind === 'object' && value.unevaluatedProperties === false) {
    schema = { ...schema, additional: false };
  }
  const nullable =
    value.nullable === true || (Array.isArray(value.type) && value.type.includes('null') && !value.allOf);
  return withMeta(nullable && schema.kind !== 'any' ? { ...schema, nullable: true } : schema, metaOf(value));
}

function lowerReference(context: Context, node: ObjectNode, reference: string, direction: Direction): Schema {
  const target = lookup(context, reference);
  if (target === undefined) {
    unresolved(context, reference, node.pointer);
    return { kind: 'any' };
  }
  return { kind: 'ref', id: named(context, target, direction) };
}

/** Lowers a waiting named schema at once; undefined where it is under way (it inherits from itself) or inheritance is too deep. */
export function lowerNow(context: Context, id: string): Schema | undefined {
  const { schemas, waiting, active } = context.store;
  const done = schemas.get(id);
  if (done !== undefined) return done;
  const job = waiting.get(id);
  if (job === undefined) return undefined;
  if (active.size >= maxInheritance) {
    report(
      context,
      'schema-too-large',
      `More than ${maxInheritance} schemas inherit from each other by \`allOf\`; this one is not looked into`,
      job.node.pointer,
    );
    return undefined;
  }
  waiting.delete(id);
  active.set(id, job.node.pointer);
  const schema = lowerSchema(context, job.node, job.direction);
  active.delete(id);
  schemas.set(id, schema);
  return schema;
}

/** What is behind a schema's references, which are lowered for it at once (see `resolveSchema`). */
export function resolve(context: Context, schema: Schema): Exclude<Schema, RefSchema> {
  let current: Schema | undefined = schema;
  for (let steps = 0; current?.kind === 'ref' && steps < 100; steps++)
    current = lowerNow(context, current.id);
  return resolveSchema(schema, context.store.schemas);
}

/** Lowers the named schemas that are referred to, until none is waiting. */
export function lowerWaiting(context: Context): void {
  for (const id of context.store.waiting.keys()) lowerNow(context, id);
}

/**
 * A base whose union lists the schema that inherits from it (`Cat: allOf [Pet, …]`, `Pet: oneOf [Cat, …]`) is inherited without that union:
 * taken literally it would contain itself.
 */
function withoutOwnUnion(
  context: Context,
  part: Node,
  direction: Direction,
  depth: number,
): Schema | undefined {
  const reference = member(part.value, '$ref');
  const base = typeof reference === 'string' ? lookup(context, reference) : undefined;
  if (base === undefined || !isObject(base.value)) return undefined;
  const active = new Set(context.store.active.values());
  const lists = (mode: string): boolean =>
    items(child(base, mode)).some((item) => {
      const target = member(item.value, '$ref');
      return typeof target === 'string' && active.has(lookup(context, target)?.pointer ?? '');
    });
  if (!lists('oneOf') && !lists('anyOf')) return undefined;
  const { oneOf: _oneOf, anyOf: _anyOf, discriminator: _discriminator, ...rest } = base.value;
  return lowerSchema(context, { value: rest, pointer: base.pointer }, direction, depth + 1);
}

/** Whether a property is left out in this direction: `readOnly` of requests, `writeOnly` of responses, said by itself, its reference or a part of its `allOf`. */
function leftOut(context: Context, schema: Json, direction: Direction, depth = 0): boolean {
  if (!isObject(schema) || depth > 8) return false;
  if (schema[direction === 'request' ? 'readOnly' : 'writeOnly'] === true) return true;
  const reference = schema.$ref;
  if (typeof reference === 'string') {
    const target = lookup(context, reference);
    if (target !== undefined && leftOut(context, target.value, direction, depth + 1)) return true;
  }
  return (
    Array.isArray(schema.allOf) &&
    schema.allOf.some((part: Json) => leftOut(context, part, direction, depth + 1))
  );
}
