import fc from 'fast-check';
import { exactJson, type Json } from '../model/json.ts';
import type { ArgumentPlan, OperationPlan } from '../model/plan.ts';
import {
  type ObjectSchema,
  resolveSchema,
  type Schema,
  type Schemas,
  type StringSchema,
} from '../model/schema.ts';

/** Values for one call, by the key of the argument. Bytes are base64 text, as MCP has them. */
export type Values = ReadonlyMap<string, Json>;

/** Where a value goes: some texts cannot stand everywhere. */
type Where = 'path' | 'header' | 'other';

interface Context {
  readonly schemas: Schemas;
  readonly where: Where;
  /** Also what is optional. */
  readonly all: boolean;
  readonly depth: number;
}

/**
 * Makes values for a call: text with quotes, `$`, backticks, line breaks and emoji, numbers at their limits. The same in every run.
 * @param all every argument; else only those that are required
 * @param round another number gives other values
 * @returns the values, or undefined where a required argument has none that this can find
 */
export function sampleValues(
  operation: OperationPlan,
  schemas: Schemas,
  all: boolean,
  round: number,
): Values | undefined {
  const values = new Map<string, Json>();
  for (const argument of operation.arguments) {
    if (argument.hidden || !(all || argument.required)) continue;
    const value = textToTakeApart(argument, operation) ?? sampleArgument(argument, schemas, all, round);
    if (value !== undefined) values.set(argument.key, value);
    else if (argument.required) return undefined;
  }
  return values;
}

function sampleArgument(
  argument: ArgumentPlan,
  schemas: Schemas,
  all: boolean,
  round: number,
): Json | undefined {
  const where = whereOf(argument);
  // A path has no place for an object without members.
  const context: Context = { schemas, where, all: all || where === 'path', depth: 0 };
  const arbitrary = arbitraryOf(argument.schema, context);
  if (arbitrary === undefined) return undefined;
  const fits = (value: Json) => context.where === 'other' || !/^\.{0,2}$/.test(String(value));
  const found = fc.sample(arbitrary, { seed: seedOf(argument.key, round), numRuns: 20 });
  return found.find(fits);
}

/**
 * Text for an argument of which the request takes parts by regular expressions: one that has all the parts.
 * @returns undefined where the argument is not taken apart, or no such text is found
 */
export function textToTakeApart({ key }: ArgumentPlan, { request }: OperationPlan): string | undefined {
  const regexes = request.bindings.flatMap((binding) =>
    binding.kind === 'template'
      ? binding.parts.flatMap((part) =>
          typeof part === 'object' && part.arg === key ? (part.match?.regex ?? []) : [],
        )
      : [],
  );
  if (regexes.length === 0) return undefined;
  const candidates = ['BAC-154', 'octo/hello', 'octo/hello#7', ...textsMatching(`^(?:${regexes[0]})$`)];
  return candidates.find((candidate) => regexes.every((regex) => matches(regex, candidate)));
}

/** POSIX expressions are nearly JavaScript's; one that is not matches nothing here. */
function matches(regex: string, text: string): boolean {
  try {
    return new RegExp(regex).test(text);
  } catch {
    return false;
  }
}

function whereOf({ places }: ArgumentPlan): Where {
  if (places.some(([kind]) => kind === 'header' || kind === 'cookie')) return 'header';
  return places.some(([kind]) => kind === 'path') ? 'path' : 'other';
}

function seedOf(text: string, round: number): number {
  return [...text].reduce((hash, character) => (hash * 31 + character.charCodeAt(0)) | 0, round * 7919);
}

/**
 * One value of a schema, e.g. for an answer.
 * @returns undefined where this finds none
 */
export function sampleValue(schema: Schema, schemas: Schemas): Json | undefined {
  const arbitrary = arbitraryOf(schema, { schemas, where: 'other', all: true, depth: 0 });
  return arbitrary === undefined ? undefined : fc.sample(arbitrary, { seed: 1, numRuns: 1 })[0];
}

/** How deep optional members and items go: recursive schemas end there. */
const DEPTH = 4;

