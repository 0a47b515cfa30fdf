import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { packageRoot } from '../../generators/assets.ts';
import { flat } from '../../generators/server/layout.ts';
import { type ZodContext, zodOf } from '../../generators/server/zod.ts';
import type { Json } from '../../src/model/json.ts';
import type { Schema } from '../../src/model/schema.ts';

/** Printed schemas, loaded as the server loads them. */
async function load(schemas: readonly Schema[]): Promise<z.ZodType[]> {
  const context: ZodContext = { schemas: new Map(), names: new Map(), refs: new Set(), imports: new Set() };
  const printed = schemas.map((schema) => flat(zodOf(schema, context)));
  const folder = mkdtempSync(join(packageRoot, 'node_modules', '.cache-zod-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const helpers = join(packageRoot, 'generators/server/runtime/schema.ts');
  const source = [
    "import * as z from 'zod';",
    `import { ${[...context.imports].join(', ')} } from ${JSON.stringify(helpers)};`,
    `export default [${printed.join(',\n')}];`,
  ];
  writeFileSync(join(folder, 'schemas.ts'), source.join('\n'));
  const outfile = join(folder, 'schemas.mjs');
  await build({
    entryPoints: [join(folder, 'schemas.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  return ((await import(pathToFileURL(outfile).href)) as { default: z.ZodType[] }).default;
}

/** An object with members that must be there. */
function requiring(...names: readonly string[]): Schema {
  const properties = names.map((name) => ({ name, schema: { kind: 'string' } as const, required: true }));
  return { kind: 'object', properties, additional: { kind: 'any' } };
}

/** The schema as JSON Schema, for the oracle. */
function toJsonSchema(schema: Schema): z.core.JSONSchema.BaseSchema {
  const { kind } = schema;
  if (schema.nullable === true) {
    const { nullable: _, ...rest } = schema;
    return { anyOf: [toJsonSchema(rest as Schema), { type: 'null' }] };
  }
  switch (kind) {
    case 'any':
      return {};
    case 'null':
      return { type: 'null' };
    case 'boolean':
      return { type: 'boolean' };
    case 'number': {
      const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
      const limits = { minimum, maximum, exclusiveMinimum, exclusiveMaximum };
      const given = Object.entries(limits).filter(([, value]) => value !== undefined);
      return { type: schema.integer ? 'integer' : 'number', ...Object.fromEntries(given) };
    }
    case 'string': {
      const { minLength, maxLength, pattern } = schema;
      const given = Object.entries({ minLength, maxLength, pattern }).filter(
        ([, value]) => value !== undefined,
      );
      return { type: 'string', ...Object.fromEntries(given) };
    }
    case 'enum':
      return { enum: [...schema.values] as (string | number)[] };
    case 'array': {
      const { minItems, maxItems } = schema;
      const given = Object.entries({ minItems, maxItems }).filter(([, value]) => value !== undefined);
      return { type: 'array', items: toJsonSchema(schema.items), ...Object.fromEntries(given) };
    }
    case 'object':
      return {
        type: 'object',
        properties: Object.fromEntries(schema.properties.map((one) => [one.name, toJsonSchema(one.schema)])),
        required: schema.properties.filter((one) => one.required).map((one) => one.name),
        additionalProperties: schema.additional === false ? false : toJsonSchema(schema.additional),
      };
    case 'union':
      return { anyOf: schema.members.map(toJsonSchema) };
    default:
      throw new Error(kind);
  }
}

const names = ['a', 'b', 'c-d', 'constructor'];
const limit = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
const small = fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined });
const given = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

const { schema: schemaArbitrary } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc
    .tuple(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<Schema>({ kind: 'any' }, { kind: 'null' }, { kind: 'boolean' }),
        fc
          .record({ minimum: small, maximum: small, exclusiveMinimum: small, integer: fc.boolean() })
          .map((one): Schema => given({ kind: 'number', ...one }) as Schema),
        fc
          .record({
            minLength: limit,
            maxLength: limit,
            pattern: fc.constantFrom(undefined, '^[a-c]+$', 'b'),
          })
          .map((one): Schema => given({ kind: 'string', ...one }) as Schema),
        fc
          .uniqueArray(fc.constantFrom<Json>('a', 'b', 1, 2, true), { minLength: 1, maxLength: 4 })
          .map((values): Schema => ({ kind: 'enum', values: values as [Json, ...Json[]] })),
        fc
          .record({ items: tie('schema'), minItems: limit, maxItems: limit })
          .map((one): Schema => given({ kind: 'array', ...one }) as Schema),
        fc
          .record({
            chosen: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }),
            schemas: fc.array(fc.tuple(tie('schema'), fc.boolean()), { minLength: 3, maxLength: 3 }),
            additional: fc.oneof(
              fc.constant<false>(false),
              fc.constant<Schema>({ kind: 'any' }),
              tie('schema'),
            ),
          })
          .map(
            ({ chosen, schemas, additional }): Schema => ({
              kind: 'object',
              additional,
              properties: chosen.map((name, index) => ({
                name,
                schema: schemas[index]?.[0] ?? { kind: 'any' },
                required: schemas[index]?.[1] ?? false,
              })),
            }),
          ),
        fc
          .array(tie('schema'), { minLength: 1, maxLength: 3 })
          .map((members): Schema => ({ kind: 'union', mode: 'anyOf', members })),
      ),
      fc.boolean(),
    )
    .map(([schema, nullable]) => (nullable ? { ...schema, nullable } : schema)),
}));

