import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { emitHub } from '../../generators/hub/emit.ts';
import { settingsHelp } from '../../generators/server/runtime/settings.ts';
import type { Linkage } from '../../src/model/file.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { EXTERNAL, linkage, linkedApi } from '../support/linkage.ts';
import { needs } from '../support/require.ts';

const HUB = 'http://mcp-hub:37373';
const HOSTILE = 'x"\n  evil: ${HOME} `id` $(id) # \'';

function emit(linked: Linkage): { readonly [path: string]: string } {
  return Object.fromEntries(emitHub(linked).map(({ path, content }) => [path, content]));
}

describe('what a route changes', () => {
  it("is the overview page and the agent's environment alone", () => {
    const before = emit(linkage([linkedApi('github'), linkedApi('linear')]));
    const after = emit(linkage([linkedApi('github'), linkedApi('linear', { route: 'mcp', hub: HUB })]));
    const changed = Object.keys(before).filter((path) => before[path] !== after[path]);
    expect(changed).toEqual(['hub/index.html', 'hub/compose.yaml']);
    const [old, fresh] = [parse(before['hub/compose.yaml'] ?? ''), parse(after['hub/compose.yaml'] ?? '')];
    expect(old.services.agent.environment).toMatchObject({
      LINEAR_API_KEY: '${LINEAR_API_KEY:?set LINEAR_API_KEY in .env}',
      LINEAR_MCP_URL: 'http://linear:8080/mcp',
    });
    expect(fresh.services.agent.environment).toMatchObject({
      LINEAR_MCP_URL: 'http://mcp-hub:37373/api/servers/tools',
      GITHUB_API_KEY: '${GITHUB_API_KEY:?set GITHUB_API_KEY in .env}',
    });
    expect(Object.keys(fresh.services.agent.environment)).not.toContain('LINEAR_API_KEY');
    delete old.services.agent.environment;
    delete fresh.services.agent.environment;
    expect(fresh).toEqual(old);
  });
});

it.each([[['X_TOKEN']], [[]]])(
  'an agent by MCP gets no secret of the API, whichever it is (required: %j)',
  (requiredSecrets) => {
    const secrets = ['X_TOKEN', 'X_USERNAME', 'X_PASSWORD', 'X_CLIENT_ID', 'X_CLIENT_SECRET'];
    const environment = (route: 'direct' | 'mcp') =>
      Object.keys(
        parse(emit(linkage([linkedApi('x', { secrets, requiredSecrets, route })]))['hub/compose.yaml'] ?? '')
          .services.agent.environment,
      );
    expect(environment('direct')).toEqual(expect.arrayContaining(secrets));
    expect(environment('mcp').filter((name) => secrets.includes(name))).toEqual([]);
  },
);

describe('compose.yaml', () => {
  const { services } = parse(emit(linkage([linkedApi('linear')], EXTERNAL))['hub/compose.yaml'] ?? '');

  it('has a hardened service with a health check per server, no published port, and a hub under a profile', () => {
    expect(Object.keys(services)).toEqual(['linear', 'mcp-hub', 'agent']);
    expect(services.linear).toMatchObject({
      init: true,
      read_only: true,
      user: '65532:65532',
      mem_limit: '256m',
      logging: { options: { 'max-size': '10m' } },
      environment: {
        MCP_TOKEN: '${LINEAR_MCP_TOKEN:?set LINEAR_MCP_TOKEN in .env}',
        LINEAR_API_KEY: '${LINEAR_API_KEY:?set LINEAR_API_KEY in .env}',
        LINEAR_TEAM_ID: '${LINEAR_TEAM_ID:-}',
      },
    });
    expect(services.linear.healthcheck.test[0]).toBe('CMD');
    for (const service of Object.values(services)) expect(service).not.toHaveProperty('ports');
    expect(services['mcp-hub']).toMatchObject({
      profiles: ['hub'],
      depends_on: { linear: { condition: 'service_healthy' } },
      environment: { FS_TOKEN: '${FS_TOKEN:-}', SEARCH_TOKEN: '${SEARCH_TOKEN:-}', TEAM: '${TEAM:-}' },
    });
  });

  it('does not demand secrets that are alternatives', () => {
    const api = linkedApi('x', { secrets: ['X_TOKEN', 'X_CLIENT_ID'], requiredSecrets: [] });
    const compose = parse(emit(linkage([api]))['hub/compose.yaml'] ?? '');
    expect(compose.services.x.environment).toMatchObject({
      X_TOKEN: '${X_TOKEN:-}',
      X_CLIENT_ID: '${X_CLIENT_ID:-}',
    });
  });

  it.skipIf(needs('docker-compose'))('is accepted by docker-compose with .env.example filled in', () => {
    const folder = temporaryFolder();
    const apis = Array.from({ length: 10 }, (_, index) => linkedApi(`api-${index}`, { title: HOSTILE }));
    const files = emit(linkage(apis, EXTERNAL));
    const environment = (files['hub/.env.example'] ?? '').replace(/^(\w+)=$/gm, '$1=secret');
    const contexts = [...apis.map(({ name }) => `servers/${name}/Dockerfile`), 'agent/AGENTS.md'];
    writeFiles(folder, { ...files, 'hub/.env': environment, 'hub/empty': '' });
    writeFiles(folder, Object.fromEntries(contexts.map((path) => [path, ''])));
    const file = join(folder, 'hub/compose.yaml');
    const config = spawnSync('docker-compose', ['-f', file, 'config'], {
      cwd: join(folder, 'hub'),
      encoding: 'utf8',
    });
    expect(config.stderr).toBe('');
    expect(config.status).toBe(0);
    const services = Object.keys(parse(config.stdout).services);
    expect(services).toEqual(expect.arrayContaining(['agent', 'api-0', 'api-9']));
    const empty = spawnSync('docker-compose', ['-f', file, '--env-file', 'empty', 'config'], {
      cwd: join(folder, 'hub'),
      encoding: 'utf8',
    });
    expect(empty.stderr).toContain('in .env');
  });
});

