import * as z from 'zod';
import { isRecord } from './json.ts';

/** Checks that zod does not have, as JSON Schema means them. */

/** A whole number of any size (zod's own stops at 2^53). */
export function integer(): z.ZodNumber {
  return z.number().refine((value) => Number.isInteger(value), 'expected a whole number');
}

/** Characters are counted as JSON Schema counts them: code points. */
export function minLength(least: number) {
  return z.refine<string>(
    (text) => text.length >= 2 * least || [...text].length >= least,
    `expected at least ${least} characters`,
  );
}

/** JSON Schema counts characters, and not the UTF-16 units of JavaScript. */
export function maxLength(most: number) {
  return z.refine<string>(
    (text) => text.length <= most || [...text].length <= most,
    `expected at most ${most} characters`,
  );
}

/** A pattern as documented; one that JavaScript does not understand lets everything pass. */
export function pattern(source: string) {
  const regex = regexOf(source);
  return z.refine<string>((text) => regex === undefined || regex.test(text), `must match ${source}`);
}

function regexOf(source: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(source, flags);
    } catch {
      // The other way of reading it may do.
    }
  }
  return undefined;
}

/** Multiples as people mean them: 0.3 is one of 0.1, though not in binary fractions. */
export function multipleOf(step: number) {
  return z.refine<number>((value) => {
    const times = value / step;
    return Math.abs(times - Math.round(times)) <= Number.EPSILON * Math.max(1, Math.abs(times)) * 4;
  }, `expected a multiple of ${step}`);
}

/** Any JSON value, but a value. */
export function anything() {
  return z.unknown().refine((value) => value !== undefined, 'required');
}

/** An object whose members may be called like what every object inherits (`constructor`): it is looked at without that. */
export function own(schema: z.ZodType) {
  return z.preprocess(
    (value) => (isRecord(value) ? Object.assign(Object.create(null), value) : value),
    schema,
  );
}

/** A list of allowed values of any kind. */
export function oneOf(values: readonly unknown[]) {
  const allowed = new Set(values.map(canonical));
  return anything().refine((value) => allowed.has(canonical(value)), 'is none of the allowed values');
}

/** What the schema does not match. */
export function not(schema: z.ZodType) {
  return anything().refine((value) => !schema.safeParse(value).success, 'is not allowed');
}

/** Items that differ as JSON values, whatever the order of their members. */
export function uniqueItems() {
  return z.refine<unknown[]>(
    (items) => new Set(items.map(canonical)).size === items.length,
    'expected items that differ',
  );
}

/** Lengths of lists whose first items have schemas of their own. */
export function minItems(least: number) {
  return z.refine<unknown[]>((items) => items.length >= least, `expected at least ${least} items`);
}

/** The upper end of `minItems`. */
export function maxItems(most: number) {
  return z.refine<unknown[]>((items) => items.length <= most, `expected at most ${most} items`);
}

/** The number of members of an object, declared or not. */
export function minProperties(least: number) {
  return z.refine<object>(
    (value) => Object.keys(value).length >= least,
    `expected at least ${least} members`,
  );
}

/** The upper end of `minProperties`. */
export function maxProperties(most: number) {
  return z.refine<object>((value) => Object.keys(value).length <= most, `expected at most ${most} members`);
}

/** Members whose names match a pattern; the first schema is for those that match none and are not named. */
export function patternProperties(
  named: readonly string[],
  patterns: readonly (readonly [source: string, schema: z.ZodType])[],
  others: z.ZodType | undefined,
) {
  const known = new Set(named);
  const compiled = patterns.map(([source, schema]) => [regexOf(source), schema] as const);
  return z.superRefine<object>((value, context) => {
    for (const [name, member] of Object.entries(value)) {
      const matching = compiled
        .filter(([regex]) => regex === undefined || regex.test(name))
        .map(([, schema]) => schema);
      const schemas = matching.length === 0 && !known.has(name) && others !== undefined ? [others] : matching;
      for (const schema of schemas) {
        for (const issue of schema.safeParse(member).error?.issues ?? []) {
          context.addIssue({ code: 'custom', message: issue.message, path: [name, ...issue.path] });
        }
      }
    }
  });
}

/** The same text for the same JSON value, whatever the order of members. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
