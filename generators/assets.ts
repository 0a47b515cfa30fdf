import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of mcpgen's package: the same whether this runs from source or from the bundle. */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'generators'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('mcpgen: its own package.json was not found');
  return findRoot(parent);
}

/**
 * Reads a file that ships in the output.
 * @param path below `generators/`, e.g. `wrapper/runtime/encode.sh`
 * @returns its text, with LF line ends
 */
export function readAsset(path: string): string {
  return readFileSync(join(packageRoot, 'generators', path), 'utf8').replaceAll('\r\n', '\n');
}
