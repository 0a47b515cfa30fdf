import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../../src/processes.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { smallSpec } from '../support/specs.ts';
import { blocksOf, pathOf } from './blocks.ts';

/** Applies a diff as a reader does: each piece must stand in the file just once. */
function applyDiff(folder: string, diff: string): void {
  const [head = '', ...pieces] = diff.split(/^@@\n/m);
  const file = join(folder, head.trim().replace(/^--- /, ''));
  for (const piece of pieces) {
    const side = (without: RegExp) =>
      piece
        .split('\n')
        .filter((line) => line !== '' && !without.test(line))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const parts = readFileSync(file, 'utf8').split(side(/^\+/));
    expect(parts, piece).toHaveLength(2);
    writeFileSync(file, parts.join(side(/^-/)));
  }
}

it.skipIf(needs('git'))(
  'generators/README.md, followed to the letter, adds a generator',
  async () => {
    const copy = temporaryFolder();
    const tracked = execFileSync(
      'git',
      ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ':!out', ':!test'],
      {
        encoding: 'utf8',
      },
    );
    const kept = [...tracked.split('\0'), 'test/support/linkage.ts', 'test/support/cli.ts'];
    for (const path of kept.filter((name) => name !== '' && existsSync(name))) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      cpSync(path, join(copy, path));
    }
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));

    for (const block of blocksOf('generators/README.md')) {
      const path = pathOf(block);
      if (path !== undefined) {
        expect(existsSync(join(copy, path)), path).toBe(false);
        writeFiles(copy, { [path]: block.text });
      } else if (block.language === 'diff') {
        applyDiff(copy, block.text);
      }
    }
    const node = (...words: readonly string[]) => runCommand(process.execPath, words, { cwd: copy });
    const bin = (path: string) => join(copy, 'node_modules', path);
    const files = ['generators/catalog', 'generators/quote/csv.ts', 'test/catalog'];
    expect(
      await node(bin('@biomejs/biome/bin/biome'), 'lint', '--vcs-enabled=false', ...files),
    ).toMatchObject({
      status: 0,
    });
    writeFileSync(
      join(copy, 'tsconfig.trial.json'),
      JSON.stringify({ extends: './tsconfig.json', include: ['src/build.ts', 'test/catalog'] }),
    );
    expect(await node(bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.trial.json')).toMatchObject({
      status: 0,
      stdout: '',
    });
    expect(await node(bin('vitest/vitest.mjs'), 'run', '--reporter=dot', 'test/catalog')).toMatchObject({
      status: 0,
    });
    expect(await node('src/bundle.mjs')).toMatchObject({ status: 0 });
    writeFileSync(join(copy, 'shop.json'), smallSpec('shop'));
    expect(await node('src/bin.mjs', 'build', 'shop.json')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(copy, 'out/hub/catalog.csv'), 'utf8')).toContain(
      '"shop","list-things","list_things"',
    );
    expect(await node('src/bin.mjs', 'build', 'shop.json', '--check')).toMatchObject({ status: 0 });
  },
  600_000,
);
