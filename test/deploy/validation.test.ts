import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Service } from 'kubernetes-models/v1';
import { parse as parseToml } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { build } from '../../src/build.ts';
import { runCommand } from '../../src/processes.ts';
import { readFiles, writeFiles } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { smallSpec } from '../support/specs.ts';
import { typeErrors } from './types.ts';

/** Ten APIs: names as short and as long as they may be, names that begin alike, and one whose operations have names that are too long. */
const NAMES = [
  'a',
  'linear',
  'linear-admin',
  'git-hub',
  'github',
  'x1',
  'billing-v2',
  'a-name-of-24-characters1',
  'a-name-of-24-characters2',
  'node',
];
const LONG = `${'get the very long and winding name of an operation that says everything '.repeat(3)}twice`;
const EXTERNAL = {
  filesystem: {
    command: 'npx',
    args: ['-y', 'fs', '/workspace'],
    env: { FS_TOKEN: '${FS_TOKEN}', MODE: 'ro' },
  },
  search: {
    url: 'https://search.example.com/mcp',
    headers: { Authorization: 'Bearer ${SEARCH_TOKEN}', 'X-A': 'b' },
  },
};
const HUB = 'http://mcp-hub:37373';

let folder: string;
let files: { readonly [path: string]: string };
const json = (path: string) => JSON.parse(files[path] ?? '');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcpgen-deploy-'));
  const answer = { 200: { description: 'ok' } };
  const paths = {
    '/one': { get: { operationId: LONG, responses: answer } },
    '/two': { get: { operationId: `${LONG} again`, responses: answer } },
  };
  const specs = NAMES.map((name) => [`${name}.json`, smallSpec(name, name === 'node' ? { paths } : {})]);
  const config = JSON.stringify({ servers: EXTERNAL, profiles: { reader: { readOnly: true } } });
  writeFiles(folder, { ...Object.fromEntries(specs), 'mcpgen.yaml': config });
  const run = async (names: readonly string[], options: object) => {
    const { diagnostics } = await build(
      names.map((name) => join(folder, `${name}.json`)),
      {
        out: join(folder, 'out'),
        mode: 'write',
        force: false,
        config: join(folder, 'mcpgen.yaml'),
        ...options,
      },
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  };
  // Three on the direct route, five by MCP, two of these through a hub.
  await run(NAMES, { profiles: ['reader'] });
  await run(NAMES.slice(3), { mcp: true });
  await run(NAMES.slice(8), { hub: HUB });
  files = readFiles(join(folder, 'out'));
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ten APIs in one output', () => {
  it('are one hub configuration and one compose file, each API once, with the servers of the user', () => {
    const all = [...NAMES].sort();
    expect(Object.keys(json('hub/mcp-hub.json').mcpServers).sort()).toEqual(
      [...all, 'filesystem', 'search'].sort(),
    );
    const { services } = parse(files['hub/compose.yaml'] ?? '');
    expect(Object.keys(services).sort()).toEqual([...all, 'agent', 'mcp-hub'].sort());
    const images = Object.values<{ image: string }>(services).map(({ image }) => image);
    expect(new Set(images).size).toBe(images.length);
    expect(Object.keys(json('agent/.mcp.json').mcpServers).sort()).toEqual(
      [...NAMES.slice(3, 8), 'hub'].sort(),
    );
  });

  it('have environment variables of their own, as secrets of others are none of their business', () => {
    const { services } = parse(files['hub/compose.yaml'] ?? '');
    const keys = NAMES.map((name) => `${name.toUpperCase().replaceAll('-', '_')}_API_KEY`);
    for (const [index, name] of NAMES.entries()) {
      const { environment } = services[name];
      expect(keys.filter((key) => Object.hasOwn(environment, key))).toEqual([keys[index]]);
    }
    expect(keys.filter((key) => Object.hasOwn(services.agent.environment, key))).toEqual(keys.slice(0, 3));
  });

  it('have tools whose longest rendering fits and is nobody else’s', () => {
    const rendered = NAMES.flatMap((name) =>
      json(`servers/${name}/manifest.json`).operations.map(
        ({ tool }: { tool: string }) => `mcp__hub__${name}__${tool}`,
      ),
    );
    for (const name of rendered) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(new Set(rendered).size).toBe(9 * 3 + 2);
  });
});

