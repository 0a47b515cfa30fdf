import type { Origin } from './diagnostic.ts';
import type {
  AliasesExtension,
  AnnotationsExtension,
  GraphqlOperationExtension,
  OutputExtension,
  PaginationExtension,
} from './document.ts';
import type { Json, JsonObject } from './json.ts';
import type { Schema, Schemas } from './schema.ts';

/** What a document says, free of OpenAPI's spelling. Names are as the document has them; `plan` makes them unique and pretty. */
export interface Api {
  /** From `x-mcpgen.name`, else undefined: plan derives it. */
  readonly name?: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly route?: 'direct' | 'mcp';
  readonly toolMode: 'list' | 'search';
  readonly output?: OutputExtension;
  /** Of the whole document; never empty (OpenAPI: none means `/`). */
  readonly servers: readonly [Server, ...Server[]];
  readonly securitySchemes: readonly SecurityScheme[];
  readonly operations: readonly Operation[];
  readonly schemas: Schemas;
  /** The document itself, pruned to the operations above, OpenAPI 3.1, without `x-` members: what types.ts is made of. */
  readonly document: JsonObject;
  readonly origin: Origin;
}

/** A server URL with its variables (OpenAPI 3.1 section 4.8.5). */
export interface Server {
  /** As documented: may be relative, may hold `{variables}`. No trailing slash. */
  readonly url: string;
  readonly variables: readonly {
    readonly name: string;
    readonly default: string;
    readonly enum?: readonly string[];
    readonly description?: string;
  }[];
}

export type SecurityScheme = {
  readonly id: string;
  readonly description: string;
  readonly origin: Origin;
  readonly env?: string;
} & (
  | /** A secret sent as it is, after `prefix`: API keys, and HTTP bearer and other HTTP schemes with the prefix `Bearer `, …. */ {
      readonly kind: 'key';
      readonly in: 'header' | 'query' | 'cookie';
      readonly name: string;
      readonly prefix: string;
    }
  | {
      readonly kind: 'basic';
      readonly username?: { readonly env?: string; readonly default?: string };
      readonly password?: { readonly default: string };
    }
  | {
      /** OAuth 2 or OpenID Connect: a bearer token from the environment, or by the client-credentials grant where there is a token URL. */
      readonly kind: 'oauth2';
      readonly tokenUrl?: string;
      readonly scopes: readonly string[];
    }
  | { readonly kind: 'mutualTls' }
);

export interface Operation {
  /** operationId as written, or `METHOD path`. Unique in the Api (a duplicate operationId becomes `METHOD path`, with a warning). */
  readonly id: string;
  readonly operationId?: string;
  /** From `x-mcpgen.name`. */
  readonly name?: string;
  /** Upper case, as sent. */
  readonly method: string;
  /** Path template without `#fragment`. */
  readonly path: string;
  /** Key of the path in `Api.document`, with its fragment. */
  readonly pathKey: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly deprecated: boolean;
  /** Kept out of help and tool list, still callable by the wrapper. */
  readonly hidden: boolean;
  /** Only where they differ from the document's. */
  readonly servers?: readonly [Server, ...Server[]];
  /** Alternatives, each a set of ids of security schemes that go together. Empty: no security. An empty alternative: anonymous is allowed. */
  readonly security: readonly (readonly string[])[];
  readonly arguments: readonly Argument[];
  readonly request: RequestShape;
  readonly response: ResponseShape;
  readonly positionals?: readonly string[];
  readonly annotations: AnnotationsExtension;
  /** As the document says; absent: plan may infer it. `false`: none. */
  readonly pagination?: PaginationExtension | false;
  readonly output?: OutputExtension;
  /** As in the document: `argument` is a name. */
  readonly aliases?: AliasesExtension;
  readonly graphql?: GraphqlOperationExtension;
  readonly origin: Origin;
}

