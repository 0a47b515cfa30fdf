import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
// The pool alone: all of undici takes twice as long to load.
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Client } from './client.ts';
import { createDeadlines, type Deadline, type Deadlines } from './deadlines.ts';
import type { Answer, Outgoing } from './tool.ts';

/** Why there is no answer. */
export class NoAnswer extends Error {
  readonly reason: 'connection' | 'timeout' | 'cancelled' | 'unauthorized' | 'internal';
  /** A connection that stood broke: the same request may get through on another one. */
  readonly lost: boolean;
  constructor(reason: NoAnswer['reason'], message: string, lost = false) {
    super(message);
    this.reason = reason;
    this.lost = lost;
  }
}

export function cancelled(): NoAnswer {
  return new NoAnswer('cancelled', 'the call was cancelled');
}

export interface UpstreamSettings {
  /** Sockets per origin; what is more waits. */
  readonly connections: number;
  /** Milliseconds until an attempt is given up. */
  readonly timeout: number;
  /** Client certificate and key, PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface SendOptions {
  readonly client: Client;
  /** Bytes of the body that are kept. */
  readonly limit: number;
}

export interface Upstream {
  readonly send: (request: Outgoing, options: SendOptions) => Promise<Answer<unknown> | NoAnswer>;
  readonly close: () => void;
}

type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const bufferLimit = 256 * 1024 * 1024;

/** A keep-alive HTTP client. Redirects are handed over as they are: a secret must not follow them. */
export function createUpstream(settings: UpstreamSettings): Upstream {
  const pools = new Map<string, Pool>();
  const shared: Shared = { settings, buffered: 0, deadlines: createDeadlines(settings.timeout) };

  function poolOf(origin: string): Pool {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, {
      connections: settings.connections,
      pipelining: 1,
      // Servers close idle connections after 5 s and more: ours go first, or a request would meet a closed one.
      keepAliveTimeout: 4000,
      keepAliveMaxTimeout: 4000,
      // One clock measures a whole attempt, below.
      headersTimeout: 0,
      bodyTimeout: 0,
      connectTimeout: settings.timeout,
      ...(settings.tls === undefined ? {} : { connect: { ...settings.tls } }),
    });
    pools.set(origin, pool);
    return pool;
  }

  return {
    send: ({ url, method, headers, body }, { client, limit }) =>
      new Promise((resolve) => {
        const pathAt = url.indexOf('/', url.indexOf('://') + 3);
        const origin = pathAt < 0 ? url : url.slice(0, pathAt);
        const path = pathAt < 0 ? '/' : url.slice(pathAt);
        const sent = { path, method, headers: headersOf(headers, body?.length ?? 0), body: body ?? null };
        const attempt = new Attempt(shared, origin, method, client, limit, resolve);
        poolOf(origin).dispatch(sent, attempt);
      }),
    close() {
      for (const pool of pools.values()) void pool.destroy();
      pools.clear();
    },
  };
}

/** What the attempts of one client have in common. */
interface Shared {
  readonly settings: UpstreamSettings;
  readonly deadlines: Deadlines;
  /** Bytes of answers that are on their way: many long ones at once must not fill the memory. */
  buffered: number;
}

/** One request on its way: what the pool tells of it, the client who may hang up, and the clock. */
class Attempt implements Dispatcher.DispatchHandler {
  readonly #shared: Shared;
  readonly #origin: string;
  readonly #method: string;
  readonly #client: Client;
  readonly #limit: number;
  readonly #resolve: (outcome: Answer<unknown> | NoAnswer) => void;
  readonly #hungUp = () => this.#settle(cancelled());
  readonly #deadline: Deadline;
  readonly #chunks: Buffer[] = [];
  #settled = false;
  #size = 0;
  #status = 0;
  #headers: ResponseHeaders = {};
  #decoder: Transform | undefined;
  #running: Dispatcher.DispatchController | undefined;