describe('Kubernetes', () => {
  it('takes every manifest, and knows every field of it', () => {
    const manifests = NAMES.flatMap((name) => parseAllDocuments(files[`hub/k8s/${name}.yaml`] ?? ''));
    const values = manifests.map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS();
    });
    expect(values).toHaveLength(30);
    const kinds = {
      Deployment: { make: Deployment, type: "import('kubernetes-models/apps/v1').IDeployment" },
      Service: { make: Service, type: "import('kubernetes-models/v1').IService" },
      HorizontalPodAutoscaler: {
        make: HorizontalPodAutoscaler,
        type: "import('kubernetes-models/autoscaling/v2').IHorizontalPodAutoscaler",
      },
    };
    const typed = values.map((value) => {
      const { make, type } = kinds[value.kind as keyof typeof kinds];
      new make(value).validate();
      for (const name of [value.metadata.name, ...Object.values(value.metadata.labels)]) {
        expect(name).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
      }
      return { type, value };
    });
    expect(typeErrors(typed)).toEqual([]);
    // Both judges can say no.
    const [first] = values;
    expect(() => new Deployment({ ...first, spec: { ...first.spec, replicas: 'two' } }).validate()).toThrow();
    expect(
      typeErrors([{ type: kinds.Deployment.type, value: { ...first, spec: { ...first.spec, replica: 2 } } }]),
    ).toEqual([expect.stringContaining('replica')]);
  });
});

describe.skipIf(needs('docker-compose'))('docker-compose', () => {
  it('takes the file, once every secret is set and not before', async () => {
    const cwd = join(folder, 'out/hub');
    const example = files['hub/.env.example'] ?? '';
    writeFiles(cwd, { env: example.replaceAll(/^(\w+)=$/gm, '$1=value'), empty: example });
    const config = (env: string) =>
      runCommand('docker-compose', ['-f', 'compose.yaml', '--env-file', env, 'config', '--quiet'], { cwd });
    expect(await config('env')).toMatchObject({ status: 0, stderr: '' });
    expect(await config('empty')).toMatchObject({ status: 1, stderr: expect.stringContaining('in .env') });
  });
});

/** The forms that the clients document; nothing beside them is allowed. */
const words = z.record(z.string(), z.string());
const stdio = { command: z.string(), args: z.array(z.string()), env: words };
const claude = z.strictObject({
  mcpServers: z.record(
    z.string().regex(/^[A-Za-z0-9_-]+$/),
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('stdio'), ...stdio }),
      z.strictObject({ type: z.literal('http'), url: z.string(), headers: words.optional() }),
      z.strictObject({ type: z.literal('sse'), url: z.string(), headers: words.optional() }),
    ]),
  ),
});
const gemini = z.strictObject({
  mcpServers: z.record(
    // Its documentation asks for names without underscores: they part server and tool.
    z.string().regex(/^[^_]+$/),
    z.union([
      z.strictObject(stdio),
      z.strictObject({ httpUrl: z.url(), headers: words }),
      z.strictObject({ url: z.url() }),
    ]),
  ),
});
const codex = z.strictObject({
  mcp_servers: z.record(
    z.string().regex(/^[A-Za-z0-9_-]+$/),
    z.union([
      z.strictObject({
        command: z.string(),
        args: z.array(z.string()).optional(),
        env: words.optional(),
        env_vars: z.array(z.string()).optional(),
      }),
      z.strictObject({
        url: z.url(),
        bearer_token_env_var: z
          .string()
          .regex(/^[A-Z0-9_]+$/)
          .optional(),
        http_headers: words.optional(),
        env_http_headers: words.optional(),
      }),
    ]),
  ),
});

describe.each(['agent', 'profiles/reader/agent'])('clients, in %s', (root) => {
  it('Claude Code: every entry has a type, and ${NAME:-default} is well-formed', () => {
    const { mcpServers } = claude.parse(json(`${root}/.mcp.json`));
    for (const entry of Object.values(mcpServers)) {
      if (entry.type === 'stdio') continue;
      const url = entry.url.replace(/\$\{[A-Z0-9_]+:-([^}]*)\}/, '$1');
      expect(() => new URL(url)).not.toThrow();
      expect(
        Object.values(entry.headers ?? {})
          .join()
          .replaceAll(/\$\{[A-Z0-9_]+\}/g, ''),
      ).not.toContain('$');
    }
  });

  it('Gemini CLI', () => {
    gemini.parse(json(`${root}/clients/gemini/settings.json`));
  });

  it('Codex: TOML without the hub, which it cannot speak to', () => {
    const { mcp_servers } = codex.parse(parseToml(files[`${root}/clients/codex/config.toml`] ?? ''));
    expect(Object.keys(mcp_servers)).toEqual(expect.arrayContaining(NAMES.slice(3)));
    expect(Object.keys(mcp_servers)).not.toContain('hub');
  });

  it('opencode: by the type that it publishes', () => {
    const type = "import('@opencode-ai/sdk').Config";
    const value = json(`${root}/clients/opencode/opencode.json`);
    expect(typeErrors([{ type, value }])).toEqual([]);
    const wrong = { ...value, mcp: { one: { type: 'http', url: 'x' } } };
    expect(typeErrors([{ type, value: wrong }])).not.toEqual([]);
  });
});

