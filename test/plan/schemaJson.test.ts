import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Schema } from '../../src/model/schema.ts';
import { objectToJson, schemaToJson } from '../../src/plan/schemaJson.ts';
import { operationOf } from './given.ts';

const text: Schema = { kind: 'string' };
const none = new Map<string, Schema>();
const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  kind: 'object',
  properties: Object.entries(properties).map(([name, schema]) => ({ name, schema, required: false })),
  additional: { kind: 'any' },
});

describe('a schema as JSON Schema', () => {
  const cases: readonly [string, Schema, JsonObject][] = [
    ['any', { kind: 'any', nullable: true }, {}],
    ['never', { kind: 'never' }, { not: {} }],
    [
      'a string',
      { ...text, minLength: 1, pattern: '^a', format: 'email' },
      { type: 'string', format: 'email', minLength: 1, pattern: '^a' },
    ],
    ['a pattern that JavaScript refuses', { ...text, pattern: '(?i)a\\-b' }, { type: 'string' }],
    [
      'bytes',
      { ...text, binary: 'raw', contentMediaType: 'image/png' },
      { type: 'string', contentEncoding: 'base64' },
    ],
    ['a nullable string', { ...text, nullable: true }, { type: ['string', 'null'] }],
    ['an integer', { kind: 'number', integer: true, minimum: 1 }, { type: 'integer', minimum: 1 }],
    ['an enum', { kind: 'enum', values: ['a', 'b'] }, { type: 'string', enum: ['a', 'b'] }],
    [
      'a nullable enum',
      { kind: 'enum', values: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    ['an enum of several types', { kind: 'enum', values: ['a', 1] }, { enum: ['a', 1] }],
    [
      'an array',
      { kind: 'array', items: text, minItems: 1 },
      { type: 'array', items: { type: 'string' }, minItems: 1 },
    ],
    [
      'a map',
      { kind: 'object', properties: [], additional: text },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    [
      'a closed object',
      { kind: 'object', properties: [], additional: false },
      { type: 'object', additionalProperties: false },
    ],
    [
      'a union of scalars',
      { kind: 'union', mode: 'oneOf', members: [text, { kind: 'number', integer: true }] },
      { type: ['string', 'integer'] },
    ],
    [
      'a union',
      { kind: 'union', mode: 'oneOf', members: [text, object({ a: text })], nullable: true },
      {
        anyOf: [
          { type: 'string' },
          { type: 'object', properties: { a: { type: 'string' } } },
          { type: 'null' },
        ],
      },
    ],
    [
      'an intersection',
      { kind: 'intersection', members: [object({ a: text }), { kind: 'any' }] },
      { allOf: [{ type: 'object', properties: { a: { type: 'string' } } }, {}] },
    ],
    [
      'a description',
      { ...text, description: 'See **[docs](http://x)**.\n<br>Now' },
      { type: 'string', description: 'See docs. Now' },
    ],
    ['a default', { ...text, default: 'd' }, { type: 'string', default: 'd' }],
  ];
  test.each(cases)('%s', (_title, given, want) => expect(schemaToJson(given, none)).toEqual(want));

  test('recursion becomes an open object with its description', () => {
    const node: Schema = { ...object({ child: { kind: 'ref', id: 'N' } }), description: 'A node.' };
    expect(schemaToJson({ kind: 'ref', id: 'N' }, new Map([['N', node]]))).toEqual({
      type: 'object',
      description: 'A node.',
      properties: { child: { type: 'object', description: 'A node.' } },
    });
  });
  test('a schema that is only itself is anything', () => {
    expect(
      schemaToJson({ kind: 'ref', id: 'A' }, new Map<string, Schema>([['A', { kind: 'ref', id: 'A' }]])),
    ).toEqual({});
  });
  test('what goes over the budget is open, from the depth up', () => {
    const wide = (depth: number): Schema =>
      depth === 0 ? text : object({ a: wide(depth - 1), b: wide(depth - 1), c: wide(depth - 1) });
    const json = schemaToJson(wide(7), none, 600);
    expect(JSON.stringify(json).length).toBeLessThanOrEqual(600);
    expect(json).toMatchObject({ type: 'object', properties: { a: { type: 'object' } } });
  });
  test('a tool’s members are all there, whatever the budget', () => {
    const members = Array.from({ length: 500 }, (_, n) => ({
      key: `p${n}`,
      schema: text,
      description: 'x'.repeat(300),
      required: n === 0,
    }));
    const json = objectToJson(members, none, 1_000);
    expect(Object.keys(json.properties as JsonObject)).toHaveLength(500);
    expect(json.required).toEqual(['p0']);
    expect(JSON.stringify(json).length).toBeLessThan(500 * 40);
  });
});

describe('the input schema of a tool', () => {
  const json: fc.Arbitrary<Json> = fc.letrec<{ schema: Json }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(
        { type: 'string' },
        { type: 'integer' },
        { enum: ['a'] },
        {},
        true,
        { $ref: '#/components/schemas/R' },
        { type: ['string', 'null'] },
      ),
      fc.record({
        type: fc.constant('object'),
        properties: fc.dictionary(fc.string({ maxLength: 6 }), tie('schema'), { maxKeys: 3 }),
        description: fc.string(),
      }),
      fc.record({ type: fc.constant('array'), items: tie('schema') }),
      fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((members): Json => ({ oneOf: members })),
      fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((members): Json => ({ allOf: members })),
    ),
  })).schema;

  test('is an object without references, definitions and unions at its root, for any body', () => {
    fc.assert(
      fc.property(json, (schema) => {
        const { inputSchema, outputSchema } = operationOf(
          {
            requestBody: { content: { 'application/json': { schema } } },
            responses: { 200: { content: { 'application/json': { schema } } } },
          },
          '/x',
          'post',
          {
            components: {
              schemas: { R: { type: 'object', properties: { r: { $ref: '#/components/schemas/R' } } } },
            },
          },
        );
        expect(inputSchema.type).toBe('object');
        expect(inputSchema.properties).toBeDefined();
        for (const root of [inputSchema, ...(outputSchema === undefined ? [] : [outputSchema])]) {
          expect(['anyOf', 'oneOf', 'allOf'].some((key) => key in root)).toBe(false);
          expect(keywords(root)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^\$/)]));
        }
      }),
      { numRuns: 200 },
    );
  });
  test('leaves hidden arguments out', () => {
    const { inputSchema } = operationOf({
      parameters: [
        { name: 'a', in: 'query', 'x-mcpgen': { hidden: true, default: 1 } },
        { name: 'b', in: 'query', required: true },
      ],
    });
    expect(inputSchema).toEqual({ type: 'object', properties: { b: { type: 'string' } }, required: ['b'] });
  });
  test('tells what is sent by default', () => {
    const { inputSchema } = operationOf({
      parameters: [{ name: 'a', in: 'query', 'x-mcpgen': { default: 'BAC' } }],
    });
    expect(inputSchema.properties).toEqual({ a: { type: 'string', default: 'BAC' } });
  });
});

