import { assign, type Machine, offset, tickFor } from './machine.ts';
import type * as Syntax from './parse.ts';
import { isLiteral, removalAsMatch, removeMatch, replaceLiteral } from './pattern.ts';
import {
  choice,
  concat,
  constant,
  type Filter,
  filtered,
  type Hole,
  keyOf,
  mapValue,
  type Part,
  soleHole,
  text,
  type Value,
  withFallback,
} from './value.ts';

/**
 * Applies the operation of a `${name…}` to the parameter's value.
 * @param word expands an operand
 */
export function applyOperation(
  machine: Machine,
  part: Syntax.ParameterExpansionPart,
  whole: Value,
  word: (word: Syntax.Word | undefined) => Value,
): Value {
  const { operation } = part;
  const at = offset(machine, part.pos);
  tickFor(machine, whole);
  switch (operation?.type) {
    case 'Default':
      return withDefault(machine, part, operation, whole, word);
    case 'Remove':
      return remove(whole, word(operation.operand), operation.operator);
    case 'Replace':
      return replace(whole, word(operation.pattern), word(operation.replacement), operation.operator);
    case 'Slice':
      return slice(
        whole,
        word(operation.offset),
        operation.length === undefined ? undefined : word(operation.length),
      );
    case 'CaseModification': {
      const upper = operation.operator.startsWith('^');
      const all = operation.operator.length === 2;
      const change = (value: string): string => {
        const head = all ? value : value.slice(0, 1);
        return (upper ? head.toUpperCase() : head.toLowerCase()) + value.slice(head.length);
      };
      return mapValue(whole, { kind: 'other', text: upper ? 'upper case' : 'lower case' }, change);
    }
    case 'Transform':
      return whole;
    default:
      return whole.length === 0 ? text('', at) : whole;
  }
}

function withDefault(
  machine: Machine,
  part: Syntax.ParameterExpansionPart,
  operation: Syntax.ParameterDefaultOperation,
  whole: Value,
  word: (word: Syntax.Word | undefined) => Value,
): Value {
  const known = constant(whole);
  const { operator } = operation;
  const alone = soleHole(whole);
  if (operator.endsWith('+')) {
    if (known !== undefined) return known === '' ? [] : word(operation.operand);
    if (alone === undefined) return word(operation.operand);
    const key = keyOf(alone.source);
    return choice(machine.branches++, [
      { value: word(operation.operand), picks: [0], facts: [{ key, is: 'set' }] },
      { value: [], picks: [1], facts: [{ key, is: 'unset' }] },
    ]);
  }
  if (operator.endsWith('?')) {
    for (const found of alone === undefined ? [] : [alone])
      machine.state.facts = [...machine.state.facts, { key: keyOf(found.source), is: 'set' }];
    return whole;
  }
  if (known !== undefined && known !== '') return whole;
  if (known === '' && !operator.startsWith(':') && machine.state.vars.has(part.parameter)) return whole;
  if (known === '') return word(operation.operand);
  const filled = fill(whole, word(operation.operand));
  if (operator.endsWith('=')) assign(machine, part.parameter, { kind: 'text', value: filled });
  return filled;
}

/** A value with something to stand in for it where it is empty. */
function fill(whole: Value, fallback: Value): Value {
  const [only] = whole;
  if (whole.length !== 1 || only === undefined || only.kind === 'text') return whole;
  if (only.kind === 'hole') {
    const given =
      only.fallback === undefined || only.fallback.length === 0 ? fallback : fill(only.fallback, fallback);
    return withFallback(only, given);
  }
  return choice(
    only.branch,
    only.options.map((option) => ({
      ...option,
      value: option.value.length === 0 ? fallback : option.value,
    })),
  );
}

function remove(whole: Value, operand: Value, operator: '#' | '##' | '%' | '%%'): Value {
  const pattern = constant(operand);
  // The last line or the last characters of an answer are what `curl -w` has added.
  if (operator === '%' && isAnswer(whole) && /^(?:\n.*|\?+)$/s.test(pattern ?? '')) return whole;
  if (pattern === undefined) return mapValue(whole, { kind: 'other', text: 'cut' }, (kept) => kept);
  if (whole.length > 1) return removeFromMixed(whole, pattern, operator);
  const cut = (value: string): string => removeMatch(value, pattern, operator);
  if (operator.startsWith('%') && isLiteral(pattern)) {
    // A slash at the end of a base URL, a known suffix: an argument without it stays as it is.
    return mapValue(whole, undefined, cut);
  }
  const match = removalAsMatch(pattern, operator);
  const filter: Filter =
    match === undefined ? { kind: 'other', text: `without ${pattern}` } : { kind: 'match', ...match };
  return mapValue(whole, filter, cut);
}

