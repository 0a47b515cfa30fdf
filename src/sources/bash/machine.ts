import type { DiagnosticCode } from '../../model/codes.ts';
import type * as Syntax from './parse.ts';
import { copy, type Item, itemsOf, mergeStates, type State, type Variable } from './state.ts';
import { type Made, twinOf } from './twins.ts';
import {
  derivedKey,
  type Fact,
  type Filter,
  hole,
  lengthOf,
  type Part,
  sizeOf,
  soleHole,
  text,
  type Value,
} from './value.ts';

/** How a command ended: `next` goes on, the others leave the function, the script or the loop. */
export type Flow = 'next' | 'return' | 'exit' | 'break' | 'continue';

/** One HTTP call that the script can make. */
export interface Call {
  readonly id: number;
  readonly client: 'curl' | 'wget' | 'httpie';
  /** Without the program's name. */
  readonly argv: readonly Item[];
  readonly stdin: Value | undefined;
  /** Offset of the program's name. */
  readonly at: number;
  /** Offset of the outermost command that led here: in the arm or function that the caller named. */
  readonly from: number;
  /** Functions that led here, the outermost first. */
  readonly through: readonly string[];
  readonly facts: readonly Fact[];
  /** Its answer goes into a variable, not to the caller. */
  readonly captured: boolean;
  /** Another branch makes the same call with further words: this one is a part of that. */
  readonly joined?: boolean;
  /** Where the calls stand that are a part of this one. */
  readonly twins?: readonly number[];
  readonly state: Pick<State, 'vars'>;
}

/** Something to tell the user, found on the way. */
export interface Note {
  readonly code: DiagnosticCode;
  readonly at: number;
  readonly message: string;
  readonly hint?: string;
}

/** A place where the script chooses what to do by a positional argument. */
export interface Dispatch {
  readonly position: number;
  /** The words that are followed one by one. */
  readonly words: readonly string[];
  /** Other spellings of each word. */
  readonly aliases?: ReadonlyMap<string, readonly string[]>;
  /** No other word makes sense. */
  readonly closed?: boolean;
  /** The words are names of functions, whatever they are for. */
  readonly functions?: boolean;
}

interface Frame {
  readonly name: string;
  readonly at: number;
  /** Values that `local` hides. */
  readonly saved: Map<string, Variable | undefined>;
  readonly returned: State[];
}

/** Everything one evaluation of the script works with. */
export interface Machine {
  readonly script: Syntax.Script;
  readonly functions: Map<string, Syntax.Function>;
  /** Whether anything below a node can make a call. */
  readonly reaches: (node: Syntax.SyntaxNode) => boolean;
  /** Whether a node can change anything about a call; else it may be passed over. */
  readonly matters: (node: Syntax.SyntaxNode) => boolean;
  /** Words that a positional argument is known not to be. */
  readonly excluded: ReadonlyMap<number, ReadonlySet<string>>;
  state: State;
  stdin: Value | undefined;
  readonly calls: Call[];
  readonly frames: Frame[];
  /** States that left a loop early, the innermost loop last. */
  readonly loops: State[][];
  readonly notes: Note[];
  /** Variables that held a source, by its key, in order. */
  readonly names: Map<string, string[]>;
  readonly dispatches: Dispatch[];
  /** All spellings of the flags that the script tells apart, by their names. */
  readonly flags: Map<string, readonly string[]>;
  /** How answers are shaped before they are printed, by call. */
  readonly shapes: Map<number, readonly Filter[]>;
  /** What stands for the characters of the private use area in `eval`ed text. */
  readonly held: Part[];
  /** `eval`ed text has no place of its own: this offset stands for it. */
  fixedAt: number | undefined;
  /** Files that the script writes, as names of variables. */
  readonly written: Set<string>;
  captures: number;
  /** How many commands are open inside each other. */
  depth: number;
  /** How many pipelines and files wait for what is printed. */
  listeners: number;
  branches: number;
  traps: Syntax.ParsedScript[];
  /** Where only a piece of the script is followed: the variables that the rest of it sets. */
  readonly assigned?: ReadonlySet<string>;
  readonly budget: Budget;
}

