import { type DocumentNode, type GraphQLSchema, visit } from 'graphql';
import { diagnostic } from '../../model/codes.ts';
import { type Diagnostic, hasErrors, type Result } from '../../model/diagnostic.ts';
import { originAt, type SourceDocument } from '../../model/document.ts';
import { type Json, type JsonObject, objectAt, pointerTo } from '../../model/json.ts';
import { readExtension } from './extension.ts';
import type { InputComponents } from './inputs.ts';
import { loadFiles } from './load.ts';
import { lowerOperation } from './lower.ts';
import { readOperations, type SourceOperation } from './operations.ts';
import { nodeOrigin } from './sdl.ts';
import { validateOperation } from './validate.ts';

/**
 * Replaces `x-mcpgen.graphql` of a document by what it stands for: one path `/graphql#listIssues` per operation of the named files,
 * the operation's document as a constant in the request body. A document without the key is returned as it is.
 * @param source a document of OpenAPI 3.1
 * @param options `cwd`: what the files of `source.origins` are relative to
 * @returns the document without the key; errors of the SDL, the operation files and each operation, at their places
 */
export async function expandGraphql(
  source: SourceDocument,
  options: { readonly cwd: string },
): Promise<Result<SourceDocument>> {
  const extension = readExtension(source);
  if (extension.value === undefined) {
    return hasErrors(extension.diagnostics)
      ? { diagnostics: extension.diagnostics }
      : { value: source, diagnostics: extension.diagnostics };
  }
  const input = await loadFiles(source, extension.value, options.cwd);
  if (input.value === undefined) return { diagnostics: input.diagnostics };
  const { files, schema } = input.value;
  const read = readOperations(files);
  const diagnostics = [...input.diagnostics, ...read.diagnostics];
  const fragments = fragmentNames(read.operations);
  for (const operation of read.operations) {
    diagnostics.push(...validateOperation(operation, schema, fragments));
  }
  if (hasErrors(diagnostics)) return { diagnostics: distinct(diagnostics) };

  const inputs = inputComponents(source.document, schema);
  const origins = new Map(source.origins);
  const paths: [string, Json][] = Object.entries(objectAt(source.document, 'paths'));
  for (const operation of read.operations) {
    const key = `${extension.value.path}#${operation.name}`;
    const lowered = lowerOperation(operation, schema, inputs);
    diagnostics.push(...lowered.diagnostics);
    const pointer = pointerTo('/paths', key);
    if (paths.some(([path]) => path === key)) {
      const at = {
        origin: originAt(source.origins, pointer),
        hint: 'rename the operation, or change it by an overlay',
      };
      diagnostics.push(diagnostic('graphql-duplicate', `The document already has the path \`${key}\``, at));
    }
    paths.push([key, { post: lowered.operation }]);
    origins.set(pointer, operation.origin);
    for (const [index, origin] of lowered.origins.entries()) {
      origins.set(pointerTo(pointer, 'post', 'x-mcpgen', 'arguments', index), origin);
    }
  }
  if (hasErrors(diagnostics)) return { diagnostics: distinct(diagnostics) };
  for (const type of inputs.components.keys()) {
    const node = schema?.getType(type)?.astNode;
    if (node) origins.set(inputs.refTo(type).slice(1), nodeOrigin(node));
  }
  return {
    value: {
      document: assemble(source.document, paths, inputs),
      origins,
      inputs: [...source.inputs, ...input.value.inputs],
    },
    diagnostics: distinct(diagnostics),
  };
}

function fragmentNames(operations: readonly SourceOperation[]): string[] {
  const names = new Set<string>();
  const collect = (document: DocumentNode): void => {
    visit(document, { FragmentDefinition: (node) => void names.add(node.name.value) });
  };
  for (const operation of operations) collect(operation.document);
  return [...names];
}

function inputComponents(document: JsonObject, schema: GraphQLSchema | undefined): InputComponents {
  const taken = objectAt(objectAt(document, 'components'), 'schemas');
  const names = new Map<string, string>();
  return {
    schema,
    components: new Map(),
    refTo: (type) => {
      let name = names.get(type) ?? type;
      while (!names.has(type) && Object.hasOwn(taken, name)) name = `Graphql${name}`;
      names.set(type, name);
      return `#/components/schemas/${name}`;
    },
  };
}

function assemble(
  document: JsonObject,
  paths: readonly [string, Json][],
  inputs: InputComponents,
): JsonObject {
  const { graphql: _graphql, ...extension } = objectAt(document, 'x-mcpgen');
  const components = objectAt(document, 'components');
  const schemas = [...inputs.components].map(([type, schema]): [string, Json] => [
    inputs.refTo(type).slice('#/components/schemas/'.length),
    schema,
  ]);
  return {
    ...document,
    paths: Object.fromEntries(paths),
    ...(schemas.length > 0
      ? {
          components: {
            ...components,
            schemas: { ...objectAt(components, 'schemas'), ...Object.fromEntries(schemas) },
          },
        }
      : {}),
    'x-mcpgen': extension,
  };
}

/** A fragment that several operations use would report the same thing several times. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((entry) => [JSON.stringify(entry), entry])).values()];
}
