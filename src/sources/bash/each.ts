import { firstLine } from './fields.ts';
import { emit } from './machine.ts';
import { replaceByValue } from './parameters.ts';
import type { Shell } from './shell.ts';
import type { Item } from './state.ts';
import { type Condition, UNDECIDED } from './tests.ts';
import { constant, hole, type Value } from './value.ts';

/** `… | xargs curl …`: one call for each item. */
export function xargs(shell: Shell, args: readonly Item[], at: number): Condition {
  let marker: string | undefined;
  const command = args.slice(
    afterOptions(args, (word, next) => {
      const replace = /^-I(.*)$/.exec(word)?.[1];
      if (replace !== undefined) marker = replace || next;
      else if (word === '-i' || word === '--replace') marker = '{}';
      return replace === '' || /^-[nPLdsa]$/.test(word);
    }),
  );
  const source = firstItem(shell, at);
  if (command.length === 0) {
    emit(shell.machine, source);
    return UNDECIDED;
  }
  return forItem(shell, command, marker, source, at);
}

/** `parallel curl … ::: items`, or one call for each line of the input. */
export function parallel(shell: Shell, args: readonly Item[], at: number): Condition {
  let marker = '{}';
  const start = afterOptions(args, (word, next) => {
    if (word === '-I' && next !== undefined) marker = next;
    return /^(?:-[jnNaIPdS]|--(?:jobs|max-procs|delay|retries|timeout|arg-file|colsep|delimiter|load|joblog|results|tmpdir|max-args|memfree))$/.test(
      word,
    );
  });
  const end = args.findIndex((item) => wordOf(item)?.startsWith(':::') === true);
  const command = args.slice(start, end === -1 ? undefined : end);
  const first = end === -1 ? undefined : args[end + 1];
  const source =
    first === undefined
      ? firstItem(shell, at)
      : first.kind === 'one'
        ? first.value
        : [hole({ kind: 'positional', index: first.index }, first.at)];
  const marked = command.some(
    (item) =>
      item.kind === 'one' && item.value.some((part) => part.kind === 'text' && part.text.includes(marker)),
  );
  return command.length === 0 ? UNDECIDED : forItem(shell, command, marked ? marker : undefined, source, at);
}

function wordOf(item: Item | undefined): string | undefined {
  return item?.kind === 'one' ? constant(item.value) : undefined;
}

/** Index of the first word behind the options; `option` tells whether one takes the next word. */
function afterOptions(
  args: readonly Item[],
  option: (word: string, next: string | undefined) => boolean,
): number {
  let index = 0;
  for (let word = wordOf(args[0]); word?.startsWith('-') === true; word = wordOf(args[index]))
    index += option(word, wordOf(args[index + 1])) ? 2 : 1;
  return index;
}

/** What stands for an item of the input: its first line. */
function firstItem({ machine }: Shell, at: number): Value {
  const { stdin } = machine;
  if (stdin === undefined) return [hole({ kind: 'stdin', name: 'item' }, at)];
  return firstLine(stdin);
}

/** Runs the command with the item in place of the marker, or behind it. */
function forItem(
  shell: Shell,
  command: readonly Item[],
  marker: string | undefined,
  source: Value,
  at: number,
): Condition {
  const { machine } = shell;
  const before = machine.stdin;
  machine.stdin = undefined;
  shell.invoke(
    marker === undefined
      ? [...command, { kind: 'one', value: source }]
      : command.map((item) =>
          item.kind === 'one' ? { ...item, value: replaceByValue(item.value, marker, source, true) } : item,
        ),
    at,
  );
  machine.stdin = before;
  return UNDECIDED;
}
