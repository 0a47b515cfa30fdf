import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, parse, print, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { member } from '../../src/model/json.ts';
import { readBash } from '../../src/sources/bash/read.ts';
import { needs } from '../support/require.ts';
import { type Recorded, type Recorder, run, startRecorder, wrapperOf } from '../wrapper/support.ts';
import { curlTo } from './old.ts';

const folder = join(import.meta.dirname, 'fixtures');
const ENV: Readonly<Record<string, string>> = {
  LINEAR_API_KEY: 'lin-key',
  LINEAR_TEAM_ID: 'team-1',
  GITEA_TOKEN: 'gt',
  GITHUB_TOKEN: 'gh',
  TODO_TOKEN: 'td',
  CI_API_KEY: 'ci',
  CHAT_TOKEN: 'ch',
  WEATHER_KEY: 'wk',
  TRACKER_KEY: 'tk',
  HUB_TOKEN: 'hb',
  GITLAB_TOKEN: 'gl',
  BOARD_TOKEN: 'bt',
  STORE_TOKEN: 'st',
  AUTH_TOKEN: 'at',
  ME_TOKEN: 'me',
  OPENAI_API_KEY: 'oa',
  PEOPLE_KEY: 'pk',
  WIKI_TOKEN: 'wt',
  SLACK_BOT_TOKEN: 'sb',
  JIRA_USER: 'jo',
  JIRA_API_TOKEN: 'ji',
  DO_TOKEN: 'do',
  PD_TOKEN: 'pd',
  PD_FROM: 'jo@x.org',
  SHOP_KEY: 'sk',
  AUDIT_TOKEN: 'au',
  DOCS_TOKEN: 'dt',
  JOBS_TOKEN: 'jt',
  METRICS_KEY: 'mk',
};

