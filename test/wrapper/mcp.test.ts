import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { needs } from '../support/require.ts';
import { shop } from './shop.ts';
import {
  type Behaviour,
  type Outcome,
  type Recorded,
  type Recorder,
  run,
  startRecorder,
  type Wrapper,
  wrapperOf,
} from './support.ts';

let server: Recorder;
let wrapper: Wrapper;

beforeAll(async () => {
  server = await startRecorder();
  wrapper = await wrapperOf(shop, 'mcp');
});
afterAll(async () => {
  await server.close();
  wrapper.remove();
});
beforeEach(() => {
  server.requests.length = 0;
});

function call(words: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const base = { SHOP_MCP_URL: `${server.url}/mcp`, SHOP_MCP_TOKEN: 'm-token', SHOP_RETRIES: '0' };
  return run(wrapper.path, words, { env: { ...base, ...env } });
}

function rpc(request: Recorded | undefined): JsonObject {
  return JSON.parse(request?.body.toString() || '{}');
}

/** Answers a call with a tool's result. */
function result(text: string, meta: JsonObject = { 'mcpgen/status': 200 }, more: JsonObject = {}): Behaviour {
  const message = { content: [{ type: 'text', text }], _meta: meta, ...more };
  return (_request, response) => response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: message }));
}

