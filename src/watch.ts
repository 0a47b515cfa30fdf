import { dirname, resolve } from 'node:path';
import { watch } from 'chokidar';

/** Changes that come together are one. */
const PAUSE = 100;

/**
 * Runs a task again whenever a file that it has read changes, is removed or comes back, one run at a time. Ends with the process, or by `stop`.
 * @param files what the first run has read
 * @param task never rejects; gives the files that it has read; those of earlier runs stay watched, since a run that failed may not have come to all of them
 */
export function watchFiles(
  files: readonly string[],
  task: () => Promise<readonly string[]>,
): { readonly stop: () => Promise<void> } {
  const known = new Set<string>();
  const folders = new Set<string>();
  // A glob of operations may find a file that no run has read yet.
  const isInput = (path: string) => known.has(path) || /\.(?:graphqls?|gql)$/.test(path);
  // Whole folders are watched, and where they stand, so that a file may go and come back with its folder.
  const watcher = watch([], {
    ignoreInitial: true,
    depth: 0,
    ignored: (path, stats) => stats?.isFile() === true && !isInput(resolve(path)),
  });
  const watchFolder = (folder: string) => {
    folders.add(folder);
    watcher.unwatch(folder);
    watcher.add([folder, dirname(folder)]);
  };
  const follow = (read: readonly string[]) => {
    for (const file of read) {
      const path = resolve(file);
      if (known.has(path)) continue;
      known.add(path);
      if (!folders.has(dirname(path))) watchFolder(dirname(path));
    }
  };
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let changed = false;
  const run = async () => {
    if (running) {
      changed = true;
      return;
    }
    running = true;
    do {
      changed = false;
      follow(await task());
    } while (changed);
    running = false;
  };
  watcher.on('all', (event, path) => {
    const folder = event === 'addDir' && folders.has(resolve(path));
    // A folder that is there again, or at last, is looked into anew.
    if (folder) watchFolder(resolve(path));
    if (!folder && !isInput(resolve(path))) return;
    clearTimeout(timer);
    timer = setTimeout(() => void run(), PAUSE);
  });
  follow(files);
  return {
    stop: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
