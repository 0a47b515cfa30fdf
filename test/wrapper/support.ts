import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitWrapper } from '../../generators/wrapper/emit.ts';
import { curate } from '../../src/curate/curate.ts';
import { lower } from '../../src/lower/lower.ts';
import type { Route } from '../../src/model/file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Plan } from '../../src/model/plan.ts';
import { plan as makePlan } from '../../src/plan/plan.ts';
import { readSpec } from '../../src/sources/read.ts';

/** A request as it came over the wire. */
export interface Recorded {
  readonly method: string;
  readonly url: string;
  /** Names as they were sent, in order: name, value, name, value, … */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a recording server does with a request; the default answers `{"ok":true}`. */
export type Behaviour = (request: Recorded, response: ServerResponse) => void;

export interface Recorder {
  readonly url: string;
  readonly requests: Recorded[];
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** A server on loopback that keeps every request, and misbehaves when it is told to. */
export async function startRecorder(): Promise<Recorder> {
  const requests: Recorded[] = [];
  const friendly: Behaviour = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":true}');
  };
  let behaviour = friendly;
  const server: Server = createServer({ maxHeaderSize: 8_000_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const recorded = {
        method: request.method ?? '',
        url: request.url ?? '',
        rawHeaders: request.rawHeaders,
        headers: request.headers,
        body: Buffer.concat(chunks),
      };
      requests.push(recorded);
      behaviour(recorded, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    behave: (next) => {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A wrapper on disk, from a document. */
export interface Wrapper {
  readonly path: string;
  readonly folder: string;
  readonly plan: Plan;
  readonly text: string;
  remove(): void;
}

/** Compiles a document by the real pipeline and writes its wrapper into a folder of its own. */
export async function wrapperOf(document: JsonObject, route: Route = 'direct'): Promise<Wrapper> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-wrapper-'));
  const spec = join(folder, 'test.json');
  writeFileSync(spec, JSON.stringify(document));
  return { ...(await wrapperOfFile(spec, folder, route)), remove: () => rmSync(folder, { recursive: true }) };
}

export async function wrapperOfFile(
  spec: string,
  folder: string,
  route: Route = 'direct',
): Promise<Omit<Wrapper, 'remove'>> {
  const read = await readSpec(spec);
  const curated = read.value && curate(read.value.source, read.value.overlays);
  const lowered = curated?.value && lower(curated.value);
  const planned = lowered?.value && makePlan(lowered.value, { file: spec });
  const plan = planned?.value;
  if (plan === undefined) throw new Error(JSON.stringify([read, curated, lowered, planned].at(-1), null, 1));
  const [file] = emitWrapper(plan, { route, mcpUrl: `http://${plan.name}:8080/mcp` });
  if (file === undefined) throw new Error('no wrapper');
  const path = join(folder, plan.name);
  writeFileSync(path, file.content, { mode: 0o755 });
  return { path, folder, plan, text: file.content };
}

export interface Outcome {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly cwd?: string;
}

/** Runs a command with an environment of its own. Arguments may be bytes: then they go through a file and bash, since node only passes text. */
export function run(path: string, words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const env = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...options.env };
  return new Promise((resolve) => {
    const child = execFile(
      path,
      words,
      { env, cwd: options.cwd, encoding: 'buffer', maxBuffer: 1e9, timeout: 110_000 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
        resolve({ status, stdout, stderr: stderr.toString() });
      },
    );
    // A command that needs no input may have ended before it could be written.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);
  });
}
