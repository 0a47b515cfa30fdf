import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mcpgen } from '../support/cli.ts';
import { temporarySuiteFolder, writeFiles } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { type Block, blocksOf, inlineCodeOf, linksOf, narrow, pathOf, patternOf, stepsOf } from './blocks.ts';
import { createShell, type Shell } from './shell.ts';

vi.setConfig({ testTimeout: 600_000 });

/** Every page that is written by hand. */
const pages = [
  'README.md',
  'specs/README.md',
  'src/README.md',
  'generators/README.md',
  'src/sources/graphql/README.md',
];

/** What the commands of a console block have printed, in order, and their exit statuses. */
async function perform(
  shell: Shell,
  block: Block,
): Promise<{ readonly printed: string; readonly status: number }[]> {
  const script = stepsOf(block).map(({ command }) => `printf '\\036'\n${command}\nprintf '\\037%d' $?`);
  const { stdout } = await shell.run(script.join('\n'));
  return stdout
    .split('\x1e')
    .slice(1)
    .map((text) => {
      const [printed = '', status] = text.split('\x1f');
      return { printed, status: Number(status ?? 255) };
    });
}

describe.skipIf(needs('git', 'jq', 'curl', 'docker-compose')).each(pages)('%s', (page) => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await createShell(temporarySuiteFolder());
  });
  afterAll(() => shell.close());

  for (const block of blocksOf(page)) {
    const path = pathOf(block);
    if (path !== undefined) {
      it(`line ${block.line}: ${path}`, () => writeFiles(shell.folder, { [path]: block.text }));
    } else if (block.language === 'sh') {
      it(`line ${block.line}: runs`, async () => {
        expect(await shell.run(`set -e\n${block.text}`)).toMatchObject({ status: 0 });
      });
    } else if (block.language === 'console') {
      it(`line ${block.line}: prints what it shows`, async () => {
        const outcomes = await perform(shell, block);
        stepsOf(block).forEach(({ command, printed }, index) => {
          const outcome = outcomes[index] ?? { printed: '', status: 255 };
          expect({ command, ...outcome }).toMatchObject({ command, status: 0 });
          if (printed !== '')
            expect(`${narrow(outcome.printed).trimEnd()}\n`, command).toMatch(patternOf(printed));
        });
      });
    }
  }

  it('names commands, options, scripts and files that there are', async () => {
    const codes = inlineCodeOf(page);
    for (const target of linksOf(page)) expect(existsSync(join(dirname(page), target)), target).toBe(true);
    for (const path of codes.filter((code) => /^(?:src|generators|test|specs)\/[\w./-]+$/.test(code))) {
      expect(existsSync(path), path).toBe(true);
    }
    const scripts = codes.flatMap((code) => /^npm run ([\w-]+)/.exec(code)?.[1] ?? []);
    for (const name of scripts) expect(await shell.run(`npm run ${name}`), name).toMatchObject({ status: 0 });
    const help = new Map<string, string>();
    for (const code of codes) {
      const [, command = ''] = /^mcpgen ([a-z]+)/.exec(code) ?? [];
      if (command === '') continue;
      if (!help.has(command)) {
        const { status, stdout } = await mcpgen([command, '--help']);
        expect(status, code).toBe(0);
        help.set(command, stdout);
      }
      for (const [, flag = ''] of code.matchAll(/ --(?:no-)?([a-z-]+)/g))
        expect(help.get(command), code).toContain(`--${flag}`);
    }
  });
});

describe('the comparison', () => {
  const block = (text: string): Block => ({ line: 1, language: 'console', text });

  it('takes commands apart from what they print', () => {
    expect(stepsOf(block('$ a \\\n  b\nout\n\n$ c\n'))).toEqual([
      { command: 'a \\\n  b', printed: 'out\n\n' },
      { command: 'c', printed: '' },
    ]);
  });

  it('notices another word, a line too many and a line too few', () => {
    const pattern = patternOf('one … three\n…\nlast\n');
    expect('one two three\nlast\n').toMatch(pattern);
    expect('one 2 three\na\nb\nlast\n').toMatch(pattern);
    for (const other of ['one two four\nlast\n', 'one two three\n', 'one two three\nlast\nmore\n', '']) {
      expect(other).not.toMatch(pattern);
    }
  });

  it('is told by a command that fails', async () => {
    const shell = await createShell(temporarySuiteFolder());
    try {
      const outcomes = await perform(
        shell,
        block('$ echo hello\n$ mcpgen build nothing.yaml\n$ npm run nothing\n'),
      );
      expect(outcomes.map(({ status }) => status)).toEqual([0, 1, 1]);
      expect(outcomes[0]?.printed).toBe('hello\n');
    } finally {
      await shell.close();
    }
  });
});
