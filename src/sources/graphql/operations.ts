import {
  type DocumentNode,
  type FragmentDefinitionNode,
  isExecutableDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  Source,
  visit,
} from 'graphql';
import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic, Origin } from '../../model/diagnostic.ts';
import type { TextFile } from './files.ts';
import { DEEPEST, errorOrigin, isGraphqlError, isTooDeep, nodeOrigin, sentence } from './sdl.ts';

const TYPES_HINT =
  'operation files hold queries, mutations and fragments; types belong into the file that `x-mcpgen.graphql.schema` names';

/** A named query or mutation of the operation files. */
export interface SourceOperation {
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  /** The operation file's base name without its ending. */
  readonly tag: string;
  readonly node: OperationDefinitionNode;
  /** The operation and the fragments that it needs, in order of first use. */
  readonly document: DocumentNode;
  readonly origin: Origin;
}

/**
 * Parses operation files. Fragments may stand in any of them.
 * @returns the operations, in the order of the files, and what is wrong: syntax, anonymous operations, subscriptions, names used twice
 */
export function readOperations(files: readonly TextFile[]): {
  readonly operations: readonly SourceOperation[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  const nodes = new Map<string, OperationDefinitionNode>();
  for (const file of files) {
    const document = parseFile(file, diagnostics);
    const definitions = document?.definitions ?? [];
    const [first] = definitions;
    if (first !== undefined && !definitions.some(isExecutableDefinitionNode)) {
      const at = { origin: nodeOrigin(first), hint: TYPES_HINT, severity: 'warning' } as const;
      diagnostics.push(
        diagnostic('graphql-syntax', 'The file holds types and no operation: it is ignored', at),
      );
      continue;
    }
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        if (unique(fragments, definition, 'fragment', diagnostics)) {
          fragments.set(definition.name.value, definition);
        }
      } else if (definition.kind === Kind.OPERATION_DEFINITION) {
        if (usable(definition, diagnostics) && unique(nodes, definition, 'operation', diagnostics)) {
          nodes.set(definition.name?.value ?? '', definition);
        }
      } else {
        diagnostics.push(
          diagnostic('graphql-syntax', 'A type definition stands among the operations', {
            origin: nodeOrigin(definition),
            hint: TYPES_HINT,
          }),
        );
      }
    }
  }
  const used = new Set<string>();
  const operations = [...nodes].map(([name, node]): SourceOperation => {
    const needed = neededFragments(node, fragments);
    for (const fragment of needed) used.add(fragment.name.value);
    const origin = nodeOrigin(node);
    return {
      name,
      kind: node.operation === 'mutation' ? 'mutation' : 'query',
      tag: baseName('file' in origin ? origin.file : ''),
      node,
      document: { kind: Kind.DOCUMENT, definitions: [node, ...needed] },
      origin,
    };
  });
  for (const [name, fragment] of fragments) {
    if (used.has(name)) continue;
    const message = `No operation uses the fragment \`${name}\``;
    diagnostics.push(
      diagnostic('graphql-unused', message, { origin: nodeOrigin(fragment), severity: 'warning' }),
    );
  }
  return { operations, diagnostics };
}

function parseFile(file: TextFile, diagnostics: Diagnostic[]): DocumentNode | undefined {
  if (isTooDeep(file.text)) {
    const message = `The file is nested more than ${DEEPEST} levels deep`;
    const origin = { file: file.file, line: 1, column: 1 };
    diagnostics.push(diagnostic('nested-too-deep', message, { origin }));
    return undefined;
  }
  try {
    return parse(new Source(file.text, file.file));
  } catch (error) {
    if (!isGraphqlError(error)) throw error;
    const onlyComments = /^(\s|,|#[^\n]*)*$/.test(file.text);
    diagnostics.push(
      onlyComments
        ? diagnostic('graphql-syntax', 'The file holds no operation', {
            origin: { file: file.file, line: 1, column: 1 },
            hint: 'write a named query or mutation, or remove the file',
            severity: 'warning',
          })
        : diagnostic('graphql-syntax', sentence(error.message.replace(/^Syntax Error: /, '')), {
            origin: errorOrigin(error, file.file),
          }),
    );
    return undefined;
  }
}

function usable(node: OperationDefinitionNode, diagnostics: Diagnostic[]): boolean {
  if (node.operation === 'subscription') {
    diagnostics.push(
      diagnostic(
        'graphql-subscription',
        `The subscription \`${node.name?.value ?? ''}\` cannot be one request`,
        {
          origin: nodeOrigin(node),
          hint: 'use a query; subscriptions need an open connection',
        },
      ),
    );
    return false;
  }
  if (node.name === undefined) {
    diagnostics.push(
      diagnostic('graphql-anonymous', `A ${node.operation} has no name`, {
        origin: nodeOrigin(node),
        hint: `the name becomes the command and the tool: write \`${node.operation} listIssues …\``,
      }),
    );
    return false;
  }
  return true;
}

function unique<T extends OperationDefinitionNode | FragmentDefinitionNode>(
  known: ReadonlyMap<string, T>,
  node: T,
  what: string,
  diagnostics: Diagnostic[],
): boolean {
  const name = node.name?.value ?? '';
  const first = known.get(name);
  if (first === undefined) return true;
  const origin = nodeOrigin(first);
  const place = 'line' in origin ? `${origin.file}:${origin.line}:${origin.column}` : origin.file;
  diagnostics.push(
    diagnostic('graphql-duplicate', `Two ${what}s are called \`${name}\``, {
      origin: nodeOrigin(node.name ?? node),
      hint: `the first one stands at ${place}; rename one of them`,
    }),
  );
  return false;
}

/** The fragments that an operation spreads, directly and through each other. Unknown ones are left to validation. */
function neededFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FragmentDefinitionNode[] {
  const needed = new Map<string, FragmentDefinitionNode>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: (spread) => {
        const fragment = fragments.get(spread.name.value);
        if (fragment === undefined || needed.has(spread.name.value)) return;
        needed.set(spread.name.value, fragment);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return [...needed.values()];
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
}
