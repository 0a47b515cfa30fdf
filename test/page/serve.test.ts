import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openPage, startBrowser } from '../support/browser.ts';
import { cliFile } from '../support/cli.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { smallSpec } from '../support/specs.ts';

/** An API that answers when it is told to. */
async function startApi() {
  const waiting: ServerResponse[] = [];
  let arrived: () => void = () => undefined;
  const server = createServer((_, response) => {
    waiting.push(response);
    arrived();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The next request. */
    next: async (): Promise<ServerResponse> => {
      for (;;) {
        const found = waiting.shift();
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    },
  };
}

/** `mcpgen serve` on a free port, and what it logs. */
async function startServe(folder: string, api: string, env: { readonly [name: string]: string } = {}) {
  const child = spawn(process.execPath, [cliFile(), 'serve', 'a.json', '--port', '0'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ALPHA_BASE_URL: api, ALPHA_API_KEY: 'k', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Told, and not killed: the server behind it would stay.
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended(child);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  /** Waits for a message of the log. */
  const logged = async (message: string): Promise<{ readonly url: string; readonly page: string }> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`it ended without saying ${message}: ${said.join('\n')}`);
      const entry = JSON.parse(value);
      if (entry.message === message) return entry;
    }
  };
  const { url, page } = await logged('listening');
  return { child, url, page, logged, said };
}

function call(url: string, tool: string, args: object): Promise<Response> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': tool,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: tool, arguments: args, _meta: meta },
    }),
  });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('serve', () => {
  it('brings a new server when the spec changes, and finishes what the one before has begun', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.json': smallSpec('alpha') });
    const api = await startApi();
    const { child, url, page, logged, said } = await startServe(folder, api.url);
    const slow = call(url, 'get_thing', { id: '1' });
    const response = await api.next();

    writeFiles(folder, { 'a.json': smallSpec('alpha').replaceAll('getThing', 'fetchThing') });
    await logged('reloaded');
    expect(await (await fetch(page)).text()).toContain('fetch-thing');
    const fresh = call(url, 'fetch_thing', { id: '2' });
    (await api.next()).writeHead(200, { 'Content-Type': 'application/json' }).end('{"of":"new"}');
    expect(await (await fresh).text()).toContain('of');

    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"of":"old"}');
    const answer = await slow;
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('old');

    writeFiles(folder, { 'a.json': '{' });
    await expect.poll(() => said.join('\n'), { timeout: 60_000 }).toContain('error[');
    expect((await fetch(`${page}healthz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });

  it('shows its page to this machine alone', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.json': smallSpec('alpha') });
    const { page } = await startServe(folder, 'http://127.0.0.1:9');
    const shown = await fetch(page);
    expect(shown.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect((await fetch(page, { method: 'POST' })).status).toBe(405);
    const port = new URL(page).port;
    const { request } = await import('node:http');
    const refused = request({ port, host: '127.0.0.1', headers: { Host: 'evil.example' } }).end();
    const [answer] = await once(refused, 'response');
    expect(answer.statusCode).toBe(403);
    answer.resume();
    const foreign = await fetch(`${page}mcp`, {
      method: 'POST',
      headers: { Origin: 'https://evil.example' },
      body: '{}',
    });
    expect(foreign.status).toBe(403);
  });

  it('ends with 2 when the port is taken', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.json': smallSpec('alpha') });
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const port = String((taken.address() as AddressInfo).port);
    const child = spawn(process.execPath, [cliFile(), 'serve', join(folder, 'a.json'), '--port', port], {
      stdio: 'ignore',
    });
    expect(await ended(child)).toBe(2);
  });
});

describe.skipIf(needs('chromium'))('the form of the served page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('calls a tool and shows the answer, and asks for a token where one is needed', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.json': smallSpec('alpha') });
    const api = await startApi();
    const { page: root } = await startServe(folder, api.url, { MCP_TOKEN: 'secret-token' });
    const { page, said, asked } = await openPage(browser, `${root}#alpha/create-thing`);
    const form = page.locator('form.try');
    await form.getByRole('button', { name: 'Call' }).click();
    expect(asked).toEqual([]);
    await form.getByLabel('title').fill('Fix "login"');
    await form.getByRole('button', { name: 'Call' }).click();
    await form.getByText(/^refused in/).waitFor();
    await form.getByLabel('MCP_TOKEN').fill('secret-token');
    await form.getByRole('button', { name: 'Call' }).click();
    (await api.next()).writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"<b>7</b>"}');
    await form.getByText(/^answered in/).waitFor();
    expect(await form.locator('pre').textContent()).toBe('{\n  "id": "<b>7</b>"\n}');
    expect(new Set(asked)).toEqual(new Set([`${root}mcp`]));
    expect(said.filter((line) => !line.includes('401'))).toEqual([]);
  });
});
