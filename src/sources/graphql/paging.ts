import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { PaginationExtension } from '../../model/document.ts';
import { nodeOrigin } from './sdl.ts';

/** Finds the fragment of a name. */
type Fragments = (name: string) => FragmentDefinitionNode | undefined;

/**
 * Finds how the answer of an operation is paged, by the Relay cursor convention: the outermost field that takes `after: $variable`
 * and whose selection has `pageInfo { endCursor }`.
 * @param operation the operation as written
 * @returns the way through the answer by response keys; a warning where a field takes a cursor but its page info is not selected
 */
export function relayPaging(
  operation: OperationDefinitionNode,
  document: DocumentNode,
): { readonly pagination?: PaginationExtension; readonly diagnostics: readonly Diagnostic[] } {
  const fragments = fragmentsOf(document);
  const diagnostics: Diagnostic[] = [];
  let level: { field: FieldNode; path: readonly string[] }[] = fieldsOf(
    operation.selectionSet,
    fragments,
  ).map((field) => ({ field, path: ['data', responseKey(field)] }));
  // Fragments cannot be circular in a valid document, so the levels come to an end.
  while (level.length > 0) {
    for (const { field, path } of level) {
      const parameter = variableOf(field, 'after');
      if (parameter === undefined) continue;
      const fields = fieldsOf(field.selectionSet, fragments);
      const pageInfo = fields.find((child) => child.name.value === 'pageInfo');
      const info = fieldsOf(pageInfo?.selectionSet, fragments);
      const next = info.find((child) => child.name.value === 'endCursor');
      if (pageInfo === undefined || next === undefined) {
        const message = `\`${field.name.value}\` takes \`after: $${parameter}\`, but \`pageInfo { hasNextPage endCursor }\` is not selected`;
        const hint = 'select it, so that callers can ask for the next page';
        diagnostics.push(diagnostic('graphql-paging', message, { origin: nodeOrigin(field), hint }));
        continue;
      }
      const more = info.find((child) => child.name.value === 'hasNextPage');
      const items =
        fields.find((child) => child.name.value === 'nodes') ??
        fields.find((child) => child.name.value === 'edges');
      const size = variableOf(field, 'first');
      const infoPath = [...path, responseKey(pageInfo)];
      return {
        diagnostics,
        pagination: {
          style: 'cursor',
          parameter,
          ...(size === undefined ? {} : { size }),
          next: [...infoPath, responseKey(next)],
          ...(more === undefined ? {} : { more: [...infoPath, responseKey(more)] }),
          ...(items === undefined ? {} : { items: [...path, responseKey(items)] }),
        },
      };
    }
    level = level.flatMap(({ field, path }) =>
      fieldsOf(field.selectionSet, fragments).map((child) => ({
        field: child,
        path: [...path, responseKey(child)],
      })),
    );
  }
  return { diagnostics };
}

/** Looks fragments of a document up by name. */
export function fragmentsOf(document: DocumentNode): Fragments {
  return (name) =>
    document.definitions.find(
      (node): node is FragmentDefinitionNode =>
        node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
    );
}

/** The name of a field in the answer. */
export function responseKey(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

/** The fields of a selection set, with those of its fragments in their place. */
export function fieldsOf(selectionSet: SelectionSetNode | undefined, fragments: Fragments): FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection: SelectionNode): FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    const set =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments(selection.name.value)?.selectionSet;
    return fieldsOf(set, fragments);
  });
}

function variableOf(field: FieldNode, argument: string): string | undefined {
  const value = field.arguments?.find((node) => node.name.value === argument)?.value;
  return value?.kind === Kind.VARIABLE ? value.name.value : undefined;
}
