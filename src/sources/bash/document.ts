import type { Origin } from '../../model/diagnostic.ts';
import type { OperationExtension } from '../../model/document.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { pointerTo } from '../../model/json.ts';
import { camel, kebab, redact } from './naming.ts';
import type { Draft } from './operation.ts';
import { positionOf, type Script } from './parse.ts';

export interface NamedDraft {
  readonly draft: Draft;
  readonly name: string;
  readonly summary?: string;
}

/**
 * Writes the operations of a script as an OpenAPI 3.1 document.
 * @param api the API's name
 */
export function writeDocument(
  script: Script,
  api: string,
  given: readonly NamedDraft[],
  description: string,
): { document: JsonObject; origins: Map<string, Origin> } {
  const server = common(given.map(({ draft }) => draft.server.url)) ?? '';
  const list = given.map((one) => ({ ...one, draft: below(one.draft, server) }));
  const schemes = new Map<string, JsonObject>();
  const paths = new Map<string, Map<string, Json>>();
  const origins = new Map<string, Origin>([['', { file: script.file, line: 1, column: 1 }]]);
  const securities = list.map(({ draft }) => securityOf(draft, schemes));
  const shared = common(securities.map((security) => JSON.stringify(security)));
  const servers = new Map(list.map(({ draft }) => [draft.server.url, draft.server.variables]));
  for (const [index, { draft, name, summary }] of list.entries()) {
    const method = draft.method.toLowerCase();
    const id = camel(name);
    const base = draft.path;
    const free = draft.graphql === undefined && paths.get(base)?.has(method) !== true;
    const key = free ? base : `${base}#${id}`;
    const origin = { file: script.file, ...positionOf(script, draft.call.from) };
    const item = paths.get(key) ?? new Map<string, Json>();
    const security = securities[index] ?? [];
    item.set(method, {
      ...operationObject(draft, name, id, summary),
      ...(draft.server.url === server
        ? {}
        : { servers: [serverObject(draft.server.url, draft.server.variables)] }),
      ...(JSON.stringify(security) === shared ? {} : { security }),
      ...extensionOf(draft, name, id, origin),
    });
    paths.set(key, item);
    origins.set(pointerTo('/paths', key, method), origin);
  }
  const document: JsonObject = {
    openapi: '3.1.0',
    info: { title: titleOf(api), version: '0.0.0', description },
    ...(server === '' ? {} : { servers: [serverObject(server, servers.get(server) ?? [])] }),
    ...(shared === undefined || shared === '[]' ? {} : { security: JSON.parse(shared) as Json }),
    paths: Object.fromEntries([...paths].map(([key, item]) => [key, Object.fromEntries(item)])),
    ...(schemes.size === 0 ? {} : { components: { securitySchemes: Object.fromEntries(schemes) } }),
    'x-mcpgen': { name: api },
  };
  return { document, origins };
}

/** One call spells out the whole URL where the others share a base path: it has the same server. */
function below(draft: Draft, server: string): Draft {
  const base = server.startsWith(`${draft.server.url}/`) ? server.slice(draft.server.url.length) : undefined;
  return base !== undefined && draft.path.startsWith(`${base}/`)
    ? { ...draft, server: { ...draft.server, url: server }, path: draft.path.slice(base.length) }
    : draft;
}

function titleOf(api: string): string {
  return api
    .split('-')
    .map((word) => word.replace(/^./, (letter) => letter.toUpperCase()))
    .join(' ');
}

/** What most of them have. */
function common(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function serverObject(url: string, variables: readonly string[]): JsonObject {
  return {
    url: redact(url),
    ...(variables.length === 0
      ? {}
      : {
          variables: Object.fromEntries(
            variables.map((name) => [
              name,
              {
                default:
                  /^\{[^}]*\}/.test(url) && url.startsWith(`{${name}}`)
                    ? 'https://base-url.invalid'
                    : 'example',
                description: `Stood in the variable \`${name}\` of the script.`,
              },
            ]),
          ),
        }),
  };
}

