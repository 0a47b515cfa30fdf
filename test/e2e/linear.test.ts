import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, compile } from '../../src/build.ts';
import { type LinearStandIn, type RecordedRequest, startLinear } from '../../src/demo/linear.ts';
import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';
import { type ListEntry, listEntries } from '../../src/plan/list.ts';
import { type RunningServer, runCommand, startServer } from '../../src/processes.ts';
import { needs } from '../support/require.ts';

const KEY = 'lin_api_test';
const TOKEN = 'token-of-the-test';
const SPEC = 'specs/linear.yaml';

const compiled = await compile(SPEC);
const entries = compiled.value === undefined ? [] : listEntries(compiled.value.plan);
const noJq = needs('jq');

let folder: string;
let linear: LinearStandIn;
let server: RunningServer;
const legacy = new Client({ name: 'e2e', version: '1' });
const modern = new ModernClient({ name: 'e2e', version: '1' }, { versionNegotiation: { mode: 'auto' } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcpgen-e2e-'));
  const built = await build([SPEC], { out: folder, mode: 'write', force: false });
  expect(built.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  linear = await startLinear({ key: KEY });
  server = await startServer(join(folder, 'servers/linear/dist/server.mjs'), {
    LINEAR_BASE_URL: linear.url,
    LINEAR_API_KEY: KEY,
    MCP_TOKEN: TOKEN,
  });
  const requestInit = { headers: { Authorization: `Bearer ${TOKEN}` } };
  await legacy.connect(new StreamableHTTPClientTransport(new URL(server.url), { requestInit }));
  await modern.connect(new ModernTransport(new URL(server.url), { requestInit }));
});

afterAll(async () => {
  await legacy.close();
  await modern.close();
  await server?.stop();
  await linear?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('specs/linear.yaml', () => {
  it('has about forty operations, and the commands that teams type today', () => {
    expect(entries.length).toBeGreaterThanOrEqual(39);
    const commands = entries.map(({ command }) => command);
    for (const name of [
      'list-projects',
      'list-issues',
      'list-teams',
      'get-issue',
      'get-issue-by-identifier',
      'create-issue',
    ]) {
      expect(commands).toContain(name);
    }
  });

  it('speaks both eras of the protocol', () => {
    expect(modern.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    expect(modern.getProtocolEra()).toBe('modern');
  });

  it('has a tool list of at most 6,000 tokens, with plain schemas', async () => {
    const { tools } = await legacy.listTools();
    expect(tools).toHaveLength(entries.length);
    expect(JSON.stringify(tools).length / 4).toBeLessThanOrEqual(6000);
    for (const { inputSchema } of tools) {
      expect(JSON.stringify(inputSchema)).not.toMatch(/"\$(ref|defs|schema)"/);
      expect(inputSchema.type).toBe('object');
      for (const union of ['oneOf', 'anyOf', 'allOf']) expect(inputSchema).not.toHaveProperty(union);
    }
    expect((await modern.listTools()).tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  });

  describe.each(entries)('$command', (entry) => {
    it.each(['required', 'all', 'hostile'] as const)(
      'sends one request on every route (%s arguments)',
      async (choice) => {
        const args = sample(entry, choice);
        const routes = await callOnEveryRoute(entry, args);
        const [first, ...others] = routes;
        expect(first?.request?.body).toBeDefined();
        for (const route of routes) {
          expect(route.count, `${route.name}: ${route.text}`).toBe(1);
          // The stand-in refuses a document or a variable that the schema does not have with HTTP 400.
          expect(route.text, route.name).not.toMatch(
            /GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT|INVALID_INPUT/,
          );
        }
        for (const other of others) {
          expect({ name: other.name, body: other.request?.body }).toEqual({
            name: other.name,
            body: first?.request?.body,
          });
          // A refusal is the body for a client and an explanation on stderr for the caller of a command.
          if (other.status === undefined && first?.status !== 0 && first?.status !== 8) continue;
          expect({ name: other.name, text: other.text }).toEqual({ name: other.name, text: first?.text });
        }
        const statuses = new Set(routes.flatMap(({ status }) => (status === undefined ? [] : [status])));
        expect(statuses.size).toBe(1);
      },
    );
  });
});

interface RouteResult {
  readonly name: string;
  readonly count: number;
  readonly request: RecordedRequest | undefined;
  /** The API's body. */
  readonly text: string;
  /** Exit status, of a command. */
  readonly status?: number;
}

async function callOnEveryRoute(entry: ListEntry, args: JsonObject): Promise<readonly RouteResult[]> {
  const wrapper = join(folder, 'agent/bin/linear');
  const words = [entry.command, ...flagsOf(entry, args)];
  const command = (env: { readonly [name: string]: string }) => async () => {
    const { stdout, status, stderr } = await runCommand(wrapper, words, { env, timeout: 30_000 });
    return { text: stdout.replace(/\n$/, '') || stderr, status };
  };
  const call = (client: Pick<Client, 'callTool'>) => async () => {
    const { content } = await client.callTool({ name: entry.tool, arguments: { ...args } });
    const [block] = content as { type: string; text: string }[];
    return { text: block?.text ?? '' };
  };
  const direct = { LINEAR_BASE_URL: linear.url, LINEAR_API_KEY: KEY };
  const mcp = { LINEAR_VIA: 'mcp', LINEAR_MCP_URL: server.url, LINEAR_MCP_TOKEN: TOKEN };
  const ways: [string, () => Promise<{ text: string; status?: number }>][] = [
    ['wrapper', command(direct)],
    ...(noJq
      ? []
      : [['wrapper by MCP', command(mcp)] as [string, () => Promise<{ text: string; status?: number }>]]),
    ['SDK v1', call(legacy)],
    ['SDK v2', call(modern as unknown as Pick<Client, 'callTool'>)],
  ];
  const results: RouteResult[] = [];
  for (const [name, run] of ways) {
    // A fresh workspace for each: the answers are then equal to the byte.
    linear.reset();
    const answer = await run();
    results.push({ name, count: linear.requests.length, request: linear.requests[0], ...answer });
  }
  return results;
}

const HOSTILE = [
  'a "quoted" \\ title',
  '`touch /tmp/mcpgen-e2e` $(touch /tmp/mcpgen-e2e) ${HOME}',
  'two\nlines\r\nand\ta tab',
  "it's --help; rm -rf / & | > <",
  '🚀 Grüße 日本語 \u202e',
  '@/etc/passwd',
  '-x',
  '{"a":1}',
];

/** Arguments made of the schemas: the same ones in every run. */
function sample(entry: ListEntry, choice: 'required' | 'all' | 'hostile'): JsonObject {
  const chosen = entry.args.filter((argument) => argument.required || choice !== 'required');
  return Object.fromEntries(
    chosen.map(({ key, schema }, index) => {
      // A date is text to the schema, since the API takes more forms than JSON Schema has a name for.
      const hostile = choice === 'hostile' ? HOSTILE[index % HOSTILE.length] : undefined;
      const text = /date|since/i.test(key) ? '2026-01-31' : (hostile ?? 'BAC-154');
      return [key, generate(schema, text, index)];
    }),
  );
}

function generate(schema: JsonObject, text: string, salt: number): Json {
  const { enum: values, type, items, minimum, properties, required } = schema;
  if (Array.isArray(values)) return (values as Json[])[salt % values.length] ?? null;
  const kind = Array.isArray(type) ? (type as Json[])[0] : type;
  if (kind === 'array') {
    const item = isObject(items) ? items : {};
    return [generate(item, text, salt), generate(item, `${text}2`, salt + 1)];
  }
  if (kind === 'integer' || kind === 'number')
    return Math.max(typeof minimum === 'number' ? minimum : 1, 1 + (salt % 3));
  if (kind === 'boolean') return salt % 2 === 0;
  if (kind === 'object') {
    const names = Array.isArray(required) ? (required as string[]) : [];
    return Object.fromEntries(
      names.map((name) => {
        const property = member(properties as Json | undefined, name);
        return [name, generate(isObject(property) ? property : {}, text, salt)];
      }),
    );
  }
  return text;
}

function flagsOf(entry: ListEntry, args: JsonObject): string[] {
  return entry.args.flatMap(({ key, flag }) => {
    if (!Object.hasOwn(args, key)) return [];
    const value = args[key];
    const values = Array.isArray(value) ? (value as Json[]) : [value];
    return values.flatMap((one) => [`--${flag}`, typeof one === 'string' ? one : JSON.stringify(one)]);
  });
}
