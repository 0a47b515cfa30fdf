import type { Diagnostic, Origin } from './diagnostic.ts';
import type { Json, JsonObject } from './json.ts';

/** An input file that a build has read. */
export interface Input {
  /** As in `Origin.file`. */
  readonly file: string;
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string;
}

/** Members of a path item that are operations (OpenAPI 3.2 section 4.9.1, without `additionalOperations`). */
export const METHODS: ReadonlySet<string> = new Set([
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'query',
]);

/** Whether an input is no file of the user's: a pinned base in the cache (`npm:…`, `https:…`). */
export function isRemote(file: string): boolean {
  return /^(?:npm|https?):/.test(file);
}

/**
 * The waist of mcpgen: an ordinary OpenAPI 3.1 document (3.2's additions allowed), with every `$ref` local (`#/…`), and where each part of it came from.
 * Every source produces one, overlays apply to it, `mcpgen import` prints it.
 */
export interface SourceDocument {
  readonly document: JsonObject;
  readonly origins: Origins;
  readonly inputs: readonly Input[];
  /** Errors of parts: they count only where the part is still there when the document has been cut down. */
  readonly deferred?: readonly DeferredError[];
}

export interface DeferredError {
  readonly diagnostic: Diagnostic;
  /** The part that cannot do without what the error speaks of. */
  readonly at: Origin;
}

/**
 * Where the parts of a document came from: JSON pointer → origin. Only the tops of subtrees that came from elsewhere are entries;
 * what stands below an entry with a pointer origin is found by appending the rest of the pointer. The root ('') is always an entry.
 */
export type Origins = ReadonlyMap<string, Origin>;

/**
 * Finds where a part of a document came from.
 * @param pointer JSON pointer into the document
 */
export function originAt(origins: Origins, pointer: string): Origin {
  let head = pointer;
  for (;;) {
    const origin = origins.get(head);
    if (origin !== undefined) {
      return 'pointer' in origin
        ? { file: origin.file, pointer: origin.pointer + pointer.slice(head.length) }
        : origin;
    }
    if (head === '') return { file: '', pointer };
    head = head.slice(0, head.lastIndexOf('/'));
  }
}

/** `x-mcpgen` on the root of a document. */
export interface RootExtension {
  readonly name?: string;
  readonly route?: 'direct' | 'mcp';
  readonly include?: Selection;
  readonly exclude?: Selection;
  readonly graphql?: GraphqlExtension;
  readonly tools?: 'list' | 'search';
  readonly output?: OutputExtension;
  /** Folder, relative to the document, that `$ref`s may not leave. For the reading stage alone, which takes it out. */
  readonly root?: string;
  /** In an overlay: SHA-256 of the file that `extends` names. For the reading stage alone, which takes it out. */
  readonly sha256?: string;
}

/** Globs: `*` stands for anything but `/`, `**` for anything; nothing else is special. */
export interface Selection {
  readonly operationId?: readonly string[];
  readonly tag?: readonly string[];
  readonly path?: readonly string[];
}

export interface GraphqlExtension {
  /** The path of the endpoint below the server's URL, e.g. `/graphql`. */
  readonly path: string;
  /** SDL file, relative to the document. */
  readonly schema?: string;
  /** Glob (or list of globs) of operation files, relative to the document. */
  readonly operations: string | readonly string[];
}

/** How the wrapper shapes the answer by default; the MCP tool always gives the full answer. */
export interface OutputExtension {
  /** A jq program. */
  readonly jq?: string;
  /** Print indented. */
  readonly pretty?: boolean;
}

/** What an operation does to the world, in MCP's words; absent: plan infers it from the method. */
export interface AnnotationsExtension {
  readonly readOnly?: boolean;
  readonly destructive?: boolean;
  readonly idempotent?: boolean;
  readonly openWorld?: boolean;
}

