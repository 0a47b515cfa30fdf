import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { resolveSchema } from '../../src/model/schema.ts';
import { api, lowered, lowerOne } from './given.ts';

describe('hostile documents', () => {
  test('2,000 levels end in named schemas, and resolve level by level', () => {
    let schema: JsonObject = { type: 'string' };
    for (let level = 0; level < 2_000; level++) schema = { type: 'object', properties: { p: schema } };
    const { operations, schemas, document } = api({
      paths: { '/x': { post: { requestBody: { content: { 'application/json': { schema } } } } } },
    });
    let depth = 0;
    let current = operations[0]?.arguments[0]?.schema;
    while (current !== undefined) {
      const resolved = resolveSchema(current, schemas);
      if (resolved.kind !== 'object') break;
      current = resolved.properties[0]?.schema;
      depth++;
    }
    expect(depth).toBe(1_999);
    expect(schemas.size).toBeGreaterThan(20);
    expect(document.paths).toBeDefined();
  });
  test('an inheritance of 500 schemas is given up with a warning', () => {
    const chain: Record<string, Json> = { S500: { type: 'object', properties: { last: {} } } };
    for (let n = 0; n < 500; n++)
      chain[`S${n}`] = {
        allOf: [
          { $ref: `#/components/schemas/S${n + 1}` },
          { type: 'object', properties: { [`p${n}`]: {} } },
        ],
      };
    const { value, diagnostics } = lowered({
      paths: {
        '/x': {
          post: {
            requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } } },
          },
        },
      },
      components: { schemas: chain },
    });
    expect(value?.operations[0]?.arguments.length).toBeGreaterThan(50);
    expect(diagnostics.map(({ code }) => code)).toContain('schema-too-large');
  });
  test('a recursive array as a parameter ends', () => {
    const list: JsonObject = { type: 'array', items: { $ref: '#/components/schemas/L' } };
    expect(
      api({
        paths: {
          '/x': {
            get: { parameters: [{ name: 'l', in: 'query', schema: { $ref: '#/components/schemas/L' } }] },
          },
        },
        components: { schemas: { L: list } },
      }).operations[0]?.arguments,
    ).toHaveLength(1);
  });
  test('members called __proto__ and constructor are members', () => {
    const properties = JSON.parse(
      '{"__proto__": {"type": "string"}, "constructor": {"type": "string"}}',
    ) as JsonObject;
    const { operations } = api({
      paths: {
        '/x': {
          post: {
            requestBody: { content: { 'application/json': { schema: { type: 'object', properties } } } },
          },
        },
      },
    });
    expect(operations[0]?.arguments.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
  });
  test('a reference that leads nowhere is an error with its place', () => {
    const { value, diagnostics } = lowered({
      paths: {
        '/x': {
          get: { parameters: [{ name: 'a', in: 'query', schema: { $ref: '#/components/schemas/None' } }] },
        },
      },
    });
    expect(value).toBeUndefined();
    expect(diagnostics.find(({ code }) => code === 'ref-unresolved')?.origin).toEqual({
      file: 'spec.yaml',
      pointer: '/paths/~1x/get/parameters/0/schema/$ref',
    });
  });
  test('a property named $ref is a property', () => {
    expect(lowerOne({ type: 'object', properties: { $ref: { type: 'string' } } })).toMatchObject({
      properties: [{ name: '$ref', schema: { kind: 'string' } }],
    });
  });
});