describe.skipIf(needs('jq'))('the MCP route', () => {
  it('is one POST of the 2026-07-28 revision, and prints the text as it is', async () => {
    server.behave(result('{"a": 1.0,\n"b":12345678901234567890}\n\n'));
    const outcome = await call(['get-item', 'a "b"', '--fields-wanted', 'x', '--x-trace', 't']);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(outcome.stdout.toString()).toBe('{"a": 1.0,\n"b":12345678901234567890}\n\n');
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request?.headers).toMatchObject({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'get_item',
      authorization: 'Bearer m-token',
    });
    const { method, params } = rpc(request);
    expect(method).toBe('tools/call');
    expect(params).toMatchObject({
      name: 'get_item',
      arguments: { id: 'a "b"', fields_wanted: ['x'], 'X-Trace': 't' },
      _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
    });
  });

  it('reads an answer that comes as events', async () => {
    const note = { jsonrpc: '2.0', method: 'notifications/message', params: {} };
    const message = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'é\n' }] } };
    server.behave((_request, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.end(
        `: hello\n\nevent: message\ndata: ${JSON.stringify(note)}\n\nevent: message\ndata: ${JSON.stringify(message)}\n\n`,
      );
    });
    expect((await call(['ping'])).stdout.toString()).toBe('é\n');
  });

  it.each([30_000, 200_000])('keeps every character of a long answer, %d bytes', async (bytes) => {
    const text = `x${'é'.repeat(bytes / 2)}`;
    server.behave((_request, response) => {
      response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } }));
    });
    expect((await call(['ping'])).stdout.toString() === text).toBe(true);
  });

  it('falls back once to the handshake of older servers', async () => {
    server.behave((request, response) => {
      const { method, id } = rpc(request);
      if (request.headers['mcp-protocol-version'] === '2026-07-28') response.writeHead(400).end('{}');
      else if (method === 'initialize')
        response
          .writeHead(200, { 'Mcp-Session-Id': 'sess-1', 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id: id ?? null, result: { protocolVersion: '2025-06-18' } }));
      else if (request.headers['mcp-session-id'] !== 'sess-1') response.writeHead(404).end();
      else if (method === 'tools/call') result('{"old":true}')(request, response);
      else response.writeHead(202).end();
    });
    const outcome = await call(['get-item', 'x']);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(outcome.stdout.toString()).toBe('{"old":true}');
    expect(server.requests.map((request) => rpc(request).method ?? request.method)).toEqual([
      'tools/call',
      'initialize',
      'notifications/initialized',
      'tools/call',
      'DELETE',
    ]);
    expect(server.requests.every(({ headers }) => headers.authorization === 'Bearer m-token')).toBe(true);
  });

  it("speaks a hub's REST form, and keeps the token from it", async () => {
    const tool: Json = { content: [{ type: 'text', text: '{"hub":1}' }], _meta: { 'mcpgen/status': 200 } };
    server.behave((_request, response) => response.end(JSON.stringify({ result: tool })));
    const outcome = await call(['create-item', '--name', 'x'], {
      SHOP_MCP_URL: `${server.url}/api/servers/tools`,
    });
    expect(outcome.stdout.toString()).toBe('{"hub":1}');
    expect(rpc(server.requests[0])).toEqual({
      server_name: 'shop',
      tool: 'create_item',
      arguments: { name: 'x' },
    });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    [
      '{"error":"fetch failed","code":"TOOL_EXECUTION_ERROR","data":{}}',
      6,
      'cannot reach the MCP server shop',
    ],
    ['{"error":"Server not initialized","code":"TOOL_ERROR"}', 6, 'Is it running?'],
    ['{"error":"Tool not found","code":"TOOL_ERROR","data":{"availableTools":[]}}', 2, 'no tool ping'],
    ['{"error":"MCP error -32602: bad","code":"TOOL_EXECUTION_ERROR"}', 2, '-32602'],
    ['{"error":"MCP error -32001: Request timed out","code":"TOOL_EXECUTION_ERROR"}', 7, 'timed out'],
    ['{"error":"Server not found","code":"SERVER_ERROR"}', 1, 'does not know the MCP server shop'],
    ['{"error":"something else","code":"TOOL_EXECUTION_ERROR"}', 1, 'something else'],
  ])("understands a hub's refusal %s", async (body, status, message) => {
    server.behave((_request, response) => response.writeHead(500).end(body));
    const outcome = await call(['ping'], { SHOP_MCP_URL: `${server.url}/api/servers/tools` });
    expect(outcome).toMatchObject({ status, stderr: expect.stringContaining(message) });
    expect(outcome.stdout.length).toBe(0);
  });

  it('sends bytes as base64 and writes bytes of an answer', async () => {
    const bytes = Buffer.from([0, 1, 2, 255, 254, 10]);
    const resource = { uri: 'mcpgen:///get_photo', mimeType: 'image/png', blob: bytes.toString('base64') };
    server.behave((_request, response) => {
      const message = { content: [{ type: 'resource', resource }], _meta: { 'mcpgen/status': 200 } };
      response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: message }));
    });
    expect((await call(['get-photo', 'x'])).stdout.equals(bytes)).toBe(true);
    await run('bash', ['-c', `printf 'a\\0b' | "$0" put-photo x --body -`, wrapper.path], {
      env: { SHOP_MCP_URL: server.url },
    });
    expect(rpc(server.requests[1]).params).toMatchObject({ arguments: { id: 'x', body: 'YQBi' } });
  });

  it('takes --data apart, and prints nothing for an empty answer', async () => {
    server.behave(result('Done: HTTP 204', { 'mcpgen/status': 204, 'mcpgen/empty': true }));
    const outcome = await call(['create-item', '--data', '{"name":"x","tags":["a"]}']);
    expect(outcome).toMatchObject({ status: 0, stdout: Buffer.alloc(0) });
    expect(rpc(server.requests[0]).params).toMatchObject({ arguments: { name: 'x', tags: ['a'] } });
    expect((await call(['create-item', '--data', '{"name":"x","unknown":1}'])).status).toBe(2);
  });

  it('--all follows what the server says comes next', async () => {
    server.behave((request, response) => {
      const { cursor } = (rpc(request).params as JsonObject).arguments as JsonObject;
      const next = cursor === undefined ? { cursor: 'c1' } : {};
      const meta = { 'mcpgen/status': 200, ...(cursor === undefined ? { 'mcpgen/next': next } : {}) };
      result(`{"cursor":${JSON.stringify(cursor ?? null)}}`, meta)(request, response);
    });
    const outcome = await call(['list-items', '--all', '--state', 'open']);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(outcome.stdout.toString()).toBe('{"cursor":null}\n{"cursor":"c1"}\n');
    expect(rpc(server.requests[1]).params).toMatchObject({ arguments: { state: 'open', cursor: 'c1' } });
  });

  it('has the exit statuses of the direct route', async () => {
    const rpcError =
      (code: number): Behaviour =>
      (_request, response) =>
        response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message: 'no such thing' } }));
    const http =
      (status: number): Behaviour =>
      (_request, response) =>
        response.writeHead(status).end('{}');
    const failed = (meta: JsonObject) => result('{"message":"why"}', meta, { isError: true });
    const cases: [Behaviour, number, string][] = [
      [failed({ 'mcpgen/status': 401 }), 3, 'HTTP 401: why'],
      [failed({ 'mcpgen/status': 404 }), 4, 'HTTP 404: why'],
      [failed({ 'mcpgen/status': 500 }), 5, 'HTTP 500: why'],
      [failed({ 'mcpgen/status': 429, 'mcpgen/retryAfter': 7 }), 9, 'Wait 7 seconds'],
      [failed({ 'mcpgen/error': 'usage' }), 2, 'why'],
      [failed({ 'mcpgen/error': 'unauthorized' }), 3, 'why'],
      [failed({ 'mcpgen/error': 'connection' }), 6, 'why'],
      [failed({ 'mcpgen/error': 'timeout' }), 7, 'why'],
      [failed({ 'mcpgen/error': 'internal' }), 1, 'why'],
      [rpcError(-32602), 2, 'no such thing'],
      [rpcError(-32603), 1, 'no such thing'],
      [http(401), 3, 'SHOP_MCP_TOKEN'],
      [http(403), 3, 'SHOP_MCP_TOKEN'],
      [http(429), 9, 'rate'],
      [http(500), 5, 'HTTP 500'],
      [(_request, response) => response.end('<html>'), 1, 'not MCP'],
      [(_request, response) => response.socket?.destroy(), 6, 'connection'],
    ];
    for (const [behaviour, status, message] of cases) {
      server.behave(behaviour);
      const outcome = await call(['get-item', 'x']);
      expect([outcome.status, outcome.stderr]).toEqual([status, expect.stringContaining(message)]);
      expect(outcome.stdout.toString()).toBe('');
      expect(outcome.stderr).not.toContain('m-token');
    }
    server.behave(() => undefined);
    expect((await call(['get-item', 'x', '--timeout', '0.3'])).status).toBe(7);
    expect((await call(['get-item', 'x'], { SHOP_MCP_URL: 'http://127.0.0.1:1/mcp' })).status).toBe(6);
    expect((await call(['get-item'])).status).toBe(2);
  });

  it('ends with 130 when it is interrupted', async () => {
    const script = join(wrapper.folder, 'interrupt.sh');
    const lines = ['set -m', '"$@" &', 'pid=$!', 'sleep 0.7', 'kill -INT -- -"$pid"', 'wait "$pid"'];
    writeFileSync(script, lines.join('\n'));
    server.behave(() => undefined);
    const env = { SHOP_MCP_URL: `${server.url}/mcp` };
    expect((await run('/bin/bash', [script, wrapper.path, 'get-item', 'x'], { env })).status).toBe(130);
  });

  it('shows in a dry run what it would call', async () => {
    const dry = await call(['get-item', 'x', '--dry-run']);
    expect(dry.stdout.toString()).toContain('Mcp-Name: get_item');
    expect(dry.stdout.toString()).toContain('{"name":"get_item","arguments":{"id":"x"}}');
    expect(dry.stdout.toString()).not.toContain('m-token');
    expect(server.requests).toHaveLength(0);
  });
});

it('says how to get jq where it is missing', async () => {
  const outcome = await run('/bin/bash', [wrapper.path, 'get-item', 'x'], { env: { PATH: '/nonexistent' } });
  expect(outcome).toMatchObject({ status: 1, stderr: expect.stringContaining('jq') });
});
