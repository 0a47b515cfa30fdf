import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Binding } from '../../src/model/api.ts';
import { callTool, modernVersion, postRaw, standIn, start, writeServer } from './harness.ts';
import { any, argument, bind, integer, operation, parameter, planOf, string } from './plans.ts';

const jsonBody = {
  required: true,
  requires: [],
  media: [{ kind: 'json', mediaType: 'application/json' }],
} as const;
const template = (name: string, ...parts: Extract<Binding, { kind: 'template' }>['parts']): Binding => ({
  at: ['body', name],
  kind: 'template',
  parts,
  type: 'json',
});

const plan = planOf([
  operation(
    'create_thing',
    'POST',
    '/things/{number}',
    [argument('number', integer, { required: true }), argument('data', any)],
    {
      body: jsonBody,
      parameters: [parameter('path', 'number')],
      bindings: [bind(['path', 'number']), bind(['body', 'data'])],
    },
    {
      outputSchema: { type: 'object', properties: { data: { type: 'integer' } } },
      pagination: { style: 'cursor', parameter: 'data', next: ['data'] },
    },
  ),
  operation('list_things', 'POST', '/lists', [argument('name', string), argument('user', string)], {
    body: jsonBody,
    bindings: [
      template('filters', '[{"field":"name","is":"', { arg: 'name' }, '"},{"after":9007199254740993}]'),
      template('who', '["', { arg: 'user', match: { regex: '@(.*)', group: 1 } }, '"]'),
    ],
  }),
  operation(
    'tag_things',
    'POST',
    '/tags',
    [argument('ids', { kind: 'array', items: integer }, { required: true, env: 'DEMO_IDS' })],
    { body: jsonBody, bindings: [bind(['body', 'ids'])] },
  ),
]);

let folder: string;
beforeAll(async () => {
  folder = await writeServer(plan);
});

describe('integers beyond 2^53', () => {
  const args =
    '{"number":9007199254740993,"data":{"id":-12345678901234567890,"list":["9007199254740993",1.5,{"n":12345678901234567890123}]}}';
  const sent =
    '{"data":{"id":-12345678901234567890,"list":["9007199254740993",1.5,{"n":12345678901234567890123}]}}';
  const answer = '{"data":9007199254740995,"other":"9007199254740993\\"12345678901234567890"}';
  const call = (id: number, meta = '') =>
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"create_thing","arguments":${args}${meta}}}`;
  const modern = `,"_meta":{"io.modelcontextprotocol/protocolVersion":"${modernVersion}","io.modelcontextprotocol/clientCapabilities":{}}`;
  const headers = {
    'MCP-Protocol-Version': modernVersion,
    'Mcp-Method': 'tools/call',
    'Mcp-Name': 'create_thing',
  };

  /** Text, structured content and the next page's cursor, to the digit. */
  function expectExact(text: string): void {
    expect(text).toContain(`"text":${JSON.stringify(answer)}`);
    expect(text).toContain(`"structuredContent":${answer}`);
    expect(text).toContain('"mcpgen/next":{"data":9007199254740995}');
  }

  test.each([
    ['1', '2025-11-25', call(1), {}],
    ['0', '2025-11-25', call(1), {}],
    ['0', '2025-11-25, as a stream', call(1), { Accept: 'text/event-stream' }],
    ['1', modernVersion, call(1, modern), headers],
    ['0', modernVersion, call(1, modern), headers],
  ])('arrive as they were sent, both ways (DIRECT=%s, %s)', async (direct, _title, body, headers) => {
    const api = await standIn((_request, response) => response.end(answer));
    const { url } = await start(folder, { DEMO_BASE_URL: api.url, DIRECT: direct });
    expectExact((await postRaw(url, body, headers)).text);
    expect(api.received[0]?.url).toBe('/things/9007199254740993');
    expect(api.received[0]?.body.toString()).toBe(sent);
  });

  test('in a list that the environment supplies', async () => {
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url, DEMO_IDS: '[9007199254740993,2]' });
    expect(await callTool(url, 'tag_things', {})).not.toHaveProperty('isError');
    expect(api.received.map(({ body }) => body.toString())).toEqual(['{"ids":[9007199254740993,2]}']);
  });

  test('a number that is too large for a client of JSON is refused, and not sent as null', async () => {
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const { status, text } = await postRaw(url, call(1).replace('9007199254740993', '-1e400'));
    expect([status, text]).toEqual([400, expect.stringContaining('a number is too large')]);
    expect(api.received).toEqual([]);
  });

  test('over stdio too, of several calls at once', async () => {
    const api = await standIn((_request, response) => response.end(answer));
    const child = spawn(process.execPath, [join(folder, 'dist', 'server.mjs'), '--stdio'], {
      env: { PATH: process.env.PATH, DEMO_BASE_URL: api.url },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    const text = `${[1, 2, 3].map((id) => call(id, modern)).join('\n')}\n`;
    // In pieces, as a pipe may hand them over.
    child.stdin.write(text.slice(0, 150));
    child.stdin.end(text.slice(150));
    expect((await once(child, 'close'))[0]).toBe(0);
    const lines = output.trim().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expectExact(line);
    expect(api.received.map(({ body }) => body.toString())).toEqual([sent, sent, sent]);
  });
});

describe('JSON text with holes in a list of the body', () => {
  const bodyOf = async (args: Readonly<Record<string, unknown>>) => {
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    await callTool(url, 'list_things', args);
    return api.received[0]?.body.toString();
  };

  test('text stays inside its string, whatever it holds; digits stay', async () => {
    const name = 'a"},{"\\\n\u0001\u2028ü';
    expect(await bodyOf({ name })).toBe(
      `{"filters":[{"field":"name","is":${JSON.stringify(name)}},{"after":9007199254740993}]}`,
    );
  });
  test('a hole takes a part of the text', async () => {
    expect(await bodyOf({ user: 'me@"home"' })).toBe('{"who":["\\"home\\""]}');
  });
  test('without its argument, or where nothing matches, the list is left out', async () => {
    expect(await bodyOf({ user: 'nobody' })).toBe('{}');
  });
});
