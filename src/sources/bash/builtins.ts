import { assignValue } from './assignments.ts';
import { parallel, xargs } from './each.ts';
import { field, firstLine } from './fields.ts';
import { assign, type Machine, note, trimEnd } from './machine.ts';
import type * as Syntax from './parse.ts';
import { parseText } from './parse.ts';
import type { Shell } from './shell.ts';
import { type Item, shiftItems } from './state.ts';
import { type Condition, decided, UNDECIDED } from './tests.ts';
import { printf } from './text-programs.ts';
import { constant, hole, join, soleHole, splitValue, text, type Value } from './value.ts';

/** Whether a word is a builtin that declares variables, and so takes assignments as arguments. */
export function isDeclaration(name: string): boolean {
  return /^(local|declare|typeset|export|readonly)$/.test(name);
}

/** `local`, `declare`, `export`, `readonly`. */
export function declare(shell: Shell, command: Syntax.Command): void {
  const { machine } = shell;
  const kind = command.name?.value ?? '';
  const frame = machine.frames.at(-1);
  const flags = command.args
    .flatMap((part) => (part.type === 'Word' && /^[-+]/.test(part.value) ? [part.value] : []))
    .join('');
  const local = kind === 'local' || ((kind === 'declare' || kind === 'typeset') && !flags.includes('g'));
  for (const part of command.args) {
    const name = part.type === 'Assignment' ? part.name : part.value;
    if (/^[-+]/.test(name)) continue;
    if (local && frame !== undefined && !frame.saved.has(name))
      frame.saved.set(name, machine.state.vars.get(name));
    if (part.type === 'Assignment') assignValue(shell, part);
    else if (local && /^\w+$/.test(name)) {
      if (flags.includes('A')) machine.state.vars.set(name, { kind: 'map', entries: new Map() });
      else if (flags.includes('a')) machine.state.vars.set(name, { kind: 'array', items: [] });
      else machine.state.vars.set(name, { kind: 'text', value: [] });
    }
  }
}

/** What stands before another command and only changes how that one runs: the number of words to skip. */
function prefixWords(name: string, args: readonly Item[]): number | undefined {
  const words = args.map((item) => (item.kind === 'one' ? constant(item.value) : undefined));
  const skipFlags = (withValue: RegExp): number => {
    let at = 0;
    for (let word = words[at]; word?.startsWith('-'); word = words[at]) {
      at += withValue.test(word) ? 2 : 1;
      if (word === '--') break;
    }
    return at;
  };
  switch (name) {
    case 'command':
      return words[0] === '-v' || words[0] === '-V' ? undefined : skipFlags(/^$/);
    case 'builtin':
    case 'nohup':
    case 'setsid':
    case 'time':
    case 'unbuffer':
    case 'torsocks':
    case 'proxychains':
      return skipFlags(/^$/);
    case 'exec':
      return args.length === 0 ? undefined : skipFlags(/^-a$/);
    case 'sudo':
    case 'doas':
    case 'su-exec':
      return skipFlags(/^-[ugpCh]$/);
    case 'nice':
    case 'ionice':
    case 'stdbuf':
      return skipFlags(/^-[ncioe]$/);
    case 'timeout': {
      const flags = skipFlags(/^-[ks]$/);
      return flags + 1;
    }
    case 'env': {
      let at = skipFlags(/^-[uC]$/);
      while (/^\w+=/.test(words[at] ?? '') || (words[at] === undefined && at < words.length)) at += 1;
      return at < words.length ? at : undefined;
    }
    case 'retry':
    case 'watch':
    case 'chronic':
    case 'ssh':
    case 'docker':
    case 'kubectl':
    case 'podman':
    case 'docker-compose':
    case 'oc':
    case 'nsenter':
    case 'run': {
      const at = words.findIndex((word) => word === 'curl' || word === 'wget');
      return at === -1 ? undefined : at;
    }
    default:
      return undefined;
  }
}

