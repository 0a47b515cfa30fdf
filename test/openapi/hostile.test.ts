import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { danglingIn, folderWith, ok, openapi, read, readWhole, said, sourceOf } from './support.ts';

/** A document that uses most of what OpenAPI 3 has, with every kind of reference. */
const rich: JsonObject = {
  openapi: '3.1.0',
  info: { title: 'T', version: '1', description: 'D' },
  servers: [{ url: 'https://{h}.test', variables: { h: { default: 'a' } } }],
  tags: [{ name: 't' }],
  paths: {
    '/a/{id}': {
      parameters: [{ $ref: '#/components/parameters/Id' }],
      post: {
        operationId: 'a',
        parameters: [{ name: 'q', in: 'query', schema: { type: ['string', 'null'] } }],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/T' } } } },
        responses: { 200: { $ref: '#/components/responses/R' } },
        callbacks: { c: { '{$url}': { post: { responses: {} } } } },
      },
    },
    '/b': { $ref: '#/components/pathItems/P' },
  },
  components: {
    schemas: {
      T: {
        type: 'object',
        properties: {
          self: { $ref: '#/components/schemas/T' },
          any: true,
          list: { items: { $anchor: 'x' } },
        },
        oneOf: [{ $ref: '#x' }],
        discriminator: { propertyName: 'p', mapping: { x: '#x' } },
        additionalProperties: false,
      },
    },
    parameters: { Id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } } },
    responses: {
      R: { description: 'r', headers: { H: { schema: {} } }, links: { L: { operationId: 'a' } } },
    },
    pathItems: { P: { get: { responses: {} } } },
    securitySchemes: { k: { type: 'apiKey', in: 'header', name: 'K' } },
  },
};
const swagger: JsonObject = {
  swagger: '2.0',
  host: 'h.test',
  schemes: ['https'],
  consumes: ['application/json'],
  paths: {
    '/a': {
      parameters: [{ $ref: '#/parameters/P' }],
      post: {
        parameters: [
          { in: 'formData', name: 'f', type: 'file' },
          { in: 'query', name: 'q', type: 'array', items: { type: 'string' }, collectionFormat: 'tsv' },
        ],
        responses: {
          200: { description: 'd', schema: { $ref: '#/definitions/T' }, headers: { H: { type: 'string' } } },
        },
        schemes: ['http'],
      },
    },
  },
  definitions: { T: { type: 'object', 'x-nullable': true, allOf: [{ $ref: '#/definitions/T' }] } },
  parameters: { P: { in: 'body', name: 'b', schema: { $ref: '#/definitions/T' } } },
  securityDefinitions: { o: { type: 'oauth2', flow: 'accessCode', scopes: { s: 'S' } } },
};

/** Places of a value, as lists of tokens. */
function placesOf(value: Json, place: readonly string[] = []): (readonly string[])[] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [place, ...members.flatMap(([name, item]) => placesOf(item as Json, [...place, name]))];
}

function replaceAt(value: Json, [token, ...rest]: readonly string[], by: Json): Json {
  if (token === undefined) return by;
  if (Array.isArray(value)) {
    return value.map((item: Json, position) =>
      String(position) === token ? replaceAt(item, rest, by) : item,
    );
  }
  if (!isObject(value)) return value;
  return { ...value, [token]: replaceAt(value[token] ?? null, rest, by) };
}

const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    null,
    [],
    {},
    [null],
    '',
    '#',
    0,
    true,
    { $ref: 5 },
    JSON.parse('{"__proto__": {"a": 1}}'),
  ),
  fc
    .constantFrom(
      '#',
      '#/',
      '#/components',
      '#/paths/~1b',
      '#/components/schemas/T/properties/self',
      '#x',
      'a.json',
      '%',
      '#/%',
      '#/components/pathItems/P',
      '#/definitions/T',
      '#/components/schemas',
    )
    .map(($ref): Json => ({ $ref })),
);

