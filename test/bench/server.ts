import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../wire/cli.ts';
import { startGenerated } from './generator.ts';
import { interleave, median, printed, type Row } from './measure.ts';
import { freePort, operationOf, type Running, startPeer, startServer, type World } from './world.ts';

/** The last revision that SDK v1 speaks. */
const older = '2025-11-25';
/** And that of the SDK that openapi-mcp-generator's servers run with. */
const oldest = '2025-06-18';

/** A request that the load generator sends again and again. */
interface Load {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What the answer must hold. */
  readonly expect: string;
}

/** Seconds of load that every server gets before it is measured: one that runs for years is compiled. */
const warmth = 6;

/** Requests per second, memory and start of generated servers, against what they stand in front of, servers of the SDKs and another generator's. */
export async function benchServer(world: World): Promise<Row[]> {
  const [whole, one] = [await world.output('whole'), await world.output('one')];
  const { tool } = operationOf(whole, 'github', 'issues/get');
  const issue = { owner: 'o', repo: 'r', issue_number: 42 };
  const env = { GITHUB_TOKEN: 'secret', GITHUB_BASE_URL: world.upstream, ONE_BASE_URL: world.upstream };
  const bundle = join(whole, 'servers/github/dist/server.mjs');
  const { startSeconds, resident } = await starts(bundle, env, world.folder);

  const large = startServer(bundle, await freePort(), env, world.folder);
  const small = startServer(join(one, 'servers/one/dist/server.mjs'), await freePort(), env, world.folder);
  const tools = [join(whole, 'servers/github/src/tools.json'), world.upstream];
  const [v1, v2] = [await startPeer('sdk-v1.mjs', tools), await startPeer('sdk-v2.mjs', tools)];
  const proxy = await startPeer('proxy.mjs', [world.upstream]);
  const other = await startGenerated(world, world.base);
  for (const server of [large, small]) await awaitAnswer(urlOf(server));

  const calls = {
    direct: {
      url: `${world.upstream}/repos/o/r/issues/42`,
      method: 'GET',
      headers: { Authorization: 'Bearer secret' },
      expect: 'It does not work',
    },
    proxy: callOf(proxy, tool, issue),
    large: callOf(large, tool, issue),
    small: callOf(small, 'get_thing', { id: '42' }),
    v1: callOf(v1, tool, issue, older),
    v2: callOf(v2, tool, issue),
    ...(other === undefined ? {} : { other: callOf(other, 'issues_get', issue, oldest, other.headers) }),
  } as const satisfies Readonly<Record<string, Load>>;
  const lists = {
    large: listOf(large),
    small: listOf(small),
    v1: listOf(v1, older),
    v2: listOf(v2),
    ...(other === undefined ? {} : { other: listOf(other, oldest, other.headers) }),
  } as const satisfies Readonly<Record<string, Load>>;
  const cpu = { large: [] as number[], proxy: [] as number[] };
  const perCall = await rates('load.mjs', calls, 16, 4, 1.2, async (name, measure) => {
    if (name !== 'large' && name !== 'proxy') return measure();
    const { pid } = name === 'large' ? large : proxy;
    const before = processorTime(pid);
    const done = await measure();
    cpu[name].push((1e6 * (processorTime(pid) - before)) / done.count);
    return done;
  });
  const perList = await rates('pull.mjs', lists, 4, 3, 2.5);
  for (const server of [large, small, v1, v2, proxy, other]) server?.stop();
  const many = '1,223 tools';
  const ratio = (
    what: string,
    above: number | undefined,
    below: number | undefined,
    more: Partial<Row> = {},
  ): Row[] =>
    above === undefined || below === undefined
      ? []
      : [{ what: `server: ${what}`, measured: above / below, unit: '×', ...more }];
  return [
    ...ratio(`API alone ÷ tool calls, ${many}`, perCall.direct, perCall.large, { budget: 3 }),
    ...ratio('API alone ÷ tool calls, 1 tool', perCall.direct, perCall.small, { budget: 3 }),
    {
      what: `server: processor time of a call, ${many}`,
      measured: median(cpu.large),
      unit: 'µs',
      budget: 120,
    },
    ...ratio('processor time of a call ÷ that of a bare proxy', median(cpu.large), median(cpu.proxy)),
    ...ratio(`tool calls ÷ those of SDK v1, ${many}`, perCall.large, perCall.v1),
    ...ratio(`tool calls ÷ those of SDK v2, ${many}`, perCall.large, perCall.v2),
    ...ratio(`tool calls ÷ those of openapi-mcp-generator, ${many}`, perCall.large, perCall.other),
    ...ratio(`tools/list ÷ that of SDK v2, ${many}`, perList.large, perList.v2, {
      budget: 200,
      atLeast: true,
    }),
    ...ratio(`tools/list ÷ that of SDK v1, ${many}`, perList.large, perList.v1),
    ...ratio(`tools/list ÷ that of openapi-mcp-generator, ${many}`, perList.large, perList.other),
    ...ratio('tools/list, 1 tool ÷ 1,223 tools', perList.small, perList.large),
    { what: `server: spawn to first answer, ${many}`, measured: startSeconds, unit: 's', budget: 0.8 },
    { what: `server: resident memory, ${many}`, measured: resident, unit: 'MB', budget: 110 },
  ];
}

