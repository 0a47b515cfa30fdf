import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { api, codes, get, lowered, only } from './given.ts';

describe('the serialisation of a parameter', () => {
  const style = (name: string, explode: boolean, allowReserved = false): unknown => ({
    kind: 'style',
    style: name,
    explode,
    allowReserved,
  });
  const cases: readonly [string, JsonObject, unknown][] = [
    ['query', { in: 'query' }, style('form', true)],
    ['query, not exploded', { in: 'query', explode: false }, style('form', false)],
    ['query, spaceDelimited', { in: 'query', style: 'spaceDelimited' }, style('spaceDelimited', false)],
    [
      'query, pipeDelimited',
      { in: 'query', style: 'pipeDelimited', explode: true },
      style('pipeDelimited', true),
    ],
    ['query, tabDelimited', { in: 'query', style: 'tabDelimited' }, style('tabDelimited', false)],
    ['query, deepObject', { in: 'query', style: 'deepObject', explode: true }, style('deepObject', true)],
    ['query, allowReserved', { in: 'query', allowReserved: true }, style('form', true, true)],
    ['header', { in: 'header' }, style('simple', false)],
    ['header, exploded', { in: 'header', explode: true }, style('simple', true)],
    ['cookie', { in: 'cookie' }, style('form', true)],
    ['cookie of 3.2', { in: 'cookie', style: 'cookie' }, style('cookie', true)],
    ['path', { in: 'path', required: true }, style('simple', false)],
    ['path, label', { in: 'path', style: 'label', explode: true }, style('label', true)],
    ['path, matrix', { in: 'path', style: 'matrix' }, style('matrix', false)],
    ['a style of another place', { in: 'path', style: 'deepObject' }, style('simple', false)],
  ];
  test.each(cases)('%s', (_title, given, want) => {
    const path = given.in === 'path' ? '/x/{p}' : '/x';
    const { operations } = api({
      paths: { [path]: { get: { parameters: [{ name: 'p', schema: { type: 'string' }, ...given }] } } },
    });
    expect(only(only(operations).request.parameters).serialization).toEqual(want);
  });
  test('content', () => {
    const operation = get([
      { name: 'filter', in: 'query', content: { 'application/json': { schema: { type: 'object' } } } },
    ]);
    expect(operation.request.parameters).toEqual([
      { in: 'query', name: 'filter', serialization: { kind: 'content', mediaType: 'application/json' } },
    ]);
    expect(operation.arguments[0]?.schema.kind).toBe('object');
  });
  test('querystring of 3.2', () => {
    const operation = get([
      {
        name: 'all',
        in: 'querystring',
        content: {
          'application/x-www-form-urlencoded': { schema: { type: 'object', properties: { a: {} } } },
        },
      },
    ]);
    expect(operation.request.bindings).toEqual([
      { at: ['querystring'], kind: 'argument', arg: 'querystring.all' },
    ]);
  });
});

