import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../generators/assets.ts';
import type { BuildOptions, BuildResult } from './build.ts';
import { hasErrors } from './model/diagnostic.ts';
import { type Input, isRemote } from './model/document.ts';
import { userCache } from './sources/extends.ts';

/** What is remembered of a build: what it was made of, what it left in the output folder, and what it said. */
interface Remembered {
  /** mcpgen itself, every file of it. */
  readonly program: string;
  readonly inputs: readonly Input[];
  /** Files of operations that globs may find. */
  readonly neighbours: string;
  readonly config: string;
  /** The whole output folder. */
  readonly output: string;
  readonly result: BuildResult;
}

export interface Memory {
  /** What this very build has said, if every file is as it left it. */
  readonly recall: () => BuildResult | undefined;
  readonly remember: (result: BuildResult, inputs: readonly Input[]) => void;
}

const MOST_BUILDS = 50;
const OPERATIONS = /\.(?:graphqls?|gql)$/i;
/** More than this is not looked through to see whether a glob would find another file. */
const MOST_NEIGHBOURS = 5_000;

/**
 * Builds that have nothing to do are known by content alone: mcpgen's own files, the inputs, the configuration and the
 * whole output folder. The memory is a cache: without it, or with a part of it, everything is built.
 */
export function createMemory(specs: readonly string[], options: BuildOptions): Memory {
  const { progress: _, ...asked } = options;
  const folder = join(userCache(), 'builds');
  const key = JSON.stringify([process.cwd(), specs, asked]);
  const file = join(folder, `${hash(key)}.json`);
  const config = () => hashOf(options.config ?? 'mcpgen.yaml');

  function recall(): BuildResult | undefined {
    try {
      const known: Remembered = JSON.parse(readFileSync(file, 'utf8'));
      const same =
        known.program === program() &&
        known.config === config() &&
        known.inputs.every((input) => isRemote(input.file) || hashOf(input.file) === input.sha256) &&
        known.neighbours === neighboursOf(known.inputs) &&
        known.output === treeHash(options.out);
      return same ? known.result : undefined;
    } catch {
      return undefined;
    }
  }

  function remember(result: BuildResult, inputs: readonly Input[]): void {
    // Where a user has no cache folder, and names none, nothing but the output is written.
    if (!process.env.XDG_CACHE_HOME && !existsSync(dirname(userCache()))) return;
    const neighbours = neighboursOf(inputs);
    if (hasErrors(result.diagnostics) || neighbours === undefined) return;
    // What was found edited is said once.
    if (result.changes.some(({ kind }) => kind === 'kept' || kind === 'edited')) return;
    const changes = result.changes
      .filter(({ kind }) => kind !== 'remove')
      .map(({ path }) => ({ path, kind: 'unchanged' as const }));
    try {
      const known: Remembered = {
        program: program(),
        inputs,
        neighbours,
        config: config(),
        output: treeHash(options.out),
        result: { ...result, changes },
      };
      mkdirSync(folder, { recursive: true });
      forgetOldest(folder);
      writeFileSync(`${file}.${process.pid}`, JSON.stringify(known));
      renameSync(`${file}.${process.pid}`, file);
    } catch {
      // A cache that cannot be written is none.
      return;
    }
  }
  return { recall, remember };
}

function forgetOldest(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const byAge = files.map((file) => ({ file, age: statSync(file).mtimeMs })).sort((a, b) => b.age - a.age);
  for (const { file } of byAge.slice(MOST_BUILDS - 1)) rmSync(file, { force: true });
}

/**
 * The names of all files of operations that globs of these documents may find: those below the documents' folders.
 * @returns '' where there are no globs; undefined where they may look elsewhere, or where that is too much to look through
 */
function neighboursOf(inputs: readonly Input[]): string | undefined {
  const local = inputs.filter((input) => !isRemote(input.file)).map(({ file }) => file);
  if (!local.some((file) => OPERATIONS.test(file))) return '';
  const documents = local.filter((file) => !OPERATIONS.test(file));
  if (documents.some((file) => /\.\.[/\\]/.test(readFileSync(file, 'utf8')))) return undefined;
  const folders = [...new Set(documents.map((file) => dirname(file)))].sort();
  if (!local.every((file) => folders.some((folder) => !relative(folder, file).startsWith('..'))))
    return undefined;
  const names: string[] = [];
  let left = MOST_NEIGHBOURS;
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      left -= 1;
      if (left < 0) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (OPERATIONS.test(entry.name)) names.push(path);
    }
  };
  folders.forEach(walk);
  return left < 0 ? undefined : hash(names.sort().join('\n'));
}

let ownHash: string | undefined;

/** mcpgen itself: its code, the generators' assets, and the versions that it depends on. */
function program(): string {
  const code = dirname(fileURLToPath(import.meta.url));
  ownHash ??= hash(
    [
      process.version,
      treeHash(code),
      treeHash(join(packageRoot, 'generators')),
      hashOf(join(packageRoot, 'package.json')),
    ].join(),
  );
  return ownHash;
}

/** The hash of all files below a folder, by path and content, whatever else npm has installed there. */
function treeHash(folder: string): string {
  const sum = createHash('sha256');
  const walk = (path: string) => {
    const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const below = join(path, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== '.git') walk(below);
      } else {
        const { mode } = statSync(below);
        sum.update(JSON.stringify([below, mode, hash(readFileSync(below))]));
      }
    }
  };
  walk(folder);
  return sum.digest('hex');
}

function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The hash of a file; '' if there is none. */
function hashOf(file: string): string {
  try {
    return hash(readFileSync(file));
  } catch {
    return '';
  }
}
