import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/require.ts';
import { useShopApi } from './shop-api.ts';

const api = useShopApi();
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Listens, and counts the connections that are made. */
async function listen(
  server: Server,
): Promise<{ readonly port: number; readonly connections: () => number }> {
  let count = 0;
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    count += 1;
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, connections: () => count };
}

/** A server that does this with the first bytes of every connection. */
function peer(act: (socket: Socket) => void): Server {
  return createServer((socket) => socket.once('data', () => act(socket)));
}

const routes = needs('jq') ? (['direct'] as const) : (['direct', 'mcp'] as const);

/** A call to that address by a route, with one more attempt where it may help. */
function call(route: string, url: string, env: Readonly<Record<string, string>> = {}) {
  const more = { SHOP_BASE_URL: url, SHOP_MCP_URL: url, SHOP_VIA: route, SHOP_RETRIES: '1' };
  return api.call(['get-item', 'x'], { ...more, ...env });
}

describe.each(routes)('connections that fail, by the route %s', (route) => {
  describe.skipIf(needs('openssl'))('for a reason of TLS are told at once', () => {
    let certificate = '';
    let key = '';
    beforeAll(() => {
      certificate = join(api.wrapper.folder, `${route}.pem`);
      key = join(api.wrapper.folder, `${route}.key`);
      const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
      const names = ['-subj', '/CN=other', '-addext', 'subjectAltName=DNS:other.example'];
      execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', certificate], {
        stdio: 'pipe',
      });
    });
    const secure = (more = {}) =>
      listen(createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate), ...more }));

    it('an authority that nobody knows', async () => {
      const { port, connections } = await secure();
      expect(await call(route, `https://127.0.0.1:${port}`)).toMatchObject({
        status: 6,
        stderr: expect.stringMatching(/no secure connection to .*: .*certificate[\s\S]*CURL_CA_BUNDLE/),
      });
      expect(connections()).toBe(1);
    });

    it('a certificate for another host', async () => {
      const { port, connections } = await secure();
      const env = { CURL_CA_BUNDLE: certificate };
      expect(await call(route, `https://127.0.0.1:${port}`, env)).toMatchObject({
        status: 6,
        stderr: expect.stringContaining('The certificate is for another host: check SHOP_'),
      });
      expect(connections()).toBe(1);
    });

    it('a server that does not speak TLS', async () => {
      const { port, connections } = await listen(peer((socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n')));
      expect(await call(route, `https://127.0.0.1:${port}`)).toMatchObject({
        status: 6,
        stderr: expect.stringContaining('http://'),
      });
      expect(connections()).toBe(1);
    });
  });

  it('in the middle are tried again, in that of the handshake of TLS too', async () => {
    for (const [scheme, act] of [
      ['https', (socket: Socket) => socket.resetAndDestroy()],
      ['https', (socket: Socket) => socket.end()],
      ['http', (socket: Socket) => socket.resetAndDestroy()],
      ['http', (socket: Socket) => socket.end()],
    ] as const) {
      const { port, connections } = await listen(peer(act));
      expect(await call(route, `${scheme}://127.0.0.1:${port}`)).toMatchObject({
        status: 6,
        stderr: expect.stringContaining('was lost before the answer was complete'),
      });
      expect([scheme, connections()]).toEqual([scheme, 2]);
    }
  });

  it('at a proxy that refuses are told at once', async () => {
    const refusing = await listen(peer((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')));
    const env = { https_proxy: `http://127.0.0.1:${refusing.port}` };
    expect(await call(route, 'https://shop.example', env)).toMatchObject({
      status: 6,
      stderr: expect.stringMatching(/by the proxy: .*403[\s\S]*Check https_proxy/),
    });
    expect(refusing.connections()).toBe(1);
    expect(await call(route, 'https://shop.example', { https_proxy: 'http://127.0.0.1:1' })).toMatchObject({
      status: 6,
      stderr: expect.stringContaining('the proxy'),
    });
  });
});
