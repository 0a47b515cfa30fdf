// Runs a TypeScript program of the tests outside of vitest: `node test/run.mjs test/corpus/run.ts …`.
import { rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [, , program, ...rest] = process.argv;
const root = fileURLToPath(new URL('..', import.meta.url));
// Below the root, so that dependencies and assets are found.
const outfile = `${root}node_modules/.cache/mcpgen-test-${process.pid}.mjs`;
await build({
  entryPoints: [program],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  // What the program calls its own place is the place of its source.
  define: { 'import.meta.url': JSON.stringify(pathToFileURL(program).href) },
});
process.argv = [process.argv[0], program, ...rest];
try {
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(outfile, { force: true });
}
