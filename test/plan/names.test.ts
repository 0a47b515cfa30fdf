import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { apiName } from '../../src/plan/apiName.ts';
import { groupName } from '../../src/plan/names.ts';
import { words } from '../../src/plan/words.ts';
import { operationOf, planOf } from './given.ts';

describe('words', () => {
  test.each<[string, string]>([
    ['createIssue', 'create issue'],
    ['CreateIssue', 'create issue'],
    ['create_issue', 'create issue'],
    ['create-issue', 'create issue'],
    ['create issue', 'create issue'],
    ['issues/create', 'issues create'],
    ['issues.list_for.repo', 'issues list for repo'],
    ['listPRs', 'list prs'],
    ['listPRsByUser', 'list prs by user'],
    ['getURLById', 'get url by id'],
    ['getHTTPStatus', 'get http status'],
    ['HTTPServer', 'http server'],
    ['userIDs', 'user ids'],
    ['getUser2', 'get user2'],
    ['getUser_2', 'get user 2'],
    ['v2List', 'v2 list'],
    ['S3Bucket', 's3 bucket'],
    ['get2FA', 'get2 fa'],
    ['2fa', '2fa'],
    ['GETUSER', 'getuser'],
    ['a', 'a'],
    ['A', 'a'],
    ['größeÄndern', 'grosse andern'],
    ['créerUtilisateur', 'creer utilisateur'],
    ["user's list", 'users list'],
    ['$(touch /tmp/x)', 'touch tmp x'],
    ['日本', ''],
    ['', ''],
    ['--', ''],
  ])('of %j', (given, want) => expect(words(given).join(' ')).toBe(want));
});

describe('an operation', () => {
  const name = (operation: JsonObject, path?: string, method?: string): string =>
    operationOf(operation, path, method).command;
  test.each<[string, string]>([
    ['its operationId', name({ operationId: 'createIssue' })],
    ['x-mcpgen.name first', name({ operationId: 'other', 'x-mcpgen': { name: 'createIssue' } })],
  ])('is named by %s', (_title, got) => expect(got).toBe('create-issue'));
  test('without an operationId is named by method and path', () => {
    expect(name({}, '/users/{userId}/posts', 'get')).toBe('get-users-user-id-posts');
    expect(name({}, '/', 'get')).toBe('get-root');
    expect(name({}, '/g#listThings', 'post')).toBe('post-g-list-things');
  });
  test('whose operationId has no Latin letters is named by method and path', () => {
    expect(name({ operationId: '作成する' }, '/users', 'post')).toBe('post-users');
    expect(name({ operationId: 'получитьUser' }, '/users', 'get')).toBe('get-users');
    expect(name({ operationId: '🚀' }, '/日本', 'get')).toMatch(/^get/);
  });
  test.each(['api', 'commands', 'completion', 'help'])('called %s gets its tag in front', (word) => {
    expect(name({ operationId: word, tags: ['Team Notes'] })).toBe(`team-notes-${word}`);
    expect(name({ operationId: word })).toBe(`post-${word}`);
  });
  test('has every rendering of its name', () => {
    expect(operationOf({ operationId: 'listPRs', tags: ['Pull Requests'] })).toMatchObject({
      command: 'list-prs',
      tool: 'list_prs',
      title: 'List prs',
      typeName: 'ListPrs',
      group: 'pull-requests',
    });
  });
  test.each<[string, string]>([
    ['delete', 'DeleteOperation'],
    ['class', 'ClassOperation'],
    ['record', 'RecordOperation'],
    ['2fa', 'Op_2fa'],
    ['user-2', 'User_2'],
    ['user2', 'User2'],
  ])('%s has the type %s', (operationId, typeName) =>
    expect(operationOf({ operationId }).typeName).toBe(typeName),
  );
});