function arbitraryOf(schema: Schema, context: Context): fc.Arbitrary<Json> | undefined {
  const target = resolveSchema(schema, context.schemas);
  if (context.depth > 3 * DEPTH) return undefined;
  const deeper = { ...context, depth: context.depth + 1 };
  switch (target.kind) {
    case 'any':
      return text(context.where, 1, 12);
    case 'never':
    case 'not':
      return undefined;
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'number': {
      const low = Math.ceil(target.minimum ?? (target.exclusiveMinimum ?? -1) + 1);
      const high = Math.floor(target.maximum ?? (target.exclusiveMaximum ?? low + 1001) - 1);
      const step = target.multipleOf ?? 1;
      if (step < 1) return fc.constant(low);
      const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
      return first > last ? undefined : fc.integer({ min: first, max: last }).map((count) => count * step);
    }
    case 'string':
      return stringOf(target, context);
    case 'enum': {
      // The client of the SDK writes JSON that knows no bigint.
      const values = target.values.filter((value) => typeof value !== 'bigint');
      return values.length === 0 ? undefined : fc.constantFrom(...values);
    }
    case 'array': {
      const least = target.minItems ?? 0;
      const most = Math.max(least, Math.min(target.maxItems ?? 3, context.depth < DEPTH ? 3 : 0));
      const item = arbitraryOf(target.items, deeper);
      if (target.prefixItems !== undefined || item === undefined)
        return least === 0 ? fc.constant([]) : undefined;
      const size = { minLength: Math.max(least, Math.min(1, most)), maxLength: most };
      return target.uniqueItems === true
        ? fc.uniqueArray(item, { ...size, selector: (value) => exactJson(value) })
        : fc.array(item, size);
    }
    case 'object':
      return objectOf(target, deeper);
    case 'union': {
      const members = target.members.flatMap((member) => arbitraryOf(member, deeper) ?? []);
      return members.length === 0 ? undefined : fc.oneof(...members);
    }
    case 'intersection': {
      const members = target.members.map((member) => arbitraryOf(member, deeper));
      const found = members.filter((member) => member !== undefined);
      if (found.length < members.length) return undefined;
      return fc.tuple(...found).map((parts): Json => Object.assign({}, ...parts));
    }
  }
}

function objectOf(schema: ObjectSchema, context: Context): fc.Arbitrary<Json> | undefined {
  const members: [string, fc.Arbitrary<Json>][] = [];
  for (const { name, schema: inner, required } of schema.properties) {
    if (!required && !(context.all && context.depth <= DEPTH)) continue;
    const member = arbitraryOf(inner, context);
    if (member !== undefined) members.push([name, member]);
    else if (required) return undefined;
  }
  const extra = schema.additional === false ? undefined : arbitraryOf(schema.additional, context);
  const wanted = Math.max(schema.minProperties ?? 0, schema.properties.length === 0 && context.all ? 1 : 0);
  for (let count = members.length; extra !== undefined && count < wanted; count++) {
    members.push([`extra${count}`, extra]);
  }
  if (members.length < (schema.minProperties ?? 0)) return undefined;
  const kept = members.slice(0, schema.maxProperties ?? members.length);
  return fc
    .tuple(...kept.map(([, member]) => member))
    .map((values): Json => Object.fromEntries(kept.map(([name], index) => [name, values[index] ?? null])));
}

const FORMATS: { readonly [format: string]: string } = {
  date: '2026-02-28',
  'date-time': '2026-02-28T12:34:56Z',
  time: '12:34:56Z',
  duration: 'P1DT2H',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  email: 'ada.lovelace+test@example.com',
  uri: 'https://example.com/a%20b?c=d&e=%26#f',
  url: 'https://example.com/a%20b?c=d&e=%26#f',
  hostname: 'api.example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
};

function stringOf(schema: StringSchema, context: Context): fc.Arbitrary<string> | undefined {
  const { minLength = 0, maxLength = minLength + 40, pattern, format, binary } = schema;
  if (binary !== undefined) return fc.constant(Buffer.from('bytes: "é" \u0001\n').toString('base64'));
  const fits = (value: string) => [...value].length >= minLength && [...value].length <= maxLength;
  if (pattern !== undefined) {
    const found = textsMatching(pattern).find((value) => fits(value) && plain(value, context));
    return found === undefined ? undefined : fc.constant(found);
  }
  const known = format === undefined ? undefined : FORMATS[format];
  if (known !== undefined) return fits(known) ? fc.constant(known) : undefined;
  return text(context.where, minLength, maxLength);
}

/** A pattern may match what cannot be sent: control characters, and in a header anything but printable ASCII. */
function plain(value: string, { where }: Context): boolean {
  return where === 'header' ? /^[!-~](?:[ -~]*[!-~])?$/.test(value) : !/[\u0000-\u001f\u007f]/.test(value);
}

/** Some texts that match a pattern; none for one that JavaScript cannot read. */
function textsMatching(pattern: string): readonly string[] {
  try {
    return fc.sample(fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' }), {
      seed: 1,
      numRuns: 50,
    });
  } catch {
    return [];
  }
}

/** Text that breaks whatever quotes it badly, in full length first. */
function text(where: Where, minLength: number, maxLength: number): fc.Arbitrary<string> {
  const nasty = where === 'header' ? 'a"b\'$c`d e' : 'Fix "it": `$(id)` & \'é\' 🎉\n%2F+\\x';
  const characters = [...nasty];
  const most = Math.min(maxLength, Math.max(minLength, characters.length));
  return fc.integer({ min: Math.max(minLength, Math.min(1, most)), max: most }).map((length) => {
    const repeated = Array.from({ length }, (_, index) => characters[index % characters.length] ?? 'x').join(
      '',
    );
    return where === 'other' ? repeated : repeated.trim().padEnd(length, 'x');
  });
}
