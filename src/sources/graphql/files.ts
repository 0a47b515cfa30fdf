import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Input } from '../../model/document.ts';

/** A text file of a GraphQL source. */
export interface TextFile {
  /** As diagnostics show it: relative to the working folder, POSIX separators. */
  readonly file: string;
  readonly text: string;
  readonly input: Input;
}

/**
 * Finds the files that globs name.
 * @param folder where relative patterns start
 * @param patterns paths in which `*` stands for anything but `/` and a segment `**` for any number of folders
 * @returns paths relative to `folder`, POSIX separators, sorted by code unit, without duplicates
 */
export async function findFiles(folder: string, patterns: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const segments = pattern.split(/[/\\]/).filter((segment) => segment !== '.');
    for (const path of await walk(folder, '', segments)) found.add(path);
  }
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

async function walk(folder: string, at: string, segments: readonly string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [];
  if (!segment.includes('*')) {
    const path = joinPath(at, segment);
    if (rest.length > 0) return walk(folder, path, rest);
    return (await entries(folder, at)).some((entry) => entry.name === segment && !entry.folder) ? [path] : [];
  }
  const deep = segment === '**';
  const found = deep ? await walk(folder, at, rest) : [];
  const matches = new RegExp(`^${segment.split(/\*+/).map(escapeRegExp).join('.*')}$`, 's');
  for (const entry of await entries(folder, at)) {
    if (entry.name.startsWith('.') || !matches.test(entry.name)) continue;
    const path = joinPath(at, entry.name);
    if (entry.folder) found.push(...(await walk(folder, path, deep ? segments : rest)));
    else if (!deep && rest.length === 0) found.push(path);
  }
  return found;
}

async function entries(folder: string, at: string): Promise<{ name: string; folder: boolean }[]> {
  try {
    const list = await readdir(resolve(folder, at === '' ? '.' : at), { withFileTypes: true });
    return list.map((entry) => ({ name: entry.name, folder: entry.isDirectory() }));
  } catch {
    return [];
  }
}

/** An absolute pattern begins with an empty segment: `/ops/*.graphql`. */
function joinPath(at: string, segment: string): string {
  if (segment === '') return '/';
  return at === '' ? segment : at === '/' ? `/${segment}` : `${at}/${segment}`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * Reads a text file that a document names.
 * @param document the document's own file, as diagnostics show it
 * @param path relative to the document
 * @param cwd the working folder
 * @returns the file, or undefined if it cannot be read
 */
export async function readRelative(
  document: string,
  path: string,
  cwd: string,
): Promise<TextFile | undefined> {
  const file = showRelative(document, path);
  try {
    const bytes = await readFile(resolve(cwd, file));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { file, text: bytes.toString('utf8').replace(/^\uFEFF/, ''), input: { file, sha256 } };
  } catch {
    return undefined;
  }
}

/** A path that stands in a document, as diagnostics show it. */
export function showRelative(document: string, path: string): string {
  const shown = /^([/\\]|[A-Za-z]:)/.test(path) ? path : join(dirname(document), path);
  return shown.replaceAll('\\', '/');
}
