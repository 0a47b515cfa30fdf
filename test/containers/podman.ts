import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, runCommand } from '../../src/processes.ts';
import { type PodmanWorkshop, run } from './images.ts';
import { until } from './namespaces.ts';

/** A container engine that docker-compose can talk to. */
export interface Engine {
  /** A command of the engine's own: `inspect`, `exec`, … */
  readonly container: (...args: readonly string[]) => Promise<Outcome>;
  readonly compose: (...args: readonly string[]) => Promise<Outcome>;
  /** Kills what a container's init runs, as the system would: not by a command of the engine, which would mean it. */
  readonly crash: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * The engine has namespaces of its own for mounts, processes and the network: it gets the /sys/fs/cgroup that it needs, its bridges and firewall rules are not
 * the machine's, and what it leaves running ends with it, which is when the test ends, however it does. So does what it keeps in /run and /dev/shm, where every
 * engine of a machine keeps it: the names and addresses of an engine that was killed would be answered by the name server of the next.
 */
const APART = ['--mount', '--pid', '--net', '--fork', '--kill-child', '--mount-proc'];
const START = `set -e
mount -t tmpfs none /run
mount -t tmpfs none /dev/shm
umount -R /sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 none /sys/fs/cgroup || mount -t tmpfs none /sys/fs/cgroup
ip link set lo up
exec catatonit -- podman system service --time 0 "$1"`;

/** Starts podman as a service; everything else reaches it by its socket. */
export async function startPodman(
  { folder, env }: PodmanWorkshop,
  project: readonly string[],
): Promise<Engine> {
  const socket = join(folder, 'podman.sock');
  const url = `unix://${socket}`;
  const service = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...APART, 'bash', '-c', START, 'engine', url],
    {
      env: { HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  service.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-4000);
  });
  const ended = once(service, 'close');
  const podman = (...args: readonly string[]) =>
    runCommand('podman', ['--remote', '--url', url, ...args], { env, timeout: 60_000 });
  const compose = (...args: readonly string[]) =>
    runCommand('docker-compose', [...project, ...args], {
      env: { ...env, DOCKER_HOST: url },
      timeout: 150_000,
    });
  await until('podman', () => existsSync(socket) || said || 'silence');

  // The timers of health checks belong to systemd, which is not here.
  let open = true;
  let held = false;
  let round = Promise.resolve();
  const checkAll = async () => {
    const { stdout } = await podman('ps', '--quiet');
    for (const id of stdout.split('\n').filter(Boolean)) await podman('healthcheck', 'run', id);
  };
  const checking = (async () => {
    while (open) {
      if (!held) round = checkAll();
      await round;
      await sleep(3000);
    }
  })();
  /** A command on the engine's own mounts and processes, which has nothing to do with the engine. */
  const beside = async (script: string, ...args: readonly string[]) => {
    const init = readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8').trim();
    const spaces = ['--target', init, '--mount', '--pid', '--net'];
    const command = ['bash', '-c', script, 'beside', ...args];
    return run('nsenter', [...spaces, ...command], { env: { HOME: process.env.HOME ?? '/root', ...env } });
  };
  /** From outside, and between two health checks: a command that runs in a container when it ends is one more thing to go wrong. */
  const crash = async (id: string) => {
    held = true;
    try {
      await round;
      const { stdout } = await podman('inspect', '--format', '{{.State.Pid}}', id);
      await beside('kill -KILL $(cat "/proc/$1/task/$1/children")', stdout.trim());
      await sleep(3000);
      // What conmon calls when a container has ended, and what heeds the restart policy. On a busy machine the call comes to nothing at times:
      // the container is then `stopped`, and not `exited` as one is that has been seen to.
      const ended = await podman('inspect', '--format', '{{.State.Status}}', id);
      if (ended.stdout.trim() === 'stopped') {
        const said = await beside('podman container cleanup "$1" 2>&1', id);
        console.warn(`conmon has not cleaned up: done in its place ${said}`);
      }
    } finally {
      held = false;
    }
  };
  return {
    container: podman,
    compose,
    crash,
    close: async () => {
      open = false;
      await checking;
      await compose('--profile', 'hub', 'down', '--timeout', '3');
      await podman('rm', '--all', '--force', '--time', '0');
      service.kill('SIGKILL');
      await ended;
    },
  };
}
