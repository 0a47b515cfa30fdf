import { secretVariables } from '../manifest.ts';
import type { ApiManifest } from '../model/file.ts';
import { isObject, type JsonObject, member } from '../model/json.ts';
import type { Credential, OperationPlan, Plan } from '../model/plan.ts';
import { schemaToJson } from '../plan/schemaJson.ts';

/** What callers of an API depend on: what `diff` compares. `details` are what a manifest does not record. */
export interface Surface {
  readonly name: string;
  readonly baseUrl: string;
  /** Environment variables that hold secrets. */
  readonly secrets: readonly string[];
  /** Those without which nothing that wants credentials can be called. */
  readonly requiredSecrets: readonly string[];
  readonly operations: readonly SurfaceOperation[];
}

export interface SurfaceOperation {
  readonly id: string;
  readonly command: string;
  readonly tool: string;
  readonly request: string;
  readonly hidden: boolean;
  readonly readOnly: boolean;
  readonly args: readonly SurfaceArgument[];
  /** What the tool declares. */
  readonly output?: JsonObject;
  readonly details?: OperationDetails;
}

export interface OperationDetails {
  readonly deprecated: boolean;
  /** URL of a server of its own, else ''. */
  readonly server: string;
  /** Alternatives, each the variables whose secrets go together; an empty one: none is needed. */
  readonly security: readonly (readonly string[])[];
  readonly answer: { readonly kind: OperationPlan['response']['kind']; readonly schema?: JsonObject };
}

export interface SurfaceArgument {
  readonly key: string;
  readonly flag: string;
  readonly required: boolean;
  /** JSON Schema as the tool list has it; absent where it is not known. */
  readonly schema?: JsonObject;
  readonly details?: ArgumentDetails;
}

export interface ArgumentDetails {
  /** Where it stands without its flag. */
  readonly positional?: number;
  /** Where it is sent: `query`, `path`, …; '' where it is sent nowhere. */
  readonly place: string;
  /** Whether an optional body cannot do without it. */
  readonly bodyNeeds: boolean;
  /** The schema without what a tool list leaves out to save room. */
  readonly schema: JsonObject;
}

/** Characters of JSON up to which a schema is compared in full. */
const BUDGET = 500_000;

/** The surface of an API that was just compiled. */
export function surfaceOfPlan(plan: Plan, requiredSecrets: readonly string[]): Surface {
  return {
    name: plan.name,
    baseUrl: plan.server.url,
    secrets: secretVariables(plan),
    requiredSecrets,
    operations: plan.operations.map((operation) => ({
      id: operation.id,
      command: operation.command,
      tool: operation.tool,
      request: `${operation.method} ${operation.path}`,
      hidden: operation.hidden,
      readOnly: operation.annotations.readOnly,
      args: operation.arguments
        .filter(({ hidden }) => !hidden)
        .map((each) => argumentOf(each, operation, plan)),
      ...(operation.outputSchema === undefined ? {} : { output: operation.outputSchema }),
      details: {
        deprecated: operation.deprecated,
        server: operation.server?.url ?? '',
        security: secretsOf(operation, plan.credentials),
        answer: {
          kind: operation.response.kind,
          ...(operation.response.schema === undefined
            ? {}
            : { schema: schemaToJson(operation.response.schema, plan.schemas, BUDGET) }),
        },
      },
    })),
  };
}

function argumentOf(
  { key, flag, required, positional, places, schema, default: value }: OperationPlan['arguments'][number],
  { inputSchema, request }: OperationPlan,
  { schemas }: Plan,
): SurfaceArgument {
  const full = schemaToJson(schema, schemas, BUDGET);
  return {
    key,
    flag,
    required,
    ...schemaOf(inputSchema, key),
    details: {
      ...(positional === undefined ? {} : { positional }),
      place: places[0]?.[0] ?? '',
      bodyNeeds: request.body?.requires.includes(key) ?? false,
      schema: value === undefined ? full : { ...full, default: value },
    },
  };
}

/** What an operation's callers may set to be let in. */
function secretsOf(
  { security }: OperationPlan,
  credentials: readonly Credential[],
): readonly (readonly string[])[] {
  const none: readonly (readonly string[])[] = [[]];
  if (security.length === 0) return none;
  return security.flatMap((ids) =>
    ids.reduce((sets, id) => {
      const ways = credentials.filter((credential) => credential.id === id).flatMap(waysOf);
      return sets.flatMap((set) => ways.map((way) => [...set, ...way].sort()));
    }, none),
  );
}

function waysOf(credential: Credential): readonly (readonly string[])[] {
  if (credential.kind !== 'oauth2') return [Object.values(credential.env)];
  const { token, clientId, clientSecret } = credential.env;
  return credential.tokenUrl === undefined ? [[token]] : [[token], [clientId, clientSecret]];
}

/**
 * The surface of an API that an earlier build has written.
 * @param tools the tool list beside the manifest, `src/tools.json`, where it could be read
 */
export function surfaceOfManifest(manifest: ApiManifest, tools: readonly JsonObject[]): Surface {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const { name, baseUrl, secrets, requiredSecrets } = manifest;
  return {
    name,
    baseUrl,
    secrets,
    requiredSecrets,
    operations: manifest.operations.map((operation) => {
      const tool = byName.get(operation.tool);
      const output = member(tool, 'outputSchema');
      return {
        id: operation.id,
        command: operation.command,
        tool: operation.tool,
        request: `${operation.method} ${operation.path}`,
        hidden: operation.hidden,
        readOnly: operation.readOnly,
        args: operation.args.map(({ key, flag, required }) => ({
          key,
          flag,
          required,
          ...schemaOf(member(tool, 'inputSchema'), key),
        })),
        ...(isObject(output) ? { output } : {}),
      };
    }),
  };
}

function schemaOf(input: unknown, key: string): { readonly schema?: JsonObject } {
  const properties = member(isObject(input as JsonObject) ? (input as JsonObject) : undefined, 'properties');
  const schema = member(properties, key);
  return isObject(schema) ? { schema } : {};
}
