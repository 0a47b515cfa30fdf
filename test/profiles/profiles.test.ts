import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type BuildOptions, build } from '../../src/build.ts';
import { runCommand, startServer } from '../../src/processes.ts';
import { mcpgen } from '../support/cli.ts';
import { readFiles, temporaryFolder, writeFiles } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { smallSpec } from '../support/specs.ts';

const CONFIG = {
  servers: { filesystem: { command: 'npx', args: ['fs'] } },
  profiles: {
    orchestrator: null,
    developer: { apis: { alpha: null }, servers: ['filesystem'] },
    tester: { readOnly: true },
    writer: { apis: { beta: { include: { operationId: ['*Thing'] }, exclude: { path: ['/things/*'] } } } },
  },
};
const BOTH = ['specs/a.json', 'specs/b.json'];

/** A folder with two specs and mcpgen.yaml, and builds in it. */
function project(config: unknown = CONFIG) {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const configure = (next: unknown) => writeFiles(folder, { 'mcpgen.yaml': JSON.stringify(next) });
  writeFiles(folder, { 'specs/a.json': smallSpec('alpha'), 'specs/b.json': smallSpec('beta') });
  configure(config);
  const run = async (specs: readonly string[], options: Partial<BuildOptions> = {}) => {
    const { diagnostics, changes } = await build(
      specs.map((name) => join(folder, name)),
      { out, mode: 'write', force: false, config: join(folder, 'mcpgen.yaml'), ...options },
    );
    return {
      diagnostics,
      codes: diagnostics.map(({ code }) => code),
      stale: changes.filter(({ kind }) => kind !== 'unchanged').map(({ path, kind }) => `${kind} ${path}`),
    };
  };
  return { folder, out, configure, run, files: () => readFiles(out) };
}

/** The files of a profile, without its folder. */
function below(files: { readonly [path: string]: string }, profile: string) {
  const root = `profiles/${profile}/`;
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, text]) =>
      path.startsWith(root) ? [[path.slice(root.length), text]] : [],
    ),
  );
}

async function commands(wrapper: string): Promise<readonly string[]> {
  const { stdout } = await runCommand('bash', [wrapper, 'commands'], {});
  return stdout.split('\n').flatMap((line) => /^[a-z-]+/.exec(line)?.[0] ?? []);
}

