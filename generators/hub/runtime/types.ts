/** What the overview page knows: made at the link step, read by the page's script. Nothing of mcpgen is imported here. */
export interface PageData {
  readonly apis: readonly PageApi[];
  /** MCP servers of the user that mcpgen does not generate. */
  readonly external: readonly {
    readonly name: string;
    readonly description: string;
    readonly address: string;
  }[];
  /** Only on the page that `mcpgen serve` shows: tool → input schema, for the forms that try a tool. */
  readonly schemas?: { readonly [tool: string]: object };
}

export interface PageApi {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** The API's own address; '' where it must be set. */
  readonly base: string;
  readonly route: 'direct' | 'mcp';
  readonly hub?: string;
  readonly mode: 'list' | 'search';
  /** What all tools cost together. */
  readonly tokens: number;
  readonly secrets: readonly string[];
  /** The variable that holds the MCP server's token. */
  readonly token: string;
  /** What `mcpgen build` is given; '' where the inputs do not say. */
  readonly spec: string;
  readonly groups: readonly string[];
  readonly operations: readonly PageOperation[];
}

/** A tuple, since an API may have a thousand of them: command, tool (0: the command with underscores), index of the group, method, path, summary, tokens, marks, flags. */
export type PageOperation = readonly [
  command: string,
  tool: string | 0,
  group: number,
  method: string,
  path: string,
  summary: string,
  tokens: number,
  /** 1: reads only; 2: hidden; 3: both. */
  marks: number,
  /** Names of flags, separated by spaces; a required one ends with `!`. */
  flags: string,
];

/** As much of JSON Schema as a form can make use of. */
export interface InputSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: InputSchema };
}

/** One operation as the list shows it. */
export interface Entry {
  readonly api: PageApi;
  readonly command: string;
  readonly tool: string;
  readonly group: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly tokens: number;
  readonly readOnly: boolean;
  readonly hidden: boolean;
  readonly flags: readonly { readonly name: string; readonly required: boolean }[];
  /** `api/command`: the fragment of the URL. */
  readonly key: string;
  /** What a search looks at, in lower case: the names, and everything. */
  readonly names: string;
  readonly text: string;
}

/** What the list is limited to and how it is sorted. */
export interface View {
  readonly query: string;
  /** Name of an API; '' for all. */
  readonly api: string;
  readonly kind: 'all' | 'read' | 'write';
  readonly sort: 'api' | 'name' | 'tokens';
}
