import { readFile } from './files.ts';
import { evaluateJq } from './jq-build.ts';
import { holdPart, type Machine } from './machine.ts';
import type { Item } from './state.ts';
import { type Node, parseTemplate, printNode } from './template.ts';
import {
  concat,
  constant,
  filtered,
  hole,
  holesOf,
  mapValue,
  type Part,
  soleHole,
  text,
  type Value,
  withFallback,
} from './value.ts';

/** Options of jq that take one, two or no further words. */
const ONE = new Set(['-f', '--from-file', '--indent', '-L']);
const TWO = new Set(['--arg', '--argjson', '--slurpfile', '--rawfile']);

/** What the words of a jq command say. */
interface Invocation {
  readonly variables: ReadonlyMap<string, Node>;
  /** Letters of the switches that matter. */
  readonly flags: string;
  readonly program: Item | undefined;
  readonly file: Item | undefined;
}

function readWords(
  machine: Machine,
  args: readonly Item[],
  words: readonly (string | undefined)[],
  at: number,
): Invocation {
  const variables = new Map<string, Node>();
  const plain: Item[] = [];
  const further: Item[] = [];
  let flags = '';
  let listed: 'text' | 'json' | undefined;
  for (let index = 0; index < args.length; index++) {
    const word = words[index];
    const item = args[index];
    if (word !== undefined && TWO.has(word)) {
      const name = words[index + 1];
      const given = args[index + 2];
      if (name !== undefined) variables.set(name, variableNode(machine, word, wordValue(given, at), at));
      index += 2;
    } else if (word !== undefined && ONE.has(word)) index += 1;
    else if (word === '--args' || word === '--jsonargs') listed = word === '--args' ? 'text' : 'json';
    else if (word !== undefined && /^-[a-zA-Z]+$/.test(word)) flags += word.slice(1);
    else if (word?.startsWith('--') === true) flags += LONG[word] ?? '';
    else if (item !== undefined && (listed === undefined || plain.length === 0)) plain.push(item);
    else if (item !== undefined) further.push(item);
  }
  const [program, file] = plain;
  if (listed !== undefined) variables.set('ARGS.positional', listNode(machine, further, listed, at));
  return { variables, flags, program, file };
}

/** What one word is; `$@` in the place of one word is its first. */
function wordValue(item: Item | undefined, at: number): Value {
  if (item === undefined) return [];
  return item.kind === 'one' ? item.value : [hole({ kind: 'positional', index: item.index }, at)];
}

/** `$ARGS.positional`: one list of the words behind `--args`. */
function listNode(machine: Machine, items: readonly Item[], as: 'text' | 'json', at: number): Node {
  const [only] = items;
  const held =
    only?.kind === 'rest' ? hole({ kind: 'rest', index: only.index }, at) : soleHole(only?.value ?? []);
  const several = held?.source.kind === 'rest' || (held?.source.kind === 'flag' && held.source.list === true);
  if (held !== undefined && several && items.length === 1) {
    const escaped = filtered(held, { kind: 'escape', of: 'json' });
    const list = withFallback(filtered(escaped, { kind: 'list' }), text('[]', at));
    return { kind: 'raw', value: list, at };
  }
  const option = as === 'text' ? '--arg' : '--argjson';
  return {
    kind: 'array',
    items: items.map((item) => variableNode(machine, option, wordValue(item, at), at)),
  };
}

/** `jq …`: builds a body, escapes a text, or shapes an answer. */
export function jqProgram(
  machine: Machine,
  args: readonly Item[],
  words: readonly (string | undefined)[],
  at: number,
): Value | undefined {
  const call = readWords(machine, args, words, at);
  const has = (letter: string): boolean => call.flags.includes(letter);
  const given = call.program?.kind === 'one' ? call.program.value : [];
  const input = has('n')
    ? undefined
    : call.file?.kind === 'one'
      ? readFile(machine, call.file.value, at)
      : machine.stdin;
  const answer = holesOf(input ?? []).find((held) => held.source.kind === 'response');
  const filter =
    call.program === undefined
      ? '.'
      : (constant(given) ?? (has('n') ? heldProgram(machine, given) : undefined));
  if (filter === undefined) {
    // The program itself holds arguments: `jq ".items[] | select(.id == \"$1\")"`.
    if (answer !== undefined)
      return mapValue(input ?? [], { kind: 'other', text: 'jq with an argument' }, (kept) => kept);
    return holesOf(given).length > 0
      ? [hole({ kind: 'unknown', reason: 'unresolved', text: 'a jq program with arguments in it' }, at)]
      : undefined;
  }
  if (input !== undefined && has('R'))
    return fromText(has('s') ? input : withoutLineEnd(input), filter, has('r'), at);
  if (input !== undefined && answer !== undefined) {
    if (/^\s*\.?\s*$/.test(filter)) return mapValue(input, { kind: 'pretty' }, (kept) => kept);
    return [
      filtered(
        answer,
        call.variables.size === 0 ? { kind: 'jq', program: filter } : { kind: 'other', text: `jq ${filter}` },
      ),
    ];
  }
  const parsed = input === undefined ? undefined : parseTemplate(input);
  if (parsed !== undefined && parsed.node === undefined) {
    const [held] = holesOf(input ?? []);
    return held === undefined ? undefined : [filtered(held, { kind: 'other', text: `jq ${filter}` })];
  }
  const read: Node =
    parsed?.node === undefined ? { kind: 'constant', value: null, at: 0 } : markPasted(parsed.node);
  const source = parsed !== undefined && has('s') ? slurped(read) : read;
  const built = evaluateJq(filter, source, call.variables, machine, at);
  if (built === undefined)
    return [hole({ kind: 'unknown', reason: 'unresolved', text: `jq '${filter.trim().slice(0, 200)}'` }, at)];
  return built.kind === 'string' && (has('r') || has('j')) ? built.value : printNode(built);
}

