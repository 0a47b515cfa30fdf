import { diagnostic } from './model/codes.ts';
import type { Diagnostic } from './model/diagnostic.ts';
import type {
  AgentManifest,
  ApiManifest,
  ApiRoute,
  ExternalServer,
  Linkage,
  ManifestFile,
  Route,
} from './model/file.ts';

/** What a command line says of the routes of the APIs that it builds. */
export interface RouteFlags {
  /** Move the APIs to MCP, or back; undefined: as the document or the output says. */
  readonly mcp?: boolean | undefined;
  /** Point agents at this hub, or (false) at the servers themselves; undefined: as recorded. */
  readonly hub?: string | false | undefined;
}

/**
 * The route of one API: flag, else the document, else what is recorded, else direct.
 * A hub is kept as recorded too, but goes with `--no-mcp`: that gives back what was there before `--mcp --hub`.
 * @param wanted what the document asks for
 * @param recorded what the output records of the API
 * @param flags none for an API that this build does not make
 */
export function decideRoute(
  wanted: Route | undefined,
  recorded: ApiRoute | undefined,
  { mcp, hub }: RouteFlags,
): ApiRoute {
  const flag = mcp === undefined ? undefined : mcp ? 'mcp' : 'direct';
  const url = hub ?? (mcp === false ? undefined : recorded?.hub);
  return {
    route: flag ?? wanted ?? recorded?.route ?? 'direct',
    ...(typeof url === 'string' ? { hub: url } : {}),
  };
}

/**
 * Puts together what `agent/` and `hub/` are made from.
 * @param manifests of all APIs that the output will hold
 * @param routeOf the route of each
 */
export function link(
  manifests: Iterable<ApiManifest>,
  routeOf: (manifest: ApiManifest) => ApiRoute,
  external: readonly ExternalServer[],
): Linkage {
  const apis = [...manifests]
    .map(({ route: _, ...manifest }) => ({ ...manifest, ...routeOf(manifest) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { apis, external };
}

/**
 * What `agent/manifest.json` records.
 * @param commands of a profile: the commands of each API
 */
export function makeAgentManifest(
  { apis }: Linkage,
  files: readonly ManifestFile[],
  commands?: AgentManifest['commands'],
): AgentManifest {
  const routes = apis.map(({ name, route, hub }) => [name, hub === undefined ? { route } : { route, hub }]);
  return {
    mcpgen: 1,
    apis: Object.fromEntries(routes),
    hub: apis.find(({ hub }) => hub !== undefined)?.hub ?? null,
    ...(commands === undefined ? {} : { commands }),
    files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** Names that the compose file and the clients' files need themselves. */
const RESERVED = ['mcp-hub', 'agent'];

/**
 * All clashes of names in one go: between specs, with the user's own servers, and with what the output needs itself.
 * @param apis name and spec of each API of the build
 */
export function nameClashes(
  apis: readonly { readonly name: string; readonly spec: string }[],
  external: readonly ExternalServer[],
): readonly Diagnostic[] {
  const taken = new Map(external.map(({ name }) => [name, 'mcpgen.yaml']));
  const diagnostics: Diagnostic[] = [];
  for (const { name, spec } of apis) {
    const origin = { file: spec, pointer: '' };
    const holder = taken.get(name);
    taken.set(name, spec);
    if (holder !== undefined) {
      const hint = 'set `x-mcpgen.name` in one of them';
      diagnostics.push(
        diagnostic('name-clash', `the name \`${name}\` is taken by \`${holder}\``, { origin, hint }),
      );
    } else if (RESERVED.includes(name)) {
      const hint = 'set `x-mcpgen.name`';
      diagnostics.push(
        diagnostic('name-reserved', `the output itself needs the name \`${name}\``, { origin, hint }),
      );
    }
  }
  return diagnostics;
}
