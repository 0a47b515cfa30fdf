import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Client } from '../../generators/server/runtime/client.ts';
import { createAuthorizer } from '../../generators/server/runtime/credentials.ts';
import { NoAnswer, type Upstream } from '../../generators/server/runtime/upstream.ts';
import { needs } from '../support/require.ts';
import { callTool, type Received, standIn, start, writeServer } from './harness.ts';
import { argument, bind, operation, parameter, planOf, string } from './plans.ts';

const byId = { parameters: [parameter('path', 'id')], bindings: [bind(['path', 'id'])] };
const things = (security: string) =>
  operation('get_thing', 'GET', '/things/{id}', [argument('id', string, { required: true })], byId, {
    security: [[security]],
  });

describe('OAuth 2 by the client-credentials grant', () => {
  const secrets = { DEMO_CLIENT_ID: 'id:ä', DEMO_CLIENT_SECRET: 'sec ret' };
  let folder: string;
  beforeAll(async () => {
    folder = await writeServer(
      planOf([things('oauth')], {
        credentials: [
          {
            id: 'oauth',
            description: '',
            kind: 'oauth2',
            // The port of the stand-in is not known before the test.
            tokenUrl: 'http://127.0.0.1:59999/token',
            scopes: ['read', 'write'],
            env: { token: 'DEMO_TOKEN', clientId: 'DEMO_CLIENT_ID', clientSecret: 'DEMO_CLIENT_SECRET' },
          },
        ],
      }),
    );
  });

  /** An API with a token endpoint, and the server in front of it. */
  async function world(
    grant: (response: ServerResponse, number: number) => void,
    accepts: (token: string) => boolean = () => true,
    env: Readonly<Record<string, string>> = secrets,
  ) {
    let grants = 0;
    const api = await standIn((request: Received, response) => {
      response.setHeader('Content-Type', 'application/json');
      if (request.url === '/token') {
        grants += 1;
        grant(response, grants);
        return;
      }
      const shown = String(request.headers.authorization);
      response.statusCode = accepts(shown) ? 200 : 401;
      response.end(JSON.stringify({ shown }));
    });
    const bundle = join(folder, 'dist', 'server.mjs');
    const text = readFileSync(bundle, 'utf8');
    writeFileSync(bundle, text.replace(/http:\/\/127\.0\.0\.1:\d+\/token/, `${api.url}/token`));
    const server = await start(folder, { DEMO_BASE_URL: api.url, ...env });
    const call = async () => callTool(server.url, 'get_thing', { id: '1' });
    return { api, server, call, grants: () => grants };
  }

  const give = (token: string, seconds?: number) => (response: ServerResponse) =>
    response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: seconds }));

  test('one token for many calls, also for those that ask at the same time', async () => {
    const { call, grants, api } = await world((response) =>
      setTimeout(() => give('t1', 3600)(response), 100),
    );
    const results = await Promise.all(Array.from({ length: 20 }, call));
    results.push(await call());
    expect(new Set(results.map(({ content }) => content?.[0]?.text))).toEqual(
      new Set(['{"shown":"Bearer t1"}']),
    );
    expect(grants()).toBe(1);
    const asked = api.received.find(({ url }) => url === '/token');
    // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
    expect(asked?.headers.authorization).toBe(
      `Basic ${Buffer.from('id%3A%C3%A4:sec%20ret').toString('base64')}`,
    );
    expect(asked?.body.toString()).toBe('grant_type=client_credentials&scope=read%20write');
  });

  test('a token that has ended is replaced before it is used', async () => {
    const { call, grants } = await world((response, number) =>
      give(`t${number}`, number === 1 ? 0 : 3600)(response),
    );
    await call();
    expect((await call()).content?.[0]?.text).toBe('{"shown":"Bearer t2"}');
    expect((await call()).content?.[0]?.text).toBe('{"shown":"Bearer t2"}');
    expect(grants()).toBe(2);
  });

  test('a token that the API refuses is replaced once, by one request for all calls', async () => {
    const { call, grants } = await world(
      (response, number) => give(`t${number}`, 3600)(response),
      (shown) => shown === 'Bearer t2',
    );
    const results = await Promise.all(Array.from({ length: 10 }, call));
    expect(results.every(({ isError }) => isError !== true)).toBe(true);
    expect(grants()).toBe(2);
  });

  test('an API that refuses every token is not asked for ever', async () => {
    const { call, grants, api } = await world(
      (response, number) => give(`t${number}`, 3600)(response),
      () => false,
    );
    expect((await call()).isError).toBe(true);
    expect(grants()).toBe(2);
    expect(api.received.filter(({ url }) => url !== '/token')).toHaveLength(2);
  });

  test.each([
    [
      'refuses',
      (response: ServerResponse) => response.writeHead(401).end('{"error":"invalid_client"}'),
      /401.*invalid_client/,
    ],
    ['fails', (response: ServerResponse) => response.writeHead(500).end('oops'), /500/],
    ['gives no token', (response: ServerResponse) => response.end('{}'), /no token/],
    ['hangs up', (response: ServerResponse) => response.destroy(), /closed the connection|lost/],
  ])('a token endpoint that %s: a clear error, no call, nothing secret', async (_title, grant, message) => {
    const { call, api, server } = await world((response) => void grant(response));
    const result = await call();
    expect(result.isError).toBe(true);
    expect(result.content?.[0]?.text).toContain('token endpoint');
    expect(result.content?.[0]?.text).toMatch(message);
    expect(api.received.every(({ url }) => url === '/token')).toBe(true);
    expect(JSON.stringify(result) + server.output()).not.toContain('sec ret');
  });

  test('a ready token needs no grant', async () => {
    const { call, grants } = await world(give('t1'), undefined, { DEMO_TOKEN: 'ready' });
    expect((await call()).content?.[0]?.text).toBe('{"shown":"Bearer ready"}');
    expect(grants()).toBe(0);
  });
});

