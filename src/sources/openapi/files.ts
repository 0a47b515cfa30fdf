import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic, Result } from '../../model/diagnostic.ts';
import type { Input } from '../../model/document.ts';
import type { Json } from '../../model/json.ts';
import { decode } from './decode.ts';
import { parseText } from './parse.ts';

/** A file of a document. */
export interface SourceFile {
  /** As in `Origin.file`. */
  readonly name: string;
  /** Folder that its relative references start from; absent for a file that did not come from the disk. */
  readonly folder?: string;
  readonly root: Json;
}

/** What opening a file gave. `diagnostics` are the same objects each time. */
export type Opened =
  | { readonly file: SourceFile; readonly diagnostics: readonly Diagnostic[] }
  | { readonly problem: 'missing' | 'outside' | 'broken'; readonly diagnostics: readonly Diagnostic[] };

/** The files of one document, each read once. */
export interface Files {
  readonly entry: SourceFile;
  /** Opens a file by a relative reference in another one. */
  readonly open: (from: SourceFile, reference: string) => Opened;
  /** All that has been read besides the entry. */
  readonly inputs: () => readonly Input[];
}

/** The largest file that is read: the largest real API description has about 40 MB. */
export const MAX_BYTES = 200_000_000;

/** SHA-256 of bytes, hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The name of a file in origins: relative to the working folder, with POSIX separators. */
export function displayName(cwd: string, path: string): string {
  return relative(cwd, path).split(sep).join('/');
}

/**
 * Prepares to read the files that a document refers to.
 * @param entry the document's own file; `path` is absent when it did not come from the disk: then nothing can be opened
 * @param limit the declared root, relative to the entry's folder; absent: see `defaultLimit`
 */
export function openFiles(
  entry: { readonly name: string; readonly path?: string; readonly root: Json },
  cwd: string,
  limit: string | undefined,
): Files {
  const { name, path, root } = entry;
  if (path === undefined) {
    return {
      entry: { name, root },
      open: () => ({ problem: 'missing', diagnostics: [] }),
      inputs: () => [],
    };
  }
  const folder = dirname(path);
  const boundary = limit === undefined ? defaultLimit(folder) : realpathSync(resolve(folder, limit));
  const first: SourceFile = { name, folder, root };
  const opened = new Map<string, Opened>([[realpathSync(path), { file: first, diagnostics: [] }]]);
  /** References as they are written, so that most of them need no look at the disk. */
  const byReference = new Map<string, Opened>();
  const inputs: Input[] = [];

  function read(target: string, real: string): Opened {
    const file = displayName(cwd, target);
    const { value: bytes, diagnostics: problems } = readBytes(file, real);
    if (bytes === undefined) return { problem: 'broken', diagnostics: problems };
    inputs.push({ file, sha256: sha256(bytes) });
    const text = decode(file, bytes);
    const parsed = isStructured(real)
      ? parseText(file, text.value ?? '')
      : { value: text.value ?? '', diagnostics: [] };
    const diagnostics = [...text.diagnostics, ...parsed.diagnostics];
    if (parsed.value === undefined) return { problem: 'broken', diagnostics };
    return { file: { name: file, folder: dirname(target), root: parsed.value }, diagnostics };
  }

  function openTarget(target: string | undefined): Opened {
    if (target === undefined) return { problem: 'missing', diagnostics: [] };
    const real = realpathSync(target);
    const known = opened.get(real);
    if (known !== undefined) return known;
    if (!isInside(boundary, real)) return { problem: 'outside', diagnostics: [] };
    const result = read(target, real);
    opened.set(real, result);
    return result;
  }

  return {
    entry: first,
    inputs: () => inputs,
    open({ folder: start }, reference) {
      if (start === undefined) return { problem: 'missing', diagnostics: [] };
      const key = resolve(start, reference);
      const known = byReference.get(key) ?? openTarget(existing(start, reference));
      byReference.set(key, known);
      return known;
    },
  };
}

/** The file that a relative reference names, percent-encoded or not: file names may hold `%` and `{}`. */
function existing(folder: string, reference: string): string | undefined {
  const decoded = /%[0-9a-f]{2}/i.test(reference) ? safeDecode(reference) : reference;
  return [reference, decoded]
    .map((path) => resolve(folder, path))
    .find((path) => !path.includes('\0') && statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** `decodeURIComponent`, which leaves alone what it cannot decode. */
export function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isStructured(path: string): boolean {
  return !['.md', '.markdown', '.txt', '.html'].includes(extname(path).toLowerCase());
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * The folder that a document's references may not leave, unless it declares one: its own. Published descriptions are often trees
 * (`spec/openapi.yaml` beside `common/`), so up to two levels of folders above it that hold nothing but folders belong to it.
 */
function defaultLimit(folder: string): string {
  let limit = realpathSync(folder);
  for (let level = 0; level < 2; level++) {
    const above = dirname(limit);
    if (above === limit || isShared(above) || !holdsOnlyFolders(above)) break;
    limit = above;
  }
  return limit;
}

function isShared(folder: string): boolean {
  const worldWritable = (statSync(folder).mode & 0o002) !== 0;
  return worldWritable || folder === homedir() || folder === tmpdir() || dirname(folder) === folder;
}

function holdsOnlyFolders(folder: string): boolean {
  try {
    return readdirSync(folder, { withFileTypes: true }).every((entry) => entry.isDirectory());
  } catch {
    return false;
  }
}

/**
 * Reads a file of at most MAX_BYTES.
 * @param name for diagnostics
 */
export function readBytes(name: string, path: string): Result<Uint8Array> {
  try {
    const { size } = statSync(path);
    if (size <= MAX_BYTES) return { value: readFileSync(path), diagnostics: [] };
    const message = `The file has ${size} bytes; the limit is ${MAX_BYTES}`;
    const origin = { file: name, line: 1, column: 1 };
    return { diagnostics: [diagnostic('too-large', message, { origin })] };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const message = `\`${name || '.'}\` ${UNREADABLE[code] ?? 'cannot be read'}`;
    return { diagnostics: [diagnostic('file-not-found', message)] };
  }
}

const UNREADABLE: { readonly [errno: string]: string } = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder and no file',
  EACCES: 'may not be read: permission denied',
  EPERM: 'may not be read: permission denied',
};
