import type { ZodType } from 'zod';
import type { Body } from './body.ts';
import type { PathPiece } from './request.ts';

/** One operation of the API as a tool. */
export interface Tool {
  readonly name: string;
  /** The toolset it belongs to. */
  readonly group: string;
  readonly readOnly: boolean;
  /** `GET /issues/{id}`, for people and for search. */
  readonly request: string;
  /** What the arguments must look like; made on first use. */
  readonly arguments: () => ZodType;
  /** Sends the request. */
  call(args: object, call: Call): Promise<Answer<unknown>>;
  /** What is taken for arguments that the caller leaves out. */
  readonly supply?: Readonly<Record<string, Supply>>;
  /** The body may be left out, but then whole: which arguments make it, and which of them it cannot do without. */
  readonly optionalBody?: { readonly arguments: readonly string[]; readonly requires: readonly string[] };
  /** How the next page is asked for. */
  readonly next?: NextPage;
  /** GraphQL: the answer is judged by its body, and these payloads by their `success`. */
  readonly graphql?: { readonly success: readonly string[] };
  /** The tool has an output schema: the answer itself, or the answer under `result`. */
  readonly structured?: 'object' | 'result';
  /** The answer is bytes. */
  readonly binary?: boolean;
  /** The argument that chooses what the answer holds. */
  readonly fields?: string;
}

/** What is taken for an argument that is left out: an environment variable of this server, else a constant. */
export interface Supply {
  readonly value?: unknown;
  readonly env?: string;
  /** How the variable's text is read: as it is, or as JSON. */
  readonly type?: 'string' | 'json';
}

/** How the next page is asked for: by which arguments, and where the answer tells. */
export type NextPage =
  | {
      readonly style: 'page' | 'offset';
      readonly argument: string;
      readonly size?: string;
      /** The page size where the caller gives none. */
      readonly defaultSize?: number;
      readonly items?: readonly string[];
      readonly start?: number;
    }
  | {
      readonly style: 'cursor';
      readonly argument: string;
      readonly size?: string;
      readonly next: readonly string[];
      readonly more?: readonly string[];
    }
  | {
      /** The next page's URL stands in the Link header, or in the answer at `next`. */
      readonly style: 'link' | 'url';
      readonly size?: string;
      readonly next?: readonly string[];
      /** Query parameter → the argument that it fills. */
      readonly query: Readonly<Record<string, PageArgument>>;
    };

export interface PageArgument {
  readonly argument: string;
  /** `other`: a number or a boolean. */
  readonly type: 'string' | 'other';
  readonly list?: boolean;
}

/** A request as a tool describes it: every piece is already encoded for its place. */
export interface RequestParts {
  readonly method: string;
  readonly path: readonly (string | PathPiece)[];
  readonly query?: readonly (string | undefined)[];
  readonly headers?: readonly ([string, string] | undefined)[];
  readonly cookies?: readonly (string | undefined)[];
  readonly body?: Body | undefined;
  readonly accept: string;
  /** Alternatives of security schemes that go together. None: the API is open. */
  readonly security?: readonly (readonly string[])[];
  /** What may be sent again: anything, or only what the API refused to take. */
  readonly retry: 'always' | 'refused';
  /** Where the operation has a server of its own. */
  readonly server?: ServerUrl;
}

/** A base URL: text, and variables with the environment variable that sets them. */
export type ServerUrl = readonly (string | { readonly env: string; readonly default: string })[];

/** A request as it leaves. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer;
}

/** The API's answer. */
export interface Answer<T> {
  readonly status: number;
  /** Names in lower case; repeated headers are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** The body was longer than the server takes; `bytes` is its beginning. */
  readonly cut: boolean;
  /** The body parsed; throws a SyntaxError where it is no JSON. */
  json(): T;
}

/** What the function of a tool sends its request by. */
export interface Call {
  send<T>(parts: RequestParts): Promise<Answer<T>>;
}

/** What a successful answer of an operation of types.ts holds. */
export type Success<Operation> = Operation extends { responses: infer Responses }
  ? JsonOf<Responses[keyof Responses & (200 | 201 | 202 | 203 | 206 | '2XX' | 'default')]>
  : unknown;
type JsonOf<Response> = Response extends { content: infer Content } ? Content[keyof Content] : unknown;

/** Makes a value on first use, and keeps it. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
