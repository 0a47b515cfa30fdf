import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from '../../src/build.ts';
import { type LinearStandIn, startLinear } from '../../src/demo/linear.ts';
import { type Outcome, runCommand } from '../../src/processes.ts';
import { type Launched, launch } from './launch.ts';

/** What the APIs' stand-ins want to see. No log line and no answer may ever hold one of these. */
export const secrets = {
  linear: 'lin_api_of_the_interop_test',
  shelf: 'shelf-key-of-the-interop-test',
  token: 'mcp-token-of-the-interop-test',
};

export type ApiName = 'linear' | 'shelf';

export const specs: { readonly [name in ApiName]: string } = {
  linear: 'specs/linear.yaml',
  shelf: 'test/interop/shelf.yaml',
};

/** Two generated APIs, one of GraphQL and one of REST, with stand-ins for the APIs themselves. */
export interface World {
  /** The output folder of the build. */
  readonly out: string;
  readonly linear: LinearStandIn;
  readonly shelf: Shelf;
  /** Runs a generated command: directly, or by the MCP URL of a server or a hub. */
  readonly command: (api: ApiName, words: readonly string[], mcpUrl?: string) => Promise<Outcome>;
  /** Starts a generated server; it ends with the world. */
  readonly serve: (api: ApiName, env?: { readonly [name: string]: string }) => Promise<Served>;
  readonly close: () => Promise<void>;
}

/** A generated server that runs. */
export type Served = Launched & { readonly url: string; readonly port: number };

/** Compiles specs into an output folder, beside what is there. */
export async function buildInto(out: string, ...files: readonly string[]): Promise<void> {
  const { diagnostics } = await build(files, { out, mode: 'write', force: false, mcp: true });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}

export async function createWorld(): Promise<World> {
  const out = mkdtempSync(join(tmpdir(), 'mcpgen-interop-'));
  await buildInto(out, ...Object.values(specs));
  const linear = await startLinear({ key: secrets.linear });
  const shelf = await startShelf();
  const environment = {
    linear: { LINEAR_BASE_URL: linear.url, LINEAR_API_KEY: secrets.linear },
    shelf: { SHELF_BASE_URL: shelf.url, SHELF_API_KEY: secrets.shelf },
  };
  const served: Served[] = [];
  return {
    out,
    linear,
    shelf,
    command: (api, words, mcpUrl) => {
      const prefix = api.toUpperCase();
      const env: { readonly [name: string]: string } =
        mcpUrl === undefined
          ? environment[api]
          : { [`${prefix}_MCP_URL`]: mcpUrl, [`${prefix}_MCP_TOKEN`]: secrets.token };
      const via = ['--via', mcpUrl === undefined ? 'direct' : 'mcp'];
      return runCommand(join(out, 'agent/bin', api), [...words, ...via], { env, cwd: out });
    },
    serve: async (api, env = {}) => {
      const server = await serveFolder(join(out, 'servers', api), {
        MCP_TOKEN: secrets.token,
        ALLOWED_HOSTS: api,
        ...environment[api],
        ...env,
      });
      served.push(server);
      return server;
    },
    close: async () => {
      await Promise.all(served.map(({ stop }) => stop()));
      await Promise.all([linear.close(), shelf.close()]);
      rmSync(out, { recursive: true, force: true });
    },
  };
}

/** Starts the server of a folder `servers/<api>`. */
export async function serveFolder(folder: string, env: { readonly [name: string]: string }): Promise<Served> {
  const server = await launch(process.execPath, [resolve(folder, 'dist/server.mjs')], {
    ready: /"message":"listening","url":"([^"]+)"/,
    env: { PORT: '0', ...env },
  });
  const url = server.ready[1] ?? '';
  return { ...server, url, port: Number(new URL(url).port) };
}

/** The REST API of shelf.yaml. */
export interface Shelf {
  readonly url: string;
  /** `METHOD path` of each request, with its body. */
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

const png = Buffer.from('89504e470d0a1a0a00ff', 'hex');

async function startShelf(): Promise<Shelf> {
  const requests: string[] = [];
  const server = createServer((request, response) => void answer(request, response, requests));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What is asked for decides how it answers: an id that is a number is a status. */
async function answer(request: IncomingMessage, response: ServerResponse, requests: string[]): Promise<void> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { method = '', url = '' } = request;
  requests.push(`${method} ${url} ${body}`.trim());
  const json = (status: number, value: unknown) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    // Spaces, a large number and text beyond ASCII: whoever parses and prints again shows it.
    response.end(`${JSON.stringify(value, null, 2).replace('"9007199254740993"', '9007199254740993')}\n`);
  };
  if (request.headers['x-shelf-key'] !== secrets.shelf) return json(401, { error: 'who are you?' });
  const [, kind, encoded = '', more] = url.replace('/v1', '').replace(/\?.*/, '').split('/');
  const id = decodeURIComponent(encoded);
  // Longer than anyone waits: whoever is turned away gives up at once.
  if (id === '429') response.setHeader('Retry-After', '3600');
  if (/^[45]\d\d$/.test(id)) return json(Number(id), { error: `as you wish: ${id}` });
  if (more === 'cover') {
    response.writeHead(200, { 'Content-Type': 'image/png' });
    response.end(png);
  } else if (kind === 'notes') {
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`note ${id}: Grüße, "quoted"\n\n`);
  } else if (method === 'DELETE') {
    response.writeHead(204).end();
  } else if (method === 'POST') {
    json(201, { id: 'new', serial: '9007199254740993', ...JSON.parse(body) });
  } else if (id === '') {
    json(200, [
      { id: 'a', title: 'Äpfel' },
      { id: 'b', title: url },
    ]);
  } else {
    // Later ones overtake earlier ones.
    setTimeout(() => json(200, { id, title: `Title of ${id}`, serial: '9007199254740993' }), id.length % 7);
  }
}
