import type { Argument, Operation, Place, RequestShape, Server } from './api.ts';
import type { OutputExtension, PaginationExtension } from './document.ts';
import type { JsonObject } from './json.ts';
import type { Schemas } from './schema.ts';

/** One API, every name chosen and every choice made: what the generators print. Nothing after this can fail. */
export interface Plan {
  /** `linear`: `[a-z][a-z0-9-]*`, at most 24 characters. Command, folder, MCP server and hub entry are called this. */
  readonly name: string;
  /** `LINEAR`: the name in upper case with `_`, before `_BASE_URL`, `_VIA`, …. */
  readonly envPrefix: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** SHA-256 over the document, hex: changes exactly when what is generated may change. */
  readonly hash: string;
  readonly toolMode: 'list' | 'search';
  readonly output?: OutputExtension;
  /** The server that is used unless `<API>_BASE_URL` says otherwise; that variable replaces the whole URL, of an operation's own server too. */
  readonly server: ServerPlan;
  readonly credentials: readonly Credential[];
  /** In document order. Hidden ones included. */
  readonly operations: readonly OperationPlan[];
  readonly schemas: Schemas;
  /** The document pruned to the operations, OpenAPI 3.1 without `x-` members: what types.ts is made of. */
  readonly document: JsonObject;
}

/** A base URL: pieces of text and server variables, each with the environment variable that sets it (`<API>_SERVER_<NAME>`). */
export interface ServerPlan {
  /** The documented URL with the defaults of its variables filled in. Absolute, or '' where the document gives none that is absolute: then `<API>_BASE_URL` must be set. */
  readonly url: string;
  readonly pieces: readonly (
    | string
    | { readonly env: string; readonly default: string; readonly enum?: readonly string[] }
  )[];
  readonly source: Server;
}

/** A secret and how it gets into a request. `env` names environment variables; each `X` may also be given as a file by `X_FILE` on the server. */
export type Credential = { readonly id: string; readonly description: string } & (
  | {
      readonly kind: 'key';
      readonly in: 'header' | 'query' | 'cookie';
      readonly name: string;
      readonly prefix: string;
      readonly env: { readonly secret: string };
    }
  | {
      readonly kind: 'basic';
      readonly env: { readonly username: string; readonly password: string };
      /** What is sent where the variable is not set. */
      readonly defaults?: { readonly username?: string; readonly password?: string };
    }
  | {
      readonly kind: 'oauth2';
      /** Client-credentials grant; absent: only a ready token can be used. */
      readonly tokenUrl?: string;
      readonly scopes: readonly string[];
      readonly env: { readonly token: string; readonly clientId: string; readonly clientSecret: string };
    }
  | { readonly kind: 'mutualTls'; readonly env: { readonly certificate: string; readonly key: string } }
);

export interface OperationPlan {
  /** operationId as written, or `METHOD path`. */
  readonly id: string;
  /** `create-issue`. Unique in the plan; `_` for `-` is accepted too. */
  readonly command: string;
  /** `create_issue`. Unique in the plan. `mcp__hub__<api>__<tool>` has at most 64 characters. */
  readonly tool: string;
  /** Tag in kebab case, or `default`: section of the help, toolset, file name under `src/tools/`. */
  readonly group: string;
  /** PascalCase, a unique TypeScript identifier that is no reserved word: `CreateIssue`. */
  readonly typeName: string;
  /** Upper case, as sent. */
  readonly method: string;
  /** The path template as documented, without fragment: for people. */
  readonly path: string;
  /** Key of the path in `document.paths` (with its fragment), for types.ts; the method there is `method` in lower case. */
  readonly documentPath: string;
  /** `Create issue`: the name for people. */
  readonly title: string;
  /** One line of at most 120 characters without control characters; never empty. */
  readonly summary: string;
  /** What the tool's description says: trimmed, at most 600 characters, may have several lines. Starts with the summary. */
  readonly description: string;
  readonly deprecated: boolean;
  readonly hidden: boolean;
  /** Path arguments first, then required, then optional, each in document order. Hidden ones included. */
  readonly arguments: readonly ArgumentPlan[];
  /** Holes refer to `ArgumentPlan.key`. */
  readonly request: RequestShape;
  /** Only where the operation has a server of its own. */
  readonly server?: ServerPlan;
  /** As in Operation; ids of `Plan.credentials`. */
  readonly security: readonly (readonly string[])[];
  readonly response: Operation['response'];
  readonly annotations: {
    readonly readOnly: boolean;
    readonly destructive: boolean;
    readonly idempotent: boolean;
    readonly openWorld: boolean;
  };
  /**
   * What may be sent again: `always`: safe or idempotent methods, after lost connections, 502 and 504 too; `refused`: only after 429 and 503 with Retry-After, or GraphQL's rate refusal.
   */
  readonly retry: 'always' | 'refused';
  /** With `parameter` and `size` as `ArgumentPlan.key`. */
  readonly pagination?: PaginationExtension;
  readonly output?: OutputExtension;
  /** Other spellings that the wrapper takes. Absent: none. */
  readonly aliases?: {
    /** Words with one space between them; none is the name of a command. */
    readonly commands: readonly string[];
    /** `argument` is an `ArgumentPlan.flag`. */
    readonly flags: readonly { readonly flag: string; readonly argument: string; readonly value?: string }[];
  };
  readonly graphql?: Operation['graphql'];
  /** Object root, `properties`, `required`; no `$ref`, `$defs`, `$schema`, no union at the root; hidden arguments left out. */
  readonly inputSchema: JsonObject;
  /** Only where useful: object root (`{result: […]}` around an array). */
  readonly outputSchema?: JsonObject;
  /** What the tool costs an agent: characters of its entry in `tools/list`, divided by four. */
  readonly tokens: number;
}

export interface ArgumentPlan extends Argument {
  /** Name of the MCP property: `^[a-zA-Z0-9_.-]{1,64}$`, unique in the operation. */
  readonly key: string;
  /**
   * Name of the flag without `--`: kebab case, unique in the operation, never one of the wrapper's own. A flag that is an argument's whole name goes
   * before sugar of the same spelling (`--no-x`, `--x-file`, `--x-json`), and no argument can be reached by sugar alone.
   */
  readonly flag: string;
  /** 0-based, if it may be given without its flag. */
  readonly positional?: number;
  /** All places that it fills, in binding order. */
  readonly places: readonly Place[];
}
