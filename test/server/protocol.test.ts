import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  legacyClient,
  modernClient,
  modernVersion,
  postRaw,
  type RawMessage,
  send,
  standIn,
  start,
  token,
  writeServer,
} from './harness.ts';
import { any, argument, bind, integer, operation, parameter, planOf, string } from './plans.ts';

const plan = planOf([
  operation(
    'get_thing',
    'GET',
    '/things/{id}',
    [argument('id', string, { required: true }), argument('n', integer)],
    {
      parameters: [parameter('path', 'id'), parameter('query', 'n')],
      bindings: [bind(['path', 'id']), bind(['query', 'n'])],
    },
  ),
  operation(
    'create_thing',
    'POST',
    '/things',
    [argument('title', string, { required: true }), argument('data', any)],
    {
      body: { required: true, requires: [], media: [{ kind: 'json', mediaType: 'application/json' }] },
      bindings: [bind(['body', 'title']), bind(['body', 'data'])],
    },
  ),
]);

let folder: string;
beforeAll(async () => {
  folder = await writeServer(plan);
});

const eras = ['modern', 'legacy'] as const;

describe('clients', () => {
  test('SDK v2 negotiates 2026-07-28, lists and calls', async () => {
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const client = await modernClient(url);
    expect(client.getNegotiatedProtocolVersion()).toBe(modernVersion);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['get_thing', 'create_thing']);
    const result = await client.callTool({ name: 'get_thing', arguments: { id: 'a/b', n: 3 } });
    expect(result.content).toEqual([{ type: 'text', text: '{"ok":true}' }]);
    expect(api.received[0]?.url).toBe('/things/a%2Fb?n=3');
  });

  test('SDK v1 lists and calls', async () => {
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const client = await legacyClient(url);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['get_thing', 'create_thing']);
    const result = await client.callTool({ name: 'create_thing', arguments: { title: 'é "x"' } });
    expect(result.content).toEqual([{ type: 'text', text: '{"ok":true}' }]);
    expect(api.received[0]?.body.toString()).toBe('{"title":"é \\"x\\""}');
  });

  test('a client over stdio, in the newest revision', async () => {
    const api = await standIn();
    const client = new ModernClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [join(folder, 'dist', 'server.mjs'), '--stdio'],
      env: { PATH: process.env.PATH ?? '', DEMO_BASE_URL: api.url },
      stderr: 'ignore',
    });
    await client.connect(transport);
    expect(client.getNegotiatedProtocolVersion()).toBe(modernVersion);
    expect((await client.listTools()).tools).toHaveLength(2);
    const result = await client.callTool({ name: 'get_thing', arguments: { id: '1' } });
    expect(result.content).toEqual([{ type: 'text', text: '{"ok":true}' }]);
    await client.close();
  });
});

describe('older revisions', () => {
  test.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])('%s is negotiated', async (version) => {
    const { url } = await start(folder);
    const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'x', version: '1' } };
    const answer = await send(url, 'legacy', 'initialize', params);
    expect(answer.json().result?.protocolVersion).toBe(version);
    expect(answer.headers.get('content-type')).toBe('application/json');
    const initialized = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect((await postRaw(url, initialized, { 'MCP-Protocol-Version': version })).status).toBe(202);
    const list = await send(url, 'legacy', 'tools/list', {}, { 'MCP-Protocol-Version': version });
    expect(list.json().result?.tools).toHaveLength(2);
  });

  test('an event stream where the client takes nothing else', async () => {
    const { url } = await start(folder);
    const answer = await send(url, 'legacy', 'tools/list', {}, { Accept: 'text/event-stream' });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const data = /^event: message\ndata: (.*)\n\n$/.exec(answer.text)?.[1] ?? '';
    expect(JSON.parse(data).result.tools).toHaveLength(2);
  });

  test('a batch', async () => {
    const { url } = await start(folder);
    const batch = [
      { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      { jsonrpc: '2.0', id: 'two', method: 'ping' },
    ];
    const answer = await postRaw(url, JSON.stringify(batch));
    expect(answer.json()).toMatchObject([{ id: 1 }, { id: 'two', result: {} }]);
  });

  test.each(['GET', 'DELETE'])('%s: no streams to open, no sessions to end', async (method) => {
    const { url } = await start(folder);
    const headers = { Authorization: `Bearer ${token}`, 'Mcp-Session-Id': 'any' };
    const answer = await fetch(url, { method, headers });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });
});

