import {
  buildASTSchema,
  type GraphQLError,
  type GraphQLSchema,
  type Location,
  parse,
  Source,
  validateSchema,
} from 'graphql';
import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic, Origin, Result } from '../../model/diagnostic.ts';
import type { TextFile } from './files.ts';

/** The schema read last: builds of several documents, watch mode and tests read the same SDL again, and a big one takes 0.2 s. */
let last: { readonly sha256: string; readonly schema: GraphQLSchema } | undefined;

/**
 * Parses and checks an SDL file.
 * @returns the schema, or what is wrong with the SDL, each with its place
 */
export function readSchema(file: TextFile): Result<GraphQLSchema> {
  if (last?.sha256 === file.input.sha256) return { value: last.schema, diagnostics: [] };
  if (isTooDeep(file.text)) {
    const message = `The file is nested more than ${DEEPEST} levels deep`;
    const origin = { file: file.file, line: 1, column: 1 };
    return { diagnostics: [diagnostic('nested-too-deep', message, { origin })] };
  }
  try {
    const schema = buildASTSchema(parse(new Source(file.text, file.file)));
    const errors = validateSchema(schema);
    if (errors.length === 0) {
      last = { sha256: file.input.sha256, schema };
      return { value: schema, diagnostics: [] };
    }
    return { diagnostics: errors.map((error) => problem(error.message, errorOrigin(error, file.file))) };
  } catch (error) {
    if (isGraphqlError(error)) {
      return { diagnostics: [problem(error.message, errorOrigin(error, file.file))] };
    }
    // graphql-js joins the errors of its SDL rules into one text and drops their places.
    const messages = error instanceof Error ? error.message.split('\n\n') : [String(error)];
    return { diagnostics: messages.map((message) => problem(message, placeOfName(file, message))) };
  }
}

function problem(message: string, origin: Origin): Diagnostic {
  return diagnostic('graphql-schema-invalid', sentence(message), {
    origin,
    hint: 'the file must hold the type definitions of the API (SDL), neither operations nor an introspection result in JSON',
  });
}

/** Where the first name that a message quotes stands. */
function placeOfName(file: TextFile, message: string): Origin {
  const name = /"@?(\w+)/.exec(message)?.[1];
  const at = name === undefined ? -1 : file.text.search(new RegExp(`\\b${name}\\b`));
  const lines = file.text.slice(0, Math.max(at, 0)).split('\n');
  return { file: file.file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** GraphQL is parsed and checked by recursion: deeper texts would exhaust the stack. No operation that a person wrote comes near. */
export const DEEPEST = 500;

/** Whether brackets of a GraphQL text are nested deeper than that. Those in strings and comments count too: they close again. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const bracket of text.match(/[()[\]{}]/g) ?? []) {
    depth += '([{'.includes(bracket) ? 1 : -1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** Where a GraphQL error stands: graphql-js keeps the file's name in the source. */
export function errorOrigin(error: GraphQLError, file: string): Origin {
  const place = error.locations?.[0];
  const name = error.nodes?.[0]?.loc?.source.name ?? error.source?.name ?? file;
  return { file: name, line: place?.line ?? 1, column: place?.column ?? 1 };
}

/** Where a node stands. */
export function nodeOrigin(node: { readonly loc?: Location | undefined }): Origin {
  const { loc } = node;
  return {
    file: loc?.source.name ?? '',
    line: loc?.startToken.line ?? 1,
    column: loc?.startToken.column ?? 1,
  };
}

/** Whether an error is graphql-js's own, about a text that it was given. */
export function isGraphqlError(error: unknown): error is GraphQLError {
  return error instanceof Error && 'locations' in error;
}

/** A message of graphql-js in the form of mcpgen's: names in backticks, no full stop. */
export function sentence(message: string): string {
  return message
    .replaceAll(/"([^"]*)"/g, '`$1`')
    .replace(/ Did you mean .*\?$/s, '')
    .replace(/\.$/, '');
}
