import { assumedNumber, optionalBody } from '../../src/model/arguments.ts';
import type { ArgumentPlan, OperationPlan } from '../../src/model/plan.ts';
import { resolveSchema, type Schemas } from '../../src/model/schema.ts';
import { propertyKey, quoteJson, quoteString } from '../quote/typescript.ts';
import { type Doc, group, record } from './layout.ts';

/** Prints an operation's entry in the list of tools of its file. */
export function entryOf(
  operation: OperationPlan,
  names: { readonly argumentsName: string; readonly functionName: string },
  schemas: Schemas,
): Doc {
  const supplies = operation.arguments
    .map((argument) => supplyOf(argument, schemas))
    .filter((supply) => supply !== undefined);
  const fields = operation.arguments.find(({ name }) => /^(fields|select)(\[\])?$/.test(name));
  return record({
    name: quoteString(operation.tool),
    group: quoteString(operation.group),
    readOnly: String(operation.annotations.readOnly),
    request: quoteString(`${operation.method} ${operation.path}`),
    arguments: names.argumentsName,
    call: names.functionName,
    supply: supplies.length === 0 ? undefined : group('{', supplies, '}'),
    optionalBody: optionalBodyOf(operation),
    next: nextOf(operation, schemas),
    graphql: operation.graphql && record({ success: quoteJson([...operation.graphql.success]) }),
    structured: operation.outputSchema && quoteString(structuredAs(operation)),
    binary: operation.response.kind === 'binary' ? 'true' : undefined,
    fields: fields && quoteString(fields.key),
  });
}

function optionalBodyOf(operation: OperationPlan): Doc | undefined {
  const body = optionalBody(operation);
  return (
    body &&
    record({
      arguments: quoteJson(body.arguments.map(({ key }) => key)),
      requires: quoteJson(body.requires.map(({ key }) => key)),
    })
  );
}

/** `result`: the output schema has the answer under that name, because the answer itself is no object. */
function structuredAs({ response, outputSchema }: OperationPlan): 'object' | 'result' {
  const properties = outputSchema?.properties;
  const names = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const wrapped = names.length === 1 && names[0] === 'result';
  return wrapped && response.schema?.kind !== 'object' ? 'result' : 'object';
}

function supplyOf(argument: ArgumentPlan, schemas: Schemas): Doc | undefined {
  const { key, default: value, env } = argument;
  if (value === undefined && env === undefined) return undefined;
  const isText = ['string', 'enum'].includes(resolveSchema(argument.schema, schemas).kind);
  const supply = record({
    env: env && quoteString(env),
    type: env && quoteString(isText ? 'string' : 'json'),
    value: value === undefined ? undefined : typeof value === 'bigint' ? `${value}n` : quoteJson(value),
  });
  return [`${propertyKey(key)}: `, supply];
}

function nextOf(operation: OperationPlan, schemas: Schemas): Doc | undefined {
  const { pagination } = operation;
  if (pagination === undefined) return undefined;
  const way = (names: readonly string[] | undefined) => names && quoteJson([...names]);
  const style = quoteString(pagination.style);
  const size = pagination.size && quoteString(pagination.size);
  switch (pagination.style) {
    case 'page':
    case 'offset': {
      const usual = pagination.style === 'page' ? 1 : 0;
      const documented = pagination.style === 'page' ? pagination.start : undefined;
      const start = assumedNumber(operation, pagination.parameter, schemas) ?? documented ?? usual;
      return record({
        style,
        argument: quoteString(pagination.parameter),
        size,
        defaultSize: assumedNumber(operation, pagination.size, schemas)?.toString(),
        items: way(pagination.items),
        start: start === usual ? undefined : String(start),
      });
    }
    case 'cursor':
      return record({
        style,
        argument: quoteString(pagination.parameter),
        size,
        next: way(pagination.next),
        more: way(pagination.more),
      });
    case 'link':
    case 'url': {
      const query = queryArguments(operation).map(({ name, argument }): Doc => {
        const schema = resolveSchema(argument.schema, schemas);
        const item = schema.kind === 'array' ? resolveSchema(schema.items, schemas) : schema;
        const target = record({
          argument: quoteString(argument.key),
          type: quoteString(item.kind === 'number' || item.kind === 'boolean' ? 'other' : 'string'),
          list: schema.kind === 'array' ? 'true' : undefined,
        });
        return [`${propertyKey(name)}: `, target];
      });
      const next = pagination.style === 'url' ? way(pagination.next) : undefined;
      return record({ style, size, next, query: group('{', query, '}') });
    }
  }
}

/** Which argument fills which query parameter, for next-page URLs. */
function queryArguments({
  request,
  arguments: args,
}: OperationPlan): { name: string; argument: ArgumentPlan }[] {
  return request.bindings.flatMap((binding) => {
    if (binding.kind !== 'argument' || binding.at[0] !== 'query') return [];
    const argument = args.find(({ key }) => key === binding.arg);
    return argument === undefined ? [] : [{ name: String(binding.at[1]), argument }];
  });
}