describe("the user's own servers", () => {
  const environment = (...apis: Parameters<typeof linkage>[0]) =>
    Object.keys(parse(emit(linkage(apis, EXTERNAL))['hub/compose.yaml'] ?? '').services.agent.environment);

  it('have their variables where agents go to them: in the agent, or behind a hub in the hub alone', () => {
    const own = ['FS_TOKEN', 'SEARCH_TOKEN', 'TEAM'];
    expect(environment(linkedApi('linear', { route: 'mcp' }))).toEqual(expect.arrayContaining(own));
    const behind = environment(linkedApi('linear', { route: 'mcp', hub: HUB }), linkedApi('github'));
    expect(behind.filter((name) => own.includes(name))).toEqual([]);
  });

  it('can be programs that the hub fetches: they run where it puts them', () => {
    const hub = (linked: Linkage) => parse(emit(linked)['hub/compose.yaml'] ?? '').services['mcp-hub'];
    expect(hub(linkage([linkedApi('linear')], EXTERNAL)).tmpfs).toEqual(['/tmp:exec']);
    expect(hub(linkage([linkedApi('linear')], EXTERNAL.slice(1))).tmpfs).toEqual(['/tmp']);
  });
});

describe('mcp-hub.json', () => {
  it('has an object with a literal URL per server, with the servers of the user', () => {
    const files = emit(linkage([linkedApi('github', { route: 'mcp' }), linkedApi('linear')], EXTERNAL));
    const { mcpServers } = JSON.parse(files['hub/mcp-hub.json'] ?? '');
    expect(Object.keys(mcpServers)).toEqual(['github', 'linear', 'filesystem', 'search']);
    expect(mcpServers.linear).toEqual({
      url: 'http://linear:8080/mcp',
      headers: { Authorization: 'Bearer ${LINEAR_MCP_TOKEN}' },
    });
    expect(mcpServers.filesystem.command).toBe('npx');
  });
});

describe('the hub in compose.yaml', () => {
  const hub = (linked: Linkage) => parse(emit(linked)['hub/compose.yaml'] ?? '').services['mcp-hub'];

  it('is another service when its configuration is another, and the same whatever the routes are', () => {
    const search = (url: string) =>
      hub(linkage([linkedApi('linear')], [{ name: 's', description: '', kind: 'http', url, headers: {} }]));
    const [one, other] = [search('http://one/mcp'), search('http://other/mcp')];
    expect(other).toEqual({ ...one, labels: expect.anything() });
    expect(other.labels).not.toEqual(one.labels);
    expect(hub(linkage([linkedApi('linear', { route: 'mcp' })]))).toEqual(
      hub(linkage([linkedApi('linear')])),
    );
  });

  it('demands the token of a server even where a server of the user shows it too', () => {
    const headers = { Authorization: 'Bearer ${LINEAR_MCP_TOKEN}' };
    const own = { name: 's', description: '', kind: 'http', url: 'http://s/mcp', headers } as const;
    expect(hub(linkage([linkedApi('linear')], [own])).environment.LINEAR_MCP_TOKEN).toContain(':?');
  });
});