describe('a long name', () => {
  const long = (operationId: string, api = 'linear'): string =>
    planOf({ paths: { '/x': { get: { operationId } } }, 'x-mcpgen': { name: api } }).operations[0]?.tool ??
    '';
  test('loses small words first, then its last words', () => {
    expect(long('addRepoAccessToSelfHostedRunnerGroupInOrg')).toBe(
      'add_repo_access_self_hosted_runner_group_org',
    );
    expect(long('actionsAddRepoAccessToSelfHostedRunnerGroupInOrg')).toBe(
      'actions_add_repo_access_self_hosted_runner',
    );
  });
  test('that would be equal to another keeps the words that tell them apart', () => {
    const operation = (verb: string): JsonObject => ({
      operationId: `admin.conversations.restrictAccess.${verb}`,
    });
    const { operations } = planOf({
      'x-mcpgen': { name: 'slack-web-openapi-v2' },
      paths: { '/a': { get: operation('addGroup') }, '/b': { get: operation('removeGroup') } },
    });
    expect(operations.map(({ tool }) => tool)).toEqual([
      'admin_conversations_restrict_add',
      'admin_conversations_remove',
    ]);
  });
  test('of one word is cut', () => expect(long('x'.repeat(100))).toBe('x'.repeat(46)));
  test('shares its length with the name of the API', () => {
    expect(`mcp__hub__${'a'.repeat(24)}__${long('x'.repeat(100), 'a'.repeat(40))}`).toHaveLength(64);
  });
});

describe('names that would be equal', () => {
  const ids = [
    'getUser',
    'GetUser',
    'get_user',
    'get-user',
    'get user',
    'get.user',
    'getUser2',
    'getUser_2',
    'GETUSER',
  ];
  const commands = (list: readonly string[]): ReadonlyMap<string, string> => {
    const paths = Object.fromEntries(
      list.map((operationId) => [`/${ids.indexOf(operationId)}${operationId}`, { get: { operationId } }]),
    );
    return new Map(planOf({ paths }).operations.map(({ id, command }) => [id, command]));
  };
  test('get a hash each; others keep theirs', () => {
    const names = commands(ids);
    expect(new Set(names.values()).size).toBe(9);
    expect([names.get('getUser2'), names.get('getUser_2'), names.get('GETUSER')]).toEqual([
      'get-user2',
      'get-user-2',
      'getuser',
    ]);
    expect(names.get('getUser')).toMatch(/^get-user-[a-z0-9]{5}$/);
  });
  test('do not depend on the order of the document', () => {
    expect(commands([...ids].reverse())).toEqual(new Map([...commands(ids)].reverse()));
  });
  test('leave a name that the user chose', () => {
    const { operations } = planOf({
      paths: {
        '/a': { get: { operationId: 'getUser' } },
        '/b': { get: { operationId: 'x', 'x-mcpgen': { name: 'get-user' } } },
      },
    });
    expect(operations[1]?.command).toBe('get-user');
    expect(operations[0]?.command).toMatch(/^get-user-/);
  });
});

