import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Served, secrets, type World } from './world.ts';

const requestInit = { headers: { Authorization: `Bearer ${secrets.token}` } };

let world: World;
let server: Served;
const legacy = new Client({ name: 'interop', version: '1' });
const modern = new ModernClient({ name: 'interop', version: '1' }, { versionNegotiation: { mode: 'auto' } });

beforeAll(async () => {
  world = await createWorld();
  server = await world.serve('shelf');
  const url = new URL(server.url);
  await legacy.connect(new StreamableHTTPClientTransport(url, { requestInit }) as Transport);
  await modern.connect(new ModernTransport(url, { requestInit }));
});
afterAll(async () => {
  await legacy.close();
  await modern.close();
  await world?.close();
});

/** A call as the client of one era sees it: what it gets, or what it is told. */
async function outcome(
  client: Pick<Client, 'callTool'>,
  name: string,
  args: { readonly [name: string]: unknown },
): Promise<unknown> {
  try {
    const {
      content,
      isError = false,
      structuredContent,
      _meta,
    } = await client.callTool({
      name,
      arguments: args,
    });
    const own = Object.entries(_meta ?? {}).filter(([key]) => key.startsWith('mcpgen/'));
    return { content, isError, structuredContent, meta: Object.fromEntries(own) };
  } catch (error) {
    const { code, message } = error as { code: number; message: string };
    // SDK v1 puts the code in front of the message.
    return { code, message: message.replace(/^MCP error -?\d+: /, '') };
  }
}

const bothEras = [legacy, modern as unknown as Pick<Client, 'callTool'>] as const;

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('404', '500', '..', '', 'a/b?c#d'),
);
const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
);
const call = fc.oneof(
  fc.record({
    name: fc.constantFrom('get_book', 'get_note', 'get_cover', 'remove_book'),
    args: fc.record({ id: text }),
  }),
  fc.record({
    name: fc.constant('add_book'),
    args: fc.record(
      { title: text, author: text, pages: fc.maxSafeInteger(), tags: fc.array(text), inPrint: fc.boolean() },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    name: fc.constantFrom('list_books', 'get_book', 'no_such_tool', 'GET_BOOK'),
    args: fc.dictionary(fc.constantFrom('id', 'limit', 'author', 'other', 'constructor'), value, {
      maxKeys: 3,
    }),
  }),
);

describe('a client of an older revision and one of the newest', () => {
  it('are clients of two revisions', () => {
    expect(modern.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    expect(legacy.getServerVersion()?.name).toBe('shelf');
  });

  it('see the same tools', async () => {
    const { tools } = await modern.listTools();
    expect(tools).toEqual((await legacy.listTools()).tools);
  });

  it('get the same answer to any call, and the API the same request', async () => {
    await fc.assert(
      fc.asyncProperty(call, async ({ name, args }) => {
        world.shelf.requests.length = 0;
        const [old, new_] = [await outcome(bothEras[0], name, args), await outcome(bothEras[1], name, args)];
        expect(new_).toEqual(old);
        const [first, second, ...more] = world.shelf.requests;
        expect(second).toBe(first);
        expect(more).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });

  it('never get the answer of another call, of 1,000 at once', async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `${'x'.repeat(index % 11)}${index}`);
    const answers = await Promise.all(
      ids.map(async (id, index) => {
        const result = await bothEras[index % 2 === 0 ? 0 : 1].callTool({
          name: 'get_book',
          arguments: { id: `n${id}` },
        });
        const [block] = result.content as { text: string }[];
        return JSON.parse(block?.text ?? '').title;
      }),
    );
    expect(answers).toEqual(ids.map((id) => `Title of n${id}`));
  });
});
