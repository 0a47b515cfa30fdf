import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isObject, type Json, member } from '../../src/model/json.ts';
import { parseText } from '../../src/sources/openapi/parse.ts';
import { danglingIn, readWhole, said } from './support.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus');
const present = existsSync(join(corpus, 'index.json'));
if (!present) console.warn(`the corpus is not at ${corpus}: its tests are skipped`);

interface Listed {
  readonly name: string;
  readonly version: string;
  readonly entry: string;
  readonly ops: number;
}
interface Case {
  readonly file: string;
  readonly expect: 'ok' | 'error' | 'error_or_ok' | 'ok_or_error';
  readonly operations?: number;
}
const load = <T>(file: string): readonly T[] => {
  const value = present ? JSON.parse(readFileSync(join(corpus, file), 'utf8')) : [];
  return Array.isArray(value) ? value : value.cases;
};

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

function countOperations(document: Json): number {
  return Object.entries(member(document, 'paths') ?? {}).reduce((sum, [path, item]) => {
    if (path.startsWith('x-')) return sum;
    const more = Object.keys(member(item as Json, 'additionalOperations') ?? {}).length;
    return sum + more + Object.keys(item as object).filter((name) => METHODS.includes(name)).length;
  }, 0);
}

describe.skipIf(!present)('real documents', () => {
  it.each(load<Listed>('index.json').map((entry) => [entry.name, entry] as const))(
    '%s',
    async (_name, listed) => {
      const { value, diagnostics } = await readWhole(listed.entry, { cwd: corpus });
      expect(said(diagnostics).filter((line) => line.startsWith('error'))).toEqual([]);
      const document = value?.source.document ?? {};
      expect(danglingIn(document)).toEqual([]);
      expect(countOperations(document)).toBe(listed.ops);
      expect(document.openapi).toMatch(listed.version.startsWith('3.2') ? /^3\.2/ : /^3\.1/);
    },
  );

  it('have the same content by each of the YAML parsers', () => {
    const files = readdirSync(join(corpus, 'specs'), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && ['.yaml', '.yml'].includes(extname(file.name)))
      .map((file) => join(file.parentPath, file.name))
      // A sample of the one that has thousands.
      .filter((file, position) => !file.includes('digitalocean') || position % 20 === 0);
    expect(files.length).toBeGreaterThan(300);
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      // What a list of texts holds is text to us: `enum: [3.1]` is so in one of them.
      const texts = (_key: unknown, value: unknown): unknown =>
        isObject(value as Json) && member(value as Json, 'type') === 'string' && 'enum' in (value as object)
          ? { ...(value as object), enum: (value as { enum: unknown[] }).enum.map(String) }
          : // Large integers of schemas are the text of their digits to us.
            typeof value === 'string' && /^-?\d{16,}$/.test(value)
            ? Number(value)
            : value;
      const other = parse(text, texts, { merge: true, logLevel: 'silent' });
      expect(JSON.parse(JSON.stringify(parseText(file, text).value), texts), file).toEqual(other);
    }
  }, 120_000);
});

describe.skipIf(!present)('hostile documents', () => {
  it.each(load<Case>('adversarial/expect.json').map((one) => [one.file, one] as const))(
    '%s',
    async (file, wanted) => {
      const cwd = join(corpus, 'adversarial');
      const { value, diagnostics } = await readWhole(file, { cwd });
      const lines = said(diagnostics);
      expect(lines.join('\n')).not.toMatch(/RangeError|Maximum call stack|node:internal/);
      if (wanted.expect === 'ok') expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
      if (wanted.expect === 'error') expect(value).toBeUndefined();
      if (value === undefined) expect(lines.some((line) => line.startsWith('error'))).toBe(true);
      else {
        expect(danglingIn(value.source.document)).toEqual([]);
        const { operations } = wanted;
        // Members that occur twice are lost, but not silently.
        if (operations !== undefined) expect(countOperations(value.source.document)).toBe(operations);
      }
    },
  );
});
