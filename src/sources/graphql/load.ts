import { dirname, resolve } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { diagnostic } from '../../model/codes.ts';
import { type Diagnostic, hasErrors, type Origin, type Result } from '../../model/diagnostic.ts';
import { type GraphqlExtension, type Input, originAt, type SourceDocument } from '../../model/document.ts';
import { findFiles, readRelative, showRelative, type TextFile } from './files.ts';
import { readSchema } from './sdl.ts';

/** The files of a GraphQL source. */
export interface Loaded {
  readonly schema: GraphQLSchema | undefined;
  /** Operation files, sorted by path. */
  readonly files: readonly TextFile[];
  readonly inputs: readonly Input[];
}

/**
 * Reads the SDL and the operation files that a document names, relative to the file in which it names them.
 * @returns errors for an SDL that is missing or invalid, for globs that match nothing, and for a document that is no file itself
 */
export async function loadFiles(
  source: SourceDocument,
  extension: GraphqlExtension,
  cwd: string,
): Promise<Result<Loaded>> {
  const document = originAt(source.origins, '/x-mcpgen/graphql').file;
  const at = (key: string): Origin => originAt(source.origins, `/x-mcpgen/graphql/${key}`);
  const diagnostics: Diagnostic[] = [];
  if (/^https?:/.test(document)) {
    const origin = originAt(source.origins, '/x-mcpgen/graphql');
    const hint = 'keep the document, its SDL and its operations in files beside each other';
    return {
      diagnostics: [diagnostic('x-mcpgen-invalid', 'A fetched document cannot name files', { origin, hint })],
    };
  }
  let schema: GraphQLSchema | undefined;
  let sdl: TextFile | undefined;
  if (extension.schema !== undefined) {
    sdl = await readRelative(document, extension.schema, cwd);
    if (sdl === undefined) {
      const message = `The SDL file \`${showRelative(document, extension.schema)}\` cannot be read`;
      const hint =
        'the path is relative to the document; without `schema` the operations are not checked against the API';
      diagnostics.push(diagnostic('graphql-schema-missing', message, { origin: at('schema'), hint }));
    } else {
      const result = readSchema(sdl);
      diagnostics.push(...result.diagnostics);
      schema = result.value;
    }
  }

  const globs = typeof extension.operations === 'string' ? [extension.operations] : extension.operations;
  const files: TextFile[] = [];
  for (const path of await findFiles(resolve(cwd, dirname(document)), globs)) {
    const file = await readRelative(document, path, cwd);
    // The SDL usually lies beside the operations and matches their glob.
    if (file !== undefined && file.file !== sdl?.file) files.push(file);
  }
  if (files.length === 0) {
    const shown = globs.map((glob) => `\`${showRelative(document, glob)}\``).join(', ');
    const hint = 'globs are relative to the document; `*` stands for anything but `/`';
    const message = `No operation file matches ${shown}`;
    diagnostics.push(diagnostic('graphql-no-files', message, { origin: at('operations'), hint }));
  }
  if (hasErrors(diagnostics)) return { diagnostics };
  const inputs = [...(sdl === undefined ? [] : [sdl]), ...files].map((file) => file.input);
  return { value: { files, schema, inputs }, diagnostics };
}