/** Shared by all evaluations of one script. */
export interface Budget {
  steps: number;
  exhausted: boolean;
}

const MAX_NESTING = 300;

/** Counts steps; false when the evaluation has used up its budget and must end. */
export function tick(machine: Machine, steps = 1): boolean {
  const { budget } = machine;
  budget.steps -= steps;
  if (budget.steps <= 0 || machine.depth > MAX_NESTING) budget.exhausted = true;
  return !budget.exhausted;
}

/** Counts the steps that it takes to go through a value. */
export function tickFor(machine: Machine, value: Value): void {
  tick(machine, (sizeOf(value) >> 3) + (lengthOf(value) >> 10));
}

/** Whether nothing is lost when a node is passed over: nobody waits for what it prints, and it changes nothing that matters. */
export function isIdle(machine: Machine, node: Syntax.SyntaxNode): boolean {
  return machine.captures === 0 && machine.listeners === 0 && !machine.matters(node);
}

/** The offset to report for a node. */
export function offset(machine: Machine, at: number): number {
  return machine.fixedAt ?? at;
}

/** Notes something about a place of the script, for its author. */
export function note(
  machine: Machine,
  code: DiagnosticCode,
  at: number,
  message: string,
  hint?: string,
): void {
  machine.notes.push({ code, at: offset(machine, at), message, ...(hint === undefined ? {} : { hint }) });
}

/** Runs `body` with its own output and gives what it printed, without the newlines at the end. Variables keep their values, as in a subshell. */
export function capture(machine: Machine, body: () => void): Value {
  const outer = machine.state;
  machine.state = { ...copy(outer), out: [] };
  machine.captures += 1;
  body();
  machine.captures -= 1;
  const { out } = machine.state;
  keepFiles(machine, outer);
  machine.state = outer;
  return trimEnd(out);
}

/** A subshell forgets its variables, but not the files that it has written. */
export function keepFiles(machine: Machine, outer: State): void {
  if (outer === machine.state) return;
  for (const name of machine.written) {
    const content = machine.state.vars.get(name);
    if (content !== undefined && content !== outer.vars.get(name)) outer.vars.set(name, content);
  }
}

/** Without the newlines at the end. */
export function trimEnd(value: Value): Value {
  const last = value.at(-1);
  if (last?.kind !== 'text') return value;
  const trimmed = last.text.replace(/\n+$/, '');
  if (trimmed === last.text) return value;
  const head = value.slice(0, -1);
  return trimmed === '' ? trimEnd(head) : [...head, { ...last, text: trimmed }];
}

/** Prints: what goes to standard output. */
export function emit(machine: Machine, value: Value): void {
  if (machine.captures === 0) recordShape(machine, value);
  if (machine.captures === 0 && machine.listeners === 0) return;
  machine.state.out = [...machine.state.out, ...value].slice(-2_000);
}

/** Remembers what was done to an answer that is printed alone. */
function recordShape(machine: Machine, value: Value): void {
  const shown = value.filter((part) => part.kind !== 'text' || part.text.trim() !== '');
  const alone = soleHole(shown);
  if (alone?.source.kind !== 'response') return;
  const before = machine.shapes.get(alone.source.call);
  if (before === undefined || before.length <= alone.filters.length)
    machine.shapes.set(alone.source.call, alone.filters);
}

export interface Way {
  readonly facts: readonly Fact[];
  readonly run: () => Flow;
}

