import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { api, codes, lowered, only, post } from './given.ts';

describe('operations', () => {
  test('all methods, those of 3.2 too', () => {
    const { operations } = api({
      paths: {
        '/x': {
          get: {},
          put: {},
          post: {},
          delete: {},
          options: {},
          head: {},
          patch: {},
          trace: {},
          query: {},
          additionalOperations: { COPY: {}, 'M-SEARCH': {}, 'B AD': {} },
          summary: 'no operation',
          'x-other': {},
        },
      },
    });
    expect(operations.map(({ method }) => method)).toEqual([
      'GET',
      'PUT',
      'POST',
      'DELETE',
      'OPTIONS',
      'HEAD',
      'PATCH',
      'TRACE',
      'QUERY',
      'COPY',
      'M-SEARCH',
    ]);
  });
  test('whole operations and path items by reference', () => {
    const { operations } = api({
      paths: { '/a': { $ref: '#/components/pathItems/A' }, '/b': { get: { $ref: '#/x-operations/b' } } },
      components: { pathItems: { A: { get: { operationId: 'a' } } } },
      'x-operations': { b: { operationId: 'b' } },
    });
    expect(operations.map(({ id }) => id)).toEqual(['a', 'b']);
  });
  test('duplicate operationIds: every one is named by method and path, with one warning that names the places', () => {
    const { value, diagnostics } = lowered({
      paths: {
        '/a': { get: { operationId: 'thing' }, post: { operationId: 'thing' } },
        '/b': { get: { operationId: 'other' } },
      },
    });
    expect(value?.operations.map(({ id, operationId }) => [id, operationId])).toEqual([
      ['GET /a', undefined],
      ['POST /a', undefined],
      ['other', 'other'],
    ]);
    expect(codes(diagnostics)).toEqual(['warning operation-duplicate']);
    expect(value?.document.paths).toEqual({
      '/a': { get: {}, post: {} },
      '/b': { get: { operationId: 'other' } },
    });
    expect(diagnostics[0]?.message).toContain('GET /a, POST /a');
  });
  test('what the import could not resolve is left out, of the types too', () => {
    const { value, diagnostics } = lowered({
      paths: {
        '/a': {
          get: {
            operationId: 'a',
            'x-mcpgen': {
              diagnostics: [{ code: 'response-chain', severity: 'error', message: 'needs an answer' }],
            },
          },
          post: { operationId: 'b' },
        },
      },
    });
    expect(value?.operations.map(({ id }) => id)).toEqual(['b']);
    expect(value?.document.paths).toEqual({ '/a': { post: { operationId: 'b' } } });
    expect(codes(diagnostics)).toEqual(['warning operation-left-out']);
    expect(diagnostics[0]?.message).toContain('needs an answer');
  });
  test('x-mcpgen of an operation', () => {
    const origin = { file: 'q.graphql', line: 3, column: 1 };
    expect(
      post({
        'x-mcpgen': {
          name: 'do-it',
          hidden: true,
          positionals: ['a'],
          annotations: { readOnly: true },
          pagination: false,
          output: { pretty: true },
          graphql: { kind: 'query', fields: ['x'], success: [] },
          origin,
        },
      }),
    ).toMatchObject({
      name: 'do-it',
      hidden: true,
      positionals: ['a'],
      annotations: { readOnly: true },
      pagination: false,
      output: { pretty: true },
      graphql: { kind: 'query' },
      origin,
    });
  });
  test('what the root says', () => {
    expect(
      api({
        info: { title: 'T', version: 2, summary: 'S' },
        'x-mcpgen': { name: 'n', route: 'mcp', tools: 'search', output: { jq: '.' } },
      }),
    ).toMatchObject({
      title: 'T',
      version: '2',
      description: 'S',
      name: 'n',
      route: 'mcp',
      toolMode: 'search',
      output: { jq: '.' },
    });
  });
});

