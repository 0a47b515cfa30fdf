import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../wire/cli.ts';
import { interleave, type Row, timeCommands } from './measure.ts';
import type { World } from './world.ts';

/** Times of whole processes of mcpgen against openapi-typescript's own command on the same document. */
export async function benchBuild(world: World): Promise<Row[]> {
  await world.output('whole');
  const typescript = join(root, 'node_modules/openapi-typescript/bin/cli.js');
  const out = join(world.folder, 'out');
  let peak = 0;
  const timed = async (words: readonly string[]): Promise<number> => {
    const start = performance.now();
    const megabytes = await watched(words, world.env);
    if (words === cold) peak = Math.max(peak, megabytes);
    return performance.now() - start;
  };
  const forget = (folder: string) => {
    rmSync(join(out, folder), { recursive: true, force: true });
    rmSync(join(world.folder, 'cache/mcpgen/builds'), { recursive: true, force: true });
  };
  const cold = [...world.mcpgen, 'build', world.specs.whole, '--out', join(out, 'cold')];
  const few = [...world.mcpgen, 'build', world.specs.curated, '--out', join(out, 'few')];
  const types = [process.execPath, typescript, world.base, '-o', join(world.folder, 'types.ts')];
  const times = await interleave(3, {
    types: () => timed(types),
    curated: () => {
      forget('few');
      return timed(few);
    },
    cold: () => {
      forget('cold');
      return timed(cold);
    },
    // What the build before has left behind.
    again: () => timed([...cold]),
  });
  const starts = await timeCommands(15, {
    node: { words: [process.execPath, '-e', '0'] },
    help: { words: [...world.mcpgen, '--help'] },
  });
  return [
    row('build: GitHub whole ÷ openapi-typescript', times.cold / times.types, 1.1),
    row('build: GitHub whole, unchanged ÷ cold', times.again / times.cold, 0.15),
    row("build: GitHub's 43 operations ÷ openapi-typescript on the whole", times.curated / times.types, 0.4),
    { what: 'build: GitHub whole, peak memory of all processes', measured: peak, unit: 'MB', budget: 700 },
    row('`mcpgen --help` ÷ `node -e 0`', starts.help / starts.node, 3),
  ];
}

function row(what: string, measured: number, budget: number): Row {
  return { what, measured, unit: '×', budget };
}

/** Runs a command to its end. @returns the most memory that it and its children had at once, in megabytes */
async function watched(words: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const [program = '', ...rest] = words;
  const child: ChildProcess = spawn(program, rest, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, residentOf(child.pid ?? 0));
  }, 50);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}`);
  return peak;
}

/** Memory of a process and its children (proc(5)); nothing for one that is gone. */
function residentOf(pid: number): number {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '),
    );
    return children.reduce((sum, each) => (each === '' ? sum : sum + residentOf(Number(each))), own);
  } catch {
    return 0;
  }
}
