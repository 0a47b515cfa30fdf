import type { Call } from './machine.ts';
import type { Item, Presence } from './state.ts';
import {
  type Choice,
  concat,
  constant,
  type Fact,
  filtered,
  type Hole,
  hole,
  holesOf,
  join,
  type Option,
  type Part,
  print,
  type Source,
  soleHole,
  type Value,
  withFallback,
} from './value.ts';

/** A call with every choice decided: what is there on some ways only is marked `optional`. */
export interface Variant {
  readonly argv: readonly Argument[];
  readonly stdin: Value | undefined;
  /** What is known on the ways that lead to this variant. */
  readonly facts: readonly Fact[];
  readonly vars: Call['state']['vars'];
}
export interface Argument {
  readonly value: Value;
  readonly optional: boolean;
}

const MAX_VARIANTS = 8;

/**
 * Decides the choices in a call. Small choices (an optional piece, one of several words, an argument with a fallback) stay in one request;
 * ways that send different requests become variants.
 */
export function variantsOf(call: Call): Variant[] {
  const hard = new Map<number, readonly Way[]>();
  const presences = new Map<number, Set<number>>();
  for (const item of call.argv) {
    if (item.kind === 'rest') continue;
    for (let when = item.when; when !== undefined; when = when.outer) {
      const picks = presences.get(when.branch) ?? new Set();
      for (const pick of when.picks) picks.add(pick);
      presences.set(when.branch, picks);
      if (picks.size > 1)
        hard.set(
          when.branch,
          [...picks].map((pick) => ({ pick, facts: [] })),
        );
    }
    findHard(item.value, hard);
  }
  if (call.stdin !== undefined) findHard(call.stdin, hard);
  for (const [branch, ways] of hard)
    hard.set(
      branch,
      ways.map((way) => ({ ...way, facts: factsOf(call, branch, way.pick) })),
    );
  let combinations: Picks[] = [{ picks: new Map(), facts: [] }];
  for (const [branch, ways] of hard) {
    const next = combinations.flatMap((one) =>
      ways
        .filter((way) => !contradicts(one.facts, way.facts))
        .map((way) => ({
          picks: new Map(one.picks).set(branch, way.pick),
          facts: [...one.facts, ...way.facts],
        })),
    );
    if (next.length > 0) combinations = next.slice(0, MAX_VARIANTS);
  }
  return combinations.map((one) => ({
    argv: call.argv.flatMap((item) => decideItem(call, item, one.picks)),
    stdin: call.stdin === undefined ? undefined : decide(call, call.stdin, one.picks),
    facts: one.facts,
    vars: call.state.vars,
  }));
}

interface Way {
  readonly pick: number;
  readonly facts: readonly Fact[];
}
interface Picks {
  readonly picks: ReadonlyMap<number, number>;
  readonly facts: readonly Fact[];
}

function contradicts(known: readonly Fact[], more: readonly Fact[]): boolean {
  return more.some((fact) =>
    known.some(
      (other) =>
        other.key === fact.key &&
        ((other.is === 'unset') !== (fact.is === 'unset') ||
          (other.is === 'equals' && fact.is === 'equals' && other.text !== fact.text)),
    ),
  );
}

function findHard(value: Value, hard: Map<number, readonly Way[]>): void {
  for (const part of value) {
    if (part.kind !== 'choice') continue;
    if (!isSoft(part)) {
      const picks = new Set([
        ...(hard.get(part.branch) ?? []).map((way) => way.pick),
        ...part.options.flatMap((option) => (option.picks.length > 0 ? option.picks.slice(0, 1) : [-1])),
      ]);
      hard.set(
        part.branch,
        [...picks].map((pick) => ({ pick, facts: [] })),
      );
    }
    for (const option of part.options) findHard(option.value, hard);
  }
}

function factsOf(call: Call, branch: number, pick: number): readonly Fact[] {
  let found: readonly Fact[] | undefined;
  const look = (value: Value): void => {
    for (const part of value) {
      if (part.kind !== 'choice' || found !== undefined) continue;
      if (part.branch === branch) found = optionFor(part, pick)?.facts;
      for (const option of part.options) look(option.value);
    }
  };
  for (const item of call.argv) {
    if (item.kind === 'rest') continue;
    for (let when = item.when; when !== undefined; when = when.outer)
      if (when.branch === branch && when.picks.includes(pick)) found ??= when.facts;
    look(item.value);
  }
  if (call.stdin !== undefined) look(call.stdin);
  return found ?? [];
}

