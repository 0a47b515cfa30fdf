/**
 * What a bash word can be, without running the script: a list of constants, holes and choices. A hole is text that only the caller, the environment, a file or
 * another program knows; a choice is what several branches of the script leave behind.
 */
export type Value = readonly Part[];
export type Part = Text | Hole | Choice;

export interface Text {
  readonly kind: 'text';
  readonly text: string;
  /** Offset in the script where the text begins. */
  readonly at: number;
}

export interface Hole {
  readonly kind: 'hole';
  readonly source: Source;
  /** Offset of the expansion that pasted it. */
  readonly at: number;
  /** Offset of the first expansion, where the script took it. */
  readonly born?: number;
  /** What was applied to the text, in order. */
  readonly filters: readonly Filter[];
  /** What stands here when the source is empty. */
  readonly fallback?: Value;
  /** The piece of text around it is there on some ways through the script only. */
  readonly optional?: boolean;
}

export interface Choice {
  readonly kind: 'choice';
  /** The branching that made it: choices of the same branching go together. */
  readonly branch: number;
  readonly options: readonly Option[];
}
export interface Option {
  readonly value: Value;
  /** The ways through the branching that give this value. */
  readonly picks: readonly number[];
  /** What is known on that way. */
  readonly facts: readonly Fact[];
}

/** What a branch knows about a source (by `keyOf`). */
export interface Fact {
  readonly key: string;
  readonly is: 'set' | 'unset' | 'equals';
  readonly text?: string;
}

