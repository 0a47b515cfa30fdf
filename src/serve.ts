import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { overviewPage } from '../generators/hub/page.ts';
import { bundleServer } from '../generators/server/bundle.ts';
import { emitServer } from '../generators/server/emit.ts';
import { type Compiled, compile, createLocate } from './build.ts';
import { type Backend, createFront, type Front } from './front.ts';
import { link } from './link.ts';
import { makeApiManifest } from './manifest.ts';
import { type Diagnostic, hasErrors, type Result } from './model/diagnostic.ts';
import { isRemote } from './model/document.ts';
import type { Plan } from './model/plan.ts';
import { createReporter, processStreams, type Reporter } from './report.ts';
import { compareOutput, onDisk, writeOutput } from './write.ts';

export interface ServeOptions {
  /** On 127.0.0.1; 0: any that is free; absent: `PORT`, else 8080. */
  readonly port?: number | undefined;
  readonly stdio: boolean;
}

/**
 * `mcpgen serve`: compiles a spec and runs the server that a build would write, from a folder that goes when the server ends.
 * Over HTTP the overview page stands in front of it, with a form per tool, and a change of the spec brings a new server without losing a call.
 * @returns exit status: the server's; 1 the input has errors; 2 the port is taken
 */
export async function runServe(spec: string, { port, stdio }: ServeOptions): Promise<number> {
  const reporter = createReporter(processStreams());
  const made = await make(spec, reporter);
  if (made.ready === undefined) return 1;
  if (stdio) return runStdio(made.ready.file);
  let front: Front;
  try {
    front = await createFront(port ?? Number(process.env.PORT || 8080));
  } catch (error) {
    process.stderr.write(`mcpgen: cannot listen: ${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
  return serve(spec, made, front, reporter);
}

/** What a spec has become. */
interface Made {
  readonly ready?: { readonly compiled: Compiled; readonly file: string };
  /** All files that were read, as far as it came. */
  readonly inputs: readonly string[];
}

async function make(spec: string, reporter: Reporter): Promise<Made> {
  reporter.progress(`reading ${spec}`);
  const { value: compiled, diagnostics } = await compile(spec);
  const server = compiled === undefined ? undefined : await onDisk(() => temporaryServer(compiled.plan));
  const log = [...diagnostics, ...(server?.diagnostics ?? [])];
  reporter.progress('');
  reporter.diagnostics(log, createLocate());
  const inputs = [
    spec,
    ...(compiled?.inputs ?? []).map(({ file }) => file),
    ...log.flatMap(({ origin }) => (origin === undefined || origin.file === '' ? [] : [origin.file])),
  ].filter((file) => !isRemote(file));
  const file = server?.value;
  return compiled === undefined || file === undefined || hasErrors(log)
    ? { inputs }
    : { inputs, ready: { compiled, file } };
}

/** Writes and bundles the server of a plan in a folder of its own, which is removed when this process ends. Gives the path of `dist/server.mjs`. */
async function temporaryServer(plan: Plan): Promise<Result<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-serve-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { value: files, diagnostics } = await emitServer(plan);
  const log: Diagnostic[] = [...diagnostics];
  const compared = compareOutput(folder, files, [], false);
  log.push(...compared.diagnostics, ...writeOutput(folder, files, compared.value ?? []));
  const bundle = await bundleServer(join(folder, 'servers', plan.name));
  log.push(...bundle.diagnostics);
  return bundle.value === undefined ? { diagnostics: log } : { value: bundle.value, diagnostics: log };
}

function runStdio(file: string): Promise<number> {
  const child = spawn(process.execPath, [file, '--stdio'], { stdio: 'inherit' });
  const interrupted = onSignals((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(interrupted() ? 130 : (code ?? 1)));
  });
}

/** The server drains what is in flight, so it decides when all is over. */
function onSignals(stop: (signal: 'SIGINT' | 'SIGTERM') => void): () => boolean {
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      interrupted ||= signal === 'SIGINT';
      stop(signal);
    });
  }
  return () => interrupted;
}

/** Runs one server after the other behind the front, until a signal ends all or the present one ends by itself. */
async function serve(spec: string, first: Made, front: Front, reporter: Reporter): Promise<number> {
  const { watchFiles } = await import('./watch.ts');
  let watching: ReturnType<typeof watchFiles> | undefined;
  const status = await new Promise<number>((resolve, reject) => {
    let present: ChildProcess | undefined;
    let stopping = false;
    const interrupted = onSignals((signal) => {
      if (stopping) return;
      stopping = true;
      void front.close().then(() => (present === undefined ? resolve(0) : present.kill(signal)));
    });
    const start = async ({ ready }: Made): Promise<void> => {
      if (ready === undefined || stopping) return;
      const { child, listening, ended } = spawnServer(ready.file, front.port);
      void ended.then((code) => {
        rmSync(dirname(dirname(ready.file)), { recursive: true, force: true });
        // Whoever has no server left has nothing to serve; a server that does not start does not replace one that runs.
        if (child === present || present === undefined) resolve(interrupted() ? 130 : code);
      });
      const line = await listening;
      if (line === undefined) return;
      const page = pageOf(ready.compiled);
      const message = present === undefined ? 'listening' : 'reloaded';
      present = child;
      front.show(page, line.backend);
      const root = `http://127.0.0.1:${front.port}/`;
      reporter.line(JSON.stringify({ ...line.entry, message, url: `${root}mcp`, page: root }));
    };
    const again = async () => {
      const made = await make(spec, reporter);
      await start(made);
      return made.inputs;
    };
    start(first).then(() => {
      watching = watchFiles(first.inputs, () =>
        again().catch((bug) => {
          reject(bug);
          return [];
        }),
      );
    }, reject);
  });
  await Promise.all([watching?.stop(), front.close()]);
  return status;
}

/** The overview page of the one API, with what its forms need. */
function pageOf({ plan, route, spec, inputs }: Compiled): string {
  const manifest = makeApiManifest(plan, route, spec, inputs, 'out', []);
  const tools = plan.operations.filter(({ hidden }) => !hidden);
  const schemas = Object.fromEntries(tools.map(({ tool, inputSchema }) => [tool, inputSchema]));
  return overviewPage(
    link([manifest], () => ({ route: route ?? 'direct' }), []),
    schemas,
  );
}

interface Listening {
  /** What the server logged. */
  readonly entry: object;
  readonly backend: Backend;
}

/** Starts a server on a free port. Its log goes on to standard output, but for where it listens itself, which nobody needs to know. */
function spawnServer(file: string, frontPort: number) {
  const own = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${frontPort}`);
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      ALLOWED_ORIGINS: [process.env.ALLOWED_ORIGINS ?? '', ...own]
        .filter((origin) => origin !== '')
        .join(','),
    },
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
  const listening = new Promise<Listening | undefined>((resolve) => {
    void ended.then(() => resolve(undefined));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const port = /"message":"listening","url":"http:\/\/[^"]*:(\d+)\/mcp"/.exec(text)?.[1];
      if (port === undefined) process.stdout.write(`${text}\n`);
      else
        resolve({
          entry: JSON.parse(text),
          backend: { port: Number(port), retire: () => child.kill('SIGTERM') },
        });
    });
  });
  return { child, listening, ended };
}
