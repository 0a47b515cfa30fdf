import { readFile, writeFile } from './files.ts';
import { jqProgram } from './jq.ts';
import { emit, type Machine, tickFor, trimEnd, variable } from './machine.ts';
import type * as Syntax from './parse.ts';
import { python } from './python.ts';
import type { Shell } from './shell.ts';
import { type Item, joinItems } from './state.ts';
import { type Condition, decided, UNDECIDED } from './tests.ts';
import { awk, cut, grep, printf, sed, translate, unescapeText } from './text-programs.ts';
import {
  concat,
  constant,
  filtered,
  hole,
  holesOf,
  join,
  mapValue,
  print,
  soleHole,
  text,
  type Value,
} from './value.ts';

const CLIENTS: Readonly<Record<string, 'curl' | 'wget' | 'httpie'>> = {
  curl: 'curl',
  'curl.exe': 'curl',
  wget: 'wget',
  http: 'httpie',
  https: 'httpie',
  xh: 'httpie',
  xhs: 'httpie',
};

/** Whether a program sends HTTP requests that are understood here. */
export function isClient(name: string): boolean {
  return Object.hasOwn(CLIENTS, name);
}

/** The client that a variable is called after (`$CURL`, `${WGET_BIN}`): what it holds is often found at run time only. */
export function clientVariable(word: Syntax.Word): 'curl' | 'wget' | undefined {
  const name = /^"?\$\{?(\w+)[^\s/]*$/.exec(word.text)?.[1] ?? '';
  const client = /^_*(?:\w+_)?(curl|wget)(?:_?(?:bin|binary|cmd|command|path|exe|prog))?$/i
    .exec(name)?.[1]
    ?.toLowerCase();
  return client === 'curl' || client === 'wget' ? client : undefined;
}

/** Programs outside the shell: HTTP clients are recorded, text filters are followed, the rest is a hole. */
export function program(shell: Shell, name: string, args: readonly Item[], at: number): Condition {
  const { machine } = shell;
  const client = Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined;
  if (client !== undefined) {
    const argv: readonly Item[] =
      name.endsWith('s') && client === 'httpie'
        ? [{ kind: 'one', value: text('--mcpgen-https', at) }, ...args]
        : args;
    call(machine, client, argv, at);
    return UNDECIDED;
  }
  const words = args.map((item) => (item.kind === 'one' ? constant(item.value) : undefined));
  tickFor(machine, machine.stdin ?? []);
  const out = filter(shell, name, args, words, at);
  if (out !== undefined) {
    emit(machine, out);
    return name === 'echo' || name === 'printf' || name === 'cat' ? decided(true) : UNDECIDED;
  }
  emit(machine, derived(machine, name, args, at));
  return UNDECIDED;
}

function call(machine: Machine, client: 'curl' | 'wget' | 'httpie', argv: readonly Item[], at: number): void {
  const id = machine.calls.length;
  machine.calls.push({
    id,
    client,
    argv,
    stdin: machine.stdin,
    at,
    from: machine.frames[0]?.at ?? at,
    through: machine.frames.map((frame) => frame.name),
    facts: machine.state.facts,
    captured: machine.captures > 0,
    state: { vars: machine.state.vars.copy() },
  });
  const answer: Value = [hole({ kind: 'response', call: id }, at)];
  const path = outputPath(client, argv);
  if (path !== undefined) writeFile(machine, print(path), answer);
  emit(machine, answer);
}

/** The file that the answer goes to, which the script may read again. */
function outputPath(client: string, argv: readonly Item[]): Value | undefined {
  const flag = client === 'wget' ? /^-[a-zA-Z]*O$|^--output-document$/ : /^-[a-zA-Z]*o$|^--output$/;
  const at = argv.findIndex((item) => item.kind === 'one' && flag.test(constant(item.value) ?? ''));
  const path = at === -1 ? undefined : argv[at + 1];
  return path?.kind === 'one' && !/^(?:-|\/dev\/.*)?$/.test(constant(path.value) ?? 'x')
    ? path.value
    : undefined;
}

/** What a program that is not followed gives: something made of its input, else something only it knows. */
function derived(machine: Machine, name: string, args: readonly Item[], at: number): Value {
  const inputs = [machine.stdin ?? [], ...args.map((item) => (item.kind === 'one' ? item.value : []))];
  const holes = inputs.flatMap(holesOf);
  const response = holes.find((held) => held.source.kind === 'response');
  const chosen =
    response ??
    holes.find(
      (held) => held.source.kind !== 'command' && held.source.kind !== 'file' && held.source.kind !== 'env',
    );
  const command = `${name} ${args.map((item) => (item.kind === 'one' ? print(item.value) : '$@')).join(' ')}`
    .trim()
    .slice(0, 120);
  if (chosen !== undefined) return [filtered(chosen, { kind: 'other', text: command })];
  return [hole({ kind: 'command', text: command }, at)];
}

