import { describe, expect, it } from 'vitest';
import { missingSandbox } from '../../src/verify/against.ts';
import { compareMeaning } from '../../src/verify/meaning.ts';
import type { RecordedRequest } from '../../src/verify/recorder.ts';
import { mcpgen } from '../support/cli.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { needs } from '../support/require.ts';

const SCRIPT = `#!/bin/bash
key=$TRACKER_KEY
case "$1" in
  show) curl -s -H "Authorization: Bearer $key" "https://tracker.example.com/v1/items/$2" ;;
  add)
    curl -s -X POST -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \\
      -d "{\\"title\\": \\"$2\\"}" https://tracker.example.com/v1/items
    touch "$HOME/written-by-the-script" ;;
esac
`;

const FLAGS = `#!/bin/bash
item() {
  local sort=name owner=
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      -o|--by) owner=$2; shift 2 ;;
      --newest) sort=created; shift ;;
      *) exit 2 ;;
    esac
  done
  [ -n "$owner" ] || exit 2
  curl -s "https://tracker.example.com/v1/items?owner=$owner&sort=$sort"
}
case $1 in
  item) shift; case $1 in list|ls) item "$@" ;; esac ;;
esac
`;

const CONFIG = `#!/bin/bash
config() { printf 'url = "https://tracker.example.com/v1/%s"\\nheader = "Authorization: Bearer %s"\\n' "$1" "$TRACKER_KEY"; }
case $1 in
  show) curl -s -K <(config "items/$2") ;;
  drop) config "items/$2" | curl -sX DELETE --config - ;;
esac
`;

function spec(path: string): string {
  const answer = { 200: { description: 'ok' } };
  const title = { type: 'object', required: ['title'], properties: { title: { type: 'string' } } };
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Tracker', version: '1' },
    servers: [{ url: 'https://tracker.example.com/v1' }],
    security: [{ key: [] }],
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', 'x-mcpgen': { env: 'TRACKER_KEY' } } },
    },
    'x-mcpgen': { name: 'tracker' },
    paths: {
      [`/${path}/{id}`]: {
        get: {
          operationId: 'show',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: answer,
        },
      },
      [`/${path}`]: {
        post: {
          operationId: 'add',
          'x-mcpgen': { positionals: ['title'] },
          requestBody: { required: true, content: { 'application/json': { schema: title } } },
          responses: answer,
        },
      },
    },
  });
}

