import { cleanName } from './naming.ts';
import { constant, type Hole, type Value } from './value.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PAGE_SIZE = /^(?:first|last|limit|per_?page|page_?size|max_?results)$/i;

/** A constant that callers may want to change (an identifier, a page size) as a hole with that default; undefined for every other constant. */
export function presetOf(value: Value, name: string): Hole | undefined {
  const known = constant(value);
  if (known === undefined || known === '' || name === '') return undefined;
  const [first] = value;
  const at = first?.kind === 'text' ? first.at : 0;
  return preset(known, name, at);
}

/**
 * A constant that callers would want to choose, such as a page size or the id of somebody's team: a hole with the constant as its default.
 * @param known the constant
 * @param name of the field or variable that holds it
 * @returns undefined: the constant is part of the request
 */
export function preset(known: string, name: string, at: number): Hole | undefined {
  const why =
    PAGE_SIZE.test(name) && /^[1-9]\d{0,4}$/.test(known)
      ? 'page-size'
      : isIdentifier(known, name)
        ? 'id'
        : undefined;
  if (why === undefined) return undefined;
  return {
    kind: 'hole',
    source: { kind: 'preset', name: cleanName(name), value: known, why },
    at,
    filters: [],
    fallback: [{ kind: 'text', text: known, at }],
  };
}

/** Whether a value is a UUID as a whole. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}

function isIdentifier(value: string, name: string): boolean {
  if (UUID.test(value)) return true;
  if (
    !/(?:^|_|-|[a-z])(?:id|ids|uuid|guid|gid)$/i.test(name) ||
    /^(?:grid|void|valid|paid|client_?id)$/i.test(name)
  )
    return false;
  return /^(?=.*\d)[A-Za-z\d_-]{5,64}$/.test(value);
}

/** Whether a segment of a path is an identifier. */
export function isPathIdentifier(segment: string): boolean {
  return UUID.test(segment) || /^(?=.*\d)[A-Fa-f\d]{16,64}$/.test(segment) || /^\d{5,}$/.test(segment);
}
