import * as z from 'zod';
import { diagnostic } from '../model/codes.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import {
  type OperationExtension,
  type Origins,
  originAt,
  type ParameterExtension,
  type RootExtension,
  type SecuritySchemeExtension,
} from '../model/document.ts';
import { isObject, type Json, type JsonObject, member, pointerTo } from '../model/json.ts';
import { below, type Kind, placeOf, type Visit } from './grammar.ts';
import { schemaProblems } from './problems.ts';

const json = z.custom<Json>((value) => value !== undefined);
const object = z.custom<JsonObject>((value) => isObject(value as Json), { error: 'must be an object' });
const text = z.string().min(1);
const texts = z.array(text);
/** It is looked up by name in a shell: nothing but a name can be allowed. */
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: 'must be the name of an environment variable: letters, digits and `_`',
});
const maybe = z.exactOptional;

const selection = z.strictObject({ operationId: maybe(texts), tag: maybe(texts), path: maybe(texts) });
const output = z.strictObject({ jq: maybe(text), pretty: maybe(z.boolean()) });

const root = z.strictObject({
  name: maybe(text),
  route: maybe(z.enum(['direct', 'mcp'])),
  include: maybe(selection),
  exclude: maybe(selection),
  graphql: maybe(
    z.strictObject({
      path: z.string().startsWith('/', { error: 'must be a path that begins with `/`' }),
      schema: maybe(text),
      operations: z.union([text, texts]),
    }),
  ),
  tools: maybe(z.enum(['list', 'search'])),
  output: maybe(output),
}) satisfies z.ZodType<RootExtension>;

const hole = z.strictObject({
  arg: text,
  match: maybe(z.strictObject({ regex: text, group: z.int().min(0) })),
});

/** `["path", name]` and the like: see `Place` in the model. */
const place = z
  .array(z.string())
  .refine(
    ([kind, ...rest]) =>
      kind === 'body' ||
      (kind === 'querystring' && rest.length === 0) ||
      (['path', 'query', 'header', 'cookie'].includes(kind ?? '') && rest.length === 1),
    {
      error:
        'must be a place of the request: `[query, name]`, `[path, name]`, `[header, name]`, `[cookie, name]`, `[querystring]` or `[body, member, …]`',
    },
  );

const pages = { size: maybe(text), items: maybe(texts) };
const pagination = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('page'), parameter: text, start: maybe(z.int()), ...pages }),
  z.strictObject({ style: z.literal('offset'), parameter: text, ...pages }),
  z.strictObject({ style: z.literal('cursor'), parameter: text, next: texts, more: maybe(texts), ...pages }),
  z.strictObject({ style: z.literal('link'), ...pages }),
  z.strictObject({ style: z.literal('url'), next: texts, ...pages }),
]);

const operation = z.strictObject({
  name: maybe(text),
  hidden: maybe(z.boolean()),
  positionals: maybe(texts),
  arguments: maybe(
    z.array(
      z.strictObject({
        name: text,
        schema: maybe(object),
        required: maybe(z.boolean()),
        description: maybe(z.string()),
        default: maybe(json),
        env: maybe(variable),
      }),
    ),
  ),
  // A value is a hole if it looks like one, else any JSON.
  bindings: maybe(z.array(z.strictObject({ at: place, value: z.array(z.union([hole, json])) }))),
  annotations: maybe(
    z.strictObject({
      readOnly: maybe(z.boolean()),
      destructive: maybe(z.boolean()),
      idempotent: maybe(z.boolean()),
      openWorld: maybe(z.boolean()),
    }),
  ),
  pagination: maybe(z.union([z.literal(false), pagination])),
  output: maybe(output),
  aliases: maybe(
    z.strictObject({
      commands: maybe(z.array(z.string().regex(/^[\w:.-]+(?: [\w:.-]+){0,3}$/))),
      flags: maybe(
        z.array(
          z.strictObject({
            flag: z.string().regex(/^(?:-[A-Za-z]|--[A-Za-z][\w.-]*)$/),
            argument: text,
            value: maybe(z.string()),
          }),
        ),
      ),
    }),
  ),
  graphql: maybe(
    z.strictObject({ kind: z.enum(['query', 'mutation']), fields: texts, success: z.array(z.string()) }),
  ),
  origin: maybe(z.strictObject({ file: z.string(), line: z.int(), column: z.int() })),
  diagnostics: maybe(
    z.array(
      z.strictObject({ code: text, severity: z.enum(['error', 'warning', 'info']), message: z.string() }),
    ),
  ),
}) satisfies z.ZodType<OperationExtension>;

const parameter = z.strictObject({
  name: maybe(text),
  hidden: maybe(z.boolean()),
  default: maybe(json),
  env: maybe(variable),
}) satisfies z.ZodType<ParameterExtension>;

const securityScheme = z.strictObject({
  env: maybe(variable),
  scheme: maybe(text),
  username: maybe(z.strictObject({ env: maybe(variable), default: maybe(z.string()) })),
  password: maybe(z.strictObject({ default: z.string() })),
}) satisfies z.ZodType<SecuritySchemeExtension>;

const SCHEMAS: { readonly [kind in Kind]?: { readonly schema: z.ZodType; readonly of: string } } = {
  document: { schema: root, of: 'a document' },
  operation: { schema: operation, of: 'an operation' },
  parameter: { schema: parameter, of: 'a parameter' },
  schema: { schema: parameter, of: 'a property' },
  securityScheme: { schema: securityScheme, of: 'a security scheme' },
};

/**
 * Checks every `x-mcpgen` of a document against the types of the model.
 * @returns an error per unknown key and bad value, at its place, and a warning where mcpgen does not read the extension at all
 */
export function checkExtensions(document: JsonObject, origins: Origins): Diagnostic[] {
  // One action of an overlay may have written the same extension in many places: said once.
  const diagnostics = new Map<string, Diagnostic>();
  // YAML aliases make one object stand in many places: once is enough, and a bomb stays small.
  const seen = new Set<object>();
  const pending: Visit[] = [{ value: document, kind: 'document', step: [] }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    if (seen.has(visit.value)) continue;
    seen.add(visit.value);
    if (Object.hasOwn(visit.value, 'x-mcpgen')) {
      for (const found of checkExtension(visit, origins))
        diagnostics.set(JSON.stringify([found.message, found.origin]), found);
    }
    for (const child of below(visit).reverse()) pending.push(child);
  }
  return [...diagnostics.values()];
}

function checkExtension(visit: Visit, origins: Origins): Diagnostic[] {
  const pointer = pointerTo('', ...placeOf(visit), 'x-mcpgen');
  const known = SCHEMAS[visit.kind];
  if (known === undefined) {
    return [
      diagnostic('x-mcpgen-misplaced', '`x-mcpgen` is not read here', {
        origin: originAt(origins, pointer),
        hint: 'it belongs on the root, an operation, a parameter, a property or a security scheme',
      }),
    ];
  }
  const value = member(visit.value, 'x-mcpgen') ?? null;
  return schemaProblems(known.schema, value).map(({ path, message, hint }) =>
    diagnostic('x-mcpgen-invalid', `\`${['x-mcpgen', ...path].join('.')}\` of ${known.of} ${message}`, {
      origin: originAt(origins, pointerTo(pointer, ...path)),
      ...(hint === undefined ? {} : { hint }),
    }),
  );
}