/** Follows every way through a branching on a copy of the state and joins those that go on (`return`, `break` and `continue` keep their own states). */
export function branch(machine: Machine, ways: readonly Way[]): Flow {
  tick(machine, 4 * ways.length);
  const base = machine.state;
  const id = machine.branches++;
  const live: { state: State; facts: readonly Fact[] }[] = [];
  const flows: Flow[] = [];
  const made: Made[] = [];
  for (const way of ways) {
    machine.state = copy(base);
    machine.state.facts = [...base.facts, ...way.facts];
    const from = machine.calls.length;
    const flow = way.run();
    if (machine.calls.length > from) made.push({ calls: machine.calls.slice(from), facts: way.facts });
    flows.push(flow);
    if (flow === 'next') live.push({ state: machine.state, facts: way.facts });
  }
  const twins = made.length === 2 ? twinOf(made, machine.shapes, id) : undefined;
  if (twins !== undefined) machine.calls.splice(-2, 2, ...twins);
  if (live.length === 0) {
    machine.state = base;
    return flows.find((flow) => flow !== 'exit') ?? 'exit';
  }
  machine.state = mergeStates(
    live.map((way) => way.state),
    live.map((way) => way.facts),
    id,
  );
  return 'next';
}

/** Joins the current state (if the way here went on) with those that left early. */
export function rejoin(machine: Machine, early: readonly State[], wentOn: boolean): void {
  const states = wentOn ? [...early, machine.state] : early;
  if (states.length > 0) machine.state = mergeStates(states, [], machine.branches++);
}

/** Sets a variable, and remembers its name for the source that it holds. */
export function assign(machine: Machine, name: string, variable: Variable): void {
  machine.state.vars.set(name, variable);
  if (variable.kind === 'text') remember(machine, name, variable.value);
}

function remember(machine: Machine, name: string, value: Value): void {
  const held = soleHole(value);
  if (held === undefined) return;
  const key = derivedKey(held);
  const names = machine.names.get(key) ?? [];
  if (!names.includes(name)) machine.names.set(key, [...names, name]);
}

/** The positional argument `index` (from 1): undefined when it is known that there is none. */
export function positional(machine: Machine, index: number, at: number): Value | undefined {
  let left = index;
  for (const item of machine.state.args) {
    if (item.kind === 'rest')
      return [hole({ kind: 'positional', index: item.index + left - 1 }, offset(machine, at))];
    left -= 1;
    if (left === 0) return item.value;
  }
  return undefined;
}

/** The value of a variable: what was assigned, else the environment. */
export function variable(machine: Machine, name: string, at: number): Value {
  const known = machine.state.vars.get(name);
  const place = offset(machine, at);
  if (known === undefined)
    return [
      machine.assigned?.has(name) === true
        ? hole({ kind: 'unknown', reason: 'unresolved', text: `$${name}` }, place)
        : hole({ kind: 'env', name }, place),
    ];
  if (known.kind === 'text') {
    const held = soleHole(known.value);
    return held === undefined ? known.value : [{ ...held, at: place, born: held.born ?? held.at }];
  }
  const [first] = itemsOf(known);
  return first === undefined
    ? []
    : first.kind === 'one'
      ? first.value
      : (positional(machine, first.index, at) ?? []);
}

/** The script's own name. */
export function scriptName(machine: Machine): string {
  return machine.script.file.slice(machine.script.file.lastIndexOf('/') + 1);
}

const HELD = 0xe000;

/** A literal of the script; in `eval`ed text, characters of the private use area stand for what is not known. */
export function literal(machine: Machine, value: string, at: number): Value {
  if (machine.held.length === 0) return text(value, at);
  return value.split(/([\uE000-\uF8FF])/).flatMap((piece): Value => {
    const part = piece.length === 1 ? machine.held[piece.charCodeAt(0) - HELD] : undefined;
    return part === undefined ? text(piece, at) : [part];
  });
}

/** The character that stands for a part in text to be evaluated. */
export function holdPart(machine: Machine, part: Part): string {
  machine.held.push(part);
  return String.fromCharCode(HELD + machine.held.length - 1);
}
