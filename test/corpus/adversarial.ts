import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListEntry } from '../../src/plan/list.ts';
import { mcpgen, root, run } from '../wire/cli.ts';
import { corpus, crashOf, hasPlace, type Row, takeApart } from './corpus.ts';

/** What `expect.json` says of a file. */
export interface Case {
  readonly file: string;
  readonly expect: 'ok' | 'error' | 'error_or_ok' | 'ok_or_error';
  readonly note: string;
  readonly operations?: number;
  readonly max_seconds?: number;
  readonly max_mb?: number;
  readonly must_not_output?: readonly string[];
  readonly must_not_connect?: boolean;
}

export const ADVERSARIAL_HEAD = [
  'document',
  'expected',
  'got',
  'seconds',
  'MB',
  'files',
  'tools',
  'bash -n',
  'shellcheck',
  'tsc',
  'run',
];

export function adversarialCases(): Case[] {
  return JSON.parse(readFileSync(join(corpus, 'adversarial', 'expect.json'), 'utf8')).cases;
}

/** What a message must say, beyond a place, where the expectation is precise. */
const SAYS: { readonly [file: string]: RegExp } = {
  '01-unresolvable-ref.yaml': /#\/[\w/]+/,
  '03-ref-remote.yaml': /network|remote|http/i,
  '06-deep-nesting.yaml': /deep/i,
  '16-empty-paths.yaml': /no operation/i,
  '22-version-3.4.0.yaml': /3\.4\.0[\s\S]*3\.2/,
  '23-version-missing.yaml': /openapi[\s\S]*swagger|swagger[\s\S]*openapi/i,
  '25-version-1.2.yaml': /1\.2/,
  '31-empty.yaml': /empty/i,
  '33-scalar-root.yaml': /object/i,
  '34-multi-document.yaml': /\b(2|two)\b/i,
  '35-duplicate-keys.yaml': /\/a/,
};

