import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { api, codes, lowered, only, post } from './given.ts';

const text = { type: 'string' };
const graphqlBody: JsonObject = {
  required: true,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['query', 'variables'],
        properties: {
          query: { const: 'query q($n: Int) { x }' },
          operationName: text,
          variables: {
            type: 'object',
            required: ['id'],
            properties: {
              id: { type: 'string', description: 'The id.' },
              first: { type: 'integer' },
              filter: { type: 'object', properties: { team: { type: 'object', properties: { eq: text } } } },
            },
          },
        },
      },
    },
  },
};

/** The operation with what `x-mcpgen` says. */
function bound(
  extension: JsonObject,
  rest: JsonObject = { requestBody: graphqlBody },
): ReturnType<typeof post> {
  return post({ ...rest, 'x-mcpgen': extension });
}

describe('x-mcpgen.bindings', () => {
  test('replaces what stands above a place and keeps what stands beside it', () => {
    const operation = bound({
      bindings: [
        { at: ['body', 'variables', 'id'], value: [{ arg: 'id' }] },
        { at: ['body', 'variables', 'filter', 'team', 'eq'], value: [{ arg: 'team' }] },
      ],
    });
    expect(operation.request.bindings).toEqual([
      { at: ['body', 'query'], kind: 'argument', arg: 'body.query' },
      { at: ['body', 'operationName'], kind: 'argument', arg: 'body.operationName' },
      { at: ['body', 'variables', 'id'], kind: 'argument', arg: 'arg.id' },
      { at: ['body', 'variables', 'filter', 'team', 'eq'], kind: 'argument', arg: 'arg.team' },
    ]);
    expect(
      operation.arguments.map(({ name, required, description }) => [name, required, description]),
    ).toEqual([
      ['id', true, 'The id.'],
      ['team', false, ''],
      ['query', false, ''],
      ['operationName', false, ''],
    ]);
  });
  test('at a parameter replaces its argument and keeps its style', () => {
    const operation = bound(
      { bindings: [{ at: ['query', 'q'], value: ['repo:', { arg: 'repo' }, ' is:open'] }] },
      { parameters: [{ name: 'q', in: 'query', required: true, style: 'form', explode: false }] },
    );
    expect(operation.request.parameters).toHaveLength(1);
    expect(operation.arguments.map(({ id, required, schema }) => [id, required, schema.kind])).toEqual([
      ['arg.repo', true, 'string'],
    ]);
    expect(operation.request.bindings).toEqual([
      {
        at: ['query', 'q'],
        kind: 'template',
        parts: ['repo:', { arg: 'arg.repo' }, ' is:open'],
        type: 'string',
      },
    ]);
  });
  test('the whole body replaces all of it', () => {
    const operation = bound({ bindings: [{ at: ['body'], value: [{ arg: 'all' }] }] });
    expect(operation.arguments.map(({ name }) => name)).toEqual(['all']);
    expect(operation.arguments[0]?.schema.kind).toBe('object');
  });

  const values: readonly [string, readonly Json[], unknown][] = [
    ['one hole', [{ arg: 'a' }], { kind: 'argument', arg: 'arg.a' }],
    [
      'one hole with a match',
      [{ arg: 'a', match: { regex: '[0-9]+', group: 0 } }],
      { kind: 'template', parts: [{ arg: 'arg.a', match: { regex: '[0-9]+', group: 0 } }], type: 'string' },
    ],
    ['a constant', [{ x: [1] }], { kind: 'constant', value: { x: [1] } }],
    ['null', [null], { kind: 'constant', value: null }],
    ['joined text', ['a', 'b'], { kind: 'constant', value: 'ab' }],
    ['nothing', [], { kind: 'constant', value: '' }],
  ];
  test.each(values)('a value that is %s', (_title, value, want) => {
    const operation = bound({ bindings: [{ at: ['body', 'operationName'], value }] });
    expect(operation.request.bindings.at(-1)).toEqual({ at: ['body', 'operationName'], ...(want as object) });
  });
  test.each<[string, JsonObject, string]>([
    ['a number', { type: 'integer' }, 'number'],
    ['a boolean', { type: 'boolean' }, 'boolean'],
    ['text', text, 'string'],
  ])('a template at %s', (_title, schema, type) => {
    const operation = bound(
      { bindings: [{ at: ['body', 'n'], value: [{ arg: 'a', match: { regex: 'x', group: 0 } }] }] },
      {
        requestBody: {
          content: { 'application/json': { schema: { type: 'object', properties: { n: schema } } } },
        },
      },
    );
    expect(operation.request.bindings[0]).toMatchObject({ kind: 'template', type });
  });
  test('two places of one argument', () => {
    const operation = bound(
      {
        arguments: [
          {
            name: 'identifier',
            schema: { type: 'string', pattern: '^[A-Z]+-[0-9]+$' },
            required: true,
            description: 'BAC-154',
          },
        ],
        bindings: [
          { at: ['path', 'team'], value: [{ arg: 'identifier', match: { regex: '^[A-Z]+', group: 0 } }] },
          { at: ['query', 'number'], value: [{ arg: 'identifier', match: { regex: '[0-9]+$', group: 0 } }] },
        ],
      },
      {},
    );
    expect(only(operation.arguments)).toMatchObject({
      name: 'identifier',
      required: true,
      description: 'BAC-154',
      schema: { pattern: '^[A-Z]+-[0-9]+$' },
    });
    expect(operation.request.parameters.map(({ in: place, name }) => [place, name])).toEqual([
      ['path', 'team'],
      ['query', 'number'],
    ]);
  });
  test('declared arguments with a default or an environment variable are not required', () => {
    const operation = bound({
      arguments: [
        { name: 'id', required: true, env: 'ISSUE' },
        { name: 'first', required: true, default: 50 },
      ],
      bindings: [
        { at: ['body', 'variables', 'id'], value: [{ arg: 'id' }] },
        { at: ['body', 'variables', 'first'], value: [{ arg: 'first' }] },
      ],
    });
    expect(operation.arguments.slice(0, 2)).toMatchObject([
      { name: 'id', required: false, requiredUnlessEnv: true, env: 'ISSUE' },
      { name: 'first', required: false, default: 50, schema: { kind: 'number' } },
    ]);
  });
  test('header names have no case', () => {
    const operation = bound(
      { bindings: [{ at: ['header', 'x-org'], value: ['acme'] }] },
      { parameters: [{ name: 'X-Org', in: 'header' }] },
    );
    expect(operation.arguments).toEqual([]);
    expect(operation.request.parameters.map(({ name }) => name)).toEqual(['X-Org']);
    expect(operation.request.bindings).toEqual([
      { at: ['header', 'x-org'], kind: 'constant', value: 'acme' },
    ]);
  });
  test('a body that the document does not describe is JSON', () => {
    const operation = bound({ bindings: [{ at: ['body', 'a'], value: [{ arg: 'a' }] }] }, {});
    expect(operation.request.body).toMatchObject({
      media: [{ kind: 'json', mediaType: 'application/json' }],
    });
  });
  test('a place that does not exist is an error', () => {
    const { value, diagnostics } = lowered({
      paths: { '/x': { get: { 'x-mcpgen': { bindings: [{ at: ['trailer', 'a'], value: ['b'] }] } } } },
    });
    expect(value).toBeUndefined();
    expect(codes(diagnostics)).toEqual(['error argument-invalid']);
    expect(diagnostics[0]?.origin).toEqual({
      file: 'spec.yaml',
      pointer: '/paths/~1x/get/x-mcpgen/bindings/0',
    });
  });
  test('an optional body forgets what bindings replace', () => {
    const operation = bound(
      { bindings: [{ at: ['body', 'a'], value: ['x'] }] },
      {
        requestBody: {
          content: {
            'application/json': {
              schema: { type: 'object', required: ['a', 'b'], properties: { a: text, b: text } },
            },
          },
        },
      },
    );
    expect(operation.request.body?.requires).toEqual(['body.b']);
  });
  test('a path with bindings declares nothing twice', () => {
    const { operations } = api({
      paths: {
        '/x/{id}': { get: { 'x-mcpgen': { bindings: [{ at: ['path', 'id'], value: [{ arg: 'issue' }] }] } } },
      },
    });
    expect(only(operations).arguments.map(({ name }) => name)).toEqual(['issue']);
    expect(only(operations).request.parameters).toHaveLength(1);
  });
});