function optionFor(choice: Choice, pick: number | undefined): Option | undefined {
  return (
    choice.options.find((option) => pick !== undefined && option.picks.includes(pick)) ??
    choice.options.find((option) => option.picks.length === 0)
  );
}

/** Options that do not need an earlier answer, where there are any. */
function usable(choice: Choice): readonly Option[] {
  const all = flattened(choice, 0);
  const free = all.filter(
    (option) =>
      !holesOf(option.value).some(
        (held) => held.source.kind === 'response' || held.source.kind === 'unknown',
      ),
  );
  return free.length > 0 ? free : all;
}

/** An option that is a choice between constants itself is as many options: `[ … ] && color=red; [ … ] && color=blue`. */
function flattened(choice: Choice, depth: number): readonly Option[] {
  return choice.options.flatMap((option): readonly Option[] => {
    const [inner] = option.value;
    if (option.value.length !== 1 || inner?.kind !== 'choice' || depth > 8) return [option];
    const options = flattened(inner, depth + 1);
    if (options.some(({ value }) => constant(value) === undefined)) return [option];
    return options.map((one) => ({ ...one, picks: option.picks, facts: [...option.facts, ...one.facts] }));
  });
}

/** Whether a choice can stay in one request. */
function isSoft(choice: Choice): boolean {
  const filled = usable(choice).filter((option) => option.value.length > 0);
  if (filled.length <= 1) return true;
  if (filled.every((option) => isWordLike(option.value))) return true;
  return filled.every((option) => soleHole(option.value) !== undefined || isWordLike(option.value));
}

