import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeServer } from './harness.ts';
import { argument, operation, planOf, string } from './plans.ts';

const team = argument('team', string, { required: true, env: 'DEMO_TEAM' });
const plan = planOf([operation('list_things', 'GET', '/things', [team])], {
  credentials: [
    {
      id: 'oauth',
      description: '',
      kind: 'oauth2',
      tokenUrl: 'https://api.example.com/token',
      scopes: [],
      env: { token: 'DEMO_TOKEN', clientId: 'DEMO_CLIENT_ID', clientSecret: 'DEMO_CLIENT_SECRET' },
    },
  ],
});

let folder: string;
beforeAll(async () => {
  folder = await writeServer(plan);
});

const node = (...words: string[]) =>
  spawnSync(process.execPath, words, {
    cwd: folder,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
    timeout: 60_000,
  });

test('its own smoke test passes', () => {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  expect(scripts.test).toBe('node --test test/');
  const { status, stdout } = node('--test', 'test/');
  expect(stdout).toContain('# fail 0');
  expect(status).toBe(0);
});

test('README has a row for every variable that --help names, and for no other', () => {
  const named = [...node('dist/server.mjs', '--help').stdout.matchAll(/^ {2}([A-Z][A-Z_]+) /gm)].map(
    ([, name]) => name,
  );
  expect(named).toContain('UPSTREAM_TIMEOUT');
  expect(named).toContain('DEMO_CLIENT_SECRET');
  const rows = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
    ([, name]) => name,
  );
  expect(named).toContain('DEMO_TEAM');
  expect(new Set(rows)).toEqual(new Set(named));
});

test('what is made from other files is not for version control', () => {
  expect(readFileSync(join(folder, '.gitignore'), 'utf8').split('\n')).toEqual([
    'dist/',
    'node_modules/',
    '',
  ]);
});
