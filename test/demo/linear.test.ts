import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type LinearStandIn, RATE_LIMITED, startLinear } from '../../src/demo/linear.ts';
import { type Json, type JsonObject, member } from '../../src/model/json.ts';
import { expandGraphql } from '../../src/sources/graphql/expand.ts';
import { bodyOf, type Expanded, operationsOf } from '../support/graphql.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let linear: LinearStandIn;
let operations: Map<string, Expanded>;

beforeAll(async () => {
  linear = await startLinear({ key: 'lin_api_test' });
  const document = parse(readFileSync(join(root, 'specs/linear.yaml'), 'utf8')) as JsonObject;
  const origins = new Map([['', { file: 'specs/linear.yaml', pointer: '' }]]);
  const { value } = await expandGraphql({ document, origins, inputs: [] }, { cwd: root });
  operations = new Map(operationsOf(value?.document ?? {}).map((operation) => [operation.id, operation]));
});
afterAll(() => linear.close());
beforeEach(() => linear.reset());

async function post(body: Json | string, headers: { [name: string]: string } = {}) {
  const response = await fetch(`${linear.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'lin_api_test', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

async function call(id: string, args: { readonly [name: string]: Json } = {}) {
  const operation = operations.get(id);
  if (operation === undefined) throw new Error(`no operation ${id}`);
  return post(bodyOf(operation.extension, args));
}

function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (from, key) =>
      typeof key === 'number' ? (Array.isArray(from) ? from[key] : undefined) : member(from, key),
    value,
  );
}

async function identifiers(id: string, args: { readonly [name: string]: Json } = {}): Promise<Json[]> {
  const { body } = await call(id, args);
  const nodes = at(body, 'data', 'issues', 'nodes');
  if (!Array.isArray(nodes)) throw new Error(JSON.stringify(body));
  return nodes.map((node) => at(node, 'identifier') ?? null);
}

type Samples = { readonly [id: string]: { readonly [name: string]: Json } };
let samples: Promise<Samples> | undefined;

/** Arguments for an operation that has required ones. Ids are the same after every reset, so they are looked up once. */
async function sampleArguments(id: string): Promise<{ readonly [name: string]: Json }> {
  samples ??= lookUpSamples();
  return (await samples)[id] ?? {};
}

async function lookUpSamples(): Promise<Samples> {
  const issue = at((await call('getIssue', { id: 'BAC-154' })).body, 'data', 'issue');
  const team = String(at(issue, 'team', 'id'));
  const first = async (list: string, field: string) =>
    String(at((await call(list)).body, 'data', field, 'nodes', 0, 'id'));
  const project = await first('listProjects', 'projects');
  const comment = String(
    at(
      (await call('listComments', { issue: 'BAC-154' })).body,
      'data',
      'issue',
      'comments',
      'nodes',
      0,
      'id',
    ),
  );
  return {
    searchIssues: { term: 'login' },
    getIssue: { id: 'BAC-154' },
    getIssueByIdentifier: { identifier: 'bac-154' },
    createIssue: { title: 'New', teamId: team },
    updateIssue: { id: 'BAC-154', priority: 1 },
    archiveIssue: { id: 'BAC-154' },
    deleteIssue: { id: 'BAC-154' },
    listComments: { issue: 'BAC-154' },
    createComment: { issueId: 'BAC-154', body: 'Hello' },
    updateComment: { id: comment, body: 'Changed' },
    resolveComment: { id: comment },
    createLabel: { name: 'Urgent' },
    addIssueLabel: { id: 'BAC-154', labelId: await first('listLabels', 'issueLabels') },
    removeIssueLabel: { id: 'BAC-154', labelId: await first('listLabels', 'issueLabels') },
    createRelation: { issueId: 'BAC-154', type: 'related', relatedIssueId: 'BAC-101' },
    deleteRelation: { id: String(at(issue, 'relations', 'nodes', 0, 'id')) },
    listAttachments: { issue: 'BAC-154' },
    createAttachment: { issueId: 'BAC-154', url: 'https://example.com/a', title: 'A' },
    getTeam: { team: 'BAC' },
    getProject: { id: project },
    createProject: { name: 'New', teamIds: [team] },
    updateProject: { id: project, name: 'Renamed' },
    createProjectUpdate: { projectId: project, body: 'Fine' },
    getCycle: { id: await first('listCycles', 'cycles') },
    listCurrentCycleIssues: { team: 'BAC' },
    getUser: { id: await first('listUsers', 'users') },
    getDocument: { id: await first('listDocuments', 'documents') },
    createDocument: { title: 'New', issueId: 'BAC-154' },
    updateDocument: { id: await first('listDocuments', 'documents'), content: 'Changed' },
  };
}

describe('the stand-in answers', () => {
  it('every operation of specs/linear with data that is not empty', async () => {
    const failed: string[] = [];
    for (const id of operations.keys()) {
      linear.reset();
      const { status, body } = await call(id, await sampleArguments(id));
      const data = at(body, 'data');
      const [answer] = Object.values(data ?? {});
      const nodes = at(answer, 'nodes');
      const empty = Array.isArray(nodes) && nodes.length === 0;
      if (
        status !== 200 ||
        at(body, 'errors') !== undefined ||
        answer === null ||
        answer === undefined ||
        empty
      ) {
        failed.push(`${id}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
      }
    }
    expect(failed).toEqual([]);
    expect(operations.size).toBeGreaterThanOrEqual(40);
  });

  it('with the same bytes in every run', async () => {
    const run = async () => {
      linear.reset();
      const team = at((await call('getTeam', { team: 'WEB' })).body, 'data', 'teams', 'nodes', 0, 'id') ?? '';
      await call('createIssue', { title: 'Once', teamId: team });
      return JSON.stringify((await call('listIssues')).body);
    };
    expect(await run()).toBe(await run());
  });
});

