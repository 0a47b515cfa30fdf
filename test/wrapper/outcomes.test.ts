import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeServer } from '../server/harness.ts';
import { needs } from '../support/require.ts';
import { type RunningServer, startServer } from '../wire/callers.ts';
import { answer, secrets, useShopApi } from './shop-api.ts';
import type { Behaviour, Recorded } from './support.ts';

/**
 * Every exit status on both routes, before an API that really behaves so: directly, and by the server that a build makes.
 *
 * | status | here                                          | besides, on both routes too                                      |
 * |--------|-----------------------------------------------|------------------------------------------------------------------|
 * | 0      | 0: the body as it came                        | safety, direct, mcp                                              |
 * | 1      | 1: the wrapper itself cannot go on            | surroundings: a standard output that takes nothing               |
 * | 2      | 2: nothing is sent                            | mistakes, statuses; transport: an --output that cannot be        |
 * | 3      | 3: no secret, or one that is refused          | credentials; mcp: a token that the server refuses                |
 * | 4      | 4: HTTP 400, 404, 409, 422, 302               | graphql: errors without data, success: false                     |
 * | 5      | 5: HTTP 500, 502, 503, 504; 5 no more         | mcp: a server that fails itself                                  |
 * | 6      | 6: reset, cut, nobody listens                 | connections: TLS, proxies; mcp: a hub that does not reach it     |
 * | 7      | 7: the API hangs, or stops in the middle      |                                                                  |
 * | 8      |                                               | graphql: exit status from the answer                             |
 * | 9      | 9: limited after the retries                  | graphql: RATELIMITED in the answer                               |
 * | 130    | 130: interrupted while the API thinks         |                                                                  |
 */
const api = useShopApi();
let folder: string;
let server: RunningServer;
const others: RunningServer[] = [];

async function serve(env: Readonly<Record<string, string>>): Promise<RunningServer> {
  return startServer(join(folder, 'dist/server.mjs'), {
    SHOP_BASE_URL: `${api.recorder.url}/v1`,
    LOG: '0',
    ...env,
  });
}

/** A server of its own for one test. */
async function other(env: Readonly<Record<string, string>>): Promise<string> {
  const started = await serve(env);
  others.push(started);
  return started.url;
}

beforeAll(async () => {
  folder = await writeServer(api.wrapper.plan);
  server = await serve(secrets);
}, 120_000);
afterAll(async () => {
  await Promise.all([server, ...others].map((started) => started.stop()));
});

