import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** How to run a file of this machine, or its copy, somewhere else. */
export interface System {
  readonly name: string;
  /** Its root folder, where files have to be for it; empty for this machine. */
  readonly root: string;
  readonly path: string;
  /** Words that stand before a command. */
  readonly enter: readonly string[];
}

/**
 * Another release of Debian as a folder, which debootstrap makes once and which is kept: as root, since it is entered by chroot.
 * @param suite for example `bullseye`
 */
export function debian(suite: string): System {
  const root = resolve('.cache', `debian-${suite}`);
  if (!existsSync(root)) {
    const folder = mkdtempSync(resolve('.cache', 'debian-'));
    const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
    try {
      const words = ['--variant=minbase', '--include=curl,jq', suite, folder];
      execFileSync('debootstrap', words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
      renameSync(folder, root);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const path = '/usr/local/bin:/usr/bin:/bin';
  // Bash finds its descriptors in /proc.
  const inside = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
  return { name: `Debian ${suite}`, root, path, enter: ['unshare', '--mount', 'sh', '-c', inside, root] };
}

/** What `apk add bash curl` makes of Alpine: busybox for everything but these two, and no jq. The folder gets a link per applet. */
export function alpine(folder: string): System {
  const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const find = (name: string) => execFileSync('which', [name], { encoding: 'utf8' }).trim();
  for (const applet of applets.filter((name) => name !== 'bash'))
    symlinkSync(find('busybox'), join(folder, applet));
  for (const name of ['bash', 'curl']) symlinkSync(find(name), join(folder, name));
  return { name: 'Alpine', root: '', path: folder, enter: [] };
}

/** This machine. */
export const here: System = { name: 'here', root: '', path: process.env.PATH ?? '', enter: [] };
