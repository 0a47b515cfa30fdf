import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bashWord } from '../../generators/quote/bash.ts';

/** A line of the table. Without a budget it only informs. */
export interface Row {
  readonly what: string;
  readonly measured: number;
  readonly unit: '×' | 's' | 'MB' | 'µs';
  readonly budget?: number;
  /** More is better: the budget is what it has to reach. */
  readonly atLeast?: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** Does each of several measurements once, then each again, so that a busy machine is as busy for all of them. */
export async function interleave<Name extends string>(
  rounds: number,
  trials: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(trials) as Name[];
  const found = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) found.get(name)?.push(await trials[name]());
  }
  const medians = names.map((name) => [name, median(found.get(name) ?? [])]);
  return Object.fromEntries(medians) as Record<Name, number>;
}

/** A command to be timed: its words, and the environment that it gets on top. */
export interface Timed {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The file into which a stand-in writes the moment at which it was started; then that is where the time ends. */
export const markFile = join(tmpdir(), `mcpgen-bench-mark-${process.pid}`);

/**
 * Times whole processes, in turn, from bash: nothing but one fork stands between the clock and the command.
 * @returns the medians in milliseconds. A command that fails is a mistake of the benchmark, and throws
 */
export async function timeCommands<Name extends string>(
  rounds: number,
  commands: Readonly<Record<Name, Timed>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(commands) as Name[];
  const lines = names.map((name) => {
    const { words, env = {} } = commands[name];
    const set = Object.entries(env).map(([variable, value]) => `${variable}=${bashWord(value)}`);
    const command = [...set, ...words.map((word) => bashWord(word))].join(' ');
    return [
      `a=$EPOCHREALTIME; ${command} </dev/null >/dev/null 2>"$MARK.err"; s=$?; b=$EPOCHREALTIME`,
      '[[ ! -s $MARK ]] || read -r b <"$MARK"; : >"$MARK"',
      `((s == 0)) || { echo ${bashWord(name)} ended with $s >&2; cat "$MARK.err" >&2; exit 1; }`,
      `echo ${bashWord(name)} $a $b`,
    ].join('\n');
  });
  const script = `LC_ALL=C\n: >"$MARK"\nfor ((i = 0; i < ${rounds + 2}; i++)); do\n${lines.join('\n')}\ndone\n`;
  const output = await printed('bash', ['-c', script], { MARK: markFile });
  for (const file of [markFile, `${markFile}.err`]) rmSync(file, { force: true });
  const times = new Map<string, number[]>();
  for (const line of output.trim().split('\n')) {
    const [name = '', start, end] = line.split(' ');
    const before = times.get(name) ?? [];
    times.set(name, [...before, (Number(end) - Number(start)) * 1000]);
  }
  // The first two rounds warm the caches of the system.
  return Object.fromEntries(names.map((name) => [name, median((times.get(name) ?? []).slice(2))])) as Record<
    Name,
    number
  >;
}

/** What a program prints. Throws if it fails. */
export function printed(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(program, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${program} ended with ${code}`)),
    );
  });
}

/** The table in Markdown. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { what, measured, unit, budget, atLeast = false } = row;
    const good = budget === undefined || (atLeast ? measured >= budget : measured <= budget);
    const limit = budget === undefined ? '–' : `${atLeast ? '≥' : '≤'} ${figure(budget, unit)}`;
    return `| ${what} | ${figure(measured, unit)} | ${limit} | ${budget === undefined ? '' : good ? 'yes' : 'no'} |`;
  });
  return ['| | measured | budget | met |', '|---|---:|---:|---|', ...lines, ''].join('\n');
}

function figure(value: number, unit: Row['unit']): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const text = String(Number(value.toFixed(digits)));
  return unit === '×' ? text : `${text} ${unit}`;
}