export type Source =
  | { readonly kind: 'positional'; readonly index: number }
  | /** All positionals from `index`, joined by spaces. */ { readonly kind: 'rest'; readonly index: number }
  | /** How many positionals are left from `index`. */ { readonly kind: 'count'; readonly index: number }
  | { readonly kind: 'env'; readonly name: string }
  | {
      /** What follows a flag; `flag` is as typed, `list`: it may be repeated. */
      readonly kind: 'flag';
      readonly flag: string;
      readonly name: string;
      readonly list?: boolean;
    }
  | /** A switch without a value: `values` are the texts that it gives. */ {
      readonly kind: 'switch';
      readonly flag: string;
      readonly name: string;
      readonly values: readonly string[];
    }
  | /** One of some constants, that no argument decides. */ {
      readonly kind: 'one-of';
      readonly name: string;
      readonly values: readonly string[];
    }
  | {
      /** A constant of the script that callers may want to change. */
      readonly kind: 'preset';
      readonly name: string;
      readonly value: string;
      readonly why: 'id' | 'page-size';
    }
  | /** A variable that a loop changes. */ { readonly kind: 'loop'; readonly name: string }
  | { readonly kind: 'stdin'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | {
      /** Output of a local program; `input`: what was encoded by base64. */
      readonly kind: 'command';
      readonly text: string;
      readonly input?: Value;
    }
  | /** The answer of an earlier call. */ { readonly kind: 'response'; readonly call: number }
  | { readonly kind: 'unknown'; readonly reason: Reason; readonly text: string };

/** Why something is unknown: the code of the diagnostic. */
export type Reason = 'unresolved' | 'eval' | 'sourced-file' | 'dynamic-dispatch' | 'budget';

export type Filter =
  | /** A part of the text: group of the first match of a POSIX extended regular expression. */ {
      readonly kind: 'match';
      readonly regex: string;
      readonly group: number;
    }
  | /** Escaped for this place: no longer a danger there. */ {
      readonly kind: 'escape';
      readonly of: 'json' | 'url';
    }
  | /** Was pasted unescaped before something escaped the whole: the danger is done. */ {
      readonly kind: 'pasted';
      readonly into: 'json';
    }
  | { readonly kind: 'jq'; readonly program: string }
  | /** Indented JSON. */ { readonly kind: 'pretty' }
  | /** Split at commas into a JSON list. */ { readonly kind: 'list' }
  | /** Something that a binding cannot say; `values`: what it can give. */ {
      readonly kind: 'other';
      readonly text: string;
      readonly values?: readonly string[];
    };

const MAX_PARTS = 1_000;
const MAX_TEXT = 200_000;
const MAX_FILTERS = 30;

/**
 * A value of constant text; none for the empty text.
 * @param at offset in the script
 */
export function text(value: string, at: number): Value {
  return value === '' ? [] : [{ kind: 'text', text: value, at }];
}

/**
 * A part of a value that is known at run time only.
 * @param at offset in the script
 */
export function hole(source: Source, at: number): Hole {
  return { kind: 'hole', source, at, filters: [] };
}

/** A hole to whose text something more is done. What has been changed so often that nobody can say what it is stays as unsayable as it is. */
export function filtered(held: Hole, filter: Filter): Hole {
  const last = held.filters.at(-1);
  if (filter.kind === 'escape' && last?.kind === 'escape' && last.of === filter.of) return held;
  return held.filters.length < MAX_FILTERS ? { ...held, filters: [...held.filters, filter] } : held;
}

/** Names a source: holes with the same key are the same argument. */
export function keyOf(source: Source): string {
  switch (source.kind) {
    case 'positional':
    case 'rest':
    case 'count':
      return `${source.kind}:${source.index}`;
    case 'env':
    case 'loop':
    case 'preset':
    case 'stdin':
    case 'one-of':
      return `${source.kind}:${source.name}`;
    case 'flag':
    case 'switch':
      return `flag:${source.name}`;
    case 'file':
      return `file:${source.path}`;
    case 'command':
    case 'unknown':
      return `${source.kind}:${source.text}`;
    case 'response':
      return `response:${source.call}`;
  }
}

/** The constants that a hole can be, where there are only some. */
export function valuesOf({ source, filters }: Hole): readonly string[] {
  if (source.kind === 'one-of' || source.kind === 'switch') return source.values;
  return filters.flatMap((filter) => (filter.kind === 'other' ? (filter.values ?? []) : []));
}

/** Names what a caller has to give for a hole: a text that no binding can derive from the source is an argument of its own. */
export function argumentKey(held: Hole): string {
  const lossy = held.filters.flatMap((filter) => (filter.kind === 'other' ? [filter.text] : []));
  return [keyOf(held.source), ...lossy].join('|');
}

/** Names a hole together with the part of the source that it takes. */
export function derivedKey(held: Hole): string {
  const parts = held.filters.flatMap((filter) =>
    filter.kind === 'match' ? [`${filter.regex}/${filter.group}`] : [],
  );
  const lossy = held.filters.some((filter) => filter.kind === 'other');
  return parts.length === 0 || lossy ? argumentKey(held) : [argumentKey(held), ...parts].join('~');
}

/** Values behind each other. */
export function concat(...values: readonly Value[]): Value {
  return join(values);
}

/** Values behind each other; a result that is too large becomes an unknown, so that no script can make the evaluation explode. */
export function join(values: readonly Value[]): Value {
  const only = values.filter((value) => value.length > 0);
  return only.length <= 1 ? (only[0] ?? []) : limited(only.flat());
}

/** What several branches leave behind; too many of them inside each other become an unknown. */
export function choice(branch: number, options: readonly Option[]): Value {
  return limited([{ kind: 'choice', branch, options }]);
}

/** A hole with something to stand in for it where it is empty. */
export function withFallback(held: Hole, fallback: Value): Value {
  return limited([{ ...held, fallback }]);
}

function limited(parts: Value): Value {
  if (sizeOf(parts) <= MAX_PARTS && lengthOf(parts) <= MAX_TEXT) return parts;
  const [first] = parts;
  const at = first === undefined || first.kind === 'choice' ? 0 : first.at;
  return [hole({ kind: 'unknown', reason: 'budget', text: 'a text too large' }, at)];
}

/** How many parts there are, those inside choices and fallbacks counted. */
export const sizeOf = measure((part, inner) => (part.kind === 'text' ? 1 : 1 + inner));

/** How much constant text there is. */
export const lengthOf = measure((part, inner) => (part.kind === 'text' ? part.text.length : inner));

/** A sum over the parts of a value. Parts never change, and one can stand inside many values: each is measured once, when it is made, so that this is never deep. */
function measure(of: (part: Part, inner: number) => number): (value: Value) => number {
  const known = new WeakMap<Part, number>();
  const sum = (value: Value): number => {
    let all = 0;
    for (const part of value) all += one(part);
    return all;
  };
  const one = (part: Part): number => {
    if (part.kind === 'text' || (part.kind === 'hole' && part.fallback === undefined)) return of(part, 0);
    const before = known.get(part);
    if (before !== undefined) return before;
    const inner =
      part.kind === 'hole'
        ? sum(part.fallback ?? [])
        : part.options.reduce((size, option) => size + sum(option.value), 0);
    const size = of(part, inner);
    known.set(part, size);
    return size;
  };
  return sum;
}

/** The text, if there is nothing but text. */
export function constant(value: Value): string | undefined {
  let all = '';
  for (const part of value) {
    if (part.kind !== 'text') return undefined;
    all += part.text;
  }
  return all;
}

/** The hole, if there is nothing but one hole. */
export function soleHole(value: Value): Hole | undefined {
  const [first] = value;
  return value.length === 1 && first?.kind === 'hole' ? first : undefined;
}

/** Splits a value without choices at a separator that stands in its constant pieces. */
export function splitValue(value: Value, separator: string, limit = 500): Value[] {
  const fields: Value[] = [[]];
  for (const part of value) {
    if (part.kind !== 'text') {
      fields.push([...(fields.pop() ?? []), part]);
      continue;
    }
    let at = part.at;
    for (const [index, piece] of part.text.split(separator).entries()) {
      if (index > 0) {
        at += separator.length;
        if (fields.length < limit) fields.push([]);
      }
      if (piece !== '') fields.push([...(fields.pop() ?? []), { ...part, text: piece, at }]);
      at += piece.length;
    }
  }
  return fields;
}

/** Splits a value without choices at the first separator in its constant pieces; the second half is undefined where there is none. */
export function splitFirst(value: Value, separator: RegExp): [Value, string, Value] | undefined {
  for (const [index, part] of value.entries()) {
    const found = part.kind === 'text' ? separator.exec(part.text) : null;
    if (part.kind !== 'text' || found === null) continue;
    const end = found.index + found[0].length;
    return [
      [...value.slice(0, index), ...text(part.text.slice(0, found.index), part.at)],
      found[0],
      [...text(part.text.slice(end), part.at + end), ...value.slice(index + 1)],
    ];
  }
  return undefined;
}

/** Every hole in a value, in choices and fallbacks too. */
export function holesOf(value: Value): Hole[] {
  const found: Hole[] = [];
  const look = (parts: Value): void => {
    for (const part of parts) {
      if (part.kind === 'hole') {
        found.push(part);
        if (part.fallback !== undefined) look(part.fallback);
      } else if (part.kind === 'choice') for (const option of part.options) look(option.value);
    }
  };
  look(value);
  return found;
}

/** Whether two values are the same text made in the same way, wherever they were written. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  const [left, right] = [joinTexts(a), joinTexts(b)];
  return left.length === right.length && left.every((one, index) => samePart(one, right[index]));
}

/** Texts that follow each other as one. */
function joinTexts(value: Value): (string | Exclude<Part, Text>)[] {
  const list: (string | Exclude<Part, Text>)[] = [];
  for (const part of value) {
    const last = list.at(-1);
    if (part.kind !== 'text') list.push(part);
    else if (typeof last === 'string') list[list.length - 1] = last + part.text;
    else if (part.text !== '') list.push(part.text);
  }
  return list;
}

function samePart(a: string | Exclude<Part, Text>, b: string | Exclude<Part, Text> | undefined): boolean {
  if (a === b) return true;
  if (typeof a === 'string' || typeof b === 'string' || b === undefined) return false;
  if (a.kind === 'choice' || b.kind === 'choice')
    return (
      a.kind === 'choice' &&
      b.kind === 'choice' &&
      a.branch === b.branch &&
      a.options.length === b.options.length &&
      sizeOf([a]) === sizeOf([b]) &&
      a.options.every((option, index) => same(option.value, b.options[index]?.value ?? []))
    );
  return (
    keyOf(a.source) === keyOf(b.source) &&
    (a.filters === b.filters || JSON.stringify(a.filters) === JSON.stringify(b.filters)) &&
    same(a.fallback ?? [], b.fallback ?? [])
  );
}

/** A readable form of a value, for comparisons and messages. */
export function print(value: Value): string {
  return value
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'choice')
        return `\u27E6${part.branch}:${part.options.map((option) => print(option.value)).join('\u2502')}\u27E7`;
      const filters = part.filters.map((filter) => JSON.stringify(filter)).join('');
      return `\u27E8${keyOf(part.source)}${filters}${part.fallback === undefined ? '' : `:-${print(part.fallback)}`}\u27E9`;
    })
    .join('');
}

/** Applies a filter to every hole, and `onText` to every constant. */
export function mapValue(value: Value, filter: Filter | undefined, onText: (text: string) => string): Value {
  return limited(
    value.flatMap((part): Value => {
      if (part.kind === 'text') {
        const changed = onText(part.text);
        return changed === '' ? [] : [{ ...part, text: changed }];
      }
      if (part.kind === 'choice')
        return choice(
          part.branch,
          part.options.map((option) => ({ ...option, value: mapValue(option.value, filter, onText) })),
        );
      const [changed] =
        part.fallback === undefined ? [part] : withFallback(part, mapValue(part.fallback, filter, onText));
      return filter === undefined || changed?.kind !== 'hole'
        ? [changed ?? part]
        : [filtered(changed, filter)];
    }),
  );
}
