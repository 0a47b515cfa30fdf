import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../support/require.ts';
import { haveCounterparts, newNode, packageFile } from './counterparts.ts';
import { freePort, type Launched, launch } from './launch.ts';
import { type ApiName, buildInto, createWorld, type Served, secrets, specs, type World } from './world.ts';

// In the middle of it all stands the real hub, with the configuration that the build emits, byte for byte.
const here = (await haveCounterparts()) && !needs('jq', 'curl');

let world: World;
let ports: { readonly [api in ApiName]: number };
let shelfServer: Served;
let hub: Launched;
let hubPort: number;
/** Home of the hub, and the output folder whose configuration it has. */
let home: string;

const tools = { linear: 0, shelf: 0 };

function startHub(): Promise<Launched> {
  const program = packageFile('mcp-hub', 'dist/cli.js');
  const options = ['--port', `${hubPort}`, '--config', join(home, 'out/hub/mcp-hub.json'), '--watch'];
  return launch(newNode(), ['--import', resolve('test/interop/hosts.mjs'), program, ...options], {
    ready: /\d+ servers started successfully/,
    env: {
      // It would fetch a catalogue from the network, by curl if need be.
      PATH: home,
      HOME: home,
      HOSTS: `linear:8080=127.0.0.1:${ports.linear},shelf:8080=127.0.0.1:${ports.shelf}`,
      LINEAR_MCP_TOKEN: secrets.token,
      SHELF_MCP_TOKEN: secrets.token,
    },
  });
}

/** The servers that the hub is connected to, with the number of their tools. */
async function connected(): Promise<{ readonly [name: string]: number }> {
  const response = await fetch(`http://127.0.0.1:${hubPort}/api/servers`);
  const body = (await response.json()) as {
    servers: { name: string; status: string; capabilities: { tools: unknown[] } }[];
  };
  const ready = body.servers.filter(({ status }) => status === 'connected');
  return Object.fromEntries(ready.map(({ name, capabilities }) => [name, capabilities.tools.length]));
}

function serveShelf(): Promise<Served> {
  return world.serve('shelf', { PORT: `${ports.shelf}` });
}

async function sseClient(): Promise<Client> {
  const client = new Client({ name: 'interop', version: '1' });
  await client.connect(new SSEClientTransport(new URL(`http://127.0.0.1:${hubPort}/mcp`)));
  return client;
}

beforeAll(async () => {
  if (!here) return;
  home = mkdtempSync(join(tmpdir(), 'mcpgen-home-'));
  world = await createWorld();
  for (const api of ['linear', 'shelf'] as const) {
    const list = readFileSync(join(world.out, `servers/${api}/src/tools.json`), 'utf8');
    tools[api] = JSON.parse(list).length;
  }
  ports = { linear: await freePort(), shelf: await freePort() };
  hubPort = await freePort();
  await world.serve('linear', { PORT: `${ports.linear}` });
  shelfServer = await serveShelf();
  await buildInto(join(home, 'out'), specs.linear);
  hub = await startHub();
});
afterAll(async () => {
  await hub?.stop();
  await world?.close();
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
});
beforeEach(() => world?.linear.reset());

describe.skipIf(!here)('behind mcp-hub', () => {
  it('an API that is built while the hub runs is there without a restart', async () => {
    expect(await connected()).toEqual({ linear: tools.linear });
    await buildInto(join(home, 'out'), specs.shelf);
    await expect.poll(connected, { timeout: 30_000 }).toEqual(tools);
  });

  it('a client of its MCP endpoint lists and calls the tools of both servers', async () => {
    const client = await sseClient();
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toHaveLength(tools.linear + tools.shelf);
    expect(names).toEqual(expect.arrayContaining(['linear__get_issue', 'shelf__get_book']));
    const issue = await client.callTool({ name: 'linear__get_issue', arguments: { id: 'BAC-154' } });
    expect(issue._meta).toMatchObject({ 'mcpgen/status': 200 });
    const { stdout } = await world.command('linear', ['get-issue', 'BAC-154']);
    expect(issue.content).toEqual([{ type: 'text', text: stdout.replace(/\n$/, '') }]);
    const missing = await client.callTool({ name: 'shelf__get_book', arguments: { id: '404' } });
    expect(missing).toMatchObject({ isError: true, _meta: { 'mcpgen/status': 404 } });
    await client.close();
  });

  it('its REST call gives the whole result of a tool', async () => {
    const call = { server_name: 'shelf', tool: 'get_note', arguments: { id: 'n' } };
    const response = await fetch(`http://127.0.0.1:${hubPort}/api/servers/tools`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(call),
    });
    expect(await response.json()).toMatchObject({
      result: {
        content: [{ type: 'text', text: 'note n: Grüße, "quoted"\n\n' }],
        _meta: { 'mcpgen/status': 200 },
      },
    });
  });
});

