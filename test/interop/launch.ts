import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A program that runs beside the test. */
export interface Launched {
  /** What it said when it was ready: the match and its groups. */
  readonly ready: RegExpExecArray;
  /** All that it has printed so far. */
  readonly output: () => string;
  /** Ends it. Resolves with its exit status, null where a signal ended it. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) kill(child, 'SIGKILL');
});

/** Ends a program and all that it has started. */
function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It is gone.
  }
}

/**
 * Starts a program and waits until it says that it is ready.
 * @param ready what it prints then
 * @param env its whole environment, beside PATH
 * @throws if it ends before; the message is what it said
 */
export async function launch(
  command: string,
  args: readonly string[],
  { ready, env = {} }: { readonly ready: RegExp; readonly env?: { readonly [name: string]: string } },
): Promise<Launched> {
  const { PATH = '' } = process.env;
  const child = spawn(command, args, {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let printed = '';
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    kill(child, signal);
    return ended;
  };
  return new Promise((resolve, reject) => {
    const read = (text: string) => {
      printed += text;
      const match = ready.exec(printed);
      if (match !== null) resolve({ ready: match, output: () => printed, stop });
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    void ended.then((code) => reject(new Error(`${command} ended with ${code}: ${printed}`)), reject);
  });
}

/** A port that nobody listens on, and that no outgoing connection takes either: those begin at 32768. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
