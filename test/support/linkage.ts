import type { ApiManifest, ApiRoute, ExternalServer, Linkage } from '../../src/model/file.ts';

/** An API as the link step sees it. */
export function linkedApi(
  name: string,
  change: Partial<ApiManifest & ApiRoute> = {},
): ApiManifest & ApiRoute {
  const envPrefix = name.toUpperCase().replaceAll('-', '_');
  const operation = (group: string, verb: string) => ({
    id: `${verb}-${group}`,
    command: `${verb}-${group}`,
    tool: `${verb}_${group}`,
    group,
    method: 'GET',
    path: `/${group}`,
    summary: `${verb} ${group}`,
    readOnly: true,
    hidden: false,
    tokens: 50,
    args: [],
  });
  return {
    mcpgen: 1,
    name,
    title: name,
    version: '1',
    description: '',
    hash: '',
    route: 'direct',
    toolMode: 'list',
    baseUrl: 'https://api.example.com/v1',
    envPrefix,
    secrets: [`${envPrefix}_API_KEY`],
    requiredSecrets: [`${envPrefix}_API_KEY`],
    variables: [`${envPrefix}_TEAM_ID`],
    inputs: [],
    tokens: 150,
    operations: [operation('issues', 'list'), operation('issues', 'get'), operation('teams', 'list')],
    files: [],
    ...change,
  };
}

/** The user's own servers: one of each kind. */
export const EXTERNAL: readonly ExternalServer[] = [
  {
    name: 'filesystem',
    description: 'Files',
    kind: 'stdio',
    command: 'npx',
    args: ['-y', '@modelcontextprotocol/server-filesystem', '/workspace'],
    env: { FS_TOKEN: '${FS_TOKEN}', MODE: 'ro' },
  },
  {
    name: 'search',
    description: 'Search',
    kind: 'http',
    url: 'https://search.example.com/mcp',
    headers: { Authorization: 'Bearer ${SEARCH_TOKEN}', 'X-Team': '${TEAM}', 'X-Mode': 'fast' },
  },
];

export function linkage(
  apis: readonly (ApiManifest & ApiRoute)[],
  external: readonly ExternalServer[] = [],
): Linkage {
  return { apis, external };
}
