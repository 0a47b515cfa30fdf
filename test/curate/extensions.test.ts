import { describe, expect, it } from 'vitest';
import { curate } from '../../src/curate/curate.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { openapi, said, source } from './source.ts';

const operation = { operationId: 'a', responses: { 200: { description: 'ok' } } };
const withRoot = (extension: Json): JsonObject =>
  openapi({ 'x-mcpgen': extension, paths: { '/a': { get: operation } } });
const withOperation = (extension: Json): JsonObject =>
  openapi({ paths: { '/a': { get: { ...operation, 'x-mcpgen': extension } } } });
const toSchema = { $ref: '#/components/schemas/S' };
const at = '/paths/~1a/get/x-mcpgen';

describe('x-mcpgen', () => {
  it('is accepted in every form that the model describes', () => {
    const document = openapi({
      'x-mcpgen': {
        name: 'x',
        route: 'mcp',
        include: { operationId: ['*'], tag: [], path: ['/**'] },
        exclude: {},
        graphql: { path: '/graphql', schema: 's.graphql', operations: ['a/*.graphql'] },
        tools: 'search',
        output: { jq: '.items', pretty: true },
      },
      paths: {
        '/a/{id}': {
          parameters: [
            { name: 'id', in: 'path', required: true, schema: {}, 'x-mcpgen': { name: 'key', env: 'A_ID' } },
          ],
          post: {
            ...operation,
            requestBody: {
              content: {
                'application/json': {
                  schema: {
                    properties: { p: { 'x-mcpgen': { hidden: true, default: { any: ['thing', null] } } } },
                  },
                },
              },
            },
            'x-mcpgen': {
              name: 'make',
              hidden: false,
              positionals: ['id'],
              arguments: [
                {
                  name: 'n',
                  schema: { type: 'string' },
                  required: true,
                  description: '',
                  default: null,
                  env: 'N',
                },
              ],
              bindings: [
                {
                  at: ['query', 'q'],
                  value: ['repo:', { arg: 'n', match: { regex: '^([A-Z]+)', group: 1 } }],
                },
                { at: ['body', 'x', 'y'], value: [{ fixed: { data: 1 } }] },
                { at: ['querystring'], value: [{ arg: 'n' }] },
              ],
              annotations: { readOnly: true, openWorld: false },
              pagination: {
                style: 'cursor',
                parameter: 'after',
                next: ['page', 'end'],
                more: ['page', 'has'],
              },
              output: {},
              graphql: { kind: 'query', fields: ['a'], success: [] },
              origin: { file: 'x.sh', line: 1, column: 1 },
              diagnostics: [{ code: 'c', severity: 'warning', message: 'm' }],
            },
          },
          delete: { ...operation, operationId: 'd', 'x-mcpgen': { pagination: false } },
        },
      },
      components: {
        securitySchemes: {
          k: { type: 'apiKey', in: 'header', name: 'X', 'x-mcpgen': { env: 'K', scheme: 'Token' } },
        },
      },
    });
    expect(said(curate(source(document), []).diagnostics)).toEqual([]);
  });

  const cases: { title: string; given: JsonObject; want: string[] }[] = [
    {
      title: 'an unknown key, with the one that was meant',
      given: withRoot({ naem: 'x', toolz: 'list' }),
      want: [
        'x-mcpgen-invalid api.yaml#/x-mcpgen/naem: `x-mcpgen.naem` of a document is not a key that mcpgen knows | did you mean `name`?',
        'x-mcpgen-invalid api.yaml#/x-mcpgen/toolz: `x-mcpgen.toolz` of a document is not a key that mcpgen knows | did you mean `tools`?',
      ],
    },
    {
      title: 'an unknown key further down',
      given: withRoot({ include: { operationid: ['a'] } }),
      want: [
        'x-mcpgen-invalid api.yaml#/x-mcpgen/include/operationid: `x-mcpgen.include.operationid` of a document is not a key that mcpgen knows | did you mean `operationId`?',
      ],
    },
    {
      title: 'a value that is no choice',
      given: withRoot({ route: 'mpc' }),
      want: [
        'x-mcpgen-invalid api.yaml#/x-mcpgen/route: `x-mcpgen.route` of a document must be `direct` or `mcp` | did you mean `mcp`?',
      ],
    },
    {
      title: 'values of the wrong type, all of them',
      given: withOperation({ name: 1, hidden: 'yes', positionals: 'id' }),
      want: [
        `x-mcpgen-invalid api.yaml#${at}/name: \`x-mcpgen.name\` of an operation must be text`,
        `x-mcpgen-invalid api.yaml#${at}/hidden: \`x-mcpgen.hidden\` of an operation must be true or false`,
        `x-mcpgen-invalid api.yaml#${at}/positionals: \`x-mcpgen.positionals\` of an operation must be a list`,
      ],
    },
    {
      title: 'the extension itself',
      given: withOperation('name'),
      want: [`x-mcpgen-invalid api.yaml#${at}: \`x-mcpgen\` of an operation must be an object`],
    },
    {
      title: 'a paging style',
      given: withOperation({ pagination: { style: 'pages', parameter: 'p' } }),
      want: [
        `x-mcpgen-invalid api.yaml#${at}/pagination/style: \`x-mcpgen.pagination.style\` of an operation must be \`page\` or \`offset\` or \`cursor\` or \`link\` or \`url\` | did you mean \`page\`?`,
      ],
    },
    {
      title: 'keys of the paging style that was chosen',
      given: withOperation({ pagination: { style: 'page', param: 'p' } }),
      want: [
        `x-mcpgen-invalid api.yaml#${at}/pagination/parameter: \`x-mcpgen.pagination.parameter\` of an operation is missing`,
        `x-mcpgen-invalid api.yaml#${at}/pagination/param: \`x-mcpgen.pagination.param\` of an operation is not a key that mcpgen knows | the keys are style, parameter, start, size, items`,
      ],
    },
    {
      title: 'a place that is none',
      given: withOperation({ bindings: [{ at: ['query'], value: [] }] }),
      want: [
        `x-mcpgen-invalid api.yaml#${at}/bindings/0/at: \`x-mcpgen.bindings.0.at\` of an operation must be a place of the request`,
      ],
    },
    {
      title: 'a name of a variable that a shell would run',
      given: openapi({
        paths: { '/a': { get: operation } },
        security: [{ k: [] }],
        components: {
          securitySchemes: { k: { type: 'http', scheme: 'bearer', 'x-mcpgen': { env: 'A[$(id)]' } } },
        },
      }),
      want: [
        'x-mcpgen-invalid api.yaml#/components/securitySchemes/k/x-mcpgen/env: `x-mcpgen.env` of a security scheme must be the name of an environment variable: letters, digits and `_`',
      ],
    },
    {
      title: 'places where it means nothing',
      given: openapi({
        info: { title: 'T', version: '1', 'x-mcpgen': {} },
        paths: { '/a': { 'x-mcpgen': {}, get: operation } },
      }),
      want: ['info', 'paths/~1a'].map(
        (place) =>
          `x-mcpgen-misplaced api.yaml#/${place}/x-mcpgen: \`x-mcpgen\` is not read here | it belongs on the root, an operation, a parameter, a property or a security scheme`,
      ),
    },
    {
      title: 'only what is left',
      given: openapi({
        'x-mcpgen': { exclude: { path: ['/b'] } },
        paths: { '/a': { get: operation }, '/b': { get: { 'x-mcpgen': { naem: 'x' } } } },
        components: { schemas: { S: { 'x-mcpgen': { naem: 'x' } } } },
      }),
      want: [],
    },
    {
      title: 'data that only looks like it',
      given: openapi({
        paths: {
          '/a': { get: { ...operation, parameters: [{ name: 's', in: 'query', schema: toSchema }] } },
        },
        'x-other': { 'x-mcpgen': 1 },
        components: {
          schemas: {
            S: {
              properties: { 'x-mcpgen': { type: 'string' } },
              example: { 'x-mcpgen': 1 },
              default: { 'x-mcpgen': 1 },
              enum: [{ 'x-mcpgen': 1 }],
              const: { 'x-mcpgen': 1 },
            },
          },
        },
      }),
      want: [],
    },
  ];
  it.each(cases)('$title', ({ given, want }) => {
    expect(said(curate(source(given), []).diagnostics)).toEqual(
      want.map((line) => expect.stringContaining(line)),
    );
  });
});