describe('whatever a document holds', () => {
  it.each([
    ['3.1', rich],
    ['3.0', { ...rich, openapi: '3.0.0' }],
    ['2.0', swagger],
  ] as const)(
    'reading %s ends in a document of sound references or in errors with a place',
    async (_version, document) => {
      const places = placesOf(document);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom(...places), junk), { minLength: 1, maxLength: 3 }),
          async (changes) => {
            const changed = changes.reduce<Json>(
              (value, [place, by]) => replaceAt(value, place, by),
              document,
            );
            const { value, diagnostics } = await readWhole('a.json', { cwd: fuzzFolder(changed) });
            const errors = diagnostics.filter(({ severity }) => severity === 'error');
            expect(value === undefined).toBe(errors.length > 0);
            expect(diagnostics.every(({ origin }) => origin !== undefined)).toBe(true);
            if (value !== undefined) expect(danglingIn(value.source.document)).toEqual([]);
          },
        ),
        { numRuns: 400 },
      );
    },
  );
});

function fuzzFolder(document: Json): string {
  return folderWith({ 'a.json': document });
}

describe('bounded in time and memory', () => {
  const answering = (schema: Json): Json => ({
    responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } },
  });

  it('path items that hold each other twice, again and again', async () => {
    const paths: { [path: string]: Json } = { '/p0': { get: ok } };
    for (let level = 1; level < 60; level++) {
      const callback = { a: { $ref: `#/paths/~1p${level - 1}` }, b: { $ref: `#/paths/~1p${level - 1}` } };
      paths[`/p${level}`] = { get: { responses: {}, callbacks: { c: callback } } };
    }
    const { diagnostics } = await read({ 'a.json': openapi({}, { paths }) });
    expect(said(diagnostics).join()).toMatch(/too-large|ref-circular/);
  }, 60_000);

  it('references that go through references in a circle', async () => {
    const { diagnostics } = await read({
      'a.json': openapi(answering({ $ref: '#/components/schemas/A/properties/x' }), {
        components: {
          schemas: {
            A: { $ref: '#/components/schemas/B/properties/x' },
            B: { $ref: '#/components/schemas/A/properties/x' },
          },
        },
      }),
    });
    expect(said(diagnostics).join()).toContain('ref-circular');
  });

  it('a path item that is itself, a map that is itself', async () => {
    for (const paths of [{ '/a': { $ref: '#/paths/~1a' } }, { $ref: '#/paths' }]) {
      const { value, diagnostics } = await read({ 'a.json': openapi({}, { paths }) });
      expect(value).toBeUndefined();
      expect(diagnostics.map(({ code }) => code)).toEqual(['ref-circular']);
    }
  });

  it('a chain of a thousand components', async () => {
    const schemas: { [name: string]: Json } = { S0: { type: 'string' } };
    for (let level = 1; level < 1000; level++)
      schemas[`S${level}`] = { items: { $ref: `#/components/schemas/S${level - 1}` } };
    const source = await sourceOf({
      'a.json': openapi(answering({ $ref: '#/components/schemas/S999' }), { components: { schemas } }),
    });
    expect(danglingIn(source.document)).toEqual([]);
  });

  it('members that are named like parts of JavaScript objects', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const schemas = JSON.parse(`{${names.map((name) => `"${name}": {"type": "string"}`).join()}}`) as Json;
    const properties = JSON.parse(
      `{${names.map((name) => `"${name}": {"$ref": "#/components/schemas/${name}"}`).join()}}`,
    ) as Json;
    const source = await sourceOf({
      'a.json': openapi(answering({ properties }), { components: { schemas } }),
    });
    expect(Object.keys(source.at('/components/schemas') ?? {})).toEqual(names);
    expect(danglingIn(source.document)).toEqual([]);
    expect(({} as { type?: unknown }).type).toBeUndefined();
  });
});
