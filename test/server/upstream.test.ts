import { beforeAll, describe, expect, test } from 'vitest';
import type { OperationPlan } from '../../src/model/plan.ts';
import { callTool, legacyClient, modernClient, standIn, start, writeServer } from './harness.ts';
import { argument, bind, integer, operation, parameter, planOf, string } from './plans.ts';

const id = argument('id', string, { required: true });
const page = argument('page', integer);
const size = argument('size', integer, { default: 2 });
const after = argument('after', string);
const byId = { parameters: [parameter('path', 'id')], bindings: [bind(['path', 'id'])] };
const byPage = {
  parameters: [parameter('query', 'page'), parameter('query', 'size'), parameter('query', 'after')],
  bindings: [bind(['query', 'page']), bind(['query', 'size']), bind(['query', 'after'])],
};
const list = (tool: string, pagination: OperationPlan['pagination']) =>
  operation(
    tool,
    'GET',
    '/list',
    [page, size, after],
    byPage,
    pagination === undefined ? {} : { pagination },
  );
const graphql = {
  body: { required: true, requires: [], media: [{ kind: 'json', mediaType: 'application/json' }] },
  bindings: [{ at: ['body', 'query'], kind: 'constant', value: 'mutation {…}' }],
} as const;

const plan = planOf([
  operation('get_thing', 'GET', '/things/{id}', [id], byId),
  operation('post_thing', 'POST', '/things/{id}', [id], byId),
  operation('get_file', 'GET', '/files/{id}', [id], byId, {
    response: { kind: 'binary', mediaType: 'application/pdf', headers: [] },
  }),
  operation('get_typed', 'GET', '/things/{id}', [id], byId, {
    outputSchema: { type: 'object', properties: { id: { type: 'string' } } },
  }),
  operation('mutate', 'POST', '/graphql', [], graphql, {
    graphql: { kind: 'mutation', fields: ['create'], success: ['create'] },
  }),
  list('by_page', { style: 'page', parameter: 'page', size: 'size', items: ['items'] }),
  list('by_offset', { style: 'offset', parameter: 'page', size: 'size', items: ['items'] }),
  list('by_cursor', { style: 'cursor', parameter: 'after', next: ['page', 'end'], more: ['page', 'more'] }),
  list('by_link', { style: 'link' }),
  list('by_url', { style: 'url', next: ['next'] }),
]);

let folder: string;
beforeAll(async () => {
  folder = await writeServer(plan);
});

/** Answers each request by the next of these, the last one again and again. */
function sequence(
  ...answers: readonly (readonly [status: number, body?: string, headers?: Record<string, string>])[]
) {
  let count = 0;
  return standIn((_request, response) => {
    const [status, body = '', headers = {}] = answers[Math.min(count, answers.length - 1)] ?? [200];
    count += 1;
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
  });
}

