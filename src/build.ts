import { join } from 'node:path';
import { emitAgent } from '../generators/agent/emit.ts';
import { emitTokens } from '../generators/agent/tokens.ts';
import { emitHub } from '../generators/hub/emit.ts';
import { releaseThreads, startThread } from '../generators/server/thread.ts';
import { emitWrapper } from '../generators/wrapper/emit.ts';
import { type Config, readConfig } from './config.ts';
import { curate } from './curate/curate.ts';
import { decideRoute, link, makeAgentManifest, nameClashes, type RouteFlags } from './link.ts';
import { lower } from './lower/lower.ts';
import { makeApiManifest, manifestFile, NOTHING_LINKED, type Records, readRecords } from './manifest.ts';
import { createMemory } from './memory.ts';
import { type Diagnostic, hasErrors, type Result } from './model/diagnostic.ts';
import type { Input } from './model/document.ts';
import type {
  AgentManifest,
  ApiManifest,
  ApiRoute,
  Linkage,
  ManifestFile,
  OutputFile,
  Route,
} from './model/file.ts';
import type { Plan } from './model/plan.ts';
import { wrapperMcpUrl } from './model/route.ts';
import { plan } from './plan/plan.ts';
import { chooseProfiles, commandsOf, type Profile, restrict, staleWrappers } from './profiles.ts';
import type { Locate, Position } from './report.ts';
import { locate } from './sources/openapi/locate.ts';
import { originText, readSpec } from './sources/read.ts';
import { type Change, compareOutput, contentHash, onDisk, withLock, writeOutput } from './write.ts';

export interface BuildOptions extends RouteFlags {
  /** The output folder. */
  readonly out: string;
  /** `write`; `check`: compare only; `dry-run`: say what would be done. */
  readonly mode: 'write' | 'check' | 'dry-run';
  /** Replace edited files. */
  readonly force: boolean;
  /** `mcpgen.yaml`, if it is not the one of the working folder. */
  readonly config?: string | undefined;
  /** Profiles to make; those that the output has are kept up to date without being named. */
  readonly profiles?: readonly string[] | undefined;
  /** Told what is being done. */
  readonly progress?: (text: string) => void;
}

/** One API as it stands after a build. */
export type BuiltApi = Pick<ApiManifest, 'name' | 'tokens' | 'toolMode' | 'envPrefix' | 'requiredSecrets'> &
  ApiRoute & { readonly operations: number; readonly tools: number };

export interface BuildResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly apis: readonly BuiltApi[];
  readonly changes: readonly Change[];
  /** All files that the builds were made of: what `--watch` watches. */
  readonly inputs: readonly string[];
}

/** A spec that has been through all stages before emit. */
export interface Compiled {
  readonly spec: string;
  readonly plan: Plan;
  /** What the document asks for. */
  readonly route: Route | undefined;
  readonly inputs: readonly Input[];
}

/**
 * The front half of the pipeline: read → curate → lower → plan.
 * @param spec file of an OpenAPI document, an overlay with `extends`, or a bash script
 * @param fallbackName the API's name where the document chooses none; otherwise it comes from the file's name or the title
 * @param onRead called when the spec has been read
 * @returns the plan; every stage's diagnostics. A stage that reports an error is the last
 */
export async function compile(
  spec: string,
  fallbackName?: string,
  onRead?: () => void,
): Promise<Result<Compiled>> {
  const log: Diagnostic[] = [];
  const read = take(await readSpec(spec), log);
  onRead?.();
  const document = read && take(curate(read.source, read.overlays), log);
  const api = document && take(lower(document), log);
  const name = api?.name ?? fallbackName;
  const planned = api && take(plan(name === undefined ? api : { ...api, name }, { file: spec }), log);
  if (planned === undefined) return { diagnostics: log };
  return {
    value: { spec, plan: planned, route: api?.route, inputs: document?.inputs ?? [] },
    diagnostics: log,
  };
}

/**
 * The pipeline: compile every spec, emit, link `agent/` and `hub/` from the manifests of all APIs in the output, write, bundle.
 * @returns what was done; with an error among the diagnostics nothing was written, but for `bundle-failed`
 */
