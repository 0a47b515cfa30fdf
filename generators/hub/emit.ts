import type { Linkage, OutputFile } from '../../src/model/file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { serverUrl } from '../../src/model/route.ts';
import { jsonText } from '../quote/json.ts';
import { agentDockerfile, composeFile, hubDockerfile } from './compose.ts';
import { environmentExample } from './environment.ts';
import { kubernetesFiles } from './kubernetes.ts';
import { overviewPage } from './page.ts';
import { agentgateway, dockerGateway, litellm } from './registrations.ts';

/**
 * Makes all of `hub/`: how the servers are deployed, and how a hub or gateway in front of them is told of them.
 * Of all this only the overview page and the agent's environment in compose.yaml depend on the routes.
 */
export function emitHub(linkage: Linkage): OutputFile[] {
  const hubConfig = jsonText({ mcpServers: hubServers(linkage) });
  const files: { readonly [path: string]: string } = {
    'index.html': overviewPage(linkage),
    'compose.yaml': composeFile(linkage, hubConfig),
    'agent.Dockerfile': agentDockerfile(),
    'mcp-hub.Dockerfile': hubDockerfile(),
    '.env.example': environmentExample(linkage),
    'mcp-hub.json': hubConfig,
    'registrations/docker-mcp-gateway.yaml': dockerGateway(linkage),
    'registrations/agentgateway.yaml': agentgateway(linkage),
    'registrations/litellm.yaml': litellm(linkage),
    ...kubernetesFiles(linkage),
  };
  return Object.entries(files).map(([path, content]) => ({
    path: `hub/${path}`,
    content,
    executable: false,
    ownership: 'generated',
  }));
}

/** mcp-hub checks a URL before it expands `${…}`, so URLs are literal; headers and `env` are expanded. */
function hubServers({ apis, external }: Linkage): JsonObject {
  const generated = apis.map(({ name, envPrefix }) => [
    name,
    { url: serverUrl(name), headers: { Authorization: `Bearer \${${envPrefix}_MCP_TOKEN}` } },
  ]);
  const own = external.map((server) => [
    server.name,
    server.kind === 'stdio'
      ? { command: server.command, args: server.args, env: server.env }
      : { url: server.url, headers: server.headers },
  ]);
  return Object.fromEntries([...generated, ...own]);
}
