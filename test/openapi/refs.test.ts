import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { answering, danglingIn, ok, openapi, read, SCHEMA, said, sourceOf } from './support.ts';

describe('references in one file', () => {
  it('leave components where they are', async () => {
    const source = await sourceOf({
      'a.json': openapi(answering({ $ref: '#/components/schemas/T' }), {
        components: {
          schemas: { T: { type: 'object', properties: { kids: { $ref: '#/components/schemas/T' } } } },
        },
      }),
    });
    expect(source.at(SCHEMA)).toEqual({ $ref: '#/components/schemas/T' });
    expect(source.at('/components/schemas/T/properties/kids')).toEqual({ $ref: '#/components/schemas/T' });
    expect(source.from('/components/schemas/T/type')).toBe('a.json#/components/schemas/T/type');
  });

  it('become components where they lead deeper', async () => {
    const source = await sourceOf({
      'a.json': openapi(answering({ $ref: '#/components/schemas/T/properties/x' }), {
        components: { schemas: { T: { properties: { x: { type: 'integer' } } } } },
      }),
    });
    expect(source.at(SCHEMA)).toEqual({ $ref: '#/components/schemas/T_x' });
    expect(source.at('/components/schemas/T_x')).toEqual({ type: 'integer' });
    expect(source.from('/components/schemas/T_x')).toBe('a.json#/components/schemas/T/properties/x');
  });

  it('lead through references and percent-encoded, escaped pointers', async () => {
    const source = await sourceOf({
      'a.json': openapi(
        answering({ $ref: '#/paths/~1b~1%7Bid%7D/post/requestBody/content/application~1json/schema' }),
        {
          paths: {
            '/a': {
              get: answering({
                $ref: '#/paths/~1b~1%7Bid%7D/post/requestBody/content/application~1json/schema',
              }),
            },
            '/b/{id}': {
              post: {
                ...(ok as object),
                parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
                requestBody: { $ref: '#/components/requestBodies/B' },
              },
            },
          },
          components: {
            requestBodies: { B: { content: { 'application/json': { schema: { type: 'boolean' } } } } },
          },
        },
      ),
    });
    expect(source.at(SCHEMA)).toEqual({ $ref: expect.stringMatching(/^#\/components\/schemas\/[\w.-]+$/) });
    expect(danglingIn(source.document)).toEqual([]);
  });

  it('mean anchors, identifiers and dynamic anchors from 3.1 on', async () => {
    const source = await sourceOf({
      'a.json': openapi(
        answering({
          type: 'object',
          properties: {
            anchor: { $ref: '#point' },
            id: { $ref: 'https://example.test/schemas/color' },
            relative: { $ref: '#/components/schemas/Color/properties/dark' },
            dynamic: { $dynamicRef: '#node' },
          },
        }),
        {
          components: {
            schemas: {
              Point: { $anchor: 'point', type: 'number' },
              Color: {
                $id: 'https://example.test/schemas/color',
                properties: { dark: { $ref: '#/$defs/Flag' }, sister: { $ref: 'shape' } },
                $defs: { Flag: { type: 'boolean' } },
              },
              Shape: { $id: 'https://example.test/schemas/shape', type: 'string' },
              Node: { $dynamicAnchor: 'node', type: 'null' },
            },
          },
        },
      ),
    });
    expect(source.at(`${SCHEMA}/properties`)).toEqual({
      anchor: { $ref: '#/components/schemas/Point' },
      id: { $ref: '#/components/schemas/Color' },
      relative: { $ref: '#/components/schemas/Color_Flag' },
      dynamic: { $ref: '#/components/schemas/Node' },
    });
    expect(source.at('/components/schemas/Color')).toEqual({
      properties: {
        dark: { $ref: '#/components/schemas/Color_Flag' },
        sister: { $ref: '#/components/schemas/Shape' },
      },
    });
    expect(source.at('/components/schemas/Color_Flag')).toEqual({ type: 'boolean' });
  });

  it('mean the document by its $self', async () => {
    const source = await sourceOf({
      'a.json': openapi(answering({ $ref: 'https://example.test/api.json#/components/schemas/T' }), {
        version: '3.2.0',
        $self: 'https://example.test/api.json',
        components: { schemas: { T: { type: 'string' } } },
      }),
    });
    expect(source.at(SCHEMA)).toEqual({ $ref: '#/components/schemas/T' });
  });

  it('are data in examples, defaults, constants and extensions, and a property may have the name', async () => {
    const data = { $ref: 'nowhere.yaml' };
    const schema = {
      type: 'object',
      properties: { $ref: { type: 'string' }, $id: { type: 'string' }, __proto__2: true },
      default: data,
      examples: [data],
      enum: [data],
      const: data,
      'x-y': data,
    };
    const source = await sourceOf({
      'a.json': openapi(
        { ...(answering(schema) as object), 'x-mine': data },
        { 'x-root': { $id: 'x', $ref: '#/no' } },
      ),
    });
    expect(source.at(SCHEMA)).toEqual(schema);
    expect(source.warnings).toEqual([]);
  });

  it('keep what stands beside them from 3.1 on, only description and extensions before', async () => {
    const document = (version: string) => ({
      'a.json': openapi(
        answering({
          $ref: '#/components/schemas/T',
          description: 'D',
          nullable: true,
          minLength: 1,
          'x-mcpgen': {},
        }),
        { version, components: { schemas: { T: { type: 'string' } } } },
      ),
    });
    const newer = await sourceOf(document('3.1.0'));
    const older = await sourceOf(document('3.0.3'));
    const $ref = '#/components/schemas/T';
    expect(newer.at(SCHEMA)).toEqual({
      $ref,
      description: 'D',
      nullable: true,
      minLength: 1,
      'x-mcpgen': {},
    });
    expect(older.at(SCHEMA)).toEqual({ $ref, description: 'D', 'x-mcpgen': {} });
  });

  it('follow a parameter that refers to a schema', async () => {
    const parameters = [{ name: 'p', in: 'query', $ref: '#/components/schemas/T' }];
    const source = await sourceOf({
      'a.json': openapi(
        { ...(ok as object), parameters },
        { components: { schemas: { T: { type: 'string' } } } },
      ),
    });
    expect(source.at('/paths/~1a/get/parameters/0')).toEqual({
      name: 'p',
      in: 'query',
      schema: { $ref: '#/components/schemas/T' },
    });
  });
});

describe('names of components', () => {
  it('do not depend on the order of the document or on what else it refers to', async () => {
    const files = {
      'x/item.json': { type: 'string' },
      'y/item.json': { type: 'integer' },
      'other.json': { type: 'boolean' },
    };
    const first = await sourceOf({
      'a.json': openapi(
        answering({ properties: { p: { $ref: 'x/item.json' }, q: { $ref: 'y/item.json' } } }),
      ),
      ...files,
    });
    const second = await sourceOf({
      'a.json': openapi(
        answering({
          properties: { o: { $ref: 'other.json' }, q: { $ref: 'y/item.json' }, p: { $ref: 'x/item.json' } },
        }),
      ),
      ...files,
    });
    expect(first.at(`${SCHEMA}/properties/p`)).toEqual({ $ref: '#/components/schemas/x_item' });
    for (const name of ['p', 'q']) {
      expect(second.at(`${SCHEMA}/properties/${name}`)).toEqual(first.at(`${SCHEMA}/properties/${name}`));
    }
  });

  it('leave the names of the document alone, odd ones too', async () => {
    const name = 'a b/~%<T>';
    const source = await sourceOf({
      'a.json': openapi(
        answering({ allOf: [{ $ref: '#/components/schemas/a b~1~0%25<T>' }, { $ref: 'T.json' }] }),
        { components: { schemas: { [name]: { type: 'string' }, T: { type: 'integer' } } } },
      ),
      'T.json': { type: 'boolean' },
    });
    expect(Object.keys(source.at('/components/schemas') ?? {})).toHaveLength(3);
    expect(source.at('/components/schemas/T')).toEqual({ type: 'integer' });
    expect(danglingIn(source.document)).toEqual([]);
  });
});

describe('a reference that is only a name', () => {
  const swagger = (schema: JsonObject): JsonObject => ({
    swagger: '2.0',
    info: { title: 'T', version: '1' },
    paths: { '/a': { get: { responses: { 200: { description: '', schema } } } } },
    definitions: { Pet: { type: 'object' } },
  });
  const at = '/paths/~1a/get/responses/200/content/application~1json/schema';

  it('means the schema of that name, with a warning', async () => {
    const source = await sourceOf({ 'a.json': swagger({ $ref: 'Pet' }) });
    expect(source.at(at)).toEqual({ $ref: '#/components/schemas/Pet' });
    expect(source.warnings).toEqual([
      'warning openapi-shape a.json#/paths/~1a/get/responses/200/schema `Pet` is taken as `#/definitions/Pet`',
    ]);
  });

  it('means the file where there is one', async () => {
    const source = await sourceOf({ 'a.json': swagger({ $ref: 'Pet' }), Pet: '{"type": "string"}' });
    expect(source.warnings).toEqual([]);
    expect(source.at(at)).not.toEqual({ $ref: '#/components/schemas/Pet' });
  });

  it('leads nowhere where there is neither', async () => {
    const { diagnostics } = await read({ 'a.json': swagger({ $ref: 'Dog' }) });
    expect(said(diagnostics)).toEqual([
      'error ref-unresolved a.json#/paths/~1a/get/responses/200/schema `Dog` leads nowhere: there is no such file',
    ]);
  });
});
