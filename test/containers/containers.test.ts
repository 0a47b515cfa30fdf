import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { type Environment, runCommand } from '../../src/processes.ts';
import { needs } from '../support/require.ts';
import { smallSpec } from '../support/specs.ts';
import { haveDocker, openDocker, openDockerWorkshop } from './docker.ts';
import { BASE, buildBases, NODE, openWorkshop, type PodmanWorkshop, type Workshop } from './images.ts';
import { type Container, createMachines, type Machines, type Running, until, worked } from './namespaces.ts';
import { type Engine, startPodman } from './podman.ts';

/** Namespaces and mounts are for root alone; a machine that does not allow them cannot run containers at all. */
async function mayIsolate(): Promise<boolean> {
  const { status } = await runCommand('unshare', ['--mount', '--net', 'true']);
  if (status !== 0) console.warn('skipped: containers need root and the right to make namespaces');
  return status === 0;
}

/** A daemon is used where there is one; elsewhere images are built and run without. */
const docker = await haveDocker();
const here = docker
  ? !needs('docker', 'debootstrap', 'jq', 'curl', 'npm')
  : !needs(
      'buildah',
      'podman',
      'crun',
      'catatonit',
      'debootstrap',
      'docker-compose',
      'ip',
      'setpriv',
      'jq',
      'curl',
      'npm',
    ) && (await mayIsolate());

const KEY = 'key-of-the-api';
const TOKEN = 'token-of-the-agent';
const AGENT = 'localhost/demo-agent:1';
const SERVER = 'localhost/demo-mcp:1';
const HUB = 'localhost/demo-hub:1';

let workshop: Workshop;
/** The same, where there is no daemon. */
let apart: PodmanWorkshop;
let out: string;

/** Builds what is deployed; beside the generated server the hub has it once more, as a server of the user with a header. */
async function buildOutput(header: string): Promise<void> {
  const spec = join(workshop.folder, 'demo.json');
  const config = join(workshop.folder, 'mcpgen.yaml');
  const headers = { Authorization: 'Bearer ${DEMO_MCP_TOKEN}', 'X-Header': header };
  writeFileSync(spec, smallSpec('demo'));
  writeFileSync(config, JSON.stringify({ servers: { again: { url: 'http://demo:8080/mcp', headers } } }));
  const options = { out, mode: 'write', force: false, mcp: true, config } as const;
  expect((await build([spec], options)).diagnostics).toEqual([]);
}

beforeAll(async () => {
  if (!here) return;
  if (!docker) apart = openWorkshop();
  workshop = docker ? openDockerWorkshop() : apart;
  out = join(workshop.folder, 'out');
  await buildOutput('one');
  await buildBases(workshop);
  // There compose builds them itself.
  if (docker) return;
  await workshop.build(SERVER, join(out, 'servers/demo'), { args: { NODE_IMAGE: NODE } });
  const hub = join(out, 'hub');
  await workshop.build(HUB, hub, { file: join(hub, 'mcp-hub.Dockerfile'), args: { NODE_IMAGE: NODE } });
  const agent = { file: join(hub, 'agent.Dockerfile'), args: { BASE_IMAGE: BASE } };
  await workshop.build(AGENT, join(out, 'agent'), agent);
}, 500_000);

afterAll(async () => workshop?.close(), 300_000);

/** What agents do: reads, a failure of the API, a mistake of their own, text that is hard to quote. */
const CALLS: readonly (readonly string[])[] = [
  ['list-things'],
  ['list-things', '--state', 'done'],
  ['get-thing', '1'],
  ['get-thing', 'no/such thing'],
  ['get-thing'],
  ['create-thing', '--title', 'It\'s "$HOME" `x` \\ ü'],
];