describe('answers', () => {
  test('the body comes through verbatim, odd JSON included', async () => {
    const body = '{ "id" : 9007199254740993,\n "n": 1.0, "é": "\\u00e9" }\n';
    const api = await sequence([200, body]);
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const result = await callTool(url, 'get_thing', { id: '1' });
    expect(result.content).toEqual([{ type: 'text', text: body }]);
    expect(result._meta?.['mcpgen/status']).toBe(200);
    expect(result.isError).toBeUndefined();
  });

  test.each([
    [400, 'refused the request'],
    [401, 'credentials'],
    [404, 'not found'],
    [302, 'redirects are not followed'],
    [500, 'the API failed'],
  ])('HTTP %i is an error with the body and an explanation', async (status, message) => {
    const api = await sequence([status, '{"message":"no"}', { Location: 'https://elsewhere.example.com/' }]);
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const result = await callTool(url, 'post_thing', { id: '1' });
    expect(result.isError).toBe(true);
    expect(result.content?.[0]?.text).toBe('{"message":"no"}');
    expect(result.content?.[1]?.text).toContain(message);
    expect(result._meta?.['mcpgen/status']).toBe(status);
    expect(api.received).toHaveLength(1);
  });

  test('no body is said in words', async () => {
    const api = await sequence([204]);
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const result = await callTool(url, 'post_thing', { id: '1' });
    expect(result._meta).toMatchObject({ 'mcpgen/status': 204, 'mcpgen/empty': true });
    expect(result.content?.[0]?.text).toContain('204');
  });

  test('bytes come as a resource with their media type', async () => {
    const bytes = Buffer.from([0x25, 0x50, 0xff, 0x00, 0x0a]);
    const api = await standIn((_request, response) => {
      response.setHeader('Content-Type', 'application/pdf');
      response.end(bytes);
    });
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    for (const tool of ['get_file', 'get_thing']) {
      const result = await callTool(url, tool, { id: '1' });
      expect(result.content?.[0]).toMatchObject({
        type: 'resource',
        resource: { mimeType: 'application/pdf', blob: bytes.toString('base64') },
      });
    }
  });

  test('a long body is cut with advice, and whole for who asks for it', async () => {
    const body = JSON.stringify({ text: 'é'.repeat(5000) });
    const api = await sequence([200, body]);
    const { url } = await start(folder, { DEMO_BASE_URL: api.url, MAX_RESPONSE_BYTES: '1000' });
    const cut = await callTool(url, 'get_thing', { id: '1' });
    expect(body.startsWith(cut.content?.[0]?.text ?? '-')).toBe(true);
    expect(cut.content?.[0]?.text?.length).toBeLessThan(1000);
    expect(cut.content?.[1]?.text).toContain('Ask for less');
    expect(cut._meta?.['mcpgen/truncated']).toBe(true);
    const whole = await callTool(url, 'get_thing', { id: '1' }, { 'mcpgen/full': true });
    expect(whole.content?.[0]?.text).toBe(body);
  });

  test('structured content where the tool promises it, an error where the API breaks the promise', async () => {
    const api = await sequence([200, '{"id":"1"}'], [200, '[1]']);
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const client = await modernClient(url);
    await client.listTools();
    const good = await client.callTool({ name: 'get_typed', arguments: { id: '1' } });
    expect(good.structuredContent).toEqual({ id: '1' });
    const bad = await client.callTool({ name: 'get_typed', arguments: { id: '1' } });
    expect(bad.isError).toBe(true);
  });
});

describe('GraphQL', () => {
  test.each([
    ['errors without data are a refusal', '{"errors":[{"message":"nope"}]}', true, 'nope'],
    [
      'data with errors is partial',
      '{"data":{"a":1},"errors":[{"message":"half","path":["a"]}]}',
      true,
      'half',
    ],
    [
      'success: false is a refusal',
      '{"data":{"create":{"success":false}}}',
      true,
      '`create.success` is false',
    ],
    ['data alone is fine', '{"data":{"create":{"success":true}}}', false, ''],
  ])('%s', async (_title, body, isError, message) => {
    const api = await sequence([200, body]);
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const result = await callTool(url, 'mutate', {});
    expect(result.isError === true).toBe(isError);
    expect(result.content?.[0]?.text).toBe(body);
    if (isError) expect(result.content?.[1]?.text).toContain(message);
  });

  test('a rate limit is waited for, even by a mutation', async () => {
    const limited = '{"errors":[{"message":"slow down","extensions":{"code":"RATELIMITED"}}]}';
    const api = await sequence([400, limited, { 'Retry-After': '0' }], [200, '{"data":{}}']);
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    expect((await callTool(url, 'mutate', {})).content?.[0]?.text).toBe('{"data":{}}');
    expect(api.received).toHaveLength(2);
  });
});

describe('again', () => {
  test('a read is sent again after 502 and lost connections', async () => {
    let count = 0;
    const api = await standIn((_request, response) => {
      count += 1;
      if (count === 1) response.destroy();
      else response.writeHead(count === 2 ? 502 : 200).end('{}');
    });
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    expect((await callTool(url, 'get_thing', { id: '1' })).content?.[0]?.text).toBe('{}');
    expect(count).toBe(3);
  });

  test('a write is not', async () => {
    let count = 0;
    const api = await standIn((_request, response) => {
      count += 1;
      if (count === 1) response.destroy();
      else response.writeHead(502).end('{}');
    });
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const lost = await callTool(url, 'post_thing', { id: '1' });
    expect(lost._meta).toEqual(expect.objectContaining({ 'mcpgen/error': 'connection' }));
    expect((await callTool(url, 'post_thing', { id: '1' }))._meta?.['mcpgen/status']).toBe(502);
    expect(count).toBe(2);
  });

  test('everything after 429, but not for ever', async () => {
    const api = await sequence(
      [429, 'wait', { 'Retry-After': '0' }],
      [200, '{}'],
      [429, 'no', { 'Retry-After': '3600' }],
    );
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    expect((await callTool(url, 'post_thing', { id: '1' })).content?.[0]?.text).toBe('{}');
    const limited = await callTool(url, 'post_thing', { id: '1' });
    expect(limited._meta).toMatchObject({ 'mcpgen/status': 429, 'mcpgen/retryAfter': 3600 });
    expect(api.received).toHaveLength(3);
  });
});

