import type { Part } from './change.ts';
import type { Surface, SurfaceOperation } from './surface.ts';

type Sets = readonly (readonly string[])[];

/**
 * Compares what callers must set to be let in.
 * @returns what has changed for all operations alike, and for single ones; undefined where one side does not say it by operation
 */
export function compareSecurity(pairs: readonly (readonly [SurfaceOperation, SurfaceOperation])[]):
  | {
      readonly common: readonly Part[];
      readonly own: ReadonlyMap<SurfaceOperation, readonly Part[]>;
    }
  | undefined {
  const own = new Map<SurfaceOperation, readonly Part[]>();
  for (const [old, fresh] of pairs) {
    if (old.details === undefined || fresh.details === undefined) return undefined;
    own.set(old, compareSets(old.details.security, fresh.details.security));
  }
  const lists = [...own.values()];
  const [first = []] = lists;
  const alike = lists.length > 1 && lists.every((parts) => JSON.stringify(parts) === JSON.stringify(first));
  return alike ? { common: first, own: new Map() } : { common: [], own };
}

function compareSets(before: Sets, after: Sets): readonly Part[] {
  const [old, fresh] = [before, after].map(words);
  if (old === fresh) return [];
  // Whoever was let in has what one of the new ways wants.
  const breaking = !before.every((had) => after.some((wanted) => wanted.every((name) => had.includes(name))));
  return [{ breaking, kind: 'secret', message: `needs ${fresh}, was ${old}` }];
}

function words(sets: Sets): string {
  const ways = sets.map((names) =>
    names.length === 0 ? 'no secret' : names.map((name) => `\`${name}\``).join(' and '),
  );
  return [...new Set(ways)].sort().join(' or ');
}

/** The same for an API as a whole, where its operations are not known that well. */
export function apiSecrets(before: Surface, after: Surface): readonly Part[] {
  const secret = (breaking: boolean, message: string): Part => ({ breaking, kind: 'secret', message });
  const names = [...new Set([...before.secrets, ...after.secrets])];
  return names.flatMap((name) => {
    const [was, is] = [before, after].map((api) => api.secrets.includes(name));
    const [must, mustNow] = [before, after].map((api) => api.requiredSecrets.includes(name));
    if (mustNow && !must) return [secret(true, `needs \`${name}\` now`)];
    if (is && !was) return [secret(false, `may need \`${name}\` now`)];
    if (was && !is) return [secret(false, `no longer needs \`${name}\``)];
    return [];
  });
}
