/** Random numbers that are the same for the same seed, on every machine. */
export interface Random {
  /** From 0 to below `count`. */
  below(count: number): number;
  /** True in `share` of the cases. */
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T | undefined;
}

export function seeded(...seeds: readonly (string | number)[]): Random {
  let state = 0x9e3779b9;
  for (const character of seeds.join('\0'))
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x85ebca6b) ^ (state >>> 13);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return { below, chance: (share) => next() < share, pick: (items) => items[below(items.length)] };
}
