import { field } from './fields.ts';
import { holdPart, literal, type Machine } from './machine.ts';
import { isAnswer, replaceByValue, replacementFilter } from './parameters.ts';
import { fieldAsMatch, replaceLiteral } from './pattern.ts';
import { type Item, joinItems } from './state.ts';
import { constant, join, mapValue, type Part, soleHole, text, type Value } from './value.ts';

/** Escapes of `printf` and `echo -e`. */
export function unescapeText(value: string): string {
  return value.replace(/\\(n|t|r|\\|"|0[0-7]{0,3}|x[0-9A-Fa-f]{1,2})/g, (whole, code: string) => {
    if (code === 'n') return '\n';
    if (code === 't') return '\t';
    if (code === 'r') return '\r';
    if (code === '\\' || code === '"') return code;
    const number = code.startsWith('x')
      ? Number.parseInt(code.slice(1), 16)
      : Number.parseInt(code.slice(1) || '0', 8);
    return Number.isNaN(number) ? whole : String.fromCharCode(number);
  });
}

/** `printf FORMAT ARG…` with the conversions that scripts make text with. */
export function printf(args: readonly Item[], at: number): Value {
  let list = args;
  const word = (index: number): string | undefined => {
    const item = list[index];
    return item?.kind === 'one' ? constant(item.value) : undefined;
  };
  if (word(0) === '--') list = list.slice(1);
  const [first, ...values] = list;
  if (first?.kind !== 'one') return [];
  const pieces: Value[] = [];
  let next = 0;
  const once = (): void => {
    for (const part of first.value) {
      if (part.kind !== 'text') {
        pieces.push([part]);
        continue;
      }
      let from = part.at;
      for (const piece of part.text.split(/(%(?:[-+ #0]*\d*(?:\.\d+)?[sdiuqbxXfgce]|%))/)) {
        const conversion = /^%.*([sdiuqbxXfgce])$/.exec(piece)?.[1];
        if (piece === '%%') pieces.push(text('%', from));
        else if (conversion === undefined) pieces.push(text(unescapeText(piece), from));
        else {
          const item = values[next++];
          const value =
            item?.kind === 'one' ? item.value : item === undefined ? [] : joinItems([item], ' ', at);
          pieces.push(conversion === 'b' ? mapValue(value, undefined, unescapeText) : value);
        }
        from += piece.length;
      }
    }
  };
  once();
  const consumes = next > 0;
  while (consumes && next < values.length && next < 100) once();
  return join(pieces);
}

/** `tr` */
export function translate(value: Value, words: readonly (string | undefined)[]): Value {
  const [first, second] = words.filter((word) => word === undefined || !/^-[a-zA-Z]+$/.test(word));
  const remove = words.some((word) => word !== undefined && /^-[a-zA-Z]*d/.test(word));
  if (first === undefined) return value;
  if (remove) {
    const gone = unescapeText(first).replace('[:space:]', ' \n\t\r').replace('[:cntrl:]', '\n\t\r');
    const harmless = /^[\n\r]+$/.test(gone)
      ? undefined
      : ({ kind: 'other', text: `without ${first}` } as const);
    return mapValue(value, harmless, (kept) =>
      [...kept].filter((character) => !gone.includes(character)).join(''),
    );
  }
  if (second === undefined) return value;
  const cases: Record<string, (kept: string) => string> = {
    lower: (kept) => kept.toLowerCase(),
    upper: (kept) => kept.toUpperCase(),
  };
  const target = /lower|a-z/.test(second) ? 'lower' : /upper|A-Z/.test(second) ? 'upper' : undefined;
  const change = target === undefined ? undefined : cases[target];
  if (change !== undefined && /\[:|[aA]-[zZ]/.test(first))
    return mapValue(value, { kind: 'other', text: `${target} case` }, change);
  const [from, to] = [unescapeText(first), unescapeText(second)];
  const harmless = /^[\n\r\t]+$/.test(from)
    ? undefined
    : ({ kind: 'other', text: `tr ${first} ${second}` } as const);
  return mapValue(value, harmless, (kept) =>
    [...kept]
      .map((character) => {
        const index = from.indexOf(character);
        return index === -1 ? character : (to[Math.min(index, to.length - 1)] ?? character);
      })
      .join(''),
  );
}

/** `cut` */
export function cut(value: Value, words: readonly (string | undefined)[]): Value {
  const option = (letter: string): string | undefined => {
    const index = words.findIndex((word) => word?.startsWith(`-${letter}`) === true);
    const word = words[index];
    return word === undefined ? undefined : word.length > 2 ? word.slice(2) : words[index + 1];
  };
  const separator = option('d') ?? '\t';
  const fields = /^(\d+)(-?)$/.exec(option('f') ?? '');
  if (fields !== null && separator.length === 1)
    return field(value, separator, Number(fields[1]), fields[2] === '-');
  const range = /^(\d+)-(\d*)$/.exec(option('c') ?? '');
  if (range !== null) {
    const from = Number(range[1]) - 1;
    const count = range[2] === '' ? '*' : `{0,${Number(range[2]) - from}}`;
    return mapValue(value, { kind: 'match', regex: `^.{${from}}(.${count})`, group: 1 }, (kept) =>
      kept.slice(from, range[2] === '' ? undefined : Number(range[2])),
    );
  }
  return mapValue(value, { kind: 'other', text: 'cut' }, (kept) => kept);
}

/** `grep -o`: the first match of an extended regular expression. */
export function grep(value: Value, words: readonly (string | undefined)[], extended: boolean): Value {
  const flags = words.filter((word) => word !== undefined && /^-[a-zA-Z]+$/.test(word)).join('');
  if (/q/.test(flags)) return [];
  const pattern = words.find(
    (word, index) => word === undefined || !word.startsWith('-') || words[index - 1] === '-e',
  );
  if (!flags.includes('o') || pattern === undefined)
    return mapValue(value, { kind: 'other', text: `grep ${pattern ?? ''}` }, (kept) => kept);
  const regex = flags.includes('P')
    ? fromPerl(pattern)
    : extended || flags.includes('E')
      ? pattern
      : fromBasic(pattern);
  if (regex === undefined) return mapValue(value, { kind: 'other', text: `grep ${pattern}` }, (kept) => kept);
  return mapValue(value, { kind: 'match', regex, group: 0 }, (kept) => kept);
}

/** A basic regular expression as an extended one. */
function fromBasic(pattern: string): string {
  return pattern.replace(
    /\\([(){}+?|])|([(){}+?|])/g,
    (_, escaped: string | undefined, plain: string | undefined) => escaped ?? `\\${plain ?? ''}`,
  );
}

function fromPerl(pattern: string): string | undefined {
  const plain = pattern
    .replaceAll('\\d', '[0-9]')
    .replaceAll('\\w', '[A-Za-z0-9_]')
    .replaceAll('\\s', '[[:space:]]');
  return /\(\?|\\[KbBAzZ]/.test(plain) ? undefined : plain;
}

/** `sed s/…/…/` where the text is an escape, a value of the script, a constant or a part of the argument. */
export function sed(machine: Machine, value: Value, args: readonly Item[], at: number): Value {
  const words = args.map((item) => (item.kind === 'one' ? item.value.map(heldIn(machine)).join('') : ''));
  const flags = words.filter((word) => /^-\w+$/.test(word)).join('');
  const extended = /[Er]/.test(flags);
  let result = value;
  for (const script of sedScripts(words).flatMap((one) => one.split(/(?:;|\n)\s*(?=s\W)/))) {
    const parsed = /^s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gIi0-9]*);?$/s.exec(script.trim());
    if (parsed === null) {
      if (/N;.*\\n/.test(script)) result = mapValue(result, undefined, (kept) => kept.replaceAll('\n', ' '));
      // The last line of an answer is what `curl -w` has added.
      else if (!(/^\$\s*d$/.test(script.trim()) && isAnswer(result)))
        result = mapValue(result, { kind: 'other', text: `sed ${named(script)}` }, (kept) => kept);
      continue;
    }
    const [, , from = '', to = '', options = ''] = parsed;
    result = HELD.test(to)
      ? fillIn(machine, result, from, to, options.includes('g'), at)
      : substitute(result, from, to, options, extended);
  }
  return result;
}

/** The scripts among the words of a `sed`: what follows `-e`, else the first word. */
function sedScripts(words: readonly string[]): string[] {
  const given = words.filter((_, index) => /^(?:-\w*e|--expression)$/.test(words[index - 1] ?? ''));
  const attached = words.flatMap((word) => /^--expression=(.*)$/s.exec(word)?.[1] ?? []);
  return given.length + attached.length > 0
    ? [...given, ...attached]
    : words.filter((word) => !/^--?[a-zA-Z-]+$/.test(word)).slice(0, 1);
}

const HELD = /[\uE000-\uF8FF]/;

/** Values in a script of sed stand as characters of the private use area. */
function heldIn(machine: Machine): (part: Part) => string {
  return (part) =>
    part.kind === 'text' ? part.text.replaceAll(new RegExp(HELD, 'g'), '\uFFFD') : holdPart(machine, part);
}

function named(script: string): string {
  return script.replaceAll(new RegExp(HELD, 'g'), '…');
}

/** `s/MARK/$value/`: the marker of a template becomes a value. */
function fillIn(machine: Machine, value: Value, from: string, to: string, all: boolean, at: number): Value {
  const marker = from.replace(/\\([^a-zA-Z0-9])/g, '$1');
  if (HELD.test(from) || /(?<!\\)(?:\.\*|[*^$[\]])/.test(from))
    return mapValue(value, { kind: 'other', text: `sed s/${named(from)}/${named(to)}/` }, (kept) => kept);
  const replacement = literal(machine, to.replace(/\\(.)/g, '$1'), at);
  return replaceByValue(value, marker, replacement, all);
}

function substitute(value: Value, from: string, to: string, flags: string, extended: boolean): Value {
  const literal = from.replace(/\\([^a-zA-Z0-9(){}+?|])/g, '$1');
  const isPlain =
    !/[.*^$[\]]|\\[a-zA-Z(){}+?|]/.test(from.replace(/\\[^a-zA-Z0-9(){}+?|]/g, '')) &&
    !(extended && /[(){}+?|]/.test(from));
  const replacement = to
    .replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
    .replaceAll('\\&', '&');
  if (isPlain && !/\\[0-9]/.test(to)) {
    const target = /&/.test(to.replace(/\\&/g, '')) ? to.replace(/(?<!\\)&/g, () => literal) : replacement;
    return mapValue(value, replacementFilter(literal, target), (kept) =>
      replaceLiteral(kept, literal, target, flags.includes('g')),
    );
  }
  const regex = extended ? from : fromBasic(from);
  const group = /^\\([1-9])$/.exec(to)?.[1];
  if (group !== undefined)
    return mapValue(value, { kind: 'match', regex, group: Number(group) }, (kept) => kept);
  if (to === '' && soleHole(value) !== undefined) {
    const before = /^\^?\.\*([^.*^$[\]\\()+?|{}])$/.exec(regex)?.[1];
    if (before !== undefined)
      return mapValue(value, { kind: 'match', ...afterLast(before) }, (kept) =>
        kept.slice(kept.lastIndexOf(before) + 1),
      );
    const behind = /^([^.*^$[\]\\()+?|{}])\.\*\$?$/.exec(regex)?.[1];
    if (behind !== undefined)
      return mapValue(
        value,
        { kind: 'match', ...fieldAsMatch(behind, 1, false) },
        (kept) => kept.split(behind)[0] ?? '',
      );
  }
  if (/^\[[^\]]*\]$/.test(from) && /^\\+&$/.test(to))
    return mapValue(value, { kind: 'escape', of: 'json' }, (kept) => kept);
  return mapValue(value, { kind: 'other', text: `sed s/${from}/${to}/` }, (kept) => kept);
}

function afterLast(separator: string): { regex: string; group: number } {
  return { regex: `([^${separator === '^' ? '\\^' : separator}]*)$`, group: 1 };
}

/** `awk` where it prints a field. */
export function awk(value: Value, words: readonly (string | undefined)[]): Value {
  const index = words.findIndex((word) => word?.startsWith('-F') === true);
  const flag = words[index];
  const separator =
    (flag === undefined ? ' ' : flag.length > 2 ? flag.slice(2) : words[index + 1])?.replace(
      /^['"]|['"]$/g,
      '',
    ) ?? ' ';
  const field_ = words
    .map((word) => /^\{\s*print\s+\$(\d+)\s*;?\s*\}$/.exec(word ?? '')?.[1])
    .find((found) => found !== undefined);
  if (field_ !== undefined && field_ !== '0' && separator.length === 1)
    return field(value, separator, Number(field_), false);
  return mapValue(value, { kind: 'other', text: 'awk' }, (kept) => kept);
}
