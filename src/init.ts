import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { oneLine } from '../generators/quote/markdown.ts';
import { yamlText } from '../generators/quote/yaml.ts';
import { compile, createLocate } from './build.ts';
import { diagnostic } from './model/codes.ts';
import type { Result } from './model/diagnostic.ts';
import { isObject, type JsonObject, member, objectAt } from './model/json.ts';
import type { Plan } from './model/plan.ts';
import { toolTokens } from './model/tool.ts';
import { createReporter, processStreams, quantity } from './report.ts';
import { readSpec } from './sources/read.ts';

export interface InitArguments {
  /** A file or an https URL; absent: the person is asked. */
  readonly from?: string | undefined;
  readonly name?: string | undefined;
  /** The variable that holds the API's secret. */
  readonly env?: string | undefined;
  readonly output?: string | undefined;
}

/** Asks a person; undefined when they give up. */
export type Ask = (question: string, fallback?: string) => Promise<string | undefined>;

/** What the spec is written from. */
interface Source {
  /** A file that can be read now. */
  readonly file: string;
  readonly download?: { readonly url: string; readonly bytes: Uint8Array };
}

/**
 * `mcpgen init`: writes a first spec: of an OpenAPI document an overlay that extends it, of a bash script the document of its calls.
 * The one download of mcpgen that is not pinned: it makes the pin.
 * @param ask absent where nobody can be asked: `from` must be given then
 * @param get how a URL is fetched
 * @returns exit status: 0; 1 nothing can be made of it, or the file exists; 130 the person gave up
 */