describe.skipIf(!here || docker)('images on two machines with nothing but a cable between them', () => {
  let machines: Machines;
  let agent: Container;
  let server: Running;
  const env = {
    MCP_TOKEN: TOKEN,
    DEMO_API_KEY: KEY,
    DEMO_BASE_URL: 'http://127.0.0.1:9000',
    ALLOWED_HOSTS: 'demo',
  };
  const toServer = { DEMO_MCP_TOKEN: TOKEN };
  const toHub = { ...toServer, DEMO_MCP_URL: 'http://mcp-hub:37373/api/servers/tools' };

  beforeAll(async () => {
    machines = await createMachines(apart, ['demo', 'mcp-hub']);
    const upstream = (port: string) =>
      machines.server.start(process.execPath, [
        resolve('test/containers/upstream.mjs'),
        '127.0.0.1',
        port,
        KEY,
      ]);
    // Two of them, since calls change what is there.
    for (const started of ['9000', '9001'].map(upstream)) {
      await until('the API', () => started.output().includes('listening') || started.output());
    }
    const image = await machines.server.container(SERVER);
    expect((await image.health(env)).status).toBe(1);
    server = await image.start(env);
    await until('the server', async () => worked(await image.health(env)));
    agent = await machines.agent.container(AGENT);
  }, 120_000);

  afterAll(async () => machines?.close(), 60_000);

  /** The same call by the wrapper itself, with the key, on the machine that reaches the API. */
  const directly = (words: readonly string[], port: string) =>
    machines.server.run(join(out, 'agent/bin/demo'), [...words, '--via', 'direct'], {
      DEMO_API_KEY: KEY,
      DEMO_BASE_URL: `http://127.0.0.1:${port}`,
    });

  it('an agent without key and without egress gets by MCP what the direct route gives', async () => {
    for (const words of CALLS) {
      const byMcp = await agent.run(['demo', ...words], toServer);
      const direct = await directly(words, '9001');
      expect({ words, status: byMcp.status, stdout: byMcp.stdout }).toEqual({
        words,
        status: direct.status,
        stdout: direct.stdout,
      });
    }
    expect((await directly(CALLS[0] ?? [], '9001')).stdout).toContain('ü');
    const { stdout } = await agent.run([
      'bash',
      '-c',
      'id -u; env; curl -sS --max-time 5 http://10.99.0.1:9000/things; echo "api $?"; curl -s --max-time 5 http://1.1.1.1; echo "egress $?"',
    ]);
    expect(stdout).toMatch(/^10001$/m);
    expect(stdout).not.toContain(KEY);
    expect(stdout).toMatch(/^api 7$/m);
    expect(stdout).toMatch(/^egress 7$/m);
  });

  it('--via direct there exits 3, says why, and sends nothing', async () => {
    const { status, stdout, stderr } = await agent.run(['demo', 'list-things', '--via', 'direct'], toServer);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('DEMO_API_KEY');
  });

  it('through the hub it is the same', async () => {
    const image = await machines.server.container(HUB);
    const settings = { HOME: '/tmp', DEMO_MCP_TOKEN: TOKEN };
    const config = `${join(out, 'hub/mcp-hub.json')}:/etc/mcp-hub/mcp-hub.json:ro`;
    const hub = await image.start(settings, [config]);
    const started = /1 servers started|servers started successfully/;
    await until('the hub', () => started.test(hub.output()) || hub.output());
    for (const words of CALLS.slice(0, 5)) {
      const byHub = await agent.run(['demo', ...words], toHub);
      const direct = await directly(words, '9001');
      expect({ words, status: byHub.status, stdout: byHub.stdout }).toEqual({
        words,
        status: direct.status,
        stdout: direct.stdout,
      });
    }
  });

  it('a SIGTERM ends the server with 0', async () => {
    await server.signal('SIGTERM');
    const grace = new Promise<string>((done) => setTimeout(done, 3000, 'still there after 3 s').unref());
    expect(await Promise.race([server.ended, grace])).toBe(0);
  });
});