const scalarValue = fc.constantFrom<Json>(null, true, 0, 1, 2, -1, 1.5, '', 'a', 'b', 'abc', 'zz', 'bbbb');
const { value: valueArbitrary } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalarValue,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.constantFrom(...names, 'x'), { maxLength: 4 })
      .chain((keys) =>
        fc
          .array(tie('value'), { minLength: keys.length, maxLength: keys.length })
          .map((values) => Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null]))),
      ),
  ),
}));

/** The oracle would take `constructor` for a member of every object. */
function withoutPrototypes(value: Json): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, withoutPrototypes(member)]);
  return Object.assign(Object.create(null), Object.fromEntries(members));
}

test('a printed schema accepts what z.fromJSONSchema accepts', async () => {
  const schemas = fc.sample(schemaArbitrary, { numRuns: 400, seed: 7 });
  const values = fc.sample(valueArbitrary, { numRuns: 150, seed: 11 });
  const printed = await load(schemas);
  let accepted = 0;
  for (const [index, schema] of schemas.entries()) {
    const oracle = z.fromJSONSchema(toJsonSchema(schema));
    for (const value of values) {
      const ours = printed[index]?.safeParse(value).success;
      const theirs = oracle.safeParse(withoutPrototypes(value)).success;
      if (theirs) accepted += 1;
      expect({ schema, value, accepted: ours }).toEqual({ schema, value, accepted: theirs });
    }
  }
  expect(accepted).toBeGreaterThan(1000);
});