describe('registrations and Kubernetes', () => {
  it('hold every server in the form of the gateway', () => {
    const files = emit(linkage([linkedApi('my-api', { title: HOSTILE, description: HOSTILE })], EXTERNAL));
    const docker = parse(files['hub/registrations/docker-mcp-gateway.yaml'] ?? '');
    expect(docker.registry['my-api']).toMatchObject({
      type: 'remote',
      remote: { url: 'http://my-api:8080/mcp', transport_type: 'http' },
    });
    expect(files['hub/registrations/docker-mcp-gateway.yaml']).toMatch(/^# .*filesystem$/m);
    // The gateway fills in nothing that an entry does not name as a secret.
    for (const { remote, secrets } of Object.values<{
      remote: { headers: object };
      secrets: { name: string; env: string }[];
    }>(docker.registry)) {
      const used = [...JSON.stringify(remote.headers).matchAll(/\$\{(\w+)\}/g)].map((match) => match[1]);
      expect(secrets.map(({ env }) => env).sort()).toEqual(used.sort());
      expect(new Set(secrets.map(({ name }) => name)).size).toBe(secrets.length);
    }
    const gateway = parse(files['hub/registrations/agentgateway.yaml'] ?? '');
    expect(gateway.mcp.targets.map(({ name }: { name: string }) => name)).toEqual([
      'my-api',
      'filesystem',
      'search',
    ]);
    expect(gateway.mcp.targets[1].stdio.env).toEqual({ FS_TOKEN: '$FS_TOKEN', MODE: 'ro' });
    const litellm = parse(files['hub/registrations/litellm.yaml'] ?? '');
    expect(Object.keys(litellm.mcp_servers)).toEqual(['my_api', 'filesystem', 'search']);
    expect(litellm.mcp_servers.my_api.auth_value).toBe('os.environ/MY_API_MCP_TOKEN');
  });

  it('has Deployment, Service and autoscaler that belong together', () => {
    const files = emit(linkage([linkedApi('linear')]));
    const documents = parseAllDocuments(files['hub/k8s/linear.yaml'] ?? '');
    const [deployment, service, scaler] = documents.map((document) => document.toJS());
    expect([deployment.kind, service.kind, scaler.kind]).toEqual([
      'Deployment',
      'Service',
      'HorizontalPodAutoscaler',
    ]);
    expect(deployment.spec.template.metadata.labels).toMatchObject(deployment.spec.selector.matchLabels);
    expect(deployment.spec.template.metadata.labels).toMatchObject(service.spec.selector);
    const [container] = deployment.spec.template.spec.containers;
    expect(container.readinessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(scaler.spec.scaleTargetRef.name).toBe(deployment.metadata.name);
  });

  it('say what has to be in the secret: the address where the document has none, and the ways to sign in', () => {
    const api = linkedApi('x', { secrets: ['X_KEY', 'X_TOKEN'], requiredSecrets: [], baseUrl: '' });
    const text = emit(linkage([api]))['hub/k8s/x.yaml'] ?? '';
    expect(text).toMatch(/^# kubectl create secret .*MCP_TOKEN=… --from-literal=X_BASE_URL=…$/m);
    expect(text).toMatch(/^# .*X_KEY, X_TOKEN$/m);
  });

  it('give running calls the time that the server takes for them', () => {
    const grace = settingsHelp.find(({ name }) => name === 'SHUTDOWN_TIMEOUT')?.value;
    const files = emit(linkage([linkedApi('linear')]));
    const { stop_grace_period } = parse(files['hub/compose.yaml'] ?? '').services.linear;
    expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(Number(grace));
    const [deployment] = parseAllDocuments(files['hub/k8s/linear.yaml'] ?? '').map((one) => one.toJS());
    const { spec } = deployment.spec.template;
    const pause = spec.containers[0].lifecycle.preStop.sleep.seconds;
    expect(spec.terminationGracePeriodSeconds - pause).toBeGreaterThan(Number(grace));
  });
});

describe('.env.example', () => {
  it('names every variable that compose.yaml reads, and is one that a shell can source', () => {
    const api = linkedApi('linear', { title: HOSTILE, baseUrl: "https://x.example/a b'c$(touch pwned)" });
    const files = emit(linkage([api], EXTERNAL));
    const example = files['hub/.env.example'] ?? '';
    const read = [...(files['hub/compose.yaml'] ?? '').matchAll(/\$\{(\w+):\?/g)].map((match) => match[1]);
    for (const name of read) expect(example).toMatch(new RegExp(`^${name}=`, 'm'));
    const folder = temporaryFolder();
    writeFiles(folder, { env: example.replace(/^#(\w+=)/gm, '$1') });
    const shell = spawnSync('bash', ['-c', 'set -eu; . ./env; ls'], { cwd: folder, encoding: 'utf8' });
    expect(shell).toMatchObject({ status: 0, stdout: 'env\n', stderr: '' });
  });
});
