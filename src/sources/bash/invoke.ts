import { wordOf } from './assignments.ts';
import { builtin } from './builtins.ts';
import { emit, type Flow, holdPart, isIdle, type Machine, note, rejoin } from './machine.ts';
import type * as Syntax from './parse.ts';
import { parseText } from './parse.ts';
import { program } from './programs.ts';
import type { Shell } from './shell.ts';
import { copy, type Item } from './state.ts';
import { type Condition, decided, testWords, UNDECIDED } from './tests.ts';
import {
  constant,
  type Fact,
  filtered,
  hole,
  type Part,
  print,
  soleHole,
  text,
  type Value,
} from './value.ts';

const FLOWING: Readonly<Record<string, Flow>> = {
  return: 'return',
  exit: 'exit',
  break: 'break',
  continue: 'continue',
};
const MAX_DEPTH = 24;

/** Runs a command that is already expanded to words. */
export function invoke(shell: Shell, items: readonly Item[], at: number): Condition {
  const { machine } = shell;
  const [first, ...args] = items;
  if (first === undefined) return decided(true);
  const name = first.kind === 'one' ? commandName(first.value) : undefined;
  if (name === undefined) {
    const commands = first.kind === 'one' ? commandsOf(first.value) : [];
    if (commands.length === 0) return dynamic(machine, first, args, at);
    const ways = commands.map(({ words, facts }) => ({
      facts,
      run: () => invoke(shell, [...words, ...args], at).flow,
    }));
    return { ...UNDECIDED, flow: shell.alternatives(ways) };
  }
  const flow = FLOWING[name];
  if (flow !== undefined && !machine.functions.has(name)) {
    if (flow === 'return') machine.frames.at(-1)?.returned.push(copy(machine.state));
    else if (flow !== 'exit') machine.loops.at(-1)?.push(copy(machine.state));
    return { ...UNDECIDED, flow: flow === 'return' && machine.frames.length === 0 ? 'exit' : flow };
  }
  const defined = machine.functions.get(name);
  if (defined !== undefined) return callFunction(shell, defined, args, at);
  if (name === '[') return testWords(machine, args.slice(0, -1));
  if (name === 'test') return testWords(machine, args);
  return builtin(shell, name, args, at) ?? program(shell, name, args, at);
}

/** The commands that a variable holds on several ways: `get="curl -s"` here, `get="wget -qO-"` there. */
function commandsOf(value: Value): { readonly words: readonly Item[]; readonly facts: readonly Fact[] }[] {
  const [only] = value;
  if (value.length !== 1 || only?.kind !== 'choice' || only.options.length > 4) return [];
  const commands = only.options.flatMap((option) => {
    const known = constant(option.value)?.trim() ?? '';
    const [head] = option.value;
    const at = head?.kind === 'text' ? head.at : 0;
    const words = known.split(/\s+/).map((word): Item => ({ kind: 'one', value: text(word, at) }));
    return known === '' ? [] : [{ words, facts: option.facts }];
  });
  return commands.length === only.options.filter((option) => option.value.length > 0).length ? commands : [];
}

function commandName(value: Value): string | undefined {
  const known = constant(value);
  if (known !== undefined) return known.includes('/') ? known.slice(known.lastIndexOf('/') + 1) : known;
  const alone = soleHole(value);
  const fallback = alone?.fallback === undefined ? undefined : constant(alone.fallback);
  if (fallback !== undefined && fallback !== '') return fallback.slice(fallback.lastIndexOf('/') + 1);
  const called = alone?.source.kind === 'env' ? /curl|wget/i.exec(alone.source.name)?.[0] : undefined;
  if (called !== undefined) return called.toLowerCase();
  return alone?.source.kind === 'command' && /\bcurl\b/.test(alone.source.text) ? 'curl' : undefined;
}

/** The command's name is an argument: every function that it can name is a command. */
function dynamic(machine: Machine, first: Item, args: readonly Item[], at: number): Condition {
  const value: Value =
    first.kind === 'rest' ? [hole({ kind: 'positional', index: first.index }, at)] : first.value;
  const index = value.findIndex((part) => part.kind === 'hole' && part.source.kind === 'positional');
  const held = value[index];
  if (held?.kind === 'hole' && held.source.kind === 'positional') {
    const head = constant(value.slice(0, index)) ?? '';
    const tail = constant(value.slice(index + 1)) ?? '';
    const words = [...machine.functions.entries()]
      .filter(
        ([name, fn]) =>
          name.startsWith(head) &&
          name.endsWith(tail) &&
          name.length > head.length + tail.length &&
          // What a script calls `_so` is its own.
          !(head === '' && name.startsWith('_')) &&
          machine.reaches(fn),
      )
      .map(([name]) => name.slice(head.length, name.length - tail.length));
    const { index: position } = held.source;
    if (words.length > 0)
      machine.dispatches.push({ position, words, ...(head + tail === '' ? { functions: true } : {}) });
    else
      note(
        machine,
        'dynamic-dispatch',
        at,
        'the command to run is an argument, and nothing in the script says what it can be',
      );
    return UNDECIDED;
  }
  if (args.some((item) => item.kind === 'one' && /^https?:/.test(constant(item.value.slice(0, 1)) ?? '')))
    note(machine, 'dynamic-dispatch', at, `the program \`${print(value)}\` is known at run time only`);
  return UNDECIDED;
}

