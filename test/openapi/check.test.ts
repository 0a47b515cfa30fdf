import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { openapi, read, said, sourceOf } from './support.ts';

const id = { name: 'id', in: 'path', required: true, schema: { type: 'integer' } };
const q = { name: 'q', in: 'query', schema: { type: 'string' } };
const text = { type: 'string' };

const withPaths = (paths: Json, more: JsonObject = {}) => ({ 'a.json': openapi({}, { paths, ...more }) });
const get = (...parameters: Json[]): JsonObject => ({ get: { parameters, responses: {} } });

describe('path parameters', () => {
  it('that are not declared are required text, once per path in the messages', async () => {
    const source = await sourceOf(withPaths({ '/a/{id}/{x-y}': { ...get(id), post: { responses: {} } } }));
    const missing = { name: 'x-y', in: 'path', required: true, schema: text };
    expect(source.at('/paths/~1a~1{id}~1{x-y}/get/parameters')).toEqual([id, missing]);
    expect(source.at('/paths/~1a~1{id}~1{x-y}/post/parameters')).toEqual([
      { ...missing, name: 'id' },
      missing,
    ]);
    expect(source.warnings).toEqual([
      'warning path-parameter-undeclared a.json#/paths/~1a~1{id}~1{x-y} The path parameter `x-y` is not declared (GET, POST)',
      'warning path-parameter-undeclared a.json#/paths/~1a~1{id}~1{x-y} The path parameter `id` is not declared (POST)',
    ]);
  });

  it('may be declared on the path item or as a component', async () => {
    const source = await sourceOf(
      withPaths(
        { '/a/{id}/{x}': { parameters: [id], ...get({ $ref: '#/components/parameters/X' }) } },
        { components: { parameters: { X: { ...id, name: 'x' } } } },
      ),
    );
    expect(source.warnings).toEqual([]);
  });

  it('in a fragment or beside the template cannot be sent', async () => {
    const source = await sourceOf(withPaths({ '/a#{id}': get(id, q) }));
    expect(source.at('/paths/~1a#{id}/get/parameters')).toEqual([q]);
    expect(source.from('/paths/~1a#{id}/get/parameters/0')).toBe('a.json#/paths/~1a#{id}/get/parameters/1');
    expect(source.warnings).toEqual([
      'warning path-parameter-unused a.json#/paths/~1a#{id}/get/parameters/0 The path does not hold the path parameter `id`',
    ]);
  });
});

describe('names are text', () => {
  it('even where YAML reads a number or a boolean', async () => {
    const given =
      'openapi: 3.0.0\ninfo: {title: 1, version: 1.0}\npaths:\n  /a:\n    get: {operationId: 12, tags: [true], parameters: [{name: 7, in: query}], responses: {}}\n';
    const source = await sourceOf({ 'a.yaml': given });
    expect(source.at('/info')).toEqual({ title: '1', version: '1' });
    expect(source.at('/paths/~1a/get')).toMatchObject({
      operationId: '12',
      tags: ['true'],
      parameters: [{ name: '7', in: 'query' }],
    });
  });
});

describe('parameters that cannot be sent are left out', () => {
  const cases: readonly { title: string; given: Json; want: string }[] = [
    { title: 'no name', given: { in: 'query' }, want: 'A parameter has no name' },
    {
      title: 'no place',
      given: { name: 'p' },
      want: 'The parameter `p` does not say where it is sent (`in`)',
    },
    {
      title: 'another place',
      given: { name: 'p', in: 'body' },
      want: 'The parameter `p` is in `"body"`, which is no place of a request',
    },
    { title: 'twice', given: q, want: 'The query parameter `q` is declared twice' },
  ];
  it.each(cases)('$title', async ({ given, want }) => {
    const source = await sourceOf(withPaths({ '/a': get(q, given) }));
    expect(source.at('/paths/~1a/get/parameters')).toEqual([q]);
    expect(source.warnings).toEqual([expect.stringContaining(`a.json#/paths/~1a/get/parameters/1 ${want}`)]);
  });

  it('and what follows keeps its place of origin', async () => {
    const source = await sourceOf(withPaths({ '/a': get({ in: 'query' }, q) }));
    expect(source.from('/paths/~1a/get/parameters/0/name')).toBe('a.json#/paths/~1a/get/parameters/1/name');
  });
});

