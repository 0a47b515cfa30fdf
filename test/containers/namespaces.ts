import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, type Outcome, runCommand } from '../../src/processes.ts';
import { type PodmanWorkshop, run } from './images.ts';

/** Two machines that see each other and nothing else: network namespaces with one cable between them. */
export interface Machines {
  readonly server: Machine;
  readonly agent: Machine;
  readonly close: () => Promise<void>;
}

export interface Machine {
  readonly address: string;
  /** Runs a command of this computer on the machine's network. */
  readonly run: (command: string, args: readonly string[], env?: Environment) => Promise<Outcome>;
  /** A container of an image, on the machine's network. */
  readonly container: (image: string) => Promise<Container>;
  /** Starts a command of this computer on the machine's network. */
  readonly start: (command: string, args: readonly string[]) => Running;
}

export interface Container {
  /** Runs a command in it as the image's user. */
  readonly run: (args: readonly string[], env?: Environment) => Promise<Outcome>;
  /** Starts what the image starts. */
  readonly start: (env: Environment, volumes?: readonly string[]) => Promise<Running>;
  /** Runs the image's health check. */
  readonly health: (env: Environment) => Promise<Outcome>;
}

export interface Running {
  readonly output: () => string;
  /** Exit status. */
  readonly ended: Promise<number>;
  /** Sends a signal to the program itself, not to the helpers that run it. */
  readonly signal: (name: NodeJS.Signals) => Promise<void>;
}

const HOSTS = { server: '10.99.0.1', agent: '10.99.0.2' };

/** @param names host names that lead to the server machine, written into every container's `/etc/hosts` */
export async function createMachines(workshop: PodmanWorkshop, names: readonly string[]): Promise<Machines> {
  const ip = (...args: readonly string[]) => run('ip', args, { env: workshop.env });
  const id = process.pid.toString(36);
  const spaces = { server: `mcpgen-${id}-s`, agent: `mcpgen-${id}-a` };
  const cables = { server: `mg${id}s`, agent: `mg${id}a` };
  const children: ChildProcess[] = [];
  const pids = async (space: string) => {
    const { stdout } = await runCommand('ip', ['netns', 'pids', space], { env: workshop.env });
    return stdout.split('\n').filter(Boolean).map(Number);
  };
  const close = async () => {
    for (const space of Object.values(spaces)) {
      for (const pid of await pids(space)) kill(pid, 'SIGKILL');
      await runCommand('ip', ['netns', 'del', space], { env: workshop.env });
    }
    for (const child of children) child.kill('SIGKILL');
  };
  try {
    await ip('netns', 'add', spaces.server);
    await ip('netns', 'add', spaces.agent);
    const ends = [
      'netns',
      spaces.server,
      'type',
      'veth',
      'peer',
      'name',
      cables.agent,
      'netns',
      spaces.agent,
    ];
    await ip('link', 'add', cables.server, ...ends);
    for (const role of ['server', 'agent'] as const) {
      await ip('-n', spaces[role], 'addr', 'add', `${HOSTS[role]}/24`, 'dev', cables[role]);
      await ip('-n', spaces[role], 'link', 'set', cables[role], 'up');
      await ip('-n', spaces[role], 'link', 'set', 'lo', 'up');
    }
  } catch (error) {
    await close();
    throw error;
  }

  const machine = (role: 'server' | 'agent'): Machine => {
    const inside = ['netns', 'exec', spaces[role]];
    const start = (command: string, args: readonly string[], program = [command, ...args]): Running => {
      const child = spawn('ip', [...inside, command, ...args], {
        env: { HOME: process.env.HOME, ...workshop.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      return running(child, async (signal) => {
        for (const pid of await pids(spaces[role]))
          if (commandLine(pid) === program.join(' ')) kill(pid, signal);
      });
    };
    const container = async (image: string): Promise<Container> => {
      const policy = ['--pull-never', '--signature-policy', `${workshop.folder}/policy.json`];
      const hosts = names.flatMap((name) => ['--add-host', `${name}:${HOSTS.server}`]);
      const store = ['--storage-driver', 'vfs'];
      const made = await workshop.buildah('from', ...policy, ...hosts, image);
      if (made.status !== 0) throw new Error(made.stderr);
      const name = made.stdout.trim();
      const inspect = [...store, 'inspect', '--type', 'image', image];
      const { config } = JSON.parse(await run('buildah', inspect, { env: workshop.env })).Docker;
      const words = (args: readonly string[], env: Environment, volumes: readonly string[] = []) => [
        ...store,
        'run',
        '--isolation',
        'chroot',
        ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
        ...volumes.flatMap((volume) => ['--volume', volume]),
        name,
        '--',
        ...args,
      ];
      const runInside = (args: readonly string[], env: Environment = {}) =>
        runCommand('ip', [...inside, 'buildah', ...words(args, env)], { env: workshop.env });
      return {
        run: runInside,
        start: async (env, volumes) =>
          start('buildah', words(config.Entrypoint, env, volumes), config.Entrypoint),
        health: (env) => runInside(config.Healthcheck.Test.slice(1), env),
      };
    };
    return {
      address: HOSTS[role],
      run: (command, args, env = {}) =>
        runCommand('ip', [...inside, command, ...args], { env: { ...workshop.env, ...env } }),
      container,
      start,
    };
  };
  return { server: machine('server'), agent: machine('agent'), close };
}

function running(child: ChildProcess, signal: Running['signal']): Running {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : 128));
  return {
    output: () => output,
    ended,
    signal,
  };
}

/** What a process was started with; of the program's path the name alone. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .join(' ')
      .replace(/^\/\S*\//, '');
  } catch {
    return '';
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** What a wait has found: `true` where it is over, else what there is instead. */
export type Found = true | string;

/** An outcome as a wait wants it: the end of what was said, where the status is not 0. */
export function worked({ status, stdout, stderr }: Outcome): Found {
  return status === 0 || `exit ${status}\n${`${stdout}${stderr}`.slice(-2000)}`;
}

const PATIENCE = 60_000;

/**
 * Waits until something is so, a minute at most.
 * @throws after that, with what was found last
 */
export async function until(what: string, test: () => Promise<Found> | Found): Promise<void> {
  const end = Date.now() + PATIENCE;
  let last: Found = 'no answer to the first question';
  while (Date.now() < end) {
    // A question may be one that is never answered.
    const asked: Found = await Promise.race([test(), sleep(end - Date.now(), last, { ref: false })]);
    if (asked === true) return;
    last = asked;
    await sleep(200);
  }
  throw new Error(`${what}: not within ${PATIENCE / 1000} seconds; instead: ${last}`);
}
