import type { JsonObject } from './json.ts';
import type { OperationPlan } from './plan.ts';

/** The entry of an operation in `tools/list`. Hints that say what MCP assumes anyway are left out: every token is paid on every turn. */
export function toolEntry(
  operation: Pick<
    OperationPlan,
    'tool' | 'title' | 'description' | 'inputSchema' | 'outputSchema' | 'annotations'
  >,
): JsonObject {
  const { readOnly, destructive, idempotent, openWorld } = operation.annotations;
  return {
    name: operation.tool,
    title: operation.title,
    description: operation.description,
    inputSchema: operation.inputSchema,
    ...(operation.outputSchema === undefined ? {} : { outputSchema: operation.outputSchema }),
    annotations: {
      readOnlyHint: readOnly,
      ...(readOnly ? {} : { destructiveHint: destructive }),
      ...(readOnly || !idempotent ? {} : { idempotentHint: true }),
      ...(openWorld ? {} : { openWorldHint: false }),
    },
  };
}

/** What the tools of some operations cost an agent on every turn; what is hidden is not listed and costs nothing. */
export function toolTokens(operations: readonly Pick<OperationPlan, 'hidden' | 'tokens'>[]): number {
  return operations.reduce((sum, { hidden, tokens }) => sum + (hidden ? 0 : tokens), 0);
}
