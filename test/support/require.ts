import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/**
 * Says whether a test must be skipped because something that it needs is not on this machine: `describe.skipIf(needs('jq'))`.
 * Warns by name of what is missing; with MCPGEN_REQUIRE_ALL=1 (as in CI) it throws instead, so that nothing is skipped unseen.
 * @param things commands (`jq`), or paths relative to the repository, which contain a `/` (`../shared/linear/schema.graphql`)
 */
export function needs(...things: readonly string[]): boolean {
  const missing = things.filter(
    (thing) => !(thing.includes('/') ? existsSync(resolve(thing)) : hasCommand(thing)),
  );
  if (missing.length === 0) return false;
  const data = missing.every((thing) => thing.startsWith('../shared/'));
  const message = `skipped: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not here`;
  if (process.env.MCPGEN_REQUIRE_ALL === '1' && !(data && process.env.MCPGEN_NO_SHARED === '1')) {
    throw new Error(message);
  }
  console.warn(message);
  return true;
}

/** Whether a command is on the PATH. */
export function hasCommand(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
