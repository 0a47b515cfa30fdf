// Bundles mcpgen's own TypeScript into .build/, so that `npm ci` alone makes `npx mcpgen` work on a Node
// that cannot run TypeScript. Dependencies stay outside, installed beside it; development dependencies that the
// program uses come in: what every start or every build needs loads in a third of the time as one file with the
// rest, and of openapi-typescript a build needs the printing half alone.
// Another folder below the package than .build/ may be given: tests bundle for themselves.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? '.build';
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
// zod has to be there for the servers, which are bundled with it; every build needs a part of it besides.
// Handlebars asks for source-map and does without it where there is none.
const outside = [...Object.keys(dependencies).filter((name) => name !== 'zod'), 'source-map'];
const common = {
  absWorkingDir: root,
  outdir: folder,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: outside.flatMap((name) => [name, `${name}/*`]),
  // The less there is to read, the sooner it is loaded; names stay, for reports of bugs.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};
rmSync(`${root}${folder}`, { recursive: true, force: true });
const made = await Promise.all([
  build({
    ...common,
    entryPoints: { cli: 'src/main.ts' },
    outExtension: { '.js': '.mjs' },
    splitting: true,
    format: 'esm',
    // Some packages are CommonJS, and require modules of Node.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  }),
  build({
    ...common,
    entryPoints: ['generators/server/types-worker.mjs', 'generators/server/print-worker.mjs'],
    // Node looks through the whole text of a CommonJS module that an ES module imports: for TypeScript's compiler that takes as long as to load it.
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    alias: {
      '@redocly/openapi-core/lib/ref-utils.js': './generators/server/references.mjs',
      typescript: './generators/server/typescript.mjs',
    },
  }),
]);
writeFileSync(
  `${root}${folder}/LICENSES.txt`,
  licences(made.flatMap(({ metafile }) => Object.keys(metafile.inputs))),
);

/** The licences of the packages that have come in. */
function licences(files) {
  const packages = new Set(files.map((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? ''));
  packages.delete('');
  const texts = [...packages].sort().map((path) => {
    const name = readdirSync(join(root, path)).find((file) => /^licen[cs]e/i.test(file));
    const { name: title, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    const text = name === undefined ? license : readFileSync(join(root, path, name), 'utf8');
    return `${title}\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
