import { extendJson } from './json-extend.ts';
import {
  choice,
  concat,
  constant,
  type Fact,
  keyOf,
  lengthOf,
  type Option,
  same,
  soleHole,
  type Value,
  withFallback,
} from './value.ts';

/**
 * Joins what several ways through a branching leave: equal values stay, a value that the others only extend becomes an optional piece, a hole against a constant becomes a hole
 * with a fallback, everything else a choice.
 */
export function merge(
  ways: readonly { readonly value: Value; readonly facts: readonly Fact[] }[],
  branch: number,
): Value {
  const options: { value: Value; picks: number[]; facts: readonly Fact[] }[] = [];
  for (const [pick, way] of ways.entries()) {
    const known = options.find((option) => same(option.value, way.value));
    if (known === undefined) options.push({ value: way.value, picks: [pick], facts: way.facts });
    else {
      known.picks.push(pick);
      known.facts = known.facts.filter((fact) => way.facts.some((other) => sameFact(fact, other)));
    }
  }
  const [first, second] = options;
  if (first === undefined || second === undefined) return first?.value ?? [];
  if (options.length === 2) {
    const simple = fallbackOf(first, second) ?? fallbackOf(second, first);
    if (simple !== undefined) return simple;
  }
  if (options.length === 2) {
    const longer = lengthOf(second.value) >= lengthOf(first.value) ? second : first;
    const shorter = longer === second ? first : second;
    const presence = { branch, picks: longer.picks, facts: longer.facts };
    const extended = extendJson(shorter.value, shorter.value, longer.value, presence);
    if (extended !== undefined) return extended;
  }
  const prefix = sharedPrefix(options.map((option) => option.value));
  return concat(
    prefix.shared,
    choice(
      branch,
      options.map((option, index) => ({ ...option, value: prefix.rests[index] ?? [] })),
    ),
  );
}

/** Whether two facts say the same of the same value. */
export function sameFact(a: Fact, b: Fact): boolean {
  return a.key === b.key && a.is === b.is && a.text === b.text;
}

/** `if [ -n "$x" ]; then y=$x; else y=50; fi` is `${x:-50}`. */
function fallbackOf(given: Omit<Option, 'picks'>, other: Omit<Option, 'picks'>): Value | undefined {
  const alone = soleHole(given.value);
  if (alone === undefined || alone.fallback !== undefined) return undefined;
  const key = keyOf(alone.source);
  const otherText = constant(other.value);
  if (otherText === undefined) return undefined;
  const tested =
    given.facts.some((fact) => fact.key === key && fact.is === 'set') ||
    other.facts.some((fact) => fact.key === key && fact.is === 'unset');
  const byFlag = alone.source.kind === 'flag';
  return tested || byFlag ? withFallback(alone, other.value) : undefined;
}

/** Splits values that begin alike, where one is the beginning of the others (the script appended to it). */
function sharedPrefix(values: readonly Value[]): { shared: Value; rests: Value[] } {
  const shortest = [...values].sort((a, b) => a.length - b.length || lengthOf(a) - lengthOf(b))[0] ?? [];
  const rests: Value[] = [];
  for (const value of values) {
    const rest = after(value, shortest);
    if (rest === undefined) return { shared: [], rests: [...values] };
    rests.push(rest);
  }
  return { shared: shortest, rests };
}

/** What follows `head` in `value`, if `value` begins with it and the rest begins like an appended piece. */
function after(value: Value, head: Value): Value | undefined {
  for (const [index, part] of head.entries()) {
    const mine = value[index];
    if (mine === undefined) return undefined;
    if (same([mine], [part])) continue;
    if (
      index !== head.length - 1 ||
      mine.kind !== 'text' ||
      part.kind !== 'text' ||
      !mine.text.startsWith(part.text)
    )
      return undefined;
    const rest = mine.text.slice(part.text.length);
    if (/^\w/.test(rest) && /\w$/.test(part.text)) return undefined;
    return [{ ...mine, text: rest }, ...value.slice(index + 1)];
  }
  return value.slice(head.length);
}