it('paths that a server cannot tell apart are named if they share a method', async () => {
  const source = await sourceOf(
    withPaths({
      '/a/{id}': get(id),
      '/a/{x}': get({ ...id, name: 'x' }),
      '/a/{y}': { post: { parameters: [{ ...id, name: 'y' }], responses: {} } },
      '/g#one': get(),
      '/g#two': get(),
    }),
  );
  expect(source.warnings).toEqual([
    'warning path-clash a.json#/paths/~1a~1{x} `/a/{x}` and `/a/{id}` are the same path to a server',
  ]);
});

it('paths get their slash', async () => {
  const source = await sourceOf(withPaths({ 'a/{x}': get(), 'x-y': 1 }));
  expect(Object.keys(source.at('/paths') ?? {})).toEqual(['/a/{x}', 'x-y']);
  expect(source.from('/paths/~1a~1{x}/get')).toBe('a.json#/paths/a~1{x}/get');
  expect(source.warnings.map((line) => line.split(' ')[1])).toEqual([
    'path-slash',
    'path-parameter-undeclared',
  ]);
});

describe('path templates that say more than names', () => {
  const query = { name: 'page', in: 'query', schema: { type: 'integer' } };
  it.each([
    ['/a/{+id}', '/a/{id}'],
    ['/a/{id*}', '/a/{id}'],
    ['/a/{*id}', '/a/{id}'],
    ['/a/{ id }', '/a/{id}'],
    ['/a/{id:[0-9]+}', '/a/{id}'],
    ['/a/{id:[0-9a-f]{8}}/b', '/a/{id}/b'],
    ['/a/{id=projects/*}:cancel', '/a/{id}:cancel'],
    ['/a/{id}{?page}', '/a/{id}'],
    ['/a/{id}?page={page}', '/a/{id}'],
    ['/a/{id}?fixed=1&page={page}', '/a/{id}?fixed=1'],
  ])('%s is taken as %s', async (written, want) => {
    const source = await sourceOf(withPaths({ [written]: get(id, query) }));
    expect(Object.keys(source.at('/paths') ?? {})).toEqual([want]);
    expect(source.warnings).toEqual([expect.stringMatching(/^warning path-template /)]);
    const written1 = written.replaceAll('/', '~1');
    expect(source.from(`/paths/${want.replaceAll('/', '~1')}/get`)).toBe(`a.json#/paths/${written1}/get`);
  });

  it('keep what is not declared, and a name that is declared as it is written', async () => {
    const odd = { ...id, name: 'id:x' };
    const source = await sourceOf(withPaths({ '/a/{id:x}': get(odd), '/b/{c:x}': get() }));
    expect(Object.keys(source.at('/paths') ?? {})).toEqual(['/a/{id:x}', '/b/{c:x}']);
  });

  it('do not take the place of another path', async () => {
    const source = await sourceOf(
      withPaths({ '/a/{id:.+}': get(id), '/a/{id}': { post: { parameters: [id] } } }),
    );
    expect(Object.keys(source.at('/paths') ?? {})).toEqual(['/a/{id}#2', '/a/{id}']);
  });
});

