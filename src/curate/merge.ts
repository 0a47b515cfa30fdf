import { isObject, type Json } from '../model/json.ts';
import { childOf, type Draft, type OriginTree, type Tokens } from './draft.ts';

/** What rules of merging tell apart. */
export type ValueKind = 'object' | 'array' | 'primitive value';

/** What a value is to an overlay, in the words of its messages; a value that is absent counts as primitive. */
export function kindOf(value: Json | undefined): ValueKind {
  return Array.isArray(value) ? 'array' : isObject(value) ? 'object' : 'primitive value';
}

/** A part of a value that does not go with what is there. */
export interface Mismatch {
  /** Where it stands in the value that was to be merged. */
  readonly inner: Tokens;
  readonly place: Tokens;
  readonly found: ValueKind;
  readonly there: ValueKind;
}

/**
 * Merges a value into a place of a document (Overlay 1.1, Action Object): objects member by member, arrays are concatenated, primitive
 * values replaced. A value that is no array is appended only to the array at the place itself.
 * @param origins where a part of the value came from
 * @returns what could not be merged; the rest is
 */
export function mergeInto(
  draft: Draft,
  place: Tokens,
  value: Json,
  origins: (inner: Tokens) => OriginTree,
): Mismatch[] {
  const mismatches: Mismatch[] = [];
  const pending: { readonly place: Tokens; readonly value: Json; readonly inner: Tokens }[] = [
    { place, value, inner: [] },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { place: at, value: part, inner } = next;
    const target = draft.get(at);
    const there = kindOf(target);
    if (target === undefined || (there === 'primitive value' && kindOf(part) === there)) {
      draft.set(at, part, origins(inner));
    } else if (Array.isArray(target) && (Array.isArray(part) || inner.length === 0)) {
      const items = Array.isArray(part) ? part : [part];
      const { length } = target;
      for (const [index, item] of items.entries()) {
        const from = Array.isArray(part) ? [...inner, String(index)] : inner;
        draft.set([...at, String(length + index)], item, origins(from));
      }
    } else if (isObject(target) && isObject(part)) {
      for (const key of Object.keys(part).reverse()) {
        const child = childOf(part, key);
        if (child !== undefined) pending.push({ place: [...at, key], value: child, inner: [...inner, key] });
      }
    } else if (part !== null || inner.length === 0) {
      // `components:` with nothing behind it says nothing, as in the specification's own example of a structured overlay.
      mismatches.push({ inner, place: at, found: kindOf(part), there });
    }
  }
  return mismatches;
}
