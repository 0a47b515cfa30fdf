/** A file of the output. */
export interface OutputFile {
  /** Relative to the output folder, POSIX separators. */
  readonly path: string;
  readonly content: string;
  readonly executable: boolean;
  /** `generated`: replaced by every build unless a person has edited it; `once`: written when absent, then the user's; `record`: a manifest, replaced by every build. */
  readonly ownership: 'generated' | 'once' | 'record';
}

/** Where agents find an API by default. */
export type Route = 'direct' | 'mcp';

/** What a manifest records of a generated file. */
export interface ManifestFile {
  /** Relative to the output folder, POSIX separators. */
  readonly path: string;
  /** SHA-256 of the content with LF line ends, hex. */
  readonly sha256: string;
}

/** `servers/<api>/manifest.json`: all that the link step, `diff` and the overview page need to know of an API, without its spec. */
export interface ApiManifest {
  readonly mcpgen: 1;
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly hash: string;
  /** Route that the document asks for (`x-mcpgen.route`), if it does. */
  readonly route?: Route;
  readonly toolMode: 'list' | 'search';
  readonly baseUrl: string;
  /** `LINEAR`: what the names of the API's environment variables begin with. */
  readonly envPrefix: string;
  /** Environment variables that hold secrets, in order. */
  readonly secrets: readonly string[];
  /** Those of `secrets` without which no operation that wants credentials can be called. */
  readonly requiredSecrets: readonly string[];
  /** Environment variables that may be set but need not be: they supply arguments, or parts of the API's address. Sorted. */
  readonly variables: readonly string[];
  /** Paths relative to the folder that holds the output folder; of a spec outside of it, relative to the spec's own folder. POSIX separators. */
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  readonly tokens: number;
  readonly operations: readonly {
    readonly id: string;
    readonly command: string;
    readonly tool: string;
    readonly group: string;
    readonly method: string;
    readonly path: string;
    readonly summary: string;
    readonly readOnly: boolean;
    readonly hidden: boolean;
    readonly tokens: number;
    readonly args: readonly {
      readonly name: string;
      readonly flag: string;
      readonly key: string;
      readonly required: boolean;
    }[];
  }[];
  readonly files: readonly ManifestFile[];
}

/** Where agents find one API: the route, and the hub in between, if there is one. */
export interface ApiRoute {
  readonly route: Route;
  /** URL of the hub in front of the API's server, without a path: `http://mcp-hub:37373`. */
  readonly hub?: string;
}

/** `agent/manifest.json`: the recorded state of what is linked from all APIs, `agent/` and `hub/`; below `profiles/<name>/`, that of the role's files. */
export interface AgentManifest {
  readonly mcpgen: 1;
  readonly apis: { readonly [name: string]: ApiRoute };
  /** URL of the hub that agents are pointed at, or null. */
  readonly hub: string | null;
  /** Of a profile: the commands that it has of each API. */
  readonly commands?: { readonly [api: string]: readonly string[] };
  readonly files: readonly ManifestFile[];
}

/** An MCP server that mcpgen does not generate, listed once by the user in `mcpgen.yaml` and present in every emitted config. `${NAME}` in values of `env` and `headers` is an environment variable. */
export type ExternalServer = { readonly name: string; readonly description: string } & (
  | {
      readonly kind: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: { readonly [name: string]: string };
    }
  | { readonly kind: 'http'; readonly url: string; readonly headers: { readonly [name: string]: string } }
);

/** All that the link step makes `agent/` and `hub/` from. */
export interface Linkage {
  /** Sorted by name. */
  readonly apis: readonly (ApiManifest & ApiRoute)[];
  readonly external: readonly ExternalServer[];
}
