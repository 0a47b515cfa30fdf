import { createHash } from 'node:crypto';
import { type Api, argumentsOf, type Binding, type Operation, type Place } from '../model/api.ts';
import { diagnostic } from '../model/codes.ts';
import { type Diagnostic, hasErrors, type Result } from '../model/diagnostic.ts';
import { exactJson } from '../model/json.ts';
import type { ArgumentPlan, OperationPlan, Plan, ServerPlan } from '../model/plan.ts';
import { toolEntry, toolTokens } from '../model/tool.ts';
import { apiName } from './apiName.ts';
import { annotationsOf, retryOf } from './behaviour.ts';
import { planCredentials } from './credentials.ts';
import { descriptionOf, summaryOf } from './descriptions.ts';
import { nameArguments } from './flags.ts';
import { nameOperations, type OperationNames } from './names.ts';
import { planPagination } from './pagination.ts';
import { objectToJson, outputJson } from './schemaJson.ts';
import { absoluteUrl, planServer, safeUrlText } from './servers.ts';
import { planAliases, positionals } from './spellings.ts';
import { clip, oneLine, plainText, safeText } from './text.ts';

/** Characters of JSON that the input schema of one tool may take. */
const inputBudget = 2_200;
/**
 * Characters that an output schema may take; a larger one costs more than it tells. GraphQL has none: its answer is what the operation's text says,
 * and an answer with `errors` would not match.
 */
const outputBudget = 300;
/** Tokens of a tool list beyond which somebody should know what it costs. */
const listBudget = 20_000;

/**
 * Chooses every name and makes every decision that generators would else have to make.
 * @param options `file`: the spec's file name, which may name the API
 * @returns the plan. Reports `tools-costly`, and what is wrong with positionals
 */
export function plan(api: Api, options: { readonly file: string }): Result<Plan> {
  const diagnostics: Diagnostic[] = [];
  const name = apiName(api.name, options.file, api.title);
  const envPrefix = name.toUpperCase().replaceAll('-', '_');
  const server = planServer(api.servers[0], envPrefix);
  const used = new Set(api.operations.flatMap((operation) => operation.security.flat()));
  const names = nameOperations(api.operations, name);
  const linked = api.operations.some((operation) => operation.response.headers.includes('link'));
  const shared: Shared = { envPrefix, diagnostics, linked };
  const operations = api.operations.map((operation, index): OperationPlan => {
    const own = names[index];
    if (own === undefined) throw new Error('mcpgen: an operation without a name');
    return planOperation(api, operation, own, shared);
  });
  const planned: Omit<Plan, 'hash'> = {
    name,
    envPrefix,
    title: oneLine(api.title) || name,
    version: oneLine(api.version),
    description: clip(plainText(api.description), 1_000),
    toolMode: api.toolMode,
    ...(api.output === undefined ? {} : { output: api.output }),
    server,
    credentials: planCredentials(
      api.securitySchemes.filter((scheme) => used.has(scheme.id)),
      envPrefix,
      (url) => absoluteUrl(url, server),
    ),
    operations,
    schemas: api.schemas,
    document: api.document,
  };
  diagnostics.push(...costly(planned, options.file));
  return hasErrors(diagnostics)
    ? { diagnostics }
    : { value: { ...planned, hash: hashOf(planned) }, diagnostics };
}

function costly({ name, operations, toolMode }: Omit<Plan, 'hash'>, file: string): readonly Diagnostic[] {
  const tokens = toolTokens(operations);
  if (toolMode === 'search' || tokens <= listBudget) return [];
  const message = `the tools of \`${name}\` cost an MCP client ${tokens.toLocaleString('en')} tokens in every conversation`;
  const hint = 'keep what is needed with `x-mcpgen.include`, or set `x-mcpgen.tools` to `search`';
  return [diagnostic('tools-costly', message, { origin: { file, pointer: '' }, hint })];
}

/** For JSON.stringify, of a hash: leaves out where a thing stands in an input file. A member that is only called so stays. */
function withoutOrigins(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (key === 'pointer' && typeof value === 'string' && value.startsWith('/')) return undefined;
  return key === 'origin' && typeof value === 'object' && value !== null && 'file' in value
    ? undefined
    : value;
}

/** A hash over all that is generated; where things came from does not count. */
function hashOf(planned: Omit<Plan, 'hash'>): string {
  const hash = createHash('sha256');
  const { schemas, ...rest } = planned;
  for (const part of [rest, ...schemas]) hash.update(JSON.stringify(part, withoutOrigins));
  return hash.digest('hex');
}

