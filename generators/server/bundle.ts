import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildFailure, build, type Message, type Plugin, transform } from 'esbuild';
import { diagnostic } from '../../src/model/codes.ts';
import type { Diagnostic, Result } from '../../src/model/diagnostic.ts';
import { packageRoot } from '../assets.ts';

/**
 * What the runtime imports is taken from where mcpgen itself would import it: its versions are pinned, and wherever
 * the output folder stands, nothing of the project around it is taken by mistake.
 */
const ownPackages: Plugin = {
  name: 'own-packages',
  setup: ({ onResolve, resolve }) => {
    const filter = /^(?:@modelcontextprotocol\/server|zod|minisearch|undici)(?:\/|$)/;
    onResolve({ filter }, ({ path, kind, pluginData }) =>
      // Asked by this very plugin: esbuild's own way now.
      pluginData === ownPackages
        ? undefined
        : resolve(path, { kind, resolveDir: packageRoot, pluginData: ownPackages }),
    );
  },
};

const requireBanner =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Starts the bundler's process before it is needed. */
export async function startBundler(): Promise<void> {
  await transform('');
}

/**
 * Bundles a server from what is on disk, so with the user's hooks.ts, into one file that runs without an install.
 * The SDK and zod are those of mcpgen itself.
 * @param serverDir `out/servers/<api>`
 * @returns the path of `dist/server.mjs`; `bundle-failed` with file, line and column where a source does not compile:
 * the bundle of before then stays
 * @throws what the file system says
 */
export async function bundleServer(serverDir: string): Promise<Result<string>> {
  const target = join(serverDir, 'dist', 'server.mjs');
  try {
    const result = await build({
      entryPoints: [join(serverDir, 'src', 'main.ts')],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      loader: { '.json': 'text' },
      plugins: [ownPackages],
      // undici is CommonJS, and requires modules of Node.
      banner: { js: requireBanner },
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'silent',
      tsconfigRaw: {},
    });
    const [output] = result.outputFiles;
    if (output === undefined) throw new Error('mcpgen: esbuild gave no output');
    mkdirSync(join(serverDir, 'dist'), { recursive: true });
    const fresh = `${target}.${process.pid}`;
    try {
      writeFileSync(fresh, output.contents);
      renameSync(fresh, target);
    } finally {
      rmSync(fresh, { force: true });
    }
    return { value: target, diagnostics: [] };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return { diagnostics: error.errors.map((message) => toDiagnostic(message)) };
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function toDiagnostic({ text, location }: Message): Diagnostic {
  const hint = 'the bundle of before stays; correct the file and build again';
  if (location === null) return diagnostic('bundle-failed', text, { hint });
  const origin = { file: location.file, line: location.line, column: location.column + 1 };
  return diagnostic('bundle-failed', text, { origin, hint });
}
