import { partBearer } from '../../src/model/bearer.ts';
import type { ExternalServer, Linkage, OutputFile } from '../../src/model/file.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { hubEventsUrl, hubsBetween, serverUrl } from '../../src/model/route.ts';
import { jsonText } from '../quote/json.ts';
import { tomlTable } from '../quote/toml.ts';

/** An MCP server as a client has to know it. */
export type Endpoint =
  | { readonly name: string; readonly kind: 'generated'; readonly url: string; readonly envPrefix: string }
  | { readonly name: string; readonly kind: 'hub'; readonly url: string }
  | ({ readonly kind: 'external' } & { readonly server: ExternalServer; readonly name: string });

/**
 * The MCP servers that agents connect to: APIs on the MCP route, by the hub where one is in between, and what the user has listed.
 * @param throughHub false for a client that does not speak the hub's SSE: it gets every server itself
 */
export function listEndpoints({ apis, external }: Linkage, throughHub: boolean): readonly Endpoint[] {
  const migrated = apis.filter(({ route }) => route === 'mcp');
  const hubs = throughHub ? hubsBetween(apis) : [];
  const generated = migrated
    .filter(({ hub }) => !throughHub || hub === undefined)
    .map(({ name, envPrefix }): Endpoint => ({ name, kind: 'generated', url: serverUrl(name), envPrefix }));
  // An API may be called `hub` itself.
  const entry = apis.some(({ name }) => name === 'hub') ? 'mcp-hub' : 'hub';
  const behind = hubs.map(
    (hub, index): Endpoint => ({
      name: index === 0 ? entry : `${entry}-${index + 1}`,
      kind: 'hub',
      url: hubEventsUrl(hub),
    }),
  );
  // The hub serves the user's servers too: listing them beside it would show each tool twice.
  const own = behind.length > 0 ? [] : external;
  return [
    ...behind,
    ...generated,
    ...own.map((server): Endpoint => ({ kind: 'external', name: server.name, server })),
  ];
}

/** One file per MCP client, named as the client wants it; none while there is nothing to connect to. */
export function emitClients(linkage: Linkage): OutputFile[] {
  const endpoints = listEndpoints(linkage, true);
  if (endpoints.length === 0) return [];
  return [
    file('.mcp.json', jsonText({ mcpServers: entries(endpoints, claude) })),
    file('clients/codex/config.toml', listEndpoints(linkage, false).map(codex).join('\n')),
    file('clients/gemini/settings.json', jsonText({ mcpServers: entries(endpoints, gemini) })),
    file(
      'clients/opencode/opencode.json',
      jsonText({ $schema: 'https://opencode.ai/config.json', mcp: entries(endpoints, opencode) }),
    ),
    file('clients/mcporter/mcporter.json', jsonText({ mcpServers: entries(endpoints, mcporter) })),
  ];
}

function file(path: string, content: string): OutputFile {
  return { path: `agent/${path}`, content, executable: false, ownership: 'generated' };
}

function entries(endpoints: readonly Endpoint[], entry: (endpoint: Endpoint) => JsonObject): JsonObject {
  return Object.fromEntries(endpoints.map((endpoint) => [endpoint.name, entry(endpoint)]));
}

function bearer(envPrefix: string): JsonObject {
  return { Authorization: `Bearer \${${envPrefix}_MCP_TOKEN}` };
}

/** Claude Code: `${NAME}` and `${NAME:-default}` are expanded, `type` is mandatory. */
function claude(endpoint: Endpoint): JsonObject {
  switch (endpoint.kind) {
    case 'hub':
      return { type: 'sse', url: endpoint.url };
    case 'generated':
      return {
        type: 'http',
        url: `\${${endpoint.envPrefix}_MCP_URL:-${endpoint.url}}`,
        headers: bearer(endpoint.envPrefix),
      };
    case 'external':
      return { type: endpoint.server.kind, ...launch(endpoint.server) };
  }
}

/** What most clients agree on for a server that is not ours. */
function launch(server: ExternalServer): JsonObject {
  return server.kind === 'stdio'
    ? { command: server.command, args: server.args, env: server.env }
    : { url: server.url, headers: server.headers };
}