/** What the planning of all operations shares. */
interface Shared {
  readonly envPrefix: string;
  readonly diagnostics: Diagnostic[];
  /** Some operation documents a Link header. */
  readonly linked: boolean;
}

function planOperation(api: Api, operation: Operation, names: OperationNames, shared: Shared): OperationPlan {
  const { envPrefix, diagnostics } = shared;
  const filled = placesByArgument(operation.request.bindings);
  const placed = operation.arguments.map((argument) => {
    const places = filled.get(argument.id) ?? [];
    return { argument, places, place: places[0] };
  });
  const argumentNames = nameArguments(placed);
  const key = (id: string): string => argumentNames.get(id)?.key ?? id;
  const positions = positionals(api, operation, placed, key, diagnostics);
  const list = placed
    .map(({ argument, places }): ArgumentPlan => {
      const position = positions.indexOf(argument.id);
      return {
        ...argument,
        id: key(argument.id),
        name: safeText(argument.name),
        description: clip(plainText(argument.description), 1_000),
        key: key(argument.id),
        flag: argumentNames.get(argument.id)?.flag ?? '',
        ...(position < 0 ? {} : { positional: position }),
        places,
      };
    })
    .sort((a, b) => group(a) - group(b));
  const annotations = annotationsOf(operation, names.command.split('-'));
  const summary = summaryOf(operation, names.title);
  const pagination = planPagination(operation, list, api.schemas, shared.linked);
  const inputSchema = objectToJson(
    list
      .filter((argument) => !argument.hidden)
      .map((argument) => ({
        key: argument.key,
        schema: argument.schema,
        description: argument.description,
        required: argument.required,
        ...(argument.default === undefined ? {} : { default: argument.default }),
      })),
    api.schemas,
    inputBudget,
  );
  const outputSchema =
    operation.graphql === undefined ? outputJson(operation.response, api.schemas, outputBudget) : undefined;
  const server: ServerPlan | undefined =
    operation.servers === undefined ? undefined : planServer(operation.servers[0], envPrefix);
  const planned = {
    id: safeText(operation.id),
    ...names,
    method: operation.method,
    path: safeText(operation.path).replaceAll('\n', ''),
    documentPath: operation.pathKey,
    summary,
    description: descriptionOf(operation, summary),
    deprecated: operation.deprecated,
    hidden: operation.hidden,
    arguments: list,
    request: renameRequest(operation.request, key),
    ...(server === undefined ? {} : { server }),
    security: operation.security,
    response: operation.response,
    annotations,
    retry: retryOf(annotations),
    ...(pagination === undefined ? {} : { pagination }),
    ...(operation.output === undefined ? {} : { output: operation.output }),
    ...planAliases(operation, list, diagnostics),
    ...(operation.graphql === undefined ? {} : { graphql: operation.graphql }),
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema }),
  };
  return { ...planned, tokens: Math.ceil(exactJson(toolEntry(planned)).length / 4) };
}

function group(argument: ArgumentPlan): number {
  if (argument.places[0]?.[0] === 'path') return 0;
  return argument.required ? 1 : 2;
}

/** The request with arguments called by their keys. */
function renameRequest(request: Operation['request'], key: (id: string) => string): Operation['request'] {
  const { body } = request;
  return {
    ...request,
    path: request.path.map((piece) => ('literal' in piece ? { literal: safeUrlText(piece.literal) } : piece)),
    bindings: request.bindings.map((binding): Binding => {
      switch (binding.kind) {
        case 'constant':
          return binding;
        case 'template':
          return {
            ...binding,
            parts: binding.parts.map((part) =>
              typeof part === 'string' ? part : { ...part, arg: key(part.arg) },
            ),
          };
        default:
          return { ...binding, arg: key(binding.arg) };
      }
    }),
    ...(body === undefined
      ? {}
      : {
          body: {
            ...body,
            requires: body.requires.map(key),
            ...(body.chooser === undefined ? {} : { chooser: key(body.chooser) }),
          },
        }),
  };
}

/** The places that each argument fills, in binding order. */
function placesByArgument(bindings: readonly Binding[]): ReadonlyMap<string, readonly Place[]> {
  const places = new Map<string, Place[]>();
  for (const binding of bindings) {
    for (const id of new Set(argumentsOf(binding))) {
      const list = places.get(id);
      if (list === undefined) places.set(id, [binding.at]);
      else list.push(binding.at);
    }
  }
  return places;
}