describe('servers', () => {
  const server = (url: string): JsonObject => ({ url });
  test('at three levels', () => {
    const { servers, operations } = api({
      servers: [server('https://a.example/v1/')],
      paths: {
        '/x': {
          servers: [server('https://b.example')],
          get: {},
          post: { servers: [server('https://c.example')] },
        },
        '/y': { get: {} },
      },
    });
    expect(servers[0].url).toBe('https://a.example/v1');
    expect(operations.map((operation) => operation.servers?.[0].url)).toEqual([
      'https://b.example',
      'https://c.example',
      undefined,
    ]);
  });
  test('variables; a port that YAML made a number', () => {
    const { servers } = api({
      servers: [
        {
          url: 'https://{host}:{port}/{missing}',
          variables: {
            host: { default: 'h', enum: ['h', 'i'], description: 'D' },
            port: { default: 443 },
            unused: { default: 'u' },
          },
        },
      ],
    });
    expect(servers[0].variables).toEqual([
      { name: 'host', default: 'h', enum: ['h', 'i'], description: 'D' },
      { name: 'port', default: '443' },
      { name: 'missing', default: '' },
    ]);
  });
  test.each([
    ['https://{v}.x.example', 'my region', 'no URL can hold ` `'],
    ['https://{v}/x', '<tenant>', 'no URL can hold `<`'],
    ['https://h:{v}/x', 'port', '`https://h:port/x` is no address'],
    ['https://{v}.x.example', 'eu', ''],
    ['https://h/{v}', '', ''],
  ])('%s with the default %j', (url, value, message) => {
    const given = { servers: [{ url, variables: { v: { default: value } } }] };
    const found = lowered(given).diagnostics.filter(({ code }) => code === 'server-variable');
    expect(found).toEqual(
      message === ''
        ? []
        : [
            expect.objectContaining({
              message: expect.stringContaining(message),
              origin: expect.objectContaining({ pointer: '/servers/0/variables/v/default' }),
            }),
          ],
    );
  });
  test('a default that holds what no URL can hold is reported alone', () => {
    const variables = { host: { default: 'my region' }, version: { default: 'v1' } };
    const given = { servers: [{ url: 'https://{host}.example/{version}', variables }] };
    const found = lowered(given).diagnostics.filter(({ code }) => code === 'server-variable');
    const origin = expect.objectContaining({ pointer: '/servers/0/variables/host/default' });
    expect(found).toEqual([expect.objectContaining({ origin })]);
  });
  test('none', () => expect(api({}).servers).toEqual([{ url: '', variables: [] }]));
});

describe('security', () => {
  const schemes: JsonObject = {
    key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    word: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      'x-mcpgen': { env: 'SECRET', scheme: 'Token' },
    },
    bearer: { type: 'http', scheme: 'BEARER' },
    digest: { type: 'http', scheme: 'DPoP' },
    basic: { type: 'http', scheme: 'basic' },
    oauth: {
      type: 'oauth2',
      flows: { clientCredentials: { tokenUrl: '/token', scopes: { read: '', write: '', admin: '' } } },
    },
    oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://x.example' },
    tls: { type: 'mutualTLS' },
  };
  test('kinds', () => {
    const { securitySchemes } = api({
      components: { securitySchemes: schemes },
      security: [{ oauth: ['write'] }],
      paths: { '/x': { get: { security: [{ oauth: ['read'] }] } } },
    });
    expect(
      securitySchemes.map(({ origin: _origin, description: _description, ...scheme }) => scheme),
    ).toEqual([
      { id: 'key', kind: 'key', in: 'header', name: 'X-Key', prefix: '' },
      { id: 'word', kind: 'key', in: 'header', name: 'Authorization', prefix: 'Token ', env: 'SECRET' },
      { id: 'bearer', kind: 'key', in: 'header', name: 'Authorization', prefix: 'Bearer ' },
      { id: 'digest', kind: 'key', in: 'header', name: 'Authorization', prefix: 'DPoP ' },
      { id: 'basic', kind: 'basic' },
      { id: 'oauth', kind: 'oauth2', tokenUrl: '/token', scopes: ['read', 'write'] },
      { id: 'oidc', kind: 'oauth2', scopes: [] },
      { id: 'tls', kind: 'mutualTls' },
    ]);
  });
  test.each<[string, JsonObject, Json | undefined, readonly (readonly string[])[]]>([
    ['the document’s', { security: [{ key: [] }] }, undefined, [['key']]],
    ['none at all', {}, undefined, []],
    ['its own, instead', { security: [{ key: [] }] }, [{ basic: [] }], [['basic']]],
    ['explicitly none', { security: [{ key: [] }] }, [], []],
    [
      'OR, AND and anonymous',
      {},
      [{ key: [], basic: [] }, { bearer: [] }, {}],
      [['key', 'basic'], ['bearer'], []],
    ],
    ['an unknown scheme goes', {}, [{ nope: [] }, { key: [] }], [['key']]],
  ])('%s', (_title, root, own, want) => {
    const { operations } = api({
      ...root,
      components: { securitySchemes: schemes },
      paths: { '/x': { get: own === undefined ? {} : { security: own } } },
    });
    expect(only(operations).security).toEqual(want);
  });
  test.each<[string, JsonObject, readonly string[]]>([
    ['no scheme', {}, ['security-missing']],
    ['schemes that nobody asks for', { components: { securitySchemes: schemes } }, ['security-unused']],
    ['an open API that says so', { security: [] }, []],
    ['an unknown scheme, said once', { security: [{ nope: [] }] }, ['security-unknown']],
    [
      'a scheme of no kind',
      { components: { securitySchemes: { a: { type: 'magic' } } }, security: [] },
      ['security-unknown'],
    ],
    [
      'a key in a header that would split',
      {
        components: { securitySchemes: { a: { type: 'apiKey', in: 'header', name: 'X\r\nY' } } },
        security: [],
      },
      ['security-unknown'],
    ],
  ])('says so: %s', (_title, root, want) => {
    const { diagnostics } = lowered({ ...root, paths: { '/x': { get: {}, post: {} } } });
    expect(diagnostics.map(({ code }) => code)).toEqual(want);
  });
});