/** `[fixture, old command line, new command line]`; the new one is the old one where nothing is said. */
const cases: [script: string, words: string[], renamed?: string[]][] = [
  ['linear-wrapper', ['list-issues', '20']],
  ['linear-wrapper', ['list-issues']],
  ['linear-wrapper', ['get-issue', 'BAC-154']],
  ['linear-wrapper', ['create-issue', 'Fix login', 'It fails']],
  ['linear-wrapper', ['teams']],
  ['linear-get-issue', ['BAC-154'], ['get-issue', 'BAC-154']],
  ['linear-comment', ['abc', 'He said "no"\nand left'], ['comment', 'abc', 'He said "no"\nand left']],
  ['linear-create-heredoc', ['A title', 'Some text'], ['create-heredoc', 'A title', 'Some text']],
  ['style-single', ['Oslo'], ['style-single', 'Oslo']],
  ['style-single', ['Oslo', 'imperial'], ['style-single', 'Oslo', 'imperial']],
  ['style-case', ['repos', 'octo']],
  ['style-case', ['issue', 'octo', 'hello', '7']],
  ['style-case', ['close', 'octo', 'hello', '7']],
  ['style-case', ['star', 'octo', 'hello']],
  ['style-case-flags', ['pulls', '--repo', 'octo/hello', '--limit', '5']],
  ['style-case-flags', ['open', '--repo', 'octo/hello', '--title', 'A "b"', '--body=x\\y', '--draft']],
  ['style-functions-flags', ['builds', 'core']],
  ['style-functions-flags', ['builds', '--branch', 'a&b', '--status', 'ok', '--all', 'core']],
  ['style-functions-flags', ['trigger', 'core', 'main']],
  ['style-functions-flags', ['trigger', 'core', 'main', 'true']],
  [
    'style-getopts',
    ['-c', 'dev', '-m', 'hi & bye'],
    ['style-getopts', '--channel', 'dev', '--message', 'hi & bye'],
  ],
  ['trap-dynamic-dispatch', ['show', 'x1']],
  ['trap-dynamic-dispatch', ['drop', 'x1']],
  ['trap-args-passed', ['show', 'x1']],
  ['trap-functions-after-use', ['up', 'a b&c']],
  ['trap-eval', ['x1'], ['trap-eval', 'x1']],
  ['loop-retry', ['77'], ['loop-retry', '77']],
  ['body-jq-optional', ['n', 'a "note"', '3'], ['body-jq-optional', 'n', 'a "note"', '3']],
  ['body-jq-optional', ['n'], ['body-jq-optional', 'n']],
  ['body-append', ['T', 'B'], ['body-append', 'T', 'B']],
  ['body-append', ['T'], ['body-append', 'T']],
  ['body-template-file', ['jo', 'jo@x.org', 'vip'], ['body-template-file', 'jo', 'jo@x.org', 'vip']],
  ['body-list', ['hello', 'm-1'], ['body-list', 'hello', 'm-1']],
  ['url-pieces', ['name'], ['url-pieces', 'name']],
  ['url-pieces', [], ['url-pieces']],
  ['url-identifier', ['done'], ['url-identifier', 'done']],
  ['split-read', ['octo/hello'], ['split-read', 'octo/hello']],
  ['split-regex', ['BAC-154'], ['split-regex', 'BAC-154']],
  ['nested-commands', ['issue', 'list', 'open'], ['issue-list', 'open']],
  ['nested-commands', ['issue', 'show', '12'], ['issue-show', '12']],
  ['nested-commands', ['user', 'jo']],
  ['if-chain', ['on']],
  ['if-chain', ['dim', '120']],
  ['method-by-branch', ['n1', 'text'], ['method-by-branch-with-note', 'n1', 'text']],
  ['method-by-branch', ['n1'], ['method-by-branch', 'n1']],
  ['config-stdin', [], ['config-stdin']],
  ['graphql-file', ['octo'], ['graphql-file', 'octo']],
  ['joined-words', ['two words'], ['joined-words', 'two words']],
  // The very words of the old command line: other spellings, short flags, flags of commands.
  ['style-case', ['i', 'octo', 'hello', '7']],
  ['style-case-flags', ['pulls', '-r', 'octo/hello', '--limit', '5']],
  ['style-getopts', ['-c', 'dev', '-m', 'hi & bye'], ['style-getopts', '-c', 'dev', '-m', 'hi & bye']],
  ['style-getopts', ['-sc', 'dev', '-mhi'], ['style-getopts', '-sc', 'dev', '-mhi']],
  ['nested-commands', ['issue', 'list', 'open']],
  ['nested-commands', ['issue', 'show', '12']],
  ['user-functions', ['get', 'BAC-1']],
  ['user-functions', ['ls', 'OPS', '5']],
  ['user-functions', ['create-issue', 'A "title"', 'text', 'team-9']],
  ['user-functions', ['comment', 'BAC-1', 'well', 'done'], ['comment', 'BAC-1', 'well done']],
  ['user-functions', ['me']],
  ['user-rest', ['issues']],
  ['user-rest', ['issues', 'closed']],
  ['user-rest', ['new-issue', 'T', 'B']],
  ['user-rest', ['comment', '7', 'He said "no"']],
  ['user-rest', ['label', '7', 'bug']],
  ['user-rest', ['close', '7']],
  ['user-rest', ['merge', '7', 'rebase']],
  ['user-rest', ['unstar']],
  [
    'user-long-flags',
    ['-t', 'T', '-d', 'x', '-p', '2', '-l', 'a', '-l', 'b'],
    ['user-long-flags', '-t', 'T', '-d', 'x', '-p', '2', '-l', 'a', '-l', 'b'],
  ],
  [
    'user-long-flags',
    ['--title', 'T', '-d', 'x', '-l', 'a'],
    ['user-long-flags', '--title', 'T', '-d', 'x', '-l', 'a'],
  ],
  ['user-quotes', ['update-state', 'i-1', 's-1']],
  ['user-quotes', ['search', 'login']],
  ['user-quotes', ['states', 'BAC']],
  ['user-quotes', ['assign', 'i-1', 'u-1']],
  ['user-args-passed', ['post', 'dev', 'hi & bye', '1.2']],
  ['user-args-passed', ['history', 'dev']],
  ['user-args-passed', ['whoami']],
  ['user-basic-auth', ['show', 'BAC-1']],
  ['user-basic-auth', ['search', 'project = BAC & x', '5']],
  ['user-basic-auth', ['comment', 'BAC-1', 'He said "no"']],
  ['user-basic-auth', ['transition', 'BAC-1', '31']],
  [
    'user-getopts',
    ['-r', 'octo/hello', '-s', 'closed', '-q', 'me:x', '-j'],
    ['user-getopts', '-r', 'octo/hello', '-s', 'closed', '-q', 'me:x'],
  ],
  ['user-getopts', ['-rocto/hello', '-n5'], ['user-getopts', '-rocto/hello', '-n5']],
  ['user-config', ['domains']],
  ['user-retries', ['pipeline', 'octo/hello', '7']],
  ['user-retries', ['trigger', 'octo/hello', 'main']],
  ['user-nested-flags', ['issue', 'list', '-s', 'Todo', '-n', '5']],
  ['user-nested-flags', ['issue', 'ls', '--limit', '7', '--state', 'Todo']],
  ['user-nested-flags', ['issue', 'get', 'BAC-1']],
  ['user-nested-flags', ['issue', 'create', 'T']],
  ['user-nested-flags', ['project', 'list']],
  ['user-incidents', ['note', 'P1', 'He said "no"']],
  ['user-incidents', ['trigger', 'Down', 'high']],
  ['user-python', ['issue', 'BAC-1']],
  ['user-python', ['estimate', 'BAC-1', '3']],
  ['user-python', ['cycle']],
  ['user-dispatcher', ['viewer']],
  ['user-dispatcher', ['issues', '5']],
  ['user-dispatcher', ['issue', 'BAC-1']],
  ['user-dispatcher', ['create', 'T', 'D', '2']],
  ['user-dispatcher', ['comment', 'i-1', 'text']],
  ['user-dispatcher', ['search', 'login', 'bug'], ['search', 'login bug']],
  ['user-dispatcher', ['raw', '{ viewer { id } }']],
  ['user-table', ['list', 'orders']],
  ['user-table', ['list', 'customers', '5']],
  ['user-table', ['new-customer', 'a@b.org', 'Jo']],
  ['user-table', ['new-customer', 'a@b.org', 'Jo', 'two words', 'a&b']],
  ['user-table', ['enable', 'c1']],
  ['user-table', ['disable', 'c1']],
  ['user-table', ['event', 'login']],
  ['user-table', ['event', 'login', '3']],
  ['user-table', ['refund', 'o-1', '12']],
  ['user-flag-commands', ['list']],
  ['user-flag-commands', ['--list']],
  ['user-flag-commands', ['-l', 'done']],
  ['user-flag-commands', ['--get', '7']],
  ['user-flag-commands', ['-d', '7']],
  ['url-optional-flags', ['-u', 'jo'], ['url-optional-flags', '-u', 'jo']],
  [
    'url-optional-flags',
    ['-s', 'today', '--user', 'jo'],
    ['url-optional-flags', '-s', 'today', '--user', 'jo'],
  ],
  ['url-optional-flags', ['-s', 'today'], ['url-optional-flags', '-s', 'today']],
  [
    'jq-flag-updates',
    ['p 1', '--title', 'A "b" & c', '--notes', 'x\ny'],
    ['jq-flag-updates', 'p 1', '--title', 'A "b" & c', '--notes', 'x\ny'],
  ],
  ['jq-flag-updates', ['p1', '--rank', '3'], ['jq-flag-updates', 'p1', '--rank', '3']],
  ['body-sed-values', ['jo', 'jo@x.org', 'vip'], ['body-sed-values', 'jo', 'jo@x.org', 'vip']],
  ['body-sed-values', ['jo', 'jo@x.org'], ['body-sed-values', 'jo', 'jo@x.org']],
  ['jq-words', ['tag', 'i1', 'a "b"', 'ü & c']],
  ['jq-words', ['tag', 'i1']],
  ['jq-words', ['say', 'hello'], ['say', 'hello']],
  ['jq-words', ['ping']],
  ['answer-status', ['items', '5']],
  ['answer-status', ['add', 'a "b"']],
  ['case-two-words', ['deals', 'list']],
  ['case-two-words', ['deals', 'list', '5']],
  ['case-two-words', ['deals', 'new', 'A "b"', '3']],
  ['case-two-words', ['notes', 'add', 'n1', 'two words']],
  ['table-flags', ['jobs', '--state', 'done']],
  ['table-flags', ['runs', '--since', '2024', '--limit', '5']],
  ['branch-optional', ['post', 'dev', 'hi & bye']],
  ['branch-optional', ['post', 'dev', 'hi & bye', 't 1']],
  ['branch-optional', ['users']],
  ['branch-optional', ['users', 'core']],
  ['dispatch-open', ['new-card', 'A "b"']],
  ['dispatch-open', ['drop_card', '7']],
  ['dispatch-open', ['find-card', 'a & b']],
  ['case-values', ['t1', 'high'], ['case-values', 't1', '2']],
  ['case-values', ['t1'], ['case-values', 't1']],
  ['list-numbers', ['cpu', '1700000000', '0.5'], ['list-numbers', 'cpu', '1700000000', '0.5']],
  ['getopt-gnu', ['-p', 'a & b'], ['getopt-gnu', '-p', 'a & b']],
  [
    'getopt-gnu',
    ['--limit', '3', '--project', 'x', '--open'],
    ['getopt-gnu', '--limit', '3', '--project', 'x', '--open'],
  ],
  ['body-programs', ['note', 'a "b"\nü']],
  ['body-programs', ['note', 'a', '3']],
  ['body-programs', ['tags', 'p1', 'one']],
  ['loop-append', ['jo', 'hi'], ['loop-append', 'jo', 'hi']],
  ['loop-append', ['jo', 'hi', 'a b', 'c'], ['loop-append', 'jo', 'hi', 'a b', 'c']],
  ['eval-built', ['nightly'], ['eval-built', 'nightly']],
  ['eval-built', ['nightly', 'slow lane'], ['eval-built', 'nightly', 'slow lane']],
];