describe('no answer', () => {
  test('nobody listens', async () => {
    const { url } = await start(folder, { DEMO_BASE_URL: 'http://127.0.0.1:1' });
    const result = await callTool(url, 'post_thing', { id: '1' });
    expect(result._meta?.['mcpgen/error']).toBe('connection');
    expect(result.content?.[0]?.text).toContain('refuses connections');
  });

  test('the API takes too long', async () => {
    const api = await standIn(() => {});
    const { url } = await start(folder, { DEMO_BASE_URL: api.url, UPSTREAM_TIMEOUT: '0.2' });
    const result = await callTool(url, 'get_thing', { id: '1' });
    expect(result._meta?.['mcpgen/error']).toBe('timeout');
  });
});

describe('cancelling reaches the API', () => {
  const hanging = async () => {
    const closed: string[] = [];
    const api = await standIn((request, response) => {
      response.on('close', () => closed.push(request.url));
    });
    return { api, closed };
  };

  test('by a client of SDK v2', async () => {
    const { api, closed } = await hanging();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const client = await modernClient(url);
    const controller = new AbortController();
    const call = client.callTool(
      { name: 'get_thing', arguments: { id: 'v2' } },
      { signal: controller.signal },
    );
    const failed = expect(call).rejects.toThrow();
    await expect.poll(() => api.received.length).toBe(1);
    controller.abort();
    await failed;
    await expect.poll(() => closed).toEqual(['/things/v2']);
  });

  test('by a client of SDK v1, and no other call of the same id ends', async () => {
    const { api, closed } = await hanging();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const [one, other] = [await legacyClient(url), await legacyClient(url)];
    const controller = new AbortController();
    const call = one.callTool({ name: 'get_thing', arguments: { id: 'one' } }, undefined, {
      signal: controller.signal,
    });
    const failed = expect(call).rejects.toThrow();
    other.callTool({ name: 'get_thing', arguments: { id: 'other' } }).catch(() => {});
    await expect.poll(() => api.received.length).toBe(2);
    controller.abort('enough');
    await failed;
    await expect.poll(() => closed).toEqual(['/things/one']);
  });

  test('by hanging up', async () => {
    const { api, closed } = await hanging();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const controller = new AbortController();
    const params = { name: 'get_thing', arguments: { id: 'raw' } };
    const call = fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer secret-token' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      signal: controller.signal,
    }).catch(() => 'gone');
    await expect.poll(() => api.received.length).toBe(1);
    controller.abort();
    expect(await call).toBe('gone');
    await expect.poll(() => closed).toEqual(['/things/raw']);
  });
});

describe('the next page', () => {
  const next = async (tool: string, args: Record<string, unknown>, body: unknown, headers = {}) => {
    const api = await sequence([200, JSON.stringify(body), headers]);
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    return (await callTool(url, tool, args))._meta?.['mcpgen/next'];
  };

  test('by page', async () => {
    expect(await next('by_page', {}, { items: [1, 2] })).toEqual({ page: 2 });
    expect(await next('by_page', { page: 7 }, { items: [1, 2] })).toEqual({ page: 8 });
    expect(await next('by_page', {}, { items: [1] })).toBeUndefined();
  });
  test('by offset', async () =>
    expect(await next('by_offset', { page: 4 }, { items: [1, 2] })).toEqual({ page: 6 }));
  test('by cursor', async () => {
    expect(await next('by_cursor', {}, { page: { end: 'c', more: true } })).toEqual({ after: 'c' });
    expect(await next('by_cursor', {}, { page: { end: 'c', more: false } })).toBeUndefined();
  });
  test('by link header', async () => {
    const Link =
      '<https://x/list?page=1>; rel="prev", <https://x/list?page=3&after=a%20b&other=1>; title="n"; rel="next"';
    expect(await next('by_link', {}, [], { Link })).toEqual({ page: 3, after: 'a b' });
  });
  test('by URL in the answer', async () => {
    expect(await next('by_url', {}, { next: '/list?size=5&after=z' })).toEqual({ size: 5, after: 'z' });
    expect(await next('by_url', {}, { next: null })).toBeUndefined();
  });
});
