import { createHash } from 'node:crypto';
import type { ApiManifest, ApiRoute, Linkage } from '../../src/model/file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { hubsBetween, wrapperMcpUrl } from '../../src/model/route.ts';
import { yamlText } from '../quote/yaml.ts';
import { externalVariables, optionalSecrets } from './environment.ts';

const COMMENT = `Made by mcpgen from the manifests of all APIs.
Fill in .env (see .env.example), then: docker compose up -d --build --wait
The hub is optional: docker compose --profile hub up -d --build --wait
After a build the same command starts anew what has changed, the hub too when its configuration has.
No port is published: agents reach the servers by name on the network \`mcp\`.`;

/**
 * One service per server, an agent that shows the intended environment, and the hub under a profile.
 * @param hubConfig text of `mcp-hub.json`
 */
export function composeFile(linkage: Linkage, hubConfig: string): string {
  const { apis } = linkage;
  const servers = apis.map((api) => [api.name, serverService(api)]);
  const services = {
    ...Object.fromEntries(servers),
    'mcp-hub': hubService(linkage, hubConfig),
    agent: agentService(linkage),
  };
  const networks = {
    mcp: { internal: true },
    egress: {},
    agent: { internal: '${AGENT_ISOLATED:-false}' },
  };
  return yamlText({ services, networks }, COMMENT);
}

const LOGGING = { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } };
const HARDENED = {
  init: true,
  read_only: true,
  tmpfs: ['/tmp'],
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  restart: 'unless-stopped',
  logging: LOGGING,
};

function required(name: string): string {
  return `\${${name}:?set ${name} in .env}`;
}

function optional(name: string): string {
  return `\${${name}:-}`;
}

/** A health check. It has no spaces: podman takes the words of a check apart again when compose tells it of them. */
function answers(url: string): readonly string[] {
  return ['CMD', 'node', '-e', `fetch('${url}').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`];
}

function serverService(api: ApiManifest): JsonObject {
  const { name, envPrefix } = api;
  const secrets: readonly (readonly [string, string])[] = [
    ...api.requiredSecrets.map((secret) => [secret, required(secret)] as const),
    ...optionalSecrets(api).map((secret) => [secret, optional(secret)] as const),
    ...api.variables.map((variable) => [variable, optional(variable)] as const),
  ];
  return {
    image: `\${${envPrefix}_MCP_IMAGE:-${name}-mcp:latest}`,
    build: { context: `../servers/${name}` },
    ...HARDENED,
    user: '65532:65532',
    mem_limit: '256m',
    // Compose gives 10 s before it kills; a server wants up to SHUTDOWN_TIMEOUT (25 s) for the calls that are running.
    stop_grace_period: '30s',
    environment: {
      HOST: '0.0.0.0',
      PORT: '8080',
      ALLOWED_HOSTS: name,
      MCP_TOKEN: required(`${envPrefix}_MCP_TOKEN`),
      [`${envPrefix}_BASE_URL`]:
        api.baseUrl === '' ? required(`${envPrefix}_BASE_URL`) : optional(`${envPrefix}_BASE_URL`),
      ...Object.fromEntries(secrets),
    },
    healthcheck: {
      test: answers('http://127.0.0.1:8080/healthz'),
      interval: '10s',
      timeout: '3s',
      retries: 3,
      start_period: '5s',
    },
    networks: ['mcp', 'egress'],
  };
}

function healthy(apis: Linkage['apis']): JsonObject {
  return Object.fromEntries(apis.map(({ name }) => [name, { condition: 'service_healthy' }]));
}