/** `jq -R`: the input is a text, which is escaped for a URL or for JSON. */
function fromText(input: Value, filter: string, raw: boolean, at: number): Value | undefined {
  if (/@uri/.test(filter)) return mapValue(input, { kind: 'escape', of: 'url' }, encodeURIComponent);
  const asJson = /@json/.test(filter);
  if (!asJson && filter.trim() !== '.') return undefined;
  if (raw && !asJson) return input;
  const escaped = mapValue(input, { kind: 'escape', of: 'json' }, (kept) =>
    JSON.stringify(kept).slice(1, -1),
  );
  return concat(text('"', at), escaped, text('"', at));
}

/** A program in double quotes, with the script's arguments pasted into it. */
function heldProgram(machine: Machine, program: Value): string | undefined {
  if (program.some((part) => part.kind === 'choice')) return undefined;
  return program.map((part) => (part.kind === 'text' ? part.text : holdPart(machine, pasted(part)))).join('');
}

function pasted(part: Part): Part {
  return part.kind === 'hole' ? filtered(part, { kind: 'pasted', into: 'json' }) : part;
}

/** `-s`: all inputs as one list. A repeated flag is as many inputs as it was given. */
function slurped(node: Node): Node {
  const held = node.kind === 'string' || node.kind === 'raw' ? soleHole(node.value) : undefined;
  const several = held?.source.kind === 'rest' || (held?.source.kind === 'flag' && held.source.list === true);
  if (held === undefined || !several || node.kind === 'object') return { kind: 'array', items: [node] };
  return { kind: 'raw', value: [filtered(held, { kind: 'list' })], at: held.at };
}

/** Without the end of the last line. */
function withoutLineEnd(value: Value): Value {
  const last = value.at(-1);
  if (last?.kind !== 'text') return value;
  return concat(value.slice(0, -1), text(last.text.replace(/\n$/, ''), last.at));
}

const LONG: Readonly<Record<string, string>> = {
  '--null-input': 'n',
  '--raw-input': 'R',
  '--slurp': 's',
  '--raw-output': 'r',
  '--join-output': 'j',
  '--compact-output': 'c',
};

function variableNode(machine: Machine, option: string, value: Value, at: number): Node {
  if (option === '--arg') return { kind: 'string', value, at };
  if (option === '--rawfile') return { kind: 'string', value: readFile(machine, value, at), at };
  const content = option === '--slurpfile' ? readFile(machine, value, at) : value;
  const parsed = parseTemplate(content);
  const node: Node = parsed.node ?? { kind: 'raw', value: content, at };
  if (option === '--slurpfile') return { kind: 'array', items: [node] };
  return markPasted(node);
}

/** JSON text that arguments were pasted into keeps that danger, though jq escapes what it makes of it. A whole value that jq reads is checked by jq itself. */
function markPasted(node: Node): Node {
  switch (node.kind) {
    case 'constant':
      return node;
    case 'raw':
      return { ...node, value: mapValue(node.value, { kind: 'escape', of: 'json' }, (kept) => kept) };
    case 'string':
      return {
        ...node,
        value: node.value.map((part) =>
          part.kind === 'hole' && part.filters.some((one) => one.kind === 'escape' && one.of === 'json')
            ? part
            : pasted(part),
        ),
      };
    case 'array':
      return { kind: 'array', items: node.items.map(markPasted) };
    case 'object':
      return {
        kind: 'object',
        members: node.members.map((member) => ({ ...member, node: markPasted(member.node) })),
      };
  }
}