/** Registers the schemes of an operation and names them. */
function securityOf(draft: Draft, schemes: Map<string, JsonObject>): Json[] {
  const names = new Set<string>();
  for (const { id, scheme } of draft.credentials) {
    const text = JSON.stringify(scheme);
    let name = id;
    for (let count = 2; schemes.has(name) && JSON.stringify(schemes.get(name)) !== text; count++)
      name = `${id}${count}`;
    schemes.set(name, scheme);
    names.add(name);
  }
  return names.size === 0 ? [] : [Object.fromEntries([...names].map((name) => [name, []]))];
}

function operationObject(draft: Draft, name: string, id: string, summary: string | undefined): JsonObject {
  const { bound } = draft;
  const words = kebab(name).split('-').join(' ');
  const type = draft.accept.split(',')[0]?.split(';')[0]?.trim() ?? '';
  const answer = type === '' || type === '*/*' ? 'application/json' : type;
  const body: JsonObject =
    draft.mediaType === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [draft.mediaType]: { schema: bound.body ?? { type: 'object' } } },
          },
        };
  return {
    operationId: id,
    summary: redact(summary ?? words.replace(/^./, (letter) => letter.toUpperCase())),
    ...(bound.parameters.length > 0 ? { parameters: bound.parameters } : {}),
    ...body,
    responses: {
      '200': {
        description: 'The answer of the API',
        content: { [answer]: /json/.test(answer) ? {} : { schema: { type: 'string' } } },
      },
    },
  };
}

/** What the caller of the script wrote where the new command's words and flags are others. */
function aliasesOf(draft: Draft, name: string): Pick<OperationExtension, 'aliases'> {
  const { words, spellings, flags } = draft.command;
  const isMain = words.length > 0 && kebab(words.join('-')) === name;
  const commands = spellings.filter(
    (one) => isMain && one.replaceAll('_', '-') !== name && /^[\w:.-]+(?: [\w:.-]+){0,3}$/.test(one),
  );
  const given = draft.arguments.flatMap((argument) => {
    const { source } = argument.hole;
    if (source.kind !== 'flag' && source.kind !== 'switch') return [];
    const today = `--${kebab(argument.name)}`;
    const [value] = source.kind === 'switch' ? source.values : [];
    const plain = value === undefined || (value === 'true' && argument.schema.type === 'boolean');
    return (flags.get(source.name) ?? [source.flag])
      .filter((flag) => /^(?:-[A-Za-z]|--[A-Za-z][\w.-]*)$/.test(flag) && !(plain && flag === today))
      .map((flag) => ({ flag, argument: argument.name, ...(value === undefined ? {} : { value }) }));
  });
  if (commands.length === 0 && given.length === 0) return {};
  return {
    aliases: {
      ...(commands.length === 0 ? {} : { commands }),
      ...(given.length === 0 ? {} : { flags: given }),
    },
  };
}

function byFlags(draft: Draft): boolean {
  return draft.arguments.some(({ hole }) => hole.source.kind === 'flag');
}

function extensionOf(
  draft: Draft,
  name: string,
  id: string,
  origin: { file: string; line: number; column: number },
): JsonObject {
  const { bound } = draft;
  const errors = draft.problems.map(({ code, message, hint }) => ({
    code,
    severity: 'error' as const,
    message: hint === undefined ? message : `${message}; ${hint}`,
  }));
  const extension: OperationExtension = {
    ...(kebab(id) === name ? {} : { name }),
    // A script that takes flags alone takes no word without one.
    ...(draft.positionals.length > 0 || byFlags(draft) ? { positionals: draft.positionals } : {}),
    ...(bound.arguments.length > 0
      ? { arguments: bound.arguments as unknown as NonNullable<OperationExtension['arguments']> }
      : {}),
    ...(bound.bindings.length > 0 ? { bindings: bound.bindings } : {}),
    ...(draft.output === undefined ? {} : { output: draft.output }),
    ...aliasesOf(draft, name),
    origin,
    ...(errors.length > 0 ? { diagnostics: errors } : {}),
  };
  return { 'x-mcpgen': extension as unknown as Json };
}
