import type { ApiRoute } from './file.ts';

/** Where the compose file and the Kubernetes Service of an API put its MCP endpoint. */
export function serverUrl(api: string): string {
  return `http://${api}:8080/mcp`;
}

/** The hub that `--hub` without a URL means: a service of the compose file. */
export const DEFAULT_HUB = 'http://mcp-hub:37373';

/** The hubs that agents go through: those in front of APIs on the MCP route, sorted. */
export function hubsBetween(apis: readonly ApiRoute[]): readonly string[] {
  const hubs = apis.flatMap(({ route, hub }) => (route === 'mcp' && hub !== undefined ? [hub] : []));
  return [...new Set(hubs)].sort();
}

/** The hub's MCP endpoint for clients that hold a connection (SSE). */
export function hubEventsUrl(hub: string): string {
  return `${hub}/mcp`;
}

/** The hub's endpoint for one call in one POST: what a wrapper uses. */
export function hubToolsUrl(hub: string): string {
  return `${hub}/api/servers/tools`;
}

/** The MCP URL that an API's wrapper has built in, and that the environment of an agent names. */
export function wrapperMcpUrl(api: string, { hub }: ApiRoute): string {
  return hub === undefined ? serverUrl(api) : hubToolsUrl(hub);
}