describe('a profile', () => {
  it('has the commands, the skill, the client files and the token entry of exactly its operations', async () => {
    const { out, run, files } = project();
    const { codes } = await run(BOTH, { mcp: true, profiles: Object.keys(CONFIG.profiles) });
    expect(codes).toEqual([]);
    const all = files();
    const token = (profile: string, api: string) =>
      JSON.parse(all[`profiles/${profile}/tokens/${api}.json`] ?? 'null');

    const developer = below(all, 'developer');
    expect(Object.keys(developer)).toEqual([
      'agent/.gitattributes',
      'agent/.mcp.json',
      'agent/AGENTS.md',
      'agent/bin/alpha',
      'agent/clients/codex/config.toml',
      'agent/clients/gemini/settings.json',
      'agent/clients/mcporter/mcporter.json',
      'agent/clients/opencode/opencode.json',
      'agent/manifest.json',
      'agent/skills/alpha/SKILL.md',
      'tokens/alpha.json',
    ]);
    expect(Object.keys(JSON.parse(developer['agent/.mcp.json'] ?? '').mcpServers)).toEqual([
      'alpha',
      'filesystem',
    ]);
    expect(developer['agent/bin/alpha']).toBe(all['agent/bin/alpha']);
    expect(token('developer', 'alpha')).toEqual([{ name: 'developer', sha256: '' }]);

    const reads = ['get-thing', 'list-things'];
    expect([...(await commands(join(out, 'profiles/tester/agent/bin/beta')))].sort()).toEqual(reads);
    expect(token('tester', 'beta')).toEqual([
      { name: 'tester', sha256: '', tools: ['list_things', 'get_thing'] },
    ]);
    expect(Object.keys(JSON.parse(below(all, 'tester')['agent/.mcp.json'] ?? '').mcpServers)).toEqual([
      'alpha',
      'beta',
    ]);
    expect(below(all, 'tester')['agent/AGENTS.md']).toContain('2 commands');

    expect(await commands(join(out, 'profiles/writer/agent/bin/beta'))).toEqual(['create-thing']);
    expect(token('writer', 'beta')).toEqual([{ name: 'writer', sha256: '', tools: ['create_thing'] }]);
    expect(token('writer', 'alpha')).toBeNull();

    const orchestrator = below(all, 'orchestrator');
    for (const [path, text] of Object.entries(orchestrator)) {
      if (path.startsWith('agent/') && path !== 'agent/manifest.json') expect(all[path]).toBe(text);
    }
  });

  it('refuses what is not in it as it refuses what does not exist', async () => {
    const { out, run } = project();
    await run(BOTH, { profiles: ['tester'] });
    const wrapper = join(out, 'profiles/tester/agent/bin/alpha');
    const create = await runCommand('bash', [wrapper, 'create-thing', '--title', 'T', '--dry-run'], {});
    const nothing = await runCommand('bash', [wrapper, 'create-nothing', '--dry-run'], {});
    expect([create.status, nothing.status]).toEqual([2, 2]);
    const whole = join(out, 'agent/bin/alpha');
    const given = { env: { ALPHA_API_KEY: 'k' } };
    expect(
      (await runCommand('bash', [whole, 'create-thing', '--title', 'T', '--dry-run'], given)).status,
    ).toBe(0);
  });

  it('goes to the servers themselves when other agents go through a hub', async () => {
    const { run, files } = project();
    await run(BOTH, { mcp: true, hub: 'http://mcp-hub:37373', profiles: ['developer'] });
    const { mcpServers } = JSON.parse(below(files(), 'developer')['agent/.mcp.json'] ?? '');
    expect(mcpServers.alpha.url).toContain('http://alpha:8080/mcp');
    expect(mcpServers.hub).toBeUndefined();
    expect(below(files(), 'developer')['agent/bin/alpha']).toContain('MCP_URL=http://alpha:8080/mcp');
  });
});

describe('profiles and later builds', () => {
  it('are made when they are asked for, kept up to date after that, and go with their entry', async () => {
    const { run, files, configure } = project();
    await run(BOTH);
    const before = files();
    expect(Object.keys(before).filter((path) => path.startsWith('profiles/'))).toEqual([]);
    await run(BOTH, { profiles: ['tester'] });
    expect((await run(BOTH, { mode: 'check' })).stale).toEqual([]);
    const direct = files();
    await run(BOTH, { mcp: true });
    expect(below(files(), 'tester')['agent/bin/alpha']).toContain('ROUTE_DEFAULT=mcp');
    await run(BOTH, { mcp: false });
    expect(files()).toEqual(direct);
    configure({ servers: CONFIG.servers });
    expect((await run(BOTH)).codes).toEqual([]);
    expect(files()).toEqual(before);
  });

  it('are checked, edited files of them are named, and --force drops the edit', async () => {
    const { out, run, files, configure } = project();
    await run(BOTH, { profiles: ['developer'] });
    const made = files();
    writeFiles(out, { 'profiles/developer/agent/AGENTS.md': 'mine\n' });
    expect((await run(BOTH, { mode: 'check' })).stale).toEqual(['edited profiles/developer/agent/AGENTS.md']);
    expect((await run(BOTH)).codes).toEqual(['edited']);
    await run(BOTH, { force: true });
    expect(files()).toEqual(made);
    configure({ ...CONFIG, profiles: { developer: { readOnly: true } } });
    const { stale } = await run(BOTH, { mode: 'check' });
    expect(stale).toContain('update profiles/developer/tokens/alpha.json');
    expect(stale).toContain('create profiles/developer/tokens/beta.json');
  });

  it('say when a command cannot be made anew because its spec is not part of the build', async () => {
    const { run, files, configure } = project();
    await run(BOTH, { profiles: ['tester'] });
    const made = files();
    expect((await run(['specs/a.json'])).codes).toEqual([]);
    expect(files()).toEqual(made);
    configure({ ...CONFIG, profiles: { tester: null } });
    for (const _ of [1, 2]) expect((await run(['specs/a.json'])).codes).toEqual(['profile-stale']);
    expect((await run(BOTH)).codes).toEqual([]);
    expect(below(files(), 'tester')['agent/bin/beta']).toBe(files()['agent/bin/beta']);
  });
});

