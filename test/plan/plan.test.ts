import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { toolEntry } from '../../src/model/tool.ts';
import { listEntries } from '../../src/plan/list.ts';
import { clip, oneLine, safeText } from '../../src/plan/text.ts';
import { operationOf, planned, planOf } from './given.ts';

describe('environment variables', () => {
  const credentials = (schemes: JsonObject, used: readonly string[] = Object.keys(schemes)): unknown =>
    planOf({
      'x-mcpgen': { name: 'my-api' },
      servers: [{ url: 'https://x.example/v1' }],
      security: used.map((id) => ({ [id]: [] })),
      components: { securitySchemes: schemes },
      paths: { '/x': { get: {} } },
    }).credentials.map(({ id, env }) => [id, env]);
  const key = { type: 'apiKey', in: 'header', name: 'X-Key' };
  const bearer = { type: 'http', scheme: 'bearer' };

  test.each<[string, JsonObject, unknown]>([
    ['an API key', { a: key }, [['a', { secret: 'MY_API_API_KEY' }]]],
    ['bearer', { a: bearer }, [['a', { secret: 'MY_API_TOKEN' }]]],
    [
      'basic',
      { a: { type: 'http', scheme: 'basic' } },
      [['a', { username: 'MY_API_USERNAME', password: 'MY_API_PASSWORD' }]],
    ],
    [
      'OAuth',
      { a: { type: 'oauth2', flows: {} } },
      [['a', { token: 'MY_API_TOKEN', clientId: 'MY_API_CLIENT_ID', clientSecret: 'MY_API_CLIENT_SECRET' }]],
    ],
    [
      'OpenID Connect',
      { a: { type: 'openIdConnect', openIdConnectUrl: '' } },
      [['a', { token: 'MY_API_TOKEN', clientId: 'MY_API_CLIENT_ID', clientSecret: 'MY_API_CLIENT_SECRET' }]],
    ],
    [
      'mutual TLS',
      { a: { type: 'mutualTLS' } },
      [['a', { certificate: 'MY_API_CLIENT_CERT', key: 'MY_API_CLIENT_KEY' }]],
    ],
    ['x-mcpgen.env', { a: { ...key, 'x-mcpgen': { env: 'SECRET' } } }, [['a', { secret: 'SECRET' }]]],
    [
      'two that would share one',
      { appKey: key, userKey: key, b: bearer },
      [
        ['appKey', { secret: 'MY_API_APP_KEY_API_KEY' }],
        ['userKey', { secret: 'MY_API_USER_KEY_API_KEY' }],
        ['b', { secret: 'MY_API_TOKEN' }],
      ],
    ],
    [
      'two that share one on purpose',
      { a: { ...key, 'x-mcpgen': { env: 'S' } }, b: { ...bearer, 'x-mcpgen': { env: 'S' } } },
      [
        ['a', { secret: 'S' }],
        ['b', { secret: 'S' }],
      ],
    ],
  ])('%s', (_title, schemes, want) => expect(credentials(schemes)).toEqual(want));
  test('only of schemes that operations ask for', () =>
    expect(credentials({ a: key, b: bearer }, ['b'])).toEqual([['b', { secret: 'MY_API_TOKEN' }]]));
  test('a token URL is made absolute', () => {
    const { credentials: list } = planOf({
      servers: [{ url: 'https://x.example/v1' }],
      security: [{ a: [] }],
      components: {
        securitySchemes: {
          a: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/token', scopes: {} } } },
        },
      },
      paths: { '/x': { get: {} } },
    });
    expect(list[0]).toMatchObject({ tokenUrl: 'https://x.example/token' });
  });
});

describe('servers', () => {
  const server = (url: string, variables: JsonObject = {}): unknown => {
    const { source: _source, ...rest } = planOf({ servers: [{ url, variables }] }).server;
    return rest;
  };
  test('a plain URL', () =>
    expect(server('https://x.example/v1/')).toEqual({
      url: 'https://x.example/v1',
      pieces: ['https://x.example/v1'],
    }));
  test('variables', () =>
    expect(server('https://{region}.x.example', { region: { default: 'eu', enum: ['eu', 'us'] } })).toEqual({
      url: 'https://eu.x.example',
      pieces: ['https://', { env: 'TEST_SERVER_REGION', default: 'eu', enum: ['eu', 'us'] }, '.x.example'],
    }));
  test.each(['/v1', '', 'ftp://x.example', 'https://'])('%j is not absolute', (url) =>
    expect(server(url)).toMatchObject({ url: '' }),
  );
  test('what no URL holds is encoded, controls go', () => {
    expect(server('http://127.0.0.1:9/$(touch x)`a`\n"\u001b\'')).toMatchObject({
      url: "http://127.0.0.1:9/$(touch%20x)%60a%60%22'",
    });
  });
  test('an operation’s own', () => {
    expect(operationOf({ servers: [{ url: 'https://y.example' }] }).server).toMatchObject({
      url: 'https://y.example',
    });
    expect(operationOf({}).server).toBeUndefined();
  });
});

