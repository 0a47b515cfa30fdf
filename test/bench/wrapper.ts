import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mcporterCommand } from './mcporter.ts';
import { type Row, timeCommands } from './measure.ts';
import { awaitAnswer } from './server.ts';
import { freePort, operationOf, startServer, type World } from './world.ts';

/** Times of the command that agents call, against curl alone. */
export async function benchWrapper(world: World): Promise<Row[]> {
  const [whole, curated] = [await world.output('whole'), await world.output('curated')];
  const { command, tool } = operationOf(whole, 'github', 'issues/get');
  const port = await freePort();
  const env = { GITHUB_TOKEN: 'secret', GITHUB_BASE_URL: world.upstream };
  const server = startServer(join(whole, 'servers/github/dist/server.mjs'), port, env, world.folder);
  const mcpUrl = `http://127.0.0.1:${port}/mcp`;
  await awaitAnswer(mcpUrl);

  const script = (name: string, lines: readonly string[]): string => {
    const file = join(world.folder, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `#!/usr/bin/env bash\n${lines.join('\n')}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const raw = script('raw', [
    `exec curl -s -H 'Authorization: Bearer secret' ${world.upstream}/repos/o/r/issues/42`,
  ]);
  // A curl that writes down when it was started, and answers at once.
  const fake = script('bin/curl', [`echo "$EPOCHREALTIME" >"$MARK"`, String.raw`printf '{}\n200 |'`]);
  const fakePath = { PATH: `${join(world.folder, 'bin')}:${process.env.PATH}` };
  const call = (out: string) => [join(out, 'agent/bin/github'), command, 'o', 'r', '42'];
  const whenCalled = { ...env, ...fakePath };

  const mcporter = await mcporterCommand(mcpUrl, tool, world.folder);
  const issue = ['--owner', 'o', '--repo', 'r', '--issue-number', '42'];
  const byPeer = mcporter === undefined ? ['true'] : [...mcporter, tool.replaceAll('_', '-'), ...issue];

  const times = await timeCommands(25, {
    raw: { words: [raw] },
    whole: { words: call(whole), env },
    curated: { words: call(curated), env },
    mcp: { words: [...call(whole), '--via', 'mcp'], env: { GITHUB_MCP_URL: mcpUrl } },
    mcporter: { words: byPeer },
    jq: { words: ['jq', '-n', '1'] },
    help: { words: [join(whole, 'agent/bin/github'), '--help'], env },
    operationHelp: { words: [join(whole, 'agent/bin/github'), command, '--help'], env },
    fake: { words: [fake] },
    startRaw: { words: [raw], env: whenCalled },
    startWhole: { words: call(whole), env: whenCalled },
    startCurated: { words: call(curated), env: whenCalled },
  });
  server.stop();
  // A stand-in for curl needs its time until it can look at the clock.
  const toCurl = (time: number): number => time - times.fake;
  return [
    row('wrapper: whole call, 1,223 operations ÷ raw curl', times.whole / times.raw, 2.3),
    row('wrapper: whole call, 43 operations ÷ raw curl', times.curated / times.raw),
    row('wrapper: whole call, 1,223 ÷ 43 operations', times.whole / times.curated, 1.25),
    row(
      'wrapper: start to curl, 1,223 operations ÷ two-line script',
      toCurl(times.startWhole) / toCurl(times.startRaw),
    ),
    row(
      'wrapper: start to curl, 1,223 ÷ 43 operations',
      toCurl(times.startWhole) / toCurl(times.startCurated),
    ),
    row('wrapper: by MCP, less one start of jq ÷ raw curl', (times.mcp - times.jq) / times.raw, 3),
    row('wrapper: by MCP ÷ direct', times.mcp / times.whole),
    ...(mcporter === undefined
      ? []
      : [
          row(
            "wrapper: by MCP, 1,223 operations ÷ mcporter's command of this one tool",
            times.mcp / times.mcporter,
          ),
        ]),
    row('wrapper: `--help`, 1,223 operations ÷ raw curl', times.help / times.raw),
    row('wrapper: `<command> --help`, 1,223 operations ÷ raw curl', times.operationHelp / times.raw),
  ];
}

function row(what: string, measured: number, budget?: number): Row {
  return { what, measured, unit: '×', ...(budget === undefined ? {} : { budget }) };
}
