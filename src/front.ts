import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { PAGE_HEADERS } from '../generators/hub/page.ts';

/** A generated server that runs behind the front. */
export interface Backend {
  readonly port: number;
  /** Told once nothing that came through the front is under way in it any more. */
  readonly retire: () => void;
}

/** What a person reaches on the port of `mcpgen serve`: the overview page at `/`, the generated server at every other path. */
export interface Front {
  readonly port: number;
  /** From now on this page and this server answer. What the server before is doing is finished first. */
  readonly show: (page: string, backend: Backend) => void;
  /** Takes no new calls and waits for those under way. */
  readonly close: () => Promise<void>;
}

/** Long enough for what a call may take; a server that is told to end finishes its calls anyway. */
const PATIENCE = 10_000;

interface Shown {
  readonly page: string;
  readonly backend: Backend;
  calls: number;
  /** Called when there is no call any more. */
  idle: () => void;
}

/**
 * Listens on the loopback interface.
 * @param port 0: any that is free
 * @throws if the port is taken
 */
export async function createFront(port: number): Promise<Front> {
  let shown: Shown | undefined;
  const server = createServer((incoming, response) => {
    if (shown === undefined) return fail(response, 503, 'starting');
    const path = (incoming.url ?? '/').replace(/\?.*$/s, '');
    if (path !== '/') return forward(incoming, response, shown);
    // A page of another site must not reach this one by a name that it has made up (DNS rebinding).
    if (!/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(incoming.headers.host ?? '')) {
      return fail(response, 403, 'this host name is not served here');
    }
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
      return fail(response, 405, 'the MCP endpoint is /mcp');
    }
    response.writeHead(200, { ...PAGE_HEADERS, 'Content-Length': Buffer.byteLength(shown.page) });
    response.end(incoming.method === 'HEAD' ? undefined : shown.page);
  });
  server.listen(port, '127.0.0.1');
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => Promise.reject(error)),
  ]);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    show: (page, backend) => {
      const before = shown;
      shown = { page, backend, calls: 0, idle: () => undefined };
      if (before === undefined) return;
      const timer = setTimeout(before.backend.retire, PATIENCE);
      before.idle = () => {
        clearTimeout(timer);
        before.backend.retire();
      };
      if (before.calls === 0) before.idle();
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

/** Hands a request to the server as it is, and its answer back as it comes. */
function forward(incoming: IncomingMessage, response: ServerResponse, to: Shown): void {
  to.calls += 1;
  response.once('close', () => {
    to.calls -= 1;
    if (to.calls === 0) to.idle();
  });
  const { method, url: path, headers } = incoming;
  const outgoing = request(
    { host: '127.0.0.1', port: to.backend.port, agent: false, method, path, headers: endToEnd(headers) },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      answer.pipe(response);
    },
  );
  outgoing.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else fail(response, 502, `the server does not answer: ${error.message}`);
  });
  // A caller who hangs up is no longer waited for.
  response.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

/** Headers without those that are about one connection. */
function endToEnd<Headers extends IncomingMessage['headers']>(headers: Headers) {
  const { connection: _connection, 'keep-alive': _keepAlive, ...rest } = headers;
  return rest;
}

/** An error as MCP clients read it. */
function fail(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }));
}