/** `x-mcpgen` on an operation. */
export interface OperationExtension {
  readonly name?: string;
  readonly hidden?: boolean;
  /** Names of arguments that may be given without a flag, in order. */
  readonly positionals?: readonly string[];
  /**
   * Arguments that no single place of the document declares: an argument that fills several places or a part of one.
   * An argument that a binding names and that is not declared here takes schema, description and `required` from the first place that it fills alone.
   */
  readonly arguments?: readonly ArgumentExtension[];
  /** Replaces what flattening would do at these places, above and below them. */
  readonly bindings?: readonly BindingExtension[];
  readonly annotations?: AnnotationsExtension;
  readonly pagination?: PaginationExtension | false;
  readonly output?: OutputExtension;
  /** Other spellings that the wrapper takes: those of the script that the operation was imported from. */
  readonly aliases?: AliasesExtension;
  /** Written by the GraphQL source. */
  readonly graphql?: GraphqlOperationExtension;
  /** Written by sources whose text is not the document itself. */
  readonly origin?: { readonly file: string; readonly line: number; readonly column: number };
  /** What the import could not resolve; an operation with an error here is never generated. */
  readonly diagnostics?: readonly {
    readonly code: string;
    readonly severity: 'error' | 'warning' | 'info';
    readonly message: string;
  }[];
}

export interface AliasesExtension {
  /** Words that stand for the command, e.g. `ls` or `issue list`. */
  readonly commands?: readonly string[];
  readonly flags?: readonly {
    /** As typed, e.g. `-t` or `--desc`. */
    readonly flag: string;
    /** Name of the argument that it gives. */
    readonly argument: string;
    /** A flag without a value of its own gives this one. */
    readonly value?: string;
  }[];
}

export interface ArgumentExtension {
  readonly name: string;
  readonly schema?: JsonObject;
  readonly required?: boolean;
  readonly description?: string;
  /** Sent when the caller gives none. */
  readonly default?: Json;
  /** Environment variable that supplies the argument when the caller gives none. */
  readonly env?: string;
}

/**
 * One place of the request and what fills it. `at` is `["query", name]`, `["path", name]`, `["header", name]`, `["cookie", name]`, `["querystring"]`,
 * `["body"]` or `["body", member, …]`. `value` is a list: one hole alone is the argument's value as it is; no hole is a constant (a list of one JSON value, or of strings that are joined);
 * anything else is text made of the parts. The binding is left out when an argument of it has no value.
 */
export interface BindingExtension {
  readonly at: readonly string[];
  readonly value: readonly (Json | HoleExtension)[];
}
export interface HoleExtension {
  readonly arg: string;
  /** The part of the argument's text that goes here: `group` of the first match of a POSIX extended `regex`. */
  readonly match?: { readonly regex: string; readonly group: number };
}

/**
 * How to ask for the next page. `parameter`, `size` name arguments of the operation; the others are member names on the way into the answer
 * (none: the answer itself; `-1` stands for the last item of an array, for lists that go on after an item's id).
 * `start` is the number of the first page, 1 where it is not said.
 */
export type PaginationExtension =
  | {
      readonly style: 'page';
      readonly parameter: string;
      readonly size?: string;
      readonly items?: readonly string[];
      readonly start?: number;
    }
  | {
      readonly style: 'offset';
      readonly parameter: string;
      readonly size?: string;
      readonly items?: readonly string[];
    }
  | {
      readonly style: 'cursor';
      readonly parameter: string;
      readonly size?: string;
      readonly next: readonly string[];
      readonly more?: readonly string[];
      readonly items?: readonly string[];
    }
  | { readonly style: 'link'; readonly size?: string; readonly items?: readonly string[] }
  | {
      readonly style: 'url';
      readonly size?: string;
      readonly next: readonly string[];
      readonly items?: readonly string[];
    };

export interface GraphqlOperationExtension {
  readonly kind: 'query' | 'mutation';
  /** Response keys of the operation's root fields. */
  readonly fields: readonly string[];
  /** Those root fields whose payload has a Boolean `success`: `false` there is a refusal. */
  readonly success: readonly string[];
}

/** `x-mcpgen` on a parameter or a property. */
export interface ParameterExtension {
  readonly name?: string;
  readonly hidden?: boolean;
  /** Sent when the caller gives none. */
  readonly default?: Json;
  readonly env?: string;
}

/** `x-mcpgen` on a security scheme. */
export interface SecuritySchemeExtension {
  /** Environment variable that holds the secret. */
  readonly env?: string;
  /** Word before the secret in the header, e.g. `Bearer`, `Token`. */
  readonly scheme?: string;
  /** The user name of basic authentication: its environment variable, and what it is where that is not set. */
  readonly username?: { readonly env?: string; readonly default?: string };
  /** The password of basic authentication, where `env` is not set: empty for APIs that take a key as the user name. */
  readonly password?: { readonly default: string };
}
