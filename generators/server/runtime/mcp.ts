import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  classifyInboundRequest,
  createMcpHandler,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Application, Exchange } from './application.ts';
import type { Client } from './client.ts';
import { createDirect } from './direct.ts';
import { isRecord, memberAt, parseExact, parseFinite, unmarkBigints } from './json.ts';
import type { Pieces } from './pieces.ts';
import { authInfoOf, createProtocolServer, legacyVersions } from './protocol.ts';

/** An HTTP answer. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Pieces | ReadableStream<Uint8Array> | null;
}

/** One POST of a client, read and let through by the guards. */
export interface Post extends Omit<Exchange, 'exact'> {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly client: Client;
}

const cancelled: HttpReply = { status: 499, headers: {}, body: null };
const jsonType = { 'Content-Type': 'application/json' };
const streamType = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' };

/**
 * Makes the function that answers POST /mcp, in both eras of the protocol.
 *
 * A tools/list or tools/call that is exactly as it should be is answered directly. Whatever is not (handshakes, batches,
 * missing headers, errors of every kind) goes to the SDK's HTTP handlers, a server per request.
 */
export function createMcpEndpoint(application: Application, options: { readonly direct: boolean }) {
  const direct = createDirect(application);
  const newServer = () =>
    createProtocolServer(application, () => {
      throw new Error('a request over HTTP came without its exchange');
    });
  const handler = createMcpHandler(newServer, { legacy: 'reject' });
  const running = new Map<string, Client>();

  async function answer(post: Post): Promise<HttpReply> {
    let body: unknown;
    try {
      body = parseFinite(post.text);
    } catch {
      return errorReply(
        400,
        -32700,
        'Parse error: the request body is not valid JSON, or a number is too large',
      );
    }
    if (isLegacyNotification(body, post.headers)) {
      cancel(body, post.headers);
      return { status: 202, headers: {}, body: null };
    }
    const { caller, secrets, trace, client, headers } = post;
    const exchange: Exchange = { caller, secrets, trace, exact: exactArguments(post.text) };
    const key = keyOf(headers['mcp-session-id'], memberAt(body, ['id']));
    if (key !== undefined) running.set(key, client);
    try {
      const request = options.direct ? direct.read(body, headers) : undefined;
      const view = application.viewOf(caller);
      const reply =
        request !== undefined && direct.knows(request, view)
          ? okReply(await direct.answer(request, view, exchange, client), acceptsJson(headers))
          : await bySdk(post, body, exchange);
      return client.gone ? cancelled : reply;
    } finally {
      if (key !== undefined && running.get(key) === client) running.delete(key);
    }
  }

  /** `notifications/cancelled` of the older revisions: names a request of the same session. */
  function cancel(body: unknown, headers: IncomingHttpHeaders): void {
    if (memberAt(body, ['method']) !== 'notifications/cancelled') return;
    const key = keyOf(headers['mcp-session-id'], memberAt(body, ['params', 'requestId']));
    if (key !== undefined) running.get(key)?.hangUp();
  }

  /** The long way: the SDK's handlers with a server of its own for each request. */
  async function bySdk(post: Post, body: unknown, exchange: Exchange): Promise<HttpReply> {
    const headers = new Headers();
    for (const [name, value] of Object.entries(post.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const wantsJson = acceptsJson(post.headers);
    // The SDK insists on both; clients that name one of them are served all the same.
    headers.set('accept', 'application/json, text/event-stream');
    const signal = post.client.signal();
    const request = new Request('http://localhost/mcp', { method: 'POST', headers, body: post.text, signal });
    const authInfo = authInfoOf(exchange);
    const route = classifyInboundRequest({
      httpMethod: 'POST',
      ...headerOf('protocolVersionHeader', post.headers['mcp-protocol-version']),
      ...headerOf('mcpMethodHeader', post.headers['mcp-method']),
      ...headerOf('mcpNameHeader', post.headers['mcp-name']),
      body,
    });
    if (route.kind !== 'legacy') {
      const response = await handler.fetch(request, { authInfo, parsedBody: body });
      // This handler answers a plain result as JSON, whatever the client says that it takes.
      return response.ok && !wantsJson && isJson(response)
        ? okReply([unmarkBigints(await response.text())], false)
        : fromResponse(response);
    }
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: wantsJson });
    const server = newServer();
    await server.connect(transport);
    // It never answers a request that has been cancelled.
    const gone = new Promise<undefined>((resolve) => post.client.onHangUp(() => resolve(undefined)));
    const response = await Promise.race([
      transport.handleRequest(request, { authInfo, parsedBody: body }),
      gone,
    ]);
    if (response === undefined || response.body === null || wantsJson) void server.close();
    else post.client.onHangUp(() => void server.close());
    if (response === undefined) return cancelled;
    const reply = fromResponse(response);
    const isHandshake = memberAt(body, ['method']) === 'initialize' && response.ok;
    return isHandshake ? { ...reply, headers: { ...reply.headers, 'mcp-session-id': randomUUID() } } : reply;
  }

  return { answer, close: () => handler.close() };
}

/**
 * A session's id is nothing but a label that tells the requests of one client from those of another, for cancelling:
 * no state hangs on it, and any label is taken, so that every replica can serve every session.
 */
function keyOf(session: string | string[] | undefined, id: unknown): string | undefined {
  if (typeof session !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) return undefined;
  return `${session} ${typeof id} ${id}`;
}

function headerOf<Name extends string>(
  name: Name,
  value: string | string[] | undefined,
): { [key in Name]?: string } {
  return (typeof value === 'string' ? { [name]: value } : {}) as { [key in Name]?: string };
}

function isLegacyNotification(body: unknown, headers: IncomingHttpHeaders): boolean {
  if (!isRecord(body) || body.jsonrpc !== '2.0' || typeof body.method !== 'string' || 'id' in body)
    return false;
  if (memberAt(body, ['params', '_meta', 'io.modelcontextprotocol/protocolVersion']) !== undefined)
    return false;
  const version = headers['mcp-protocol-version'];
  return version === undefined || (typeof version === 'string' && legacyVersions.includes(version));
}

function exactArguments(text: string): object | undefined {
  if (!/\d{16}/.test(text)) return undefined;
  const args = memberAt(parseExact(text), ['params', 'arguments']);
  return isRecord(args) ? args : undefined;
}

function acceptsJson(headers: IncomingHttpHeaders): boolean {
  const { accept } = headers;
  return (
    accept === undefined || !accept.includes('text/event-stream') || /application\/json|\*\/\*/.test(accept)
  );
}

/** A JSON-RPC message as JSON, or as the only event of a stream. */
function okReply(message: Pieces, json: boolean): HttpReply {
  if (json) return { status: 200, headers: jsonType, body: message };
  return { status: 200, headers: streamType, body: ['event: message\ndata: ', ...message, '\n\n'] };
}

function isJson(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/json') === true;
}

function fromResponse(response: Response): HttpReply {
  const headers: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    if (name !== 'connection' && name !== 'content-length') headers[name] = value;
  });
  return { status: response.status, headers, body: response.body && exactDigits(response.body) };
}

/** The SDK sends each message as one chunk. */
function exactDigits(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) =>
        controller.enqueue(Buffer.from(unmarkBigints(Buffer.from(chunk).toString()))),
    }),
  );
}

/** An error of JSON-RPC as an HTTP answer; it belongs to no request of the protocol, so its id is null. */
export function errorReply(
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpReply {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null });
  return { status, headers: { ...jsonType, ...headers }, body: [body] };
}
