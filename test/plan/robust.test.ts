import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { listEntries } from '../../src/plan/list.ts';
import { planned } from './given.ts';

/** A document that uses a bit of everything. */
const sample: JsonObject = {
  info: { title: 'T', version: '1' },
  'x-mcpgen': { name: 'n' },
  servers: [{ url: 'https://{h}.example', variables: { h: { default: 'a', enum: ['a'] } } }],
  security: [{ key: [] }],
  paths: {
    '/a/{id}': {
      parameters: [
        { $ref: '#/components/parameters/P' },
        { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
      ],
      get: {
        operationId: 'getA',
        tags: ['t'],
        parameters: [
          { name: 'f', in: 'query', style: 'deepObject', schema: { $ref: '#/components/schemas/A' } },
          { name: 'c', in: 'query', content: { 'application/json': { schema: {} } } },
        ],
        responses: {
          200: {
            headers: { Link: {} },
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/A' } } },
            },
          },
        },
      },
      post: {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                allOf: [
                  { $ref: '#/components/schemas/A' },
                  { properties: { z: { const: 1 } }, required: ['z'] },
                ],
              },
            },
            'multipart/form-data': {
              schema: { type: 'object', properties: { f: { type: 'string', format: 'binary' } } },
              encoding: { f: { contentType: 'image/png' } },
            },
            'application/xml': { schema: { $ref: '#/components/schemas/A' } },
          },
        },
        'x-mcpgen': { bindings: [{ at: ['body', 'a', 'b'], value: [{ arg: 'x' }] }] },
      },
    },
  },
  components: {
    parameters: { P: { name: 'p', in: 'header', schema: { enum: ['a', null] } } },
    schemas: {
      A: {
        type: 'object',
        required: ['a'],
        properties: {
          a: { $ref: '#/components/schemas/B' },
          n: { oneOf: [{ type: 'string' }, { type: 'null' }] },
        },
        additionalProperties: { type: 'string' },
        xml: { name: 'a' },
      },
      B: {
        oneOf: [{ $ref: '#/components/schemas/A' }, { type: 'string' }],
        discriminator: { propertyName: 'k', mapping: { a: '#/components/schemas/A' } },
      },
    },
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
  },
};

/** All places of a value. */
function places(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, entry]) => places(entry as Json, [...path, key]))];
}

function replaced(value: Json, path: readonly string[], by: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((entry: Json, index) => (String(index) === key ? replaced(entry, rest, by) : entry));
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      name === key ? replaced(entry as Json, rest, by) : (entry as Json),
    ]),
  );
}

test('no document makes it throw, whatever stands where', () => {
  // `x-mcpgen` is checked before: its values have the right types.
  const all = places(sample).filter((path) => path.length > 0 && !path.includes('x-mcpgen'));
  const junk = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<Json>(
      { $ref: '#/components/schemas/A' },
      { $ref: '#' },
      { $ref: '#/paths/~1a~1{id}' },
      { $ref: 5 },
      { allOf: [{ $ref: '#/components/schemas/B' }] },
      null,
      [],
      {},
      true,
      -1,
      '#/components/schemas/A',
    ),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...all), junk), { minLength: 1, maxLength: 3 }),
      (changes) => {
        const document = changes.reduce<Json>(
          (value, [path, by]) => replaced(value, path, by as Json),
          sample,
        );
        const { value, diagnostics } = planned(document as JsonObject);
        expect(value === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
        if (value !== undefined) JSON.stringify(listEntries(value));
      },
    ),
    { numRuns: 1_000 },
  );
});
