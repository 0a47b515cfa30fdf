import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startServer } from '../wire/callers.ts';
import { mcpgen, type Ran, root, run } from '../wire/cli.ts';

export const corpus = resolve(root, '../shared/corpus');

/** A document of the corpus and what is known of it. */
export interface Entry {
  readonly name: string;
  readonly entry: string;
  readonly ops: number;
  readonly at_source: string;
}

export function corpusEntries(): Entry[] {
  return JSON.parse(readFileSync(join(corpus, 'index.json'), 'utf8'));
}

/** What became of one document: '' or a word is good, a miss begins with `✗`. */
export interface Row {
  readonly name: string;
  readonly cells: readonly string[];
  readonly misses: readonly string[];
  readonly seconds: number;
}

export const HEAD = [
  'document',
  'at source',
  'operations',
  'build',
  'files',
  'tools',
  'bash -n',
  'shellcheck',
  'tsc',
];

/**
 * Builds one document by the command line under `ulimit -v` of 4 GB and 60 s, then takes the output apart: the wrapper by bash and shellcheck, the server by
 * strict tsc and by a client that lists its tools.
 */
export async function checkDocument(entry: Entry): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-corpus-'));
  const misses: string[] = [];
  const miss = (what: string, detail: string): string => {
    misses.push(`${entry.name}: ${what}: ${detail.trim().split('\n').slice(0, 6).join('\n    ')}`);
    return `✗ ${what}`;
  };
  try {
    const spec = join(corpus, entry.entry);
    const built = await mcpgen(['build', spec, '--out', 'out', '--no-mcp'], {
      cwd: folder,
      seconds: 60,
      megabytes: 4096,
    });
    const cells = [entry.at_source, String(entry.ops)];
    const crash = crashOf(built);
    if (crash !== undefined) cells.push(miss('crash', crash));
    else if (built.status !== 0) {
      const oneError = entry.at_source === 'invalid' && hasPlace(built);
      cells.push(oneError ? 'refused' : miss(`exit ${built.status}`, built.stderr || built.stdout));
    } else {
      cells.push(`${built.seconds.toFixed(1)} s`);
      cells.push(...(await takeApart(join(folder, 'out'), entry.ops, miss)));
    }
    return { name: entry.name, cells, misses, seconds: built.seconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Miss = (what: string, detail: string) => string;

/** Cells of an output folder: files, tools, bash -n, shellcheck, tsc. */
export async function takeApart(out: string, operations: number, miss: Miss): Promise<string[]> {
  const name = readdirSync(join(out, 'servers'))[0] ?? '';
  const wrapper = join(out, 'agent', 'bin', name);
  const server = join(out, 'servers', name);
  const files = readdirSync(out, { recursive: true }).length;
  const listed = await listTools(
    join(server, 'dist', 'server.mjs'),
    `${name.toUpperCase().replaceAll('-', '_')}_BASE_URL`,
  );
  const [syntax, lint, types] = await Promise.all([
    run('bash', ['-n', wrapper], { seconds: 60 }),
    run('shellcheck', [wrapper], { seconds: 900 }),
    checkTypes(server),
  ]);
  return [
    String(files),
    typeof listed === 'string'
      ? miss('tools/list', listed)
      : listed.length === operations
        ? String(listed.length)
        : miss('tools', `${listed.length} instead of ${operations}`),
    syntax.status === 0 && syntax.stderr === '' ? 'ok' : miss('bash -n', syntax.stderr),
    lint.status === 0 ? 'ok' : miss('shellcheck', lint.stdout || lint.stderr || `exit ${lint.status}`),
    types.status === 0
      ? `${types.seconds.toFixed(1)} s`
      : miss('tsc', types.stdout || types.stderr || `exit ${types.status}`),
  ];
}

/** Names of a server's tools, or why it does not tell. */
async function listTools(bundle: string, baseUrl: string): Promise<string[] | string> {
  if (!existsSync(bundle)) return 'there is no dist/server.mjs';
  try {
    const server = await startServer(bundle, { LOG: '0', [baseUrl]: 'http://127.0.0.1:9' });
    const tools = await server.tools();
    await server.stop();
    return tools;
  } catch (error) {
    return String(error);
  }
}

/** The server under its own tsconfig.json. Packages are found from the file that asks for them: a link to mcpgen's own stands in for `npm ci`. */
function checkTypes(server: string): Promise<Ran> {
  const script =
    'ln -sfn "$1/node_modules" node_modules && exec node --max-old-space-size=3500 node_modules/typescript/bin/tsc -p . --noEmit --strict';
  return run('bash', ['-c', script, 'tsc', root], { seconds: 300, cwd: server });
}

/** Something that no user may ever see: a stack trace, the engine's own words, the end by a signal. */
export function crashOf(ran: Ran): string | undefined {
  const text = `${ran.stdout}\n${ran.stderr}`;
  const trace =
    /^.*(?:\n\s+at .+|RangeError|Maximum call stack|heap out of memory|bug of mcpgen|Segmentation).*$/m.exec(
      text,
    );
  if (trace !== null) return trace[0];
  return ran.status === 255 || ran.status > 128
    ? `ended by a signal or the time limit, after ${ran.seconds.toFixed(0)} s`
    : undefined;
}

/** Whether a failed run says where the error is. */
export function hasPlace(ran: Ran): boolean {
  return /:\d+:\d+: error\[/.test(ran.stderr);
}
