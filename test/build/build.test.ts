import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BuildOptions, build } from '../../src/build.ts';
import { readFiles, temporaryFolder, writeFiles } from '../support/folder.ts';
import { smallSpec } from '../support/specs.ts';

/** A folder with specs and an output, and a build in it. */
function project(specs: { readonly [name: string]: string }) {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  writeFiles(folder, specs);
  const run = async (names: readonly string[], options: Partial<BuildOptions> = {}) => {
    const result = await build(
      names.map((name) => join(folder, name)),
      { out, mode: 'write', force: false, ...options },
    );
    const codes = result.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    return { ...result, codes, stale: result.changes.filter(({ kind }) => kind !== 'unchanged') };
  };
  return { folder, out, run, files: () => readFiles(out) };
}

function changedPaths(
  before: { readonly [path: string]: string },
  after: { readonly [path: string]: string },
) {
  const all = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...all].filter((path) => before[path] !== after[path]).sort();
}

describe('a build', () => {
  it('writes wrapper, server, agent and hub files; a second one changes no byte and --check agrees', async () => {
    const { out, run, files } = project({ 'specs/a.json': smallSpec('alpha') });
    const first = await run(['specs/a.json']);
    expect(first.codes).toEqual([]);
    const written = files();
    expect(Object.keys(written)).toEqual(
      expect.arrayContaining([
        'agent/AGENTS.md',
        'agent/bin/alpha',
        'agent/manifest.json',
        'agent/skills/alpha/SKILL.md',
        'hub/compose.yaml',
        'servers/alpha/manifest.json',
        'servers/alpha/src/hooks.ts',
        'servers/alpha/src/tools.json',
      ]),
    );
    expect(statSync(join(out, 'agent/bin/alpha')).mode & 0o111).toBe(0o111);
    expect(existsSync(join(out, 'servers/alpha/dist/server.mjs'))).toBe(true);
    expect((await run(['specs/a.json'])).stale).toEqual([]);
    expect(files()).toEqual(written);
    expect((await run(['specs/a.json'], { mode: 'check' })).stale).toEqual([]);
  });

  it.each(['servers', 'agent/bin', 'servers/alpha/dist'])(
    'says so where a file stands in the place of %s, and leaves nothing half done',
    async (path) => {
      const { out, run, files } = project({ 'specs/a.json': smallSpec('alpha'), [`out/${path}`]: 'mine' });
      for (const mode of ['check', 'write'] as const) {
        const { codes } = await run(['specs/a.json'], { mode });
        // What is compared alone may not come to the place.
        expect(codes.filter((code) => code !== 'unwritable')).toEqual([]);
        if (mode === 'write') expect(codes).toEqual(['unwritable']);
      }
      expect(readFileSync(join(out, path), 'utf8')).toBe('mine');
      expect(Object.keys(files()).filter((name) => /mcpgen|mjs\.\d+$/.test(name))).toEqual([]);
    },
  );

  it('records nothing of the machine', async () => {
    const { folder, run, files } = project({ 'specs/a.json': smallSpec('alpha') });
    await run(['specs/a.json']);
    for (const [path, content] of Object.entries(files())) {
      expect(content.includes(folder), `${path} names the folder`).toBe(false);
    }
    const manifest = JSON.parse(files()['servers/alpha/manifest.json'] ?? '');
    expect(manifest.inputs).toEqual([
      { path: 'specs/a.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(manifest.files.map(({ path }: { path: string }) => path)).not.toContain(
      'servers/alpha/src/hooks.ts',
    );
  });

  it('leaves the former output untouched when the spec has errors', async () => {
    const { folder, run, files } = project({
      'specs/a.json': smallSpec('alpha'),
      'specs/b.json': smallSpec('beta'),
    });
    await run(['specs/a.json']);
    const before = files();
    writeFiles(folder, { 'specs/a.json': '{"openapi": "3.1.0", "info": [' });
    const failed = await run(['specs/a.json', 'specs/b.json']);
    expect(failed.codes).not.toEqual([]);
    expect(files()).toEqual(before);
  });

  it('writes nothing with --check and --dry-run, not even a folder', async () => {
    const { out, run } = project({ 'specs/a.json': smallSpec('alpha') });
    expect((await run(['specs/a.json'], { mode: 'check' })).stale.length).toBeGreaterThan(10);
    expect(
      (await run(['specs/a.json'], { mode: 'dry-run' })).stale.every(({ kind }) => kind === 'create'),
    ).toBe(true);
    expect(existsSync(out)).toBe(false);
  });
});

describe('routes', () => {
  const spec = { 'specs/a.json': smallSpec('alpha'), 'specs/b.json': smallSpec('beta') };
  const both = ['specs/a.json', 'specs/b.json'];

  it('change only agent/ and, in hub/, the agent and the overview page, stay without a flag, and come back byte for byte', async () => {
    const { run, files } = project(spec);
    await run(both);
    const direct = files();
    await run(both, { mcp: true });
    const mcp = files();
    const changed = changedPaths(direct, mcp);
    expect(changed.filter((path) => !path.startsWith('agent/'))).toEqual([
      'hub/compose.yaml',
      'hub/index.html',
    ]);
    expect(changed).toContain('agent/.mcp.json');
    expect(changed).toContain('agent/bin/alpha');
    expect((await run(both)).stale).toEqual([]);
    expect(files()).toEqual(mcp);
    await run(both, { mcp: false });
    expect(files()).toEqual(direct);
  });

  it('are those of each API: one migrates and the other keeps every byte', async () => {
    const { run, files } = project(spec);
    await run(both);
    const before = files();
    await run(['specs/a.json'], { mcp: true });
    const after = files();
    expect(changedPaths(before, after).filter((path) => path.includes('beta'))).toEqual([]);
    expect(Object.keys(JSON.parse(after['agent/.mcp.json'] ?? '').mcpServers)).toEqual(['alpha']);
    expect((await run(both, { mode: 'check' })).stale).toEqual([]);
    await run(['specs/b.json'], { mcp: true });
    expect(Object.keys(JSON.parse(files()['agent/.mcp.json'] ?? '').mcpServers)).toEqual(['alpha', 'beta']);
    expect((await run(['specs/a.json'])).stale).toEqual([]);
  });

  it('go through a hub with --hub, until --no-hub or --no-mcp', async () => {
    const { run, files } = project({ 'specs/a.json': smallSpec('alpha') });
    const one = ['specs/a.json'];
    await run(one);
    const direct = files();
    await run(one, { mcp: true });
    const mcp = files();
    await run(one, { hub: 'http://hub.example:1' });
    const hub = files();
    expect(JSON.parse(hub['agent/.mcp.json'] ?? '').mcpServers).toEqual({
      hub: { type: 'sse', url: 'http://hub.example:1/mcp' },
    });
    expect(hub['agent/bin/alpha']).toContain('http://hub.example:1/api/servers/tools');
    expect(JSON.parse(hub['agent/manifest.json'] ?? '')).toMatchObject({ hub: 'http://hub.example:1' });
    expect((await run(one)).stale).toEqual([]);
    await run(one, { hub: false });
    expect(files()).toEqual(mcp);
    await run(one, { hub: 'http://hub.example:1' });
    await run(one, { mcp: false });
    expect(files()).toEqual(direct);
  });

  it('come from the document when no flag says otherwise', async () => {
    const { folder, run } = project({ 'specs/a.json': smallSpec('alpha', {}, { route: 'mcp' }) });
    const routes = async (options: Partial<BuildOptions> = {}) =>
      (await run(['specs/a.json'], options)).apis.map(({ route }) => route);
    expect(await routes()).toEqual(['mcp']);
    expect(await routes({ mcp: false })).toEqual(['direct']);
    expect(await routes()).toEqual(['mcp']);
    writeFiles(folder, { 'specs/a.json': smallSpec('alpha') });
    expect(await routes()).toEqual(['mcp']);
  });
});

describe('several APIs', () => {
  it('are linked from what the output holds, until a server folder is removed', async () => {
    const { out, run, files } = project({
      'specs/a.json': smallSpec('alpha'),
      'specs/b.json': smallSpec('beta'),
    });
    await run(['specs/a.json']);
    await run(['specs/b.json']);
    expect(files()['agent/AGENTS.md']?.match(/^- `(alpha|beta)`/gm)).toHaveLength(2);
    expect(Object.keys(JSON.parse(files()['hub/mcp-hub.json'] ?? '').mcpServers)).toEqual(['alpha', 'beta']);
    rmSync(join(out, 'servers/alpha'), { recursive: true });
    await run(['specs/b.json']);
    expect(Object.keys(files()).filter((path) => path.includes('alpha'))).toEqual([]);
  });

  it('must differ in name, and all clashes are named at once', async () => {
    const { folder, run } = project({
      'a.json': smallSpec('same'),
      'b.json': smallSpec('same'),
      'c.json': smallSpec('files'),
      'd.json': smallSpec('agent'),
      'mcpgen.yaml': 'servers: {files: {command: npx}}',
    });
    const result = await run(['a.json', 'b.json', 'c.json', 'd.json'], {
      config: join(folder, 'mcpgen.yaml'),
    });
    expect(result.codes).toEqual(['name-clash', 'name-clash', 'name-reserved']);
    expect(result.diagnostics[0]?.message).toContain('a.json');
  });

  it('must differ from servers that the user lists later, whatever is built then', async () => {
    const { folder, out, run, files } = project({
      'a.json': smallSpec('alpha'),
      'b.json': smallSpec('beta'),
      'mcpgen.yaml': 'servers: {alpha: {command: npx}}',
    });
    await run(['a.json']);
    const before = files();
    const result = await run(['b.json'], { config: join(folder, 'mcpgen.yaml') });
    expect(result.codes).toEqual(['name-clash']);
    expect(result.diagnostics.at(-1)?.origin?.file).toBe(join(out, 'servers/alpha/manifest.json'));
    expect(files()).toEqual(before);
  });

  it('pass on the variables of their address, where they are deployed', async () => {
    const servers = [{ url: 'https://{region}.example.com', variables: { region: { default: 'eu' } } }];
    const { run, files } = project({ 'a.json': smallSpec('alpha', { servers }) });
    await run(['a.json']);
    const value = 'ALPHA_SERVER_REGION: ${ALPHA_SERVER_REGION:-}';
    expect(files()['hub/compose.yaml']?.split(value)).toHaveLength(3);
    expect(files()['hub/.env.example']).toContain('#ALPHA_SERVER_REGION=');
  });

  it("take the user's own servers from mcpgen.yaml, which is checked", async () => {
    const { folder, run, files } = project({
      'a.json': smallSpec('alpha'),
      'mcpgen.yaml': 'servers:\n  fs: {command: npx, args: [x]}\n  web: {url: "https://w.example/mcp"}\n',
      'bad.yaml': 'servers:\n  Fs: {command: npx}\n  web: {url: "ftp://w.example"}\nsevers: {}\n',
    });
    await run(['a.json'], { config: join(folder, 'mcpgen.yaml') });
    expect(Object.keys(JSON.parse(files()['hub/mcp-hub.json'] ?? '').mcpServers)).toEqual([
      'alpha',
      'fs',
      'web',
    ]);
    const bad = await run(['a.json'], { config: join(folder, 'bad.yaml') });
    expect(new Set(bad.codes)).toEqual(new Set(['config-invalid']));
    expect(bad.codes).toHaveLength(3);
    expect((await run(['a.json'], { config: join(folder, 'none.yaml') })).codes).toEqual(['file-not-found']);
  });
});

describe('hand-edited output', () => {
  it('is named and stops the build; --force drops the edit; hooks.ts is never touched', async () => {
    const { out, run, files } = project({ 'a.json': smallSpec('alpha') });
    await run(['a.json']);
    const generated = files();
    writeFileSync(join(out, 'agent/AGENTS.md'), 'my own words\n');
    writeFileSync(
      join(out, 'servers/alpha/src/hooks.ts'),
      `${generated['servers/alpha/src/hooks.ts']}// mine\n`,
    );
    const edited = files();
    expect(await run(['a.json'], { mcp: true })).toMatchObject({ codes: ['edited'] });
    expect(files()).toEqual(edited);
    const check = await run(['a.json'], { mode: 'check' });
    expect(check.stale).toEqual([{ path: 'agent/AGENTS.md', kind: 'edited' }]);
    expect((await run(['a.json'], { force: true })).codes).toEqual([]);
    expect(files()['agent/AGENTS.md']).toBe(generated['agent/AGENTS.md']);
    expect(files()['servers/alpha/src/hooks.ts']).toContain('// mine');
  });

  it('is not a checkout with CRLF', async () => {
    const { out, run, files } = project({ 'a.json': smallSpec('alpha') });
    await run(['a.json']);
    for (const path of Object.keys(files())) {
      if (path.startsWith('agent/bin/')) continue;
      const file = join(out, path);
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'));
    }
    expect((await run(['a.json'], { mode: 'check' })).stale).toEqual([]);
    expect((await run(['a.json'], { mcp: true })).codes).toEqual([]);
  });

  it('with an unreadable manifest stops the build, and --force starts anew', async () => {
    const { out, run, files } = project({ 'a.json': smallSpec('alpha') });
    await run(['a.json']);
    const before = files();
    writeFileSync(join(out, 'servers/alpha/manifest.json'), '<<<<<<< HEAD\n');
    writeFileSync(
      join(out, 'agent/manifest.json'),
      (before['agent/manifest.json'] ?? '').replace('agent/AGENTS.md', '../../etc/passwd'),
    );
    expect((await run(['a.json'])).codes).toEqual(['manifest-invalid', 'manifest-invalid']);
    expect((await run(['a.json'], { force: true })).codes).toEqual([]);
    expect(files()).toEqual(before);
  });

  it('in hooks.ts that does not compile is an error and keeps the old bundle', async () => {
    const { out, run } = project({ 'a.json': smallSpec('alpha') });
    await run(['a.json']);
    const bundle = join(out, 'servers/alpha/dist/server.mjs');
    const old = readFileSync(bundle, 'utf8');
    writeFileSync(join(out, 'servers/alpha/src/hooks.ts'), 'export const broken = ;\n');
    expect((await run(['a.json'])).codes).toEqual(['bundle-failed']);
    expect(readFileSync(bundle, 'utf8')).toBe(old);
  });
});
