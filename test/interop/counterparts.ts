import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { runCommand } from '../../src/processes.ts';

/**
 * The programs of others that generated servers are tried against: real clients, a hub, the conformance suite. They need a newer
 * Node than mcpgen does and weigh 400 MB, so they are no dependencies: `counterparts/` pins them, and they are installed
 * into a cache folder of their own.
 */
const pins = resolve('test/interop/counterparts');
const lockfile = readFileSync(join(pins, 'package-lock.json'));
const folder = resolve(
  '.cache',
  `counterparts-${createHash('sha256').update(lockfile).digest('hex').slice(0, 12)}`,
);

/** Whether they are here. They are installed where nothing may be skipped (MCPGEN_REQUIRE_ALL=1, as in CI); elsewhere a warning says how. */
export async function haveCounterparts(): Promise<boolean> {
  if (existsSync(folder)) return true;
  if (process.env.MCPGEN_REQUIRE_ALL !== '1') {
    console.warn('skipped: the counterparts are not here; MCPGEN_REQUIRE_ALL=1 installs them (400 MB, once)');
    return false;
  }
  await install();
  return true;
}

/** Several test files may come here at once, each in a process of its own: one installs, the others wait for it. */
async function install(): Promise<void> {
  const lock = `${folder}.lock`;
  mkdirSync(resolve('.cache'), { recursive: true });
  while (!existsSync(folder)) {
    if (!takeLock(lock)) {
      await sleep(500);
      continue;
    }
    const unfinished = `${folder}.new`;
    try {
      if (existsSync(folder)) return;
      rmSync(unfinished, { recursive: true, force: true });
      cpSync(pins, unfinished, { recursive: true });
      // Nothing of theirs runs at install time, and Node's version is checked by no one: they run on the Node that comes along.
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
      const { status, stderr } = await runCommand('npm', args, { cwd: unfinished });
      if (status !== 0) throw new Error(`the counterparts could not be installed:\n${stderr}`);
      renameSync(unfinished, folder);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    // Left behind by a run that was killed.
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > 15 * 60_000) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

/** A file of a counterpart: `packageFile('mcp-hub', 'dist/cli.js')`. */
export function packageFile(name: string, path: string): string {
  return join(folder, 'node_modules', name, path);
}

/** Imports a module of a counterpart. Its type is that of the same module here, of a newer version: what tests use has not changed. */
export async function importOf<Module>(name: string, path: string): Promise<Module> {
  return (await import(pathToFileURL(packageFile(name, path)).href)) as Module;
}

/** A Node that is new enough for all of them. */
export function newNode(): string {
  const packaged = packageFile('node-24', 'bin/node');
  return existsSync(packaged) ? packaged : process.execPath;
}