export async function build(specs: readonly string[], options: BuildOptions): Promise<BuildResult> {
  const memory = options.mode === 'write' ? createMemory(specs, options) : undefined;
  const known = memory?.recall();
  if (known !== undefined) return known;
  const log: Diagnostic[] = [];
  // They get ready while the specs are compiled: one after the other, so that on two processors reading a large document has one to itself.
  startThread('types');
  const results = await Promise.all(
    specs.map((spec) => compile(spec, undefined, () => startThread('statements'))),
  );
  const compiled = results.flatMap((result) => take(result, log) ?? []);
  const config = take(readConfig(options.config), log) ?? { external: [], profiles: [] };
  log.push(
    ...nameClashes(
      compiled.map(({ plan, spec }) => ({ name: plan.name, spec })),
      config.external,
    ),
  );
  const inputs = compiled.flatMap((api) => api.inputs.map(({ file }) => file));
  const stopped = { diagnostics: log, apis: [], changes: [], inputs };
  if (hasErrors(log)) return stopped;

  const operations = compiled.reduce((sum, { plan }) => sum + plan.operations.length, 0);
  options.progress?.(`emitting ${operations.toLocaleString('en')} operations`);
  const work = () => emitAndWrite(compiled, config, options);
  const done = take(
    await onDisk(async () =>
      options.mode === 'write' ? withLock(options.out, work) : { value: await work(), diagnostics: [] },
    ),
    log,
  );
  if (done === undefined) return stopped;
  const result = { ...done, diagnostics: [...log, ...done.diagnostics], inputs };
  memory?.remember(
    result,
    compiled.flatMap((api) => api.inputs),
  );
  return result;
}

/** Operations of one API that take more memory than starting the threads again takes time. */
const MANY = 300;

/** The back half of the pipeline, from plans to files on disk. */
async function emitAndWrite(
  compiled: readonly Compiled[],
  config: Config,
  options: BuildOptions,
): Promise<Omit<BuildResult, 'inputs'>> {
  const { out, mode, force } = options;
  const log: Diagnostic[] = [];
  const records = take(readRecords(out, force), log);
  const profiles =
    records && take(chooseProfiles(config.profiles, options.profiles ?? [], records.profiles.keys()), log);
  if (records === undefined || profiles === undefined) return { diagnostics: log, apis: [], changes: [] };

  const recordedRoute = (name: string): ApiRoute | undefined =>
    Object.hasOwn(records.agent.apis, name) ? records.agent.apis[name] : undefined;
  const emitting = Promise.all(
    compiled.map((api) => emitApi(api, decideRoute(api.route, recordedRoute(api.plan.name), options), out)),
  );
  // While the threads print, this one has nothing to do.
  const [emitted, bundler] = await Promise.all([emitting, mode === 'write' ? startBundler() : undefined]);
  // The bundler needs the memory; after small builds `--watch` finds its threads warm.
  if (compiled.some(({ plan }) => plan.operations.length > MANY)) releaseThreads();
  for (const { diagnostics } of emitted) log.push(...diagnostics);
  const routes = new Map(emitted.map(({ manifest, route }) => [manifest.name, route]));
  const manifests = new Map(records.apis);
  for (const { manifest } of emitted) manifests.set(manifest.name, manifest);
  const linkage = link(
    manifests.values(),
    ({ name, route }) => routes.get(name) ?? decideRoute(route, recordedRoute(name), {}),
    config.external,
  );

  const built = new Set(emitted.map(({ manifest }) => manifest.name));
  const earlier = linkage.apis.filter(({ name }) => !built.has(name));
  log.push(
    ...nameClashes(
      earlier.map(({ name }) => ({ name, spec: join(out, 'servers', name, 'manifest.json') })),
      config.external,
    ),
  );
  const shared = [...emitted.flatMap(({ wrapper }) => wrapper), ...emitAgent(linkage), ...emitHub(linkage)];
  const roles = profiles.map((profile) => profileFolder(profile, linkage, compiled, records));
  for (const { diagnostics } of roles) log.push(...diagnostics);
  const folders: Folder[] = [
    agentFolder('', linkage, shared, records.agent, built),
    ...roles,
    ...[...records.profiles].map(([name, manifest]) => ({
      files: [],
      recorded: profiles.some((profile) => profile.name === name)
        ? []
        : [...manifest.files, recordOf(manifestFile(`profiles/${name}/agent/manifest.json`, manifest))],
    })),
  ];
  const files = [...emitted.flatMap(({ files }) => files), ...folders.flatMap(({ files }) => files)];
  const recorded = [
    ...folders.flatMap(({ recorded }) => recorded),
    ...emitted.flatMap(({ manifest }) => records.apis.get(manifest.name)?.files ?? []),
  ];
  const compared = compareOutput(out, files, recorded, force);
  const changes = compared.value ?? [];
  log.push(...compared.diagnostics);
  const summary = linkage.apis.filter(({ name }) => built.has(name)).map(summarize);

  if (bundler !== undefined && !hasErrors(log)) {
    log.push(...writeOutput(out, files, changes));
    if (!hasErrors(log)) {
      const servers = summary.length === 1 ? 'the server' : `${summary.length} servers`;
      options.progress?.(`bundling ${servers}`);
      const bundles = summary.map(({ name }) => bundler.bundleServer(join(out, 'servers', name)));
      for (const bundle of await Promise.all(bundles)) take(bundle, log);
    }
  }
  return { diagnostics: log, apis: summary, changes };
}

/** The bundler, with its process started. */
async function startBundler(): Promise<typeof import('../generators/server/bundle.ts')> {
  const bundler = await import('../generators/server/bundle.ts');
  await bundler.startBundler();
  return bundler;
}

