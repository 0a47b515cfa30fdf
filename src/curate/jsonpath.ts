import { JSONPathEnvironment, JSONPathNodeList, type JSONPathQuery, jsonpath } from 'json-p3';
import { type Json, member } from '../model/json.ts';

/** A schema may be 2,000 levels deep, and each level is two of JSON. */
export const environment = new JSONPathEnvironment({ maxRecursionDepth: 20_000 });

type FilterContext = Parameters<jsonpath.expressions.FilterExpression['evaluate']>[0];
type FilterExpression = jsonpath.expressions.FilterExpression;

/**
 * Compiles a JSONPath (RFC 9535).
 *
 * Overlays are full of filters like `[?@.operationId == 'pets/list']`, and each action asks all operations: the library's
 * way to a member, by a query with its nodes and their places, would be a tenth of a build. So a member that is compared is looked
 * up, and all else is left to the library.
 * @throws {JSONPathError} of json-p3, where it is none
 */
export function compile(path: string): JSONPathQuery {
  const query = environment.compile(path);
  shorten(query);
  return query;
}

function shorten(query: JSONPathQuery): void {
  for (const { selectors } of query.segments) {
    for (const selector of selectors) {
      if (selector instanceof jsonpath.selectors.FilterSelector) shortenIn(selector.expression);
    }
  }
}

function shortenIn(expression: FilterExpression): void {
  const { FilterQuery, FunctionExtension, InfixExpression, LogicalExpression, PrefixExpression } =
    jsonpath.expressions;
  if (expression instanceof LogicalExpression) shortenIn(expression.expression);
  else if (expression instanceof PrefixExpression) shortenIn(expression.right);
  else if (expression instanceof FunctionExtension) expression.args.forEach(shortenIn);
  else if (expression instanceof FilterQuery) shorten(expression.path);
  else if (expression instanceof InfixExpression) {
    const { left, right, logical } = expression;
    // What is not compared asks whether there is a node at all, whatever its value.
    const name = logical ? undefined : memberName(left);
    if (name === undefined) shortenIn(left);
    else Object.assign(expression, { left: new Member(left, name) });
    shortenIn(right);
  }
}

/** `name` where an expression is `@.name`, and nothing else. */
function memberName(expression: FilterExpression): string | undefined {
  if (!(expression instanceof jsonpath.expressions.RelativeQuery)) return undefined;
  const [segment, ...more] = expression.path.segments;
  if (more.length > 0 || segment === undefined || `${segment}`.startsWith('..')) return undefined;
  const [selector, ...others] = segment.selectors;
  return others.length === 0 && selector instanceof jsonpath.selectors.NameSelector
    ? selector.name
    : undefined;
}

const nothing = new JSONPathNodeList([]);

/** `@.name` beside a comparison: the member's value, or no node at all. */
class Member extends jsonpath.expressions.FilterExpression {
  readonly #written: FilterExpression;
  readonly #name: string;
  constructor(written: FilterExpression, name: string) {
    super(written.token);
    this.#written = written;
    this.#name = name;
  }
  evaluate({ currentValue }: FilterContext): unknown {
    const value = member(currentValue as Json, this.#name);
    return value === undefined ? nothing : value;
  }
  toString(): string {
    return this.#written.toString();
  }
}