describe.skipIf(needs('jq', 'curl'))('verify --against', () => {
  it('finds the same requests, and bugs of the script that the command does not have; without a sandbox it refuses', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'old.sh': SCRIPT, 'new.json': spec('items'), 'other.json': spec('things') });
    const [same, other] = await Promise.all(
      ['new.json', 'other.json'].map((file) =>
        mcpgen(['verify', file, '--against', 'old.sh', '--json'], { cwd, env: { HOME: cwd } }),
      ),
    );
    if ((await missingSandbox()) !== undefined) {
      console.warn('no sandbox here: only the refusal is tested');
      expect(same).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringContaining('error[no-sandbox]'),
      });
      return;
    }
    expect(same).toMatchObject({ status: 0, stderr: '' });
    const { verdicts } = JSON.parse(same?.stdout ?? '');
    const of = (operation: string) =>
      verdicts
        .filter(
          (verdict: { operation: string; case: string }) =>
            verdict.operation === operation && /ordinary|quotes/.test(verdict.case),
        )
        .map((verdict: { outcome: string }) => verdict.outcome);
    expect(of('show')).toEqual(['equal', 'repaired']);
    expect(of('add')).toEqual(['equal', 'repaired']);
    expect(other?.status).toBe(3);
    expect(other?.stdout).toContain('path /v1/things/ordinary instead of /v1/items/ordinary');
  });

  it('calls a script by the words and flags that it has', async () => {
    if ((await missingSandbox()) !== undefined) return;
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'old.sh': FLAGS });
    const imported = await mcpgen(['import', 'old.sh', '-o', 'new.yaml'], { cwd });
    expect(imported.status).toBe(0);
    const { status, stdout } = await mcpgen(['verify', 'new.yaml', '--against', 'old.sh', '--json'], { cwd });
    expect(status).toBe(0);
    const { verdicts } = JSON.parse(stdout);
    const ordinary = verdicts.filter((verdict: { case: string }) => verdict.case === 'ordinary values');
    expect(
      ordinary.map(({ operation, outcome }: { operation: string; outcome: string }) => [operation, outcome]),
    ).toEqual([['item-list', 'equal']]);
  });

  it('records what stands in a config of curl', async () => {
    if ((await missingSandbox()) !== undefined) return;
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'old.sh': CONFIG });
    expect(await mcpgen(['import', 'old.sh', '-o', 'new.yaml'], { cwd })).toMatchObject({ status: 0 });
    const { stdout } = await mcpgen(['verify', 'new.yaml', '--against', 'old.sh', '--json'], { cwd });
    const { verdicts } = JSON.parse(stdout);
    expect(
      verdicts
        .filter((verdict: { case: string }) => verdict.case === 'ordinary values')
        .map(({ operation, outcome }: { operation: string; outcome: string }) => [operation, outcome]),
    ).toEqual([
      ['show', 'equal'],
      ['drop', 'equal'],
    ]);
  });

  it('says that there is no such script', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'new.json': spec('items') });
    expect(await mcpgen(['verify', 'new.json', '--against', 'none.sh'], { cwd })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error[file-not-found]'),
    });
  });
});

describe('what a request means', () => {
  const request = (change: Partial<RecordedRequest>): RecordedRequest => ({
    method: 'POST',
    target: '/x',
    headers: [],
    body: '',
    ...change,
  });
  const graphql = (query: string, variables?: object) =>
    request({ body: JSON.stringify({ query, variables }) });
  const differences = (old: RecordedRequest, fresh: RecordedRequest) =>
    compareMeaning(old, fresh).differences;

  it('does not depend on spelling', () => {
    expect(differences(request({ target: '/a%20b?x=1&y=2' }), request({ target: '/a b?y=2&x=1' }))).toEqual(
      [],
    );
    expect(
      differences(request({ body: '{"a": 1, "b": [2]}' }), request({ body: '{"b":[2],"a":1}' })),
    ).toEqual([]);
    const old = graphql('{ issue(id: "A-1", order: desc) { id title } }');
    const fresh = graphql(
      'query get($id: String!, $o: Order = desc, $x: Int) { issue(id: $id, order: $o, first: $x) { ...F } } fragment F on Issue { id title url }',
      { id: 'A-1' },
    );
    expect(differences(old, fresh)).toEqual([]);
  });

  it('is another where method, path, query, credentials, body or asked fields differ', () => {
    const one = request({ target: '/a?x=1', headers: ['authorization: a'], body: '{"a":1}' });
    const changes = [
      { method: 'PUT' },
      { target: '/b?x=1' },
      { target: '/a?x=2' },
      { headers: ['authorization: b'] },
      { body: '{"a":2}' },
    ];
    for (const change of changes) expect(differences(one, { ...one, ...change })).toHaveLength(1);
    const old = graphql('{ issue(id: "1") { id title } }');
    expect(differences(old, graphql('{ issue(id: "1") { id } }'))).toEqual([
      'does not ask for query.issue.title',
    ]);
    expect(differences(old, graphql('{ issue(id: "2") { id title } }'))).toEqual([
      'query.issue with id: "2" instead of id: "1"',
    ]);
  });

  it('tells a body that was never JSON', () => {
    const broken = compareMeaning(request({ body: '{"a": "x"y"}' }), request({ body: '{"a":"x\\"y"}' }));
    expect(broken.oldBody).toBe('its body is not JSON');
  });
});
