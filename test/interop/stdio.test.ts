import { join } from 'node:path';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/require.ts';
import { freePort, type Launched, launch } from './launch.ts';
import { createWorld, secrets, type World } from './world.ts';

// The pattern of Docker's toolkit: each TCP connection is a server of its own, and a client that knows stdio alone speaks to it.
const here = !needs('socat');

let world: World;
let port: number;
let relay: Launched;

beforeAll(async () => {
  if (!here) return;
  world = await createWorld();
  port = await freePort();
  const program = join(world.out, 'servers/shelf/dist/server.mjs');
  relay = await launch(
    'socat',
    ['-d', '-d', `TCP-LISTEN:${port},bind=127.0.0.1,fork`, `EXEC:${process.execPath} ${program} --stdio`],
    { ready: /listening on/, env: { SHELF_BASE_URL: world.shelf.url, SHELF_API_KEY: secrets.shelf } },
  );
});
afterAll(async () => {
  await relay?.stop();
  await world?.close();
});

const client = () => ({ command: 'socat', args: ['STDIO', `TCP:127.0.0.1:${port}`] });

describe.skipIf(!here)('stdio over TCP', () => {
  it('SDK v1', async () => {
    const legacy = new Client({ name: 'interop', version: '1' });
    await legacy.connect(new StdioClientTransport(client()));
    expect((await legacy.listTools()).tools.map(({ name }) => name)).toContain('get_book');
    const { content } = await legacy.callTool({ name: 'get_note', arguments: { id: 'n' } });
    expect(content).toEqual([{ type: 'text', text: 'note n: Grüße, "quoted"\n\n' }]);
    await legacy.close();
  });

  it('SDK v2, in the newest revision', async () => {
    const modern = new ModernClient(
      { name: 'interop', version: '1' },
      { versionNegotiation: { mode: 'auto' } },
    );
    await modern.connect(new ModernStdio(client()));
    expect(modern.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    const { content } = await modern.callTool({ name: 'get_note', arguments: { id: 'n' } });
    expect(content).toEqual([{ type: 'text', text: 'note n: Grüße, "quoted"\n\n' }]);
    await modern.close();
  });

  it('several clients at once, each with a server of its own', async () => {
    const clients = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const one = new Client({ name: 'interop', version: '1' });
        await one.connect(new StdioClientTransport(client()));
        return one;
      }),
    );
    const ids = clients.flatMap((_, index) => [`${index}a`, `${index}bb`, `${index}ccc`]);
    const titles = await Promise.all(
      ids.map(async (id, index) => {
        const result = await clients[index % 3]?.callTool({ name: 'get_book', arguments: { id } });
        return JSON.stringify(result?.content);
      }),
    );
    for (const [index, id] of ids.entries()) expect(titles[index]).toContain(`Title of ${id}\\"`);
    await Promise.all(clients.map((one) => one.close()));
  });

  it('logs to the operator, not into the protocol, and no secret', async () => {
    // socat passes the server's standard error on.
    await expect.poll(() => relay.output()).toContain('"tool":"get_book"');
    for (const secret of Object.values(secrets)) expect(relay.output()).not.toContain(secret);
  });
});