/** Commands of the shell itself, and those that run another one; undefined for everything else. */
export function builtin(
  shell: Shell,
  name: string,
  args: readonly Item[],
  at: number,
): Condition | undefined {
  const { machine } = shell;
  const skip = prefixWords(name, args);
  if (skip !== undefined) return skip >= args.length ? decided(true) : shell.invoke(args.slice(skip), at);
  switch (name) {
    case ':':
    case 'true':
      return decided(true);
    case 'false':
      return decided(false);
    case 'shift': {
      const [first] = args;
      const count = first === undefined ? 1 : Number(first.kind === 'one' ? (constant(first.value) ?? 0) : 0);
      machine.state.args = shiftItems(machine.state.args, Number.isInteger(count) ? count : 0);
      return decided(true);
    }
    case 'set': {
      const dashes = args.findIndex((item) => item.kind === 'one' && constant(item.value) === '--');
      if (dashes !== -1) machine.state.args = args.slice(dashes + 1).map(spread);
      return decided(true);
    }
    case 'unset':
      for (const item of args)
        if (item.kind === 'one')
          machine.state.vars.set(constant(item.value) ?? '', { kind: 'text', value: [] });
      return decided(true);
    case 'let':
      return UNDECIDED;
    case 'read':
      return read(machine, args, at);
    case 'mapfile':
    case 'readarray': {
      const target = lastWord(args) ?? 'MAPFILE';
      const source = machine.stdin ?? [hole({ kind: 'stdin', name: target }, at)];
      const items = splitValue(trimEnd(source), '\n').map((value): Item => ({ kind: 'one', value }));
      assign(machine, target, { kind: 'array', items });
      return decided(true);
    }
    case 'eval': {
      const value = joined(args, at);
      note(machine, 'eval', at, 'the script runs text that it computes by `eval`');
      return { ...UNDECIDED, flow: shell.evaluate(value, at) };
    }
    case 'bash':
    case 'sh':
    case 'zsh': {
      const flag = args.findIndex(
        (item) => item.kind === 'one' && /^-[a-z]*c$/.test(constant(item.value) ?? ''),
      );
      const code = args[flag + 1];
      if (flag === -1 || code?.kind !== 'one') return undefined;
      shell.evaluate(code.value, at);
      return UNDECIDED;
    }
    case 'source':
    case '.': {
      const [file] = args;
      if (file?.kind === 'one')
        note(
          machine,
          'sourced-file',
          at,
          `the script reads \`${shown(file.value).slice(0, 120)}\`, which is not part of the import`,
          'what it defines is taken from the environment; import a script that holds everything if that is not right',
        );
      return decided(true);
    }
    case 'trap': {
      const [code] = args;
      const body = code?.kind === 'one' ? constant(code.value) : undefined;
      if (body !== undefined && body !== '' && body !== '-') machine.traps.push(parseText(body));
      return decided(true);
    }
    case 'xargs':
      return xargs(shell, args, at);
    case 'parallel':
      return parallel(shell, args, at);
    case 'printf': {
      const [flag, name, ...values] = args;
      const target = name?.kind === 'one' ? constant(name.value) : undefined;
      if (flag?.kind !== 'one' || constant(flag.value) !== '-v' || target === undefined) return undefined;
      assign(machine, target, { kind: 'text', value: printf(values, at) });
      return decided(true);
    }
    default:
      return undefined;
  }
}

function joined(args: readonly Item[], at: number): Value {
  return join(
    args.flatMap((item, index) => [
      index === 0 ? [] : text(' ', at),
      item.kind === 'one' ? item.value : [hole({ kind: 'rest', index: item.index }, item.at)],
    ]),
  );
}

function lastWord(args: readonly Item[]): string | undefined {
  const last = args.at(-1);
  const word = last?.kind === 'one' ? constant(last.value) : undefined;
  return word !== undefined && /^[A-Za-z_]\w*$/.test(word) ? word : undefined;
}

/** `read a b`: the fields of a line. */
function read(machine: Machine, args: readonly Item[], at: number): Condition {
  const names: string[] = [];
  let array: string | undefined;
  let whole = false;
  for (let index = 0; index < args.length; index++) {
    const item = args[index];
    const word = item?.kind === 'one' ? constant(item.value) : undefined;
    if (word === undefined) continue;
    if (/^-[a-z]*[pdntuiN]$/.test(word)) {
      index += 1;
      const next = args[index];
      if (word.endsWith('d'))
        whole = next?.kind === 'one' && (constant(next.value) ?? '\0').replace('\\0', '') === '';
    } else if (/^-[a-z]*a$/.test(word)) {
      const next = args[++index];
      array = next?.kind === 'one' ? constant(next.value) : undefined;
    } else if (/^[A-Za-z_]\w*$/.test(word)) names.push(word);
  }
  const separator = separatorOf(machine);
  const source = machine.stdin;
  if (array !== undefined) {
    const items = Array.from({ length: 10 }, (_, index) => ({
      kind: 'one' as const,
      value:
        source === undefined
          ? [hole({ kind: 'stdin', name: array ?? '' }, at)]
          : field(source, separator, index + 1, false),
    }));
    assign(machine, array, { kind: 'array', items });
    return decided(true);
  }
  for (const [index, name] of (names.length === 0 ? ['REPLY'] : names).entries()) {
    const value: Value =
      source === undefined
        ? [hole({ kind: 'stdin', name }, at)]
        : names.length < 2
          ? whole
            ? trimEnd(source)
            : firstLine(source)
          : field(source, separator, index + 1, index === names.length - 1);
    assign(machine, name, { kind: 'text', value });
  }
  return UNDECIDED;
}

function separatorOf(machine: Machine): string {
  const ifs = machine.state.vars.get('IFS');
  const known = ifs?.kind === 'text' ? constant(ifs.value) : undefined;
  return known?.slice(0, 1) || ' ';
}

/** `eval set -- "$OPTS"`: the arguments that `getopt` has put into order are the arguments. */
function spread(item: Item): Item {
  const source = item.kind === 'one' ? soleHole(item.value)?.source : undefined;
  return source?.kind === 'rest' && item.kind === 'one'
    ? { kind: 'rest', index: source.index, at: item.value[0]?.kind === 'hole' ? item.value[0].at : 0 }
    : item;
}

/** A path in words: what is not known of it is left open. */
function shown(value: Value): string {
  return value
    .map((part) => (part.kind === 'text' ? part.text : '…'))
    .join('')
    .replace(/…+/g, '…');
}
