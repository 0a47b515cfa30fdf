import { spawn } from 'node:child_process';

/** How a command ended. */
export interface Outcome {
  /** Exit status; 128 + signal where a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Environment variables beside PATH and HOME: the commands that mcpgen runs see nothing else of its own environment. */
export type Environment = { readonly [name: string]: string };

/**
 * Runs a command to its end.
 * @param options `input` goes to its standard input, which is empty otherwise; after `timeout` milliseconds it is ended
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Environment;
    readonly input?: string;
    readonly timeout?: number;
  } = {},
): Promise<Outcome> {
  const { cwd, env, timeout } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: childEnvironment(env), timeout });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text: string) => {
        output[name] += text;
      });
    }
    // A command that does not read its input closes the pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ ...output, status: code ?? (signal === 'SIGINT' ? 130 : 143) }),
    );
  });
}

/** A generated server that runs as a process of its own. */
export interface RunningServer {
  /** Its MCP endpoint. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a bundled server on a free port of the loopback interface.
 * @param file `dist/server.mjs`
 * @param env its settings: base URL, secrets
 * @throws if it ends before it listens; the message is what it said
 */
export function startServer(file: string, env: Environment): Promise<RunningServer> {
  const child = spawn(process.execPath, [file], {
    env: childEnvironment({ HOST: '127.0.0.1', PORT: '0', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return new Promise((resolve, reject) => {
    let said = '';
    const read = (text: string) => {
      said += text;
      const url = /"message":"listening","url":"([^"]+)"/.exec(said)?.[1];
      if (url === undefined) return;
      child.stdout.off('data', read).resume();
      resolve({ url, stop });
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the server ended before it listened: ${said.trim()}`)));
  });
}

function childEnvironment(env: Environment = {}): Environment {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, ...env };
}
