// A smoke test of this server: it starts, lists its tools and answers in both eras of the protocol.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const token = 'test-token';
let server;
let url;

before(async () => {
  const file = fileURLToPath(new URL('../dist/server.mjs', import.meta.url));
  const env = { ...process.env, HOST: '127.0.0.1', PORT: '0', MCP_TOKEN: token };
  server = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  url = await new Promise((resolve, reject) => {
    server.stdout.on('data', (chunk) => {
      printed += chunk;
      const found = /"url":"([^"]+)"/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
});

after(async () => {
  server.kill('SIGTERM');
  const [code] = await once(server, 'exit');
  assert.equal(code, 0);
});

async function post(body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
  });
  return { status: response.status, body: await response.json() };
}

test('is healthy', async () => {
  const response = await fetch(new URL('/healthz', url));
  assert.equal(response.status, 200);
});

test('asks for its token', async () => {
  const { status } = await post({ method: 'tools/list' }, { Authorization: 'Bearer wrong' });
  assert.equal(status, 401);
});

test('lists its tools to a client of 2025-06-18', async () => {
  const { body } = await post({ method: 'tools/list' }, { 'MCP-Protocol-Version': '2025-06-18' });
  assert.ok(body.result.tools.length > 0);
});

test('lists its tools to a client of 2026-07-28', async () => {
  const version = '2026-07-28';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const headers = { 'MCP-Protocol-Version': version, 'Mcp-Method': 'tools/list' };
  const { body } = await post({ method: 'tools/list', params: { _meta } }, headers);
  assert.ok(body.result.tools.length > 0);
  assert.equal(body.result.resultType, 'complete');
});

test('says what is wrong with an unknown tool', async () => {
  const { body } = await post({ method: 'tools/call', params: { name: 'no_such_tool', arguments: {} } });
  assert.equal(body.error.code, -32602);
});
