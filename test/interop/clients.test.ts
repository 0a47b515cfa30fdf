import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, runCommand } from '../../src/processes.ts';
import { haveCounterparts, importOf, newNode, packageFile } from './counterparts.ts';
import { createWorld, type Served, secrets, type World } from './world.ts';

type LegacyClientModule = typeof import('@modelcontextprotocol/sdk/client/index.js');
type LegacyHttpModule = typeof import('@modelcontextprotocol/sdk/client/streamableHttp.js');
type LegacyStdioModule = typeof import('@modelcontextprotocol/sdk/client/stdio.js');

const here = await haveCounterparts();
const headers = { Authorization: `Bearer ${secrets.token}` };
let world: World;
let linear: Served;
let shelf: Served;
let home: string;

beforeAll(async () => {
  if (!here) return;
  home = mkdtempSync(join(tmpdir(), 'mcpgen-home-'));
  world = await createWorld();
  [linear, shelf] = await Promise.all([world.serve('linear'), world.serve('shelf')]);
});
afterAll(async () => {
  await world?.close();
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
});

/** What every client must show of the two servers, however it prints it. */
const book = '"title": "Title of ä b/c"';
const bookId = 'ä b/c';
const issue = 'BAC-154';

interface AnyClient {
  readonly listTools: () => Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  readonly callTool: (call: { name: string; arguments: { [name: string]: unknown } }) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

async function listsAndCalls(connect: (url: string) => Promise<AnyClient>): Promise<void> {
  const onShelf = await connect(shelf.url);
  const names = (await onShelf.listTools()).tools.map(({ name }) => name);
  expect(names).toEqual(['list_books', 'add_book', 'get_book', 'remove_book', 'get_cover', 'get_note']);
  expect(textOf(await onShelf.callTool({ name: 'get_book', arguments: { id: bookId } }))).toContain(book);
  await onShelf.close();

  const onLinear = await connect(linear.url);
  expect((await onLinear.listTools()).tools.length).toBeGreaterThanOrEqual(39);
  const found = await onLinear.callTool({ name: 'get_issue', arguments: { id: issue } });
  expect(JSON.parse(textOf(found)).data.issue.identifier).toBe(issue);
  await onLinear.close();
}

function textOf(result: unknown): string {
  const { content } = result as { content: { text?: string }[] };
  return content[0]?.text ?? '';
}

async function legacyClient(url: string, folder: string | undefined): Promise<AnyClient> {
  const { Client } =
    folder === undefined
      ? await import('@modelcontextprotocol/sdk/client/index.js')
      : await importOf<LegacyClientModule>(folder, 'dist/esm/client/index.js');
  const { StreamableHTTPClientTransport } =
    folder === undefined
      ? await import('@modelcontextprotocol/sdk/client/streamableHttp.js')
      : await importOf<LegacyHttpModule>(folder, 'dist/esm/client/streamableHttp.js');
  const client = new Client({ name: 'interop', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport as Transport);
  return client;
}

describe.skipIf(!here)('clients over HTTP', () => {
  it.each(['sdk-1.11', 'sdk-1.20', undefined])('SDK v1: %s', async (folder) => {
    await listsAndCalls((url) => legacyClient(url, folder));
  });

  it('SDK v2, which finds the newest revision by itself', async () => {
    await listsAndCalls(async (url) => {
      const client = new ModernClient(
        { name: 'interop', version: '1' },
        { versionNegotiation: { mode: 'auto' } },
      );
      await client.connect(new ModernTransport(new URL(url), { requestInit: { headers } }));
      expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
      return client;
    });
  });

  it('SDK v2 as it is without options, in an older revision', async () => {
    await listsAndCalls(async (url) => {
      const client = new ModernClient({ name: 'interop', version: '1' });
      await client.connect(new ModernTransport(new URL(url), { requestInit: { headers } }));
      expect(client.getNegotiatedProtocolVersion()).toBe('2025-11-25');
      return client;
    });
  });
});

describe.skipIf(!here)('mcp-remote, for clients that know stdio alone', () => {
  it.each(['sdk-1.11', 'sdk-1.20'])('behind %s', async (folder) => {
    const { Client } = await importOf<LegacyClientModule>(folder, 'dist/esm/client/index.js');
    const { StdioClientTransport } = await importOf<LegacyStdioModule>(folder, 'dist/esm/client/stdio.js');
    await listsAndCalls(async (url) => {
      const proxy = packageFile('mcp-remote', 'dist/proxy.js');
      const args = [
        proxy,
        url,
        '--transport',
        'http-only',
        '--allow-http',
        '--header',
        `Authorization: Bearer ${secrets.token}`,
      ];
      const env = { PATH: process.env.PATH ?? '', HOME: home, MCP_REMOTE_CONFIG_DIR: home };
      const transport = new StdioClientTransport({ command: newNode(), args, env, stderr: 'ignore' });
      const client = new Client({ name: 'interop', version: '1' });
      await client.connect(transport as Transport);
      return client;
    });
  });
});

describe.skipIf(!here)('mcporter, with the configuration that the build emits', () => {
  /** The emitted file names the servers as the compose network does. */
  function mcporter(...args: string[]): Promise<Outcome> {
    const config = join(world.out, 'agent/clients/mcporter/mcporter.json');
    const hosts = [linear, shelf].map(
      ({ port }, index) => `${['linear', 'shelf'][index]}:8080=127.0.0.1:${port}`,
    );
    const env = {
      HOME: home,
      HOSTS: hosts.join(','),
      LINEAR_MCP_TOKEN: secrets.token,
      SHELF_MCP_TOKEN: secrets.token,
    };
    const preload = ['--import', `${process.cwd()}/test/interop/hosts.mjs`];
    const program = packageFile('mcporter', 'dist/cli.js');
    return runCommand(newNode(), [...preload, program, '--config', config, ...args], { env, cwd: home });
  }

  it('lists', async () => {
    const { stdout, stderr, status } = await mcporter('list', '--json');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { servers } = JSON.parse(stdout);
    const seen = servers.map((server: { name: string; status: string; tools: unknown[] }) => [
      server.name,
      server.status,
      server.tools.length > 5,
    ]);
    expect(seen).toEqual([
      ['linear', 'ok', true],
      ['shelf', 'ok', true],
    ]);
  });

  it('calls', async () => {
    const called = await mcporter('call', 'shelf.get_book', `id=${bookId}`, '--output', 'json');
    expect(called.status, called.stderr).toBe(0);
    expect(JSON.parse(called.stdout)).toMatchObject({ title: 'Title of ä b/c' });
    const found = await mcporter('call', 'linear.get_issue', `id=${issue}`, '--output', 'json');
    expect(JSON.parse(found.stdout)).toMatchObject({ data: { issue: { identifier: issue } } });
  });
});

describe.skipIf(!here)('the inspector', () => {
  function inspector(url: string, ...args: string[]): Promise<Outcome> {
    const program = packageFile('@modelcontextprotocol/inspector', 'clients/launcher/build/index.js');
    const target = [
      '--cli',
      url,
      '--transport',
      'http',
      '--header',
      `Authorization: Bearer ${secrets.token}`,
    ];
    return runCommand(newNode(), [program, ...target, ...args], { env: { HOME: home }, cwd: home });
  }

  it('finds no error in the tool lists, and no other warning than that null is a type beside another', async () => {
    for (const { url } of [linear, shelf]) {
      const { stdout, stderr, status } = await inspector(url, '--method', 'tools/list', '--strict');
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout).tools.length).toBeGreaterThan(5);
      const issues = [...stderr.matchAll(/^ *Issue: (.*)$/gm)].map(([, issue]) => issue);
      expect(issues.filter((issue) => !/^`type` is an array \(\["\w+","null"\]\)/.test(issue ?? ''))).toEqual(
        [],
      );
      expect(stderr).not.toMatch(/\b[1-9]\d* errors?\b/);
    }
  });

  it('calls', async () => {
    const call = ['--method', 'tools/call', '--tool-name', 'get_book', '--tool-arg', `id=${bookId}`];
    const { stdout, status } = await inspector(shelf.url, ...call);
    expect(status).toBe(0);
    expect(textOf(JSON.parse(stdout))).toContain(book);
  });
});

it.skipIf(!here)('shows no secret in any log line of all this', () => {
  for (const { output } of [linear, shelf]) {
    expect(output()).toContain('"tool":"get_');
    for (const secret of Object.values(secrets)) expect(output()).not.toContain(secret);
    // Nor what was asked for.
    expect(output()).not.toContain(bookId);
    expect(output()).not.toContain(issue);
  }
  expect(readFileSync(join(world.out, 'agent/clients/mcporter/mcporter.json'), 'utf8')).toContain(
    'http://shelf:8080/mcp',
  );
});
