import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ApiManifest } from '../../src/model/file.ts';
import { userCache } from '../../src/sources/extends.ts';
import { root } from '../wire/cli.ts';
import { printed } from './measure.ts';

/** Everything that the benchmarks use: specs in a folder of their own, what mcpgen makes of them, and an API to call. */
export interface World {
  readonly folder: string;
  /** GitHub's document whole, the curated part of it, and a document with one operation. */
  readonly specs: Readonly<Record<Spec, string>>;
  /** GitHub's document itself. */
  readonly base: string;
  /** Base URL of an API that answers anything. */
  readonly upstream: string;
  /** Builds into a folder. */
  readonly build: (spec: Spec, out: string) => Promise<void>;
  /** The output for a spec; it is built when it is asked for. */
  readonly output: (spec: Spec) => Promise<string>;
  /** Words that start mcpgen. */
  readonly mcpgen: readonly string[];
  /** mcpgen's cache, of which the benchmarks have their own. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}

export type Spec = 'whole' | 'curated' | 'one';

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** @param bin the executable of mcpgen */
export async function createWorld(bin: string): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-bench-'));
  const env = { XDG_CACHE_HOME: join(folder, 'cache') };
  // What has been fetched before is not fetched again.
  mkdirSync(userCache(), { recursive: true });
  cpSync(userCache(), join(folder, 'cache', 'mcpgen'), { recursive: true });
  const { base, ...specs } = writeSpecs(folder);
  const mcpgen = [process.execPath, bin];
  const outputs = new Map<Spec, Promise<string>>();
  const build = async (spec: Spec, out: string) => {
    const [program = '', ...words] = [...mcpgen, 'build', specs[spec], '--out', out];
    await printed(program, words, env);
  };
  const output = (spec: Spec): Promise<string> => {
    const out = join(folder, 'out', spec);
    const known = outputs.get(spec) ?? build(spec, out).then(() => out);
    outputs.set(spec, known);
    return known;
  };
  await output('curated');
  const cached = await printed('bash', ['-c', `ls "$XDG_CACHE_HOME"/mcpgen/*-${base}`], env);
  const document = join(folder, 'github.json');
  cpSync(cached.trim().split('\n')[0] ?? '', document);
  const upstream = await startPeer('upstream.mjs');
  return {
    folder,
    specs,
    base: document,
    upstream: `http://127.0.0.1:${upstream.port}`,
    build,
    output,
    mcpgen,
    env,
    close: () => {
      upstream.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** GitHub's overlay as it stands in specs/, once without its selection, and a document of one operation. */
function writeSpecs(folder: string): Record<Spec, string> & { readonly base: string } {
  const curated = readFileSync(join(root, 'specs/github.yaml'), 'utf8');
  const whole = parse(curated);
  const base = String(whole['x-mcpgen'].sha256);
  delete whole['x-mcpgen'].include;
  const answer = { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } };
  const one = {
    openapi: '3.1.0',
    info: { title: 'One', version: '1' },
    servers: [{ url: 'https://api.example.com' }],
    paths: {
      '/things/{id}': {
        get: {
          operationId: 'getThing',
          summary: 'Get a thing',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: answer },
        },
      },
    },
    'x-mcpgen': { name: 'one' },
  };
  const texts = { whole: stringify(whole), curated, one: stringify(one) };
  const files = Object.entries(texts).map(([name, text]) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, text);
    return [name, file];
  });
  return { ...(Object.fromEntries(files) as Record<Spec, string>), base };
}

/** An operation of a built API by its operationId: its command and its tool. */
export function operationOf(out: string, api: string, id: string): { command: string; tool: string } {
  const manifest: ApiManifest = JSON.parse(readFileSync(join(out, 'servers', api, 'manifest.json'), 'utf8'));
  const found = manifest.operations.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`${api} has no operation ${id}`);
  return found;
}

/** A program that runs beside the measurements. */
export interface Running {
  readonly pid: number;
  readonly port: number;
  readonly stop: () => void;
}

/** Starts a program of peers/, which prints its port. */
export async function startPeer(name: string, args: readonly string[] = []): Promise<Running> {
  const child = spawn(process.execPath, [join(root, 'test/bench/peers', name), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return running(child, Number(String(line).trim()));
}

/** Starts a generated server, with its log into a file as it would go into a container's. Does not wait for it. */
export function startServer(
  bundle: string,
  port: number,
  env: Readonly<Record<string, string>>,
  folder: string,
): Running {
  return startProgram([bundle], port, { PORT: String(port), ...env }, folder);
}

/** Starts a server by the words after `node`; all that it says goes into a file. */
export function startProgram(
  words: readonly string[],
  port: number,
  env: Readonly<Record<string, string>>,
  folder: string,
): Running {
  const log = openSync(join(folder, 'server.log'), 'a');
  const child = spawn(process.execPath, words, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', log, log],
  });
  return running(child, port);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function running(child: ChildProcess, port: number): Running {
  children.add(child);
  return {
    pid: child.pid ?? 0,
    port,
    stop: () => {
      children.delete(child);
      child.kill('SIGKILL');
    },
  };
}
