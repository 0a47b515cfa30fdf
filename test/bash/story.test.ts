import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { packageRoot } from '../../generators/assets.ts';
import { type LinearStandIn, startLinear } from '../../src/demo/linear.ts';
import { mcpgen } from '../support/cli.ts';
import { needs } from '../support/require.ts';
import { run } from '../wrapper/support.ts';

const SDL = join(packageRoot, 'specs/linear/schema.graphql');

/** A team's two scripts, from the import of what they have to the new command in daily use. */
describe.skipIf(needs('jq'))('from hand-written scripts to a generated command', () => {
  let folder: string;
  let linear: LinearStandIn;
  let teamId: string;
  let imported: Awaited<ReturnType<typeof mcpgen>>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mcpgen-story-'));
    cpSync(join(import.meta.dirname, 'story'), folder, { recursive: true });
    linear = await startLinear({ key: 'lin-key' });
    const teams = await fetch(`${linear.url}/graphql`, {
      method: 'POST',
      headers: { Authorization: 'lin-key', 'Content-Type': 'application/json' },
      body: '{"query":"{teams{nodes{id}}}"}',
    });
    const answer = (await teams.json()) as { data: { teams: { nodes: { id: string }[] } } };
    teamId = answer.data.teams.nodes[0]?.id ?? '';
    imported = await mcpgen(
      ['import', 'linear.sh', 'linear-comment.sh', '--schema', SDL, '-o', 'linear.yaml'],
      {
        cwd: folder,
      },
    );
  }, 60_000);
  afterAll(async () => {
    await linear.close();
    rmSync(folder, { recursive: true });
  });

  const spec = (): string => readFileSync(join(folder, 'linear.yaml'), 'utf8');
  const call = (...words: string[]) =>
    run(join(folder, 'out/agent/bin/linear'), words, {
      env: { LINEAR_API_KEY: 'lin-key', LINEAR_BASE_URL: linear.url, LINEAR_TEAM_ID: teamId },
    });

  test('the import names each error at its line', () => {
    expect(imported.status).toBe(1);
    const errors = imported.stderr.split('\n').filter((line) => /: error\[/.test(line));
    expect(errors.map((line) => line.replace(/(\w\]):.*/, '$1'))).toEqual([
      'linear-comment.sh:17:23: error[json-raw-newline]',
      'linear-comment.sh:20:20: error[graphql-unknown-field]',
      'linear.sh:27:29: error[json-raw-newline]',
      'linear.sh:28:7: error[graphql-unknown-field]',
    ]);
    expect(imported.stderr).toContain('did you mean `issueCreate`?');
  });
  test('the document says what to mend, and the errors keep its operations out of a build', async () => {
    expect(spec()).toMatch(/^# .*linear\.sh, linear-comment\.sh/);
    expect(spec()).toContain(
      '#   createIssue (linear.sh:27): `createIssue` is not a field of `Mutation`; did you mean',
    );
    const built = await mcpgen(['build', 'linear.yaml'], { cwd: folder });
    expect(built.status).toBe(0);
    expect(built.stderr).toContain('warning[operation-left-out]');
    expect((await call('create-issue', 'x')).status).toBe(2);
  });
  test('one correction in one place mends an operation', async () => {
    const text = spec()
      .replace(/^( +)createIssue\(/m, '$1issueCreate(')
      .replace(/^( +)text$/m, '$1body');
    expect(text).not.toMatch(/^ +createIssue\(/m);
    const document = parseDocument(text);
    for (const name of ['createIssue', 'comment'])
      document.deleteIn(['paths', `/graphql#${name}`, 'post', 'x-mcpgen', 'diagnostics']);
    writeFileSync(join(folder, 'linear.yaml'), document.toString({ lineWidth: 0 }));
    const built = await mcpgen(['build', 'linear.yaml'], { cwd: folder });
    expect(built.stderr).not.toMatch(/warning|error/);
    expect(built.status).toBe(0);
    chmodSync(join(folder, 'out/agent/bin/linear'), 0o755);
  });
  test('the old command lines work', async () => {
    const issue = await call('get-issue', 'BAC-154');
    expect(issue.stderr).toBe('');
    expect(JSON.parse(issue.stdout.toString())).toMatchObject({ data: { issue: { identifier: 'BAC-154' } } });
    // Like `| python3 -m json.tool`.
    expect(issue.stdout.toString()).toContain('{\n');

    const made = await call('create-issue', 'Fix "login"');
    expect(made.stderr).toBe('');
    expect(JSON.parse(made.stdout.toString())).toMatchObject({
      data: { issueCreate: { success: true, issue: { title: 'Fix "login"' } } },
    });
    const listed = await call('list-issues', '3');
    expect(JSON.parse(listed.stdout.toString()).data.issues.nodes).toHaveLength(3);
    const commented = await call('comment', 'BAC-154', 'He said "no"\nand left');
    expect(commented.stderr).toBe('');
    expect(JSON.parse(commented.stdout.toString())).toMatchObject({
      data: { commentCreate: { success: true, comment: { body: 'He said "no"\nand left' } } },
    });
  });
  test('a filter that is not given is not sent, one that is given is', async () => {
    const sent = async (...words: string[]): Promise<unknown> => {
      const answer = await call('list-issues', ...words);
      expect(answer.stderr).toBe('');
      return JSON.parse(linear.requests.at(-1)?.body ?? '').variables;
    };
    expect(await sent()).toEqual({ limit: 50 });
    expect(await sent('5', 'Todo')).toEqual({ limit: 5, filter: { state: { name: { eq: 'Todo' } } } });
  });
  test('what the API refuses is no success', async () => {
    linear.answerNext({ status: 200, body: { data: { issueCreate: { success: false, issue: null } } } });
    expect((await call('create-issue', 'x')).status).toBe(4);
    expect((await call('get-issue', 'BAC-9999')).status).toBe(4);
  });
});
