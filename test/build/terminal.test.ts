import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bashWord } from '../../generators/quote/bash.ts';
import { cliFile, mcpgen } from '../support/cli.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { smallSpec } from '../support/specs.ts';

/** A key that is pressed once a text has been shown. */
interface Press {
  readonly after: string;
  readonly keys: string;
}

/**
 * Runs mcpgen on a terminal of its own (util-linux's `script` makes one).
 * @returns all that the terminal has shown, and the exit status
 */
function onTerminal(
  words: readonly string[],
  cwd: string,
  presses: readonly Press[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly shown: string; readonly status: number }> {
  const command = [process.execPath, cliFile(), ...words].map((word) => bashWord(word)).join(' ');
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm-256color', ...env },
    // Whoever waits for a question that is never asked would wait for ever.
    timeout: 150_000,
  });
  let shown = '';
  let from = 0;
  let next = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    for (let press = presses[next]; press !== undefined; press = presses[next]) {
      const at = shown.indexOf(press.after, from);
      if (at < 0) return;
      from = at + press.after.length;
      next += 1;
      child.stdin.write(press.keys);
    }
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ shown, status: code ?? 255 }));
  });
}

const enter = '\r';

describe.skipIf(needs('script'))('on a terminal', () => {
  it('init asks, offers what it found, and writes what was answered', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'vendor/a.json': smallSpec('alpha') });
    const { shown, status } = await onTerminal(['init'], cwd, [
      { after: 'What describes the API', keys: `vendor/a.json${enter}` },
      { after: 'What is it called', keys: `-two${enter}` },
      { after: 'Which variable holds its secret', keys: enter },
    ]);
    expect({ status, shown }).toMatchObject({ status: 0 });
    expect(shown).toContain('next: mcpgen build specs/alpha-two.yaml');
    expect(readFileSync(join(cwd, 'specs/alpha-two.yaml'), 'utf8')).toContain('ALPHA_TWO_API_KEY');
  });

  it('init that is given up writes nothing', async () => {
    const cwd = temporaryFolder();
    const { status } = await onTerminal(['init'], cwd, [{ after: 'What describes the API', keys: '\x03' }]);
    expect(status).toBe(130);
    expect(existsSync(join(cwd, 'specs'))).toBe(false);
  });

  it('build shows what it is doing, takes it away again, and colours its messages', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'a.json': smallSpec('alpha', { security: undefined }) });
    const { shown, status } = await onTerminal(['build', 'a.json'], cwd);
    expect(status).toBe(0);
    expect(shown).toMatch(/reading a\.json/);
    expect(shown).toMatch(/emitting 3 operations/);
    expect(shown).toContain('\x1b[33mwarning[');
    // The cursor, which the spinner hides, is there again.
    expect(shown.lastIndexOf('\x1b[?25h')).toBeGreaterThan(shown.lastIndexOf('\x1b[?25l'));
    expect(shown.slice(shown.lastIndexOf('next:'))).not.toMatch(/reading|emitting|bundling/);
  });

  it('NO_COLOR, CI and a dumb terminal are heeded', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'a.json': smallSpec('alpha', { security: undefined }) });
    const plain = await onTerminal(['build', 'a.json', '--dry-run'], cwd, [], { NO_COLOR: '1', CI: 'true' });
    expect(plain.shown).not.toContain('\x1b');
    const dumb = await onTerminal(['build', 'a.json', '--dry-run'], cwd, [], { TERM: 'dumb' });
    expect(dumb.shown).not.toMatch(/\x1b\[\?25l|emitting/);
  });
});

describe('in a pipe', () => {
  it('there is no progress, no colour and no control character', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'a.json': smallSpec('alpha', { security: undefined }) });
    const { status, stdout, stderr } = await mcpgen(['build', 'a.json'], { cwd });
    expect(status).toBe(0);
    expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f]|emitting/);
  });
});