test.each<[string, Schema, Json[], Json[]]>([
  ['integers of any size', { kind: 'number', integer: true }, [1, -5, 1e20, 2 ** 60], [1.5, '1']],
  [
    'lengths count characters, not UTF-16 units',
    { kind: 'string', maxLength: 2, minLength: 1 },
    ['🦊🦊', 'é'],
    ['', 'abc', '🦊🦊🦊'],
  ],
  ['a pattern that JavaScript refuses', { kind: 'string', pattern: '^(?<bad' }, ['anything'], [1]],
  [
    'a pattern that only works without the u flag',
    { kind: 'string', pattern: '^[\\w-.]+$' },
    ['a-b.c'],
    ['a b'],
  ],
  ['formats are not checked', { kind: 'string', format: 'date-time' }, ['2021', '-P2W1D'], [1]],
  ['multiples of a fraction', { kind: 'number', integer: false, multipleOf: 0.01 }, [0.29, 1.1, 5], [0.005]],
  [
    'values of any kind',
    { kind: 'enum', values: [{ a: 1, b: 2 }, null, 'x'] },
    [{ b: 2, a: 1 }, null, 'x'],
    [{ a: 1 }, 'y'],
  ],
  ['not', { kind: 'not', member: { kind: 'string' } }, [1, null], ['x']],
  [
    'unique items',
    { kind: 'array', items: { kind: 'any' }, uniqueItems: true },
    [
      [1, 2],
      [{ a: 1 }, { a: 2 }],
    ],
    [
      [1, 1],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  ],
  [
    'the first items by position',
    { kind: 'array', items: { kind: 'string' }, prefixItems: [{ kind: 'boolean' }], maxItems: 3 },
    [[], [true], [true, 'a', 'b']],
    [['a'], [true, 1]],
  ],
  [
    'sizes of objects',
    { kind: 'object', properties: [], additional: { kind: 'any' }, minProperties: 1, maxProperties: 2 },
    [{ a: 1 }, { a: 1, b: 2 }],
    [{}, { a: 1, b: 2, c: 3 }],
  ],
  [
    'members by pattern',
    {
      kind: 'object',
      properties: [{ name: 'id', schema: { kind: 'string' }, required: true }],
      additional: false,
      patternProperties: [{ pattern: '^x-', schema: { kind: 'boolean' } }],
    },
    [{ id: 'a' }, { id: 'a', 'x-y': true }],
    [
      { id: 'a', 'x-y': 1 },
      { id: 'a', other: 1 },
    ],
  ],
  [
    'members called like what every object inherits',
    {
      kind: 'object',
      properties: [
        { name: 'constructor', schema: { kind: 'string' }, required: false },
        { name: 'toString', schema: { kind: 'number', integer: true }, required: true },
      ],
      additional: false,
    },
    [{ toString: 1 }, { toString: 1, constructor: 'x' }],
    [{}, { toString: 1, constructor: 1 }, { toString: 1, valueOf: 1 }],
  ],
  [
    'exactly one',
    { kind: 'union', mode: 'oneOf', members: [{ kind: 'number', integer: false }, { kind: 'boolean' }] },
    [1, true],
    ['x'],
  ],
  [
    'one of two texts that differ by a format',
    {
      kind: 'union',
      mode: 'oneOf',
      members: [
        { kind: 'string', format: 'uuid' },
        { kind: 'string', format: 'email' },
      ],
    },
    ['x'],
    [1],
  ],
  [
    'one of two objects of which each requires something of its own',
    { kind: 'union', mode: 'oneOf', members: [requiring('a'), requiring('b')] },
    [{ a: 'x' }, { b: 'x' }],
    [{}, { a: 'x', b: 'x' }],
  ],
  [
    'one of two objects that nothing tells apart',
    { kind: 'union', mode: 'oneOf', members: [requiring('a'), requiring('a', 'b')] },
    [{ a: 'x' }, { a: 'x', b: 'x' }],
    [{}, { b: 'x' }],
  ],
  [
    'one of two objects, as a discriminator says',
    {
      kind: 'union',
      mode: 'oneOf',
      members: [requiring('a'), requiring('b')],
      discriminator: { property: 'a', mapping: [] },
    },
    [{ a: 'x', b: 'x' }],
    [{}],
  ],
  [
    'one of a text and some texts that mean something of their own',
    {
      kind: 'union',
      mode: 'oneOf',
      members: [{ kind: 'string' }, { kind: 'enum', values: ['-1', '0'] }, { kind: 'boolean' }],
    },
    ['-1', '5s', true],
    [1],
  ],
  [
    'both',
    {
      kind: 'intersection',
      members: [
        {
          kind: 'object',
          properties: [{ name: 'a', schema: { kind: 'string' }, required: true }],
          additional: { kind: 'any' },
        },
        {
          kind: 'object',
          properties: [{ name: 'b', schema: { kind: 'string' }, required: true }],
          additional: { kind: 'any' },
        },
      ],
    },
    [{ a: 'x', b: 'y' }],
    [{ a: 'x' }, { b: 'y' }],
  ],
])('%s', async (_title, schema, good, bad) => {
  const [printed] = await load([schema]);
  for (const value of good) expect([value, printed?.safeParse(value).success]).toEqual([value, true]);
  for (const value of bad) expect([value, printed?.safeParse(value).success]).toEqual([value, false]);
});
