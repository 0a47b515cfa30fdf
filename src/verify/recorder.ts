import { createServer, type IncomingMessage } from 'node:http';

/** A request as it arrived, without what every client adds in its own way. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query, nothing decoded. */
  readonly target: string;
  /** `name: value` in lower case names, sorted. */
  readonly headers: readonly string[];
  /** Bytes as Latin-1. */
  readonly body: string;
}

/** What the recorder says to everything. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
}

export interface Recorder {
  readonly url: string;
  /** All requests since the last call of it. */
  readonly take: () => readonly RecordedRequest[];
  readonly answerWith: (answer: Answer) => void;
  readonly close: () => Promise<void>;
}

/** Headers in which two clients may differ without asking for anything else. */
const CLIENT = new Set([
  'host',
  'connection',
  'keep-alive',
  'user-agent',
  'accept-encoding',
  'content-length',
  'transfer-encoding',
  'expect',
]);

/**
 * Starts a server that stands in for an API: it writes down every request and gives the answer that it was told.
 * @param socket path of a Unix socket to listen on; undefined: a free port of loopback
 */
export async function startRecorder(socket?: string): Promise<Recorder> {
  let requests: RecordedRequest[] = [];
  let answer: Answer = { status: 200, contentType: 'application/json', body: '{}' };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push(record(request, Buffer.concat(chunks)));
      const bare = answer.status === 204;
      response.writeHead(answer.status, bare ? {} : { 'Content-Type': answer.contentType });
      response.end(bare || request.method === 'HEAD' ? '' : answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    if (socket === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(socket, resolve);
  });
  const address = server.address();
  return {
    url: typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '',
    take: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    answerWith: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function record(request: IncomingMessage, bytes: Buffer): RecordedRequest {
  const boundary = /boundary="?([^";]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  // Every client makes up its own boundary.
  const neutral = (text: string) => (boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY'));
  const headers: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    if (!CLIENT.has(name)) headers.push(`${name}: ${neutral(request.rawHeaders[index + 1] ?? '')}`);
  }
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    headers: headers.sort(),
    body: neutral(bytes.toString('latin1')),
  };
}

/**
 * Says in what two lists of requests differ.
 * @returns one line per difference; none where they are the same
 */
export function compareRequests(
  expected: readonly RecordedRequest[],
  actual: readonly RecordedRequest[],
): readonly string[] {
  if (expected.length !== actual.length) {
    return [`${actual.length} requests instead of ${expected.length}`];
  }
  return expected.flatMap((one, index) => {
    const other = actual[index];
    if (other === undefined) return [];
    const differences: string[] = [];
    for (const part of ['method', 'target', 'body'] as const) {
      if (one[part] !== other[part])
        differences.push(
          `${part}: ${around(other[part], one[part])} instead of ${around(one[part], other[part])}`,
        );
    }
    const lost = one.headers.filter((line) => !other.headers.includes(line));
    const added = other.headers.filter((line) => !one.headers.includes(line));
    if (lost.length > 0 || added.length > 0) {
      differences.push(`headers: ${added.join('; ') || 'none'} instead of ${lost.join('; ') || 'none'}`);
    }
    return differences;
  });
}

/** The part of a text around the place where it first differs from another, as JSON. */
export function around(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at++;
  const from = Math.max(0, at - 40);
  const shown = text.slice(from, at + 80);
  return JSON.stringify(`${from > 0 ? '…' : ''}${shown}${at + 80 < text.length ? '…' : ''}`);
}