describe('the output schema of a tool', () => {
  const answer = (schema: Json, rest: JsonObject = {}): unknown =>
    operationOf({ responses: { 200: { content: { 'application/json': { schema } } }, ...rest } })
      .outputSchema;
  const small = { type: 'object', properties: { ok: { type: 'boolean' } } };
  test('is there for a small object', () =>
    expect(answer(small)).toEqual({ type: 'object', properties: { ok: { type: 'boolean' } } }));
  test.each<[string, unknown]>([
    ['an array', answer({ type: 'array', items: small })],
    ['an object of nothing', answer({ type: 'object' })],
    [
      'a large object',
      answer({
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: 60 }, (_, n) => [`property${n}`, { type: 'string' }]),
        ),
      }),
    ],
    ['an answer that may be empty', answer(small, { 204: {} })],
    ['null beside the object', answer({ ...small, type: ['object', 'null'] })],
  ])('is not there for %s', (_title, got) => expect(got).toBeUndefined());
});

/** Every key of a JSON Schema that is a keyword: not the names of properties. */
function keywords(schema: Json | undefined): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap((entry: Json) => keywords(entry));
  return Object.entries(schema).flatMap(([key, value]) => [
    key,
    ...(key === 'properties' && typeof value === 'object' && value !== null
      ? Object.values(value).flatMap((entry) => keywords(entry as Json))
      : key === 'enum' || key === 'default'
        ? []
        : keywords(value)),
  ]);
}
