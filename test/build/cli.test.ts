import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODES } from '../../src/model/codes.ts';
import { mcpgen } from '../support/cli.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { smallSpec } from '../support/specs.ts';

function project(files: { readonly [path: string]: string } = { 'a.json': smallSpec('alpha') }): string {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  return folder;
}

describe('usage errors', () => {
  it.each([
    [[], /which command/],
    [['bild', 'a.json'], /did you mean build\?/],
    [['build'], /argument is missing; see mcpgen build --help/],
    [['build', 'a.json', '--chek'], /unknown option --chek; did you mean --check\?/],
    [['build', 'a.json', '-x'], /unknown option -x; see mcpgen build --help/],
    [['build', 'a.json', '--out'], /--out wants a value/],
    [['list', 'a.json', '--check'], /list has no option --check; see mcpgen list --help/],
    [['build', 'a.json', '--mcp=maybe'], /--mcp takes no value/],
    [['build', 'a.json', '--mcp', '--no-mcp'], /--mcp is given twice/],
    [['build', 'a.json', '--out', 'a', '--out=b'], /--out is given twice/],
    [['build', 'a.json', '--check', '--dry-run'], /--check and --dry-run are mutually exclusive/],
    [['build', 'a.json', '--check', '--watch'], /mutually exclusive/],
    [['list', 'a.json', 'b.json'], /unexpected argument b\.json/],
    [['serve', 'a.json', '--port', 'x'], /--port wants a number/],
    [['serve', 'a.json', '--port', '1', '--stdio'], /mutually exclusive/],
    [['verify', 'a.json', '--port', 'x'], /--port wants a number/],
    [['verify', 'a.json', '--port', '80'], /--port goes with --hub/],
    [['explain', 'edted'], /did you mean edited\?/],
    [['build', 'a.json', '--\u001b[2J'], /unknown option/],
  ])('%j exits 2, on standard error, and does nothing', async (args, message) => {
    const cwd = project();
    const outcome = await mcpgen(args, { cwd });
    expect(outcome).toMatchObject({ status: 2, stdout: '' });
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr).not.toMatch(/ {4}at |\u001b/);
  });
});

describe('build', () => {
  it('exits 1 for an input with errors, 3 for stale output, 0 otherwise', async () => {
    const cwd = project();
    expect(await mcpgen(['build', 'nope.json'], { cwd })).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('error[file-not-found]'),
    });
    const stale = await mcpgen(['build', 'a.json', '--check'], { cwd });
    expect(stale).toMatchObject({
      status: 3,
      stdout: expect.stringMatching(/^missing {2,}out\/agent\/bin\/alpha$/m),
    });
    const built = await mcpgen(['build', 'a.json'], { cwd });
    expect(built).toMatchObject({ status: 0, stderr: '' });
    expect(built.stdout).toMatch(/^alpha +3 commands +3 tools/);
    expect(await mcpgen(['build', 'a.json', '--check'], { cwd })).toMatchObject({ status: 0 });
    writeFiles(cwd, { 'out/agent/AGENTS.md': 'mine' });
    const edited = await mcpgen(['build', 'a.json', '--check'], { cwd });
    expect(edited).toMatchObject({
      status: 3,
      stdout: expect.stringMatching(/^edited +out\/agent\/AGENTS\.md$/m),
    });
    expect(await mcpgen(['build', 'a.json', '--mcp'], { cwd })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/error\[edited\]: `agent\/AGENTS\.md`.*\n {2}hint: .*--force/),
    });
  });

  it('takes what follows -- for specs, whatever they are called', async () => {
    const cwd = project({ '-a.json': smallSpec('alpha') });
    const checked = await mcpgen(['build', '--check', '--', '-a.json'], { cwd });
    expect(checked).toMatchObject({ status: 3, stderr: '' });
  });

  it('compiles all specs that are given', async () => {
    const cwd = project({ 'a.json': smallSpec('alpha'), 'b.json': smallSpec('beta') });
    const { status, stdout } = await mcpgen(['build', 'a.json', 'b.json', '--out', 'o'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^alpha .*\nbeta /m);
  });

  it('names file, line and column of an error', async () => {
    const cwd = project({
      'bad.yaml': 'openapi: 3.1.0\ninfo:\n  title: x\n  version: "1"\nx-mcpgen:\n  rout: mcp\npaths: {}\n',
    });
    const { status, stderr } = await mcpgen(['build', 'bad.yaml'], { cwd });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^bad\.yaml:6:3: error\[x-mcpgen-invalid\]/m);
  });

  it('takes --hub without swallowing a spec, and a URL only after =', async () => {
    const cwd = project();
    const built = await mcpgen(['build', '--mcp', '--hub', 'a.json'], { cwd });
    expect(built.stdout).toContain('by MCP through http://mcp-hub:37373');
    const own = await mcpgen(['build', 'a.json', '--hub=https://hub.example/'], { cwd });
    expect(own.stdout).toContain('through https://hub.example\n');
    expect(await mcpgen(['build', 'a.json', '--hub=nowhere'], { cwd })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error[hub-invalid]'),
    });
  });

  it('speaks NDJSON with --json, the summary last, errors among the events', async () => {
    const cwd = project();
    const events = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    const built = await mcpgen(['build', 'a.json', '--json'], { cwd });
    expect(built).toMatchObject({ status: 0, stderr: '' });
    const good = events(built.stdout);
    expect(good.at(-1)).toMatchObject({ event: 'summary', status: 0, operations: 3, tools: 3, errors: 0 });
    expect(good.filter(({ event }) => event === 'file').length).toBe(good.at(-1).files.total);
    const failed = await mcpgen(['build', 'nope.json', '--json'], { cwd });
    expect(failed).toMatchObject({ status: 1, stderr: '' });
    expect(events(failed.stdout)).toEqual([
      expect.objectContaining({ event: 'diagnostic', code: 'file-not-found', severity: 'error' }),
      expect.objectContaining({ event: 'summary', status: 1, errors: 1 }),
    ]);
  });
});

