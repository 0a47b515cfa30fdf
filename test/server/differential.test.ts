import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  modernVersion,
  postRaw,
  type Running,
  type StandIn,
  standIn,
  start,
  token,
  writeServer,
} from './harness.ts';
import { any, argument, bind, integer, operation, parameter, planOf, string } from './plans.ts';
import { envelope, request } from './requests.ts';

const thing = {
  parameters: [parameter('path', 'id'), parameter('query', 'n')],
  bindings: [bind(['path', 'id']), bind(['query', 'n'])],
};
const args = [argument('id', string, { required: true }), argument('n', integer), argument('x', any)];
const plan = planOf([
  operation('get_thing', 'GET', '/things/{id}', args, thing),
  operation('get_page', 'GET', '/pages/{id}', args, thing, {
    outputSchema: { type: 'object', properties: { id: { type: 'integer' } } },
    pagination: { style: 'cursor', parameter: 'x', next: ['id'] },
  }),
]);

let folder: string;
beforeAll(async () => {
  folder = await writeServer(plan);
});

/** An API with an answer of every kind. */
function api(): Promise<StandIn> {
  const answers: Readonly<Record<string, readonly [number, string, string | Buffer]>> = {
    empty: [204, 'application/json', ''],
    big: [200, 'application/json', '{"id":12345678901234567890,"n":[-9007199254740993,1.50,1e3]}'],
    text: [200, 'text/plain', 'Grüße, "\\\n\u2028\u{1f600}'],
    missing: [404, 'application/json', '{"message":"no"}'],
    broken: [200, 'application/json', '{"id":'],
    bytes: [200, 'image/png', Buffer.from([137, 80, 0, 255])],
    list: [200, 'application/json', '[1,2,3]'],
    cut: [200, 'application/json', `{"id":"${'ü'.repeat(4000)}"}`],
    deep: [200, 'application/json', `{"a":${'['.repeat(400)}${']'.repeat(400)}}`],
    proto: [200, 'application/json', '{"__proto__":1,"constructor":{"prototype":2},"toJSON":3}'],
  };
  return standIn(({ url }, response) => {
    const id = decodeURIComponent(/^\/[a-z]+\/([^?]*)/.exec(url)?.[1] ?? '');
    const [status, type, body] = answers[id] ?? [200, 'application/json', '{"id":1}'];
    response.writeHead(status, { 'Content-Type': type }).end(body);
  });
}

/** What an answer is by its headers, and by its body to the byte. */
async function answerOf(server: Running, body: string, headers: Readonly<Record<string, string>>) {
  const { status, headers: got, text } = await postRaw(server.url, body, headers);
  return {
    status,
    type: got.get('content-type')?.replace(/;.*/, ''),
    session: got.has('mcp-session-id'),
    text,
  };
}

describe('what is answered directly is what the SDK answers, to the byte', () => {
  test.each([
    ['all tools', {}],
    ['search', { TOOLS: 'search' }],
    ['a short limit', { MAX_RESPONSE_BYTES: '100', READ_ONLY: '1' }],
  ])(
    '%s',
    async (_title, settings) => {
      const { url } = await api();
      const env = { DEMO_BASE_URL: url, LOG: '0', ...settings };
      const [short, long] = [await start(folder, env), await start(folder, { ...env, DIRECT: '0' })];
      const runs = Number(process.env.MCPGEN_RUNS ?? 400);
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(request, async ({ body, headers }) => {
          // A subscription is a stream that stays open: nothing to compare.
          fc.pre(!(body.includes('subscriptions/listen') && body.includes(modernVersion)));
          const one = await answerOf(short, body, headers);
          expect(one).toEqual(await answerOf(long, body, headers));
          if (one.text.includes('"result"')) answered += 1;
        }),
        { numRuns: runs },
      );
      // Enough of both kinds are compared: requests that a server answers, and those that it refuses.
      expect(answered).toBeGreaterThan(runs / 10);
      expect(answered).toBeLessThan(runs * 0.9);
    },
    300_000,
  );
});

describe.each(['1', '0'])('a call that is cancelled (DIRECT=%s)', (direct) => {
  async function hanging() {
    let ended = () => {};
    const over = new Promise<void>((resolve) => {
      ended = resolve;
    });
    let begun = () => {};
    const arrived = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { url } = await standIn((_request, response) => {
      response.on('close', ended);
      begun();
    });
    const server = await start(folder, { DEMO_BASE_URL: url, DIRECT: direct });
    return { server, arrived, over };
  }
  const params = { name: 'get_thing', arguments: { id: 'a' } };

  test.each(['modern', 'legacy'] as const)('by hanging up, %s: the request to the API ends', async (era) => {
    const { server, arrived, over } = await hanging();
    const controller = new AbortController();
    const body = { ...params, ...(era === 'modern' ? { _meta: envelope } : {}) };
    const headers = era === 'modern' ? { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'get_thing' } : {};
    const answer = fetch(server.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${token}`,
        'MCP-Protocol-Version': era === 'modern' ? modernVersion : '2025-11-25',
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: body }),
      signal: controller.signal,
    });
    await arrived;
    controller.abort();
    await expect(answer).rejects.toThrow();
    await over;
  });

  test('by a notification of the same session', async () => {
    const { server, arrived, over } = await hanging();
    const session = { 'Mcp-Session-Id': 's', 'MCP-Protocol-Version': '2025-11-25' };
    const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params };
    const answer = postRaw(server.url, JSON.stringify(call), session);
    await arrived;
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
    const foreign = { ...session, 'Mcp-Session-Id': 't' };
    expect((await postRaw(server.url, JSON.stringify(cancel), foreign)).status).toBe(202);
    expect((await postRaw(server.url, JSON.stringify(cancel), session)).status).toBe(202);
    expect(await answer).toMatchObject({ status: 499, text: '' });
    await over;
  });
});
