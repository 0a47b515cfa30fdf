import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Application } from './application.ts';
import { Client } from './client.ts';
import type { createGuard } from './guards.ts';
import { type createMcpEndpoint, errorReply, type HttpReply } from './mcp.ts';
import { chunksOf, type Pieces } from './pieces.ts';
import type { Secrets, Settings } from './settings.ts';
import type { Caller } from './tokens.ts';

type Headers = Readonly<Record<string, string>>;

export interface HttpParts {
  readonly application: Application;
  readonly settings: Settings;
  readonly guard: ReturnType<typeof createGuard>;
  readonly endpoint: ReturnType<typeof createMcpEndpoint>;
}

/** The HTTP face: /mcp, /healthz, /metrics. */
export function createHttpServer({ application, settings, guard, endpoint }: HttpParts) {
  let draining = false;
  let requests = 0;

  function refuse(request: IncomingMessage, status: number, reason: string, headers?: Headers): HttpReply {
    application.metrics.refused(status);
    application.log({ level: 'warn', refused: status, reason, from: request.socket.remoteAddress ?? '' });
    return errorReply(status, -32000, reason, headers);
  }

  /** Who sends a message of the protocol; or the answer, to anything else and to whoever may not. */
  function callerOf(request: IncomingMessage): Caller | HttpReply {
    const path = pathOf(request.url ?? '/');
    if (path === '/healthz') {
      const status = draining ? 'stopping' : 'ok';
      return jsonReply(draining ? 503 : 200, {
        status,
        name: application.name,
        version: application.version,
      });
    }
    const caller = guard(request.headers, request.socket.remoteAddress ?? '');
    if ('status' in caller) return refuse(request, caller.status, caller.message, caller.headers);
    if (path === '/metrics') {
      const body = [application.metrics.text()];
      return { status: 200, headers: { 'Content-Type': 'text/plain; version=0.0.4' }, body };
    }
    if (path !== '/mcp' && path !== '/mcp/')
      return errorReply(404, -32000, 'Not found: the endpoint is /mcp');
    if (request.method === 'OPTIONS') {
      return { status: 204, headers: { Allow: 'POST', ...corsHeaders(request) }, body: null };
    }
    // GET would open a stream and DELETE end a session: there is neither.
    if (request.method !== 'POST') return errorReply(405, -32000, 'Method not allowed.', { Allow: 'POST' });
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      return errorReply(415, -32000, 'Unsupported Media Type: Content-Type must be application/json');
    }
    return caller;
  }

  async function answer(request: IncomingMessage, client: Client): Promise<HttpReply> {
    const caller = callerOf(request);
    if ('status' in caller) return caller;
    const text = await readBody(request, settings.maxRequestBytes);
    if (text === undefined) {
      const reason = `Payload Too Large: at most ${settings.maxRequestBytes} bytes`;
      return refuse(request, 413, reason, { Connection: 'close' });
    }
    if (!application.hasRoom()) {
      return refuse(request, 503, 'Too many calls are running; try again soon', { 'Retry-After': '1' });
    }
    const { headers } = request;
    const secrets = secretsFor(request, application.secrets, settings);
    const reply = await endpoint.answer({ headers, text, caller, secrets, trace: traceOf(request), client });
    return headers.origin === undefined
      ? reply
      : { ...reply, headers: { ...reply.headers, ...corsHeaders(request) } };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const client = new Client();
    requests += 1;
    response.on('close', () => {
      requests -= 1;
      // Before the answer is out, this is the client who hangs up: the call to the API ends as well.
      if (!response.writableFinished) client.hangUp();
    });
    let reply: HttpReply;
    try {
      reply = await answer(request, client);
    } catch (error) {
      if (client.gone) return;
      application.log({ level: 'error', message: error instanceof Error ? error.message : String(error) });
      reply = errorReply(500, -32603, 'Internal server error');
    }
    if (response.destroyed) return;
    const headers = draining ? { ...reply.headers, Connection: 'close' } : reply.headers;
    if (reply.body instanceof ReadableStream) await stream(response, reply.status, headers, reply.body);
    else write(response, reply.status, headers, reply.body ?? []);
  }

  const server: Server = createServer((request, response) => void handle(request, response));
  // Longer than the idle time of usual load balancers, so that they and not we close a connection.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 20_000;
  server.requestTimeout = 60_000;

  return {
    server,
    listen: async (): Promise<number> => {
      // The system's usual queue of 511 connections would reset some of a thousand that come at once.
      server.listen({ port: settings.port, host: settings.host, backlog: 4096 });
      await Promise.race([
        once(server, 'listening'),
        once(server, 'error').then(([error]) => Promise.reject(error)),
      ]);
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : settings.port;
    },
    /** Takes no new connections and waits for what is running. */
    drain: async (): Promise<boolean> => {
      draining = true;
      server.close();
      server.closeIdleConnections();
      const end = performance.now() + settings.shutdownTimeout;
      while (requests > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
      const whole = requests === 0;
      server.closeAllConnections();
      return whole;
    },
  };
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

async function stream(response: ServerResponse, status: number, headers: Headers, body: ReadableStream) {
  response.writeHead(status, headers);
  for await (const chunk of body) {
    if (response.destroyed) break;
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

function write(response: ServerResponse, status: number, headers: Headers, body: Pieces): void {
  const chunks = chunksOf(body);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  // Names and values in turn: of an object, Node makes that first.
  const head: (string | number)[] = [];
  for (const name in headers) head.push(name, headers[name] as string);
  head.push('Content-Length', length);
  response.writeHead(status, head);
  // Corked: all chunks go out by one system call.
  if (chunks.length > 1) response.cork();
  const last = chunks.pop();
  for (const chunk of chunks) response.write(chunk, 'latin1');
  response.end(last, 'latin1');
}

function jsonReply(status: number, value: unknown): HttpReply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: [JSON.stringify(value)] };
}

/** The body as text, or undefined if it is longer than allowed. */
function readBody(request: IncomingMessage, limit: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length']) > limit) return resolve(undefined);
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(wholeOf(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

function wholeOf(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}

/** A page of an allowed origin may read the answer. */
function corsHeaders(request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers':
      'authorization, content-type, accept, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id',
    'Access-Control-Expose-Headers': 'mcp-session-id',
    Vary: 'Origin',
  };
}

/** Secrets that the client brings itself, where the operator has allowed a header for them. */
function secretsFor(request: IncomingMessage, secrets: Secrets, settings: Settings): Secrets {
  if (settings.userHeaders.length === 0) return secrets;
  const brought = new Map<string, string>();
  for (const { header, secret } of settings.userHeaders) {
    const value = request.headers[header];
    if (typeof value === 'string' && value !== '') brought.set(secret, value);
  }
  return brought.size === 0 ? secrets : (name) => brought.get(name) ?? secrets(name);
}

const noTrace: readonly (readonly [string, string])[] = [];

/** W3C Trace Context, passed on as it came. A state without its parent says nothing. */
function traceOf({ headers }: IncomingMessage): readonly (readonly [string, string])[] {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== 'string') return noTrace;
  const parent = ['traceparent', traceparent] as const;
  return typeof tracestate === 'string' ? [parent, ['tracestate', tracestate]] : [parent];
}