interface Folder {
  readonly files: readonly OutputFile[];
  /** What an earlier build wrote and this one may replace or remove. */
  readonly recorded: readonly ManifestFile[];
}

/** A folder `agent/` with its manifest. The wrapper of an API that this build does not make stays as it is, and stays recorded. */
function agentFolder(
  root: string,
  linkage: Linkage,
  files: readonly OutputFile[],
  before: AgentManifest,
  built: ReadonlySet<string>,
  commands?: AgentManifest['commands'],
): Folder {
  const carried = before.files.filter(({ path }) =>
    linkage.apis.some(({ name }) => !built.has(name) && path === `${root}agent/bin/${name}`),
  );
  const manifest = makeAgentManifest(linkage, [...carried, ...files.map(recordOf)], commands);
  return {
    files: [...files, manifestFile(`${root}agent/manifest.json`, manifest)],
    recorded: before.files.filter((file) => !carried.includes(file)),
  };
}

/** `profiles/<name>/`: the folder `agent/` of one role, and what the servers have to know of its token. */
function profileFolder(
  profile: Profile,
  whole: Linkage,
  compiled: readonly Compiled[],
  records: Records,
): Folder & { readonly diagnostics: readonly Diagnostic[] } {
  const { linkage, diagnostics } = restrict(whole, profile);
  const root = `profiles/${profile.name}/`;
  const before = records.profiles.get(profile.name) ?? NOTHING_LINKED;
  const plans = new Map(compiled.map(({ plan }) => [plan.name, plan]));
  const commands = commandsOf(linkage, new Set(plans.keys()), before);
  const wrappers = linkage.apis.flatMap((api) => {
    const plan = plans.get(api.name);
    const operations = plan?.operations.filter(({ command }) => commands[api.name]?.includes(command));
    const options = { route: api.route, mcpUrl: wrapperMcpUrl(api.name, api) };
    return plan === undefined ? [] : emitWrapper({ ...plan, operations: operations ?? [] }, options);
  });
  const files = [...wrappers, ...emitAgent(linkage), ...emitTokens(profile.name, linkage, whole)].map(
    (file) => ({ ...file, path: `${root}${file.path}` }),
  );
  return {
    ...agentFolder(root, linkage, files, before, new Set(plans.keys()), commands),
    diagnostics: [...diagnostics, ...staleWrappers(profile, linkage, commands)],
  };
}

interface EmittedApi {
  readonly route: ApiRoute;
  readonly manifest: ApiManifest;
  /** All of `servers/<api>/`, the manifest included. */
  readonly files: readonly OutputFile[];
  readonly wrapper: readonly OutputFile[];
  readonly diagnostics: readonly Diagnostic[];
}

async function emitApi(compiled: Compiled, route: ApiRoute, out: string): Promise<EmittedApi> {
  const { plan, spec, inputs } = compiled;
  // Printing TypeScript loads its compiler, which commands that only plan need not wait for.
  const { emitServer } = await import('../generators/server/emit.ts');
  const { value: server, diagnostics } = await emitServer(plan);
  const generated = server.filter(({ ownership }) => ownership === 'generated').map(recordOf);
  const manifest = makeApiManifest(plan, compiled.route, spec, inputs, out, generated);
  const wrapper = emitWrapper(plan, { route: route.route, mcpUrl: wrapperMcpUrl(plan.name, route) });
  return {
    route,
    manifest,
    files: [...server, manifestFile(`servers/${plan.name}/manifest.json`, manifest)],
    wrapper,
    diagnostics,
  };
}

function summarize(api: Linkage['apis'][number]): BuiltApi {
  const { name, tokens, toolMode, envPrefix, requiredSecrets, operations } = api;
  return {
    name,
    tokens,
    toolMode,
    envPrefix,
    requiredSecrets,
    operations: operations.length,
    tools: operations.filter(({ hidden }) => !hidden).length,
    route: api.route,
    ...(api.hub === undefined ? {} : { hub: api.hub }),
  };
}

function recordOf(file: OutputFile): ManifestFile {
  return { path: file.path, sha256: contentHash(file.content) };
}

/** The value of a result, its diagnostics put into the log; nothing where there is an error among them. */
function take<T>(result: Result<T>, log: Diagnostic[]): T | undefined {
  log.push(...result.diagnostics);
  return hasErrors(result.diagnostics) ? undefined : result.value;
}

/** Makes the function that turns origins into positions; every file is read once. */
export function createLocate(): Locate {
  const texts = new Map<string, string | undefined>();
  return (origin): Position => {
    if (!('pointer' in origin)) return origin;
    const { file, pointer } = origin;
    if (!texts.has(file)) texts.set(file, originText(file));
    const text = texts.get(file);
    const found = text === undefined ? undefined : locate(text, pointer);
    return { file, line: found?.line ?? 1, column: found?.column ?? 1 };
  };
}
