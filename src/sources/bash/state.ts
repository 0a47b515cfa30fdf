import { merge } from './merge.ts';
import { choice, concat, type Fact, hole, join, same, type Value } from './value.ts';
import { Variables } from './variables.ts';

/** One element of an array or of the argument list. */
export type Item =
  | {
      readonly kind: 'one';
      readonly value: Value;
      /** Only there on some ways through some branchings. */
      readonly when?: Presence;
    }
  | /** All positionals from `index`. */ {
      readonly kind: 'rest';
      readonly index: number;
      readonly at: number;
    };

/** The element is there on these ways through a branching (and the outer presence holds). */
export interface Presence {
  readonly branch: number;
  readonly picks: readonly number[];
  readonly facts: readonly Fact[];
  readonly outer?: Presence;
}

export type Variable =
  | { readonly kind: 'text'; readonly value: Value }
  | { readonly kind: 'array'; readonly items: readonly Item[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Value> };

/** What the script knows at one point. Branches work on copies. */
export interface State {
  readonly vars: Variables;
  args: readonly Item[];
  /** What the commands have printed since the innermost capture began. */
  out: Value;
  /** What is known on this way. */
  facts: readonly Fact[];
}

/** The state for one way through a branching: what it changes, the others do not see. */
export function copy(state: State): State {
  return { vars: state.vars.copy(), args: state.args, out: state.out, facts: state.facts };
}

/** Joins the states of several ways through a branching. */
export function mergeStates(
  states: readonly State[],
  facts: readonly (readonly Fact[])[],
  branch: number,
): State {
  const [first] = states;
  if (first === undefined) return { vars: new Variables(), args: [], out: [], facts: [] };
  if (states.length === 1) return first;
  const vars = Variables.merge(
    states.map((state) => state.vars),
    (values) => mergeVariables(values, facts, branch),
  );
  const factsOf = (index: number): readonly Fact[] => facts[index] ?? [];
  return {
    vars,
    args: states.every((state) => state.args === first.args)
      ? first.args
      : mergeItems(
          states.map((state) => state.args),
          facts,
          branch,
        ),
    out: states.every((state) => state.out === first.out)
      ? first.out
      : merge(
          states.map((state, index) => ({ value: state.out, facts: factsOf(index) })),
          branch,
        ),
    facts: first.facts.filter((fact) => states.every((state) => state.facts.includes(fact))),
  };
}

function mergeVariables(
  values: readonly (Variable | undefined)[],
  facts: readonly (readonly Fact[])[],
  branch: number,
): Variable {
  if (values.some((value) => value?.kind === 'array')) {
    return {
      kind: 'array',
      items: mergeItems(
        values.map((value) => itemsOf(value)),
        facts,
        branch,
      ),
    };
  }
  if (values.some((value) => value?.kind === 'map')) {
    const entries = new Map<string, Value>();
    for (const key of values.flatMap((value) => (value?.kind === 'map' ? [...value.entries.keys()] : []))) {
      if (entries.has(key)) continue;
      const ways = values.map((value, index) => ({
        value: (value?.kind === 'map' ? value.entries.get(key) : undefined) ?? [],
        facts: facts[index] ?? [],
      }));
      entries.set(key, merge(ways, branch));
    }
    return { kind: 'map', entries };
  }
  return {
    kind: 'text',
    value: merge(
      values.map((value, index) => ({
        value: value?.kind === 'text' ? value.value : [],
        facts: facts[index] ?? [],
      })),
      branch,
    ),
  };
}

/** A variable as a list of elements. */
export function itemsOf(variable: Variable | undefined): readonly Item[] {
  if (variable === undefined) return [];
  if (variable.kind === 'array') return variable.items;
  if (variable.kind === 'map') return [...variable.entries.values()].map((value) => ({ kind: 'one', value }));
  return variable.value.length === 0 ? [] : [{ kind: 'one', value: variable.value }];
}

/** Lists that begin alike keep the beginning; what one way has in addition is there on that way only. */
function mergeItems(
  lists: readonly (readonly Item[])[],
  facts: readonly (readonly Fact[])[],
  branch: number,
): readonly Item[] {
  const shared: Item[] = [];
  for (let index = 0; ; index++) {
    const items = lists.map((list) => list[index]);
    const [first] = items;
    if (first === undefined || !items.every((item) => item !== undefined && sameItem(item, first))) break;
    shared.push(first);
  }
  for (const [pick, list] of lists.entries()) {
    for (const item of list.slice(shared.length)) {
      if (item.kind === 'rest') shared.push(item);
      else
        shared.push({
          ...item,
          when: {
            branch,
            picks: [pick],
            facts: facts[pick] ?? [],
            ...(item.when === undefined ? {} : { outer: item.when }),
          },
        });
    }
  }
  return shared;
}

/** Whether two elements are the same text under the same condition. */
export function sameItem(a: Item, b: Item): boolean {
  if (a === b) return true;
  if (a.kind === 'rest' || b.kind === 'rest')
    return a.kind === b.kind && a.kind === 'rest' && a.index === (b as typeof a).index;
  return same(a.value, b.value) && a.when?.branch === b.when?.branch;
}

/** Elements joined to one text, as `"${a[*]}"` does. */
export function joinItems(items: readonly Item[], separator: string, at: number): Value {
  const pieces: Value[] = [];
  for (const [index, item] of items.entries()) {
    const lead: Value = index === 0 || separator === '' ? [] : [{ kind: 'text', text: separator, at }];
    if (item.kind === 'rest') pieces.push(lead, [hole({ kind: 'rest', index: item.index }, item.at)]);
    else if (item.when === undefined) pieces.push(lead, item.value);
    else
      pieces.push(
        choice(item.when.branch, [
          { value: concat(lead, item.value), picks: item.when.picks, facts: item.when.facts },
          { value: [], picks: [], facts: [] },
        ]),
      );
  }
  return join(pieces);
}

/** Drops the first elements, as `shift` does. */
export function shiftItems(items: readonly Item[], count: number): readonly Item[] {
  let left = count;
  for (const [index, item] of items.entries()) {
    if (left <= 0) return items.slice(index);
    if (item.kind === 'rest') return [{ ...item, index: item.index + left }, ...items.slice(index + 1)];
    left -= 1;
  }
  return [];
}
