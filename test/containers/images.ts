import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Environment, type Outcome, runCommand } from '../../src/processes.ts';

/** Where images are built. */
export interface Workshop {
  readonly folder: string;
  /** The settings under which the tools work here. */
  readonly env: Environment;
  /** Builds an image. Nothing is pulled. */
  readonly build: (
    name: string,
    context: string,
    options?: { readonly file?: string; readonly args?: Environment },
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Images without a daemon, in a folder of their own, so that nothing of the machine's own container set-up is touched. */
export interface PodmanWorkshop extends Workshop {
  readonly buildah: (...args: readonly string[]) => Promise<Outcome>;
}

const STORE = ['--storage-driver', 'vfs'];

/** Runs a command that must succeed. */
export async function run(
  command: string,
  args: readonly string[],
  options: Parameters<typeof runCommand>[2] = {},
): Promise<string> {
  const { status, stdout, stderr } = await runCommand(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${status}\n${stdout}\n${stderr}`);
  return stdout.trim();
}

/** A folder for one test run. Those of runs that were killed are removed: they hold gigabytes. */
export function makeFolder(): string {
  mkdirSync('.cache', { recursive: true });
  for (const name of readdirSync('.cache')) {
    const pid = /^containers-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(join('.cache', name), { recursive: true, force: true });
  }
  return realpathSync(mkdtempSync(resolve(`.cache/containers-${process.pid}-`)));
}

/** Makes an empty store for images, and the settings without which buildah and podman want a daemon, systemd or a registry. */
export function openWorkshop(): PodmanWorkshop {
  const folder = makeFolder();
  const at = (name: string) => join(folder, name);
  writeFileSync(at('policy.json'), '{"default": [{"type": "insecureAcceptAnything"}]}');
  writeFileSync(
    at('storage.conf'),
    `[storage]\ndriver = "vfs"\ngraphroot = "${at('store')}"\nrunroot = "${at('runroot')}"\n`,
  );
  writeFileSync(
    at('containers.conf'),
    `[containers]
init_path = "/usr/bin/catatonit"
cgroups = "disabled"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "crun"
healthcheck_events = false
[network]
network_backend = "netavark"
network_config_dir = "${at('networks')}"
`,
  );
  const env: Environment = {
    PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
    CONTAINERS_CONF: at('containers.conf'),
    CONTAINERS_STORAGE_CONF: at('storage.conf'),
    BUILDAH_ISOLATION: 'chroot',
    STORAGE_DRIVER: 'vfs',
    TMPDIR: folder,
  };
  const buildah: PodmanWorkshop['buildah'] = (...args) => runCommand('buildah', [...STORE, ...args], { env });
  return {
    folder,
    env,
    buildah,
    build: async (name, context, { file, args = {} } = {}) => {
      const isolated = ['--isolation', 'chroot', '--pull-never', '--signature-policy', at('policy.json')];
      const given = Object.entries(args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
      const dockerfile = file === undefined ? [] : ['--file', file];
      // The OCI format has no health checks.
      const words = [
        'bud',
        '--format',
        'docker',
        ...isolated,
        ...given,
        ...dockerfile,
        '--tag',
        name,
        context,
      ];
      await run('buildah', [...STORE, ...words], { env });
    },
    // Everything that was built is below it: several gigabytes.
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export const BASE = 'localhost/mcpgen-test-base:1';
export const NODE = 'localhost/mcpgen-test-node:1';

/**
 * Builds the images that stand in for the public ones: a base with bash, curl and jq for the agent, and one with this Node and npm.
 * npm there finds the hub in a cache that comes along: no build needs the network.
 */
export async function buildBases({ folder, build }: Workshop): Promise<void> {
  const base = join(folder, 'base');
  mkdirSync(base);
  cpSync(await rootfs(), join(base, 'rootfs.tar'));
  writeFileSync(join(base, 'Dockerfile'), 'FROM scratch\nADD rootfs.tar /\nCMD ["bash"]\n');
  await build(BASE, base);
  rmSync(base, { recursive: true });

  const node = join(folder, 'node');
  mkdirSync(node);
  const npm = dirname(dirname(realpathSync((await run('bash', ['-c', 'command -v npm'])).trim())));
  cpSync(process.execPath, join(node, 'node'));
  cpSync(npm, join(node, 'npm'), { recursive: true });
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const into = ['--prefix', join(folder, 'hub'), '--cache', join(node, 'cache')];
  // With the whole environment: how npm reaches its registry is the machine's affair.
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  await run('npm', ['install', '--global', ...into, ...flags, 'mcp-hub@4.2.1'], { env });
  writeFileSync(
    join(node, 'Dockerfile'),
    `FROM ${BASE}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY cache /npm-cache
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && node --version
ENV npm_config_cache=/npm-cache npm_config_offline=true npm_config_prefix=/usr/local
`,
  );
  await build(NODE, node);
  rmSync(node, { recursive: true });
}

/** A small Debian as a tar file; made once, by debootstrap, and kept. */
async function rootfs(): Promise<string> {
  const file = resolve('.cache/container-base.tar');
  if (existsSync(file)) return file;
  const folder = mkdtempSync(resolve('.cache/rootfs-'));
  try {
    const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
    const include = '--include=ca-certificates,curl,jq';
    await run('debootstrap', ['--variant=minbase', include, 'bookworm', folder], { env });
    const left = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'var/cache/apt', 'var/lib/apt/lists'];
    const excluded = left.map((path) => `--exclude=./${path}/*`);
    await run('tar', ['-C', folder, ...excluded, '-cf', `${file}.new`, '.']);
    renameSync(`${file}.new`, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return file;
}