describe('any document', () => {
  const id = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      'help',
      'api',
      'getUser',
      'get_user',
      'GETUSER',
      'list',
      'delete',
      '__proto__',
      'constructor',
      'a'.repeat(90),
    ),
    fc
      .array(fc.constantFrom('list', 'Get', 'repo', 'organization', 'Permissions', 'for', 'the', 'user'), {
        maxLength: 14,
      })
      .map((list) => list.join('_')),
  );
  const document = (operations: readonly (readonly [string, string, string])[]): JsonObject => ({
    'x-mcpgen': { name: 'some-longer-api' },
    paths: Object.fromEntries(
      operations.map(([operationId, path, tag], index) => [
        `/${path.replace(/[{}#?]/g, '')}/${index}`,
        { get: { operationId, tags: [tag] } as Json },
      ]),
    ),
  });
  const operations = fc.uniqueArray(fc.tuple(id, id, id), {
    maxLength: 12,
    selector: ([operationId]) => operationId,
  });

  test('has valid names, unique without regard to case, and the same ones each time', () => {
    fc.assert(
      fc.property(operations, (given) => {
        const list = planOf(document(given)).operations;
        for (const { command, tool, typeName, group, summary } of list) {
          expect(command).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
          expect(tool).toBe(command.replaceAll('-', '_'));
          expect(`mcp__hub__some-longer-api__${tool}`.length).toBeLessThanOrEqual(64);
          expect(['api', 'commands', 'completion', 'help']).not.toContain(command);
          expect(typeName).toMatch(/^[A-Z][A-Za-z0-9_]*$/);
          expect(group).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
          expect(summary).not.toBe('');
        }
        for (const part of ['command', 'tool', 'typeName'] as const) {
          expect(new Set(list.map((operation) => operation[part].toLowerCase())).size).toBe(list.length);
        }
        expect(planOf(document(given)).hash).toBe(planOf(document(given)).hash);
      }),
      { numRuns: 150 },
    );
  });
  test('names an operation the same wherever it stands', () => {
    fc.assert(
      fc.property(operations, (given) => {
        const paths = document(given).paths as JsonObject;
        const reversed = Object.fromEntries(Object.entries(paths).reverse());
        const names = (list: JsonObject): unknown =>
          planOf({ ...document(given), paths: list })
            .operations.map(({ documentPath, command, typeName }) => `${documentPath} ${command} ${typeName}`)
            .sort();
        expect(names(reversed)).toEqual(names(paths));
      }),
      { numRuns: 100 },
    );
  });
});

describe('groups', () => {
  test.each<[string | undefined, string | RegExp]>([
    ['Pull Requests', 'pull-requests'],
    ['pull_requests', 'pull-requests'],
    [undefined, 'default'],
    ['', 'default'],
    ['CON', 'con-tag'],
    ['com1', 'com1-tag'],
    ['index', 'index-tag'],
    ['../../etc', 'etc'],
    ['テスト', /^tag-[a-z0-9]+$/],
    ['x'.repeat(200), 'x'.repeat(40)],
  ])('%j is %s', (tag, want) => {
    if (typeof want === 'string') expect(groupName(tag)).toBe(want);
    else expect(groupName(tag)).toMatch(want);
  });
});

describe('the API', () => {
  test.each<[string, string | undefined, string, string, string]>([
    ['x-mcpgen.name', 'My API', 'specs/linear.yaml', 'Linear', 'my-api'],
    ['the file', undefined, 'specs/linear.yaml', 'Something', 'linear'],
    ['the file in kebab case', undefined, 'a\\b\\MyService_v2.json', 'Something', 'my-service-v2'],
    ['a file with two endings', undefined, 'github.openapi.yaml', '', 'github'],
    ['the title, for a generic file', undefined, 'openapi.yaml', 'GitHub v3 REST API', 'github'],
    ['the title of brands', undefined, 'open-api.json', 'The OpenAI API specification 2.1', 'openai'],
    [
      'the title with a version',
      undefined,
      'v2.yaml',
      'PowerDNS Authoritative HTTP API',
      'powerdns-authoritative',
    ],
    ['a title of such words only', undefined, 'openapi.json', 'REST API', 'rest-api'],
    ['a file without Latin letters', undefined, '日本.yaml', 'Café', 'cafe'],
    ['nothing at all', undefined, 'openapi.yaml', '', 'openapi'],
    ['digits first', undefined, '3scale.yaml', '', 'api-3scale'],
    [
      'a long title',
      undefined,
      'openapi.yaml',
      'The very long name of a product with many words',
      'very-long-name-product',
    ],
  ])('is named by %s', (_title, given, file, title, want) => {
    expect(apiName(given, file, title)).toBe(want);
  });
  test('always has a valid name', () => {
    fc.assert(
      fc.property(
        fc.option(fc.string(), { nil: undefined }),
        fc.string(),
        fc.string({ unit: 'binary' }),
        (given, file, title) => {
          expect(apiName(given, file, title)).toMatch(/^[a-z][a-z0-9-]{0,23}$/);
        },
      ),
    );
  });
});