function hubService({ apis, external }: Linkage, config: string): JsonObject {
  const tokens = apis.map(({ envPrefix }) => `${envPrefix}_MCP_TOKEN`);
  const environment = [
    ...externalVariables(external).map((name) => [name, optional(name)]),
    ...tokens.map((name) => [name, required(name)]),
  ];
  return {
    profiles: ['hub'],
    image: '${MCP_HUB_IMAGE:-mcp-hub:4.2.1}',
    build: { context: '.', dockerfile: 'mcp-hub.Dockerfile' },
    ...HARDENED,
    // A command like npx puts the programs that it fetches there, and Docker mounts it so that nothing in it runs.
    tmpfs: external.some(({ kind }) => kind === 'stdio') ? ['/tmp:exec'] : ['/tmp'],
    mem_limit: '512m',
    // A mounted file stays the one that it was when a build replaces it, so the hub cannot see the new one. By this compose does: `up` makes the container anew,
    // and only then, since a server that is not up yet, or whose token the hub's environment does not have, is lost to mcp-hub until it starts again.
    labels: { 'mcpgen.config': createHash('sha256').update(config).digest('hex') },
    environment: { HOME: '/tmp', ...Object.fromEntries(environment) },
    volumes: ['./mcp-hub.json:/etc/mcp-hub/mcp-hub.json:ro'],
    healthcheck: {
      test: answers('http://127.0.0.1:37373/api/health'),
      interval: '10s',
      timeout: '3s',
      retries: 3,
      start_period: '10s',
    },
    // mcp-hub never tries a server again that was down at its start.
    depends_on: healthy(apis),
    // The servers are on the inner network; only servers of other people can be elsewhere.
    networks: external.length > 0 ? ['mcp', 'egress'] : ['mcp'],
  };
}

function agentService({ apis, external }: Linkage): JsonObject {
  // Its MCP clients go to the user's own servers too, but where a hub does.
  const own = hubsBetween(apis).length > 0 ? [] : externalVariables(external);
  return {
    image: '${AGENT_IMAGE:-agent:latest}',
    build: { context: '../agent', dockerfile: '../hub/agent.Dockerfile' },
    init: true,
    command: ['sleep', 'infinity'],
    restart: 'unless-stopped',
    logging: LOGGING,
    environment: {
      ...Object.fromEntries(own.map((name) => [name, optional(name)])),
      ...Object.fromEntries(apis.flatMap(agentEnvironment)),
    },
    depends_on: healthy(apis),
    networks: ['mcp', 'agent'],
  };
}

/** What an agent gets to know of an API: on the MCP route no secret of the API is among it. */
function agentEnvironment(api: ApiManifest & ApiRoute): [string, string][] {
  const { envPrefix } = api;
  const secrets: [string, string][] =
    api.route === 'mcp'
      ? []
      : [
          ...api.requiredSecrets.map((name): [string, string] => [name, required(name)]),
          ...optionalSecrets(api).map((name): [string, string] => [name, optional(name)]),
        ];
  return [
    [`${envPrefix}_MCP_URL`, wrapperMcpUrl(api.name, api)],
    [`${envPrefix}_MCP_TOKEN`, required(`${envPrefix}_MCP_TOKEN`)],
    ...secrets,
    ...api.variables.map((name): [string, string] => [name, optional(name)]),
  ];
}

/** The agent's image: the folder `agent/` on top of a base that has bash, curl and jq. */
export function agentDockerfile(): string {
  return `# The agent's tools in an image. Give the image that your agents run in as BASE_IMAGE.
ARG BASE_IMAGE=debian:bookworm-slim
FROM \${BASE_IMAGE}
RUN command -v curl && command -v jq || { apt-get update && apt-get install -y --no-install-recommends ca-certificates curl jq && rm -rf /var/lib/apt/lists/*; }
COPY bin/ /usr/local/bin/
COPY . /opt/agent/
RUN id -u agent 2>/dev/null || useradd -m -u 10001 agent
USER 10001
WORKDIR /home/agent
CMD ["bash"]
`;
}

/** The hub's image: mcp-hub from npm, pinned. */
export function hubDockerfile(): string {
  return `# mcp-hub has no authentication of its own: keep it on a private network.
ARG NODE_IMAGE=node:22-bookworm-slim
FROM \${NODE_IMAGE}
RUN npm install --global mcp-hub@4.2.1
USER 65532:65532
EXPOSE 37373
STOPSIGNAL SIGTERM
ENTRYPOINT ["mcp-hub", "--port", "37373", "--config", "/etc/mcp-hub/mcp-hub.json", "--watch"]
`;
}
