import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  callTool,
  type RawMessage,
  type Received,
  send,
  standIn,
  start,
  token,
  writeServer,
} from './harness.ts';
import { argument, bind, operation, parameter, planOf, string } from './plans.ts';

const id = argument('id', string, { required: true });
const byId = { parameters: [parameter('path', 'id')], bindings: [bind(['path', 'id'])] };
const plan = planOf([
  operation('get_thing', 'GET', '/things/{id}', [id], byId),
  operation('get_typed', 'GET', '/things/{id}', [id], byId, {
    outputSchema: { type: 'object', properties: { url: { type: 'string' } } },
  }),
]);

let folder: string;
beforeAll(async () => {
  folder = await writeServer(plan);
});

async function megabytes(url: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  const metrics = await fetch(new URL('/metrics', url), { headers });
  return Number(/process_resident_memory_bytes (\d+)/.exec(await metrics.text())?.[1]) / 1e6;
}

async function call(url: string, index: number): Promise<RawMessage> {
  const name = index % 3 === 0 ? 'get_typed' : 'get_thing';
  const params = { name, arguments: { id: `n${index}` } };
  return (await send(url, index % 2 === 0 ? 'modern' : 'legacy', 'tools/call', params)).json();
}

test.each(['1', '0'])(
  '1,000 calls at once: every caller gets its own answer (DIRECT=%s)',
  async (direct) => {
    const api = await standIn((request, response) => {
      setTimeout(() => response.end(JSON.stringify({ url: request.url })), Math.random() * 20);
    });
    const { url } = await start(folder, { DEMO_BASE_URL: api.url, DIRECT: direct });
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, index) => call(url, index)));
    const texts = answers.map(({ result }) => result?.content?.[0]?.text);
    expect(texts).toEqual(answers.map((_, index) => `{"url":"/things/n${index}"}`));
    const structured = answers.flatMap(({ result }, index) =>
      index % 3 === 0 ? [result?.structuredContent] : [],
    );
    expect(structured).toEqual(structured.map((_, index) => ({ url: `/things/n${index * 3}` })));
  },
  60_000,
);

/** What an API can do to a server, by the number in the path. */
const faults: readonly ((response: ServerResponse) => void)[] = [
  (response) => response.end('{"url":"fine"}'),
  // Nothing ever comes.
  () => {},
  (response) => response.destroy(),
  (response) => response.writeHead(500).end('{"error":"down"}'),
  (response) => response.end(Buffer.alloc(10 << 20, '{"x":')),
  (response) => response.end('{"url":'),
  // Half an answer, and then nothing.
  (response) => response.writeHead(200, { 'Content-Length': '100' }).write('{"url"'),
  // Half an answer, and then the connection is gone.
  (response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('{"url"');
    setTimeout(() => response.destroy(), 20);
  },
  (response) => response.writeHead(204).end(),
  (response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
  (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not gzip'),
  (response) => response.socket?.end('HTTP/9.9 what\r\n\r\n'),
];

test('an API that hangs, resets, fails, floods and lies: every call is answered, memory stays bounded', async () => {
  const api = await standIn((request: Received, response) => {
    const index = Number(/n(\d+)/.exec(request.url)?.[1]) % faults.length;
    response.setHeader('Content-Type', 'application/json');
    faults[index]?.(response);
  });
  const limits = { UPSTREAM_TIMEOUT: '8', MAX_RESPONSE_BYTES: '100000', MAX_CONCURRENCY: '1000' };
  const { url, process: child } = await start(folder, { DEMO_BASE_URL: api.url, LOG: '0', ...limits });
  await call(url, 0);
  const before = await megabytes(url);
  const answers = await Promise.all(
    Array.from({ length: 20 * faults.length }, (_, index) => call(url, index)),
  );
  for (const [index, { result }] of answers.entries()) {
    const { isError, content } = result ?? {};
    // A cut or broken body is an error only where the tool promises its structure.
    const mayBeGood = [0, 4, 5, 8].includes(index % faults.length);
    if (!mayBeGood) expect(isError, `call ${index}`).toBe(true);
    expect(content?.length, `call ${index}`).toBeGreaterThan(0);
  }
  const told = (index: number) => JSON.stringify(answers[index + faults.length]?.result?.content);
  expect(told(1)).toContain('no answer within 8 s');
  expect(told(2)).toContain('closed the connection');
  expect(told(3)).toContain('HTTP 500');
  expect(told(4)).toContain('The answer is cut');
  expect(told(6)).toContain('no answer within 8 s');
  expect(told(7)).toContain('lost in the middle');
  expect(told(9)).toContain('redirects are not followed');
  expect(await megabytes(url)).toBeLessThan(before + 250);
  expect(child.exitCode).toBeNull();
  expect((await callTool(url, 'get_thing', { id: 'n0' })).isError).toBeUndefined();
}, 180_000);

test('an API that answers without end costs no memory', async () => {
  const chunk = Buffer.alloc(1 << 20, 'x');
  const api = await standIn((_request, response) => {
    const more = () => {
      while (response.write(chunk)) if (response.destroyed) return;
    };
    response.on('drain', more);
    more();
  });
  const { url } = await start(folder, { DEMO_BASE_URL: api.url, MAX_RESPONSE_BYTES: '10000' });
  const results = await Promise.all(
    Array.from({ length: 50 }, () => callTool(url, 'get_thing', { id: '1' })),
  );
  expect(results.every(({ _meta }) => _meta?.['mcpgen/truncated'] === true)).toBe(true);
  expect(await megabytes(url)).toBeLessThan(300);
});

describe('SIGTERM', () => {
  test('running calls are finished, new ones refused, exit 0', async () => {
    const waiting: (() => void)[] = [];
    const api = await standIn((_request: Received, response) => {
      waiting.push(() => response.end('{"done":true}'));
    });
    const server = await start(folder, { DEMO_BASE_URL: api.url });
    const calls = Array.from({ length: 5 }, (_, index) =>
      callTool(server.url, 'get_thing', { id: `${index}` }),
    );
    await expect.poll(() => waiting.length).toBe(5);
    const stopped = server.stop();
    await expect.poll(() => server.output()).toContain('SIGTERM');
    for (const release of waiting) release();
    const results = await Promise.all(calls);
    expect(results.map(({ content }) => content?.[0]?.text)).toEqual(Array(5).fill('{"done":true}'));
    expect(await stopped).toBe(0);
    await expect(callTool(server.url, 'get_thing', { id: 'late' })).rejects.toThrow();
  });

  test('in the middle of load: what the API has done is told to the caller, and nothing else is done', async () => {
    const done = new Set<string>();
    const api = await standIn(({ url }, response) => {
      setTimeout(() => {
        done.add(url);
        response.end(JSON.stringify({ url }));
      }, Math.random() * 50);
    });
    const server = await start(folder, { DEMO_BASE_URL: api.url, LOG: '0' });
    const answered = new Set<string>();
    let next = 0;
    let over = false;
    // Each worker calls again and again, until the server takes no more calls.
    const worker = async () => {
      while (!over) {
        next += 1;
        try {
          const { result } = await call(server.url, next);
          answered.add(JSON.parse(result?.content?.[0]?.text ?? '{}').url);
        } catch {
          over = true;
        }
      }
    };
    const workers = Promise.all(Array.from({ length: 32 }, worker));
    await expect.poll(() => answered.size, { timeout: 20_000 }).toBeGreaterThan(300);
    const exit = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    expect((await exit)[0]).toBe(0);
    await workers;
    expect([...done].filter((url) => !answered.has(url))).toEqual([]);
  }, 60_000);
});