// A wait that fails ends after a minute: the time is for machines that have other things to do.
describe.skipIf(!here)('the compose file', { timeout: 400_000 }, () => {
  let engine: Engine;
  const values = {
    DEMO_MCP_TOKEN: TOKEN,
    DEMO_API_KEY: KEY,
    DEMO_BASE_URL: 'http://upstream:9000',
    DEMO_MCP_IMAGE: SERVER,
    MCP_HUB_IMAGE: HUB,
    AGENT_IMAGE: AGENT,
    AGENT_ISOLATED: 'true',
  };
  /** The API itself, beside what the build emits. */
  const upstream = {
    image: NODE,
    init: true,
    command: ['node', '/upstream.mjs', '0.0.0.0', '9000', KEY],
    volumes: [`${resolve('test/containers/upstream.mjs')}:/upstream.mjs:ro`, './../agent:/agent:ro'],
    networks: ['egress'],
  };
  const up = async () => {
    const { status, stderr } = await engine.compose('--profile', 'hub', 'up', '--detach', '--no-build');
    if (status === 0) return;
    const logs = await engine.container('logs', await id('demo'));
    throw new Error(
      `${stderr}${logs.stdout}${logs.stderr}${JSON.stringify((await inspect('demo')).State.Health)}`,
    );
  };
  const id = async (service: string) => {
    const { stdout } = await engine.compose('--profile', 'hub', 'ps', '--quiet', service);
    return stdout.trim();
  };
  const inspect = async (service: string) =>
    JSON.parse((await engine.container('inspect', await id(service))).stdout)[0];
  const throughHub = ['DEMO_MCP_URL=http://mcp-hub:37373/api/servers/tools'];
  const inAgent = async (words: readonly string[], env: readonly string[] = []) =>
    engine.container('exec', ...env.flatMap((pair) => ['--env', pair]), await id('agent'), ...words);

  beforeAll(async () => {
    const env = join(workshop.folder, 'env');
    writeFileSync(
      env,
      Object.entries(values)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const beside = join(workshop.folder, 'beside.json');
    const builtOn = (args: Environment) => ({ build: { args } });
    const services = {
      upstream,
      demo: builtOn({ NODE_IMAGE: NODE }),
      'mcp-hub': builtOn({ NODE_IMAGE: NODE }),
      agent: builtOn({ BASE_IMAGE: BASE }),
    };
    writeFileSync(beside, JSON.stringify({ services }));
    const files = ['--file', join(out, 'hub/compose.yaml'), '--file', beside];
    const project = ['--project-name', `mcpgen${process.pid}`, ...files, '--env-file', env];
    engine = docker ? await openDocker(project) : await startPodman(apart, project);
    if (docker) expect(await engine.compose('--profile', 'hub', 'build')).toMatchObject({ status: 0 });
    await up();
  }, 600_000);

  afterAll(async () => engine?.close(), 200_000);

  it('starts hub and agent only when the server is healthy', async () => {
    const { State } = await inspect('demo');
    expect(State.Health.Status).toBe('healthy');
    const checks: readonly { ExitCode: number; End: string }[] = State.Health.Log;
    const good = checks.filter(({ ExitCode }) => ExitCode === 0).map(({ End }) => Date.parse(End));
    // The engine remembers five checks. On a slow machine the first healthy one may be forgotten: nothing but the start is known then.
    const healthy = checks.length < 5 ? Math.min(...good) : Date.parse(State.StartedAt);
    for (const service of ['agent', 'mcp-hub']) {
      expect(Date.parse((await inspect(service)).State.StartedAt)).toBeGreaterThanOrEqual(healthy);
    }
  });

  it('gives an agent without key and egress the answers of the direct route, through the hub too', async () => {
    const { NetworkSettings } = await inspect('upstream');
    const [network] = Object.values<{ IPAddress: string }>(NetworkSettings.Networks);
    const beside = ['--env', `DEMO_API_KEY=${KEY}`, '--env', 'DEMO_BASE_URL=http://127.0.0.1:9000'];
    const directly = async (words: readonly string[]) =>
      engine.container(
        'exec',
        ...beside,
        await id('upstream'),
        '/agent/bin/demo',
        ...words,
        '--via',
        'direct',
      );
    await until('the hub', async () => worked(await inAgent(['demo', 'list-things'], throughHub)));
    // An answer and a failure: the rest is the same images' affair, above.
    for (const words of CALLS.slice(2, 4)) {
      const direct = await directly(words);
      for (const env of [[], throughHub]) {
        const { status, stdout } = await inAgent(['demo', ...words], env);
        expect({ words, env, status, stdout }).toEqual({
          words,
          env,
          status: direct.status,
          stdout: direct.stdout,
        });
      }
    }
    expect((await inAgent(['env'])).stdout).not.toContain(KEY);
    expect(
      (await inAgent(['curl', '-sS', '--max-time', '5', `http://${network?.IPAddress}:9000/things`])).status,
    ).not.toBe(0);
    const direct = await inAgent(['demo', 'list-things', '--via', 'direct']);
    expect(direct.status).toBe(3);
    expect(direct.stderr).toContain('DEMO_API_KEY');
  });

  it('starts the hub anew when its configuration has changed, and nothing else', async () => {
    const ids = () => Promise.all(['mcp-hub', 'demo', 'agent', 'upstream'].map(id));
    const before = await ids();
    await up();
    expect(await ids()).toEqual(before);
    await buildOutput('two');
    await up();
    const [hub, ...others] = await ids();
    expect(hub).not.toBe(before[0]);
    expect(others).toEqual(before.slice(1));
    const config = 'cat /etc/mcp-hub/mcp-hub.json';
    const { stdout } = await engine.container('exec', await id('mcp-hub'), 'bash', '-c', config);
    expect(JSON.parse(stdout).mcpServers.again.headers['X-Header']).toBe('two');
    await until('the hub', async () => worked(await inAgent(['demo', 'list-things'], throughHub)));
  });

  it('brings a server back that was killed', async () => {
    const crash = async () => {
      const before = (await inspect('demo')).State.StartedAt;
      await engine.crash(await id('demo'));
      await until('the server is back', async () => {
        const { State, RestartCount } = await inspect('demo');
        return State.StartedAt !== before || JSON.stringify({ RestartCount, State });
      });
    };
    // Engines have been seen to leave a container stopped whose policy says otherwise: what one does twice in a row is meant.
    await crash().catch(async (error: unknown) => {
      console.warn(`killed, and not started anew: ${error}`);
      await up();
      await crash();
    });
    await until('it answers', async () => worked(await inAgent(['demo', 'list-things'])));
  });

  it('stops within three seconds, and nothing has to be killed', async () => {
    const ids = await Promise.all(['demo', 'mcp-hub', 'agent'].map(id));
    expect((await engine.compose('--profile', 'hub', 'stop', '--timeout', '3')).status).toBe(0);
    const { stdout } = await engine.container('inspect', ...ids);
    const codes = JSON.parse(stdout).map(({ State }: { State: { ExitCode: number } }) => State.ExitCode);
    // 137 is what the engine does when the time is over.
    expect(codes).not.toContain(137);
    expect(codes[0]).toBe(0);
  });
});