export async function runInit(given: InitArguments, ask?: Ask, get: typeof fetch = fetch): Promise<number> {
  const reporter = createReporter(processStreams());
  const from = given.from ?? (await ask?.('What describes the API: a file or an https URL?'));
  if (from === undefined) return 130;
  reporter.progress(`reading ${from}`);
  const temporary = mkdtempSync(join(tmpdir(), 'mcpgen-init-'));
  try {
    const source = await locateSource(from, temporary, get);
    const draft = source.value && (await compile(source.value.file));
    const diagnostics = [...source.diagnostics, ...(draft?.diagnostics ?? [])];
    if (source.value === undefined || draft?.value === undefined) {
      reporter.diagnostics(diagnostics, createLocate());
      return 1;
    }
    const { plan } = draft.value;
    reporter.progress('');
    const asking = given.from === undefined ? ask : undefined;
    const name =
      given.name ?? (asking === undefined ? plan.name : await asking('What is it called?', plan.name));
    const secret = secretOf(plan);
    const usual = secret && name && renamed(secret.env, plan, name);
    const env =
      given.env ??
      (asking === undefined || usual === undefined
        ? usual
        : await asking('Which variable holds its secret?', usual));
    if (name === undefined || (secret !== undefined && env === undefined)) return 130;
    const output = given.output ?? join('specs', `${name}.yaml`);
    const written = await writeSpec(source.value, plan, { name, env, output });
    reporter.diagnostics(written.diagnostics, createLocate());
    if (written.value === undefined) return 1;
    reporter.line(`${written.value}\nnext: mcpgen build ${output}`);
    return 0;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Finds the file, or downloads it under the name that the URL gives it. */
async function locateSource(from: string, folder: string, get: typeof fetch): Promise<Result<Source>> {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(from)) return { value: { file: from }, diagnostics: [] };
  const url = URL.canParse(from) ? new URL(from) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    return { diagnostics: [diagnostic('init-url', `\`${from}\` is no plain https URL`)] };
  }
  try {
    const response = await get(url, { signal: AbortSignal.timeout(300_000) });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const file = join(folder, /^[\w.-]*\w$/.exec(basename(url.pathname))?.[0] ?? 'openapi');
    writeFileSync(file, bytes);
    return { value: { file, download: { url: from, bytes } }, diagnostics: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { diagnostics: [diagnostic('extends-fetch', `\`${from}\` cannot be fetched: ${reason}`)] };
  }
}

interface Choice {
  readonly name: string;
  readonly env: string | undefined;
  readonly output: string;
}

/** Writes the spec and compiles it: what does not compile does not stay. Gives a line for people. */
async function writeSpec(source: Source, plan: Plan, choice: Choice): Promise<Result<string>> {
  const { output } = choice;
  if (existsSync(output)) {
    const hint = 'remove it, or give another name by -o';
    return { diagnostics: [diagnostic('init-exists', `\`${output}\` exists`, { hint })] };
  }
  const script = await scriptDocument(source.file);
  const text = script === undefined ? overlayOf(source, plan, choice) : documentOf(script, choice);
  try {
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, text, { flag: 'wx' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { diagnostics: [diagnostic('unwritable', `the spec could not be written: ${reason}`)] };
  }
  const { download } = source;
  // The pinned base is in the cache then, and the first build need not download it again.
  if (download !== undefined)
    await readSpec(output, { fetch: async () => new Response(Buffer.from(download.bytes)) });
  const { value, diagnostics } = await compile(output);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (value === undefined) {
    rmSync(output);
    return { diagnostics: errors };
  }
  return { value: `${output}: ${sizeOf(value.plan)}`, diagnostics: errors };
}

function sizeOf({ operations }: Plan): string {
  return `${quantity(operations.length, 'operation')}, ${quantity(toolTokens(operations), 'token')}`;
}

/** A variable that the draft has called after itself is called after the API's chosen name. */
function renamed(variable: string, { envPrefix }: Plan, name: string): string {
  const prefix = name.toUpperCase().replaceAll('-', '_');
  return variable.startsWith(`${envPrefix}_`) ? prefix + variable.slice(envPrefix.length) : variable;
}

/** The first scheme and the variable of its secret: what `x-mcpgen.env` of a scheme names. */
function secretOf({ credentials }: Plan): { readonly id: string; readonly env: string } | undefined {
  const [first] = credentials;
  switch (first?.kind) {
    case undefined:
      return undefined;
    case 'key':
      return { id: first.id, env: first.env.secret };
    case 'basic':
      return { id: first.id, env: first.env.password };
    case 'oauth2':
      return { id: first.id, env: first.env.token };
    case 'mutualTls':
      return { id: first.id, env: first.env.key };
  }
}

/** An overlay with what is changed first: the name, and where the secret comes from. */
function overlayOf({ file, download }: Source, plan: Plan, { name, env, output }: Choice): string {
  const secret = secretOf(plan);
  const base = relative(resolve(dirname(output)), resolve(file)).replaceAll('\\', '/');
  const action =
    env === undefined
      ? { target: '$.info', update: {} }
      : secret === undefined
        ? { target: '$', update: bearer(env) }
        : { target: `$.components.securitySchemes[${pathText(secret.id)}]`, update: { 'x-mcpgen': { env } } };
  const document: JsonObject = {
    overlay: '1.1.0',
    info: { title: `${plan.title} for agents`, version: '1.0.0' },
    extends: download?.url ?? base,
    'x-mcpgen': {
      ...(download === undefined
        ? {}
        : { sha256: createHash('sha256').update(download.bytes).digest('hex') }),
      name,
    },
    actions: [action],
  };
  return yamlText(document, headOf(plan));
}

function bearer(env: string): JsonObject {
  return {
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', 'x-mcpgen': { env } } } },
  };
}

/** A name in a JSONPath (RFC 9535 section 2.3.1.1). */
function pathText(name: string): string {
  return JSON.stringify(name);
}

/** Says what is there to choose from. */
function headOf(plan: Plan): string {
  const tags = new Map<string, number>();
  for (const { documentPath, method } of plan.operations) {
    const item = member(plan.document.paths, documentPath);
    const operation = member(item, method.toLowerCase());
    const listed = member(operation, 'tags');
    const tag = Array.isArray(listed) && typeof listed[0] === 'string' ? oneLine(listed[0]) : '';
    if (tag !== '') tags.set(tag, (tags.get(tag) ?? 0) + 1);
  }
  const counts = [...tags].map(([tag, count]) => `${tag} (${count})`);
  return [
    `${oneLine(plan.title)}: ${sizeOf(plan)}.`,
    'Every tool costs an agent tokens. To keep only what is needed, add to `x-mcpgen`:',
    '  include: {operationId: [], tag: [], path: []}',
    ...(counts.length === 0 ? [] : [`Tags: ${counts.join(', ')}`]),
  ].join('\n');
}

/** The document of a script's calls; undefined for anything but a script. */
async function scriptDocument(file: string): Promise<JsonObject | undefined> {
  // A document of OpenAPI or an overlay says what it is; reading it once more would take its time.
  if (/^\s*["']?(?:openapi|swagger|overlay)["']?\s*:/m.test(readFileSync(file, 'utf8'))) return undefined;
  const { value } = await readSpec(file);
  const origin = value?.source.origins.get('');
  return origin === undefined || 'pointer' in origin ? undefined : value?.source.document;
}

function documentOf(script: JsonObject, { name, env }: Choice): string {
  const components = objectAt(script, 'components');
  const schemes = Object.entries(objectAt(components, 'securitySchemes')).map(([id, scheme], index) => {
    const named = index === 0 && env !== undefined && isObject(scheme);
    return [id, named ? { ...scheme, 'x-mcpgen': { ...objectAt(scheme, 'x-mcpgen'), env } } : scheme];
  });
  return yamlText({
    ...script,
    'x-mcpgen': { ...objectAt(script, 'x-mcpgen'), name },
    ...(schemes.length === 0
      ? {}
      : { components: { ...components, securitySchemes: Object.fromEntries(schemes) } }),
  });
}
