import http from 'node:http';
import https from 'node:https';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Client } from './client.ts';
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

interface Target {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly secure: boolean;
}

const bufferLimit = 256 * 1024 * 1024;

/** A keep-alive HTTP client. Redirects are handed over as they are: a secret must not follow them. */
export function createUpstream(settings: UpstreamSettings): Upstream {
  // Servers close idle connections after 5 s and more: ours go first, or a request would meet a closed one.
  const agentOptions = { keepAlive: true, maxSockets: settings.connections, timeout: 4000 };
  const agents = {
    http: new http.Agent(agentOptions),
    https: new https.Agent({ ...agentOptions, ...settings.tls }),
  };
  const targets = new Map<string, Target>();
  // Bytes of answers that are on their way: many long ones at once must not fill the memory.
  let buffered = 0;

  function targetOf(origin: string): Target {
    const known = targets.get(origin);
    if (known !== undefined) return known;
    const url = new URL(origin);
    const target = {
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      secure: url.protocol === 'https:',
    };
    targets.set(origin, target);
    return target;
  }

  function optionsOf({ url, method, headers, body }: Outgoing): https.RequestOptions & { target: Target } {
    const pathAt = url.indexOf('/', url.indexOf('://') + 3);
    const target = targetOf(pathAt < 0 ? url : url.slice(0, pathAt));
    return {
      target,
      agent: target.secure ? agents.https : agents.http,
      hostname: target.hostname,
      port: target.port,
      method,
      path: pathAt < 0 ? '/' : url.slice(pathAt),
      headers: headersOf(headers, body?.length ?? 0),
    };
  }

  function send(request: Outgoing, { client, limit }: SendOptions): Promise<Answer<unknown> | NoAnswer> {
    return new Promise((resolve) => {
      const { target, ...options } = optionsOf(request);
      const sent = target.secure ? https.request(options) : http.request(options);
      // Methods have case (RFC 9110, section 9.1), which Node changes.
      sent.method = request.method;
      let settled = false;
      let size = 0;
      const settle = (outcome: Answer<unknown> | NoAnswer): void => {
        if (settled) return;
        settled = true;
        buffered -= size;
        clearTimeout(timer);
        stopListening();
        resolve(outcome);
        if (outcome instanceof NoAnswer || outcome.cut) sent.destroy();
      };
      const timer = setTimeout(
        () => settle(new NoAnswer('timeout', `no answer within ${settings.timeout / 1000} s`)),
        settings.timeout,
      );
      const stopListening = client.onHangUp(() => settle(cancelled()));
      const fail = (error: NodeJS.ErrnoException) => settle(explain(error, target));
      sent.on('error', fail);
      sent.on('response', (response) => {
        // Told before what the decoder makes of it.
        response.on('error', () => settle(lost('the connection was lost in the middle of the answer')));
        const chunks: Buffer[] = [];
        const finish = (cut: boolean) => settle(answer(response, Buffer.concat(chunks), cut));
        const body = mayHoldBody(response, request.method) ? decoded(response) : response;
        body.on('data', (chunk: Buffer) => {
          if (settled) return;
          const room = limit - size;
          size += chunk.length;
          buffered += chunk.length;
          chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
          if (buffered > bufferLimit) settle(tooMuch());
          else if (size > limit) finish(true);
        });
        body.on('end', () => finish(false));
        body.on('error', fail);
      });
      sent.end(request.body);
    });
  }

  return {
    send,
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** @param length of the body: a hook may have changed it since the header was written */
function headersOf(pairs: Outgoing['headers'], length: number): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, given] of pairs) {
    const text = /^content-length$/i.test(name) ? String(length) : given;
    // Node writes headers as Latin-1: this way the bytes are those of UTF-8.
    const value = /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(text).toString('latin1');
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

function lost(message: string): NoAnswer {
  return new NoAnswer('connection', message, true);
}

function tooMuch(): NoAnswer {
  return new NoAnswer('internal', 'this server holds too many long answers at once; try again');
}

/** Whether there is anything to decompress: an empty text is none to the decoders. */
function mayHoldBody({ statusCode, headers }: http.IncomingMessage, method: string): boolean {
  return method !== 'HEAD' && statusCode !== 204 && statusCode !== 304 && headers['content-length'] !== '0';
}

/** The body without its transfer compression, which is not asked for and sent by some servers all the same. */
function decoded(response: http.IncomingMessage): NodeJS.ReadableStream {
  switch (response.headers['content-encoding']?.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return response.pipe(createGunzip());
    case 'deflate':
      return response.pipe(createInflate());
    case 'br':
      return response.pipe(createBrotliDecompress());
    default:
      return response;
  }
}

function answer(response: http.IncomingMessage, bytes: Buffer, cut: boolean): Answer<unknown> {
  // Node joins repeated headers itself, all but this one.
  const { 'set-cookie': cookies, ...headers } = response.headers;
  if (cookies !== undefined) headers['set-cookie'] = cookies.join(', ');
  return {
    status: response.statusCode ?? 0,
    headers: headers as Record<string, string>,
    bytes,
    cut,
    json: () => JSON.parse(bytes.toString('utf8')),
  };
}

/** What a failed request means, in words for the model and for the operator. */
function explain(error: NodeJS.ErrnoException, target: Target): NoAnswer {
  const where = target.port === '' ? target.hostname : `${target.hostname}:${target.port}`;
  const { code = '', message } = error;
  const failed = (text: string) => new NoAnswer('connection', text);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failed(`the host ${target.hostname} is not known`);
    case 'ECONNREFUSED':
      return failed(`${where} refuses connections`);
    case 'ECONNRESET':
    case 'EPIPE':
      return lost(`${where} closed the connection without an answer`);
  }
  if (code.startsWith('HPE_')) return failed(`what ${where} answers is no HTTP (${message})`);
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_')) {
    return failed(`the answer of ${where} cannot be decompressed (${message})`);
  }
  // Errors of the system name their call; EPROTO is the one that stands for TLS.
  if (target.secure && (error.syscall === undefined || code === 'EPROTO')) {
    return failed(`no secure connection to ${where}: ${tlsReason(error)}`);
  }
  return failed(`no connection to ${where}: ${code || message}`);
}

/** Why TLS refused: in OpenSSL's words without the code around them, and where a company's own authority is the likely cause, what helps. */
function tlsReason({ code = '', message }: NodeJS.ErrnoException): string {
  const words = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message;
  const unknownAuthority = /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(code);
  return unknownAuthority ? `${words}; NODE_EXTRA_CA_CERTS names a file of authorities to trust` : words;
}
