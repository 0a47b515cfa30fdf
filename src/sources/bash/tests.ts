import { binary } from './arithmetic.ts';
import type { Expander } from './expand.ts';
import { assign, type Flow, type Machine } from './machine.ts';
import type * as Syntax from './parse.ts';
import { globMatches } from './pattern.ts';
import type { Item } from './state.ts';
import { constant, type Fact, filtered, type Hole, hole, keyOf, soleHole, type Value } from './value.ts';

/** What a condition is worth: decided or not, and what is known where it holds and where it does not. */
export interface Condition {
  readonly outcome?: boolean;
  readonly yes: readonly Fact[];
  readonly no: readonly Fact[];
  readonly flow: Flow;
}

export const UNDECIDED: Condition = { yes: [], no: [], flow: 'next' };

/** A test whose outcome is known when the script is read. */
export function decided(outcome: boolean): Condition {
  return { outcome, yes: [], no: [], flow: 'next' };
}

/** `! test`. */
export function negate(condition: Condition): Condition {
  return {
    ...(condition.outcome === undefined ? {} : { outcome: !condition.outcome }),
    yes: condition.no,
    no: condition.yes,
    flow: condition.flow,
  };
}

/** `a && b` or `a || b` of two conditions. */
export function combine(operator: '&&' | '||', left: Condition, right: Condition): Condition {
  if (operator === '||') return negate(combine('&&', negate(left), negate(right)));
  if (left.outcome === false) return left;
  if (left.outcome === true) return right;
  if (right.outcome === false) return right;
  return { yes: [...left.yes, ...right.yes], no: right.outcome === true ? left.no : [], flow: 'next' };
}

/** `[[ … ]]` */
export function testExpression(machine: Machine, expander: Expander, node: Syntax.TestExpression): Condition {
  switch (node.type) {
    case 'TestGroup':
      return testExpression(machine, expander, node.expression);
    case 'TestNot': {
      const inner = testExpression(machine, expander, node.operand);
      return node.negations.length % 2 === 1 ? negate(inner) : inner;
    }
    case 'TestLogical': {
      if (node.operands.length > MAX_OPERANDS) return UNDECIDED;
      const [first, ...rest] = node.operands.map((operand) => testExpression(machine, expander, operand));
      return rest.reduce((left, right) => combine(node.operator, left, right), first ?? UNDECIDED);
    }
    case 'TestUnary':
      return unary(machine, node.operator, expander.value(machine, node.operand));
    case 'TestBinary': {
      const left = expander.value(machine, node.left);
      if (node.operator === '=~') return matches(machine, left, node.right);
      return compare(machine, node.operator, left, expander.value(machine, node.right));
    }
  }
}

/** `[ … ]` and `test …`: the words between the brackets. */
export function testWords(machine: Machine, items: readonly Item[]): Condition {
  const words = items.map((item) => (item.kind === 'one' ? item.value : undefined));
  const operators = words.map((word) => (word === undefined ? undefined : constant(word)));
  for (const operator of ['-o', '-a'] as const) {
    const at = operators.indexOf(operator, 1);
    if (at > 0 && at < items.length - 1)
      return combine(
        operator === '-o' ? '||' : '&&',
        testWords(machine, items.slice(0, at)),
        testWords(machine, items.slice(at + 1)),
      );
  }
  if (operators[0] === '!' && items.length > 1) return negate(testWords(machine, items.slice(1)));
  const [first, second, third] = words;
  if (items.length === 3 && first !== undefined && third !== undefined)
    return compare(machine, operators[1] ?? '', first, third);
  if (items.length === 2 && second !== undefined) return unary(machine, operators[0] ?? '', second);
  if (items.length === 1 && first !== undefined) return unary(machine, '-n', first);
  if (items.length === 1 && operators[0] === '-z') return decided(true);
  return items.length === 0 ? decided(false) : UNDECIDED;
}

function unary(machine: Machine, operator: string, value: Value): Condition {
  if (operator !== '-n' && operator !== '-z') {
    return UNDECIDED;
  }
  const filled = filledness(machine, value);
  return operator === '-n' ? filled : negate(filled);
}

