import { flagLoop, flagSwitch } from './flags.ts';
import { getoptsLoop } from './getopts.ts';
import { assign, type Flow, note, offset, rejoin } from './machine.ts';
import type * as Syntax from './parse.ts';
import { walk } from './parse.ts';
import type { Shell } from './shell.ts';
import { copy, type Item } from './state.ts';
import { constant, filtered, type Hole, hole, keyOf, same, soleHole, text, type Value } from './value.ts';
import type { Variables } from './variables.ts';

const MAX_ROUNDS = 20;

/** Follows the body once, and keeps what left the loop early. */
export function round(shell: Shell, body: Syntax.CompoundList): Flow {
  const { machine } = shell;
  machine.loops.push([]);
  const flow = shell.list(body.commands);
  const early = machine.loops.pop() ?? [];
  if (flow === 'exit' || flow === 'return') {
    if (early.length === 0) return flow;
    rejoin(machine, early, false);
  } else rejoin(machine, early, flow === 'next');
  return 'next';
}

/** `while`, `until`, `for ((…))`. */
export function whileLoop(shell: Shell, command: Syntax.While | Syntax.ArithmeticFor): Flow {
  const { machine } = shell;
  const options = command.type === 'While' ? getoptsLoop(shell, command) : undefined;
  if (options !== undefined) return options;
  const flags = flagSwitch(shell, command.body);
  if (flags !== undefined) return flagLoop(shell, flags, undefined);
  const before = machine.state;
  const test = (): Flow => (command.type === 'While' ? condition() : 'next');
  const condition = (): Flow => {
    const result = shell.node(command.type === 'While' ? command.clause : command.body);
    if (result.flow !== 'next') return result.flow;
    machine.state.facts = [
      ...machine.state.facts,
      ...(command.type === 'While' && command.kind === 'until' ? result.no : result.yes),
    ];
    return 'next';
  };
  if (!machine.reaches(command)) {
    // Nothing is sent in it: what matters is what it leaves.
    machine.state = copy(before);
    if (test() !== 'next') return 'next';
    round(shell, command.body);
    machine.state.facts = before.facts;
    widen(shell, before.vars);
    return 'next';
  }
  const calls = machine.calls.length;
  const notes = machine.notes.length;
  const facts = before.facts;
  machine.state = copy(before);
  const ended = test();
  if (ended !== 'next') return ended;
  round(shell, command.body);
  const changed = carried(shell, command, before.vars);
  if (changed.length > 0 && machine.loops.length < 3) {
    machine.calls.length = calls;
    machine.notes.length = notes;
    machine.state = copy(before);
    for (const [name, initial] of changed) {
      const start = constant(initial);
      const at = offset(machine, command.pos);
      const value: Value = [
        { ...hole({ kind: 'loop', name }, at), ...(start === undefined ? {} : { fallback: initial }) },
      ];
      machine.state.vars.set(name, { kind: 'text', value });
    }
    test();
    round(shell, command.body);
  }
  machine.state.facts = facts;
  return 'next';
}

/** Variables that a round reads before it changes them: their first value is not the value of the later rounds. */
function carried(shell: Shell, command: Syntax.SyntaxNode, before: Variables): [string, Value][] {
  const result: [string, Value][] = [];
  for (const [name, now] of shell.machine.state.vars) {
    const old = before.get(name);
    if (old?.kind !== 'text' || old.value === undefined || now.kind !== 'text' || same(old.value, now.value))
      continue;
    if (!/^\w+$/.test(name) || !readsFirst(command, name)) continue;
    if (constant(old.value) !== undefined) result.push([name, old.value]);
  }
  return result;
}

/** Where a loop first reads and first writes each name. */
interface Uses {
  readonly reads: ReadonlyMap<string, number>;
  readonly writes: ReadonlyMap<string, number>;
}
const USES = new WeakMap<Syntax.SyntaxNode, Uses>();

function readsFirst(command: Syntax.SyntaxNode, name: string): boolean {
  const { reads, writes } = usesOf(command);
  return (reads.get(name) ?? Number.POSITIVE_INFINITY) < (writes.get(name) ?? Number.POSITIVE_INFINITY);
}

function usesOf(command: Syntax.SyntaxNode): Uses {
  const known = USES.get(command);
  if (known !== undefined) return known;
  const reads = new Map<string, number>();
  const writes = new Map<string, number>();
  const first = (map: Map<string, number>, name: string, at: number): void =>
    void map.set(name, Math.min(map.get(name) ?? at, at));
  walk(command, (node) => {
    if (node.type === 'SimpleExpansion') first(reads, node.text.slice(1), node.pos);
    if (node.type === 'ParameterExpansion') first(reads, node.parameter, node.pos);
    if (node.type === 'ArithmeticWord') first(reads, node.value, node.pos);
    if (node.type === 'Assignment' && node.append !== true) first(writes, node.name, node.end);
    return true;
  });
  const uses = { reads, writes };
  USES.set(command, uses);
  return uses;
}

