import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import * as z from 'zod';
import { addressVariables } from './model/address.ts';
import { diagnostic } from './model/codes.ts';
import type { Diagnostic, Result } from './model/diagnostic.ts';
import { type Input, isRemote } from './model/document.ts';
import type { AgentManifest, ApiManifest, ManifestFile, OutputFile, Route } from './model/file.ts';
import type { Credential, OperationPlan, Plan } from './model/plan.ts';
import { toolTokens } from './model/tool.ts';

/** What earlier builds have recorded in an output folder. */
export interface Records {
  readonly apis: ReadonlyMap<string, ApiManifest>;
  readonly agent: AgentManifest;
  /** By the profile's name. */
  readonly profiles: ReadonlyMap<string, AgentManifest>;
}

const file = z.object({
  path: z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[^\\/][^\\]*$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const route = z.enum(['direct', 'mcp']);
/** How `servers/<api>/manifest.json` must look. */
export const apiManifest = z.object({
  mcpgen: z.literal(1),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  version: z.string(),
  description: z.string(),
  hash: z.string(),
  route: route.exactOptional(),
  toolMode: z.enum(['list', 'search']),
  baseUrl: z.string(),
  envPrefix: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  secrets: z.array(z.string()),
  requiredSecrets: z.array(z.string()),
  variables: z.array(z.string()),
  inputs: z.array(z.object({ path: z.string(), sha256: z.string() })),
  tokens: z.number(),
  operations: z.array(
    z.object({
      id: z.string(),
      command: z.string(),
      tool: z.string(),
      group: z.string(),
      method: z.string(),
      path: z.string(),
      summary: z.string(),
      readOnly: z.boolean(),
      hidden: z.boolean(),
      tokens: z.number(),
      args: z.array(z.object({ name: z.string(), flag: z.string(), key: z.string(), required: z.boolean() })),
    }),
  ),
  files: z.array(file),
}) satisfies z.ZodType<ApiManifest>;
const agentManifest = z.object({
  mcpgen: z.literal(1),
  apis: z.record(z.string(), z.object({ route, hub: z.string().exactOptional() })),
  hub: z.string().nullable(),
  commands: z.record(z.string(), z.array(z.string())).exactOptional(),
  files: z.array(file),
}) satisfies z.ZodType<AgentManifest>;

/** What an output records of `agent/`, or of a profile, that no build has made yet. */
export const NOTHING_LINKED: AgentManifest = { mcpgen: 1, apis: {}, hub: null, files: [] };

/**
 * Reads the manifests of an output folder.
 * @param out the output folder; need not exist
 * @param force take an unreadable manifest for an absent one
 * @returns what is recorded. Reports `manifest-invalid`
 */
export function readRecords(out: string, force: boolean): Result<Records> {
  const diagnostics: Diagnostic[] = [];
  const read = <T extends { readonly files: readonly ManifestFile[] }>(
    path: string,
    schema: z.ZodType<T>,
    roots: readonly string[],
  ): T | undefined => {
    const file = join(out, path);
    if (!existsSync(file)) return undefined;
    const problem = (reason: string) => {
      if (force) return undefined;
      diagnostics.push(
        diagnostic('manifest-invalid', `\`${file}\` is no manifest of mcpgen: ${reason}`, {
          hint: 'restore it from version control, or build with --force',
        }),
      );
      return undefined;
    };
    let json: unknown;
    try {
      json = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      return problem(error instanceof Error ? error.message : String(error));
    }
    const parsed = schema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return problem(issue === undefined ? 'invalid' : `${issue.path.join('.')}: ${issue.message}`);
    }
    const foreign = parsed.data.files.find((entry) => !roots.some((root) => entry.path.startsWith(root)));
    return foreign === undefined ? parsed.data : problem(`it lists \`${foreign.path}\``);
  };
  const folders = (path: string) => (existsSync(join(out, path)) ? readdirSync(join(out, path)).sort() : []);
  const apis = new Map<string, ApiManifest>();
  for (const name of folders('servers')) {
    const manifest = read(`servers/${name}/manifest.json`, apiManifest, [`servers/${name}/`]);
    if (manifest?.name === name) apis.set(name, manifest);
  }
  const agent = read('agent/manifest.json', agentManifest, ['agent/', 'hub/']) ?? NOTHING_LINKED;
  const profiles = new Map<string, AgentManifest>();
  for (const name of folders('profiles')) {
    const root = `profiles/${name}/`;
    const manifest = read(`${root}agent/manifest.json`, agentManifest, [root]);
    if (manifest !== undefined) profiles.set(name, manifest);
  }
  return { value: { apis, agent, profiles }, diagnostics };
}

/**
 * What `servers/<api>/manifest.json` records of an API.
 * @param route what the document asks for
 * @param spec the file that the user named
 * @param inputs the files it was made of
 * @param out the output folder
 * @param files the generated files below `servers/<api>/`
 */
export function makeApiManifest(
  plan: Plan,
  route: Route | undefined,
  spec: string,
  inputs: readonly Input[],
  out: string,
  files: readonly ManifestFile[],
): ApiManifest {
  return {
    mcpgen: 1,
    name: plan.name,
    title: plan.title,
    version: plan.version,
    description: plan.description,
    hash: plan.hash,
    ...(route === undefined ? {} : { route }),
    toolMode: plan.toolMode,
    baseUrl: plan.server.url,
    envPrefix: plan.envPrefix,
    secrets: secretVariables(plan),
    requiredSecrets: requiredSecrets(plan),
    variables: [
      ...new Set([...addressVariables(plan).keys(), ...plan.operations.flatMap(argumentVariables)]),
    ].sort(),
    inputs: portableInputs(spec, inputs, out),
    tokens: toolTokens(plan.operations),
    operations: plan.operations.map((operation) => ({
      id: operation.id,
      command: operation.command,
      tool: operation.tool,
      group: operation.group,
      method: operation.method,
      path: operation.path,
      summary: operation.summary,
      readOnly: operation.annotations.readOnly,
      hidden: operation.hidden,
      tokens: operation.tokens,
      args: operation.arguments
        .filter((argument) => !argument.hidden)
        .map(({ name, flag, key, required }) => ({ name, flag, key, required })),
    })),
    files,
  };
}

/** A manifest as a file of the output. */
export function manifestFile(path: string, manifest: ApiManifest | AgentManifest): OutputFile {
  return {
    path,
    content: `${JSON.stringify(manifest, null, 2)}\n`,
    executable: false,
    ownership: 'record',
  };
}

/** The environment variables that hold the secrets of an API, in order. */
export function secretVariables(plan: Plan): readonly string[] {
  return plan.credentials.flatMap(secretsOf);
}

function secretsOf(credential: Credential): string[] {
  switch (credential.kind) {
    case 'key':
      return [credential.env.secret];
    case 'basic':
      return [credential.env.username, credential.env.password];
    case 'oauth2':
      return credential.tokenUrl === undefined
        ? [credential.env.token]
        : [credential.env.token, credential.env.clientId, credential.env.clientSecret];
    case 'mutualTls':
      return [credential.env.certificate, credential.env.key];
  }
}

/** The secrets that stand in every alternative of every operation that wants credentials; of OAuth with a token URL there is none, since token and client are alternatives. */
export function requiredSecrets(plan: Plan): string[] {
  const secured = plan.operations.filter(
    ({ security }) => security.length > 0 && !security.some((alternative) => alternative.length === 0),
  );
  if (secured.length === 0) return [];
  return plan.credentials
    .filter(({ id }) => secured.every(({ security }) => security.every((ids) => ids.includes(id))))
    .flatMap((credential) =>
      credential.kind === 'oauth2' && credential.tokenUrl !== undefined ? [] : secretsOf(credential),
    );
}

function argumentVariables(operation: OperationPlan): string[] {
  return operation.arguments.flatMap(({ env }) => (env === undefined ? [] : [env]));
}

/**
 * Input paths that are the same on every machine: see ApiManifest.inputs. A file that lies elsewhere still (a base document in the user's cache)
 * goes by its name alone, one that is no path (`npm:…`) as it is.
 */
function portableInputs(spec: string, inputs: readonly Input[], out: string): ApiManifest['inputs'] {
  const project = dirname(resolve(out));
  const root = isBelow(project, spec) ? project : dirname(resolve(spec));
  return inputs.map(({ file, sha256 }) => {
    if (isRemote(file)) return { path: file, sha256 };
    const path = isBelow(root, file) ? relative(root, resolve(file)) : basename(file);
    return { path: path.replaceAll('\\', '/'), sha256 };
  });
}

function isBelow(folder: string, file: string): boolean {
  const path = relative(folder, resolve(file));
  return !path.startsWith('..') && !isAbsolute(path);
}
