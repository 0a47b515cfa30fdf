/**
 * `npm run bench [-- wrapper|server|build …] [--write]`: times what mcpgen makes and mcpgen itself, each beside what it is held against, in one run.
 * Prints a table of ratios; with `--write` README.md gets it, between its markers. Nothing fails for being slow.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliFile } from '../support/cli.ts';
import { needs } from '../support/require.ts';
import { root } from '../wire/cli.ts';
import { benchBuild } from './build.ts';
import { type Row, table } from './measure.ts';
import { benchServer } from './server.ts';
import { createWorld, type World } from './world.ts';
import { benchWrapper } from './wrapper.ts';

const groups: Readonly<Record<string, (world: World) => Promise<Row[]>>> = {
  wrapper: benchWrapper,
  server: benchServer,
  build: benchBuild,
};

if (!needs('curl', 'jq', '/proc/self/stat')) {
  const words = process.argv.slice(2);
  const named = Object.entries(groups).filter(([name]) => words.includes(name));
  const chosen = named.length > 0 ? named : Object.entries(groups);
  const world = await createWorld(cliFile());
  try {
    const rows: Row[] = [];
    for (const [name, bench] of chosen) {
      process.stderr.write(`${name} …\n`);
      rows.push(...(await bench(world)));
    }
    const text = table(rows);
    process.stdout.write(text);
    if (words.includes('--write')) writeReadme(text);
  } finally {
    world.close();
  }
}

function writeReadme(text: string): void {
  const file = join(root, 'README.md');
  const readme = readFileSync(file, 'utf8');
  const markers = /<!-- bench -->[\s\S]*<!-- \/bench -->/;
  if (!markers.test(readme))
    throw new Error('README.md has no place for the table: <!-- bench --> … <!-- /bench -->');
  writeFileSync(
    file,
    readme.replace(markers, () => `<!-- bench -->\n${text}<!-- /bench -->`),
  );
}
