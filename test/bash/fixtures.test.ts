import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readBash } from '../../src/sources/bash/read.ts';
import { project } from './project.ts';

const folder = join(import.meta.dirname, 'fixtures');
const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'));

describe('scripts and what they become', () => {
  test('there are at least forty', () => expect(scripts.length).toBeGreaterThanOrEqual(40));

  test.each(scripts)('%s', async (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const sdl = join(folder, name.replace(/\.sh$/, '.graphql'));
    const options = existsSync(sdl) ? { schema: readFileSync(sdl, 'utf8'), schemaFile: sdl } : {};
    const { value, diagnostics } = await readBash(name, text, options);
    const shown = project(value?.document, diagnostics);
    const file = join(folder, name.replace(/\.sh$/, '.yaml'));
    // Review what changed before it is committed: UPDATE_FIXTURES=1 npx vitest run test/bash
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync(file, stringify(shown, { lineWidth: 0 }));
    expect(shown).toEqual(parse(readFileSync(file, 'utf8')));
  });
});
