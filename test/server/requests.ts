import fc from 'fast-check';
import { modernVersion } from './harness.ts';

const version = fc.constantFrom(
  '2026-07-28',
  '2025-11-25',
  '2025-03-26',
  '2024-11-05',
  '1999-01-01',
  '',
  7,
  undefined,
);
const method = fc.constantFrom<unknown>(
  'tools/call',
  'tools/list',
  'server/discover',
  'initialize',
  'ping',
  'resources/list',
  'logging/setLevel',
  'subscriptions/listen',
  'no/such',
  '',
  5,
);
const name = fc.constantFrom(
  'get_thing',
  'get_page',
  'get_thing',
  'search_tools',
  'call_tool',
  'describe_tool',
  'unknown',
  'get_thinh',
  'ünknown',
  'toString',
  '',
  3,
  undefined,
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const capabilities = fc.constantFrom<unknown>(
  {},
  { sampling: {} },
  { elicitation: { form: {} } },
  [],
  'x',
  { roots: 1 },
  undefined,
);
const info = fc.constantFrom<unknown>({ name: 'a', version: '1' }, { name: 'a' }, 'x', undefined);

/** Members of `_meta` that have no meaning here, or one that we must not overlook. */
const otherMeta = fc.constantFrom<object>(
  {},
  {},
  { 'mcpgen/full': true },
  { traceparent: 1 },
  { 'io.modelcontextprotocol/related-task': { taskId: 't' } },
  { 'io.modelcontextprotocol/related-task': 5 },
  { 'io.modelcontextprotocol/serverInfo': 5 },
  { 'io.modelcontextprotocol/logLevel': 'debug' },
);
const progress = fc.constantFrom<unknown>('t', 1, 1.5, {}, null, undefined, undefined, undefined);
const meta = fc
  .record({ claimed: version, capabilities, info, progress, other: otherMeta })
  .map(({ claimed, capabilities, info, progress, other }) => ({
    'io.modelcontextprotocol/protocolVersion': claimed,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    'io.modelcontextprotocol/clientInfo': info,
    progressToken: progress,
    ...other,
  }));
/** What every request of the newest revision carries. */
export const envelope = {
  'io.modelcontextprotocol/protocolVersion': modernVersion,
  'io.modelcontextprotocol/clientCapabilities': {},
};
const goodMeta = fc
  .record({ progress, other: otherMeta })
  .map(({ progress, other }) => ({ ...envelope, progressToken: progress, ...other }));
const legacyMeta = fc
  .record({ progress, other: otherMeta })
  .map(({ progress, other }) => ({ progressToken: progress, ...other }));

/** Written as text, for what no object literal can say. */
const raw = (text: string): unknown => ({ toJSON: () => `\u{e000}${text}\u{e001}` });
const id = fc.constantFrom<unknown>(
  ...['a', 'empty', 'big', 'text', 'missing', 'broken', 'bytes', 'list', 'cut', 'deep', 'proto', 'ü\n'],
);
const callArguments = fc.oneof(
  { weight: 3, arbitrary: fc.record({ id }) },
  {
    weight: 1,
    arbitrary: fc.record({ id, n: fc.constantFrom<unknown>(2, 1.5, 'x', null, raw('9007199254740993')) }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      { idd: 1 },
      {},
      [],
      'x',
      null,
      undefined,
      { name: 'get_thing', arguments: { id: 'a' } },
      { query: 'thing' },
      raw('{"id":"a","__proto__":{"x":1}}'),
      raw('{"id":"a","x":{"__proto__":1,"constructor":12345678901234567890}}'),
      raw('{"id":"a","id":"text"}'),
    ),
  },
);

const params = fc.record({
  name,
  arguments: callArguments,
  protocolVersion: optional(version),
  capabilities: optional(capabilities),
  clientInfo: optional(info),
  cursor: fc.constantFrom<unknown>(...Array<undefined>(20).fill(undefined), 'x', 5),
  task: fc.constantFrom<unknown>(...Array<undefined>(20).fill(undefined), { ttl: 1 }, 5),
  _meta: fc.oneof(
    { weight: 4, arbitrary: goodMeta },
    { weight: 1, arbitrary: meta },
    { weight: 2, arbitrary: legacyMeta },
    { weight: 3, arbitrary: fc.constantFrom<unknown>('x', null, [], ...Array<undefined>(9).fill(undefined)) },
  ),
});
const requestId = fc.constantFrom<unknown>(
  ...[1, 'one', 0, -5, '', 'a"b\u2028', 2 ** 53 - 1, 1, 2, 3, 1.5, 2 ** 53, null, {}, undefined],
);
const message = fc.record({
  jsonrpc: fc.constantFrom<unknown>(...Array(15).fill('2.0'), '1.0', undefined),
  id: requestId,
  method,
  params: fc.oneof(
    { weight: 4, arbitrary: params },
    { weight: 1, arbitrary: fc.constantFrom<unknown>([], 'x', undefined, {}) },
  ),
  extra: fc.constantFrom<unknown>(...Array<undefined>(20).fill(undefined), 1),
});

/** What clients send. */
const usual = fc
  .record({
    list: fc.nat(3),
    name: fc.constantFrom('get_thing', 'get_page', 'get_page', 'search_tools', 'call_tool'),
    args: callArguments,
    id: fc.constantFrom<unknown>(1, 'one', 0, -5, '', 'a"b\u2028', 2 ** 53 - 1),
    progress: fc.constantFrom<unknown>('t', 1, undefined),
    other: fc.constantFrom<object>({}, {}, { 'mcpgen/full': true }, { traceparent: 'x' }),
    modern: fc.boolean(),
  })
  .map(({ list, name, args, id, progress, other, modern }) => {
    const _meta = {
      ...(modern ? envelope : {}),
      ...(progress === undefined ? {} : { progressToken: progress }),
      ...other,
    };
    return list === 0
      ? { jsonrpc: '2.0', id, method: 'tools/list', params: { _meta } }
      : { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args, _meta } };
  });

