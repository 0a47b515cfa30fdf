import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { OperationPlan } from '../../src/model/plan.ts';
import { operationOf, planned } from './given.ts';

/** `name in → key --flag` of each argument. */
function named(operation: OperationPlan): readonly string[] {
  return operation.arguments.map(
    ({ name, key, flag, places }) => `${name} ${places[0]?.[0]} → ${key} --${flag}`,
  );
}
const parameter = (name: string, place = 'query', rest: JsonObject = {}): JsonObject => ({
  name,
  in: place,
  ...rest,
});
const bodyOf = (...names: readonly string[]): JsonObject => ({
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
      },
    },
  },
});

describe('the key and the flag of an argument', () => {
  test.each<[string, string, string]>([
    ['limit', 'limit', 'limit'],
    ['per_page', 'per_page', 'per-page'],
    ['teamId', 'teamId', 'team-id'],
    ['filter[name]', 'filter_name', 'filter-name'],
    ['a.b', 'a.b', 'a-b'],
    ['$top', 'top', 'top'],
    ['@type', 'type', 'type'],
    ['X-Org', 'X-Org', 'x-org'],
    ['-n', '-n', 'n'],
    ['--', '--', 'arg'],
    ['日本', 'arg', 'arg'],
    ['constructor', 'arg_constructor', 'constructor'],
    ['__proto__', 'arg_proto', 'proto'],
    ['toString', 'arg_toString', 'to-string'],
    ['valueOf', 'arg_valueOf', 'value-of'],
    ['help', 'help', 'arg-help'],
    ['dry_run', 'dry_run', 'arg-dry-run'],
    ['error-format', 'error-format', 'arg-error-format'],
    ['output', 'output', 'output'],
    ['out-output', 'out-output', 'arg-out-output'],
    ['no-cache', 'no-cache', 'no-cache'],
    ['x'.repeat(100), 'x'.repeat(64), 'x'.repeat(64)],
  ])('%s is %s, --%s', (name, key, flag) => {
    expect(operationOf({ parameters: [parameter(name)] }).arguments[0]).toMatchObject({ key, flag });
  });

  const clashes: readonly [string, JsonObject, string, readonly string[]][] = [
    [
      'path and query keep their name, the body’s gets a prefix',
      { parameters: [parameter('id', 'path'), parameter('title')], requestBody: bodyOf('title', 'id') },
      '/x/{id}',
      [
        'id path → id --id',
        'title query → title --title',
        'title body → body_title --body-title',
        'id body → body_id --body-id',
      ],
    ],
    [
      'all places at once',
      {
        parameters: [parameter('id', 'cookie'), parameter('id', 'header'), parameter('id')],
        requestBody: bodyOf('id'),
      },
      '/x',
      [
        'id cookie → cookie_id --cookie-id',
        'id header → header_id --header-id',
        'id query → id --id',
        'id body → body_id --body-id',
      ],
    ],
    [
      'names that differ by case have keys of their own',
      { parameters: [parameter('ID'), parameter('id')] },
      '/x',
      ['ID query → ID --query-id', 'id query → id --id'],
    ],
    [
      'a body member is not served before a query name that only becomes it',
      { parameters: [parameter('ID')], requestBody: bodyOf('id') },
      '/x',
      ['ID query → ID --id', 'id body → id --body-id'],
    ],
    [
      'a prefix that is taken',
      { parameters: [parameter('id'), parameter('body_id')], requestBody: bodyOf('id') },
      '/x',
      ['id query → id --id', 'body_id query → body_id --body-id', 'id body → body_id_2 --body-id-2'],
    ],
  ];
  test.each(clashes)('%s', (_title, operation, path, want) => {
    expect(named(operationOf(operation, path))).toEqual(want);
  });
  test('names that become equal differ', () => {
    const operation = operationOf({ parameters: [parameter('a[b]'), parameter('a_b'), parameter('a.b')] });
    expect(operation.arguments.map(({ name, key }) => `${name} ${key}`)).toEqual([
      'a[b] query_a_b',
      'a_b a_b',
      'a.b a.b',
    ]);
    expect(new Set(operation.arguments.map(({ flag }) => flag)).size).toBe(3);
  });

  test('is valid and unique, whatever the document calls it', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
      fc.constantFrom(
        'id',
        'ID',
        'Id',
        '__proto__',
        'constructor',
        'prototype',
        'help',
        'data',
        'query_id',
        'body_id',
        'a'.repeat(80),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.constantFrom('query', 'header', 'cookie', 'body')), { maxLength: 14 }),
        (given) => {
          const list = given
            .filter(([, place]) => place !== 'body')
            .map(([text, place]): Json => parameter(text, place));
          const members = given.filter(([, place]) => place === 'body').map(([text]) => text);
          const operation = operationOf({ parameters: list, requestBody: bodyOf(...members) });
          const keys = operation.arguments.map(({ key }) => key);
          const flags = operation.arguments.map(({ flag }) => flag);
          expect(new Set(keys).size).toBe(keys.length);
          expect(new Set(flags).size).toBe(flags.length);
          for (const key of keys) {
            expect(key).toMatch(/^[a-zA-Z0-9_.-]{1,64}$/);
            expect(['__proto__', 'constructor', 'prototype']).not.toContain(key);
          }
          for (const flag of flags) {
            expect(flag).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
            expect([
              'help',
              'version',
              'dry-run',
              'via',
              'data',
              'timeout',
              'verbose',
              'error-format',
            ]).not.toContain(flag);
          }
          expect(Object.keys(operation.inputSchema.properties as JsonObject).sort()).toEqual(
            [...keys].sort(),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the order and positions of arguments', () => {
  const positional = (operation: OperationPlan): readonly string[] =>
    operation.arguments
      .filter((argument) => argument.positional !== undefined)
      .sort((a, b) => (a.positional ?? 0) - (b.positional ?? 0))
      .map(({ key }) => key);

  test('path, required, optional; path arguments are positional in the order of the path', () => {
    const operation = operationOf(
      {
        parameters: [
          parameter('o'),
          parameter('r', 'query', { required: true }),
          parameter('b', 'path'),
          parameter('a', 'path'),
        ],
      },
      '/x/{a}/{b}',
    );
    expect(operation.arguments.map(({ key }) => key)).toEqual(['a', 'b', 'r', 'o']);
    expect(positional(operation)).toEqual(['a', 'b']);
  });
  test('an object in the path, and one with a default, have their flags only', () => {
    const operation = operationOf(
      {
        parameters: [
          parameter('v', 'path', { schema: { const: 'v1' } }),
          parameter('o', 'path', { schema: { type: 'object' } }),
          parameter('a', 'path'),
        ],
      },
      '/{v}/{o}/{a}',
    );
    expect(positional(operation)).toEqual(['a']);
  });
  test('for GraphQL the sole required scalar', () => {
    const graphql = (required: readonly string[]): OperationPlan =>
      operationOf({
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required,
                properties: { id: { type: 'string' }, title: { type: 'string' }, input: { type: 'object' } },
              },
            },
          },
        },
        'x-mcpgen': { graphql: { kind: 'query', fields: ['x'], success: [] } },
      });
    expect(positional(graphql(['id', 'input']))).toEqual(['id']);
    expect(positional(graphql(['id', 'title']))).toEqual([]);
    expect(positional(graphql([]))).toEqual([]);
  });
  test('x-mcpgen.positionals, by name', () => {
    expect(
      positional(
        operationOf(
          {
            parameters: [parameter('id', 'path')],
            requestBody: bodyOf('title', 'text'),
            'x-mcpgen': { positionals: ['title', 'id'] },
          },
          '/x/{id}',
        ),
      ),
    ).toEqual(['title', 'id']);
  });
  test('x-mcpgen.positionals that name nothing are an error', () => {
    const { value, diagnostics } = planned({
      paths: { '/x': { get: { parameters: [parameter('id')], 'x-mcpgen': { positionals: ['nr'] } } } },
    });
    expect(value).toBeUndefined();
    expect(diagnostics.find(({ severity }) => severity === 'error')).toMatchObject({
      code: 'argument-invalid',
      hint: 'Its arguments are: id',
    });
  });
  test('holes, requires and the chooser are called by key', () => {
    const operation = operationOf({
      parameters: [parameter('title')],
      requestBody: {
        content: {
          'application/json': {
            schema: { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
          },
          'application/xml': { schema: { type: 'object', properties: { title: { type: 'string' } } } },
        },
      },
      'x-mcpgen': { bindings: [{ at: ['header', 'X-A'], value: ['a', { arg: 'who' }] }] },
    });
    expect(operation.request.bindings).toEqual([
      { at: ['query', 'title'], kind: 'argument', arg: 'title' },
      { at: ['body', 'title'], kind: 'argument', arg: 'body_title' },
      { at: ['header', 'X-A'], kind: 'template', parts: ['a', { arg: 'who' }], type: 'string' },
    ]);
    expect(operation.request.body).toMatchObject({ chooser: 'content-type', requires: [] });
  });
});
