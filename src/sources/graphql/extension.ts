import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic, Result } from '../../model/diagnostic.ts';
import { type GraphqlExtension, originAt, type SourceDocument } from '../../model/document.ts';
import { isObject, type Json, member, pointerTo } from '../../model/json.ts';
import { didYouMean } from './suggest.ts';

const KEYS = ['path', 'schema', 'operations'];

/**
 * Reads `x-mcpgen.graphql` of a document.
 * @returns the extension; nothing where the document has none; errors for keys and values that it cannot have
 */
export function readExtension(source: SourceDocument): Result<GraphqlExtension> {
  const value = member(member(source.document, 'x-mcpgen'), 'graphql');
  if (value === undefined) return { diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const complain = (message: string, hint: string | undefined, ...key: string[]): void => {
    const origin = originAt(source.origins, pointerTo('/x-mcpgen/graphql', ...key));
    diagnostics.push(
      diagnostic('x-mcpgen-invalid', message, hint === undefined ? { origin } : { origin, hint }),
    );
  };
  const example = 'write `graphql: {path: /graphql, schema: api/schema.graphql, operations: api/*.graphql}`';
  if (!isObject(value)) {
    complain('`x-mcpgen.graphql` must be an object', example);
    return { diagnostics };
  }
  for (const key of Object.keys(value)) {
    if (!KEYS.includes(key))
      complain(`\`x-mcpgen.graphql\` has no key \`${key}\``, didYouMean(key, KEYS), key);
  }
  const { path, schema, operations } = value;
  if (typeof path !== 'string' || !path.startsWith('/') || path.includes('#')) {
    complain(
      '`x-mcpgen.graphql.path` must be a path such as `/graphql`',
      example,
      ...('path' in value ? ['path'] : []),
    );
  }
  if (schema !== undefined && typeof schema !== 'string') {
    complain('`x-mcpgen.graphql.schema` must be the path of a file', example, 'schema');
  }
  if (!isGlobs(operations)) {
    const at = 'operations' in value ? ['operations'] : [];
    complain('`x-mcpgen.graphql.operations` must be a glob or a list of globs', example, ...at);
  }
  if (diagnostics.length > 0 || typeof path !== 'string' || !isGlobs(operations)) return { diagnostics };
  return { value: { path, operations, ...(typeof schema === 'string' ? { schema } : {}) }, diagnostics };
}

function isGlobs(value: Json | undefined): value is string | readonly string[] {
  if (Array.isArray(value)) return value.length > 0 && value.every((glob) => typeof glob === 'string');
  return typeof value === 'string' && value !== '';
}