describe('what a tool says', () => {
  const description = (operation: JsonObject): string => operationOf(operation).description;
  test.each<[string, JsonObject, string]>([
    [
      'summary and description',
      { summary: 'List issues', description: 'Newest first.' },
      'List issues\nNewest first.',
    ],
    ['a description that repeats it', { summary: 'List issues', description: 'List issues.' }, 'List issues'],
    [
      'a description that begins with it',
      { summary: 'List issues', description: 'List issues of a team. Newest first.' },
      'List issues of a team. Newest first.',
    ],
    ['a description alone', { description: 'List issues. Newest first.' }, 'List issues. Newest first.'],
    ['nothing', { operationId: 'listIssues' }, 'List issues'],
    [
      'Markdown',
      { description: '## List\n\n* **all** [issues](https://x.example)\n\n```\ncode\n```\n<b>now</b>' },
      'List\nall issues\nnow',
    ],
  ])('%s', (_title, operation, want) => expect(description(operation)).toBe(want));
  test('is cut, and its summary is one line', () => {
    const { description: long, summary } = operationOf({
      description: `First line\nof it ${'word '.repeat(40_000)}`,
    });
    expect(long.length).toBeLessThanOrEqual(600);
    expect(summary.length).toBeLessThanOrEqual(120);
    expect(summary).not.toContain('\n');
  });
  test('has no control characters', () => {
    const hostile =
      'nul \u0000 esc \u001b[2J\u001b]0;owned\u0007 bidi \u202e zero \u200b c1 \u009b line\u2028end \ud800';
    const operation = operationOf({
      operationId: `a${hostile}`,
      summary: hostile,
      description: hostile,
      tags: [hostile],
      parameters: [
        {
          name: 'p',
          in: 'query',
          description: hostile,
          schema: { type: 'string', description: hostile, default: hostile },
        },
      ],
    });
    for (const value of [
      operation.id,
      operation.summary,
      operation.description,
      operation.group,
      operation.arguments[0]?.description ?? '',
      JSON.stringify(toolEntry(operation)),
    ]) {
      expect(value).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u202e]|\\u0000|\\u001b/,
      );
    }
  });
});

describe('behaviour', () => {
  const hints = (method: string, operation: JsonObject = {}): unknown => {
    const { annotations, retry } = operationOf(operation, '/x', method);
    return [annotations.readOnly, annotations.destructive, annotations.idempotent, retry];
  };
  const graphql = (kind: string): JsonObject => ({ graphql: { kind, fields: ['x'], success: [] } });
  test.each<[string, unknown, unknown]>([
    ['GET', hints('get'), [true, false, true, 'always']],
    ['POST', hints('post'), [false, false, false, 'refused']],
    ['POST that deletes', hints('post', { operationId: 'deleteAll' }), [false, true, false, 'refused']],
    ['PUT', hints('put'), [false, true, true, 'always']],
    ['PATCH', hints('patch'), [false, true, false, 'refused']],
    ['DELETE', hints('delete'), [false, true, true, 'always']],
    ['a GraphQL query', hints('post', { 'x-mcpgen': graphql('query') }), [true, false, true, 'always']],
    [
      'a GraphQL mutation',
      hints('post', { operationId: 'createIssue', 'x-mcpgen': graphql('mutation') }),
      [false, false, false, 'refused'],
    ],
    [
      'a GraphQL mutation that makes an update',
      hints('post', {
        operationId: 'projectUpdateCreate',
        'x-mcpgen': { name: 'create-project-update', ...graphql('mutation') },
      }),
      [false, false, false, 'refused'],
    ],
    [
      'a GraphQL mutation that archives',
      hints('post', { operationId: 'archiveIssue', 'x-mcpgen': graphql('mutation') }),
      [false, true, false, 'refused'],
    ],
    [
      'what the document says',
      hints('post', { 'x-mcpgen': { annotations: { readOnly: true } } }),
      [true, false, true, 'always'],
    ],
  ])('of %s', (_title, got, want) => expect(got).toEqual(want));
});