const fullSdl = join(root, '../shared/linear/schema.graphql');
const noFullSdl = !existsSync(fullSdl);
if (noFullSdl)
  console.warn(
    'skipped: ../shared/linear/schema.graphql is absent, so the stand-in runs on its own SDL only',
  );

it.skipIf(noFullSdl)('the stand-in answers on the full SDL what it answers on its own', async () => {
  const full = await startLinear({ sdl: readFileSync(fullSdl, 'utf8') });
  try {
    const reads = [...operations.values()].filter(({ extension }) => extension.graphql?.kind === 'query');
    for (const { id, extension } of reads) {
      const body = JSON.stringify(bodyOf(extension, await sampleArguments(id)));
      const headers = { 'Content-Type': 'application/json', Authorization: 'any' };
      const answer = await fetch(`${full.url}/graphql`, { method: 'POST', headers, body });
      expect(await answer.json(), id).toEqual((await post(body)).body);
    }
  } finally {
    await full.close();
  }
});

describe('the stand-in keeps what is written', () => {
  it('create, get, update, list, archive of an issue', async () => {
    const team = at((await call('getTeam', { team: 'bac' })).body, 'data', 'teams', 'nodes', 0, 'id') ?? '';
    const created = await call('createIssue', { title: 'A `title`', teamId: team, parentId: 'BAC-101' });
    expect(at(created.body, 'data', 'issueCreate', 'success')).toBe(true);
    expect(at(created.body, 'data', 'issueCreate', 'issue', 'identifier')).toBe('BAC-155');
    const read = await call('getIssueByIdentifier', { identifier: 'BAC-155' });
    expect(at(read.body, 'data', 'issue', 'title')).toBe('A `title`');
    expect(at(read.body, 'data', 'issue', 'parent', 'identifier')).toBe('BAC-101');
    await call('updateIssue', { id: 'BAC-155', title: 'Better', parentId: null });
    const [newest] = await identifiers('listIssues', { text: 'BETTER' });
    expect(newest).toBe('BAC-155');
    const after = at((await call('getIssue', { id: 'BAC-155' })).body, 'data', 'issue');
    expect([at(after, 'parent'), at(after, 'team', 'key')]).toEqual([null, 'BAC']);
    await call('archiveIssue', { id: 'BAC-155' });
    expect(await identifiers('listIssues', { text: 'Better' })).toEqual([]);
  });

  it('comments, labels, relations and documents', async () => {
    await call('createComment', { issueId: 'BAC-120', body: 'One' });
    const comments = at(
      (await call('listComments', { issue: 'BAC-120' })).body,
      'data',
      'issue',
      'comments',
      'nodes',
    );
    expect(at(comments, 0, 'body')).toBe('One');
    const label = at(
      (await call('createLabel', { name: 'Flaky' })).body,
      'data',
      'issueLabelCreate',
      'issueLabel',
      'id',
    );
    await call('addIssueLabel', { id: 'BAC-120', labelId: label ?? '' });
    expect(await identifiers('listIssues', { label: 'flaky' })).toEqual(['BAC-120']);
    await call('removeIssueLabel', { id: 'BAC-120', labelId: label ?? '' });
    expect(await identifiers('listIssues', { label: 'flaky' })).toEqual([]);
    const related = await call('createRelation', {
      issueId: 'BAC-120',
      type: 'blocks',
      relatedIssueId: 'BAC-121',
    });
    const id = at(related.body, 'data', 'issueRelationCreate', 'issueRelation', 'id') ?? '';
    expect(at((await call('deleteRelation', { id })).body, 'data', 'issueRelationDelete', 'entityId')).toBe(
      id,
    );
    await call('createDocument', { title: 'Plan', issueId: 'BAC-120', content: 'x' });
    const documents = at((await call('listDocuments', { title: 'plan' })).body, 'data', 'documents', 'nodes');
    expect(documents).toHaveLength(1);
  });
});