/** Whether a value is not empty. */
function filledness(machine: Machine, value: Value): Condition {
  if (value.length === 0) return decided(false);
  if (value.some((part) => part.kind === 'text')) return decided(true);
  const alone = soleHole(value);
  if (alone === undefined) {
    // Several holes together, or a choice: filled when any of them is.
    return UNDECIDED;
  }
  if (alone.fallback !== undefined && constant(alone.fallback) !== undefined && alone.fallback.length > 0)
    return alone.source.kind === 'switch' ? UNDECIDED : decided(true);
  return known(machine, alone);
}

function known(machine: Machine, held: Hole): Condition {
  const key = keyOf(held.source);
  if (held.source.kind === 'count') return UNDECIDED;
  const fact = machine.state.facts.find((other) => other.key === key);
  if (fact?.is === 'set' || fact?.is === 'equals') return decided(true);
  if (fact?.is === 'unset') return decided(false);
  return { yes: [{ key, is: 'set' }], no: [{ key, is: 'unset' }], flow: 'next' };
}

const MAX_OPERANDS = 200;

const NUMERIC: Readonly<Record<string, string>> = {
  '-lt': '<',
  '-le': '<=',
  '-gt': '>',
  '-ge': '>=',
  '-eq': '==',
  '-ne': '!=',
};

function compare(machine: Machine, operator: string, left: Value, right: Value): Condition {
  const numeric = NUMERIC[operator];
  if (numeric !== undefined) return compareNumbers(numeric, left, right);
  if (operator !== '=' && operator !== '==' && operator !== '!=') return UNDECIDED;
  const equal = equals(machine, left, right);
  return operator === '!=' ? negate(equal) : equal;
}

function equals(machine: Machine, left: Value, right: Value): Condition {
  const pattern = constant(right);
  const subject = constant(left);
  if (pattern === undefined) return UNDECIDED;
  if (subject !== undefined) return decided(globMatches(pattern, subject));
  if (pattern === '') return negate(filledness(machine, left));
  return isWord(machine, left, pattern);
}

/** Whether a value is one word; decided where earlier branches have said so. */
export function isWord(machine: Machine, value: Value, word: string): Condition {
  const alone = soleHole(value);
  if (alone === undefined) {
    const [only] = value;
    const texts =
      only?.kind === 'choice' ? only.options.map((option) => constant(option.value)) : [undefined];
    return value.length === 1 && texts.every((known) => known !== undefined && known !== word)
      ? decided(false)
      : UNDECIDED;
  }
  const { source } = alone;
  const key = keyOf(source);
  if (source.kind === 'positional' && machine.excluded.get(source.index)?.has(word) === true)
    return decided(false);
  const fact = machine.state.facts.find((other) => other.key === key && other.is === 'equals');
  if (fact !== undefined) return decided(fact.text === word);
  if (alone.filters.length > 0) return UNDECIDED;
  return { yes: [{ key, is: 'equals', text: word }], no: [], flow: 'next' };
}

/** Compares numbers, and learns from comparisons of `$#` which arguments there are. */
export function compareNumbers(operator: string, left: Value, right: Value): Condition {
  const [a, b] = [constant(left), constant(right)];
  if (a !== undefined && b !== undefined) {
    const result = binary(operator, Number(a), Number(b));
    return Number.isNaN(Number(a)) || Number.isNaN(Number(b)) || result === undefined
      ? UNDECIDED
      : decided(result === 1);
  }
  const counted = soleHole(left);
  if (counted?.source.kind !== 'count' || b === undefined) return UNDECIDED;
  const limit = Number(b);
  const { index } = counted.source;
  const set = (count: number): Fact[] =>
    Array.from({ length: Math.max(0, Math.min(20, count)) }, (_, offset) => ({
      key: `positional:${index + offset}`,
      is: 'set',
    }));
  const unset = (count: number): Fact[] => [{ key: `positional:${index + count}`, is: 'unset' }];
  switch (operator) {
    case '<':
      return { yes: unset(limit - 1), no: set(limit), flow: 'next' };
    case '<=':
      return { yes: unset(limit), no: set(limit + 1), flow: 'next' };
    case '>':
      return { yes: set(limit + 1), no: unset(limit), flow: 'next' };
    case '>=':
      return { yes: set(limit), no: unset(limit - 1), flow: 'next' };
    case '==':
      return { yes: [...set(limit), ...unset(limit)], no: limit === 0 ? set(1) : [], flow: 'next' };
    case '!=':
      return { yes: limit === 0 ? set(1) : [], no: [...set(limit), ...unset(limit)], flow: 'next' };
    default:
      return UNDECIDED;
  }
}

