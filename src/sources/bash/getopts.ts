import { adopt } from './flags.ts';
import { type Flow, offset } from './machine.ts';
import type * as Syntax from './parse.ts';
import { walk } from './parse.ts';
import type { Shell } from './shell.ts';
import { copy, type Item } from './state.ts';
import { constant, hole, type Part, text, type Value } from './value.ts';

/** `while getopts …`: each letter is a flag that is named after the variable it sets. */
export function getoptsLoop(shell: Shell, command: Syntax.While): Flow | undefined {
  const { machine } = shell;
  const last = command.clause.commands.at(-1)?.command;
  if (last?.type !== 'Command' || last.name?.value !== 'getopts') return undefined;
  const [spec, target] = last.args;
  const letters = spec?.type === 'Word' ? spec.value : '';
  const variable = target?.type === 'Word' ? target.value : 'opt';
  let choice: Syntax.Case | undefined;
  walk(command.body, (node) => {
    if (node.type === 'Case') choice ??= node;
    return choice === undefined;
  });
  if (choice === undefined) return undefined;
  const base = machine.state;
  const given = base.args.some((item) => item.kind === 'rest') ? undefined : split(base.args, letters);
  const result = copy(base);
  for (const item of choice.items) {
    const letter = item.pattern.map((word) => word.value).find((pattern) => /^\w$/.test(pattern));
    if (letter === undefined) continue;
    const takesValue = letters.includes(`${letter}:`);
    const concrete = given?.get(letter);
    if (given !== undefined && concrete === undefined) continue;
    machine.flags.set(letter, [`-${letter}`]);
    machine.state = copy(base);
    machine.state.vars.set(variable, { kind: 'text', value: text(letter, item.pos) });
    const value: Value =
      concrete ??
      (takesValue
        ? [hole({ kind: 'flag', flag: `-${letter}`, name: letter }, offset(machine, item.pos))]
        : []);
    machine.state.vars.set('OPTARG', { kind: 'text', value });
    machine.loops.push([]);
    const flow = shell.list(item.body.commands);
    machine.loops.pop();
    if (flow === 'exit' || flow === 'return') continue;
    if (given === undefined) adopt(machine, result, base, { flag: `-${letter}`, name: letter }, [variable]);
    else
      for (const [name, now] of machine.state.vars)
        if (base.vars.get(name) !== now) result.vars.set(name, now);
  }
  machine.state = result;
  machine.state.vars.set('OPTIND', { kind: 'text', value: text('1', command.pos) });
  if (given !== undefined) machine.state.args = base.args.slice(given.get('')?.length ?? 0);
  return 'next';
}

/** Known arguments by the letters of `getopts`; '' holds as many parts as words were used. */
function split(args: readonly Item[], letters: string): Map<string, Value> {
  const found = new Map<string, Value>();
  let at = 0;
  for (; at < args.length; at++) {
    const item = args[at];
    const word = item?.kind === 'one' ? constant(item.value) : undefined;
    const letter = /^-(\w)$/.exec(word ?? '')?.[1];
    if (letter === undefined) break;
    const next = args[at + 1];
    if (letters.includes(`${letter}:`) && next?.kind === 'one') {
      found.set(letter, next.value);
      at += 1;
    } else found.set(letter, []);
  }
  return found.set(
    '',
    Array.from({ length: at }, (): Part => ({ kind: 'text', text: '', at: 0 })),
  );
}
