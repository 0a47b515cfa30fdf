import fc from 'fast-check';
import type { JsonObject } from '../../src/model/json.ts';
import type { Random } from './random.ts';

/** How much of a request a sample fills: what must be there, all of it, or some of it. */
export type Mode = 'required' | 'all' | 'some';

/** Where a value goes: some texts cannot stand everywhere. */
export type Place = 'path' | 'query' | 'header' | 'cookie' | 'raw cookie' | 'json' | 'form' | 'text' | 'xml';

export interface Sampler {
  readonly document: JsonObject;
  readonly random: Random;
  readonly mode: Mode;
  readonly place: Place;
}

export function sampleNumber(random: Random, schema: JsonObject, integer: boolean): number {
  const at = (key: string): number | undefined => (typeof schema[key] === 'number' ? schema[key] : undefined);
  const step = at('multipleOf') ?? (integer ? 1 : 0.25);
  const low =
    at('minimum') ??
    (at('exclusiveMinimum') === undefined ? undefined : (at('exclusiveMinimum') ?? 0) + step);
  const high =
    at('maximum') ??
    (at('exclusiveMaximum') === undefined ? undefined : (at('exclusiveMaximum') ?? 0) - step);
  const candidates = [0, 1, 7, -1, 42, 100000, 2147483647, ...(integer ? [] : [0.5, -1.25, 1e21])].filter(
    (value) =>
      (low === undefined || value >= low) &&
      (high === undefined || value <= high) &&
      Number.isInteger(value / step),
  );
  const value = random.pick(candidates) ?? Math.ceil((low ?? high ?? 0) / step) * step;
  return Number(value.toFixed(6));
}

const FORMATS: { readonly [format: string]: readonly string[] } = {
  date: ['2026-11-20', '2024-02-29'],
  'date-time': ['2026-11-20T12:00:00Z', '2026-11-20T12:00:00.123+02:00'],
  time: ['12:00:00Z'],
  duration: ['P1DT2H'],
  uuid: ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
  email: ['a+b@example.com'],
  uri: ['https://example.com/a%20b?c=d&e=f#g'],
  url: ['https://example.com/?q=1'],
  hostname: ['example.com'],
  ipv4: ['192.0.2.1'],
  ipv6: ['2001:db8::1'],
  byte: ['AP8QIA==', 'aGk='],
};

const HOSTILE = [
  '../../admin',
  'a/b',
  '%2F',
  '100%',
  'a?b',
  '#x',
  'a;b',
  'a,b',
  'two words',
  'a+b',
  'a&b=c',
  'ünïcode',
  '日本語',
  '😀',
  'say "hi"',
  "it's",
  'back\\slash',
  '<a>&amp;</a>',
  '$(id)',
  '`id`',
  '@file',
  '-x',
  '--data',
  '{a,b}',
  '[0]',
  '*',
  '~',
  'a|b^c',
  'null',
  'true',
  '007',
  '!(:)',
];
const ONLY_BODY = ['line\nbreak', 'carriage\r\nreturn', '\ttab', '', ' space ', '\u2028', 'end\n'];

/** A text that a schema allows and that its place can carry; undefined where its pattern is beyond us. */
export function sampleText({ random, mode, place }: Sampler, schema: JsonObject): string | undefined {
  const format = typeof schema.format === 'string' ? schema.format : '';
  const least = typeof schema.minLength === 'number' ? schema.minLength : 0;
  const most = typeof schema.maxLength === 'number' ? schema.maxLength : Number.POSITIVE_INFINITY;
  // Octets that stand in text or JSON are encoded (OpenAPI 3.1 section 4.4.1.2).
  if (typeof schema.contentEncoding === 'string' || ['byte', 'binary', 'base64url'].includes(format))
    return random.pick(FORMATS.byte ?? []) ?? '';
  if (typeof schema.pattern === 'string') return matching(schema.pattern, random, least, most, schema);
  const known = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (known !== undefined) return random.pick(known) ?? '';
  const hostile = [
    ...HOSTILE,
    ...(place === 'json' || place === 'form' || place === 'text'
      ? ONLY_BODY
      : place === 'query'
        ? ONLY_BODY
        : []),
  ].filter(
    (text) =>
      (place !== 'raw cookie' || !/[;,\s"\\]|[^\x20-\x7e]/.test(text)) && (place !== 'text' || text !== ''),
  );
  const fitting = hostile.filter((text) => [...text].length >= least && [...text].length <= most);
  const text = mode !== 'required' || random.chance(0.5) ? random.pick(fitting) : undefined;
  if (text !== undefined) return text;
  const filled = 'abc'.repeat(Math.ceil(least / 3) || 1);
  return filled.slice(0, Math.min(most, Math.max(least, 3)));
}

function matching(
  pattern: string,
  random: Random,
  least: number,
  most: number,
  schema: JsonObject,
): string | undefined {
  const stored = [
    ...(Array.isArray(schema.examples) ? schema.examples : []),
    schema.example,
    schema.default,
  ].filter((each): each is string => typeof each === 'string');
  try {
    const regex = new RegExp(pattern);
    const made = fc.sample(fc.stringMatching(regex, { size: 'small' }), {
      numRuns: 6,
      seed: random.below(1e9),
    });
    const fit = [...made, ...stored].find(
      (text) =>
        [...text].length >= least &&
        [...text].length <= most &&
        !/\p{Surrogate}/u.test(text) &&
        !/[\x00-\x1f\x7f]/.test(text),
    );
    if (fit !== undefined) return fit;
  } catch {
    // A pattern that JavaScript or fast-check does not know.
    if (stored[0] !== undefined) return stored[0];
  }
  return undefined;
}
