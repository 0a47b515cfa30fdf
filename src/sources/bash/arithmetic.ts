import { type Machine, variable } from './machine.ts';
import type * as Syntax from './parse.ts';
import { constant, hole, holesOf, mapValue, soleHole, text, type Value } from './value.ts';

/**
 * The value of `$(( … ))`: computed where everything is known, else what it depends on.
 * @param parts expands the `$…` inside
 */
export function arithmetic(
  machine: Machine,
  expression: Syntax.ArithmeticExpression | undefined,
  at: number,
  parts: (list: readonly Syntax.WordPart[]) => Value,
): Value {
  const holes: Value[] = [];
  const result = expression === undefined ? undefined : compute(expression, 0);
  if (result !== undefined) return text(String(result), at);
  const [first] = holes;
  const alone = first === undefined ? undefined : soleHole(first);
  if (alone !== undefined && expression?.type === 'ArithmeticWord') return [alone];
  if (first !== undefined && holesOf(first).length > 0)
    return mapValue(
      [holesOf(first)[0] ?? hole({ kind: 'command', text: '$((…))' }, at)],
      { kind: 'other', text: 'arithmetic' },
      (kept) => kept,
    );
  return [hole({ kind: 'command', text: '$((…))' }, at)];

  function compute(node: Syntax.ArithmeticExpression, depth: number): number | undefined {
    if (depth > 50) return undefined;
    switch (node.type) {
      case 'ArithmeticWord': {
        const value =
          node.parts !== undefined
            ? parts(node.parts)
            : /^[A-Za-z_]\w*$/.test(node.value)
              ? variable(machine, node.value, at)
              : text(node.value, at);
        const known = constant(value);
        if (known === undefined) {
          holes.push(value);
          return undefined;
        }
        const digits = known.replace(/^10#/, '').trim();
        return /^-?\d{1,15}$/.test(digits) ? Number(digits) : digits === '' ? 0 : undefined;
      }
      case 'ArithmeticGroup':
        return compute(node.expression, depth + 1);
      case 'ArithmeticUnary': {
        const operand = compute(node.operand, depth + 1);
        if (operand === undefined) return undefined;
        if (node.operator === '-') return -operand;
        if (node.operator === '!') return operand === 0 ? 1 : 0;
        if (node.operator === '++') return node.prefix ? operand + 1 : operand;
        if (node.operator === '--') return node.prefix ? operand - 1 : operand;
        return node.operator === '+' ? operand : undefined;
      }
      case 'ArithmeticBinary': {
        const left = compute(node.left, depth + 1);
        const right = compute(node.right, depth + 1);
        return left === undefined || right === undefined ? undefined : binary(node.operator, left, right);
      }
      case 'ArithmeticTernary': {
        const test = compute(node.test, depth + 1);
        if (test === undefined) return undefined;
        return compute(test !== 0 ? node.consequent : node.alternate, depth + 1);
      }
      default:
        return undefined;
    }
  }
}

/** The operators that scripts compute request parts with. */
export function binary(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : Math.trunc(left / right);
    case '%':
      return right === 0 ? undefined : left % right;
    case '<':
      return left < right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '&&':
      return left !== 0 && right !== 0 ? 1 : 0;
    case '||':
      return left !== 0 || right !== 0 ? 1 : 0;
    default:
      return undefined;
  }
}
