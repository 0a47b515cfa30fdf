import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/processes.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { createWorld, type Served, secrets, type World } from './world.ts';

// Seen from outside, by curl, as an attacker would.
const here = !needs('curl');

let world: World;
const servers: Served[] = [];

beforeAll(async () => {
  if (here) world = await createWorld();
});
afterAll(() => world?.close());

async function serve(env: { readonly [name: string]: string } = {}): Promise<Served> {
  const server = await world.serve('shelf', env);
  servers.push(server);
  return server;
}

const argument = 'argument-of-the-interop-test';
const call = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'get_book', arguments: { id: argument } },
});
const authorized = ['-H', `Authorization: Bearer ${secrets.token}`];

async function curl(
  url: string,
  ...options: string[]
): Promise<{ status: number; head: string; body: string }> {
  const args = ['-sS', '-i', '-H', 'Content-Type: application/json', '-H', 'Expect:', ...options, url];
  const { stdout, stderr } = await runCommand('curl', args);
  const [head = '', ...rest] = stdout.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
  if (Number.isNaN(status)) throw new Error(`${stdout}${stderr}`);
  return { status, head, body: rest.join('\r\n\r\n') };
}

describe.skipIf(!here)('the guards, from outside', () => {
  it('no token, or another one: 401 with a challenge', async () => {
    const { url } = await serve();
    const none = await curl(url, '-d', call);
    expect(none.status).toBe(401);
    expect(none.head).toMatch(/^www-authenticate: Bearer/im);
    for (const wrong of [
      'Bearer almost-the-token',
      `Basic ${btoa(`x:${secrets.token}`)}`,
      secrets.token,
      'Bearer',
    ]) {
      expect((await curl(url, '-d', call, '-H', `Authorization: ${wrong}`)).status).toBe(401);
    }
    expect((await curl(url, '-d', call, ...authorized)).status).toBe(200);
    expect(world.shelf.requests).toHaveLength(1);
  });

  it('a foreign Origin or Host: 403, before the token is looked at', async () => {
    const { url } = await serve();
    for (const header of ['Origin: https://evil.example.com', 'Origin: null', 'Host: evil.example.com']) {
      expect((await curl(url, '-d', call, ...authorized, '-H', header)).status).toBe(403);
      expect((await curl(url, '-d', call, '-H', header)).status).toBe(403);
    }
    expect((await curl(url, '-d', call, ...authorized, '-H', 'Host: shelf:8080')).status).toBe(200);
  });

  it('5 MB: 413, with a length in front or without', async () => {
    const { url } = await serve();
    const file = `${temporaryFolder()}/big.json`;
    writeFileSync(file, JSON.stringify({ ...JSON.parse(call), padding: 'x'.repeat(5 * 1024 * 1024) }));
    const before = world.shelf.requests.length;
    expect((await curl(url, ...authorized, '--data-binary', `@${file}`)).status).toBe(413);
    const chunked = ['-H', 'Transfer-Encoding: chunked', '--data-binary', `@${file}`];
    expect((await curl(url, ...authorized, ...chunked)).status).toBe(413);
    expect((await curl(url, '-d', call, ...authorized)).status).toBe(200);
    expect(world.shelf.requests.length).toBe(before + 1);
  });

  it('a flood: 429 with the time to wait, and the others are served', async () => {
    const { url } = await serve({ RATE_LIMIT: '0.01', RATE_BURST: '5' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => curl(url, '-d', call, ...authorized)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(5).fill(200), ...Array(15).fill(429)]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.head).toMatch(/^retry-after: \d+/im);
    // Who has no token does not use up what belongs to those who have one, and a probe is never refused.
    expect((await curl(url, '-d', call)).status).toBe(401);
    expect((await curl(new URL('/healthz', url).href)).status).toBe(200);
  });

  it('an API that is away, or refuses and repeats what it was sent: nothing of it gets into the log', async () => {
    const away = await serve({ SHELF_BASE_URL: 'http://127.0.0.1:9/v1' });
    expect((await curl(away.url, '-d', call, ...authorized)).body).toContain('"mcpgen/error":"connection"');
    const refused = await serve({ SHELF_API_KEY: 'a-key-that-is-wrong' });
    expect((await curl(refused.url, '-d', call, ...authorized)).body).toContain('"mcpgen/status":401');
    await curl(refused.url, '-d', `{"jsonrpc": "${argument}"`, ...authorized);
    await curl(`${refused.url}?token=${argument}`, '-d', call, ...authorized);
  });

  it('no log line holds a secret, a wrong token, or an argument', async () => {
    await Promise.all(servers.map(({ stop }) => stop()));
    const log = servers.map(({ output }) => output()).join('');
    for (const told of ['"refused":401', '"refused":403', '"refused":429', '"tool":"get_book"']) {
      expect(log).toContain(told);
    }
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    for (const secret of [...Object.values(secrets), argument, 'almost-the-token', 'a-key-that-is-wrong']) {
      expect(log).not.toContain(secret);
    }
  });
});
