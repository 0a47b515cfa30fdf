import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { OperationExtension } from '../../src/model/document.ts';
import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';

/** A document in few words: per operation the request as a template, the arguments, the output; and the diagnostics by line. */
export function project(document: JsonObject | undefined, diagnostics: readonly Diagnostic[]): JsonObject {
  const operations: Record<string, Json> = {};
  for (const [path, item] of Object.entries(objectOf(document, 'paths'))) {
    for (const [method, operation] of Object.entries(item as JsonObject)) {
      const [name, shown] = operationOf(path, method, operation as JsonObject);
      operations[name] = shown;
    }
  }
  const server = member(document, 'servers');
  const schemes = Object.values(objectOf(member(document, 'components') as JsonObject, 'securitySchemes'));
  return {
    ...(document === undefined ? {} : { api: String(member(member(document, 'x-mcpgen'), 'name')) }),
    ...(Array.isArray(server) ? { server: String(member(server[0] as Json, 'url')) } : {}),
    ...(schemes.length === 0 ? {} : { security: schemes.map(schemeOf) }),
    operations,
    diagnostics: diagnostics
      .filter((one) => one.code !== 'imported')
      .map((one) => {
        const at =
          one.origin !== undefined && 'line' in one.origin ? `${one.origin.line}:${one.origin.column}` : '';
        return `${at} ${one.severity}[${one.code}]`;
      }),
  };
}

function objectOf(value: Json | undefined, key: string): JsonObject {
  const found = member(value, key);
  return isObject(found) ? found : {};
}

function schemeOf(scheme: Json): string {
  const env = member(member(scheme, 'x-mcpgen'), 'env');
  const word = member(member(scheme, 'x-mcpgen'), 'scheme');
  const what = ['type', 'scheme', 'in', 'name']
    .map((key) => member(scheme, key))
    .filter((part) => part !== undefined);
  return [
    ...what,
    ...(word === undefined ? [] : [`"${String(word)} "`]),
    ...(env === undefined ? [] : [`$${String(env)}`]),
  ].join(' ');
}

function operationOf(path: string, method: string, operation: JsonObject): [string, Json] {
  const extension = (operation['x-mcpgen'] ?? {}) as unknown as OperationExtension;
  const name =
    extension.name ?? String(operation.operationId).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const args: Record<string, string> = {};
  const places: Record<string, Json> = {};
  for (const one of extension.arguments ?? [])
    args[one.name] = argumentOf(
      (one.schema ?? {}) as JsonObject,
      one.required === true,
      one.default,
      one.env,
    );
  for (const binding of extension.bindings ?? []) {
    const text = binding.value.map((part) =>
      isObject(part as Json) && 'arg' in (part as object)
        ? `{${(part as { arg: string }).arg}${(part as { match?: { regex: string; group: number } }).match === undefined ? '' : ` /${(part as { match: { regex: string } }).match.regex}/${(part as { match: { group: number } }).match.group}`}}`
        : part,
    );
    places[binding.at.join('.')] = (
      text.length === 1
        ? text[0]
        : text.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('')
    ) as Json;
  }
  const flat = (at: string, given: string, schema: JsonObject, required: boolean): void => {
    if (Object.keys(places).some((place) => place === at || place.startsWith(`${at}.`))) return;
    const own = objectOf(schema, 'x-mcpgen');
    const argument = String(own.name ?? given);
    args[argument] = argumentOf(schema, required, own.default, own.env as string | undefined);
    places[at] = `{${argument}}`;
  };
  for (const parameter of (operation.parameters ?? []) as JsonObject[])
    flat(
      `${String(parameter.in)}.${String(parameter.name)}`,
      String(parameter.name),
      { ...objectOf(parameter, 'schema'), 'x-mcpgen': objectOf(parameter, 'x-mcpgen') },
      parameter.required === true,
    );
  const content = objectOf(operation.requestBody, 'content');
  for (const [type, media] of Object.entries(content)) {
    places.type = type;
    const schema = objectOf(media, 'schema');
    const required = (schema.required ?? []) as string[];
    for (const [key, property] of Object.entries(objectOf(schema, 'properties')))
      flat(`body.${key}`, key, property as JsonObject, required.includes(key));
  }
  return [
    name,
    {
      request: `${method.toUpperCase()} ${path}`,
      ...(operation.servers === undefined
        ? {}
        : { server: String(member((operation.servers as Json[])[0], 'url')) }),
      ...(operation.security === undefined ? {} : { security: JSON.stringify(operation.security) }),
      ...(extension.positionals === undefined ? {} : { positionals: extension.positionals.join(' ') }),
      ...(Object.keys(args).length === 0 ? {} : { arguments: args }),
      ...(Object.keys(places).length === 0 ? {} : { places }),
      ...(extension.aliases === undefined
        ? {}
        : {
            aliases: [
              ...(extension.aliases.commands ?? []),
              ...(extension.aliases.flags ?? []).map(
                ({ flag, argument, value }) =>
                  `${flag} for ${argument}${value === undefined ? '' : ` = ${value}`}`,
              ),
            ],
          }),
      ...(extension.output === undefined ? {} : { output: extension.output as unknown as Json }),
      ...(extension.diagnostics === undefined
        ? {}
        : { unresolved: extension.diagnostics.map((one) => `${one.code}: ${one.message}`) }),
    },
  ];
}

function argumentOf(
  schema: JsonObject,
  required: boolean,
  fallback: Json | undefined,
  env: Json | undefined,
): string {
  const values = schema.enum as Json[] | undefined;
  const type = values === undefined ? String(schema.type ?? 'any') : values.map(String).join('|');
  return [
    `${type}${required ? '!' : ''}`,
    ...(fallback === undefined ? [] : [`= ${JSON.stringify(fallback)}`]),
    ...(env === undefined ? [] : [`$${String(env)}`]),
  ].join(' ');
}