const hostile = 'a "quoted" \\ title\nwith `ticks`, $(subshells) & ${HOME}, 日本語 🚀, \t and \u0001';

// The hub parses numbers: an argument beyond 2^53 would arrive rounded. An answer is text to it and keeps every digit.
const calls: readonly (readonly [ApiName, readonly string[], number])[] = [
  ['shelf', ['get-book', 'ä b/c'], 0],
  ['shelf', ['list-books', '--author', 'O’Neil & "co"', '--limit', '3'], 0],
  ['shelf', ['add-book', '--title', hostile, '--tags', 'a', '--tags', '', '--publisher', '{"name":"x"}'], 0],
  ['shelf', ['add-book', '--data', '{"title":"T","pages":9007199254740991,"tags":[]}'], 0],
  ['shelf', ['remove-book', 'a'], 0],
  ['shelf', ['get-note', 'n'], 0],
  ['shelf', ['get-book'], 2],
  ['shelf', ['get-book', 'a', '--nope', '1'], 2],
  ['shelf', ['list-books', '--limit', '99'], 2],
  ['shelf', ['get-book', '401'], 3],
  ['shelf', ['get-book', '403'], 3],
  ['shelf', ['get-book', '404'], 4],
  ['shelf', ['remove-book', '422'], 4],
  ['shelf', ['get-book', '500'], 5],
  ['shelf', ['get-book', '429'], 9],
  ['linear', ['get-issue', 'BAC-154'], 0],
  ['linear', ['create-comment', '--issue-id', 'BAC-154', '--body', hostile], 0],
  ['linear', ['list-issues', '--all', '--first', '3'], 0],
  ['linear', ['get-issue', 'BAC-99999'], 4],
];

describe.skipIf(!here)('the command by the hub', () => {
  const rest = () => `http://127.0.0.1:${hubPort}/api/servers/tools`;

  it.each(calls)('%s %j: the same bytes and status as directly, which is %d', async (api, words, status) => {
    const direct = await world.command(api, words);
    world.linear.reset();
    const before = world.shelf.requests.length;
    const hubbed = await world.command(api, words, rest());
    expect(hubbed.stderr).not.toContain(secrets.token);
    expect({ status: hubbed.status, stdout: hubbed.stdout }, hubbed.stderr).toEqual({
      status: direct.status,
      stdout: direct.stdout,
    });
    expect(direct.status, direct.stderr).toBe(status);
    const sent = world.shelf.requests.slice(before);
    if (api === 'shelf') expect(sent).toEqual(status === 2 ? [] : [world.shelf.requests[before - 1]]);
  });

  it('data with errors: 8, and the data', async () => {
    world.linear.breakField('Issue.assignee');
    const words = ['get-issue', 'BAC-154'];
    const [direct, hubbed] = [
      await world.command('linear', words),
      await world.command('linear', words, rest()),
    ];
    expect(direct.status).toBe(8);
    expect({ ...hubbed, stderr: '' }).toEqual({ ...direct, stderr: '' });
  });

  it('bytes into a file', async () => {
    const file = join(home, 'cover.png');
    const { status, stderr } = await world.command('shelf', ['get-cover', 'a', '--output', file], rest());
    expect(status, stderr).toBe(0);
    expect(readFileSync(file).toString('hex')).toBe('89504e470d0a1a0a00ff');
  });

  it('goes on after a restart of the server behind the hub', async () => {
    await shelfServer.stop();
    expect((await world.command('shelf', ['get-book', 'a'], rest())).status).not.toBe(0);
    shelfServer = await serveShelf();
    const after = await world.command('shelf', ['get-book', 'a'], rest());
    expect(after.status, after.stderr).toBe(0);
  });

  it('goes on after a restart of the hub, and says 6 while it is away', async () => {
    await hub.stop();
    expect((await world.command('shelf', ['get-book', 'a'], rest())).status).toBe(6);
    hub = await startHub();
    expect(await connected()).toEqual(tools);
    expect((await world.command('shelf', ['get-book', 'a'], rest())).status).toBe(0);
  });

  it('left no secret in a log', () => {
    for (const { output } of [shelfServer, hub]) {
      for (const secret of Object.values(secrets)) expect(output()).not.toContain(secret);
    }
    expect(existsSync(join(home, 'out/hub/mcp-hub.json'))).toBe(true);
  });
});
