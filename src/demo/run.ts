import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { packageRoot } from '../../generators/assets.ts';
import { build, createLocate } from '../build.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { type Environment, type Outcome, runCommand, startServer } from '../processes.ts';
import { createReporter, processStreams, quantity, type Reporter } from '../report.ts';
import { startLinear } from './linear.ts';

const KEY = 'lin_api_demo';
const TOKEN = 'demo-token';
const TITLE = 'Fix the "login" form: `$HOME` & co.';

/**
 * `mcpgen demo`: builds specs/linear.yaml, starts a stand-in for Linear and the generated server, and makes the same calls on both routes.
 * Everything is in a temporary folder and ends with it.
 * @returns exit status: 0 when every call worked
 */
export async function runDemo(): Promise<number> {
  const reporter = createReporter(processStreams());
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const out = join(folder, 'out');

  reporter.progress('building specs/linear.yaml');
  const spec = join(packageRoot, 'specs/linear.yaml');
  const built = await build([spec], { out, mode: 'write', force: false });
  reporter.diagnostics(built.diagnostics, createLocate());
  if (hasErrors(built.diagnostics)) return 1;
  for (const { operations, tools, tokens } of built.apis) {
    const made = [quantity(operations, 'command'), quantity(tools, 'tool'), quantity(tokens, 'token')];
    reporter.line(`1. Built specs/linear.yaml: ${made.join(', ')}`);
  }
  for (const [path, what] of WHAT) {
    reporter.line(`   out/${path.padEnd(32)} ${what}${existsSync(join(out, path)) ? '' : ' (missing)'}`);
  }

  const linear = await startLinear({ key: KEY });
  const server = await startServer(join(out, 'servers/linear/dist/server.mjs'), {
    LINEAR_BASE_URL: linear.url,
    LINEAR_API_KEY: KEY,
    MCP_TOKEN: TOKEN,
  });
  try {
    const wrapper = join(out, 'agent/bin/linear');
    const direct = { LINEAR_BASE_URL: linear.url, LINEAR_API_KEY: KEY };
    const team = await firstTeam(wrapper, direct);
    const create = { command: 'create-issue', tool: 'create_issue', args: { title: TITLE, teamId: team } };
    const list = { command: 'list-issues', tool: 'list_issues', args: { first: 2 } };

    reporter.line('\n2. Directly: command → API, with the API key in its environment');
    const ok = [await call(wrapper, create, direct, reporter), await call(wrapper, list, direct, reporter)];

    const byMcp = { LINEAR_VIA: 'mcp', LINEAR_MCP_URL: server.url, LINEAR_MCP_TOKEN: TOKEN };
    if (hasJq()) {
      reporter.line('\n3. By MCP: command → server → API; the key is in the server alone');
      ok.push(await call(wrapper, create, byMcp, reporter), await call(wrapper, list, byMcp, reporter));
      const [one, other] = [await run(wrapper, list, direct), await run(wrapper, list, byMcp)];
      ok.push(one.stdout === other.stdout);
      reporter.line(
        `   list-issues again on both routes: ${one.stdout === other.stdout ? 'the same bytes' : 'they differ'}`,
      );
    } else {
      reporter.line('\n3. By MCP: client → server → API; the key is in the server alone');
      reporter.line(
        '   The command needs jq for this route (apt-get install jq, brew install jq), so here is an MCP client:',
      );
      ok.push(...(await callTools(server.url, [create, list], reporter)));
    }
    const done = ok.every(Boolean);
    reporter.line(
      `\n${done ? 'Done' : 'Something failed'}: ${linear.requests.length} requests reached the API.`,
    );
    reporter.line('Next: mcpgen build specs/linear.yaml, and out/agent/bin/linear --help');
    return done ? 0 : 1;
  } finally {
    await server.stop();
    await linear.close();
  }
}

const WHAT = [
  ['agent/bin/linear', 'the command: bash and curl'],
  ['agent/skills/linear/SKILL.md', 'what an agent must know to use it'],
  ['servers/linear/src/tools', 'the MCP server, typed and readable'],
  ['servers/linear/dist/server.mjs', 'the same as one file that runs without install'],
  ['hub/compose.yaml', 'how both are deployed'],
] as const;

interface Call {
  readonly command: string;
  readonly tool: string;
  readonly args: { readonly [name: string]: string | number };
}

/** Runs the command and shows it as it would be typed, with its answer. @returns whether it worked */
async function call(wrapper: string, what: Call, env: Environment, reporter: Reporter): Promise<boolean> {
  reporter.line(`   $ linear ${words(what).map(shellWord).join(' ')}`);
  const outcome = await run(wrapper, what, env);
  reporter.line(`   ${outcome.stdout.trim() || outcome.stderr.trim()}`);
  return outcome.status === 0;
}

function run(wrapper: string, what: Call, env: Environment): Promise<Outcome> {
  return runCommand(wrapper, words(what), { env });
}

function words({ command, args }: Call): readonly string[] {
  return [command, ...Object.entries(args).flatMap(([name, value]) => [`--${kebab(name)}`, String(value)])];
}

async function callTools(
  url: string,
  calls: readonly Call[],
  reporter: Reporter,
): Promise<readonly boolean[]> {
  const client = new Client({ name: 'mcpgen-demo', version: '1' });
  const headers = { Authorization: `Bearer ${TOKEN}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  try {
    const ok: boolean[] = [];
    for (const { tool, args } of calls) {
      reporter.line(`   tools/call ${tool} ${JSON.stringify(args)}`);
      const result = await client.request(
        { method: 'tools/call', params: { name: tool, arguments: args } },
        CallToolResultSchema,
      );
      const [content] = result.content;
      reporter.line(`   ${content?.type === 'text' ? content.text : JSON.stringify(result)}`);
      ok.push(result.isError !== true);
    }
    return ok;
  } finally {
    await client.close();
  }
}

/** Issues belong to a team: the id of the stand-in's first one. */
async function firstTeam(wrapper: string, env: Environment): Promise<string> {
  const outcome: Outcome = await runCommand(wrapper, ['list-teams', '--raw'], { env });
  const id = /"id"\s*:\s*"([^"]+)"/.exec(outcome.stdout)?.[1];
  if (id === undefined) throw new Error(`list-teams failed: ${outcome.stderr || outcome.stdout}`);
  return id;
}

function hasJq(): boolean {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => existsSync(folder) && readdirSync(folder).includes('jq'));
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A word as a person would type it in a shell. */
function shellWord(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
