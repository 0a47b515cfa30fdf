import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is there for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder that is there until the tests of a file have run. */
export function temporarySuiteFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files given as path → content. */
export function writeFiles(folder: string, files: { readonly [path: string]: string }): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** All files below a folder as path → content, sorted by path; without what is not part of the output proper (`dist/`). */
export function readFiles(folder: string): { readonly [path: string]: string } {
  const files: [string, string][] = [];
  const walk = (current: string) => {
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'dist') walk(path);
      } else if (entry.isFile()) files.push([relative(folder, path), readFileSync(path, 'utf8')]);
    }
  };
  walk(folder);
  return Object.fromEntries(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}
