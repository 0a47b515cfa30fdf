import type { Argument, Binding, Operation, SecurityScheme, WireBody, WireParameter } from '../model/api.ts';
import { diagnostic } from '../model/codes.ts';
import type { OperationExtension } from '../model/document.ts';
import { isObject, type Json, member } from '../model/json.ts';
import { applyBindings, type Bound } from './bindings.ts';
import { lowerBody } from './body.ts';
import { type Context, child, items, type Node, origin, report, text } from './context.ts';
import { decodable } from './document.ts';
import { type LoweredParameter, lowerParameters, pathPieces, withoutFragment } from './parameters.ts';
import { lowerResponse } from './response.ts';
import { lowerSecurity } from './security.ts';
import { lowerServers } from './servers.ts';

/** An operation of the document before it is lowered. */
export interface FoundOperation {
  readonly pathKey: string;
  readonly pathItem: Node;
  /** Upper case, as sent. */
  readonly method: string;
  /** Key of the operation in its path item, or in `additionalOperations`. */
  readonly methodKey: string;
  readonly node: Node;
  readonly extension: OperationExtension;
}

/** `x-mcpgen` of an operation; empty where there is none. */
export function operationExtension(node: Node): OperationExtension {
  const extension = member(node.value, 'x-mcpgen');
  return isObject(extension) ? (extension as OperationExtension) : {};
}

/** Lowers one operation. `id` is its operationId, or its method and path where there is none or it is not unique. */
export function lowerOperation(
  context: Context,
  found: FoundOperation,
  unique: boolean,
  schemes: readonly SecurityScheme[],
): Operation {
  const { node, pathItem, pathKey, method, extension } = found;
  const path = withoutFragment(pathKey);
  const { pieces, query } = pathPieces(path);
  const declared = lowerParameters(context, pathItem, node);
  const parameters = fitPath(context, found, path, pieces, declared);
  const body = lowerBody(context, node);
  const bound = withQuery(applyBindings(context, node, { parameters, body }, extension), query);
  const wireBody = body?.body ?? impliedBody(bound.bindings);
  const response = lowerResponse(context, node);
  const servers = lowerServers(context, node) ?? lowerServers(context, pathItem);
  const operationId = text(node, 'operationId');
  const tags = items(child(node, 'tags')).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  checkHidden(context, bound.arguments);
  const ids = new Set(bound.arguments.map((argument) => argument.id));
  return {
    id: operationId !== '' && unique ? operationId : `${method} ${pathKey}`,
    ...(operationId !== '' && unique ? { operationId } : {}),
    ...(extension.name === undefined ? {} : { name: extension.name }),
    method,
    path,
    pathKey: decodable(pathKey),
    tags,
    summary: text(node, 'summary') || text(pathItem, 'summary'),
    description: text(node, 'description') || text(pathItem, 'description'),
    deprecated: member(node.value, 'deprecated') === true,
    hidden: extension.hidden ?? false,
    ...(servers === undefined ? {} : { servers }),
    security: lowerSecurity(context, node, schemes),
    arguments: bound.arguments,
    request: {
      path: pieces,
      parameters: bound.parameters,
      ...(wireBody === undefined
        ? {}
        : { body: { ...wireBody, requires: wireBody.requires.filter((id) => ids.has(id)) } }),
      accept: response.accept,
      bindings: bound.bindings,
    },
    response: response.shape,
    ...(extension.positionals === undefined ? {} : { positionals: extension.positionals }),
    annotations: extension.annotations ?? {},
    ...(extension.pagination === undefined ? {} : { pagination: extension.pagination }),
    ...(extension.output === undefined ? {} : { output: extension.output }),
    ...(extension.aliases === undefined ? {} : { aliases: extension.aliases }),
    ...(extension.graphql === undefined ? {} : { graphql: extension.graphql }),
    origin: extension.origin ?? origin(context, node.pointer),
  };
}

/** Path parameters in the order of the template: undeclared ones become text, superfluous ones are left out. Other parameters follow as declared. */
function fitPath(
  context: Context,
  found: FoundOperation,
  path: string,
  pieces: Operation['request']['path'],
  declared: readonly LoweredParameter[],
): readonly LoweredParameter[] {
  const names = [...new Set(pieces.flatMap((piece) => ('parameter' in piece ? [piece.parameter] : [])))];
  const inPath = names.map((name) => {
    const known = declared.find(({ wire }) => wire.in === 'path' && wire.name === name);
    if (known !== undefined) return known;
    const bound = (found.extension.bindings ?? []).some(({ at }) => at[0] === 'path' && at[1] === name);
    if (!bound) {
      report(
        context,
        'path-parameter-undeclared',
        `\`{${name}}\` of \`${path}\` is not declared as a path parameter`,
        found.node.pointer,
        'It is taken as required text; declare it with `in: path`',
      );
    }
    return textParameter(context, found, name);
  });
  for (const { wire } of declared) {
    if (wire.in !== 'path' || names.includes(wire.name)) continue;
    report(
      context,
      'path-parameter-unused',
      `The path parameter \`${wire.name}\` does not occur in \`${path}\``,
      found.node.pointer,
    );
  }
  return [...inPath, ...declared.filter(({ wire }) => wire.in !== 'path')];
}

function textParameter(context: Context, found: FoundOperation, name: string): LoweredParameter {
  const id = `path.${name}`;
  return {
    argument: {
      id,
      name,
      required: true,
      schema: { kind: 'string' },
      description: '',
      deprecated: false,
      hidden: false,
      origin: origin(context, found.node.pointer),
    },
    wire: {
      in: 'path',
      name,
      serialization: { kind: 'style', style: 'simple', explode: false, allowReserved: false },
    },
    binding: { at: ['path', name], kind: 'argument', arg: id },
  };
}

/** Adds what a path template holds after its `?` as constants of the query; a parameter of the same name takes its place. */
function withQuery(bound: Bound, query: readonly (readonly [string, string])[]): Bound {
  const added = query.filter(
    ([name]) => !bound.parameters.some((parameter) => parameter.in === 'query' && parameter.name === name),
  );
  if (added.length === 0) return bound;
  const parameters = added.map(
    ([name]): WireParameter => ({
      in: 'query',
      name,
      serialization: { kind: 'style', style: 'form', explode: true, allowReserved: false },
    }),
  );
  const bindings = added.map(
    ([name, value]): Binding => ({ at: ['query', name], kind: 'constant', value: value as Json }),
  );
  return {
    arguments: bound.arguments,
    parameters: [...parameters, ...bound.parameters],
    bindings: [...bindings, ...bound.bindings],
  };
}

/** The body of an operation whose bindings fill one that the document does not describe. */
function impliedBody(bindings: readonly Binding[]): WireBody | undefined {
  if (!bindings.some((binding) => binding.at[0] === 'body')) return undefined;
  return { required: false, media: [{ mediaType: 'application/json', kind: 'json' }], requires: [] };
}

/** Nobody could give a hidden argument that is required. */
function checkHidden(context: Context, list: readonly Argument[]): void {
  for (const argument of list) {
    if (!argument.hidden || !argument.required) continue;
    const message = `The required argument \`${argument.name}\` is hidden, and nothing else gives its value`;
    const hint = 'Add `default` or `env` to its `x-mcpgen`, or do not hide it';
    context.diagnostics.push(diagnostic('argument-invalid', message, { hint, origin: argument.origin }));
  }
}