/** Cuts inside the constant text at the end concerned; the holes stay. */
function removeFromMixed(whole: Value, pattern: string, operator: '#' | '##' | '%' | '%%'): Value {
  const suffix = operator.startsWith('%');
  const edge = suffix ? whole.at(-1) : whole[0];
  if (edge?.kind === 'text') {
    const cut = removeMatch(edge.text, pattern, operator);
    const kept: Part[] = cut === '' ? [] : [{ ...edge, text: cut }];
    if (cut !== edge.text) return suffix ? [...whole.slice(0, -1), ...kept] : [...kept, ...whole.slice(1)];
  }
  return mapValue(whole, { kind: 'other', text: `without ${pattern}` }, (kept) => kept);
}

function replace(
  whole: Value,
  pattern: Value,
  replacement: Value,
  operator: '/' | '//' | '/#' | '/%',
): Value {
  const from = constant(pattern);
  const to = constant(replacement);
  if (from === undefined) return mapValue(whole, { kind: 'other', text: 'replace' }, (kept) => kept);
  const literal = from.replace(/\\(.)/gs, '$1');
  if (to === undefined) return replaceByValue(whole, literal, replacement, operator === '//');
  const change = (value: string): string => {
    if (!isLiteral(from) && literal === from) return value;
    if (operator === '/#') return value.startsWith(literal) ? to + value.slice(literal.length) : value;
    if (operator === '/%') return value.endsWith(literal) ? value.slice(0, -literal.length) + to : value;
    return replaceLiteral(value, literal, to, operator === '//');
  };
  return mapValue(whole, replacementFilter(literal, to), change);
}

/** What a replacement does to an argument: the usual ones are escapes. */
export function replacementFilter(from: string, to: string): Filter | undefined {
  // A marker of a template: no argument holds it.
  if (
    /^[^\w\s]*(?:__\w+__|\{\{.*\}\}|@@?\w+@@?|%\w+%|<\w+>|\$\w+|\$?\{\w+\}|[A-Z][A-Z_]{3,})[^\w\s]*$/.test(
      from,
    )
  )
    return undefined;
  if (
    (from === '"' && /^\\+"$/.test(to)) ||
    (from === '\\' && /^\\+$/.test(to)) ||
    (from === '\n' && to.includes('n'))
  )
    return { kind: 'escape', of: 'json' };
  if (from === '\n' || from === '\r') return { kind: 'escape', of: 'json' };
  if (/^%[0-9A-F]{2}$/i.test(to) || (from === ' ' && to === '+')) return { kind: 'escape', of: 'url' };
  return { kind: 'other', text: `${JSON.stringify(from)} becomes ${JSON.stringify(to)}` };
}

/** Whether a value is the answer of a call and nothing else. */
export function isAnswer(value: Value): boolean {
  return soleHole(value)?.source.kind === 'response';
}

/** Puts a value in place of a marker: a template that the script fills by `${template//MARK/$value}`. */
export function replaceByValue(whole: Value, marker: string, value: Value, all: boolean): Value {
  if (marker === '') return whole;
  let done = false;
  return whole.flatMap((part): Part[] => {
    // What a file holds is not known, so it is not known either where the value goes.
    if (part.kind === 'hole' && (part.source.kind === 'file' || part.source.kind === 'command'))
      return [filtered(part, { kind: 'other', text: `${marker} replaced` })];
    if (part.kind !== 'text' || (done && !all)) return [part];
    const pieces = all ? part.text.split(marker) : splitOnce(part.text, marker);
    if (pieces.length > 1) done = true;
    let at = part.at;
    return pieces.slice(0, 200).flatMap((piece, index): Part[] => {
      const here: Part[] = [
        ...(index === 0 ? [] : value),
        ...(piece === '' ? [] : [{ ...part, text: piece, at }]),
      ];
      at += piece.length + marker.length;
      return here;
    });
  });
}

function splitOnce(value: string, marker: string): string[] {
  const at = value.indexOf(marker);
  return at === -1 ? [value] : [value.slice(0, at), value.slice(at + marker.length)];
}

function slice(whole: Value, start: Value, length: Value | undefined): Value {
  const from = Number(constant(start) ?? Number.NaN);
  if (isAnswer(whole) && (from === 0 || start.length === 0) && !/^\d/.test(constant(length ?? []) ?? ''))
    return whole;
  const count = length === undefined ? undefined : Number(constant(length) ?? Number.NaN);
  if (!Number.isInteger(from) || (count !== undefined && !Number.isInteger(count)))
    return mapValue(whole, { kind: 'other', text: 'a slice' }, (kept) => kept);
  const cut = (value: string): string => {
    const end =
      count === undefined ? undefined : count < 0 ? count : (from < 0 ? value.length + from : from) + count;
    return value.slice(from, end);
  };
  const known = constant(whole);
  if (known !== undefined) return text(cut(known), whole[0]?.kind === 'text' ? whole[0].at : 0);
  const alone: Hole | undefined = soleHole(whole);
  if (alone === undefined || from < 0 || (count !== undefined && count < 0))
    return mapValue(whole, { kind: 'other', text: 'a slice' }, (kept) => kept);
  const regex = `^.{${from}}(.${count === undefined ? '*' : `{0,${count}}`})`;
  return mapValue(concat(whole), { kind: 'match', regex, group: 1 }, cut);
}
