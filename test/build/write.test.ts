import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ManifestFile, OutputFile } from '../../src/model/file.ts';
import { compareOutput, contentHash, onDisk, withLock, writeOutput } from '../../src/write.ts';
import { readFiles, temporaryFolder, writeFiles } from '../support/folder.ts';

function file(path: string, content: string, extra: Partial<OutputFile> = {}): OutputFile {
  return { path, content, executable: false, ownership: 'generated', ...extra };
}

function record(files: { readonly [path: string]: string }): ManifestFile[] {
  return Object.entries(files).map(([path, content]) => ({ path, sha256: contentHash(content) }));
}

function write(
  out: string,
  files: readonly OutputFile[],
  recorded: readonly ManifestFile[] = [],
  force = false,
) {
  const { value = [], diagnostics } = compareOutput(out, files, recorded, force);
  const kinds = Object.fromEntries(value.map(({ path, kind }) => [path, kind]));
  const codes = diagnostics.map(({ code }) => code);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { kinds, codes };
  return { kinds, codes: [...codes, ...writeOutput(out, files, value).map(({ code }) => code)] };
}

describe('writing the output', () => {
  it('writes new files, with the executable bit, and nothing else', () => {
    const out = join(temporaryFolder(), 'deep/out');
    const result = write(out, [file('a/b.txt', 'b'), file('run', '#!/bin/sh', { executable: true })]);
    expect(result).toEqual({ kinds: { 'a/b.txt': 'create', run: 'create' }, codes: [] });
    expect(readFiles(out)).toEqual({ 'a/b.txt': 'b', run: '#!/bin/sh' });
    expect(statSync(join(out, 'run')).mode & 0o111).toBe(0o111);
  });

  it('updates what a build wrote, leaves what is equal, also with CRLF', () => {
    const out = temporaryFolder();
    writeFiles(out, { old: 'one\n', same: 'x\n', crlf: 'a\r\nb\r\n', crlfOld: 'a\r\nb\r\n' });
    const files = [file('old', 'two\n'), file('same', 'x\n'), file('crlf', 'a\nb\n'), file('crlfOld', 'c\n')];
    const recorded = record({ old: 'one\n', same: 'x\n', crlf: 'a\nb\n', crlfOld: 'a\nb\n' });
    expect(write(out, files, recorded)).toEqual({
      kinds: { old: 'update', same: 'unchanged', crlf: 'unchanged', crlfOld: 'update' },
      codes: [],
    });
    expect(readFiles(out)).toEqual({ old: 'two\n', same: 'x\n', crlf: 'a\r\nb\r\n', crlfOld: 'c\n' });
  });

  it('never overwrites an edited or foreign file, and then writes nothing at all', () => {
    const out = temporaryFolder();
    writeFiles(out, { edited: 'mine\n', foreign: 'theirs\n' });
    const files = [file('edited', 'new\n'), file('foreign', 'new\n'), file('other', 'new\n')];
    const recorded = record({ edited: 'generated\n' });
    expect(write(out, files, recorded)).toEqual({
      kinds: { edited: 'edited', foreign: 'edited', other: 'create' },
      codes: ['edited', 'edited'],
    });
    expect(readFiles(out)).toEqual({ edited: 'mine\n', foreign: 'theirs\n' });
    expect(write(out, files, recorded, true).codes).toEqual([]);
    expect(readFiles(out)).toEqual({ edited: 'new\n', foreign: 'new\n', other: 'new\n' });
  });

  it('writes a file of the user once', () => {
    const out = temporaryFolder();
    const hooks = file('hooks.ts', 'empty', { ownership: 'once' });
    expect(write(out, [hooks]).kinds).toEqual({ 'hooks.ts': 'create' });
    writeFiles(out, { 'hooks.ts': 'mine' });
    expect(write(out, [hooks], [], true).kinds).toEqual({ 'hooks.ts': 'unchanged' });
    expect(readFiles(out)).toEqual({ 'hooks.ts': 'mine' });
  });

  it('removes stale files and their folders, but not edited ones', () => {
    const out = temporaryFolder();
    writeFiles(out, { 'a/b/stale': 'x', 'c/edited': 'mine', unknown: 'y' });
    const recorded = record({ 'a/b/stale': 'x', 'c/edited': 'x', gone: 'x' });
    expect(write(out, [], recorded)).toEqual({
      kinds: { 'a/b/stale': 'remove', 'c/edited': 'kept' },
      codes: ['stale-kept'],
    });
    expect(readFiles(out)).toEqual({ 'c/edited': 'mine', unknown: 'y' });
    expect(existsSync(join(out, 'a'))).toBe(false);
  });

  it('restores a lost executable bit', () => {
    const out = temporaryFolder();
    const run = file('run', '#!/bin/sh', { executable: true });
    write(out, [run]);
    chmodSync(join(out, 'run'), 0o644);
    expect(write(out, [run], record({ run: '#!/bin/sh' })).kinds).toEqual({ run: 'update' });
    expect(statSync(join(out, 'run')).mode & 0o111).toBe(0o111);
  });

  it('does not follow links out of the output folder', () => {
    const folder = temporaryFolder();
    const [out, outside] = [join(folder, 'out'), join(folder, 'outside')];
    mkdirSync(out);
    mkdirSync(outside);
    symlinkSync(outside, join(out, 'agent'));
    symlinkSync(join(folder, 'nowhere'), join(out, 'dangling'));
    const files = [file('agent/x', 'x'), file('dangling/x', 'x')];
    expect(write(out, files, [], true).codes).toEqual(['outside-output', 'outside-output']);
    expect(readFiles(outside)).toEqual({});
  });

  it('replaces a link that stands in the place of a file only by force, and never its target', () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    mkdirSync(out);
    writeFileSync(join(folder, 'target'), 'precious');
    symlinkSync(join(folder, 'target'), join(out, 'x'));
    expect(write(out, [file('x', 'new')]).codes).toEqual(['edited']);
    expect(readlinkSync(join(out, 'x'))).toBe(join(folder, 'target'));
    expect(write(out, [file('x', 'new')], [], true).codes).toEqual([]);
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('precious');
    expect(readFiles(out)).toEqual({ x: 'new' });
  });

  it('puts everything back when a later file cannot be written', () => {
    const out = temporaryFolder();
    writeFiles(out, { a: 'old\n', gone: 'stale\n', z: 'a file where a folder is needed' });
    const before = readFiles(out);
    const files = [file('a', 'new\n'), file('b', 'new\n'), file('z/c', 'new\n')];
    const result = write(out, files, record({ a: 'old\n', gone: 'stale\n' }));
    expect(result.codes).toEqual(['unwritable']);
    expect(readFiles(out)).toEqual(before);
  });
});

describe('the lock', () => {
  it('keeps a second build out and is gone afterwards', async () => {
    const out = join(temporaryFolder(), 'out');
    const first = await withLock(out, async () => {
      const second = await withLock(out, async () => 'second');
      expect(second.value).toBeUndefined();
      expect(second.diagnostics.map(({ code }) => code)).toEqual(['locked']);
      writeFileSync(join(out, 'x'), '');
      return 'first';
    });
    expect(first.value).toBe('first');
    expect(readFiles(out)).toEqual({ x: '' });
  });

  it('does not count when its process is gone, and leaves no empty folder', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    writeFiles(out, { '.mcpgen.lock': '4194305' });
    expect((await withLock(out, async () => 1)).value).toBe(1);
    const fresh = join(folder, 'fresh');
    await withLock(fresh, async () => undefined);
    expect(existsSync(fresh)).toBe(false);
  });

  it('says so when the output folder is a file', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { out: '' });
    const result = await onDisk(() => withLock(join(folder, 'out'), async () => 1));
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['unwritable']);
  });
});