/** What the gateways' own configuration types know, without what is not used here; an unknown field is an error. */
const dockerCatalog = z.strictObject({
  registry: z.record(
    z.string().min(1),
    z.strictObject({
      type: z.enum(['server', 'remote', 'poci']),
      title: z.string(),
      description: z.string(),
      remote: z.strictObject({
        url: z.url(),
        transport_type: z.enum(['http', 'sse', 'streamable-http']),
        headers: words,
      }),
      secrets: z
        .array(z.strictObject({ name: z.string(), env: z.string().regex(/^[A-Z0-9_]+$/) }))
        .optional(),
    }),
  ),
});
const target = { name: z.string().min(1) };
const agentgateway = z.strictObject({
  mcp: z.strictObject({
    port: z.int().min(0).max(65535),
    targets: z.array(
      z.union([
        z.strictObject({
          ...target,
          mcp: z.strictObject({ host: z.url() }),
          policies: z
            .strictObject({
              backendAuth: z.strictObject({ key: z.string().regex(/^\$[A-Z0-9_]+$/) }).optional(),
              requestHeaderModifier: z.strictObject({ set: words }).optional(),
            })
            .optional(),
        }),
        z.strictObject({
          ...target,
          stdio: z.strictObject({ cmd: z.string(), args: z.array(z.string()), env: words }),
        }),
      ]),
    ),
  }),
});
const litellm = z.strictObject({
  mcp_servers: z.record(
    // It parts server and tool by a hyphen.
    z.string().regex(/^[A-Za-z0-9_]+$/),
    z.union([
      z.strictObject({
        transport: z.enum(['http', 'sse']),
        url: z.url(),
        description: z.string().optional(),
        auth_type: z.enum(['none', 'api_key', 'bearer_token', 'basic', 'authorization', 'token']).optional(),
        auth_value: z.string().startsWith('os.environ/').optional(),
        static_headers: words.optional(),
      }),
      z.strictObject({ transport: z.literal('stdio'), ...stdio }),
    ]),
  ),
});

describe('registrations', () => {
  const registration = (name: string) => parse(files[`hub/registrations/${name}.yaml`] ?? '');

  it('docker/mcp-gateway: every server with an address, and where its token comes from', () => {
    const { registry } = dockerCatalog.parse(registration('docker-mcp-gateway'));
    expect(Object.keys(registry).sort()).toEqual([...NAMES, 'search'].sort());
    for (const name of NAMES) {
      const variable = registry[name]?.secrets?.[0]?.env;
      expect(registry[name]?.remote.headers).toEqual({ Authorization: `Bearer \${${variable}}` });
    }
  });

  it('agentgateway: every server, each with its token, and the headers of the user', () => {
    const { targets } = agentgateway.parse(registration('agentgateway')).mcp;
    expect(targets.map(({ name }) => name).sort()).toEqual([...NAMES, ...Object.keys(EXTERNAL)].sort());
    expect(targets.find(({ name }) => name === 'search')).toMatchObject({
      policies: { requestHeaderModifier: { set: { Authorization: 'Bearer $SEARCH_TOKEN', 'X-A': 'b' } } },
    });
  });

  it('LiteLLM: every server under a name that it takes', () => {
    const { mcp_servers } = litellm.parse(registration('litellm'));
    expect(Object.keys(mcp_servers)).toHaveLength(NAMES.length + 2);
    expect(mcp_servers.search).toEqual({
      transport: 'http',
      url: EXTERNAL.search.url,
      auth_type: 'bearer_token',
      auth_value: 'os.environ/SEARCH_TOKEN',
      static_headers: { 'X-A': 'b' },
    });
  });
});

describe('everything that is emitted', () => {
  it('is what its name says: JSON, YAML or TOML', () => {
    for (const [path, text] of Object.entries(files)) {
      if (path.endsWith('.json')) expect(() => JSON.parse(text), path).not.toThrow();
      if (path.endsWith('.toml')) expect(() => parseToml(text), path).not.toThrow();
      if (!path.endsWith('.yaml')) continue;
      for (const document of parseAllDocuments(text, { strict: true, uniqueKeys: true })) {
        expect(document.errors, path).toEqual([]);
      }
    }
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['agent', 'hub', 'profiles', 'servers']);
  });
});
