import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BuildResult, build } from '../../src/build.ts';
import { temporaryFolder } from '../support/folder.ts';
import { smallSpec } from '../support/specs.ts';

let folder = '';
const before = process.env.XDG_CACHE_HOME;

beforeEach(() => {
  folder = temporaryFolder();
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  writeFileSync(join(folder, 'shop.json'), smallSpec('shop'));
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
});

/** Builds, and says whether anything was emitted for it. */
async function run(spec = 'shop.json'): Promise<{ result: BuildResult; emitted: boolean }> {
  let emitted = false;
  const result = await build([join(folder, spec)], {
    out: join(folder, 'out'),
    mode: 'write',
    force: false,
    progress: (text) => {
      emitted ||= text.startsWith('emitting');
    },
  });
  return { result, emitted };
}

test('a build that has nothing to do says what a whole build would say', async () => {
  expect((await run()).emitted).toBe(true);
  const again = await run();
  expect(again.emitted).toBe(false);
  rmSync(join(folder, 'cache'), { recursive: true });
  const whole = await run();
  expect(whole.emitted).toBe(true);
  expect(again.result).toEqual(whole.result);
});

test('a changed input, an edited file and a lost bundle are noticed', async () => {
  await run();
  rmSync(join(folder, 'out/servers/shop/dist/server.mjs'));
  expect((await run()).emitted).toBe(true);
  expect(existsSync(join(folder, 'out/servers/shop/dist/server.mjs'))).toBe(true);

  writeFileSync(join(folder, 'shop.json'), smallSpec('shop', { info: { title: 'Other', version: '2' } }));
  const changed = await run();
  expect(changed.result.changes.some(({ kind }) => kind === 'update')).toBe(true);

  expect((await run()).emitted).toBe(false);
  appendFileSync(join(folder, 'out/agent/bin/shop'), '# mine\n');
  const edited = await run();
  expect(edited.result.diagnostics.map(({ code }) => code)).toContain('edited');
});

test('a damaged memory is none', async () => {
  await run();
  const builds = join(folder, 'cache/mcpgen/builds');
  for (const name of readdirSync(builds)) writeFileSync(join(builds, name), '{');
  expect((await run()).emitted).toBe(true);
});

test('a script is remembered, and its change noticed', async () => {
  const script = (path: string) => `curl -sS "https://api.example.com/v1/${path}/$1"\n`;
  writeFileSync(join(folder, 'shop.sh'), script('things'));
  expect((await run('shop.sh')).emitted).toBe(true);
  expect((await run('shop.sh')).emitted).toBe(false);
  writeFileSync(join(folder, 'shop.sh'), script('orders'));
  expect((await run('shop.sh')).result.changes.some(({ kind }) => kind === 'update')).toBe(true);
});

test('operations of GraphQL are remembered; one more, one changed and one less are noticed', async () => {
  const document = {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://api.example.com' }],
    paths: {},
    'x-mcpgen': { name: 'tickets', graphql: { path: '/graphql', operations: 'ops/**/*.graphql' } },
  };
  writeFileSync(join(folder, 'tickets.json'), JSON.stringify(document));
  mkdirSync(join(folder, 'ops/more'), { recursive: true });
  const write = (path: string, name: string, comment = '') =>
    writeFileSync(join(folder, 'ops', path), `${comment}query ${name} { tickets { id } }\n`);
  write('a.graphql', 'listTickets');
  const emitted = async () => (await run('tickets.json')).emitted;
  expect([await emitted(), await emitted()]).toEqual([true, false]);
  write('more/b.graphql', 'listOther');
  expect([await emitted(), await emitted()]).toEqual([true, false]);
  write('a.graphql', 'listTickets', '# Tickets.\n');
  expect([await emitted(), await emitted()]).toEqual([true, false]);
  rmSync(join(folder, 'ops/more/b.graphql'));
  const last = await run('tickets.json');
  expect(last.emitted).toBe(true);
  expect(last.result.apis[0]?.operations).toBe(1);
});

test('where a user has no cache folder and names none, nothing is remembered', async () => {
  const home = process.env.HOME;
  delete process.env.XDG_CACHE_HOME;
  process.env.HOME = join(folder, 'home');
  mkdirSync(process.env.HOME);
  try {
    await run();
    expect(readdirSync(join(folder, 'home'))).toEqual([]);
  } finally {
    process.env.HOME = home;
  }
});