/** After a loop of unknown length: a variable that it changed by counting is known no longer. */
function widen(shell: Shell, before: Variables): void {
  const { machine } = shell;
  for (const [name, now] of machine.state.vars) {
    const old = before.get(name);
    if (old?.kind !== 'text' || now.kind !== 'text' || old.value === undefined) continue;
    if (/^-?\d+$/.test(constant(old.value) ?? '') && !same(old.value, now.value))
      machine.state.vars.set(name, {
        kind: 'text',
        value: [{ ...hole({ kind: 'loop', name }, 0), fallback: old.value }],
      });
  }
}

/** `for x in …`, `select`. */
/** What a loop over the arguments has in hand: one of them; all of them, where it only puts them into a list. */
function restOf(
  command: Syntax.For | Syntax.Select,
  item: Extract<Item, { kind: 'rest' }>,
  at: number,
): Hole {
  const appends = command.body.commands.every(({ command: inner }) => {
    if (inner.type !== 'Command' || inner.name !== undefined) return false;
    return inner.prefix.every(
      (part) => part.type === 'Assignment' && part.append === true && part.value.type === 'ArrayValue',
    );
  });
  if (!appends) return hole({ kind: 'positional', index: item.index }, at);
  return { ...filtered(hole({ kind: 'rest', index: item.index }, at), { kind: 'list' }), optional: true };
}

/** A loop over the fields of one argument sends one request for each: what the caller gives is one of them. */
function pieceOf(items: readonly Item[]): Item | undefined {
  const holes = items.map((item) => (item.kind === 'one' ? soleHole(item.value) : undefined));
  const [first] = holes;
  const isSplit = holes.every(
    (held) =>
      held !== undefined &&
      first !== undefined &&
      keyOf(held.source) === keyOf(first.source) &&
      held.filters.at(-1)?.kind === 'match',
  );
  return first === undefined || holes.length < 3 || !isSplit
    ? undefined
    : { kind: 'one', value: [{ ...first, filters: first.filters.slice(0, -1) }] };
}

export function forLoop(shell: Shell, command: Syntax.For | Syntax.Select): Flow {
  const { machine, expander } = shell;
  const name = command.name.value;
  const items =
    command.wordlist === undefined ? machine.state.args : expander.words(machine, command.wordlist);
  if (items.some((item) => item.kind === 'rest')) {
    const flags = flagSwitch(shell, command.body, name);
    if (flags !== undefined) return flagLoop(shell, flags, name);
  }
  const at = offset(machine, command.name.pos);
  const constants = items.map((item) =>
    item.kind === 'one' && item.when === undefined ? constant(item.value) : undefined,
  );
  const known = constants.filter((item) => item !== undefined);
  const sends = machine.reaches(command.body);
  const facts = machine.state.facts;
  if (
    known.length === items.length &&
    (!sends || known.length <= 1 || known.some((item) => /[/:.]/.test(item)))
  ) {
    for (const item of known.slice(0, MAX_ROUNDS)) {
      assign(machine, name, { kind: 'text', value: text(item, at) });
      const flow = round(shell, command.body);
      if (flow !== 'next') return flow;
    }
    if (known.length > MAX_ROUNDS)
      note(machine, 'budget', at, `only the first ${MAX_ROUNDS} rounds of the loop are followed`);
    return 'next';
  }
  if (known.length === items.length) {
    assign(machine, name, { kind: 'text', value: [hole({ kind: 'one-of', name, values: known }, at)] });
    return round(shell, command.body);
  }
  const piece = sends ? pieceOf(items) : undefined;
  if (piece !== undefined)
    note(machine, 'several-calls', at, `the loop sends one request for each \`${name}\` in an argument`);
  for (const item of piece === undefined ? items.slice(0, MAX_ROUNDS) : [piece]) {
    const value: Value = item.kind === 'one' ? item.value : [restOf(command, item, at)];
    assign(machine, name, {
      kind: 'text',
      value: value.length === 0 ? [hole({ kind: 'loop', name }, at)] : value,
    });
    const flow = round(shell, command.body);
    if (flow !== 'next') return flow;
  }
  machine.state.facts = facts;
  return 'next';
}