describe('the document for types', () => {
  test('has no extensions, examples and webhooks, and keeps what is only called so', () => {
    const { document } = api({
      webhooks: { w: {} },
      'x-root': 1,
      paths: {
        'x-not-a-path': {},
        '/x': {
          get: {
            'x-op': {},
            parameters: [{ name: 'X-Id', in: 'header', example: 'e', schema: { type: 'string', 'x-s': 1 } }],
            responses: { 200: { description: '', headers: { 'x-total': { schema: { type: 'integer' } } } } },
          },
        },
      },
      components: {
        schemas: {
          'x-schema': {
            type: 'object',
            properties: {
              'x-p': { type: 'string' },
              example: { type: 'string' },
              properties: { type: 'object', 'x-deep': 1 },
            },
            required: ['x-p'],
            default: { 'x-p': 'd' },
          },
        },
      },
    });
    expect(document).toEqual({
      openapi: '3.1.0',
      info: { title: 'Test', version: '1' },
      servers: [],
      tags: [],
      paths: {
        '/x': {
          get: {
            parameters: [{ name: 'X-Id', in: 'header', schema: { type: 'string' } }],
            responses: { 200: { description: '', headers: { 'x-total': { schema: { type: 'integer' } } } } },
          },
        },
      },
      components: {
        schemas: {
          'x-schema': {
            type: 'object',
            properties: {
              'x-p': { type: 'string' },
              example: { type: 'string' },
              properties: { type: 'object' },
            },
            required: ['x-p'],
            default: { 'x-p': 'd' },
          },
        },
      },
    });
  });
});

describe('percent signs that encode nothing', () => {
  test('are written so that tools can decode the document', () => {
    const { document, operations, schemas } = api({
      paths: {
        '/a%s/%2F': {
          get: { parameters: [{ name: 'p', in: 'query', schema: { $ref: '#/components/schemas/50%' } }] },
        },
      },
      components: { schemas: { '50%': { type: 'string' } } },
    });
    expect(Object.keys(document.paths ?? {})).toEqual(['/a％s/%2F']);
    expect(JSON.stringify(document)).toContain('"#/components/schemas/50%25"');
    expect(only(operations)).toMatchObject({ path: '/a%s/%2F', pathKey: '/a％s/%2F' });
    expect(schemas.has('request/50%')).toBe(true);
  });
});