/** What a caller gives. */
export interface Argument {
  /** Unique in the operation; what holes refer to. */
  readonly id: string;
  /** As the document calls it, or `x-mcpgen.name`. */
  readonly name: string;
  readonly required: boolean;
  /** Required by the document, but `env` may supply it: where the variable is unset too, the caller is told. */
  readonly requiredUnlessEnv?: boolean;
  readonly schema: Schema;
  /** Of a member of the body that is not alike in all media types: its schema in each that has it (an index of `WireBody.media`). `schema` allows them all. */
  readonly variants?: readonly { readonly media: number; readonly schema: Schema }[];
  /** One line or more; from the parameter, else from its schema. */
  readonly description: string;
  readonly deprecated: boolean;
  /** Sent when the caller gives none. */
  readonly default?: Json;
  /** Environment variable that supplies the value when the caller gives none. */
  readonly env?: string;
  /** Not offered to callers. Only with a default or env, or optional. */
  readonly hidden: boolean;
  readonly origin: Origin;
}

/** A place of an HTTP request. */
export type Place =
  | readonly ['path' | 'query' | 'header' | 'cookie', string]
  | readonly ['querystring']
  | readonly ['body', ...string[]];

/** The part of an argument that a piece of text takes: all of it, or a group of the first match of a POSIX extended regular expression. Where nothing matches there is no value; a group that takes no part in the match is empty text. */
export interface Hole {
  readonly arg: string;
  readonly match?: { readonly regex: string; readonly group: number };
}

/** What fills one place. Left out when an argument in it has no value. `false`, `0`, `""`, `[]` and null are values. */
export type Binding = { readonly at: Place } & (
  | /** The argument's value as it is. */ { readonly kind: 'argument'; readonly arg: string }
  | /** The members of the argument's object are added to the object at `at`; what other bindings put there wins. */ {
      readonly kind: 'spread';
      readonly arg: string;
    }
  | { readonly kind: 'constant'; readonly value: Json }
  | /** Text made of literals and holes; `type` says what the text becomes in a JSON body. `json`: the text is JSON, and the holes stand inside its strings. */ {
      readonly kind: 'template';
      readonly parts: readonly (string | Hole)[];
      readonly type: 'string' | 'number' | 'boolean' | 'json';
    }
);

/** Ids of the arguments that a binding takes its value from. */
export function argumentsOf(binding: Binding): readonly string[] {
  switch (binding.kind) {
    case 'constant':
      return [];
    case 'template':
      return binding.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.arg]));
    default:
      return [binding.arg];
  }
}

/** How a request is made of bindings: what each place looks like on the wire. */
export interface RequestShape {
  /** The path template in pieces, in order. */
  readonly path: readonly ({ readonly literal: string } | { readonly parameter: string })[];
  /** Path, query, header and cookie parameters in the order in which they are sent. */
  readonly parameters: readonly WireParameter[];
  readonly body?: WireBody;
  /**
   * Value of the Accept header, never empty: where JSON is offered the one JSON type to ask for (else a server may choose another),
   * else the media types of the successful responses, else `*` + `/*`.
   */
  readonly accept: string;
  readonly bindings: readonly Binding[];
}

/** Style of a parameter's serialisation (OpenAPI 3.2 section 4.12.2.3). `tabDelimited` is Swagger 2.0's collectionFormat `tsv`. */
export type Style =
  | 'simple'
  | 'label'
  | 'matrix'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'tabDelimited'
  | 'deepObject'
  | 'cookie';

export interface WireParameter {
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'querystring';
  readonly name: string;
  readonly serialization:
    | {
        readonly kind: 'style';
        readonly style: Style;
        readonly explode: boolean;
        readonly allowReserved: boolean;
      }
    | /** The value written as this media type, then encoded for its place. */ {
        readonly kind: 'content';
        readonly mediaType: string;
        /** Of a query string or a member that is a form: how its members are written. */
        readonly fields?: readonly FormField[];
        /** Of XML: how objects are written. */
        readonly xml?: XmlShape;
      };
}

