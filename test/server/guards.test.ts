import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { callTool, postRaw, send, standIn, start, token, writeServer } from './harness.ts';
import { argument, bind, operation, parameter, planOf, string } from './plans.ts';

const id = argument('id', string, { required: true });
const byId = { parameters: [parameter('path', 'id')], bindings: [bind(['path', 'id'])] };
const plan = planOf(
  [
    operation('get_thing', 'GET', '/things/{id}', [id], byId, { security: [['key']] }),
    operation('delete_thing', 'DELETE', '/things/{id}', [id], byId, { security: [['key']] }),
    operation('get_user', 'GET', '/users/{id}', [id], byId, { group: 'users' }),
  ],
  {
    credentials: [
      {
        id: 'key',
        description: '',
        kind: 'key',
        in: 'header',
        name: 'X-Key',
        prefix: 'Key ',
        env: { secret: 'DEMO_API_KEY' },
      },
    ],
  },
);

let folder: string;
beforeAll(async () => {
  folder = await writeServer(plan);
});

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

/** A request whose Host header is not that of the address. */
function withHost(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { Host: host, Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const request = http.request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end(ping);
  });
}

function temporaryFile(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('who may call', () => {
  test('nobody without the token, or with another one', async () => {
    const { url } = await start(folder);
    const without = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: ping,
    });
    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toBe('Bearer');
    expect((await postRaw(url, ping, { Authorization: 'Bearer nope' })).status).toBe(401);
    expect((await postRaw(url, ping, { Authorization: `Basic ${token}` })).status).toBe(401);
    expect((await postRaw(url, ping)).status).toBe(200);
    expect((await fetch(new URL('/metrics', url))).status).toBe(401);
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  });

  test('foreign hosts and origins are refused', async () => {
    const { url, port } = await start(folder, { ALLOWED_ORIGINS: 'https://app.example.com' });
    expect(await withHost(url, 'evil.example.com')).toBe(403);
    expect(await withHost(url, `localhost:${port}`)).toBe(200);
    expect((await postRaw(url, ping, { Origin: 'https://evil.example.com' })).status).toBe(403);
    expect((await postRaw(url, ping, { Origin: new URL(url).origin })).status).toBe(200);
    const allowed = await postRaw(url, ping, { Origin: 'https://app.example.com' });
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  });

  test('several tokens: each sees its own tools, the log names it, a changed file counts at once', async () => {
    const tokens = [
      { name: 'reader', sha256: sha256('r'), readOnly: true },
      { name: 'users', sha256: sha256('u'), toolsets: ['users'] },
    ];
    const file = temporaryFile('tokens.json', JSON.stringify(tokens));
    const api = await standIn();
    const server = await start(folder, { MCP_TOKENS_FILE: file, DEMO_BASE_URL: api.url });
    const list = async (secret: string) => {
      const answer = await send(
        server.url,
        'legacy',
        'tools/list',
        {},
        { Authorization: `Bearer ${secret}` },
      );
      return answer.status === 200 ? answer.json().result?.tools?.map(({ name }) => name) : answer.status;
    };
    expect(await list('r')).toEqual(['get_thing', 'get_user']);
    expect(await list('u')).toEqual(['get_user']);
    expect(await list(token)).toEqual(['get_thing', 'delete_thing', 'get_user']);
    const params = { name: 'get_user', arguments: { id: '1' } };
    await send(server.url, 'legacy', 'tools/call', params, { Authorization: 'Bearer u' });
    writeFileSync(file, JSON.stringify([{ name: 'new', sha256: sha256('n') }]));
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    await expect.poll(() => list('r'), { timeout: 10_000 }).toBe(401);
    expect(await list('n')).toHaveLength(3);
    await server.stop();
    expect(server.output()).toContain('"caller":"users"');
  });

  test('a token whose file is emptied lets nobody in, and no one else', async () => {
    const file = temporaryFile('token', 'secret\r\n');
    const server = await start(folder, { MCP_TOKEN: '', MCP_TOKEN_FILE: file });
    const status = async (secret?: string) => {
      const shown = secret === undefined ? {} : { Authorization: `Bearer ${secret}` };
      const headers = { 'Content-Type': 'application/json', ...shown };
      return (await fetch(server.url, { method: 'POST', headers, body: ping })).status;
    };
    expect([await status('secret'), await status()]).toEqual([200, 401]);
    writeFileSync(file, '');
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    await expect.poll(() => status('secret'), { timeout: 10_000 }).toBe(401);
    expect(await status()).toBe(401);
    writeFileSync(file, 'other');
    utimesSync(file, new Date(), new Date(Date.now() + 10_000));
    await expect.poll(() => status('other'), { timeout: 10_000 }).toBe(200);
  });

  test.each([
    { readOnly: true },
    { tools: ['get_thing'] },
    { tools: ['delete_thing'], readOnly: true },
    { tools: ['delete_thing'], toolsets: ['users'] },
    { tools: [] },
  ])('a token with %j cannot call the others', async (limits) => {
    const file = temporaryFile(
      't.json',
      JSON.stringify([{ name: 'limited', sha256: sha256('r'), ...limits }]),
    );
    const { url } = await start(folder, { MCP_TOKENS_FILE: file });
    const params = { name: 'delete_thing', arguments: { id: '1' } };
    const { error } = (await send(url, 'legacy', 'tools/call', params, { Authorization: 'Bearer r' })).json();
    expect(error?.code).toBe(-32602);
  });

  test.each([
    [{ toolset: ['users'] }, '`toolset` is none of'],
    [{ tools: 'get_thing' }, 'tools must be a list of names'],
    [{ readOnly: 'yes' }, 'readOnly must be true or false'],
    [{ sha256: '' }, 'needs sha256'],
  ])('an entry with %j keeps the server from starting', (change, message) => {
    const file = temporaryFile('t.json', JSON.stringify([{ name: 'a', sha256: sha256('r'), ...change }]));
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'dist/server.mjs')], {
      env: { PATH: process.env.PATH, PORT: '0', MCP_TOKENS_FILE: file },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

describe('how much', () => {
  test('a body that is too long is 413', async () => {
    const server = await start(folder);
    const { url } = server;
    const long = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'ping',
      params: { x: 'x'.repeat(5_000_000) },
    });
    expect((await postRaw(url, long)).status).toBe(413);
    // Whoever reads the log sees what was turned away, and from where.
    await expect.poll(server.output).toMatch(/"refused":413,.*"from":"127\.0\.0\.1"/);
    expect((await postRaw(url, ping)).status).toBe(200);
  });

  test('a flood is 429', async () => {
    const { url } = await start(folder, { RATE_LIMIT: '1', RATE_BURST: '3' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => postRaw(url, ping)));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(3);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('what', () => {
  const names = async (env: Record<string, string>) => {
    const { url } = await start(folder, env);
    return (await send(url, 'modern', 'tools/list')).json().result?.tools?.map(({ name }) => name);
  };
  test('READ_ONLY', async () => expect(await names({ READ_ONLY: '1' })).toEqual(['get_thing', 'get_user']));
  test('TOOLSETS', async () => expect(await names({ TOOLSETS: 'users' })).toEqual(['get_user']));
  test('TOOLS=search', async () => {
    expect(await names({ TOOLS: 'search' })).toEqual(['search_tools', 'describe_tool', 'call_tool']);
  });

  test('search finds, describes and calls, and the tools can still be called by name', async () => {
    const api = await standIn();
    const { url } = await start(folder, { TOOLS: 'search', DEMO_BASE_URL: api.url, DEMO_API_KEY: 'k' });
    const text = async (name: string, args: Record<string, unknown>) =>
      (await callTool(url, name, args)).content?.[0]?.text ?? '';
    expect(await text('search_tools', { query: 'remove a thing' })).toMatch(/^delete_thing\(id\): /);
    expect(JSON.parse(await text('describe_tool', { name: 'get_user' })).name).toBe('get_user');
    expect(await text('describe_tool', { name: 'get_usr' })).toContain('did you mean `get_user`');
    expect(await text('call_tool', { name: 'get_thing', arguments: { id: 'x' } })).toBe('{"ok":true}');
    expect(await text('get_thing', { id: 'y' })).toBe('{"ok":true}');
    expect(api.received.map((request) => request.url)).toEqual(['/things/x', '/things/y']);
    const list = await send(url, 'modern', 'tools/list');
    expect(JSON.stringify(list.json().result?.tools).length / 4).toBeLessThan(300);
  });
});

describe('secrets', () => {
  test('the API gets its secret, never the MCP token, and no log line has either', async () => {
    const api = await standIn();
    const server = await start(folder, { DEMO_BASE_URL: api.url, DEMO_API_KEY: 'api-secret' });
    await callTool(server.url, 'get_thing', { id: 'private-argument' });
    await server.stop();
    expect(api.received[0]?.headers['x-key']).toBe('Key api-secret');
    expect(JSON.stringify(api.received[0]?.rawHeaders)).not.toContain(token);
    expect(server.output()).toContain('"tool":"get_thing"');
    for (const secret of ['api-secret', token, 'private-argument'])
      expect(server.output()).not.toContain(secret);
  });

  test('come from files too, and are read again', async () => {
    const api = await standIn();
    const file = temporaryFile('key', 'one\n');
    const { url } = await start(folder, { DEMO_BASE_URL: api.url, DEMO_API_KEY_FILE: file });
    await callTool(url, 'get_thing', { id: '1' });
    writeFileSync(file, 'two\n');
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    await expect
      .poll(
        async () => {
          await callTool(url, 'get_thing', { id: '1' });
          return api.received.at(-1)?.headers['x-key'];
        },
        { timeout: 10_000, interval: 200 },
      )
      .toBe('Key two');
    expect(api.received[0]?.headers['x-key']).toBe('Key one');
  });

  test('a missing one is said before anything is sent', async () => {
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const result = await callTool(url, 'get_thing', { id: '1' });
    expect(result.isError).toBe(true);
    expect(result._meta?.['mcpgen/error']).toBe('unauthorized');
    expect(result.content?.[0]?.text).toContain('DEMO_API_KEY');
    expect(api.received).toHaveLength(0);
  });

  test("a client's own secret, only by the header that the operator allows", async () => {
    const api = await standIn();
    const env = { DEMO_BASE_URL: api.url, DEMO_API_KEY: 'shared', USER_HEADERS: 'X-User-Key=DEMO_API_KEY' };
    const { url } = await start(folder, env);
    const params = { name: 'get_thing', arguments: { id: '1' } };
    await send(url, 'legacy', 'tools/call', params, { 'X-User-Key': 'mine', 'X-Other': 'no' });
    await send(url, 'legacy', 'tools/call', params);
    expect(api.received.map(({ headers }) => headers['x-key'])).toEqual(['Key mine', 'Key shared']);
    expect(api.received[0]?.headers['x-user-key']).toBeUndefined();
    expect(api.received[0]?.headers['x-other']).toBeUndefined();
  });
});

describe('start', () => {
  const run = (env: Record<string, string>, ...words: string[]) =>
    spawnSync(process.execPath, [join(folder, 'dist', 'server.mjs'), ...words], {
      env: { PATH: process.env.PATH, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });

  test.each([
    [{ HOST: '0.0.0.0' }, 'set MCP_TOKEN or MCP_TOKENS_FILE'],
    [{ PORT: 'many' }, 'PORT must be a number'],
    [{ TOOLSETS: 'nothing' }, 'is none of things, users'],
    [{ DEMO_BASE_URL: 'example.com' }, 'must be an http(s) URL'],
    [{ MCP_TOKENS_FILE: '/nonexistent' }, 'cannot be read'],
    [{ MCP_TOKEN_FILE: '/nonexistent' }, 'MCP_TOKEN_FILE cannot be read'],
    [{ USER_HEADERS: 'Authorization=DEMO_API_KEY' }, 'USER_HEADERS'],
  ])('is refused with %j', (env, message) => {
    const { status, stderr } = run(env);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  test('--help names every variable, --version the version', () => {
    const { stdout, status } = run({}, '--help');
    expect(status).toBe(0);
    for (const name of ['DEMO_API_KEY', 'DEMO_BASE_URL', 'MCP_TOKEN', 'HOST', 'PORT', 'READ_ONLY']) {
      expect(stdout).toContain(name);
    }
    expect(run({}, '--version').stdout).toBe('demo 1.2.3\n');
    expect(run({}, '--nonsense').status).toBe(2);
  });
});
