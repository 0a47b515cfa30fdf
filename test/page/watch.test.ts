import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cliFile } from '../support/cli.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { smallSpec } from '../support/specs.ts';

describe('build --watch', () => {
  it('builds once for every change of an input, whatever becomes of it', async () => {
    const folder = temporaryFolder();
    const spec = (verb: string) => smallSpec('alpha').replaceAll('getThing', `${verb}Thing`);
    writeFiles(folder, { 'specs/a.json': spec('get') });
    const child = spawn(process.execPath, [cliFile(), 'build', 'specs/a.json', '--watch', '--json'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const built = async (): Promise<{
      readonly status: number;
      readonly files: { readonly updated: number };
    }> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error('it ended');
        const event = JSON.parse(value);
        if (event.event === 'summary') return event;
      }
    };
    const wrapper = () => readFileSync(join(folder, 'out/agent/bin/alpha'), 'utf8');
    /** Does something until it is seen: the watch begins a moment after the first build is told. */
    const until = async (change: () => void, status: number) => {
      const timer = setInterval(change, 1000);
      change();
      let summary = await built();
      clearInterval(timer);
      while (summary.status !== status) summary = await built();
      return summary;
    };
    expect((await built()).status).toBe(0);
    let round = 0;
    await until(() => writeFiles(folder, { 'specs/a.json': spec(`fetch${++round}`) }), 0);
    expect(/fetch\d+-thing/.test(wrapper())).toBe(true);
    await until(() => writeFiles(folder, { 'specs/a.json': '{' }), 1);
    await until(() => rmSync(join(folder, 'specs'), { recursive: true, force: true }), 1);
    expect(existsSync(join(folder, 'out/agent/bin/alpha'))).toBe(true);
    mkdirSync(join(folder, 'specs'));
    await until(() => writeFiles(folder, { 'specs/a.json': spec('take') }), 0);
    expect(wrapper().includes('take-thing')).toBe(true);
  });
});
