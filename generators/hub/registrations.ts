import { partBearer } from '../../src/model/bearer.ts';
import type { ExternalServer, Linkage } from '../../src/model/file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { serverUrl } from '../../src/model/route.ts';
import { clip } from '../quote/markdown.ts';
import { yamlText } from '../quote/yaml.ts';
import { externalVariables } from './environment.ts';

/** A catalog for docker/mcp-gateway. In a header it fills in what an entry names among its secrets, and nothing of its own environment. */
export function dockerGateway({ apis, external }: Linkage): string {
  const generated = apis.map((api) => [
    api.name,
    remoteEntry(
      api.title,
      api.description || api.title,
      serverUrl(api.name),
      { Authorization: `Bearer \${${api.envPrefix}_MCP_TOKEN}` },
      [{ name: `${api.name}.mcp_token`, env: `${api.envPrefix}_MCP_TOKEN` }],
    ),
  ]);
  const remote = external.flatMap((server) => {
    if (server.kind !== 'http') return [];
    const { name, description, url, headers } = server;
    const secrets = externalVariables([server]).map((env) => ({
      name: `${name}.${env.toLowerCase()}`,
      env,
    }));
    return [[name, remoteEntry(name, description || name, url, headers, secrets)]];
  });
  const left = external.filter(({ kind }) => kind === 'stdio').map(({ name }) => name);
  const comment = `Catalog for docker/mcp-gateway. It reads catalogs in ~/.docker/mcp/catalogs/ alone: copy this one there, then
docker mcp gateway run --catalog docker-mcp-gateway.yaml --servers <names>
What stands under \`secrets\` is set by: docker mcp secret set <name>=<value>
The gateway refuses private addresses unless DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS=1.
Checked for its form only: the gateway was not run with it.${
    left.length === 0
      ? ''
      : `\nIt starts stdio servers from images alone, so these are not in it: ${left.join(', ')}`
  }`;
  return yamlText({ registry: Object.fromEntries([...generated, ...remote]) }, comment);
}

function remoteEntry(
  title: string,
  description: string,
  url: string,
  headers: { readonly [name: string]: string },
  secrets: readonly JsonObject[],
): JsonObject {
  return {
    title: clip(title, 80),
    description: clip(description, 200),
    type: 'remote',
    remote: { url, transport_type: 'http', headers },
    ...(secrets.length === 0 ? {} : { secrets }),
  };
}

/** A configuration for agentgateway: one listener, one target per server. */
export function agentgateway({ apis, external }: Linkage): string {
  const generated = apis.map((api) => ({
    name: api.name,
    mcp: { host: serverUrl(api.name) },
    policies: { backendAuth: { key: `$${api.envPrefix}_MCP_TOKEN` } },
  }));
  const targets = [...generated, ...external.map(gatewayTarget)];
  const comment = `Configuration for agentgateway: agentgateway -f <this file>
\`$NAME\` is read from the gateway's environment.
Checked for its form only: the gateway was not run with it.`;
  return yamlText({ mcp: { port: 3000, targets } }, comment);
}

function gatewayTarget(server: ExternalServer): JsonObject {
  if (server.kind === 'stdio') {
    return { name: server.name, stdio: { cmd: server.command, args: server.args, env: dollar(server.env) } };
  }
  const set = dollar(server.headers);
  return {
    name: server.name,
    mcp: { host: server.url },
    ...(Object.keys(set).length === 0 ? {} : { policies: { requestHeaderModifier: { set } } }),
  };
}

function dollar(values: { readonly [name: string]: string }): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value.replace(/\$\{(\w+)\}/g, '$$$1')]),
  );
}

/** The part of LiteLLM's configuration that names MCP servers. It allows no hyphen in their names. */
export function litellm({ apis, external }: Linkage): string {
  const generated = apis.map((api) => [
    api.name.replaceAll('-', '_'),
    {
      url: serverUrl(api.name),
      transport: 'http',
      description: clip(api.title, 80),
      auth_type: 'bearer_token',
      auth_value: `os.environ/${api.envPrefix}_MCP_TOKEN`,
    },
  ]);
  const own = external.map((server) => [
    server.name.replaceAll('-', '_'),
    server.kind === 'stdio'
      ? { transport: 'stdio', command: server.command, args: server.args, env: fromEnvironment(server.env) }
      : { transport: 'http', url: server.url, ...litellmHeaders(server.headers) },
  ]);
  const comment = `Add to LiteLLM's config.yaml. \`os.environ/NAME\` is read from its environment.
Checked for its form only: LiteLLM was not run with it.`;
  return yamlText({ mcp_servers: Object.fromEntries([...generated, ...own]) }, comment);
}

/** A bearer token from the environment is its own matter: it would not be filled in in the middle of a header. */
function litellmHeaders(headers: { readonly [name: string]: string }): JsonObject {
  const { variable, others } = partBearer(headers);
  return {
    ...(variable === undefined ? {} : { auth_type: 'bearer_token', auth_value: `os.environ/${variable}` }),
    ...(Object.keys(others).length === 0 ? {} : { static_headers: fromEnvironment(others) }),
  };
}

/** LiteLLM reads a whole value from the environment, not a part of one. */
function fromEnvironment(values: { readonly [name: string]: string }): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value.replace(/^\$\{(\w+)\}$/, 'os.environ/$1')]),
  );
}