describe('values of the wrong kind', () => {
  it('are errors, all of them, where a request depends on them', async () => {
    const { value, diagnostics } = await read(
      withPaths({
        '/a': { get: 'text', put: { parameters: { a: 1 } }, post: { requestBody: [5] } },
        '/b': 5,
      }),
    );
    expect(value).toBeUndefined();
    expect(said(diagnostics)).toEqual([
      'error openapi-shape a.json#/paths/~1a/get Here is a string where an object belongs',
      'error openapi-shape a.json#/paths/~1a/put/parameters Here is an object where a list belongs',
      'error openapi-shape a.json#/paths/~1a/post/requestBody Here is a list where an object belongs',
      'error openapi-shape a.json#/paths/~1b Here is a number where an object belongs',
    ]);
  });

  it('are warnings elsewhere', async () => {
    const source = await sourceOf(
      withPaths(
        {},
        { tags: ['a', { name: 'b' }], webhooks: { w: { post: 'x' } }, info: { description: [] } },
      ),
    );
    expect(source.at('/tags')).toEqual([{ name: 'b' }]);
    expect(source.warnings).toHaveLength(3);
  });

  it('are warnings where only an answer depends on them', async () => {
    const source = await sourceOf(
      withPaths({
        '/a': {
          get: {
            parameters: [{ ...q, examples: ['a'], schema: 'string' }],
            responses: { 200: 'OK', 400: { description: 'no', headers: { H: 5 } } },
          },
        },
      }),
    );
    expect(source.at('/paths/~1a/get')).toEqual({
      parameters: [{ ...q, schema: {} }],
      responses: { 400: { description: 'no', headers: {} } },
    });
    expect(source.warnings.map((line) => line.split(' ')[2])).toEqual([
      'a.json#/paths/~1a/get/parameters/0/schema',
      'a.json#/paths/~1a/get/parameters/0/examples',
      'a.json#/paths/~1a/get/responses/200',
      'a.json#/paths/~1a/get/responses/400/headers/H',
    ]);
  });

  it('that are empty may be of the other kind: PHP prints {} as []', async () => {
    const source = await sourceOf(
      withPaths(
        {
          '/a': {
            get: {
              parameters: {},
              responses: [],
              requestBody: { content: { 'a/b': { schema: { properties: [] } } } },
            },
          },
        },
        { components: { schemas: [] } },
      ),
    );
    expect(source.at('/paths/~1a/get')).toEqual({
      parameters: [],
      responses: {},
      requestBody: { content: { 'a/b': { schema: { properties: {} } } } },
    });
    expect(source.warnings).toEqual([]);
  });

  it('are repaired where a schema stands for what has one', async () => {
    const $ref = '#/components/schemas/T';
    const source = await sourceOf(
      withPaths(
        {
          '/a': {
            post: {
              requestBody: { $ref },
              responses: {
                200: { $ref },
                201: { description: 'd', content: { 'application/json': { $ref } } },
              },
            },
          },
        },
        { components: { schemas: { T: { type: 'object' } } } },
      ),
    );
    const content = { 'application/json': { schema: { $ref } } };
    expect(source.at('/paths/~1a/post')).toEqual({
      requestBody: { content },
      responses: { 200: { description: '', content }, 201: { description: 'd', content } },
    });
    expect(source.warnings).toHaveLength(3);
    expect(source.warnings[0]).toContain('`#/components/schemas/T` is a schema where a request body belongs');
  });

  it('that are nothing count as absent', async () => {
    const source = await sourceOf({
      'a.yaml':
        'openapi: 3.1.0\ninfo:\npaths:\n  /a:\n    get:\n      parameters:\n      requestBody:\n      responses: {"200": {description: , content: {application/json: {schema: {properties: {p: }}}}}}\n    post:\n  /b:\n',
    });
    expect(source.at('/paths')).toEqual({
      '/a': {
        get: {
          responses: { 200: { content: { 'application/json': { schema: { properties: { p: {} } } } } } },
        },
      },
    });
    expect(source.warnings).toEqual([]);
  });

  it('that are numbers are taken for texts and versions', async () => {
    const source = await sourceOf({
      'a.yaml': 'swagger: 2.0\ninfo: {title: T, description: 5}\npaths: {}\n',
    });
    expect(source.at('/info/description')).toBe('5');
  });
});