describe('mistakes in profiles', () => {
  it('are named at their place', async () => {
    const { run } = project({
      profiles: {
        one: {
          apis: { alhpa: null, beta: { include: { operationId: ['createThings'], tag: ['things'] } } },
          servers: ['files'],
        },
      },
    });
    const { diagnostics } = await run(BOTH, { profiles: ['one'] });
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      ['profile-no-match', 'did you mean `alpha`?'],
      ['profile-no-match', 'did you mean `createThing`?'],
      ['profile-no-match', undefined],
    ]);
    expect(diagnostics[1]?.origin).toMatchObject({ pointer: '/profiles/one/apis/beta/include/operationId' });
  });

  it('stop the build where a role or a key is unknown', async () => {
    const { run, files, configure } = project();
    const unknown = await run(BOTH, { profiles: ['devloper'] });
    expect(unknown.diagnostics).toMatchObject([
      { code: 'profile-unknown', hint: 'did you mean `developer`?' },
    ]);
    configure({ profiles: { tester: { readonly: true } } });
    expect((await run(BOTH)).codes).toEqual(['config-invalid']);
    expect(() => files()).toThrow();
  });
});

describe('--profile', () => {
  it('can be repeated and swallows no spec', async () => {
    const { folder } = project();
    const specs = BOTH.map((name) => join(folder, name));
    const args = ['build', '--profile', 'tester', ...specs, '--profile=writer', '--json'];
    const { status, stdout, stderr } = await mcpgen(args, { cwd: folder });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('profiles/tester/agent/bin/beta');
    expect(stdout).toContain('profiles/writer/agent/bin/beta');
    expect((await mcpgen(['build', ...specs, '--profile'], { cwd: folder })).status).toBe(2);
  });
});

describe.skipIf(needs('jq'))('the boundary', () => {
  it('is the server: a token of a role calls and lists what the profile gives, by whatever client', async () => {
    const { out, run, files } = project();
    await run(BOTH, { mcp: true, profiles: ['tester'] });
    const asked: string[] = [];
    const api = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.setHeader('content-type', 'application/json').end('{"ok":true}');
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    onTestFinished(() => void api.close());
    const address = api.address();
    const port = typeof address === 'object' ? address?.port : undefined;

    const template: readonly object[] = JSON.parse(files()['profiles/tester/tokens/alpha.json'] ?? '');
    const sha256 = createHash('sha256').update('role-token').digest('hex');
    const tokens = join(out, 'filled-in.json');
    writeFiles(out, { 'filled-in.json': JSON.stringify(template.map((entry) => ({ ...entry, sha256 }))) });
    const server = await startServer(join(out, 'servers/alpha/dist/server.mjs'), {
      MCP_TOKENS_FILE: tokens,
      ALPHA_API_KEY: 'secret',
      ALPHA_BASE_URL: `http://127.0.0.1:${port}`,
    });
    onTestFinished(server.stop);
    const env = { ALPHA_MCP_URL: server.url, ALPHA_MCP_TOKEN: 'role-token' };
    const call = (wrapper: string, ...args: readonly string[]) =>
      runCommand('bash', [join(out, wrapper), ...args], { env });

    expect(await call('profiles/tester/agent/bin/alpha', 'get-thing', '7')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('{"ok":true}'),
    });
    // The whole command, as an agent could bring along, gets no further than the role's own.
    const create = await call('agent/bin/alpha', 'create-thing', '--title', 'T');
    expect(create.status).not.toBe(0);
    expect(create.stderr).toContain('create_thing');
    expect(asked).toEqual(['GET /things/7']);
    const empty = await startServer(join(out, 'servers/alpha/dist/server.mjs'), {
      MCP_TOKENS_FILE: join(out, 'profiles/tester/tokens/alpha.json'),
      ALPHA_API_KEY: 'secret',
    }).then(
      (running) => running.stop().then(() => 'started'),
      (error: Error) => error.message,
    );
    expect(empty).toContain('`tester` needs sha256');
  });
});
