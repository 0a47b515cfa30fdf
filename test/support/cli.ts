import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Environment, type Outcome, runCommand } from '../../src/processes.ts';

let bundle: string | undefined;

/** The command line of mcpgen as these sources have it: one bundle for a whole run of tests, else one of this process. */
export function cliFile(): string {
  bundle ??= process.env.MCPGEN_TEST_CLI ?? bundleForThisProcess();
  return bundle;
}

function bundleForThisProcess(): string {
  const { file, remove } = bundleCli();
  process.once('exit', remove);
  return file;
}

/** Bundles the command line beside what users run, so that tests and a build of the project do not get in each other's way. */
function bundleCli(): { readonly file: string; readonly remove: () => void } {
  const folder = join('.cache', `cli-${process.pid}`);
  execFileSync(process.execPath, ['src/bundle.mjs', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return {
    file: resolve(folder, 'cli.mjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What vitest calls before all tests, and after them. */
export default function setup(): () => void {
  const { file, remove } = bundleCli();
  process.env.MCPGEN_TEST_CLI = file;
  return remove;
}

/** Runs `mcpgen` as a process of its own, in a folder. */
export function mcpgen(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Environment; readonly input?: string } = {},
): Promise<Outcome> {
  return runCommand(process.execPath, [cliFile(), ...args], options);
}
