import type { Place } from '../model/api.ts';
import type { JsonObject } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { schemaToJson } from './schemaJson.ts';

/** What `mcpgen list --json` says of an operation. */
export interface ListEntry {
  /** operationId as written, or `METHOD path`. */
  readonly id: string;
  readonly command: string;
  readonly tool: string;
  readonly method: string;
  readonly path: string;
  readonly args: readonly {
    /** The document's name of the argument. */
    readonly name: string;
    readonly flag: string;
    /** The MCP property. */
    readonly key: string;
    /** First part of `at`: path, query, header, cookie, querystring or body. */
    readonly in: string;
    /** The first place that it fills. */
    readonly at: Place;
    readonly places: readonly Place[];
    /** The document requires it; an environment variable may supply it all the same. */
    readonly required: boolean;
    readonly schema: JsonObject;
    readonly positional?: number;
  }[];
  readonly tokens: number;
}

/** Lists the operations of a plan with their arguments, in document order. Hidden arguments are not a caller's and are left out. */
export function listEntries(plan: Plan): readonly ListEntry[] {
  return plan.operations.map((operation) => ({
    id: operation.id,
    command: operation.command,
    tool: operation.tool,
    method: operation.method,
    path: operation.path,
    args: operation.arguments
      .filter((argument) => !argument.hidden)
      .map((argument) => {
        // The chooser of the media type fills no place of its own: it is what Content-Type says.
        const places: readonly Place[] =
          argument.places.length > 0 ? argument.places : [['header', 'Content-Type']];
        const at = places[0] ?? ['body'];
        return {
          name: argument.name,
          flag: argument.flag,
          key: argument.key,
          in: at[0],
          at,
          places,
          required: argument.required || argument.requiredUnlessEnv === true,
          schema: schemaToJson(argument.schema, plan.schemas),
          ...(argument.positional === undefined ? {} : { positional: argument.positional }),
        };
      }),
    tokens: operation.tokens,
  }));
}