const routes = needs('jq') ? (['direct'] as const) : (['direct', 'mcp'] as const);
describe.each(routes)('exit status by the route %s', (route) => {
  /** The environment of a call; by MCP it has no secret of the API. */
  const environment = () => ({
    SHOP_VIA: route,
    SHOP_MCP_URL: server.url,
    SHOP_RETRIES: '3',
    ...(route === 'mcp' ? { SHOP_API_KEY: '', SHOP_BASE_URL: 'http://127.0.0.1:1' } : {}),
  });
  const call = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    api.call(words, { ...environment(), ...env });
  const get = ['get-item', 'x'];
  const create = ['create-item', '--name', 'x'];
  const sent = () => api.recorder.requests.length;

  it('0: the body as it came, each byte', async () => {
    const body = '{"a": 1.0, "b":12345678901234567890,\n "é":"\\u00e9"}\n\n';
    api.recorder.behave(answer(200, body, { 'content-type': 'application/json' }));
    expect(await call(get)).toMatchObject({ status: 0, stdout: Buffer.from(body), stderr: '' });
    api.recorder.behave(answer(204, ''));
    expect(await call(create)).toMatchObject({ status: 0, stdout: Buffer.alloc(0), stderr: '' });
  });

  it('1: the wrapper itself cannot go on', async () => {
    const bin = join(api.wrapper.folder, `bin-${route}`);
    mkdirSync(bin);
    for (const name of ['bash', 'env']) symlinkSync(`/usr/bin/${name}`, join(bin, name));
    // Neither curl nor jq.
    expect(await call(get, { PATH: bin })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/(curl was not found|needs jq)[\s\S]*Install/),
    });
    expect(sent()).toBe(0);
  });

  it('2: nothing is sent', async () => {
    for (const words of [
      ['get-item'],
      [...get, '--nope', 'x'],
      ['list-items', '--limit', '0'],
      ['get-itm'],
      ['get-item', '..'],
    ])
      expect([words, await call(words)]).toMatchObject([words, { status: 2, stdout: Buffer.alloc(0) }]);
    expect(sent()).toBe(0);
  });

  it('3: no secret, or one that is refused', async () => {
    const without = { SHOP_API_KEY: '', ...(route === 'mcp' ? { SHOP_MCP_URL: await other({}) } : {}) };
    expect(await call(get, without)).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('SHOP_API_KEY'),
    });
    expect(sent()).toBe(0);
    for (const status of [401, 403]) {
      api.recorder.behave(answer(status, '{"message":"Bad credentials"}'));
      expect(await call(get)).toMatchObject({
        status: 3,
        stderr: expect.stringContaining(`HTTP ${status}: Bad credentials`),
      });
    }
    expect(sent()).toBe(2);
  });

  it.each([400, 404, 409, 422, 302])('4: HTTP %d, asked once', async (status) => {
    api.recorder.behave(answer(status, '{"detail":"no such thing"}', { location: 'http://evil.example/' }));
    expect(await call(get)).toMatchObject({
      status: 4,
      stdout: Buffer.alloc(0),
      stderr: expect.stringContaining(`HTTP ${status}: no such thing`),
    });
    expect(sent()).toBe(1);
  });

  it.each([
    [500, get, 1],
    [502, get, 4],
    [503, get, 4],
    [504, get, 4],
    [502, create, 1],
    [503, create, 1],
  ] as const)('5: HTTP %d to %j, asked as often as may be', async (status, words, times) => {
    api.recorder.behave(answer(status, '{"message":"broken"}'));
    expect(await call(words)).toMatchObject({
      status: 5,
      stderr: expect.stringContaining(`HTTP ${status}: broken`),
    });
    expect(sent()).toBe(times);
  });

  it('5 no more: what Retry-After asks for is waited, for any method', async () => {
    const flaky: Behaviour = (_request, response) =>
      sent() === 1 ? response.writeHead(503, { 'retry-after': '1' }).end() : response.end('{"done":true}');
    api.recorder.behave(flaky);
    const before = Date.now();
    expect(await call(create)).toMatchObject({ status: 0, stdout: Buffer.from('{"done":true}') });
    expect(Date.now() - before).toBeGreaterThanOrEqual(1000);
    expect(sent()).toBe(2);
  });

  const reset: Behaviour = (_request, response) => void response.socket?.resetAndDestroy();
  const cut: Behaviour = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"cut":');
    setTimeout(() => response.socket?.destroy(), 50);
  };
  const cutChunks: Behaviour = (_request, response) => {
    response.writeHead(200).write('{"cut":');
    setTimeout(() => response.socket?.destroy(), 50);
  };
  it.each([
    ['is reset', reset, get, 4],
    ['is reset', reset, create, 1],
    ['ends in the body', cut, get, 4],
    ['ends between chunks', cutChunks, create, 1],
    ['ends in a picture', cut, ['get-photo', 'x', '--output', '/dev/null'], 4],
  ] as const)('6: the connection %s', async (_what, behaviour, words, times) => {
    api.recorder.behave(behaviour);
    expect(await call(words)).toMatchObject({ status: 6, stdout: Buffer.alloc(0) });
    expect(sent()).toBe(times);
  });

  it('6: nobody listens', async () => {
    const nobody = 'http://127.0.0.1:1';
    const env =
      route === 'mcp'
        ? { SHOP_MCP_URL: await other({ ...secrets, SHOP_BASE_URL: nobody }) }
        : { SHOP_BASE_URL: nobody };
    expect(await call(create, env)).toMatchObject({ status: 6, stdout: Buffer.alloc(0) });
    if (route === 'mcp')
      expect(await call(create, { SHOP_MCP_URL: `${nobody}/mcp` })).toMatchObject({
        status: 6,
        stderr: expect.stringContaining('SHOP_MCP_URL'),
      });
    expect(sent()).toBe(0);
  });

  it('7: the API hangs, or stops in the middle', async () => {
    const behaviours: Behaviour[] = [
      () => undefined,
      (_request, response) => void response.writeHead(200).write('{"never":'),
    ];
    for (const behaviour of behaviours) {
      api.recorder.behave(behaviour);
      expect(await call([...get, '--timeout', '0.4'])).toMatchObject({
        status: 7,
        stdout: Buffer.alloc(0),
        stderr: expect.stringContaining('--timeout'),
      });
    }
    if (route === 'direct') return;
    // By the server's own patience.
    const env = { SHOP_MCP_URL: await other({ ...secrets, UPSTREAM_TIMEOUT: '0.3' }) };
    expect(await call(get, env)).toMatchObject({ status: 7, stdout: Buffer.alloc(0) });
  });

  it('9: limited after the retries, but not when the limit ends before', async () => {
    api.recorder.behave(answer(429, '{"message":"slow down"}', { 'retry-after': '0' }));
    expect(await call(create)).toMatchObject({
      status: 9,
      stderr: expect.stringContaining('HTTP 429: slow down'),
    });
    expect(sent()).toBe(4);
    api.recorder.requests.length = 0;
    // More than anyone waits for.
    api.recorder.behave(answer(429, '', { 'retry-after': '86400' }));
    expect(await call(create)).toMatchObject({
      status: 9,
      stderr: expect.stringContaining('Wait 86400 seconds'),
    });
    expect(sent()).toBe(1);
    api.recorder.requests.length = 0;
    api.recorder.behave((_request, response) =>
      sent() === 1 ? response.writeHead(429, { 'retry-after': '0' }).end() : response.end('{}'),
    );
    expect((await call(create)).status).toBe(0);
    expect(sent()).toBe(2);
  });

  it('130: interrupted while the API thinks', async () => {
    const arrived = new Promise<Recorded>((resolve) => api.recorder.behave((request) => resolve(request)));
    const env = { PATH: process.env.PATH ?? '', SHOP_BASE_URL: `${api.recorder.url}/v1`, ...secrets };
    // A group of its own, as a terminal interrupts it; the shell around it says what became of it.
    const words = ['-c', 'trap : INT; "$@"; echo "$?"', '-', api.wrapper.path, ...get];
    const child = spawn('bash', words, {
      env: { ...env, ...environment(), ...(route === 'direct' ? env : {}) },
      detached: true,
    });
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    await arrived;
    process.kill(-(child.pid ?? 0), 'SIGINT');
    await new Promise((resolve) => child.once('close', resolve));
    expect(printed).toBe('130\n');
  });
});