describe('the stand-in applies filters', () => {
  it.each<[string, { [name: string]: Json }, (ids: readonly Json[]) => boolean]>([
    [
      'team key',
      { team: 'web' },
      (ids) => ids.length === 12 && ids.every((id) => String(id).startsWith('WEB-')),
    ],
    ['state', { state: 'done', first: 250 }, (ids) => ids.length === 11],
    ['me', { assignee: 'me', first: 250 }, (ids) => ids.length > 10],
    ['display name', { assignee: 'ada', first: 250 }, (ids) => ids.length > 10],
    ['e-mail', { assignee: 'grace@example.com' }, (ids) => ids.length > 10],
    ['nobody', { assignee: 'mel' }, (ids) => ids.length === 0],
    ['priority and team', { priority: 1, team: 'WEB' }, (ids) => ids.length === 2],
    ['cycle', { cycle: 12, first: 250 }, (ids) => ids.length === 27],
    ['since a date', { updatedSince: '2027' }, (ids) => ids.length === 0],
    ['since a duration', { updatedSince: '-P1D', first: 250 }, (ids) => ids.length === 66],
  ])('%s', async (_title, args, check) => {
    const ids = await identifiers('listIssues', args);
    expect(check(ids), JSON.stringify(ids)).toBe(true);
  });

  it('me is ada, by name and by mark', async () => {
    expect(await identifiers('listIssues', { assignee: 'me' })).toEqual(
      await identifiers('listIssues', { assignee: 'ada' }),
    );
  });

  it('a team by its id', async () => {
    const id = at((await call('getTeam', { team: 'WEB' })).body, 'data', 'teams', 'nodes', 0, 'id') ?? '';
    expect(await identifiers('listIssues', { team: id })).toEqual(
      await identifiers('listIssues', { team: 'WEB' }),
    );
  });
});

describe('the stand-in pages', () => {
  it('through all issues without a gap', async () => {
    const seen: Json[] = [];
    let after: Json | undefined;
    let pages = 0;
    do {
      const { body } = await call('listIssues', { first: 25, ...(after === undefined ? {} : { after }) });
      const issues = at(body, 'data', 'issues');
      for (const node of (at(issues, 'nodes') ?? []) as Json[]) seen.push(at(node, 'identifier') ?? null);
      after =
        at(issues, 'pageInfo', 'hasNextPage') === true ? at(issues, 'pageInfo', 'endCursor') : undefined;
      pages++;
    } while (after !== undefined);
    expect([pages, seen.length, new Set(seen).size]).toEqual([3, 66, 66]);
  });
});

describe('the stand-in refuses', () => {
  const query = 'query a { viewer { id } }';
  it.each<[string, Json | string, { [name: string]: string }, number, string]>([
    ['a missing key', { query }, { Authorization: '' }, 401, 'AUTHENTICATION_ERROR'],
    ['a wrong key', { query }, { Authorization: 'Bearer lin_api_test' }, 401, 'AUTHENTICATION_ERROR'],
    ['text that is no JSON', '{', {}, 400, 'BAD_REQUEST'],
    ['a form', 'query=x', { 'Content-Type': 'application/x-www-form-urlencoded' }, 400, 'BAD_REQUEST'],
    ['bad syntax', { query: 'query {' }, {}, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: 'query a { nothing }' }, {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a variable of the wrong type',
      { query: 'query a($n: Int) { issues(first: $n) { nodes { id } } }', variables: { n: 'x' } },
      {},
      400,
      'BAD_USER_INPUT',
    ],
    [
      'a date that is none',
      {
        query: 'query a($d: DateTimeOrDuration) { issues(filter: {updatedAt: {gt: $d}}) { nodes { id } } }',
        variables: { d: 'soon' },
      },
      {},
      400,
      'BAD_USER_INPUT',
    ],
    [
      'an id that leads nowhere',
      { query: 'query a { issue(id: "BAC-9999") { id } }' },
      {},
      200,
      'INPUT_ERROR',
    ],
  ])('%s', async (_title, body, headers, status, code) => {
    const answer = await post(body, headers);
    expect([answer.status, at(answer.body, 'errors', 0, 'extensions', 'code')]).toEqual([status, code]);
    if (status === 200) expect(at(answer.body, 'data')).toBe(null);
  });

  it('what a test tells it to', async () => {
    linear.answerNext(RATE_LIMITED);
    linear.answerNext({ status: 429, headers: { 'Retry-After': '1' }, body: {} });
    const first = await call('getViewer');
    expect([first.status, at(first.body, 'errors', 0, 'extensions', 'code')]).toEqual([400, 'RATELIMITED']);
    const second = await call('getViewer');
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await call('getViewer')).status).toBe(200);
    linear.breakField('Issue.assignee');
    const partial = await call('getIssue', { id: 'BAC-154' });
    expect([partial.status, at(partial.body, 'data', 'issue', 'identifier')]).toEqual([200, 'BAC-154']);
    expect(at(partial.body, 'errors', 0, 'path')).toEqual(['issue', 'assignee']);
  });
});

it('the stand-in records requests as they came', async () => {
  await post('{"query":"query a { viewer { id } }"}', { 'X-Test': 'yes' });
  const [request] = linear.requests;
  expect(request?.body).toBe('{"query":"query a { viewer { id } }"}');
  expect([request?.method, request?.path, request?.headers['x-test']]).toEqual(['POST', '/graphql', 'yes']);
});