/** `[[ $x =~ regex ]]` fills BASH_REMATCH with parts of the argument. */
function matches(machine: Machine, left: Value, word: Syntax.Word): Condition {
  const alone = soleHole(left);
  const regex = word.parts === undefined ? word.value : constantRegex(machine, word);
  if (alone === undefined || regex === undefined) return UNDECIDED;
  const groups = (regex.match(/\((?!\?)/g) ?? []).length;
  assign(machine, 'BASH_REMATCH', {
    kind: 'array',
    items: Array.from({ length: groups + 1 }, (_, group) => ({
      kind: 'one' as const,
      value: [filtered(alone, { kind: 'match', regex, group })],
    })),
  });
  const tested = known(machine, alone);
  // A regular expression that is not satisfied says nothing about being given.
  return { yes: tested.yes, no: [], flow: 'next' };
}

function constantRegex(machine: Machine, word: Syntax.Word): string | undefined {
  const pieces = (word.parts ?? []).map((part) => {
    if (part.type === 'Literal' || part.type === 'Glob') return part.text;
    if (part.type === 'SingleQuoted') return part.value;
    const name = part.type === 'SimpleExpansion' ? part.text.slice(1) : undefined;
    const held = name === undefined ? undefined : machine.state.vars.get(name);
    return held?.kind === 'text' ? constant(held.value) : undefined;
  });
  return pieces.every((piece) => piece !== undefined) ? pieces.join('') : undefined;
}

/** `(( … ))` */
export function testArithmetic(
  machine: Machine,
  node: Syntax.ArithmeticExpression | undefined,
  value: (node: Syntax.ArithmeticExpression) => Value,
): Condition {
  if (node === undefined) return UNDECIDED;
  if (node.type === 'ArithmeticGroup') return testArithmetic(machine, node.expression, value);
  if (node.type === 'ArithmeticBinary') {
    if (node.operator === '&&' || node.operator === '||')
      return combine(
        node.operator,
        testArithmetic(machine, node.left, value),
        testArithmetic(machine, node.right, value),
      );
    if (/^([<>]=?|==|!=)$/.test(node.operator))
      return compareNumbers(node.operator, value(node.left), value(node.right));
    const target = node.left.type === 'ArithmeticWord' ? node.left.value : '';
    if (/^[+\-*]?=$/.test(node.operator) && /^[A-Za-z_]\w*$/.test(target)) {
      const plain = node.operator === '=';
      assign(machine, target, {
        kind: 'text',
        value: plain ? value(node.right) : value({ ...node, operator: node.operator.slice(0, 1) }),
      });
    }
    return UNDECIDED;
  }
  if (node.type === 'ArithmeticUnary' && (node.operator === '++' || node.operator === '--')) {
    const target = node.operand.type === 'ArithmeticWord' ? node.operand.value : '';
    const now = constant(value(node.operand));
    const next = now === undefined ? undefined : Number(now) + (node.operator === '++' ? 1 : -1);
    if (/^[A-Za-z_]\w*$/.test(target))
      assign(machine, target, {
        kind: 'text',
        value:
          next === undefined || Number.isNaN(next)
            ? [hole({ kind: 'loop', name: target }, node.pos)]
            : [{ kind: 'text', text: String(next), at: node.pos }],
      });
    return UNDECIDED;
  }
  if (node.type === 'ArithmeticUnary' && node.operator === '!')
    return negate(testArithmetic(machine, node.operand, value));
  const known = constant(value(node));
  return known === undefined ? UNDECIDED : decided(known !== '' && known !== '0');
}
