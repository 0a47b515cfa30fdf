import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeServer } from '../server/harness.ts';
import { needs } from '../support/require.ts';
import { type RunningServer, startServer } from '../wire/callers.ts';
import { type Recorder, run, startRecorder, type Wrapper, wrapperOf } from './support.ts';

/** Values per kind of argument and route; WRAPPER_ROUNDS=300 for a deep look. */
const ROUNDS = Number(process.env.WRAPPER_ROUNDS ?? (process.env.MCPGEN_REQUIRE_ALL === '1' ? 80 : 30));
let recorder: Recorder;
let wrapper: Wrapper;
let server: RunningServer;

beforeAll(async () => {
  recorder = await startRecorder();
  wrapper = await wrapperOf(places());
  const folder = await writeServer(wrapper.plan);
  const env = { PLACES_BASE_URL: recorder.url, LOG: '0' };
  server = await startServer(join(folder, 'dist/server.mjs'), env);
}, 120_000);
afterAll(async () => {
  await server.stop();
  await recorder.close();
  wrapper.remove();
});
beforeEach(() => {
  recorder.requests.length = 0;
});

const NASTY = [
  '"',
  "'",
  '`id`',
  '$(touch CANARY)',
  '${HOME}',
  '\\',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '--',
  '-',
  '@',
  '@/etc/passwd',
  '&',
  ';',
  '|',
  '*',
  '?',
  '[a]',
  '~',
  '!',
  '#',
  '%',
  '%2F',
  '%s%n',
  '\u0001',
  '\u001b[31m',
  '\u007f',
  '\u2028',
  'é',
  '日本',
  '😀',
  '<',
  '>',
  '=',
  ',',
  '{',
  '}',
  'null',
  'true',
  '0',
] as const;

/** Text that tries to be something else: pieces with a meaning somewhere, and any characters. NUL cannot be an argument of a process. */
const text = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 8 })
  .map((parts) => parts.join('').replaceAll('\0', ''));

/** Every place and style of a text, one operation each; and lists and objects of text. */
function places() {
  const text = { type: 'string' };
  const list = { type: 'array', items: text };
  const object = { type: 'object', additionalProperties: text };
  const ok = { 200: { description: 'ok', content: { 'application/json': { schema: {} } } } };
  const parameter = (name: string, more: object) => [
    `/${name}${'in' in more && more.in === 'path' ? '/{v}' : ''}`,
    { get: { operationId: name, parameters: [{ name: 'v', required: true, ...more }], responses: ok } },
  ];
  const body = (name: string, type: string, schema: object) => [
    `/${name}`,
    {
      post: {
        operationId: name,
        requestBody: { required: true, content: { [type]: { schema } } },
        responses: ok,
      },
    },
  ];
  const members = { type: 'object', properties: { v: text, l: list, o: object } };
  return {
    openapi: '3.1.0',
    info: { title: 'Places', version: '1' },
    servers: [{ url: 'https://places.example' }],
    'x-mcpgen': { name: 'places' },
    paths: Object.fromEntries([
      parameter('path', { in: 'path', schema: text }),
      parameter('label', { in: 'path', style: 'label', schema: text }),
      parameter('matrix', { in: 'path', style: 'matrix', schema: text }),
      parameter('query', { in: 'query', schema: text }),
      parameter('queries', { in: 'query', schema: list }),
      parameter('pipes', { in: 'query', style: 'pipeDelimited', explode: false, schema: list }),
      parameter('deep', { in: 'query', style: 'deepObject', explode: true, schema: object }),
      parameter('content', { in: 'query', content: { 'application/json': { schema: text } } }),
      parameter('header', { in: 'header', schema: text }),
      parameter('cookie', { in: 'cookie', schema: text }),
      body('json', 'application/json', members),
      body('form', 'application/x-www-form-urlencoded', members),
      body('multipart', 'multipart/form-data', members),
      body('plain', 'text/plain', text),
    ]),
  };
}

/** Sends one value and gives back what came, or undefined if it was refused as it should be: with status 2 and nothing sent. */
async function arrival(words: readonly string[], route = 'direct') {
  recorder.requests.length = 0;
  const canary = join(wrapper.folder, 'CANARY');
  const outcome = await run(wrapper.path, words, {
    env: { PLACES_BASE_URL: recorder.url, PLACES_VIA: route, PLACES_MCP_URL: server.url },
    cwd: wrapper.folder,
  });
  expect(existsSync(canary)).toBe(false);
  if (outcome.status === 2) {
    expect(recorder.requests).toHaveLength(0);
    expect(outcome.stdout.length).toBe(0);
    expect(outcome.stderr.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f]/);
    return undefined;
  }
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  return recorder.requests[0];
}

/** Whether a value must not be refused in a place. */
const always = () => true;
const decoded = (value: string) => decodeURIComponent(value);