describe('list', () => {
  it('shows command, tool, request and tokens, and all of it as JSON', async () => {
    const cwd = project();
    const table = await mcpgen(['list', 'a.json'], { cwd });
    expect(table.status).toBe(0);
    expect(table.stdout).toMatch(/^create-thing +create_thing +POST \/things +\d+$/m);
    expect(table.stdout).toMatch(/^alpha +3 operations +\d+$/m);
    const { stdout } = await mcpgen(['list', 'a.json', '--json'], { cwd });
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({
        id: 'getThing',
        command: 'get-thing',
        tool: 'get_thing',
        method: 'GET',
        path: '/things/{id}',
        args: [expect.objectContaining({ name: 'id', flag: 'id', key: 'id', in: 'path', required: true })],
        tokens: expect.any(Number),
      }),
    );
  });
});

describe('explain, help, version, completion', () => {
  it('explains every code', async () => {
    const code = Object.keys(CODES)[0] ?? '';
    expect(await mcpgen(['explain', code])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(code),
    });
    for (const { doc } of Object.values(CODES)) expect(doc.length).toBeGreaterThan(20);
  });

  it('has help with an example for every command, and prints the version of the package', async () => {
    for (const command of ['build', 'import', 'list', 'serve', 'explain']) {
      const { status, stdout } = await mcpgen([command, '--help']);
      expect(status).toBe(0);
      expect(stdout).toContain(`mcpgen ${command}`);
      expect(stdout).toContain('Examples:');
    }
    expect((await mcpgen(['help', 'diff'])).stdout).toContain('mcpgen diff v1.0 v1.1');
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(await mcpgen(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  it('completes commands', async () => {
    const script = await mcpgen(['completion']);
    expect(script).toMatchObject({ status: 0, stdout: expect.stringContaining('complete ') });
    const zsh = await mcpgen(['completion', 'zsh']);
    expect(zsh).toMatchObject({ status: 0, stdout: expect.stringContaining('compdef') });
    expect((await mcpgen(['completion', 'bash'])).stdout).not.toContain('compdef');
    expect(await mcpgen(['completion', 'tcsh'])).toMatchObject({ status: 2, stdout: '' });
    const { stdout } = await mcpgen(['--get-yargs-completions', 'mcpgen', 'bu']);
    expect(stdout).toContain('build');
  });
});