/** What a request says, whatever its spelling. */
function meaning(request: Recorded, base: string): unknown {
  const url = new URL(request.url, 'http://host');
  const query = [...url.searchParams].map(([name, value]) => `${name}=${value}`).sort();
  const type = (request.headers['content-type'] ?? '').split(';')[0] ?? '';
  const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1] ?? '\0';
  const text = request.body.toString().replaceAll(boundary, 'BOUNDARY');
  const json = text === '' ? undefined : tryJson(text);
  const headers = Object.entries(request.headers).filter(
    ([name]) => /^(?:authorization|x-|private-)/.test(name) && name !== 'x-mcpgen',
  );
  return {
    method: request.method,
    path: decodeURIComponent(url.pathname.replace(base, '')),
    query,
    headers: Object.fromEntries(
      headers.map(([name, value]) => [
        name,
        // A key that stands in a script is not copied: the new command takes it from the environment.
        String(value)
          .replace(/^bearer /i, 'Bearer ')
          .replace(/^lin_api_0+$/, 'lin-key'),
      ]),
    ),
    body:
      json === undefined
        ? /urlencoded/.test(type)
          ? [...new URLSearchParams(text)].sort()
          : text
        : inlined(json),
  };
}

function tryJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** A GraphQL body with its variables written into the document; any other body as it is. */
function inlined(body: Record<string, unknown>): unknown {
  if (typeof body.query !== 'string') return body;
  const variables = (body.variables ?? {}) as Record<string, unknown>;
  const literal = (value: unknown): string =>
    Array.isArray(value)
      ? `[${value.map(literal).join(',')}]`
      : typeof value === 'object' && value !== null
        ? `{${Object.entries(value)
            .map(([name, inner]) => `${name}: ${literal(inner)}`)
            .join(', ')}}`
        : JSON.stringify(value);
  let document: DocumentNode = parse(body.query);
  const defaults = new Map<string, string>();
  document = visit(document, {
    OperationDefinition: (node) => {
      for (const one of node.variableDefinitions ?? [])
        if (one.defaultValue !== undefined) defaults.set(one.variable.name.value, print(one.defaultValue));
      return { ...node, name: undefined, variableDefinitions: [] };
    },
  });
  const text = print(document).replace(/\$(\w+)/g, (whole, name: string) =>
    Object.hasOwn(variables, name) ? literal(variables[name]) : (defaults.get(name) ?? whole),
  );
  return print(parse(text)).replace(/^query \{/, '{');
}

describe('the generated wrapper sends what the script sent', () => {
  let recorder: Recorder;
  let bin: string;
  beforeAll(async () => {
    recorder = await startRecorder();
    recorder.behave((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{"data":{}}');
    });
    bin = curlTo(recorder);
  });
  afterAll(async () => {
    await recorder.close();
    rmSync(bin, { recursive: true });
  });

  const title = (words: readonly string[]): string => words.map((word) => JSON.stringify(word)).join(' ');
  // What the old scripts themselves need.
  const withoutJq = ([script]: (typeof cases)[number]): boolean =>
    !/\bjq\b/.test(readFileSync(join(folder, `${script}.sh`), 'utf8'));
  const runnable = needs('jq') ? cases.filter(withoutJq) : cases;
  test.each(runnable.map((one) => [`${one[0]} ${title(one[1])}`, ...one] as const))(
    '%s',
    async (_, script, words, renamed) => {
      const file = join(folder, `${script}.sh`);
      const { value } = await readBash(`${script}.sh`, readFileSync(file, 'utf8'));
      if (value === undefined) throw new Error('nothing imported');
      recorder.requests.length = 0;
      await run('bash', [file, ...words], { env: { ...ENV, PATH: `${bin}:${process.env.PATH ?? ''}` } });
      const [old] = recorder.requests;
      if (old === undefined) throw new Error('the script sent nothing');

      const wrapper = await wrapperOf(value.document);
      const server = member(value.document, 'servers');
      const url = Array.isArray(server) ? String(member(server[0], 'url')) : '';
      const base = new URL(url).pathname.replace(/\/$/, '');
      recorder.requests.length = 0;
      const prefix = wrapper.plan.name.replaceAll('-', '_').toUpperCase();
      const outcome = await run(wrapper.path, renamed ?? words, {
        env: { ...ENV, [`${prefix}_BASE_URL`]: `${recorder.url}${base}` },
      });
      wrapper.remove();
      const [sent] = recorder.requests;
      if (sent === undefined) throw new Error(`the wrapper sent nothing: ${outcome.stderr}`);
      expect(meaning(sent, '')).toEqual(meaning(old, ''));
    },
    30_000,
  );
});
