import { extendJson } from './json-extend.ts';
import { assign, type Flow, type Machine, offset } from './machine.ts';
import { merge } from './merge.ts';
import type * as Syntax from './parse.ts';
import { walk } from './parse.ts';
import type { Shell } from './shell.ts';
import { copy, type Item, itemsOf, type State, sameItem, type Variable } from './state.ts';
import {
  concat,
  constant,
  type Fact,
  type Hole,
  hole,
  keyOf,
  type Part,
  same,
  soleHole,
  text,
  type Value,
  withFallback,
} from './value.ts';

/** A loop over the arguments whose `case` names flags. */
export interface FlagSwitch {
  readonly command: Syntax.Case;
  /** Variables that the loop sets from `$1` before the `case`. */
  readonly copies: readonly string[];
}

/** Finds the `case` that tells flags apart in the body of a loop. */
export function flagSwitch(
  shell: Shell,
  body: Syntax.CompoundList,
  variable?: string,
): FlagSwitch | undefined {
  const hasRest = shell.machine.state.args.some((item) => item.kind === 'rest');
  if (!hasRest) return undefined;
  const copies: string[] = [];
  let found: Syntax.Case | undefined;
  walk(body, (node) => {
    if (found !== undefined || node.type === 'Function') return false;
    if (node.type === 'Assignment' && node.value.type === 'Word' && /^"?\$\{?1\b/.test(node.value.text))
      copies.push(node.name);
    if (node.type !== 'Case') return true;
    const subjects = ['1', ...copies, ...(variable === undefined ? [] : [variable])];
    const name = /^"?\$\{?(\w+)/.exec(node.word.text)?.[1] ?? '';
    if (
      subjects.includes(name) &&
      node.items.some((item) => item.pattern.some((word) => word.value.startsWith('-')))
    )
      found = node;
    return found === undefined;
  });
  return found === undefined
    ? undefined
    : { command: found, copies: copies.filter((name) => name !== variable) };
}

const MAX_FLAGS = 500;

/** Patterns that stand for flags of any name: mostly the arm that refuses them. */
const ANY_FLAG = new Set(['-*', '--*', '-?*', '--?*', '-*=*', '--*=*']);

/** Follows the commands of an arm; `false` where they leave the script or the function. */
function followArm(shell: Shell, item: Syntax.CaseItem): boolean {
  shell.machine.loops.push([]);
  const flow = shell.list(item.body.commands);
  shell.machine.loops.pop();
  return flow !== 'exit' && flow !== 'return';
}

/** Follows each arm of a flag loop once: what it sets is what the flag gives. */
export function flagLoop(shell: Shell, flags: FlagSwitch, variable: string | undefined): Flow {
  const { machine } = shell;
  const base = machine.state;
  const rest = base.args.find((item) => item.kind === 'rest');
  const start = rest?.kind === 'rest' ? rest.index : 1;
  const result = copy(base);
  const at = offset(machine, flags.command.pos);
  const targets = [...flags.copies, ...(variable === undefined ? [] : [variable])];
  for (const item of flags.command.items.slice(0, MAX_FLAGS)) {
    const written = item.pattern.map((word) => word.value).filter((pattern) => pattern.startsWith('-'));
    const patterns = written.filter((pattern) => !ANY_FLAG.has(pattern));
    if (written.length > 0 && patterns.length === 0)
      anyFlag(shell, result, base, item, written[0] ?? '-*', { start, targets });
    const flag = [...patterns].sort((a, b) => rank(b) - rank(a))[0];
    if (flag === undefined) continue;
    const name = flag.replace(/^-+/, '').replace(/[=*].*$/, '');
    if (name === '') continue;
    const bare = flag.replace(/[=*].*$/, '');
    const spelled = patterns.map((pattern) => pattern.replace(/[=*].*$/, ''));
    machine.flags.set(name, [...new Set(spelled)]);
    const held = hole({ kind: 'flag', flag: bare, name }, offset(machine, item.pos));
    const attached = flag.includes('=');
    const first: Value = attached ? concat(text(`${bare}=`, at), [held]) : text(bare, at);
    const args: Item[] = [
      { kind: 'one', value: first },
      ...(attached || variable !== undefined ? [] : [{ kind: 'one' as const, value: [held] }]),
      { kind: 'rest', index: start, at },
    ];
    machine.state = { ...copy(base), args };
    for (const target of targets) machine.state.vars.set(target, { kind: 'text', value: first });
    if (!followArm(shell, item)) continue;
    adopt(machine, result, base, { flag: bare, name }, targets);
  }
  machine.state = result;
  machine.state.args = positionals(shell, flags, variable, start);
  return 'next';
}

/** An arm that takes flags of any name: what it makes of them is there, and cannot be known. */
function anyFlag(
  shell: Shell,
  result: State,
  base: State,
  item: Syntax.CaseItem,
  pattern: string,
  { start, targets }: { readonly start: number; readonly targets: readonly string[] },
): void {
  const { machine } = shell;
  const at = offset(machine, item.pos);
  const word: Value = [hole({ kind: 'unknown', reason: 'unresolved', text: `${pattern})` }, at)];
  const rest: Item = { kind: 'rest', index: start, at };
  const one: Item = { kind: 'one', value: word };
  machine.state = { ...copy(base), args: [one, one, rest] };
  for (const target of targets) machine.state.vars.set(target, { kind: 'text', value: word });
  if (!followArm(shell, item)) return;
  const facts: Fact[] = [{ key: `flag:${pattern}`, is: 'set' }];
  for (const [name, now] of machine.state.vars) {
    const before = base.vars.get(name);
    if (now === before || targets.includes(name)) continue;
    const sofar = result.vars.get(name);
    if (now.kind === 'array') {
      const adopted = adoptArray(machine, sofar, before, now, { flag: pattern, name: pattern });
      // A word that goes on as it is may be any further word of what it goes to.
      const passed = (item: Item): Item => (item.kind === 'one' && same(item.value, word) ? rest : item);
      result.vars.set(name, { kind: 'array', items: itemsOf(adopted).map(passed) });
      continue;
    }
    if (now.kind === 'map') {
      result.vars.set(name, now);
      continue;
    }
    const old: Value = sofar?.kind === 'text' ? sofar.value : [];
    const ways = [
      { value: now.value, facts },
      { value: old, facts: [{ key: `flag:${pattern}`, is: 'unset' as const }] },
    ];
    result.vars.set(name, { kind: 'text', value: merge(ways, machine.branches++) });
  }
}

function rank(pattern: string): number {
  return (pattern.startsWith('--') ? 1_000 : 0) + (pattern.includes('*') ? 0 : 500) + pattern.length;
}

/** Takes over what the arm of a flag has changed: that is what the flag gives. */
export function adopt(
  machine: Machine,
  result: State,
  base: State,
  flag: { readonly flag: string; readonly name: string },
  ignored: readonly string[],
): void {
  for (const [name, now] of machine.state.vars) {
    const before = base.vars.get(name);
    if (now === before || ignored.includes(name) || name === 'OPTARG') continue;
    const sofar = result.vars.get(name);
    result.vars.set(
      name,
      now.kind === 'array'
        ? adoptArray(machine, sofar, before, now, flag)
        : now.kind === 'map'
          ? adoptMap(machine, name, sofar, before, now, flag)
          : adoptText(machine, name, sofar, before, now, flag),
    );
  }
}

function adoptText(
  machine: Machine,
  variable: string,
  sofar: Variable | undefined,
  before: Variable | undefined,
  now: Variable,
  flag: { readonly flag: string; readonly name: string },
): Variable {
  if (now.kind !== 'text') return now;
  if (flag.name.length === 1) machine.flags.set(variable.toLowerCase(), [flag.flag]);
  const old: Value = sofar?.kind === 'text' ? sofar.value : [];
  const known = constant(now.value);
  const name = flag.name.length === 1 ? variable.toLowerCase() : flag.name;
  const given = (held: Hole): Value => (old.length === 0 ? [held] : withFallback(held, old));
  if (
    known !== undefined &&
    !(
      before?.kind === 'text' &&
      constant(before.value) !== '' &&
      known.startsWith(constant(before.value) ?? '\0')
    )
  ) {
    const at = now.value[0]?.kind === 'text' ? now.value[0].at : 0;
    return {
      kind: 'text',
      value: given(hole({ kind: 'switch', flag: flag.flag, name, values: [known] }, at)),
    };
  }
  const alone = soleHole(now.value);
  if (alone !== undefined && alone.source.kind === 'flag') return { kind: 'text', value: given(alone) };
  // The script appends to a text: the piece is there when the flag is.
  const key = `flag:${flag.name}`;
  const presence = { branch: machine.branches++, picks: [0], facts: [{ key, is: 'set' as const }] };
  const extended = before?.kind === 'text' ? extendJson(old, before.value, now.value, presence) : undefined;
  if (extended !== undefined) return { kind: 'text', value: extended };
  const value =
    before?.kind === 'text' && before.value.length > 0 ? replay(old, before.value, now.value) : now.value;
  return {
    kind: 'text',
    value: merge(
      [
        { value, facts: [{ key, is: 'set' }] },
        { value: old, facts: [{ key, is: 'unset' }] },
      ],
      machine.branches++,
    ),
  };
}

/** The entries of a table that the arm has set. */
function adoptMap(
  machine: Machine,
  variable: string,
  sofar: Variable | undefined,
  before: Variable | undefined,
  now: Extract<Variable, { kind: 'map' }>,
  flag: { readonly flag: string; readonly name: string },
): Variable {
  const entries = new Map(sofar?.kind === 'map' ? sofar.entries : []);
  const base: ReadonlyMap<string, Value> = before?.kind === 'map' ? before.entries : new Map();
  for (const [key, value] of now.entries) {
    const old = base.get(key);
    if (old === value) continue;
    const texts = [entries.get(key), old, value].map((one): Variable | undefined =>
      one === undefined ? undefined : { kind: 'text', value: one },
    );
    const [made, was, is] = texts;
    const adopted = is === undefined ? undefined : adoptText(machine, variable, made, was, is, flag);
    if (adopted?.kind !== 'text') continue;
    // Without the flag there is no such entry.
    const isOptional = made === undefined;
    entries.set(
      key,
      adopted.value.map((part) => (part.kind === 'hole' && isOptional ? { ...part, optional: true } : part)),
    );
  }
  return { kind: 'map', entries };
}

/** An arm was followed from the state before the loop: what it appended is appended to what the other flags have made. */
function replay(sofar: Value, before: Value, now: Value): Value {
  const head = now.slice(0, before.length);
  return same(head, before) ? concat(sofar, now.slice(before.length)) : now;
}

function adoptArray(
  machine: Machine,
  sofar: Variable | undefined,
  before: Variable | undefined,
  now: Variable,
  flag: { readonly flag: string; readonly name: string },
): Variable {
  const old = itemsOf(before);
  const items = itemsOf(now);
  const appended =
    items.length >= old.length && old.every((item, index) => sameItem(item, items[index] ?? item));
  const facts: Fact[] = [{ key: `flag:${flag.name}`, is: 'set' }];
  const branch = machine.branches++;
  const added = (appended ? items.slice(old.length) : items).map((item): Item => {
    if (item.kind === 'rest') return item;
    return { kind: 'one', value: asList(item.value), when: { branch, picks: [0], facts } };
  });
  return { kind: 'array', items: [...itemsOf(sofar), ...added] };
}

/** The flag may be repeated: an array takes every value. */
function asList(value: Value): Value {
  return value.map(
    (part): Part =>
      part.kind === 'hole' && part.source.kind === 'flag'
        ? { ...part, source: { ...part.source, list: true } }
        : part,
  );
}

/** Follows the arm for words that are no flags, as often as it finds a place for another one. Gives what is left of the arguments. */
function positionals(
  shell: Shell,
  flags: FlagSwitch,
  variable: string | undefined,
  start: number,
): readonly Item[] {
  const { machine } = shell;
  const at = offset(machine, flags.command.pos);
  const untouched: readonly Item[] = [{ kind: 'rest', index: start, at }];
  const arm = flags.command.items.find((item) => item.pattern.some((word) => word.value === '*'));
  if (arm === undefined) return untouched;
  for (let index = start; index < start + 6; index++) {
    const before = machine.state;
    const word: Hole = hole({ kind: 'positional', index }, at);
    machine.state = {
      ...copy(before),
      args: [
        { kind: 'one', value: [word] },
        { kind: 'rest', index: index + 1, at },
      ],
    };
    machine.state.facts = [...before.facts, { key: keyOf(word.source), is: 'set' }];
    for (const target of [...flags.copies, ...(variable === undefined ? [] : [variable])])
      machine.state.vars.set(target, { kind: 'text', value: [word] });
    machine.loops.push([]);
    const flow = shell.list(arm.body.commands);
    const early = machine.loops.pop() ?? [];
    const after = early[0] ?? machine.state;
    if (flow === 'exit' || flow === 'return') {
      machine.state = before;
      return untouched;
    }
    let changed = false;
    const result = copy(before);
    for (const [name, now] of after.vars) {
      const old = before.vars.get(name);
      if (now === old || flags.copies.includes(name) || name === variable) continue;
      changed = true;
      if (now.kind === 'array') {
        result.vars.set(name, { kind: 'array', items: [...itemsOf(old), { kind: 'rest', index, at }] });
        machine.state = result;
        return [];
      }
      if (now.kind === 'text' && soleHole(now.value) === undefined && old?.kind === 'text') {
        const joined = hole({ kind: 'rest', index: start }, at);
        assign({ ...machine, state: result }, name, { kind: 'text', value: [joined] });
        machine.state = result;
        return [];
      }
      assign({ ...machine, state: result }, name, now);
    }
    machine.state = result;
    if (flow === 'break' || !changed) return [{ kind: 'rest', index, at }];
  }
  return [];
}