interface Done {
  readonly count: number;
  readonly perSecond: number;
}

/** Warms each server for the same time, then measures them in turn: answers per second. */
async function rates<Name extends string>(
  generator: string,
  requests: Readonly<Partial<Record<Name, Load>>>,
  connections: number,
  rounds: number,
  seconds: number,
  around: (name: string, measure: () => Promise<Done>) => Promise<Done> = (_name, measure) => measure(),
): Promise<Partial<Record<Name, number>>> {
  const all = Object.entries(requests) as [Name, Load][];
  for (const [, request] of all) await load(generator, request, connections, 0.1, warmth);
  const trials = all.map(([name, request]) => {
    const measure = () => load(generator, request, connections, seconds);
    return [name, async () => (await around(name, measure)).perSecond] as const;
  });
  return interleave(rounds, Object.fromEntries(trials) as Record<Name, () => Promise<number>>);
}

/** Starts a server a few times: seconds until it has answered, megabytes that it then has. */
async function starts(bundle: string, env: Readonly<Record<string, string>>, folder: string) {
  const found: { seconds: number; megabytes: number }[] = [];
  for (let round = 0; round < 5; round += 1) {
    const start = performance.now();
    const server = startServer(bundle, await freePort(), env, folder);
    await awaitAnswer(urlOf(server));
    const seconds = (performance.now() - start) / 1000;
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    found.push({ seconds, megabytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 });
    server.stop();
  }
  return {
    startSeconds: median(found.map(({ seconds }) => seconds)),
    resident: median(found.map(({ megabytes }) => megabytes)),
  };
}

function urlOf(server: Running): string {
  return `http://127.0.0.1:${server.port}/mcp`;
}

function callOf(
  server: Running,
  name: string,
  args: object,
  revision?: string,
  headers: Readonly<Record<string, string>> = {},
): Load {
  const params = { name, arguments: args };
  return post(server, 'tools/call', params, { 'Mcp-Name': name, ...headers }, 'It does not work', revision);
}

function listOf(server: Running, revision?: string, headers: Readonly<Record<string, string>> = {}): Load {
  return post(server, 'tools/list', {}, headers, '"inputSchema"', revision);
}

/** A message of the newest revision, as a client would send it, or of an older one. */
function post(
  server: Running,
  method: string,
  params: object,
  headers: Readonly<Record<string, string>>,
  expect: string,
  revision = '2026-07-28',
): Load {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const message = revision < '2026' ? params : { ...params, _meta };
  return {
    url: urlOf(server),
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': revision,
      'Mcp-Method': method,
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 100, method, params: message }),
    expect,
  };
}

async function load(
  generator: string,
  request: Load,
  connections: number,
  seconds: number,
  warm = 0.1,
): Promise<Done> {
  const text = JSON.stringify({ ...request, connections, seconds, warm });
  const output = await printed(process.execPath, [join(root, 'test/bench/peers', generator), text]);
  const done: { readonly count: number; readonly seconds: number } = JSON.parse(output);
  return { count: done.count, perSecond: done.count / done.seconds };
}

/** Seconds of processor time that a process has used (proc(5): fields 14 and 15 in ticks of 10 ms). */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Waits until a server has answered `tools/list`. */
export async function awaitAnswer(url: string): Promise<void> {
  const { port } = new URL(url);
  const request = post({ pid: 0, port: Number(port), stop: () => undefined }, 'tools/list', {}, {}, '');
  for (;;) {
    try {
      const { headers, body = '' } = request;
      const response = await fetch(url, { method: 'POST', headers, body });
      await response.arrayBuffer();
      if (response.ok) return;
      throw new Error(`${url} answers ${response.status}`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await sleep(5);
    }
  }
}
