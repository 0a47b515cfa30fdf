import { Kind, parse } from 'graphql';
import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic, Result } from '../../model/diagnostic.ts';
import { type GraphqlOperationExtension, originAt, type SourceDocument } from '../../model/document.ts';
import { isObject, type Json, type JsonObject, member, pointerTo } from '../../model/json.ts';
import { boundQuery } from './binding.ts';
import { rootFields } from './outputs.ts';
import { DEEPEST, isGraphqlError, isTooDeep, sentence } from './sdl.ts';

/**
 * Says in `x-mcpgen.graphql` what must be known of the answers to the GraphQL documents that an operation's binding sends. The import of scripts leaves that out of its YAML, so that
 * the binding is the only place to correct.
 * @returns errors: a document that cannot be parsed or that is no single query or mutation
 */
export function describeBoundQueries(source: SourceDocument): Result<SourceDocument> {
  const diagnostics: Diagnostic[] = [];
  const describe = (operation: Json, pointer: string): Json => {
    const bound = boundQuery(operation);
    if (bound === undefined || !isObject(operation)) return operation;
    const read = describeQuery(bound.text);
    if (typeof read === 'string') {
      const origin = originAt(source.origins, pointerTo(pointer, 'x-mcpgen', 'bindings', bound.index));
      diagnostics.push(diagnostic('graphql-syntax', read, { origin }));
      return operation;
    }
    const extension = { ...Object(operation['x-mcpgen']), graphql: read };
    return { ...operation, 'x-mcpgen': extension };
  };
  const paths = mapMembers(member(source.document, 'paths'), (item, path) =>
    mapMembers(item, (operation, method) => describe(operation, pointerTo('/paths', path, method))),
  );
  return { value: { ...source, document: { ...source.document, paths } }, diagnostics };
}

function mapMembers(value: Json | undefined, change: (member: Json, name: string) => Json): Json {
  if (!isObject(value)) return value ?? {};
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, change(one, name)]),
  ) as JsonObject;
}

/** What is known of the answers to a document, or what is wrong with it. */
function describeQuery(text: string): GraphqlOperationExtension | string {
  if (isTooDeep(text)) return `The GraphQL document is nested more than ${DEEPEST} levels deep`;
  try {
    const document = parse(text);
    const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const [operation] = operations;
    if (operation === undefined || operations.length > 1)
      return `The GraphQL document holds ${operations.length} operations, not one`;
    const kind = operation.operation;
    if (kind === 'subscription') return 'A subscription is no request that can be answered once';
    const { fields, success } = rootFields(operation, document, undefined);
    return { kind, fields, success };
  } catch (error) {
    if (!isGraphqlError(error)) throw error;
    const place = error.locations?.[0];
    const where = place === undefined ? '' : ` (line ${place.line} of it, column ${place.column})`;
    return `The GraphQL document is not valid: ${sentence(error.message)}${where}`;
  }
}