export interface WireBody {
  readonly required: boolean;
  /** JSON first where it is offered. More than one: the argument `content-type` chooses, the first is the default. */
  readonly media: readonly [WireMedia, ...WireMedia[]];
  /** Id of the argument that chooses the media type, if there is more than one, or names it, if it is a range. It fills no place: it selects the Content-Type. */
  readonly chooser?: string;
  /**
   * Of a body that is not required, ids of arguments that it cannot do without: once another argument of the body is given (a default does not count)
   * each of these must be too, or is filled by its default; otherwise neither they nor their defaults are sent. Empty where the body is required.
   */
  readonly requires: readonly string[];
}

/** One way to write the body. `mediaType` is as documented and is sent as Content-Type (multipart gets its boundary added); of a range, what the chooser says is. */
export type WireMedia = { readonly mediaType: string } & (
  | { readonly kind: 'json' }
  | /** One JSON value a line, from an array: OpenAPI 3.2 sequential media types. */ {
      readonly kind: 'jsonLines';
    }
  | { readonly kind: 'form'; readonly fields: readonly FormField[] }
  | {
      readonly kind: 'multipart';
      readonly parts: readonly MultipartPart[];
      /** How members without an entry are written, where that is not told by their values. */
      readonly others?: MultipartPart;
      /** Of a body that is a list: how its items are written, which have no names; the first ones each in its own way (OpenAPI 3.2 section 4.15.1.2). */
      readonly positions?: { readonly first: readonly MultipartPart[]; readonly rest: MultipartPart };
    }
  | { readonly kind: 'text' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'xml'; readonly root: XmlShape }
);

/** How a top-level member of a form body is written; a member without an entry is `form`, exploded. */
export interface FormField {
  readonly name: string;
  readonly serialization: WireParameter['serialization'];
}

/** How a top-level member of a multipart body is written. Arrays become one part per item. A member without an entry: binary is a file, objects are JSON, all else is text. */
export interface MultipartPart {
  readonly name: string;
  /** `file`: has a filename; bytes are sent raw. `xml` and `form`: objects are written so, all else is text. */
  readonly kind: 'text' | 'json' | 'file' | 'xml' | 'form';
  /** Content-Type of the part; the first where several are documented. Absent: text/plain for text (not written out), application/json, application/octet-stream. */
  readonly contentType?: string;
  /** Documented headers of the part: argument-free constants only. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Written by style instead, as in a query but without any percent-encoding: each pair is a part of text (OpenAPI 3.2 section 4.15). */
  readonly style?: { readonly style: Style; readonly explode: boolean };
  /** Of the kind `xml`. */
  readonly xml?: XmlShape;
  /** Of the kind `form`: how its members are written. */
  readonly fields?: readonly FormField[];
}

/** How JSON becomes XML (OpenAPI's XML Object). */
export interface XmlShape extends XmlContent {
  readonly name: string;
  readonly namespace?: string;
  readonly prefix?: string;
  readonly attribute?: boolean;
  /** No element: the value stands in the element around it as text, as a CDATA section, or with nothing around what it holds (OpenAPI 3.2, `nodeType`). */
  readonly node?: 'text' | 'cdata' | 'none';
  /** An array has an element of this name around its items. */
  readonly wrapped?: boolean;
  /** Of the outermost element: what `like` counts in. */
  readonly named?: readonly XmlContent[];
}

/** What stands inside of an element. */
export interface XmlContent {
  readonly items?: XmlShape;
  readonly properties?: readonly { readonly property: string; readonly shape: XmlShape }[];
  /** In place of both: they are those of this entry of `named`. So a schema can hold itself. */
  readonly like?: number;
}

export interface ResponseShape {
  /** What a success looks like: `none` where only 204 and the like are documented. */
  readonly kind: 'json' | 'text' | 'binary' | 'none';
  /** Media type of the success, '' if none. */
  readonly mediaType: string;
  /** Schema of the JSON success. */
  readonly schema?: Schema;
  /** Another success has no body, or one of another media type. */
  readonly mixed?: boolean;
  /** Names of documented response headers of the success, lower case (`link` shows paging). */
  readonly headers: readonly string[];
}
