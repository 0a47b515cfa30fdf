import { rm } from 'node:fs/promises';
import { type Environment, type Outcome, runCommand } from '../../src/processes.ts';
import { makeFolder, run, type Workshop } from './images.ts';
import type { Engine } from './podman.ts';

/** Which daemon the user means. */
const env: Environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    name.startsWith('DOCKER_') && value !== undefined ? [[name, value]] : [],
  ),
);

const docker = (...args: readonly string[]) => runCommand('docker', args, { env, timeout: 60_000 });

/** Whether a Docker daemon answers. */
export async function haveDocker(): Promise<boolean> {
  return succeeds(() => docker('info'));
}

async function succeeds(command: () => Promise<Outcome>): Promise<boolean> {
  try {
    return (await command()).status === 0;
  } catch {
    return false;
  }
}

/** A workshop whose images are built and kept by the daemon. What was built is removed at the end. */
export function openDockerWorkshop(): Workshop {
  const folder = makeFolder();
  const built: string[] = [];
  return {
    folder,
    env,
    build: async (name, context, { file, args = {} } = {}) => {
      const given = Object.entries(args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
      const dockerfile = file === undefined ? [] : ['--file', file];
      await run('docker', ['build', ...given, ...dockerfile, '--tag', name, context], { env });
      built.push(name);
    },
    close: async () => {
      await docker('rmi', '--force', ...built);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Docker with its compose, the plugin or the older command. */
export async function openDocker(project: readonly string[]): Promise<Engine> {
  const plugin = await succeeds(() => docker('compose', 'version'));
  const [command, words] = plugin ? ['docker', ['compose']] : ['docker-compose', []];
  const compose: Engine['compose'] = (...args) =>
    runCommand(command, [...words, ...project, ...args], { env, timeout: 300_000 });
  return {
    container: docker,
    compose,
    // Where the daemon runs is its own affair: its processes may be another machine's, and are reached by the container alone.
    crash: async (id) => {
      const script =
        'for one in /proc/[0-9]*; do [[ $(tr "\\0" " " <$one/cmdline) == node* ]] && kill -9 ${one#/proc/}; done';
      await docker('exec', id, 'bash', '-c', script);
    },
    close: async () => {
      await compose('--profile', 'hub', 'down', '--timeout', '3', '--rmi', 'all');
    },
  };
}
