import type { GraphQLSchema } from 'graphql';
import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic, Origin } from '../../model/diagnostic.ts';
import type { OperationExtension } from '../../model/document.ts';
import type { JsonObject } from '../../model/json.ts';
import { operationArguments } from './arguments.ts';
import { commentOf, firstSentence } from './comments.ts';
import { hoist } from './hoist.ts';
import type { InputComponents } from './inputs.ts';
import type { SourceOperation } from './operations.ts';
import { responseSchema, rootFields } from './outputs.ts';
import { fieldsOf, fragmentsOf, relayPaging } from './paging.ts';
import { printCompact } from './print.ts';
import { nodeOrigin } from './sdl.ts';

/** An operation of OpenAPI that is one of GraphQL. */
export interface LoweredOperation {
  readonly operation: JsonObject;
  /** Of each entry of `x-mcpgen.arguments`. */
  readonly origins: readonly Origin[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Makes the POST operation of OpenAPI that sends a GraphQL operation.
 * @param operation valid against `schema`
 * @param inputs takes up the input types that the operation's variables need
 * @returns errors of hoisting and of comment tags; warnings for answers that cannot be paged or understood
 */
export function lowerOperation(
  operation: SourceOperation,
  schema: GraphQLSchema | undefined,
  inputs: InputComponents,
): LoweredOperation {
  const hoisted = hoist(operation, schema);
  const given = operationArguments(operation, hoisted, inputs);
  const paging = relayPaging(operation.node, operation.document);
  const roots = rootFields(operation.node, operation.document, schema);
  const diagnostics = [...hoisted.diagnostics, ...given.diagnostics, ...paging.diagnostics];
  for (const field of roots.unasked) {
    const message = `\`${field.name.value}\` says in \`success\` whether it worked, but the operation does not select it`;
    const at = {
      origin: nodeOrigin(field),
      hint: 'select `success`: without it a refusal looks like an answer',
    };
    diagnostics.push(diagnostic('graphql-success', message, at));
  }
  const query = printCompact(hoisted.document);
  const comment = commentOf(operation.node, { behind: false });
  for (const tag of comment.tags) {
    const origin = { file: operation.origin.file, line: tag.line, column: tag.column };
    const hint = 'tags stand in the comment of a variable: `@env`, `@positional`, `@from`';
    diagnostics.push(
      diagnostic('graphql-comment', `\`@${tag.name}\` says nothing about an operation`, { origin, hint }),
    );
  }
  const description = comment.text === '' ? rootDescription(operation, schema) : comment.text;
  const needsVariables = given.variables?.required !== undefined;
  const extension: OperationExtension = {
    ...(given.arguments.length > 0 ? { arguments: given.arguments } : {}),
    bindings: [{ at: ['body', 'query'], value: [query] }, ...given.bindings],
    positionals: given.positionals,
    ...(paging.pagination === undefined ? {} : { pagination: paging.pagination }),
    graphql: { kind: operation.kind, fields: roots.fields, success: roots.success },
    ...('line' in operation.origin ? { origin: operation.origin } : {}),
  };
  return {
    origins: given.origins,
    diagnostics,
    operation: {
      operationId: operation.name,
      tags: [operation.tag],
      ...(description === '' ? {} : { summary: firstSentence(description), description }),
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: {
                query: { type: 'string', const: query },
                ...(given.variables === undefined ? {} : { variables: given.variables }),
              },
              required: needsVariables ? ['query', 'variables'] : ['query'],
              additionalProperties: false,
            },
          },
        },
      },
      responses: {
        '200': {
          description: 'The answer, or what was refused',
          content: {
            'application/json': { schema: responseSchema(operation.node, operation.document, schema) },
          },
        },
      },
      'x-mcpgen': extension as unknown as JsonObject,
    },
  };
}

/** What the SDL says of the operation's first field. */
function rootDescription(operation: SourceOperation, schema: GraphQLSchema | undefined): string {
  const { selectionSet, operation: kind } = operation.node;
  const [first] = fieldsOf(selectionSet, fragmentsOf(operation.document));
  const field = first && schema?.getRootType(kind)?.getFields()[first.name.value];
  return firstSentence(field?.description ?? '');
}
