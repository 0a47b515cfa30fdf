import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Environment, type Outcome, runCommand } from '../../src/processes.ts';

let bundle: string | undefined;

/** The command line of mcpgen as these sources have it, bundled once per test process. */
export function cliFile(): string {
  if (bundle === undefined) {
    const folder = join('.cache', `cli-${process.pid}`);
    execFileSync(process.execPath, ['src/bundle.mjs', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    bundle = resolve(folder, 'cli.mjs');
  }
  return bundle;
}

/** Runs `mcpgen` as a process of its own, in a folder. */
export function mcpgen(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Environment; readonly input?: string } = {},
): Promise<Outcome> {
  return runCommand(process.execPath, [cliFile(), ...args], options);
}
