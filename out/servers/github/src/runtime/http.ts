import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Application } from './application.ts';
import { type Client, createClient } from './client.ts';
import type { createGuard } from './guards.ts';
import { type createMcpEndpoint, errorReply, type HttpReply } from './mcp.ts';
import type { Secrets, Settings } from './settings.ts';

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

  async function answer(request: IncomingMessage, client: Client): Promise<HttpReply> {
    const [path] = (request.url ?? '/').split('?', 1);
    if (path === '/healthz') {
      const status = draining ? 'stopping' : 'ok';
      return jsonReply(draining ? 503 : 200, {
        status,
        name: application.name,
        version: application.version,
      });
    }
    const from = request.socket.remoteAddress ?? '';
    const refuse = (
      status: number,
      reason: string,
      headers?: Readonly<Record<string, string>>,
    ): HttpReply => {
      application.metrics.refused(status);
      application.log({ level: 'warn', refused: status, reason, from });
      return errorReply(status, -32000, reason, headers);
    };
    const caller = guard(request.headers, from);
    if ('status' in caller) return refuse(caller.status, caller.message, caller.headers);
    if (path === '/metrics') {
      const body = [application.metrics.text()];
      return { status: 200, headers: { 'Content-Type': 'text/plain; version=0.0.4' }, body };
    }
    if (path !== '/mcp' && path !== '/mcp/')
      return errorReply(404, -32000, 'Not found: the endpoint is /mcp');
    const cors = corsHeaders(request);
    if (request.method === 'OPTIONS') return { status: 204, headers: { Allow: 'POST', ...cors }, body: null };
    // GET would open a stream and DELETE end a session: there is neither.
    if (request.method !== 'POST') return errorReply(405, -32000, 'Method not allowed.', { Allow: 'POST' });
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      return errorReply(415, -32000, 'Unsupported Media Type: Content-Type must be application/json');
    }
    const text = await readBody(request, settings.maxRequestBytes);
    if (text === undefined) {
      const reason = `Payload Too Large: at most ${settings.maxRequestBytes} bytes`;
      return refuse(413, reason, { Connection: 'close' });
    }
    if (!application.hasRoom()) {
      return refuse(503, 'Too many calls are running; try again soon', { 'Retry-After': '1' });
    }
    const reply = await endpoint.answer({
      headers: request.headers,
      text,
      exchange: {
        caller,
        secrets: secretsFor(request, application.secrets, settings),
        trace: traceOf(request),
      },
      client,
    });
    return request.headers.origin === undefined
      ? reply
      : { ...reply, headers: { ...reply.headers, ...cors } };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const client = createClient();
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
      if (client.gone()) return;
      application.log({ level: 'error', message: error instanceof Error ? error.message : String(error) });
      reply = errorReply(500, -32603, 'Internal server error');
    }
    if (response.destroyed) return;
    await write(response, reply, draining);
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

async function write(response: ServerResponse, reply: HttpReply, last: boolean): Promise<void> {
  const { status, headers, body } = reply;
  const all: Record<string, string | number> = { ...headers };
  if (last) all.Connection = 'close';
  if (body === null) {
    response.writeHead(status, { ...all, 'Content-Length': 0 }).end();
    return;
  }
  if (body instanceof ReadableStream) {
    response.writeHead(status, all);
    for await (const chunk of body) {
      if (response.destroyed) break;
      if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    response.end();
    return;
  }
  // Bytes and not text: of text, Node makes one string with the head, and that into bytes again.
  const pieces = body.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
  all['Content-Length'] = pieces.reduce((sum, { length }) => sum + length, 0);
  response.writeHead(status, all);
  // Corked: all pieces go out by one system call.
  if (pieces.length > 1) response.cork();
  for (const piece of pieces.slice(0, -1)) response.write(piece);
  response.end(pieces.at(-1));
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