function callFunction(shell: Shell, defined: Syntax.Function, args: readonly Item[], at: number): Condition {
  const { machine } = shell;
  if (isIdle(machine, defined)) return UNDECIDED;
  const name = defined.name.value;
  const depth = machine.frames.filter((frame) => frame.name === name).length;
  if (machine.frames.length >= MAX_DEPTH || depth >= 2) {
    emit(machine, [hole({ kind: 'unknown', reason: 'budget', text: `${name} calls itself` }, at)]);
    return UNDECIDED;
  }
  const escaped = machine.reaches(defined)
    ? undefined
    : escapeFunction(name, machine.script.text.slice(defined.pos, defined.end));
  const [given] = args;
  if (escaped !== undefined && given?.kind === 'one') {
    emit(
      machine,
      given.value.map((part) =>
        part.kind === 'hole' ? filtered(part, { kind: 'escape', of: escaped }) : part,
      ),
    );
    return UNDECIDED;
  }
  const outerArgs = machine.state.args;
  const frame = { name, at, saved: new Map(), returned: [] };
  machine.frames.push(frame);
  machine.state.args = args;
  const flow =
    defined.body.type === 'CompoundList' ? shell.list(defined.body.commands) : shell.node(defined.body).flow;
  machine.frames.pop();
  if (flow !== 'exit' || frame.returned.length > 0) rejoin(machine, frame.returned, flow === 'next');
  for (const [local, before] of frame.saved) {
    if (before === undefined) machine.state.vars.delete(local);
    else machine.state.vars.set(local, before);
  }
  machine.state.args = outerArgs;
  return { ...UNDECIDED, flow: flow === 'exit' && frame.returned.length === 0 ? 'exit' : 'next' };
}

/** Runs text that the script computes. Holes in it become variables. */
export function evaluate(shell: Shell, value: Value, at: number): Flow {
  const { machine } = shell;
  const before = machine.fixedAt;
  if (machine.held.length + value.length > 5_000) return 'next';
  const source = value.map((part) => heldText(shell, part)).join('');
  if (source.length > 100_000 || machine.frames.length >= MAX_DEPTH) return 'next';
  machine.fixedAt = at;
  machine.frames.push({ name: 'eval', at, saved: new Map(), returned: [] });
  const flow = shell.list(parseText(source).commands);
  machine.frames.pop();
  machine.fixedAt = before;
  return flow === 'return' ? 'next' : flow;
}

/** A part as text to be evaluated: what is not known is held, words that are there on some ways only stand in an array. */
function heldText(shell: Shell, part: Part): string {
  const { machine } = shell;
  if (part.kind === 'text') return part.text.replace(/[\uE000-\uF8FF]/g, '');
  if (part.kind === 'hole' || !part.options.some(({ value }) => value.some(hasSpace)))
    return holdPart(machine, part);
  const items = part.options.flatMap(({ value, picks, facts }): Item[] => {
    const [statement] = parseText(`: ${value.map((inner) => heldText(shell, inner)).join('')}`).commands;
    const words = statement?.command.type === 'Command' ? statement.command.args : [];
    return shell.expander
      .words(
        machine,
        words.map((word) => (word.type === 'Word' ? word : wordOf(word))),
      )
      .map((item) =>
        item.kind === 'rest'
          ? item
          : {
              ...item,
              when: {
                branch: part.branch,
                picks,
                facts,
                ...(item.when === undefined ? {} : { outer: item.when }),
              },
            },
      );
  });
  const name = `_words_${machine.branches++}`;
  machine.state.vars.set(name, { kind: 'array', items });
  return ` "\${${name}[@]}" `;
}

function hasSpace(part: Part): boolean {
  return part.kind === 'text' && /\s/.test(part.text);
}

/** Functions that scripts write for escaping; their loops over characters say nothing. */
function escapeFunction(name: string, body: string): 'json' | 'url' | undefined {
  if (/%%?%?02[xX]/.test(body)) return 'url';
  if (/ur[il]_?(en(c|code)?|escape|quote)|(en(c|code)?|escape|quote)_?ur[il]|percent_?encode/i.test(name))
    return 'url';
  return /json_?(esc|escape|quote|encode|string)|(esc|escape|quote|encode)_?json/i.test(name)
    ? 'json'
    : undefined;
}
