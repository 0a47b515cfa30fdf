import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A request as it came over the wire. */
export interface Recorded {
  readonly method: string;
  /** Raw: path and query, nothing decoded. */
  readonly target: string;
  /** Lower-case name → values, in order; bytes as Latin-1. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

export interface Recorder {
  readonly url: string;
  /** Everything that came since the last call. The mark is the first segment of the path. */
  take(mark: string): Recorded[];
  close(): Promise<void>;
}

/**
 * Starts a server on loopback that writes down every request and answers all alike. The first segment of the path says whose request it is.
 * It reads bytes itself: node's own server refuses methods that it does not know.
 */
export async function startRecorder(): Promise<Recorder> {
  const recorded = new Map<string, Recorded[]>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let pending: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (let read = readRequest(pending); read !== undefined; read = readRequest(pending)) {
        pending = pending.subarray(read.length);
        const [, mark = '', target = ''] = /^\/([^/?]*)([\s\S]*)$/.exec(read.request.target) ?? [];
        recorded.set(mark, [...(recorded.get(mark) ?? []), { ...read.request, target }]);
        const body = read.request.method === 'HEAD' ? '' : '{}';
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n${body}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    take: (mark) => {
      const found = recorded.get(mark) ?? [];
      recorded.delete(mark);
      return found;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The request at the start of some bytes (RFC 9112), and how long it is; undefined as long as it is not all there. */
function readRequest(bytes: Buffer): { request: Recorded; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [start = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const [method = '', target = ''] = start.split(' ');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(at + 1).replace(/^[ \t]+|[ \t]+$/g, '')]);
  }
  const after = bytes.subarray(end + 4);
  const read =
    headers.get('transfer-encoding')?.join() === 'chunked'
      ? readChunks(after)
      : readSized(after, Number(headers.get('content-length')?.[0] ?? 0));
  return read && { request: { method, target, headers, body: read.body }, length: end + 4 + read.length };
}

function readSized(bytes: Buffer, size: number): { body: Buffer; length: number } | undefined {
  return bytes.length < size ? undefined : { body: bytes.subarray(0, size), length: size };
}

function readChunks(bytes: Buffer): { body: Buffer; length: number } | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, line).toString(), 16);
    at = line + 2;
    if (bytes.length < at + size + 2) return undefined;
    chunks.push(bytes.subarray(at, at + size));
    at += size + 2;
    if (size === 0) return { body: Buffer.concat(chunks), length: at };
  }
}