function isWordLike(value: Value): boolean {
  const known = constant(value);
  return (
    known !== undefined &&
    /^[\w .@#-]{1,60}$/.test(known) &&
    !/^(GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS|-\w.*)$/.test(known)
  );
}

function decideItem(call: Call, item: Item, picks: ReadonlyMap<number, number>): Argument[] {
  if (item.kind === 'rest')
    return [{ value: [hole({ kind: 'rest', index: item.index }, item.at)], optional: false }];
  let optional = false;
  for (let when: Presence | undefined = item.when; when !== undefined; when = when.outer) {
    const pick = picks.get(when.branch);
    if (pick !== undefined && !when.picks.includes(pick)) return [];
    if (pick === undefined) optional = true;
  }
  const value = decide(call, item.value, picks);
  return [{ value: optional ? soften(value, item.when?.facts ?? []) : value, optional }];
}

/** Decides the choices in a value. */
export function decide(call: Pick<Call, 'state'>, value: Value, picks: ReadonlyMap<number, number>): Value {
  return join(
    value.map((part): Value => {
      if (part.kind === 'text') return [part];
      if (part.kind === 'hole')
        return [
          part.fallback === undefined ? part : { ...part, fallback: decide(call, part.fallback, picks) },
        ];
      const pick = picks.get(part.branch);
      const chosen = pick === undefined ? undefined : optionFor(part, pick);
      return chosen === undefined ? decideSoft(call, part, picks) : decide(call, chosen.value, picks);
    }),
  );
}

function decideSoft(call: Pick<Call, 'state'>, choice: Choice, picks: ReadonlyMap<number, number>): Value {
  const options = usable(choice);
  const filled = options.filter((option) => option.value.length > 0);
  const [first, ...others] = filled;
  if (first === undefined) return [];
  if (others.length === 0) {
    const value = decide(call, first.value, picks);
    return options.length === filled.length ? value : soften(value, first.facts);
  }
  const texts = filled.map((option) => constant(option.value));
  if (texts.every((known) => known !== undefined)) {
    const at = placeOf(first.value);
    const decider = deciderOf(filled);
    const held =
      decider === undefined
        ? hole({ kind: 'one-of', name: nameOf(call, choice, filled), values: texts }, at)
        : filtered(hole(decider, at), {
            kind: 'other',
            text: `one of ${texts.join(', ')}`,
            values: texts,
          });
    const [otherwise, another] = filled.filter((option) => option.facts.every(({ is }) => is !== 'equals'));
    if (decider !== undefined && otherwise !== undefined && another === undefined)
      return withFallback(held, otherwise.value);
    return [options.length > filled.length ? { ...held, optional: true } : held];
  }
  const ranked = [...filled].sort((a, b) => weight(b) - weight(a));
  const [best, next] = ranked;
  const held = best === undefined ? undefined : soleHole(best.value);
  if (held === undefined || next === undefined) return decide(call, first.value, picks);
  const fallback = held.fallback === undefined ? { fallback: decide(call, next.value, picks) } : {};
  return [{ ...held, ...fallback, ...(options.length > filled.length ? { optional: true } : {}) }];
}

/** The argument that decides between constants: `case "$2" in high) p=2 ;; *) p=0 ;; esac`. */
function deciderOf(options: readonly Option[]): Source | undefined {
  const keys = options.flatMap((option) =>
    option.facts.filter((fact) => fact.is === 'equals').map((fact) => fact.key),
  );
  const [key] = keys;
  const index = /^positional:(\d+)$/.exec(key ?? '')?.[1];
  return index !== undefined && keys.every((other) => other === key)
    ? { kind: 'positional', index: Number(index) }
    : undefined;
}

/** The option that an argument gives comes before one that the environment or a constant gives. */
function weight(option: Option): number {
  const source = soleHole(option.value)?.source.kind;
  if (source === 'flag' || source === 'positional') return 3;
  return source === undefined ? 0 : source === 'env' ? 1 : 2;
}

function placeOf(value: Value): number {
  const [first] = value;
  return first === undefined || first.kind === 'choice' ? 0 : first.at;
}

/** What to call a choice of words: as the fact says, else as the variable that holds it. */
function nameOf(call: Pick<Call, 'state'>, choice: Choice, options: readonly Option[]): string {
  const wanted = print([choice]);
  for (const [name, variable] of call.state.vars)
    if (variable.kind === 'text' && /^\w+$/.test(name) && print(variable.value) === wanted) return name;
  const fact = options.flatMap((option) => option.facts)[0];
  return fact?.key.replace(/^.*:/, '') ?? 'choice';
}

/** Marks the holes of an optional piece; a piece without holes becomes a switch where its value can be told from its name. */
function soften(value: Value, facts: readonly Fact[]): Value {
  if (value.some((part) => part.kind === 'hole'))
    return value.map((part): Part => (part.kind === 'hole' ? { ...part, optional: true } : part));
  const known = constant(value);
  const pair =
    known === undefined
      ? null
      : /^(\s*[,&?]?\s*(?:"[^"]+"\s*:\s*"?|[\w.[\]-]+=))([^&"]*?)("?\s*[,&]?\s*)$/.exec(known);
  const [, head = '', middle = '', tail = ''] = pair ?? [];
  if (pair === null || middle === '' || /[[{]/.test(middle)) return value;
  const at = placeOf(value);
  const name =
    facts.map((fact) => /^flag:(.*)$/.exec(fact.key)?.[1]).find((flag) => flag !== undefined) ??
    /(\w+)\W*$/.exec(head.replace(/[=:"\s]+$/, ''))?.[1] ??
    'switch';
  const held: Hole = {
    ...hole({ kind: 'switch', flag: `--${name}`, name, values: [middle] }, at),
    optional: true,
  };
  return concat(
    [{ kind: 'text', text: head, at }],
    [held],
    tail === '' ? [] : [{ kind: 'text', text: tail, at }],
  );
}

/** Names what sets one variant of a command apart from the others. */
export function variantWords(
  variant: Variant,
  names: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const equal = variant.facts.find((fact) => fact.is === 'equals');
  if (equal?.text !== undefined && equal.text !== '') return equal.text;
  const set = variant.facts.find((fact) => fact.is === 'set');
  const name = set === undefined ? undefined : (names.get(set.key)?.[0] ?? set.key.replace(/^.*:/, ''));
  return name === undefined || /^\d+$/.test(name) ? undefined : `with-${name}`;
}