describe('2026-07-28', () => {
  test('server/discover', async () => {
    const { url } = await start(folder);
    const { result } = (await send(url, 'modern', 'server/discover')).json();
    expect(result).toMatchObject({
      resultType: 'complete',
      supportedVersions: [modernVersion],
      capabilities: { tools: {} },
      instructions: 'A demonstration.',
    });
  });

  test('tools/list says how long it holds', async () => {
    const { url } = await start(folder);
    const { result } = (await send(url, 'modern', 'tools/list')).json();
    expect(result).toMatchObject({ resultType: 'complete', ttlMs: 300_000, cacheScope: 'private' });
  });

  test.each([
    ['a missing Mcp-Method', { 'Mcp-Method': '' }, 400, -32020],
    ['an Mcp-Name of another tool', { 'Mcp-Name': 'create_thing' }, 400, -32020],
    ['another version in the header', { 'MCP-Protocol-Version': '2025-06-18' }, 400, -32020],
  ])('refuses %s', async (_title, headers, status, code) => {
    const { url } = await start(folder);
    const answer = await send(
      url,
      'modern',
      'tools/call',
      { name: 'get_thing', arguments: { id: '1' } },
      headers,
    );
    expect(answer.status).toBe(status);
    expect(answer.json().error?.code).toBe(code);
  });

  test('an unknown method is 404', async () => {
    const { url } = await start(folder);
    const answer = await send(url, 'modern', 'no/such');
    expect(answer.status).toBe(404);
    expect(answer.json().error?.code).toBe(-32601);
  });
});

describe.each(eras)('%s errors', (era) => {
  test('an unknown tool, with a suggestion', async () => {
    const { url } = await start(folder);
    const { error } = (await send(url, era, 'tools/call', { name: 'get_thingy', arguments: {} })).json();
    expect(error).toMatchObject({
      code: -32602,
      message: 'Unknown tool: get_thingy; did you mean get_thing?',
    });
  });

  test('every wrong argument is named, and nothing is sent', async () => {
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const answer = await send(url, era, 'tools/call', { name: 'get_thing', arguments: { idd: '1', n: 1.5 } });
    const { result } = answer.json();
    expect(result?.isError).toBe(true);
    const text = result?.content?.[0]?.text ?? '';
    expect(text).toContain('`id` is required');
    expect(text).toContain('`n`: expected a whole number');
    expect(text).toContain('`idd` is no argument of this tool; did you mean `id`?');
    expect(result?._meta?.['mcpgen/error']).toBe('usage');
    expect(api.received).toHaveLength(0);
  });

  test('bodies that are no JSON-RPC', async () => {
    const { url } = await start(folder);
    expect((await postRaw(url, '{')).json().error?.code).toBe(-32700);
    expect((await postRaw(url, '{"a":1}')).json().error?.code).toBe(-32600);
    expect((await postRaw(url, '', { 'Content-Type': 'text/plain' })).status).toBe(415);
  });
});

test('over stdio, what a script has piped in is answered to the end', async () => {
  const api = await standIn((_request, response) => {
    setTimeout(() => response.end('{"late":true}'), 300);
  });
  const messages = [
    { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'get_thing', arguments: { id: '1' } } },
  ];
  const child = spawn(process.execPath, [join(folder, 'dist', 'server.mjs'), '--stdio'], {
    env: { PATH: process.env.PATH, DEMO_BASE_URL: api.url },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stdin.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  const [code] = await once(child, 'close');
  const answers = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RawMessage);
  expect(answers.map(({ id }) => id)).toEqual([1, 2]);
  expect(answers[1]?.result?.content?.[0]?.text).toBe('{"late":true}');
  expect(code).toBe(0);
});
