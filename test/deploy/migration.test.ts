import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { mcpgen } from '../support/cli.ts';
import { readFiles, temporaryFolder } from '../support/folder.ts';

const SPEC = resolve('specs/linear.yaml');
/** What of `hub/` a change of route may touch. */
const SHOWS_ROUTES = ['hub/compose.yaml', 'hub/index.html'];

it('build, build --mcp, build --no-mcp: the flag moves the agent and nothing else, and gives every byte back', {
  timeout: 400_000,
}, async () => {
  const cwd = temporaryFolder();
  const out = join(cwd, 'out');
  const build = async (...flags: readonly string[]) => {
    const { status, stderr } = await mcpgen(['build', SPEC, ...flags], { cwd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const files = readFiles(out);
    const modes = Object.keys(files).map((path) => [path, statSync(join(out, path)).mode & 0o777]);
    return { files, modes: Object.fromEntries(modes) };
  };
  const compose = (files: { readonly [path: string]: string }) => {
    const { services, ...rest } = parse(files['hub/compose.yaml'] ?? '');
    const { environment, ...agent } = services.agent;
    return { environment, others: { ...rest, services: { ...services, agent } } };
  };

  const direct = await build();
  const mcp = await build('--mcp');
  const changed = Object.keys({ ...direct.files, ...mcp.files }).filter(
    (path) => direct.files[path] !== mcp.files[path],
  );
  expect(changed.filter((path) => !path.startsWith('agent/') && !SHOWS_ROUTES.includes(path))).toEqual([]);
  expect(changed).toEqual(
    expect.arrayContaining(['agent/bin/linear', 'agent/.mcp.json', 'hub/compose.yaml']),
  );

  // The key leaves the agent: its environment, and every text that it reads.
  const before = compose(direct.files);
  const after = compose(mcp.files);
  expect(after.others).toEqual(before.others);
  const { LINEAR_API_KEY, ...kept } = before.environment;
  expect(LINEAR_API_KEY).toContain('LINEAR_API_KEY');
  expect(after.environment).toEqual(kept);
  expect(JSON.stringify(after.environment)).not.toContain('API_KEY');
  expect(direct.files['agent/skills/linear/SKILL.md']).toContain('LINEAR_API_KEY');
  for (const [path, text] of Object.entries(mcp.files)) {
    if (!path.startsWith('agent/') || path === 'agent/bin/linear') continue;
    expect(text, path).not.toContain('API_KEY');
  }

  expect(await build()).toEqual(mcp);
  expect(await build('--no-mcp')).toEqual(direct);
  expect(await build()).toEqual(direct);
  await build('--mcp', '--hub');
  expect(await build('--no-mcp')).toEqual(direct);
});
