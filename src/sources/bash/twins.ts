import type { Call, Machine } from './machine.ts';
import { merge } from './merge.ts';
import { type Item, sameItem } from './state.ts';
import { type Fact, holesOf, keyOf, same, type Value } from './value.ts';

/** The calls that one way through a branching makes. */
export interface Made {
  readonly calls: readonly Call[];
  readonly facts: readonly Fact[];
}

/**
 * Two branches that make the same call, one of them with the words or the text of an argument that is given there: one call in which they are optional.
 * Both keep their places, which the answers are known by.
 * @param shapes of the answers; that of the call that goes is kept for the other one
 * @param branch names the branching
 */
export function twinOf(
  [first, second]: readonly Made[],
  shapes: Machine['shapes'],
  branch: number,
): readonly Call[] | undefined {
  const [a, b] = [first?.calls[0], second?.calls[0]];
  if (first?.calls.length !== 1 || second?.calls.length !== 1 || a === undefined || b === undefined)
    return undefined;
  if (a.client !== b.client || !(a.stdin === b.stdin || same(a.stdin ?? [], b.stdin ?? []))) return undefined;
  const longer = weight(b) > weight(a) ? b : a;
  const shorter = longer === a ? b : a;
  const argv =
    a.argv.length === b.argv.length
      ? longerWord(a.argv, b.argv, first.facts, second.facts, branch)
      : furtherWords(longer.argv, shorter.argv, (longer === a ? first : second).facts, {
          branch,
          picks: [longer === a ? 0 : 1],
        });
  if (argv === undefined) return undefined;
  const shape = shapes.get(shorter.id);
  if (shape !== undefined && !shapes.has(longer.id)) shapes.set(longer.id, shape);
  const whole = {
    ...longer,
    argv,
    facts: longer.facts.filter((fact) => shorter.facts.includes(fact)),
    twins: [...(longer.twins ?? []), ...(shorter.twins ?? []), shorter.at],
  };
  return [a, b].map((call) => (call === longer ? whole : { ...call, joined: true }));
}

function weight({ argv }: Call): number {
  return argv.reduce((sum, item) => sum + (item.kind === 'one' ? 1 + item.value.length / 1e6 : 1), 0);
}

/** Words that only one of the calls has, in a row. */
function furtherWords(
  long: readonly Item[],
  short: readonly Item[],
  facts: readonly Fact[],
  way: { readonly branch: number; readonly picks: readonly number[] },
): readonly Item[] | undefined {
  const head = short.findIndex((item, index) => !alike(item, long[index]));
  const from = head === -1 ? short.length : head;
  const count = long.length - short.length;
  const added = long.slice(from, from + count);
  const rest = long.slice(from + count);
  if (!short.slice(from).every((item, index) => alike(item, rest[index]))) return undefined;
  if (!added.some((item) => item.kind === 'one' && isGiven(item.value, facts))) return undefined;
  const given = facts.filter(({ is }) => is === 'set');
  return [
    ...long.slice(0, from),
    ...added.map((item): Item => {
      if (item.kind === 'rest') return item;
      const outer = item.when === undefined ? {} : { outer: item.when };
      return { ...item, when: { ...way, facts: given, ...outer } };
    }),
    ...rest,
  ];
}

/** One word that is longer in one of the calls: a piece of a query string, a member of a body. */
function longerWord(
  a: readonly Item[],
  b: readonly Item[],
  factsOfA: readonly Fact[],
  factsOfB: readonly Fact[],
  branch: number,
): readonly Item[] | undefined {
  const differing = a.flatMap((item, index) => (alike(item, b[index]) ? [] : [index]));
  const [at] = differing;
  const [mine, other] = at === undefined ? [] : [a[at], b[at]];
  if (at === undefined || differing.length > 1 || mine?.kind !== 'one' || other?.kind !== 'one')
    return undefined;
  if (!isGiven(mine.value, factsOfA) && !isGiven(other.value, factsOfB)) return undefined;
  const value = merge(
    [
      { value: mine.value, facts: factsOfA },
      { value: other.value, facts: factsOfB },
    ],
    branch,
  );
  const pieces = value.every(
    (part) => part.kind !== 'choice' || part.options.some((option) => option.value.length === 0),
  );
  return pieces ? a.map((item, index) => (index === at ? { ...mine, value } : item)) : undefined;
}

/** Whether a value holds an argument that the branch has found to be given. */
function isGiven(value: Value, facts: readonly Fact[]): boolean {
  return holesOf(value).some((held) =>
    facts.some(({ key, is }) => is === 'set' && key === keyOf(held.source)),
  );
}

function alike(a: Item | undefined, b: Item | undefined): boolean {
  return a !== undefined && b !== undefined && sameItem(a, b);
}
