import { createHash } from 'node:crypto';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { diagnostic } from './model/codes.ts';
import type { Diagnostic, Result } from './model/diagnostic.ts';
import type { ManifestFile, OutputFile } from './model/file.ts';

/**
 * What a build does to one file of the output.
 * `edited`: a person changed it, or it is none of ours, so nothing may be written; `kept`: no longer generated, but edited, so it stays.
 */
export interface Change {
  readonly path: string;
  readonly kind: 'create' | 'update' | 'remove' | 'unchanged' | 'edited' | 'kept';
}

/**
 * SHA-256 of a text as manifests record it: with LF line ends, so that a checkout with CRLF is no edit.
 * @returns hex
 */
export function contentHash(content: string): string {
  return createHash('sha256').update(content.replaceAll('\r\n', '\n')).digest('hex');
}

/**
 * Compares what a build made with what is on disk. Reads only.
 * @param out the output folder; need not exist
 * @param files all that the output shall hold, each path once
 * @param recorded what an earlier build wrote; a file of it that is not in `files` is stale
 * @param force whether edited files may be replaced and removed
 * @returns one change per file, sorted by path. Reports `edited`, `outside-output` and `stale-kept`
 */
export function compareOutput(
  out: string,
  files: readonly OutputFile[],
  recorded: readonly ManifestFile[],
  force: boolean,
): Result<readonly Change[]> {
  const hashes = new Map(recorded.map((file) => [file.path, file.sha256]));
  const wanted = new Set(files.map((file) => file.path));
  const diagnostics: Diagnostic[] = [];
  const changes: Change[] = [];
  for (const file of files) {
    const kind = compareFile(out, file, hashes.get(file.path), force);
    if (kind === 'edited') diagnostics.push(edited(file.path, hashes.has(file.path)));
    changes.push({ path: file.path, kind });
  }
  for (const { path, sha256 } of recorded) {
    if (wanted.has(path)) continue;
    const found = readOutput(join(out, path));
    if (found.kind === 'absent') continue;
    const ours = force || (found.kind === 'file' && contentHash(found.content) === sha256);
    changes.push({ path, kind: ours ? 'remove' : 'kept' });
    if (!ours) {
      diagnostics.push(
        diagnostic('stale-kept', `\`${path}\` is no longer generated but was edited, so it stays`, {
          hint: 'remove it, or build with --force',
        }),
      );
    }
  }
  changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, kind } of changes) {
    if (kind === 'unchanged' || kind === 'edited' || kind === 'kept') continue;
    if (leadsOutside(out, path)) {
      diagnostics.push(
        diagnostic('outside-output', `\`${path}\` would be written outside of the output folder`, {
          hint: 'a folder on the way is a symbolic link: remove it',
        }),
      );
    }
  }
  return { value: changes, diagnostics };
}

function compareFile(
  out: string,
  file: OutputFile,
  recorded: string | undefined,
  force: boolean,
): Change['kind'] {
  const found = readOutput(join(out, file.path));
  if (found.kind === 'absent') return 'create';
  if (file.ownership === 'once') return 'unchanged';
  if (found.kind === 'other') return force ? 'update' : 'edited';
  if (contentHash(found.content) === contentHash(file.content)) {
    return file.executable && !found.executable ? 'update' : 'unchanged';
  }
  const ours = force || file.ownership === 'record' || contentHash(found.content) === recorded;
  return ours ? 'update' : 'edited';
}

function edited(path: string, recorded: boolean): Diagnostic {
  return recorded
    ? diagnostic('edited', `\`${path}\` was edited since it was generated`, {
        hint: 'restore it and keep the change elsewhere, or build with --force to drop it',
      })
    : diagnostic('edited', `\`${path}\` exists and was not written by mcpgen`, {
        hint: 'move it away, give another --out, or build with --force to replace it',
      });
}

type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly content: string; readonly executable: boolean }
  | /** A folder, a link, a device: nothing that a build has written. */ { readonly kind: 'other' };

function readOutput(path: string): Found {
  const stats = statsOf(path);
  if (stats === undefined) return { kind: 'absent' };
  if (!stats.isFile()) return { kind: 'other' };
  // Windows has no such bit to compare.
  const executable = process.platform === 'win32' || (stats.mode & 0o100) !== 0;
  return { kind: 'file', content: readFileSync(path, 'utf8'), executable };
}

