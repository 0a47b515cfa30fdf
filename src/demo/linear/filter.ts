import { dateOf } from './scalars.ts';
import type { Entity, State } from './state.ts';

type Filter = { readonly [key: string]: unknown };

/**
 * Whether an entity matches a filter of Linear's API: members are combined with "and", `and` and `or` hold further filters, a relation is
 * filtered through, a collection matches if one of its members does (`some`) or all do (`every`), all else is a comparator.
 */
export function matches(state: State, entity: Entity, filter: Filter): boolean {
  return Object.entries(filter).every(([key, wanted]) => {
    if (wanted === undefined || wanted === null) return true;
    if (key === 'and') return filters(wanted).every((part) => matches(state, entity, part));
    if (key === 'or') return filters(wanted).some((part) => matches(state, entity, part));
    if (key === 'null') return wanted === false;
    const value = state.read(entity, key);
    const part = wanted as Filter;
    if (Array.isArray(value) && value.every(isEntity)) return matchesCollection(state, value, part);
    if (isEntity(value)) return matches(state, value, part);
    if (key === 'id' && entity.__typename === 'Issue') {
      return compare([entity.id, state.read(entity, 'identifier')], part, state.now());
    }
    // A relation to nothing matches only the filter that asks for nothing, or one that asks nothing of it.
    if ((value === null || value === undefined) && isRelationFilter(part)) {
      return part.null === true || (Object.keys(part).length === 0 && part.null !== false);
    }
    return compare([value], part, state.now());
  });
}

function matchesCollection(state: State, members: readonly Entity[], filter: Filter): boolean {
  const { some, every, length, ...rest } = filter;
  const all = (part: unknown): boolean => members.every((member) => matches(state, member, part as Filter));
  const any = (part: unknown): boolean => members.some((member) => matches(state, member, part as Filter));
  return (
    (some === undefined || some === null || any(some)) &&
    (every === undefined || every === null || all(every)) &&
    (length === undefined || length === null || compare([members.length], length as Filter, 0)) &&
    (Object.keys(rest).length === 0 || any(rest))
  );
}

/** Filters of relations hold objects, comparators hold values and lists. */
function isRelationFilter(filter: Filter): boolean {
  return Object.entries(filter).every(
    ([key, value]) =>
      ['and', 'or', 'null'].includes(key) ||
      (typeof value === 'object' && value !== null && !Array.isArray(value)),
  );
}

/** Whether a value (one of its spellings) satisfies every member of a comparator. */
function compare(spellings: readonly unknown[], comparator: Filter, now: number): boolean {
  return Object.entries(comparator).every(([operator, wanted]) => {
    if (wanted === undefined) return true;
    if (operator === 'null') return (spellings[0] === null || spellings[0] === undefined) === wanted;
    const negated = /^n(in|eq)|^not/.exec(operator) !== null;
    const positive = operator
      .replace(/^nin$/, 'in')
      .replace(/^neq/, 'eq')
      .replace(/^not(.)/, (_, first: string) => first.toLowerCase());
    return spellings.some((value) => holds(value, positive, wanted, now)) !== negated;
  });
}

function holds(value: unknown, operator: string, wanted: unknown, now: number): boolean {
  if (operator === 'in') return Array.isArray(wanted) && wanted.some((one) => holds(value, 'eq', one, now));
  if (typeof value === 'number' || typeof value === 'boolean')
    return ordered(operator, Number(value), Number(wanted));
  if (value === null || value === undefined) return operator === 'eq' && wanted === null;
  const text = String(value);
  const other = String(wanted);
  const ignoreCase = /IgnoreCase/.test(operator);
  const fold = (from: string): string => {
    const folded = ignoreCase ? from.toLowerCase() : from;
    return /Accent/.test(operator) ? folded.normalize('NFD').replace(/\p{M}/gu, '') : folded;
  };
  switch (operator.replace(/IgnoreCase(AndAccent)?$/, '')) {
    case 'eq':
      return fold(text) === fold(other);
    case 'contains':
      return fold(text).includes(fold(other));
    case 'startsWith':
      return fold(text).startsWith(fold(other));
    case 'endsWith':
      return fold(text).endsWith(fold(other));
    default:
      return ordered(operator, dateOf(text, now) ?? Number.NaN, dateOf(other, now) ?? Number.NaN);
  }
}

function ordered(operator: string, value: number, wanted: number): boolean {
  switch (operator) {
    case 'eq':
      return value === wanted;
    case 'gt':
      return value > wanted;
    case 'gte':
      return value >= wanted;
    case 'lt':
      return value < wanted;
    case 'lte':
      return value <= wanted;
    default:
      return false;
  }
}

function filters(value: unknown): Filter[] {
  return Array.isArray(value) ? value : [value as Filter];
}

function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && '__typename' in value;
}
