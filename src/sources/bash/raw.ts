import type { JsonObject } from '../../model/json.ts';
import { constant, soleHole, type Value, valuesOf } from './value.ts';

const COUNTS =
  /(?:limit|first|last|count|page|size|offset|number|num|priority|estimate|amount|quantity|id|max|min|total|port|timeout|duration|seconds|minutes|days|temperature|top_p|tokens|index|position|version|year|month|day|hour)s?$/i;

/**
 * What stands unquoted in JSON: a number, a boolean, or any JSON.
 * @param name of the member
 */
export function rawSchema(value: Value, name: string): JsonObject {
  const alone = soleHole(value);
  if (alone?.filters.some((filter) => filter.kind === 'list') === true)
    return { type: 'array', items: { type: 'string' } };
  const fallback = alone?.fallback === undefined ? undefined : constant(alone.fallback);
  if (fallback !== undefined && /^-?\d+$/.test(fallback)) return { type: 'integer' };
  if (fallback !== undefined && /^-?\d+\.\d+$/.test(fallback)) return { type: 'number' };
  if (fallback === 'true' || fallback === 'false') return { type: 'boolean' };
  const texts = alone === undefined ? [] : valuesOf(alone);
  if (texts.length > 0 && texts.every((text) => text === 'true' || text === 'false'))
    return { type: 'boolean' };
  if (texts.length > 0 && texts.every((text) => /^-?\d+$/.test(text))) return { type: 'integer' };
  if (alone === undefined) return { type: 'number' };
  if (
    /^(?:is|has|include|enable|allow|should)|^(?:draft|private|public|enabled|disabled|active|force|archived|success|stream)$/i.test(
      name,
    )
  )
    return { type: 'boolean' };
  return COUNTS.test(name) ? { type: 'number' } : {};
}

/**
 * What a hole in the JSON text of a list is: undefined where it stands inside a string.
 * @param value the whole text
 * @param index of the hole
 * @returns the name of its member, if it has one, and its schema
 */
export function bareIn(value: Value, index: number): { name?: string; schema: JsonObject } | undefined {
  const part = value[index];
  const before = value.slice(0, index).map((one) => (one.kind === 'text' ? one.text : ''));
  const text = before.join('').replace(/\\./gs, '');
  if (part === undefined || (text.match(/"/g) ?? []).length % 2 === 1) return undefined;
  const [, name, brackets] = /"(\w+)":([[,]*)$/.exec(text) ?? [];
  return {
    ...(name === undefined ? {} : { name }),
    schema: rawSchema([part], brackets === '' ? (name ?? '') : 'number'),
  };
}