  constructor(
    shared: Shared,
    origin: string,
    method: string,
    client: Client,
    limit: number,
    resolve: (outcome: Answer<unknown> | NoAnswer) => void,
  ) {
    this.#shared = shared;
    this.#origin = origin;
    this.#method = method;
    this.#client = client;
    this.#limit = limit;
    this.#resolve = resolve;
    const { timeout } = shared.settings;
    this.#deadline = shared.deadlines.add(() =>
      this.#settle(new NoAnswer('timeout', `no answer within ${timeout / 1000} s`)),
    );
    client.onHangUp(this.#hungUp);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#running = controller;
    // It has waited for a connection until nobody wanted it any more.
    if (this.#settled) controller.abort(unwanted);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    this.#status = status;
    this.#headers = headers;
    if (!mayHoldBody(status, headers, this.#method)) return;
    const decoder = decoderOf(headers);
    if (decoder === undefined) return;
    this.#decoder = decoder;
    decoder.on('data', (chunk: Buffer) => this.#take(chunk));
    decoder.on('end', () => this.#finish(false));
    decoder.on('error', (error) => this.#fail(error));
    decoder.on('drain', () => controller.resume());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#decoder === undefined) this.#take(chunk);
    else if (!this.#settled && !this.#decoder.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#decoder === undefined) this.#finish(false);
    else this.#decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #take(chunk: Buffer): void {
    if (this.#settled) return;
    const room = this.#limit - this.#size;
    this.#size += chunk.length;
    this.#shared.buffered += chunk.length;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (this.#shared.buffered > bufferLimit) this.#settle(tooMuch());
    else if (this.#size > this.#limit) this.#finish(true);
  }

  #finish(cut: boolean): void {
    this.#settle(answer(this.#status, this.#headers, wholeOf(this.#chunks), cut));
  }

  #fail(error: Error): void {
    this.#settle(explain(error, this.#origin, this.#status !== 0));
  }

  #settle(outcome: Answer<unknown> | NoAnswer): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#shared.buffered -= this.#size;
    this.#shared.deadlines.delete(this.#deadline);
    this.#client.offHangUp(this.#hungUp);
    this.#resolve(outcome);
    if (outcome instanceof NoAnswer || outcome.cut) {
      this.#running?.abort(unwanted);
      this.#decoder?.destroy();
    }
  }
}

/** What a connection is ended with whose answer is of no use: nobody sees it. */
const unwanted = new Error('the answer is not wanted any more');

/**
 * Names and values in turn, as the pool takes them.
 * @param length of the body: a hook may have changed it since the header was written
 */
function headersOf(pairs: Outgoing['headers'], length: number): string[] {
  const headers: string[] = [];
  for (const [name, given] of pairs) {
    const text = isContentLength(name) ? String(length) : given;
    // Headers are written as Latin-1: this way the bytes are those of UTF-8.
    headers.push(name, /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(text).toString('latin1'));
  }
  return headers;
}

function isContentLength(name: string): boolean {
  return name.length === 14 && name.toLowerCase() === 'content-length';
}

function wholeOf(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}

function lost(message: string): NoAnswer {
  return new NoAnswer('connection', message, true);
}

function tooMuch(): NoAnswer {
  return new NoAnswer('internal', 'this server holds too many long answers at once; try again');
}

/** Whether there is anything to decompress: an empty text is none to the decoders. */
function mayHoldBody(status: number, headers: ResponseHeaders, method: string): boolean {
  return (
    method !== 'HEAD' &&
    status >= 200 &&
    status !== 204 &&
    status !== 304 &&
    headers['content-length'] !== '0'
  );
}

/** What undoes a transfer compression, which is not asked for and sent by some servers all the same. */
function decoderOf(headers: ResponseHeaders): Transform | undefined {
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return undefined;
  switch (String(encoding).toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

function answer(status: number, given: ResponseHeaders, bytes: Buffer, cut: boolean): Answer<unknown> {
  const headers: Record<string, string> = {};
  for (const name in given) {
    const value = given[name];
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return { status, headers, bytes, cut, json: () => JSON.parse(bytes.toString('utf8')) };
}

/**
 * What a failed request means, in words for the model and for the operator.
 * @param answering the head of the answer was there
 */
function explain(error: NodeJS.ErrnoException, origin: string, answering: boolean): NoAnswer {
  const { protocol, host, hostname } = new URL(origin);
  const { code = '', message } = error;
  const failed = (text: string) => new NoAnswer('connection', text);
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_')) {
    return failed(`the answer of ${host} cannot be decompressed (${message})`);
  }
  if (error.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return failed(`what ${host} answers is no HTTP (${message})`);
  }
  // The pool's words for 100 and 101, which only a request that asks for them can get.
  if (message === 'bad response' || message === 'bad upgrade') {
    return failed(`${host} goes on to something that was not asked for (HTTP 100 or 101)`);
  }
  if (answering) return lost('the connection was lost in the middle of the answer');
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failed(`the host ${hostname} is not known`);
    case 'ECONNREFUSED':
      return failed(`${host} refuses connections`);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return lost(`${host} closed the connection without an answer`);
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return new NoAnswer('internal', `the request cannot be sent (${message})`);
  }
  // Errors of the system name their call; EPROTO is the one that stands for TLS.
  if (protocol === 'https:' && (error.syscall === undefined || code === 'EPROTO')) {
    return failed(`no secure connection to ${host}: ${tlsReason(error)}`);
  }
  return failed(`no connection to ${host}: ${code || message}`);
}

/** Why TLS refused: in OpenSSL's words without the code around them, and where a company's own authority is the likely cause, what helps. */
function tlsReason({ code = '', message }: NodeJS.ErrnoException): string {
  const words = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message;
  const unknownAuthority = /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(code);
  return unknownAuthority ? `${words}; NODE_EXTRA_CA_CERTS names a file of authorities to trust` : words;
}