describe.skipIf(needs('openssl'))('mutual TLS', () => {
  const keys = mkdtempSync(join(tmpdir(), 'mcpgen-tls-'));
  const file = (name: string) => join(keys, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: keys, stdio: 'ignore' });
  let folder: string;

  beforeAll(async () => {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA');
    for (const name of ['server', 'client']) {
      writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1');
      openssl(
        'req',
        ...curve.slice(0, 5),
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
      );
      const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
      openssl('x509', '-req', '-in', `${name}.csr`, ...ca, '-extfile', 'names', '-out', `${name}.pem`);
    }
    folder = await writeServer(
      planOf([things('mtls')], {
        credentials: [
          {
            id: 'mtls',
            description: '',
            kind: 'mutualTls',
            env: { certificate: 'DEMO_CLIENT_CERT', key: 'DEMO_CLIENT_KEY' },
          },
        ],
      }),
    );
  });
  afterAll(() => rmSync(keys, { recursive: true, force: true }));

  /** An API that tells whose certificate it has seen, and lets nobody in without one of its authority. */
  async function api(): Promise<string> {
    const pem = (name: string) => readFileSync(file(name));
    const options = { key: pem('server.key'), cert: pem('server.pem'), ca: pem('ca.pem') };
    const server = https.createServer(
      { ...options, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate();
        response.end(JSON.stringify({ name: subject.CN }));
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const text = (name: string) => readFileSync(file(name), 'utf8');
  test.each([
    ['as PEM text', () => ({ DEMO_CLIENT_CERT: text('client.pem'), DEMO_CLIENT_KEY: text('client.key') })],
    ['as paths', () => ({ DEMO_CLIENT_CERT: file('client.pem'), DEMO_CLIENT_KEY: file('client.key') })],
    [
      'as *_FILE',
      () => ({ DEMO_CLIENT_CERT_FILE: file('client.pem'), DEMO_CLIENT_KEY_FILE: file('client.key') }),
    ],
  ])('key and certificate %s', async (_title, env) => {
    const url = await api();
    const server = await start(folder, { DEMO_BASE_URL: url, NODE_EXTRA_CA_CERTS: file('ca.pem'), ...env() });
    const results = await Promise.all(
      [1, 2].map((id) => callTool(server.url, 'get_thing', { id: String(id) })),
    );
    expect(results.map(({ content }) => content?.[0]?.text)).toEqual(Array(2).fill('{"name":"client"}'));
    expect(server.output()).not.toContain('PRIVATE KEY');
  });

  test('without them nothing is sent; an authority that nobody knows is refused', async () => {
    const url = await api();
    const bare = await start(folder, { DEMO_BASE_URL: url, NODE_EXTRA_CA_CERTS: file('ca.pem') });
    const missing = await callTool(bare.url, 'get_thing', { id: '1' });
    expect(missing.isError).toBe(true);
    expect(missing.content?.[0]?.text).toMatch(/DEMO_CLIENT_CERT and DEMO_CLIENT_KEY/);
    const env = { DEMO_CLIENT_CERT: file('client.pem'), DEMO_CLIENT_KEY: file('client.key') };
    const trusting = await start(folder, { DEMO_BASE_URL: url, ...env });
    const unknown = await callTool(trusting.url, 'get_thing', { id: '1' });
    expect(unknown.isError).toBe(true);
    expect(unknown.content?.[0]?.text).toMatch(/SELF_SIGNED|UNABLE_TO|certificate/);
  });

  test('a key that is none is said at start', async () => {
    const server = start(folder, { DEMO_CLIENT_CERT: file('client.pem'), DEMO_CLIENT_KEY: file('nothing') });
    await expect(server).rejects.toThrow(/DEMO_CLIENT_KEY/);
  });
});

test('of secrets that go together, one that cannot be sent leaves no other one waiting alone', async () => {
  const upstream: Upstream = {
    send: async () => new NoAnswer('connection', 'it is away'),
    close: () => {},
  };
  const env = { token: 'T', clientId: 'I', clientSecret: 'S' };
  const key = { kind: 'key', in: 'header', name: 'X-Key', prefix: '', env: { secret: 'K' } } as const;
  const oauth = { kind: 'oauth2', tokenUrl: 'http://127.0.0.1:9/token', scopes: [], env } as const;
  const { authorize } = createAuthorizer({ oauth, key }, upstream);
  const secrets = (name: string) => ({ I: 'id', S: 'secret', K: 'a\nb' })[name];
  // The rejection of the token would end the process, and here the test.
  await expect(async () => authorize([['oauth', 'key']], secrets, new Client())).rejects.toThrow(
    /line break/,
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
});