/** lstat that says undefined for a path that does not exist, whatever is missing of it. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Whether the existing part of the way to `path` leaves `out` by a symbolic link. */
function leadsOutside(out: string, path: string): boolean {
  let folder = dirname(join(out, path));
  while (statsOf(folder) === undefined) {
    if (folder === out || folder === dirname(folder)) return false;
    folder = dirname(folder);
  }
  if (statsOf(out) === undefined) return false;
  const root = realpathSync(out);
  let real: string;
  try {
    real = realpathSync(folder);
  } catch {
    return true; // a dangling link
  }
  return real !== root && !real.startsWith(root + sep);
}

/**
 * Carries out the changes, all or none: every file is first written beside its place, then moved; if a move fails, those before it are undone.
 * Nothing of it can be interrupted by a signal, since it never waits. There is no fsync: what is written can be built again.
 * @param out the output folder; made where absent
 * @param files where the content of `create` and `update` comes from
 * @param changes as compareOutput gave them, without errors
 * @returns `unwritable` if the output could not be written
 */
export function writeOutput(
  out: string,
  files: readonly OutputFile[],
  changes: readonly Change[],
): readonly Diagnostic[] {
  const work = changes.filter(({ kind }) => kind === 'create' || kind === 'update' || kind === 'remove');
  if (work.length === 0) return [];
  const byPath = new Map(files.map((file) => [file.path, file]));
  const undo: (() => void)[] = [];
  let staging: string | undefined;
  try {
    mkdirSync(out, { recursive: true });
    const stage = mkdtempSync(join(out, '.mcpgen-'));
    staging = stage;
    const staged = work.map(({ path, kind }, index) => {
      const file = byPath.get(path);
      const fresh = kind === 'remove' || file === undefined ? undefined : join(stage, `${index}.new`);
      if (fresh !== undefined && file !== undefined) {
        writeFileSync(fresh, file.content, { mode: file.executable ? 0o755 : 0o644 });
      }
      return { target: join(out, path), fresh, old: join(stage, `${index}.old`) };
    });
    for (const { target, fresh, old } of staged) {
      mkdirSync(dirname(target), { recursive: true });
      const existed = statsOf(target) !== undefined;
      if (fresh === undefined) {
        if (existed) renameSync(target, old);
      } else {
        // Replaced in one step: whoever reads or watches the file (a hub its configuration, an agent its command) never finds it gone.
        if (existed) copyFileSync(target, old);
        renameSync(fresh, target);
      }
      if (existed) undo.push(() => renameSync(old, target));
      else if (fresh !== undefined) undo.push(() => rmSync(target));
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    return [unusable(error)];
  } finally {
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
  }
  for (const { path, kind } of work) if (kind === 'remove') removeEmptyFolders(out, dirname(path));
  return [];
}

function removeEmptyFolders(out: string, folder: string): void {
  if (folder === '.') return;
  try {
    rmdirSync(join(out, folder));
  } catch (error) {
    if (isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) return;
    throw error;
  }
  removeEmptyFolders(out, dirname(folder));
}

/**
 * Runs what reads or writes the output. A full disk or a folder that nobody may enter is no bug of mcpgen.
 * @returns what `task` returns, or `unwritable`
 */
export async function onDisk<T>(task: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    return { diagnostics: [unusable(error)] };
  }
}

function unusable(error: unknown): Diagnostic {
  const reason = error instanceof Error ? error.message : String(error);
  return diagnostic('unwritable', `the output cannot be read or written: ${reason}`);
}

/**
 * Keeps a second build away from an output folder while `task` runs. The lock of a process that is gone does not count.
 * @returns what `task` returns, or `locked`
 * @throws what the file system says
 */
export async function withLock<T>(out: string, task: () => Promise<T>): Promise<Result<T>> {
  const lock = join(out, '.mcpgen.lock');
  const existed = statsOf(out) !== undefined;
  mkdirSync(out, { recursive: true });
  const holder = takeLock(lock);
  if (holder !== undefined) {
    return {
      diagnostics: [
        diagnostic('locked', `another build (process ${holder}) writes to this output folder`, {
          hint: `wait for it; if there is none, remove \`${lock}\``,
        }),
      ],
    };
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    return { value: await task(), diagnostics: [] };
  } finally {
    release();
    process.off('exit', release);
    // A build that failed leaves no empty folder behind.
    if (!existed) removeEmptyFolders(dirname(out), basename(out));
  }
}

/** @returns undefined when the lock was taken, else the holder's process id */
function takeLock(lock: string): string | undefined {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return undefined;
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) {
      // A disk that is full takes the file and not what is in it.
      rmSync(lock, { force: true });
      throw error;
    }
  }
  const holder = statsOf(lock)?.isFile() ? readFileSync(lock, 'utf8') : '';
  if (isAlive(Number(holder))) return holder;
  rmSync(lock, { force: true });
  return takeLock(lock);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
