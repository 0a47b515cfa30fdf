import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { openapi, sourceOf } from './support.ts';

const TARGET = { $ref: '#/components/schemas/T' };
const NULL = { type: 'null' };

/** What becomes of a schema of OpenAPI 3.0. */
async function upgraded(schema: Json): Promise<Json | undefined> {
  const operation = {
    responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } },
  };
  const components = { schemas: { T: { type: 'object' } } };
  const source = await sourceOf({ 'a.json': openapi(operation, { version: '3.0.3', components }) });
  expect(source.at('/openapi')).toBe('3.1.0');
  return source.at('/paths/~1a/get/responses/200/content/application~1json/schema');
}

describe('schemas of OpenAPI 3.0', () => {
  const cases: readonly { title: string; given: JsonObject; want: JsonObject }[] = [
    { title: 'nullable type', given: { type: 'string', nullable: true }, want: { type: ['string', 'null'] } },
    { title: 'nullable: false', given: { type: 'string', nullable: false }, want: { type: 'string' } },
    {
      title: 'nullable enum',
      given: { type: 'string', enum: ['a'], nullable: true },
      want: { type: ['string', 'null'], enum: ['a', null] },
    },
    {
      title: 'nullable enum that lists null',
      given: { enum: ['a', null], nullable: true },
      want: { enum: ['a', null] },
    },
    {
      title: 'nullable allOf',
      given: { description: 'D', allOf: [TARGET], nullable: true },
      want: { description: 'D', anyOf: [{ allOf: [TARGET] }, NULL] },
    },
    { title: 'nullable oneOf', given: { oneOf: [TARGET], nullable: true }, want: { oneOf: [TARGET, NULL] } },
    { title: 'nullable anyOf', given: { anyOf: [TARGET], nullable: true }, want: { anyOf: [TARGET, NULL] } },
    { title: 'nullable anything', given: { nullable: true }, want: {} },
    {
      title: 'exclusive bounds',
      given: { minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
      want: { exclusiveMinimum: 1, maximum: 9 },
    },
    { title: 'an exclusive bound without a bound', given: { exclusiveMinimum: true }, want: {} },
    { title: 'example', given: { example: { nullable: true } }, want: { examples: [{ nullable: true }] } },
    {
      title: 'binary',
      given: { type: 'string', format: 'binary' },
      want: { type: 'string', format: 'binary' },
    },
    {
      title: 'a property that calls itself required',
      given: { properties: { a: { type: 'string', required: true } } },
      want: { properties: { a: { type: 'string' } } },
    },
    {
      title: 'members at every depth',
      given: { items: { properties: { nullable: { type: 'string', nullable: true } } } },
      want: { items: { properties: { nullable: { type: ['string', 'null'] } } } },
    },
  ];
  it.each(cases)('$title', async ({ given, want }) => {
    expect(await upgraded(given)).toEqual(want);
  });

  it('know where allOf came from when null made it move', async () => {
    const T = { allOf: [{ type: 'object' }], nullable: true };
    const source = await sourceOf({
      'a.json': openapi({}, { version: '3.0.3', components: { schemas: { T } } }),
    });
    expect(source.at('/components/schemas/T/anyOf/0/allOf/0/type')).toBe('object');
    expect(source.from('/components/schemas/T/anyOf/0/allOf/0/type')).toBe(
      'a.json#/components/schemas/T/allOf/0/type',
    );
  });

  it('are left alone in 3.1 and 3.2', async () => {
    const T = { type: 'string', nullable: true, example: 'a', exclusiveMinimum: true };
    for (const version of ['3.1.0', '3.2.0']) {
      const source = await sourceOf({ 'a.json': openapi({}, { version, components: { schemas: { T } } }) });
      expect(source.at('/components/schemas/T')).toEqual(T);
      expect(source.at('/openapi')).toBe(version);
    }
  });
});

it('3.2 keeps its own: query, additionalOperations, querystring, itemSchema; mediaTypes stand in place', async () => {
  const source = await sourceOf({
    'a.json': openapi(
      {},
      {
        version: '3.2.0',
        paths: {
          '/a': {
            query: {
              parameters: [
                { name: 'q', in: 'querystring', content: { 'application/json': { schema: TARGET } } },
              ],
              requestBody: { content: { 'application/jsonl': { $ref: '#/components/mediaTypes/L' } } },
              responses: {},
            },
            additionalOperations: { COPY: { responses: { 200: { $ref: '#/components/responses/R' } } } },
          },
        },
        components: {
          mediaTypes: { L: { itemSchema: TARGET } },
          responses: { R: { description: 'r' } },
          schemas: { T: { type: 'object' } },
        },
      },
    ),
  });
  expect(source.at('/paths/~1a/query/parameters/0/in')).toBe('querystring');
  expect(source.at('/paths/~1a/query/requestBody/content')).toEqual({
    'application/jsonl': { itemSchema: TARGET },
  });
  expect(source.at('/paths/~1a/additionalOperations/COPY/responses/200')).toEqual({
    $ref: '#/components/responses/R',
  });
  expect(source.from('/paths/~1a/query/requestBody/content/application~1jsonl/itemSchema')).toBe(
    'a.json#/components/mediaTypes/L/itemSchema',
  );
});

describe('encoding of OpenAPI 3.0', () => {
  /** `encoding` of a body of a media type, after reading. */
  async function encoding(mediaType: string, version: string): Promise<Json | undefined> {
    const entry = { contentType: 'text/csv', style: 'form', explode: false, allowReserved: true };
    const content = { [mediaType]: { schema: { type: 'object' }, encoding: { a: entry } } };
    const operation = { requestBody: { content }, responses: { 200: { description: 'ok' } } };
    const source = await sourceOf({ 'a.json': openapi(operation, { version }) });
    return source.at(`/paths/~1a/get/requestBody/content/${mediaType.replace('/', '~1')}/encoding/a`);
  }

  it('has styles for forms alone; from 3.1 on for multipart too', async () => {
    const styled = { contentType: 'text/csv', style: 'form', explode: false, allowReserved: true };
    expect(await encoding('multipart/form-data', '3.0.3')).toEqual({ contentType: 'text/csv' });
    expect(await encoding('application/x-www-form-urlencoded', '3.0.3')).toEqual(styled);
    expect(await encoding('multipart/form-data', '3.1.0')).toEqual(styled);
  });
});