/**
 * Gemini CLI: `httpUrl` is Streamable HTTP, `url` is SSE; `${NAME}` is expanded, without defaults. New versions prefer `url` with `type`,
 * but read this too; `type` is an error to older ones.
 */
function gemini(endpoint: Endpoint): JsonObject {
  switch (endpoint.kind) {
    case 'hub':
      return { url: endpoint.url };
    case 'generated':
      return { httpUrl: endpoint.url, headers: bearer(endpoint.envPrefix) };
    case 'external': {
      const { server } = endpoint;
      return server.kind === 'stdio' ? launch(server) : { httpUrl: server.url, headers: server.headers };
    }
  }
}

/** opencode: `{env:NAME}` is expanded; it tries Streamable HTTP, then SSE. This is the form of its version 1, which version 2 reads too. */
function opencode(endpoint: Endpoint): JsonObject {
  switch (endpoint.kind) {
    case 'hub':
      return { type: 'remote', url: endpoint.url, enabled: true };
    case 'generated':
      return {
        type: 'remote',
        url: endpoint.url,
        enabled: true,
        headers: inEnvSyntax(bearer(endpoint.envPrefix)),
      };
    case 'external': {
      const { server } = endpoint;
      return server.kind === 'stdio'
        ? {
            type: 'local',
            command: [server.command, ...server.args],
            environment: inEnvSyntax(server.env),
            enabled: true,
          }
        : { type: 'remote', url: server.url, enabled: true, headers: inEnvSyntax(server.headers) };
    }
  }
}

function inEnvSyntax(values: JsonObject): JsonObject {
  const convert = (value: Json) => String(value).replace(/\$\{(\w+)\}/g, '{env:$1}');
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));
}

/** mcporter: `baseUrl`, with `${NAME}` and `${NAME:-default}`. */
function mcporter(endpoint: Endpoint): JsonObject {
  switch (endpoint.kind) {
    case 'hub':
      return { baseUrl: endpoint.url };
    case 'generated':
      return {
        baseUrl: `\${${endpoint.envPrefix}_MCP_URL:-${endpoint.url}}`,
        headers: bearer(endpoint.envPrefix),
      };
    case 'external': {
      const { server } = endpoint;
      return server.kind === 'stdio' ? launch(server) : { baseUrl: server.url, headers: server.headers };
    }
  }
}

/** Codex: nothing is expanded in its file, so secrets are named instead (`bearer_token_env_var`, `env_http_headers`, `env_vars`). */
function codex(endpoint: Endpoint): string {
  const path = ['mcp_servers', endpoint.name];
  if (endpoint.kind === 'hub') return '';
  if (endpoint.kind === 'generated') {
    return tomlTable(path, {
      url: endpoint.url,
      bearer_token_env_var: `${endpoint.envPrefix}_MCP_TOKEN`,
    });
  }
  const { server } = endpoint;
  if (server.kind === 'stdio') {
    const [passed, fixed] = partition(server.env, ([name, value]) => value === `\${${name}}`);
    return tomlTable(path, {
      command: server.command,
      args: server.args,
      env: Object.keys(fixed).length === 0 ? undefined : fixed,
      env_vars: Object.keys(passed).length === 0 ? undefined : Object.keys(passed),
    });
  }
  const { variable, others } = partBearer(server.headers);
  const [named, fixed] = partition(others, ([, value]) => /^\$\{\w+\}$/.test(value));
  const variables = Object.entries(named).map(([name, value]) => [name, value.slice(2, -1)]);
  return tomlTable(path, {
    url: server.url,
    bearer_token_env_var: variable,
    env_http_headers: variables.length === 0 ? undefined : Object.fromEntries(variables),
    http_headers: Object.keys(fixed).length === 0 ? undefined : fixed,
  });
}

type Values = { readonly [name: string]: string };

function partition(values: Values, test: (entry: [string, string]) => boolean): [Values, Values] {
  const all = Object.entries(values);
  return [Object.fromEntries(all.filter(test)), Object.fromEntries(all.filter((entry) => !test(entry)))];
}
