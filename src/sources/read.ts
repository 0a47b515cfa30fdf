import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { diagnostic } from '../model/codes.ts';
import type { Diagnostic, Result } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import { isObject, type Json, type JsonObject, member } from '../model/json.ts';
import { type Base, cachedBase, fetchBase, parseExtends, userCache } from './extends.ts';
import { hasBoundQueries } from './graphql/binding.ts';
import { decode } from './openapi/decode.ts';
import { displayName, readBytes, sha256 } from './openapi/files.ts';
import { parseText } from './openapi/parse.ts';
import { readOpenapi } from './openapi/read.ts';

export interface ReadOptions {
  /** What `file` and all origins are relative to. Default: the working folder. */
  readonly cwd?: string;
  /** Where fetched bases are kept. Default: `mcpgen` in the user's cache folder. */
  readonly cacheDir?: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
  /** The folder that `$ref`s may not leave, absolute. Default: what the document declares, else its own folder. */
  readonly root?: string;
  /** SDL file of the GraphQL API that a bash script calls. */
  readonly schema?: string;
  /** To be printed for people to edit: without what is derived from the rest of the document. */
  readonly editable?: boolean;
}

/** A spec: its document, and the overlays to apply to it, in order. */
export interface Spec {
  readonly source: SourceDocument;
  readonly overlays: readonly SourceDocument[];
}

/** The bytes of a spec and where they come from. */
interface Bytes {
  /** As in `Origin.file`. */
  readonly name: string;
  /** Absolute; absent for a base that was fetched. */
  readonly path?: string;
  readonly bytes: Uint8Array;
  /** Known already of a base that is pinned. */
  readonly sha256?: string;
}

type Settings = Required<Pick<ReadOptions, 'cwd' | 'cacheDir' | 'fetch'>> &
  Pick<ReadOptions, 'root' | 'schema' | 'editable'>;

/**
 * Reads a spec, which is recognised by its content: an OpenAPI document 2.0, 3.0, 3.1 or 3.2 (with `x-mcpgen.graphql` expanded), an
 * Overlay 1.0 or 1.1 whose `extends` names another spec, or a bash script. YAML or JSON, UTF-8 or UTF-16.
 * The only network access is an overlay's pinned base that is not in the cache.
 * @returns OpenAPI 3.1 with local `$ref`s, and overlays. Errors: whatever keeps the spec from being read, each with its place
 */
export async function readSpec(file: string, options: ReadOptions = {}): Promise<Result<Spec>> {
  const settings: Settings = {
    cwd: options.cwd ?? process.cwd(),
    cacheDir: options.cacheDir ?? userCache(),
    fetch: options.fetch ?? fetch,
    ...(options.root === undefined ? {} : { root: options.root }),
    ...(options.schema === undefined ? {} : { schema: options.schema }),
    ...(options.editable === undefined ? {} : { editable: options.editable }),
  };
  return readFile(resolve(settings.cwd, file), settings, []);
}

/**
 * Reads the text of an input again, for messages that point into it.
 * @param file as in `Origin.file`: a file, or what an overlay extends
 * @returns undefined if there is no such file any more
 */
export function originText(
  file: string,
  options: Pick<ReadOptions, 'cwd' | 'cacheDir'> = {},
): string | undefined {
  const bytes =
    cachedBase(file, options.cacheDir ?? userCache()) ??
    readBytes(file, resolve(options.cwd ?? process.cwd(), file)).value;
  return bytes === undefined ? undefined : decode(file, bytes).value;
}

async function readFile(path: string, settings: Settings, seen: readonly string[]): Promise<Result<Spec>> {
  const name = displayName(settings.cwd, path);
  const { value: bytes, diagnostics } = readBytes(name, path);
  return bytes === undefined ? { diagnostics } : readSource({ name, path, bytes }, settings, seen);
}