describe('a tool', () => {
  test('costs what its entry has characters', () => {
    const operation = operationOf({ operationId: 'getIssue' }, '/x', 'get');
    expect(operation.tokens).toBe(Math.ceil(JSON.stringify(toolEntry(operation)).length / 4));
    expect(toolEntry(operation)).toMatchObject({
      name: 'get_issue',
      title: 'Get issue',
      annotations: { readOnlyHint: true },
    });
  });
});

describe('a list of tools that costs too much', () => {
  const many = (count: number, mode?: string) => {
    const about = { description: 'a long description of what it does, told in many words; '.repeat(8) };
    const paths = Array.from({ length: count }, (_, index) => [`/x${index}`, { get: about }]);
    const extension = mode === undefined ? {} : { 'x-mcpgen': { tools: mode } };
    const { diagnostics } = planned({ paths: Object.fromEntries(paths), ...extension });
    return diagnostics.filter(({ code }) => code === 'tools-costly');
  };

  test('is warned of, with what helps', () => {
    expect(many(300)).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringMatching(/ [2-9]\d,\d{3} tokens /),
        origin: { pointer: '' },
      },
    ]);
    expect(many(300)[0]?.hint).toContain('search');
  });

  test('is no matter where there are few tools, or the tools are searched', () => {
    expect(many(3)).toEqual([]);
    expect(many(300, 'search')).toEqual([]);
  });
});

describe('the hash', () => {
  const document = (rest: JsonObject = {}): JsonObject => ({
    paths: { '/x': { get: { operationId: 'a', ...rest } } },
  });
  test('is the same for the same document in another file of that name', () => {
    expect(planOf(document(), 'a/test.yaml').hash).toBe(planOf(document(), 'b/test.yaml').hash);
  });
  test.each<[string, JsonObject]>([
    ['a summary', { summary: 's' }],
    ['a parameter called origin', { parameters: [{ name: 'origin', in: 'query' }] }],
    ['x-mcpgen', { 'x-mcpgen': { hidden: true } }],
  ])('changes with %s', (_title, rest) =>
    expect(planOf(document(rest)).hash).not.toBe(planOf(document()).hash),
  );
});

describe('list', () => {
  test('says per operation what a caller needs', () => {
    const plan = planOf({
      paths: {
        '/teams/{team}/issues': {
          post: {
            operationId: 'createIssue',
            parameters: [
              { name: 'team', in: 'path' },
              { name: 'secret', in: 'query', 'x-mcpgen': { hidden: true } },
            ],
            requestBody: {
              required: true,
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    required: ['teamId'],
                    properties: { teamId: { type: 'string', 'x-mcpgen': { name: 'id' } } },
                  },
                },
                'application/xml': { schema: { type: 'object', properties: { teamId: { type: 'string' } } } },
              },
            },
          },
        },
      },
    });
    const [entry] = listEntries(plan);
    expect(entry).toEqual({
      id: 'createIssue',
      command: 'create-issue',
      tool: 'create_issue',
      method: 'POST',
      path: '/teams/{team}/issues',
      args: [
        {
          name: 'team',
          flag: 'team',
          key: 'team',
          in: 'path',
          at: ['path', 'team'],
          places: [['path', 'team']],
          required: true,
          schema: { type: 'string' },
          positional: 0,
        },
        {
          name: 'id',
          flag: 'id',
          key: 'id',
          in: 'body',
          at: ['body', 'teamId'],
          places: [['body', 'teamId']],
          required: false,
          schema: { type: 'string' },
        },
        {
          name: 'content-type',
          flag: 'content-type',
          key: 'content-type',
          in: 'header',
          at: ['header', 'Content-Type'],
          places: [['header', 'Content-Type']],
          required: false,
          schema: {
            type: 'string',
            enum: ['application/json', 'application/xml'],
            default: 'application/json',
          },
        },
      ],
      tokens: plan.operations[0]?.tokens,
    });
  });
});

describe('text', () => {
  test.each<[string, number, string]>([
    ['short', 10, 'short'],
    ['One sentence. Another one that is long', 20, 'One sentence.'],
    ['several words without an end', 16, 'several words…'],
    ['x'.repeat(30), 10, `${'x'.repeat(9)}…`],
    ['😀😀😀', 4, '😀…'],
  ])('%j cut to %i', (text, length, want) => expect(clip(text, length)).toBe(want));
  test('of hostile Markdown comes out, bounded', () => {
    for (const mark of ['<!--', '```', '[', '**', '_a', '<b ', '![', '(_']) {
      expect(oneLine(mark.repeat(100_000)).length).toBeLessThanOrEqual(8_000);
    }
  });
  test('keeps letters of every script', () => expect(safeText('añ日本😀\n')).toBe('añ日本😀\n'));
});
