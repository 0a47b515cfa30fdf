import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { needs } from '../support/require.ts';
import { callTool, start, writeServer } from './harness.ts';
import { argument, bind, operation, parameter, planOf, string } from './plans.ts';

const id = argument('id', string, { required: true });
const byId = { parameters: [parameter('path', 'id')], bindings: [bind(['path', 'id'])] };
const plan = planOf([
  operation('get_thing', 'GET', '/things/{id}', [id], byId),
  operation('head_thing', 'HEAD', '/things/{id}', [id], byId),
  operation('post_thing', 'POST', '/things/{id}', [id], byId),
]);

let folder: string;
beforeAll(async () => {
  folder = await writeServer(plan);
});

/** Where something listens, and how often it was connected to. */
async function listen(
  server: Server,
): Promise<{ readonly host: string; readonly connections: () => number }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => sockets.length };
}

/** Answers whatever comes with these bytes. */
function answering(bytes: string | Buffer, { closes = false } = {}): Server {
  return net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => (closes ? socket.end(bytes) : socket.write(bytes)));
  });
}

async function call(tool: string, url: string, env: Readonly<Record<string, string>> = {}) {
  const server = await start(folder, { DEMO_BASE_URL: url, UPSTREAM_TIMEOUT: '10', ...env });
  const { content, isError, _meta } = await callTool(server.url, tool, { id: '1' });
  return { text: content?.[0]?.text ?? '', failed: isError === true, error: _meta?.['mcpgen/error'] };
}

const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const ok = 'HTTP/1.1 200 OK';
const compressed = (name: string, body: Buffer) =>
  Buffer.concat([Buffer.from(head(ok, `Content-Encoding: ${name}`, `Content-Length: ${body.length}`)), body]);

describe('odd answers that are answers', () => {
  test.each<[string, string, string | Buffer, string]>([
    [
      'interim answers before it',
      'get_thing',
      `${head('HTTP/1.1 102 Processing')}${head('HTTP/1.1 103 Early Hints', 'Link: </a>')}${head(ok, 'Content-Length: 2')}{}`,
      '{}',
    ],
    [
      'chunks with extensions and trailers',
      'get_thing',
      `${head(ok, 'Transfer-Encoding: chunked', 'Trailer: X')}2;a=b\r\n[1\r\n1\r\n]\r\n0\r\nX: y\r\n\r\n`,
      '[1]',
    ],
    ['gzip that nobody asked for', 'get_thing', compressed('gzip', gzipSync('{"a":1}')), '{"a":1}'],
    ['brotli', 'get_thing', compressed('BR', brotliCompressSync('{"a":1}')), '{"a":1}'],
    ['nothing, compressed', 'get_thing', compressed('gzip', Buffer.alloc(0)), 'Done: HTTP 200'],
    [
      '204 that speaks of compression',
      'post_thing',
      head('HTTP/1.1 204 No Content', 'Content-Encoding: gzip'),
      'Done: HTTP 204',
    ],
    [
      'HEAD that speaks of compression',
      'head_thing',
      head(ok, 'Content-Encoding: gzip', 'Content-Length: 99'),
      'Done: HTTP 200',
    ],
  ])('%s', async (_title, tool, bytes, text) => {
    const { host, connections } = await listen(answering(bytes));
    const answer = await call(tool, `http://${host}`);
    expect(answer).toMatchObject({ failed: false, text: expect.stringContaining(text) });
    expect(connections()).toBe(1);
  });

  test('one without a length ends with its connection', async () => {
    const { host } = await listen(answering(`${head(ok)}{"a":1}`, { closes: true }));
    expect(await call('get_thing', `http://${host}`)).toMatchObject({ failed: false, text: '{"a":1}' });
  });
});

describe('what can never succeed is tried once', () => {
  test.each<[string, string | Buffer, RegExp]>([
    [
      'a 100 that nobody asked for',
      `${head('HTTP/1.1 100 Continue')}${head(ok, 'Content-Length: 2')}{}`,
      /not asked for/,
    ],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', /what .* answers is no HTTP/],
    [
      'a body that is not compressed as it says',
      compressed('gzip', Buffer.from('{}')),
      /cannot be decompressed/,
    ],
    [
      'a compressed body without its end',
      compressed('gzip', gzipSync('x'.repeat(99)).subarray(0, 20)),
      /cannot be decompressed/,
    ],
  ])('%s', async (_title, bytes, message) => {
    const { host, connections } = await listen(answering(bytes));
    const answer = await call('get_thing', `http://${host}`);
    expect(answer).toEqual({ failed: true, error: 'connection', text: expect.stringMatching(message) });
    expect(connections()).toBe(1);
  });

  test('a host that nobody knows', async () => {
    const answer = await call('get_thing', 'http://no-such-host.invalid');
    expect(answer).toMatchObject({ error: 'connection', text: expect.stringContaining('is not known') });
  });

  test('HTTPS where plain HTTP is spoken', async () => {
    const { host, connections } = await listen(answering(`${head(ok, 'Content-Length: 2')}{}`));
    const answer = await call('get_thing', `https://${host}`);
    expect(answer).toMatchObject({
      error: 'connection',
      text: expect.stringContaining('no secure connection'),
    });
    expect(connections()).toBe(1);
  });

  describe.skipIf(needs('openssl'))('certificates', () => {
    const secure = (name: string) => {
      const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=Test', '-addext', `subjectAltName=${name}`];
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
      execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...files], { stdio: 'ignore' });
      const [pem, certificate] = [
        readFileSync(join(folder, 'key.pem')),
        readFileSync(join(folder, 'cert.pem')),
      ];
      return tls.createServer({ key: pem, cert: certificate }, (socket) => {
        socket.on('error', () => {});
        socket.on('data', () => socket.write(`${head(ok, 'Content-Length: 2')}{}`));
      });
    };

    test('of an authority that nobody knows: with what helps', async () => {
      const { host, connections } = await listen(secure('IP:127.0.0.1'));
      const answer = await call('get_thing', `https://${host}`);
      expect(answer).toEqual({
        failed: true,
        error: 'connection',
        text: expect.stringMatching(
          /no secure connection to .*: self-signed certificate; NODE_EXTRA_CA_CERTS/,
        ),
      });
      expect(connections()).toBe(1);
      const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') };
      expect(await call('get_thing', `https://${host}`, trusted)).toMatchObject({
        failed: false,
        text: '{}',
      });
    });

    test('for another host', async () => {
      const { host, connections } = await listen(secure('DNS:other.example'));
      const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') };
      const answer = await call('get_thing', `https://${host}`, trusted);
      expect(answer).toMatchObject({ error: 'connection', text: expect.stringContaining('does not match') });
      expect(connections()).toBe(1);
    });
  });
});

test.each([
  ['before the answer', '', 'closed the connection'],
  ['in the middle of it', `${head(ok, 'Content-Length: 99')}{"a"`, 'lost in the middle'],
])('a connection that breaks %s: a read is tried again, a write is not', async (_title, bytes, message) => {
  const { host, connections } = await listen(answering(bytes, { closes: true }));
  const written = await call('post_thing', `http://${host}`);
  expect(written).toMatchObject({
    error: 'connection',
    text: expect.stringContaining(message),
  });
  expect(connections()).toBe(1);
  expect(await call('get_thing', `http://${host}`)).toMatchObject({ error: 'connection' });
  expect(connections()).toBe(1 + 4);
});