describe('the parameters of an operation', () => {
  const names = (list: readonly { readonly name: string; readonly required: boolean }[]): readonly string[] =>
    list.map(({ name, required }) => (required ? `${name}!` : name));

  test('those of the path item are replaced by name and place', () => {
    const { operations } = api({
      paths: {
        '/x': {
          parameters: [
            { name: 'a', in: 'query', required: true },
            { name: 'a', in: 'header' },
            { $ref: '#/components/parameters/B' },
          ],
          get: { parameters: [{ name: 'a', in: 'query', schema: { type: 'integer' } }] },
        },
      },
      components: { parameters: { B: { name: 'b', in: 'query', required: true } } },
    });
    const operation = only(operations);
    expect(names(operation.arguments)).toEqual(['a', 'a', 'b!']);
    expect(operation.arguments[0]?.schema.kind).toBe('number');
  });
  test('several in one segment, in the order of the path', () => {
    const { operations } = api({
      paths: {
        '/x/{a}.{b}/y': {
          get: {
            parameters: [
              { name: 'q', in: 'query' },
              { name: 'b', in: 'path' },
              { name: 'a', in: 'path' },
            ],
          },
        },
      },
    });
    const operation = only(operations);
    expect(operation.request.path).toEqual([
      { literal: '/x/' },
      { parameter: 'a' },
      { literal: '.' },
      { parameter: 'b' },
      { literal: '/y' },
    ]);
    expect(names(operation.arguments)).toEqual(['a!', 'b!', 'q']);
  });
  test('headers that OpenAPI ignores', () => {
    const { value, diagnostics } = lowered({
      paths: {
        '/x': {
          get: {
            parameters: ['accept', 'Content-Type', 'AUTHORIZATION', 'X-Ok'].map((name) => ({
              name,
              in: 'header',
            })),
          },
        },
      },
    });
    expect(names(only(value?.operations ?? []).arguments)).toEqual(['X-Ok']);
    expect(codes(diagnostics)).toEqual(Array(3).fill('info header-ignored'));
  });
  test('undeclared ones in the path become required text, superfluous ones go', () => {
    const { value, diagnostics } = lowered({
      paths: { '/x/{id}': { get: { parameters: [{ name: 'other', in: 'path' }] } } },
    });
    expect(names(only(value?.operations ?? []).arguments)).toEqual(['id!']);
    expect(codes(diagnostics)).toEqual([
      'warning path-parameter-undeclared',
      'warning path-parameter-unused',
    ]);
  });
  test.each<[string, JsonObject]>([
    ['no name', { in: 'query' }],
    ['no place', { name: 'a', in: 'nowhere' }],
    ['a header that would split', { name: 'h\r\nX-Evil: 1', in: 'header' }],
    ['a cookie with a semicolon', { name: 'a;b', in: 'cookie', style: 'cookie' }],
  ])('%s: left out with a warning', (_title, parameter) => {
    const { value, diagnostics } = lowered({ paths: { '/x': { get: { parameters: [parameter] } } } });
    expect(value?.operations[0]?.arguments).toEqual([]);
    expect(codes(diagnostics)).toEqual(['warning parameter-invalid']);
  });
  test('the same twice: the first is used', () => {
    const { value, diagnostics } = lowered({
      paths: {
        '/x': {
          get: {
            parameters: [
              { name: 'a', in: 'query', required: true },
              { name: 'a', in: 'query' },
            ],
          },
        },
      },
    });
    expect(names(value?.operations[0]?.arguments ?? [])).toEqual(['a!']);
    expect(codes(diagnostics)).toEqual(['warning parameter-duplicate']);
  });
  const extensions: readonly [string, Json, JsonObject][] = [
    ['name', { name: 'team' }, { name: 'team', required: true, hidden: false }],
    ['default', { default: 'BAC' }, { name: 'p', required: false, default: 'BAC' }],
    ['env', { env: 'TEAM' }, { name: 'p', required: false, requiredUnlessEnv: true, env: 'TEAM' }],
    ['hidden with a default', { hidden: true, default: 1 }, { hidden: true, required: false, default: 1 }],
  ];
  test.each(extensions)('x-mcpgen.%s', (_title, extension, want) => {
    const operation = get([{ name: 'p', in: 'query', required: true, 'x-mcpgen': extension }]);
    expect(operation.arguments[0]).toMatchObject(want);
  });
  test('hidden, required and without a value is an error', () => {
    const { value, diagnostics } = lowered({
      paths: {
        '/x': {
          get: { parameters: [{ name: 'p', in: 'query', required: true, 'x-mcpgen': { hidden: true } }] },
        },
      },
    });
    expect(value).toBeUndefined();
    expect(codes(diagnostics)).toEqual(['error argument-invalid']);
  });
  test('a required constant is the default; an optional one is not sent', () => {
    const operation = get([
      { name: 'v', in: 'query', required: true, schema: { const: 1 } },
      { name: 'w', in: 'query', schema: { enum: ['a'] } },
      { name: 'x', in: 'query', required: true, schema: { enum: ['a', 'b'] } },
    ]);
    expect(operation.arguments.map(({ required, ...argument }) => [required, argument.default])).toEqual([
      [false, 1],
      [false, undefined],
      [true, undefined],
    ]);
  });
});

describe('paths', () => {
  test('a fragment makes the key unique and is not sent', () => {
    const { operations } = api({ paths: { '/g#a': { post: {} }, '/g#b/{c}': { post: {} } } });
    expect(operations.map(({ path, pathKey, request, id }) => [path, pathKey, request.path, id])).toEqual([
      ['/g', '/g#a', [{ literal: '/g' }], 'POST /g#a'],
      ['/g', '/g#b/{c}', [{ literal: '/g' }], 'POST /g#b/{c}'],
    ]);
  });
  test('a query in the path is sent as constants', () => {
    const { operations } = api({
      paths: { '/x?Action=List&v=a%20b': { get: { parameters: [{ name: 'q', in: 'query' }] } } },
    });
    const { request } = only(operations);
    expect(request.path).toEqual([{ literal: '/x' }]);
    expect(request.bindings).toEqual([
      { at: ['query', 'Action'], kind: 'constant', value: 'List' },
      { at: ['query', 'v'], kind: 'constant', value: 'a b' },
      { at: ['query', 'q'], kind: 'argument', arg: 'query.q' },
    ]);
    expect(request.parameters.map(({ name }) => name)).toEqual(['Action', 'v', 'q']);
  });
});
