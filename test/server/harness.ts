import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client as ModernClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, onTestFinished } from 'vitest';
import { bundleServer } from '../../generators/server/bundle.ts';
import { emitServer } from '../../generators/server/emit.ts';
import type { Plan } from '../../src/model/plan.ts';

export const token = 'secret-token';
export const modernVersion = '2026-07-28';

/** Writes a server as a build would, and bundles it. The folder goes when the tests are over. */
export async function writeServer(plan: Plan, extra: Readonly<Record<string, string>> = {}): Promise<string> {
  const out = mkdtempSync(join(tmpdir(), 'mcpgen-server-'));
  afterAll(() => rmSync(out, { recursive: true, force: true }));
  for (const file of (await emitServer(plan)).value) {
    const path = join(out, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content);
  }
  const folder = join(out, 'servers', plan.name);
  for (const [path, content] of Object.entries(extra)) writeFileSync(join(folder, path), content);
  const { value, diagnostics } = await bundleServer(folder);
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return folder;
}

export interface Running {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** All that it has printed. */
  readonly output: () => string;
  /** Ends it; resolves with the exit status. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts a written server as a process of its own. It ends with the test. */
export async function start(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const child = spawn(process.execPath, [join(folder, 'dist', 'server.mjs')], {
    env: { PATH: process.env.PATH, PORT: '0', MCP_TOKEN: token, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = await once(child, 'exit');
    return code as number | null;
  };
  onTestFinished(async () => {
    await stop('SIGKILL');
  });
  for (;;) {
    const url = /"url":"([^"]+)"/.exec(printed)?.[1];
    if (url !== undefined) {
      return { url, port: Number(new URL(url).port), process: child, output: () => printed, stop };
    }
    if (child.exitCode !== null) throw new Error(`the server ended: ${printed}`);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
}

/** A request that the stand-in for the API has received. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface StandIn {
  readonly url: string;
  readonly received: Received[];
}

/** A stand-in for the API; without a handler it answers `{"ok":true}`. */
export async function standIn(
  handle: (request: Received, response: ServerResponse) => void = (_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end('{"ok":true}');
  },
): Promise<StandIn> {
  const received: Received[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one: Received = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks),
      };
      received.push(one);
      handle(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const authorization = { Authorization: `Bearer ${token}` };

/** A client that truly speaks 2026-07-28. */
export async function modernClient(url: string): Promise<ModernClient> {
  const client = new ModernClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: authorization } }),
  );
  onTestFinished(() => client.close());
  return client;
}

/** The client of SDK v1, which speaks the older revisions. */
export async function legacyClient(url: string): Promise<LegacyClient> {
  const client = new LegacyClient({ name: 'test', version: '1' });
  const transport = new LegacyTransport(new URL(url), { requestInit: { headers: authorization } });
  await client.connect(transport as Transport);
  onTestFinished(() => client.close());
  return client;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: () => RawMessage;
}

/** The parts of a JSON-RPC answer that tests look at. */
export interface RawMessage {
  readonly id?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
  readonly result?: {
    readonly isError?: boolean;
    readonly content?: readonly {
      readonly type: string;
      readonly text?: string;
      readonly resource?: unknown;
    }[];
    readonly structuredContent?: unknown;
    readonly tools?: readonly { readonly name: string }[];
    readonly _meta?: Readonly<Record<string, unknown>>;
    readonly [key: string]: unknown;
  };
}

/** POSTs a body to the server as it is. */
export async function postRaw(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...authorization, ...headers },
    body,
    // A request that is never answered is a failure of its own.
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

const envelope = {
  'io.modelcontextprotocol/protocolVersion': modernVersion,
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Sends one request in the form of an era. */
export function send(
  url: string,
  era: 'modern' | 'legacy',
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  if (era === 'legacy')
    return postRaw(url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), headers);
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method,
    params: { ...params, _meta: { ...envelope, ...(params._meta as object) } },
  };
  const name: Record<string, string> = typeof params.name === 'string' ? { 'Mcp-Name': params.name } : {};
  return postRaw(url, JSON.stringify(body), {
    'MCP-Protocol-Version': modernVersion,
    'Mcp-Method': method,
    ...name,
    ...headers,
  });
}

/** Calls a tool by a plain request and gives the result. */
export async function callTool(
  url: string,
  name: string,
  args: Readonly<Record<string, unknown>>,
  meta: Readonly<Record<string, unknown>> = {},
): Promise<NonNullable<RawMessage['result']>> {
  const answer = await send(url, 'modern', 'tools/call', { name, arguments: args, _meta: meta });
  const { result, error } = answer.json();
  if (result === undefined) throw new Error(JSON.stringify(error));
  return result;
}