/** `envsubst`: variables in a text, all of them or those that are named. */
function substituted(machine: Machine, input: Value, args: readonly Item[], at: number): Value {
  const wanted = args.map((item) => (item.kind === 'one' ? print(item.value) : '')).join(' ');
  const names = new Set([...wanted.matchAll(/\w+/g)].map(([name]) => name));
  return join(
    input.flatMap((part): Value[] => {
      if (part.kind !== 'text') return [[part]];
      let from = part.at;
      return part.text.split(/(\$\w+|\$\{\w+\})/).map((piece) => {
        const place = from;
        from += piece.length;
        const name = /^\$\{?([A-Za-z_]\w*)/.exec(piece)?.[1];
        const isMeant = name !== undefined && (names.size === 0 || names.has(name));
        return isMeant ? variable(machine, name, at) : text(piece, place);
      });
    }),
  );
}

/** `sed`; with `-i` the file is changed and nothing printed. */
function sedProgram(
  { machine }: Shell,
  args: readonly Item[],
  words: readonly (string | undefined)[],
  input: () => Value,
  at: number,
): Value {
  const file = args.at(-1);
  if (!words.some((word) => word !== undefined && /^(?:-i|--in-place)/.test(word)) || file?.kind !== 'one')
    return sed(machine, input(), args, at);
  const changed = sed(
    machine,
    readFile(machine, file.value, at),
    args.filter((_, index) => words[index] !== '' && words[index]?.startsWith('-i') !== true),
    at,
  );
  writeFile(machine, print(file.value), changed);
  return [];
}

/** The output of a program whose work can be followed; undefined for all others. */
function filter(
  shell: Shell,
  name: string,
  args: readonly Item[],
  words: readonly (string | undefined)[],
  at: number,
): Value | undefined {
  const { machine } = shell;
  const input = (): Value => {
    const file = args.findLast(
      (item, index) => item.kind === 'one' && index > 0 && !(words[index] ?? '').startsWith('-'),
    );
    return (
      (machine.stdin === undefined ? undefined : trimEnd(machine.stdin)) ??
      (file?.kind !== 'one'
        ? [hole({ kind: 'stdin', name: 'input' }, at)]
        : trimEnd(readFile(machine, file.value, at)))
    );
  };
  switch (name) {
    case 'echo': {
      const first = words.findIndex((word) => word === undefined || !/^-[neE]+$/.test(word));
      const start = first === -1 ? args.length : first;
      const flags = words.slice(0, start).join('');
      const value = joinItems(args.slice(start), ' ', at);
      const shown = flags.includes('e') ? mapValue(value, undefined, unescapeText) : value;
      return flags.includes('n') ? shown : concat(shown, text('\n', at));
    }
    case 'printf':
      return printf(args, at);
    case 'cat': {
      const files = args.filter((_, index) => !(words[index] ?? '').startsWith('-') || words[index] === '-');
      if (files.length === 0) return machine.stdin ?? [hole({ kind: 'stdin', name: 'input' }, at)];
      return join(files.map((item) => (item.kind === 'one' ? readFile(machine, item.value, at) : [])));
    }
    case 'tee':
    case 'sponge':
    case 'pv':
      return input();
    case 'tr':
      return translate(input(), words);
    case 'cut':
      return cut(input(), words);
    case 'grep':
    case 'egrep':
      return grep(input(), words, name === 'egrep');
    case 'sed':
    case 'gsed':
      return sedProgram(shell, args, words, input, at);
    case 'awk':
    case 'gawk':
      return awk(input(), words);
    case 'head':
    case 'tail':
    case 'xmllint':
    case 'fold':
      return machine.stdin === undefined ? undefined : machine.stdin;
    case 'jq':
    case 'gojq':
    case 'jaq':
      return jqProgram(machine, args, words, at);
    case 'python':
    case 'python3':
      return python(machine, args, words, at);
    case 'getopt':
      // It puts the arguments into order, and quotes them for the shell.
      return args.some((item) => item.kind === 'rest')
        ? joinItems(
            args.filter((item) => item.kind === 'rest'),
            ' ',
            at,
          )
        : undefined;
    case 'envsubst':
      return substituted(machine, machine.stdin ?? [], args, at);
    case 'base64':
      return words.some((word) => /^-\w*d|^--decode/.test(word ?? '')) || machine.stdin === undefined
        ? undefined
        : [hole({ kind: 'command', text: 'base64', input: trimEnd(machine.stdin) }, at)];
    case 'basename':
    case 'realpath':
    case 'dirname': {
      const [first] = args;
      return first?.kind === 'one' && soleHole(first.value) !== undefined
        ? mapValue(first.value, { kind: 'other', text: name }, (kept) => kept)
        : undefined;
    }
    default:
      return undefined;
  }
}
