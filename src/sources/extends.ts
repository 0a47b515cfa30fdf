import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { diagnostic } from '../model/codes.ts';
import type { Origin, Result } from '../model/diagnostic.ts';
import { type JsonObject, member } from '../model/json.ts';
import { MAX_BYTES, sha256 } from './openapi/files.ts';

/** What an overlay extends. `text` is as written. */
export type Base = { readonly text: string } & (
  | { readonly from: 'file' }
  | { readonly from: 'npm'; readonly spec: string; readonly path: string; readonly sha256: string }
  | { readonly from: 'url'; readonly url: string; readonly sha256: string }
);

/** The folder in which mcpgen keeps what it has fetched (XDG Base Directory). */
export function userCache(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mcpgen');
}

/**
 * Reads `extends` of an overlay (Overlay 1.1 section 4.4.1) and its pin: `sha256` beside it, or in `x-mcpgen`.
 * @returns errors: no `extends`, a form that mcpgen does not know, no pin for what has to be fetched
 */
export function parseExtends(file: string, overlay: JsonObject): Result<Base> {
  const text = overlay.extends;
  const fail = (message: string, pointer: string, hint: string): Result<Base> => ({
    diagnostics: [diagnostic('extends-invalid', message, { origin: { file, pointer }, hint })],
  });
  const forms = 'It is a relative file, `npm:<package>@<version>/<path>` or an https URL';
  if (text === undefined) return fail('The overlay does not say by `extends` what it applies to', '', forms);
  if (typeof text !== 'string' || text === '') return fail('`extends` is not a text', '/extends', forms);
  const scheme = /^[a-z][a-z0-9+.-]+:/i.exec(text)?.[0].toLowerCase();
  if (scheme === undefined) return { value: { text, from: 'file' }, diagnostics: [] };
  const pin = overlay.sha256 ?? member(overlay['x-mcpgen'], 'sha256');
  const base = scheme === 'npm:' ? npmBase(text) : scheme === 'https:' ? urlBase(text) : undefined;
  if (base === undefined) return fail(`mcpgen cannot extend \`${text}\``, '/extends', forms);
  if (typeof pin !== 'string' || !/^[0-9a-f]{64}$/i.test(pin)) {
    const message = pin === undefined ? 'is not pinned' : 'has a `sha256` that is not 64 hexadecimal digits';
    const hint = 'Add `x-mcpgen: {sha256: …}` with the SHA-256 of that one file';
    return fail(`The base \`${text}\` ${message}`, '/extends', hint);
  }
  return { value: { ...base, sha256: pin.toLowerCase() }, diagnostics: [] };
}

function npmBase(text: string) {
  const match =
    /^npm:((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*@[0-9][0-9A-Za-z.+-]*)\/(.+)$/.exec(text);
  const [, spec, path] = match ?? [];
  return spec === undefined || path === undefined ? undefined : { text, from: 'npm' as const, spec, path };
}

function urlBase(text: string) {
  return URL.canParse(text) ? { text, from: 'url' as const, url: text } : undefined;
}

/**
 * Gives a base from the cache, or fetches and caches it: a file of a package from the registry that npm is configured for, or a URL.
 * @param origin where `extends` stands
 * @returns its bytes, which have the pinned hash. Errors: not reachable, no such file, another hash
 */
export async function fetchBase(
  base: Exclude<Base, { from: 'file' }>,
  origin: Origin,
  options: { readonly cwd: string; readonly cacheDir: string; readonly fetch: typeof fetch },
): Promise<Result<Uint8Array>> {
  const cached = join(options.cacheDir, `${cacheKey(base.text)}${base.sha256}`);
  const known = readCached(cached, base.sha256);
  if (known !== undefined) return { value: known, diagnostics: [] };
  let bytes: Uint8Array;
  try {
    bytes = base.from === 'npm' ? await fromNpm(base, options.cwd) : await fromUrl(base.url, options.fetch);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `\`${base.text}\` cannot be fetched: ${reason}`;
    return { diagnostics: [diagnostic('extends-fetch', message, { origin })] };
  }
  const actual = sha256(bytes);
  if (actual !== base.sha256) {
    const message = `\`${base.text}\` has the SHA-256 ${actual}, but ${base.sha256} is pinned`;
    const hint = 'See what has changed before you pin the new one';
    return { diagnostics: [diagnostic('extends-hash', message, { origin, hint })] };
  }
  keep(cached, bytes);
  return { value: bytes, diagnostics: [] };
}

/** What the cache's file name begins with, so that a base is found by what `extends` says; the rest is the hash of its content. */
function cacheKey(text: string): string {
  return `${sha256(Buffer.from(text)).slice(0, 16)}-`;
}

/** A base that has been fetched, for messages that point into it. */
export function cachedBase(text: string, cacheDir: string): Uint8Array | undefined {
  if (!/^(?:npm|https):/.test(text)) return undefined;
  try {
    const name = readdirSync(cacheDir).find((file) => file.startsWith(cacheKey(text)));
    return name === undefined ? undefined : readFileSync(join(cacheDir, name));
  } catch {
    return undefined;
  }
}

function readCached(path: string, hash: string): Uint8Array | undefined {
  try {
    const bytes = readFileSync(path);
    return sha256(bytes) === hash ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the cache by rename, so that another process never sees half a file. A cache that cannot be written is none. */
function keep(path: string, bytes: Uint8Array): void {
  try {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, bytes);
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    return;
  }
}

async function fromUrl(url: string, get: typeof fetch): Promise<Uint8Array> {
  const response = await get(url, { signal: AbortSignal.timeout(300_000) });
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
  return bytes;
}

/** Lets npm itself fetch the package, with the user's registry, proxy and credentials, and takes one file out of the archive. */
async function fromNpm(
  base: { readonly spec: string; readonly path: string },
  cwd: string,
): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-'));
  try {
    const args = [
      'pack',
      '--ignore-scripts',
      '--loglevel=error',
      '--pack-destination',
      folder,
      '--',
      base.spec,
    ];
    await promisify(execFile)('npm', args, { cwd, timeout: 300_000, maxBuffer: MAX_BYTES }).catch((error) => {
      throw new Error(npmReason(error, base.spec));
    });
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw new Error('npm gave no archive');
    return await extractOne(join(folder, archive), base.path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function npmReason(error: unknown, spec: string): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const text = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '';
  const line = /^npm (?:error|ERR!) (?!code )(.+)$/m.exec(text)?.[1];
  return line ?? (code === 'ENOENT' ? 'npm is not installed' : `\`npm pack ${spec}\` failed`);
}

/** Reads one file of a package archive as it streams by; nothing else is unpacked. */
async function extractOne(archive: string, path: string): Promise<Uint8Array> {
  const { list } = await import('tar');
  const chunks: Uint8Array[] = [];
  let found = false;
  let size = 0;
  await list({
    file: archive,
    strict: true,
    filter: (name) => name.replace(/^[^/]+\//, '') === path,
    onReadEntry: (entry) => {
      found = entry.type === 'File' || entry.type === 'OldFile';
      size = entry.size;
      if (size > MAX_BYTES) entry.resume();
      else entry.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    },
  });
  if (!found) throw new Error(`the package has no file \`${path}\``);
  if (size > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
  return Buffer.concat(chunks);
}
