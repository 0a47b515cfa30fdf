import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const bin = process.env.MCPGEN_BIN ?? `${root}/src/bin.mjs`;

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/**
 * Runs the command line of mcpgen as a process.
 * @param limits `seconds` ends it; `megabytes` is what it may map (`ulimit -v`)
 */
export function mcpgen(
  words: readonly string[],
  options: {
    readonly cwd?: string;
    readonly seconds?: number;
    readonly megabytes?: number;
    readonly env?: { readonly [name: string]: string };
  } = {},
): Promise<Ran> {
  const limit = options.megabytes === undefined ? '' : `ulimit -v ${options.megabytes * 1024} && `;
  return run('bash', ['-c', `${limit}exec "$@"`, 'mcpgen', process.execPath, bin, ...words], options);
}

/** Runs any program. */
export function run(
  program: string,
  words: readonly string[],
  options: {
    readonly cwd?: string;
    readonly seconds?: number;
    readonly env?: { readonly [name: string]: string };
  } = {},
): Promise<Ran> {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = execFile(
      program,
      words,
      {
        cwd: options.cwd ?? root,
        timeout: (options.seconds ?? 600) * 1000,
        killSignal: 'SIGKILL',
        maxBuffer: 1e9,
        env: { ...process.env, ...options.env },
      },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
        resolve({ status, stdout, stderr, seconds: (performance.now() - start) / 1000 });
      },
    );
    child.stdin?.end();
  });
}