/** The same, but for one member that is anything. */
const odd = fc
  .record({
    usual,
    message,
    params,
    outer: fc.constantFrom(undefined, undefined, 'jsonrpc', 'id', 'method', 'params', 'extra'),
    inner: fc.constantFrom('name', 'arguments', 'cursor', 'task', '_meta', 'capabilities'),
  })
  .map(({ usual, message, params, outer, inner }) =>
    outer === undefined
      ? { ...usual, params: { ...usual.params, [inner]: params[inner as keyof typeof params] } }
      : { ...usual, [outer]: message[outer as keyof typeof message] },
  );

const body = fc.oneof(
  { weight: 6, arbitrary: usual },
  { weight: 6, arbitrary: odd },
  { weight: 4, arbitrary: message },
  { weight: 1, arbitrary: fc.array(fc.oneof(usual, message), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 1, 'x', {}, { jsonrpc: '2.0', id: 1, result: {} }) },
);

/** Headers: mostly those that fit the body, so that the short way is taken often enough. */
export const request = fc
  .record({
    body,
    headers: fc.record({ version: optional(version), method: optional(method), name: optional(name) }),
    fits: fc.integer({ min: 0, max: 4 }),
    accept: fc.constantFrom<string | undefined>(
      ...['application/json, text/event-stream', 'application/json', 'text/event-stream', '*/*', undefined],
    ),
  })
  .map(({ body, headers, fits, accept }) => {
    const one = body as {
      method?: unknown;
      params?: { name?: unknown; _meta?: Record<string, unknown> };
    } | null;
    const claimed = one?.params?._meta?.['io.modelcontextprotocol/protocolVersion'];
    const chosen = fits === 0 ? headers : { version: claimed, method: one?.method, name: one?.params?.name };
    const text = (value: unknown) => (value === undefined ? undefined : encodeURI(String(value)));
    const all = {
      'MCP-Protocol-Version': text(chosen.version),
      'Mcp-Method': text(chosen.method),
      'Mcp-Name': text(chosen.name),
    };
    const sent = Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const json = JSON.stringify(body).replace(/"\u{e000}(.*?)\u{e001}"/gu, (_, inner) =>
      JSON.parse(`"${inner}"`),
    );
    return {
      body: json,
      headers: {
        ...(claimed === undefined && fits > 0 ? {} : sent),
        ...(accept === undefined ? {} : { Accept: accept }),
      },
    };
  });
