import { isObject, type Json, type JsonObject, member } from '../../model/json.ts';

/** A GraphQL document that a binding of an operation sends. */
export interface BoundQuery {
  readonly text: string;
  /** Which of the operation's bindings it is. */
  readonly index: number;
}

/**
 * Finds the GraphQL document of an operation: a binding with a constant text at `[body, query]`, as the import of scripts writes it.
 * @returns undefined for other operations, for those that say `x-mcpgen.graphql` themselves, and for those that are left out for an error of the import
 */
export function boundQuery(operation: Json): BoundQuery | undefined {
  const extension = member(operation, 'x-mcpgen');
  const bindings = member(extension, 'bindings');
  if (!Array.isArray(bindings) || member(extension, 'graphql') !== undefined) return undefined;
  const unresolved = member(extension, 'diagnostics');
  if (Array.isArray(unresolved) && unresolved.some((one) => member(one, 'severity') === 'error'))
    return undefined;
  for (const [index, binding] of bindings.entries()) {
    const at = member(binding, 'at');
    const value = member(binding, 'value');
    if (!Array.isArray(at) || at.join(' ') !== 'body query' || !Array.isArray(value)) continue;
    const [text] = value;
    if (
      value.length === 1 &&
      typeof text === 'string' &&
      /^(?:\s|#.*\n)*(?:query|mutation|fragment|\{)/.test(text)
    )
      return { text, index };
  }
  return undefined;
}

/** Whether any operation has such a document: what reads it is loaded only then. */
export function hasBoundQueries(document: JsonObject): boolean {
  const paths = member(document, 'paths');
  return (
    isObject(paths) &&
    Object.values(paths).some((item) => isObject(item) && Object.values(item).some((one) => boundQuery(one)))
  );
}