async function readSource(from: Bytes, settings: Settings, seen: readonly string[]): Promise<Result<Spec>> {
  const { name, bytes } = from;
  const { value: text = '', diagnostics } = decode(name, bytes);
  if (isScript(text) || /\.(?:ba)?sh$/.test(name)) return readScript(name, text, settings);
  const log: Diagnostic[] = [...diagnostics];
  const parsed = parseText(name, text);
  log.push(...parsed.diagnostics);
  if (parsed.value === undefined) return { diagnostics: log };
  if (!isObject(parsed.value)) return { diagnostics: [...log, notAnObject(name, parsed.value)] };
  const read = Object.hasOwn(parsed.value, 'overlay')
    ? await readOverlay(from, parsed.value, settings, seen)
    : await readDocument(from, parsed.value, settings);
  return { ...read, diagnostics: [...log, ...read.diagnostics] };
}

/** A shell's `#!` line, or none but a command, with which no YAML or JSON document begins. */
function isScript(text: string): boolean {
  if (text.startsWith('#!')) return /^#!.*\b(?:ba|da|k|z)?sh\b/.test(text);
  const lines = text.slice(0, 100_000).split('\n', 1000);
  const first = lines.find((line) => !/^\s*(?:#|$)/.test(line)) ?? '';
  return /^\s*(?:set -|export [A-Z_a-z]+=|[A-Z_a-z]+=|curl |function |[a-z_-]+ *\(\) *\{)/.test(first);
}

/** Scripts are rare: what reads them is loaded only for one. */
async function readScript(name: string, text: string, settings: Settings): Promise<Result<Spec>> {
  const { readBash } = await import('./bash/read.ts');
  const sdl = settings.schema === undefined ? undefined : readSdl(settings.schema, settings.cwd);
  if (sdl !== undefined && sdl.value === undefined) return { diagnostics: sdl.diagnostics };
  const read = await readBash(name, text, sdl?.value);
  const diagnostics = [...(sdl?.diagnostics ?? []), ...read.diagnostics];
  return read.value === undefined ? { diagnostics } : described({ value: read.value, diagnostics }, settings);
}

/** A document whose bindings send GraphQL, with what that says of the answers. */
async function described(
  { value, diagnostics }: Required<Result<SourceDocument>>,
  settings: Settings,
): Promise<Result<Spec>> {
  if (settings.editable === true || !hasBoundQueries(value.document))
    return { value: { source: value, overlays: [] }, diagnostics };
  const { describeBoundQueries } = await import('./graphql/bound.ts');
  const { value: source = value, diagnostics: more } = describeBoundQueries(value);
  return { value: { source, overlays: [] }, diagnostics: [...diagnostics, ...more] };
}

function readSdl(
  file: string,
  cwd: string,
): Result<{ readonly schema: string; readonly schemaFile: string }> {
  const path = resolve(cwd, file);
  const schemaFile = displayName(cwd, path);
  const { value: bytes, diagnostics } = readBytes(schemaFile, path);
  if (bytes === undefined) return { diagnostics };
  const text = decode(schemaFile, bytes);
  return text.value === undefined
    ? { diagnostics: text.diagnostics }
    : { value: { schema: text.value, schemaFile }, diagnostics: text.diagnostics };
}

async function readDocument(from: Bytes, root: JsonObject, settings: Settings): Promise<Result<Spec>> {
  const { name, path, bytes } = from;
  const { limit, problem } = declaredRoot(from, root, settings);
  if (problem !== undefined) return { diagnostics: [problem] };
  const input = { file: name, sha256: from.sha256 ?? sha256(bytes) };
  const read = readOpenapi(
    { name, root: withoutReadingKeys(root), input, ...(path === undefined ? {} : { path }) },
    { cwd: settings.cwd, ...(limit === undefined ? {} : { limit }) },
  );
  if (read.value === undefined) return { diagnostics: read.diagnostics };
  const isGraphql = member(root['x-mcpgen'], 'graphql') !== undefined;
  const expanded = isGraphql
    ? await expand(read.value, settings.cwd)
    : { value: read.value, diagnostics: [] };
  const diagnostics = [...read.diagnostics, ...expanded.diagnostics];
  if (expanded.value === undefined) return { diagnostics };
  const { deferred } = read.value;
  const source = deferred === undefined ? expanded.value : { ...expanded.value, deferred };
  return described({ value: source, diagnostics }, settings);
}

/** Loaded only for a document that needs it. */
async function expand(source: SourceDocument, cwd: string): Promise<Result<SourceDocument>> {
  const { expandGraphql } = await import('./graphql/expand.ts');
  return expandGraphql(source, { cwd });
}

/** An overlay is read as it is; its base is read first, by the same rules. */
async function readOverlay(
  from: Bytes,
  root: JsonObject,
  settings: Settings,
  seen: readonly string[],
): Promise<Result<Spec>> {
  const { name, bytes } = from;
  const version = String(root.overlay);
  if (!/^1\.[01](?:\.|$)/.test(version)) {
    const message = `Overlay ${version.slice(0, 40)} is not supported: mcpgen reads 1.0 and 1.1`;
    return {
      diagnostics: [diagnostic('spec-version', message, { origin: { file: name, pointer: '/overlay' } })],
    };
  }
  const base = parseExtends(name, root);
  if (base.value === undefined) return { diagnostics: base.diagnostics };
  const { limit, problem } = declaredRoot(from, root, settings);
  if (problem !== undefined) return { diagnostics: [problem] };
  const inner = limit === undefined ? settings : { ...settings, root: limit };
  const read = await readBase(base.value, from, inner, [...seen, name]);
  if (read.value === undefined) return read;
  const overlay: SourceDocument = {
    document: withoutReadingKeys(root),
    origins: new Map([['', { file: name, pointer: '' }]]),
    inputs: [{ file: name, sha256: from.sha256 ?? sha256(bytes) }],
  };
  const { source, overlays } = read.value;
  return { value: { source, overlays: [...overlays, overlay] }, diagnostics: read.diagnostics };
}

async function readBase(
  base: Base,
  overlay: Bytes,
  settings: Settings,
  seen: readonly string[],
): Promise<Result<Spec>> {
  const origin = { file: overlay.name, pointer: '/extends' };
  if (base.from !== 'file') {
    const fetched = await fetchBase(base, origin, settings);
    if (fetched.value === undefined) return { diagnostics: fetched.diagnostics };
    return readSource({ name: base.text, bytes: fetched.value, sha256: base.sha256 }, settings, seen);
  }
  if (overlay.path === undefined) {
    const message = `\`${base.text}\` cannot be found: the overlay itself was fetched, and is one file`;
    return { diagnostics: [diagnostic('extends-invalid', message, { origin })] };
  }
  const path = resolve(dirname(overlay.path), base.text);
  const name = displayName(settings.cwd, path);
  if (seen.includes(name)) {
    return {
      diagnostics: [
        diagnostic('extends-invalid', `\`${base.text}\` extends this overlay itself`, { origin }),
      ],
    };
  }
  const read = await readFile(path, settings, seen);
  return {
    ...read,
    diagnostics: read.diagnostics.map((one) => (one.origin === undefined ? { ...one, origin } : one)),
  };
}

/** `x-mcpgen` without what is for this stage alone. */
function withoutReadingKeys(root: JsonObject): JsonObject {
  const extension = root['x-mcpgen'];
  if (!isObject(extension)) return root;
  const { root: _root, sha256: _sha256, ...rest } = extension;
  return { ...root, 'x-mcpgen': rest };
}

/** `x-mcpgen.root`: the folder that `$ref`s may not leave, absolute. An overlay's holds for its base too. */
function declaredRoot(
  { name, path }: Bytes,
  root: JsonObject,
  settings: Settings,
): { readonly limit?: string; readonly problem?: Diagnostic } {
  if (settings.root !== undefined) return { limit: settings.root };
  const declared = member(root['x-mcpgen'], 'root');
  if (declared === undefined || path === undefined) return {};
  const limit = typeof declared === 'string' ? resolve(dirname(path), declared) : undefined;
  if (limit !== undefined && statSync(limit, { throwIfNoEntry: false })?.isDirectory()) return { limit };
  const origin = { file: name, pointer: '/x-mcpgen/root' };
  const message = '`x-mcpgen.root` is not the path of a folder';
  return {
    problem: diagnostic('x-mcpgen-invalid', message, { origin, hint: 'It is relative to the document' }),
  };
}

function notAnObject(file: string, value: Json): Diagnostic {
  const what = Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  const message = `The root of the document is ${what}, not an object`;
  const hint = 'Give an OpenAPI document, an Overlay with `extends`, or a bash script';
  return diagnostic('spec-unknown', message, { origin: { file, line: 1, column: 1 }, hint });
}