describe.each<{
  name: string;
  words: (value: string) => string[];
  read: (request: NonNullable<Awaited<ReturnType<typeof arrival>>>) => unknown;
  expected?: (value: string) => unknown;
  must?: (value: string) => boolean;
}>([
  {
    name: 'path',
    words: (v) => ['path', '--v', v],
    read: ({ url }) => decoded(url.slice('/path/'.length)),
    must: (v) => v !== '' && v !== '.' && v !== '..',
  },
  {
    name: 'label',
    words: (v) => ['label', '--v', v],
    read: ({ url }) => decoded(url.slice('/label/.'.length)),
    must: (v) => v !== '' && v !== '.',
  },
  {
    name: 'matrix',
    words: (v) => ['matrix', `--v=${v}`],
    read: ({ url }) => decoded(url.slice('/matrix/;v'.length)).slice(1),
  },
  {
    name: 'query',
    words: (v) => ['query', '--v', v],
    read: ({ url }) => new URL(url, 'http://x').searchParams.get('v'),
  },
  {
    name: 'queries',
    words: (v) => ['queries', '--v', v, '--v', 'x', `--v=${v}`],
    read: ({ url }) => new URL(url, 'http://x').searchParams.getAll('v'),
    expected: (v) => [v, 'x', v],
  },
  {
    name: 'pipes',
    words: (v) => ['pipes', '--v', v, '--v', 'x'],
    read: ({ url }) => decoded(url.slice('/pipes?v='.length)),
    expected: (v) => `${v}|x`,
  },
  {
    name: 'deep',
    words: (v) => ['deep', '--v', JSON.stringify({ [v]: v })],
    read: ({ url }) => [...new URL(url, 'http://x').searchParams],
    expected: (v) => [[`v[${v}]`, v]],
  },
  {
    name: 'content',
    words: (v) => ['content', '--v', v],
    read: ({ url }) => JSON.parse(new URL(url, 'http://x').searchParams.get('v') ?? ''),
  },
  {
    name: 'header',
    words: (v) => ['header', '--v', v],
    read: ({ headers }) => Buffer.from(String(headers.v), 'latin1').toString(),
    must: (v) => /^[!-~]*$/.test(v),
  },
  {
    name: 'cookie',
    words: (v) => ['cookie', '--v', v],
    read: ({ headers }) => decoded(String(headers.cookie).slice(2)),
  },
  {
    name: 'json',
    words: (v) => ['json', '--v', v, '--l', v, '--o', JSON.stringify({ [v]: v })],
    read: ({ body }) => JSON.parse(body.toString()),
    expected: (v) => ({ v, l: [v], o: Object.fromEntries([[v, v]]) }),
  },
  {
    name: 'form',
    words: (v) => ['form', '--v', v, '--l', v, '--l', v],
    read: ({ body }) => [...new URLSearchParams(body.toString())],
    expected: (v) => [
      ['v', v],
      ['l', v],
      ['l', v],
    ],
  },
  {
    name: 'multipart',
    words: (v) => ['multipart', '--v', v, '--l', v],
    read: ({ body, headers }) => {
      const boundary = String(headers['content-type']).split('boundary=')[1];
      return body
        .toString()
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((part) => part.slice(part.indexOf('\r\n\r\n') + 4, -2));
    },
    expected: (v) => [v, v],
  },
  { name: 'plain', words: (v) => ['plain', '--body', v], read: ({ body }) => body.toString() },
])('text in $name', ({ words, read, expected = (value) => value, must = always }) => {
  const routes = needs('jq') ? ['direct'] : ['direct', 'mcp'];
  it.each(routes)('arrives byte for byte or is refused, and none of it runs: %s', async (route) => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const request = await arrival(words(value), route);
        if (request !== undefined) expect(read(request)).toEqual(expected(value));
        else expect(must(value) && must !== always).toBe(false);
      }),
      { numRuns: ROUNDS },
    );
  });
});

describe('large and broken text', () => {
  it('1 MB arrives from a file in a body, and is refused in a URL', async () => {
    const big = 'aé"\\\n😀'.repeat(90_000);
    const file = join(wrapper.folder, 'big');
    writeFileSync(file, big);
    for (const name of ['json', 'form', 'multipart', 'plain']) {
      const flag = name === 'plain' ? '--body-file' : '--v-file';
      const request = await arrival([name, flag, file]);
      expect(request?.body.includes(name === 'form' ? 'v=a%C3%A9%22%5C%0A%F0%9F%98%80' : 'é')).toBe(true);
      if (name === 'json') expect(JSON.parse(request?.body.toString() ?? '').v).toBe(big);
      if (name === 'form') expect(new URLSearchParams(request?.body.toString()).get('v')).toBe(big);
      if (name === 'plain') expect(request?.body.toString()).toBe(big);
    }
    expect(await arrival(['query', '--v-file', file])).toBeUndefined();
    expect(await arrival(['header', '--v-file', file])).toBeUndefined();
  }, 300_000);

  it('bytes that are no UTF-8, NUL and half surrogates are refused', async () => {
    for (const [index, bytes] of [
      [0xff],
      [0xc3],
      [0xed, 0xa0, 0x80],
      [0xc0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0x61, 0x00],
    ].entries()) {
      const file = join(wrapper.folder, `broken-${index}`);
      writeFileSync(file, Buffer.from(bytes));
      for (const name of ['json', 'query', 'form', 'header', 'multipart', 'plain'])
        expect([
          name,
          bytes,
          await arrival([name, name === 'plain' ? '--body-file' : '--v-file', file]),
        ]).toEqual([name, bytes, undefined]);
    }
    for (const json of [
      '"\\ud800"',
      '"\\udc00"',
      '"\\ud800\\ud800"',
      '"\\q"',
      '"\u0001"',
      '[',
      '{"a":1,}',
      '01',
      'nul',
      '"a" 1',
      '1,2',
    ])
      expect([json, await arrival(['json', '--o-json', `{"k":${json}}`])]).toEqual([json, undefined]);
  });

  it('JSON arguments arrive as the same value, compact', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(text, fc.jsonValue(), { maxKeys: 4 }),
        fc.boolean(),
        async (value, pretty) => {
          const request = await arrival(['json', '--o-json', JSON.stringify(value, null, pretty ? 2 : 0)]);
          expect(request?.body.toString()).toBe(`{"o":${JSON.stringify(value)}}`);
        },
      ),
      { numRuns: ROUNDS },
    );
  });
});