/** Runs one hostile document: what `expect.json` says, and what holds in every case. */
export async function checkCase(given: Case): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-adversarial-'));
  const misses: string[] = [];
  const miss = (what: string, detail: string): string => {
    misses.push(`${given.file}: ${what}: ${detail.trim().split('\n').slice(0, 6).join('\n    ')}`);
    return `✗ ${what}`;
  };
  for (const canary of canaries()) rmSync(canary, { force: true });
  try {
    const work = join(folder, 'work');
    mkdirSync(join(folder, 'home'));
    mkdirSync(work);
    const seconds = given.max_seconds ?? 10;
    const watch = join(folder, 'watch');
    const env = {
      NODE_OPTIONS: `--require ${join(root, 'test/corpus/watch.cjs')}`,
      MCPGEN_WATCH_FILE: watch,
      HOME: join(folder, 'home'),
    };
    const spec = join(corpus, 'adversarial', given.file);
    const built = await mcpgen(['build', spec, '--out', 'out', '--no-mcp'], {
      cwd: work,
      seconds: Math.max(60, seconds),
      megabytes: 4096,
      env,
    });
    const out = join(work, 'out');
    const cells: string[] = [given.expect];
    const crash = crashOf(built);
    const wanted = given.expect.split('_or_');
    if (crash !== undefined) cells.push(miss('crash', crash));
    else if (built.status === 0)
      cells.push(wanted.includes('ok') ? 'ok' : miss('built', 'it should have been refused'));
    else {
      if (existsSync(out)) miss('written', `an error, but ${out} was written`);
      cells.push(
        wanted.includes('error')
          ? hasPlace(built)
            ? 'error'
            : miss('no place', built.stderr)
          : miss('refused', built.stderr),
      );
    }
    const watched = readWatch(watch);
    // On a busy machine the time that the processor worked says more than the clock.
    const took = Math.min(built.seconds, watched.seconds || built.seconds);
    cells.push(took <= seconds ? took.toFixed(1) : miss('slow', `${took.toFixed(1)} s of ${seconds}`));
    const limit = given.max_mb ?? 1024;
    cells.push(
      watched.megabytes <= limit
        ? watched.megabytes.toFixed(0)
        : miss('memory', `${watched.megabytes.toFixed(0)} MB of ${limit}`),
    );
    if (watched.connections.length > 0) miss('connected', watched.connections.join());
    const says = SAYS[given.file];
    if (says !== undefined && !says.test(built.stderr))
      miss('message', `${built.stderr} does not say ${says}`);
    inert(given, built.stderr + built.stdout, 'message', miss);
    if (built.status === 0) cells.push(...(await use(given, work, out, miss)));
    for (const canary of canaries()) miss('canary', canary);
    const outside = [
      ...readdirSync(work).filter((name) => name !== 'out'),
      ...readdirSync(join(folder, 'home')),
    ];
    if (outside.length > 0) miss('written outside', outside.join());
    return { name: given.file, cells, misses, seconds: built.seconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Miss = (what: string, detail: string) => string;

/** Everything that a person or an agent would do with the output. */
async function use(given: Case, work: string, out: string, miss: Miss): Promise<string[]> {
  for (const path of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    const file = join(out, path);
    if (statSync(file).isFile() && !path.includes('dist/'))
      inert(given, readFileSync(file, 'utf8'), path, miss);
  }
  const paths = readdirSync(out, { recursive: true, encoding: 'utf8' }).map((path) => path.toLowerCase());
  if (new Set(paths).size !== paths.length) miss('files', 'two files differ by case alone');
  const listed = await mcpgen(['list', join(corpus, 'adversarial', given.file), '--json'], {
    cwd: work,
    seconds: 120,
  });
  const entries: ListEntry[] = listed.status === 0 ? JSON.parse(listed.stdout) : [];
  const operations = given.operations ?? entries.length;
  if (entries.length !== operations) miss('operations', `${entries.length} listed, ${operations} expected`);
  const cells = await takeApart(out, operations, miss);
  const name = readdirSync(join(out, 'servers'))[0] ?? '';
  const wrapper = join(out, 'agent', 'bin', name);
  // Sourcing it, every help and every dry run must be harmless; a dry run may be refused for want of arguments.
  const script = `
    bash -c 'source "$1"' sh "$1" </dev/null
    "$1" --help; "$1" --version; "$1" commands --json; "$1" completion bash; "$1" completion zsh
    shift_wrapper=$1; shift
    for command; do "$shift_wrapper" "$command" --help; "$shift_wrapper" "$command" --dry-run; done`;
  const some = entries.length > 200 ? entries.filter((_, index) => index % 997 === 0) : entries;
  const used = await run('bash', ['-c', script, 'bash', wrapper, ...some.map((entry) => entry.command)], {
    cwd: work,
    seconds: 300,
    env: { HOME: work, [`${name.toUpperCase().replaceAll('-', '_')}_BASE_URL`]: 'http://127.0.0.1:9' },
  });
  inert(given, used.stdout + used.stderr, 'output of the wrapper', miss);
  const broken = /line \d+: .*(unbound variable|command not found|syntax error|bad substitution)/.exec(
    used.stderr,
  );
  return [...cells, broken === null ? 'ok' : miss('wrapper', broken[0])];
}

/** No control character may reach a terminal or a file, and nothing that must not be there. */
function inert(given: Case, text: string, where: string, miss: Miss): void {
  for (const forbidden of given.must_not_output ?? []) {
    if (text.includes(forbidden)) miss('forbidden text', `${JSON.stringify(forbidden)} in ${where}`);
  }
  const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(text);
  if (control !== null)
    miss(
      'control character',
      `${JSON.stringify(text.slice(Math.max(0, control.index - 40), control.index + 10))} in ${where}`,
    );
}

function canaries(): string[] {
  return readdirSync('/tmp')
    .filter((name) => name.startsWith('MCPGEN_PWNED'))
    .map((name) => `/tmp/${name}`);
}

function readWatch(file: string): { megabytes: number; seconds: number; connections: string[] } {
  const lines = existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  return {
    megabytes: Math.max(0, ...lines.flatMap((line) => line.megabytes ?? [])),
    seconds: lines.reduce((sum, line) => sum + (line.seconds ?? 0), 0),
    connections: lines.flatMap((line) => (line.connect === undefined ? [] : [JSON.stringify(line.connect)])),
  };
}
