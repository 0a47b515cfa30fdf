import type { ArgumentExtension, BindingExtension, HoleExtension } from '../../model/document.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { argumentName, cleanName, redact } from './naming.ts';
import { bareIn } from './raw.ts';
import type { Command } from './scan.ts';
import type { UsageArgument } from './usage.ts';
import {
  argumentKey,
  constant,
  type Fact,
  type Hole,
  keyOf,
  soleHole,
  type Value,
  valuesOf,
} from './value.ts';

/** What the caller of an operation gives, as it becomes known while the places of the request are filled. */
export interface Argument {
  readonly key: string;
  readonly name: string;
  readonly hole: Hole;
  required: boolean;
  schema: JsonObject;
  default?: Json;
  env?: string;
  description?: string;
  /** Position on the old command line, from 1 behind the command's words. */
  readonly position?: number;
  /** Places that it fills alone and whole. */
  alone: number;
  /** Places that it takes part in. */
  part: number;
}

/** What a place knows about the text that goes into it. */
export interface PlaceHint {
  /** The API's own name of the place. */
  readonly name: string;
  /** JSON Schema of what may stand there, if the place says so. */
  readonly schema?: JsonObject;
}

const NUMBERS =
  /^(?:limit|first|last|count|page|per_?page|page_?size|size|offset|start|max|max_?results|num|number|top|n|priority|estimate|days|hours|minutes|timeout|port|quantity|amount|version_?number|points|position)$/i;

/** Collects the arguments of one operation. */
export class Arguments {
  private readonly list: Argument[] = [];
  private readonly command: Command;
  private readonly facts: readonly Fact[];
  private readonly usage: ReadonlyMap<number, UsageArgument>;
  /** Names that the path template has taken. */
  private readonly taken = new Set<string>();

  /** @param usage names that the usage text gives to positions */
  constructor(command: Command, facts: readonly Fact[], usage: ReadonlyMap<number, UsageArgument>) {
    this.command = command;
    this.facts = facts;
    this.usage = usage;
  }

  /** The argument that fills a hole. */
  of(held: Hole, hint: PlaceHint): Argument {
    const key = argumentKey(held);
    const known = this.list.find((argument) => argument.key === key);
    if (known !== undefined) {
      if (
        held.optional !== true &&
        known.required === false &&
        held.fallback === undefined &&
        known.default === undefined &&
        !this.mayBeAbsent(held)
      )
        known.required = true;
      return known;
    }
    const argument = this.create(held, key, hint);
    this.list.push(argument);
    return argument;
  }

  /** A value as a binding says it; undefined where it is a constant. */
  bind(value: Value, hint: PlaceHint): BindingExtension['value'] | undefined {
    const alone = soleHole(value);
    if (alone !== undefined) {
      const match = alone.filters.findLast((filter) => filter.kind === 'match');
      const argument = this.of(alone, match === undefined ? hint : { name: hint.name });
      if (match === undefined) {
        argument.alone += 1;
        if (hint.schema !== undefined && argument.alone === 1 && argument.part === 0) {
          argument.schema = { ...hint.schema, ...enumOf(argument.schema, hint.schema) };
          if (argument.default !== undefined)
            Object.assign(argument, defaultFor(hint.schema, textOf(argument.default)));
        }
        return [{ arg: argument.name }];
      }
      argument.part += 1;
      return [holeOf(argument, alone)];
    }
    if (constant(value) !== undefined) return undefined;
    return value.flatMap((part, index): (Json | HoleExtension)[] => {
      if (part.kind === 'text') return part.text === '' ? [] : [part.text];
      if (part.kind === 'choice') return [];
      // Inside a list of objects the member before it says what the argument is.
      const before = value[index - 1];
      const member = before?.kind === 'text' ? /"(\w+)":"[^"]*$/.exec(lead(value, index))?.[1] : undefined;
      const bare = hint.schema?.type === 'array' ? bareIn(value, index) : undefined;
      const argument = this.of(part, { name: member ?? hint.name, ...bare });
      argument.part += 1;
      if (
        argument.default === undefined &&
        part.fallback !== undefined &&
        part.fallback.length === 0 &&
        !argument.required
      )
        argument.default = '';
      return [holeOf(argument, part)];
    });
  }

  all(): readonly Argument[] {
    return this.list;
  }

  /** Names in the order of the old command line. */
  positionals(): string[] {
    const byPosition = new Map<number, Argument>();
    for (const argument of this.list) {
      if (argument.position === undefined) continue;
      const before = byPosition.get(argument.position);
      // The script makes two values of one argument: the caller of old gives the one that is sent as it is.
      if (before === undefined || before.key.includes('|')) byPosition.set(argument.position, argument);
    }
    return [...byPosition].sort(([a], [b]) => a - b).map(([, argument]) => argument.name);
  }

  private create(held: Hole, key: string, hint: PlaceHint): Argument {
    const { source } = held;
    const name = this.unique(this.nameOf(held, key, hint));
    const chain = fallbacks(held);
    const fallback = chain.map((value) => constant(value)).find((text) => text !== undefined && text !== '');
    const env = source.kind === 'env' ? source.name : envOf(chain);
    const schema = schemaOf(held, fallback, hint, name);
    const required = held.optional !== true && chain.length === 0 && !this.mayBeAbsent(held);
    const position =
      source.kind === 'positional' || source.kind === 'rest'
        ? source.index - this.command.words.length
        : undefined;
    return {
      key,
      name,
      hole: held,
      required,
      schema: schema.schema,
      ...(schema.default === undefined ? {} : { default: schema.default }),
      ...(env === undefined ? {} : { env }),
      ...(position === undefined ? {} : { position }),
      alone: 0,
      part: 0,
    };
  }

  private nameOf(held: Hole, key: string, hint: PlaceHint): string {
    const { source } = held;
    const names = this.command.names.get(key) ?? [];
    const held_ = argumentName(names);
    switch (source.kind) {
      case 'flag':
      case 'switch':
        return (
          cleanName(source.name.length > 1 ? source.name : (held_ ?? hint.name)) ||
          cleanName(source.name) ||
          'flag'
        );
      case 'env':
        return cleanName(source.name);
      case 'preset':
        return cleanName(source.name);
      case 'one-of':
      case 'loop':
      case 'stdin':
        return (
          held_ ??
          (source.kind === 'stdin' && source.name === 'input' ? cleanName(hint.name) : cleanName(source.name))
        );
      case 'positional':
      case 'rest':
        return held_ ?? (cleanName(this.usage.get(source.index)?.name ?? '') || cleanName(hint.name));
      default:
        return held_ ?? cleanName(hint.name);
    }
  }

  private unique(wanted: string): string {
    const base =
      wanted === '' || /^(?:__proto__|constructor|prototype)$/.test(wanted)
        ? `argument${wanted === '' ? '' : '_'}${wanted.replace(/^_+|_+$/g, '')}`
        : wanted;
    let name = base;
    for (let count = 2; this.taken.has(name); count++) name = `${base}_${count}`;
    this.taken.add(name);
    return name;
  }

  /** Whether the script goes on without it. */
  private mayBeAbsent(held: Hole): boolean {
    const { source } = held;
    if (source.kind === 'flag')
      return !this.facts.some((fact) => fact.key === keyOf(source) && fact.is === 'set');
    if (source.kind === 'positional' && this.usage.get(source.index)?.optional === true)
      return !this.facts.some((fact) => fact.key === keyOf(source) && fact.is === 'set');
    return source.kind === 'switch' || source.kind === 'loop' || source.kind === 'preset';
  }
}

function holeOf(argument: Argument, held: Hole): HoleExtension {
  const match = held.filters.findLast((filter) => filter.kind === 'match');
  return {
    arg: argument.name,
    ...(match?.kind === 'match' ? { match: { regex: match.regex, group: match.group } } : {}),
  };
}

/** What stands in for a hole, in order. */
function fallbacks(held: Hole): Value[] {
  const found: Value[] = [];
  for (
    let next: Hole | undefined = held;
    next?.fallback !== undefined && found.length < 8;
    next = soleHole(next.fallback)
  )
    found.push(next.fallback);
  return found;
}

function envOf(chain: readonly Value[]): string | undefined {
  const source = chain.map((value) => soleHole(value)?.source).find((one) => one?.kind === 'env');
  return source?.kind === 'env' ? source.name : undefined;
}

function schemaOf(
  held: Hole,
  fallback: string | undefined,
  hint: PlaceHint,
  name: string,
): { schema: JsonObject; default?: Json } {
  const { source } = held;
  if (source.kind === 'switch') {
    const [value = 'true'] = source.values;
    const texts = [...new Set([...(fallback === undefined ? [] : [fallback]), ...source.values])];
    if (texts.every((text) => text === 'true' || text === 'false'))
      return {
        schema: { type: 'boolean' },
        ...(fallback === undefined ? {} : { default: fallback === 'true' }),
      };
    return {
      schema: { type: 'string', enum: texts.map(redact) },
      ...(fallback === undefined ? {} : { default: redact(fallback) }),
      ...(value === '' ? {} : {}),
    };
  }
  const values = valuesOf(held);
  if (values.length > 0)
    return {
      schema: { type: 'string', enum: [...new Set(values.map(redact))] },
      ...(fallback === undefined ? {} : { default: redact(fallback) }),
    };
  if (hint.schema !== undefined) return { schema: hint.schema, ...defaultFor(hint.schema, fallback) };
  if (
    held.filters.some((filter) => filter.kind === 'list') ||
    (source.kind === 'flag' && source.list === true)
  )
    return {
      schema: { type: 'array', items: { type: 'string' } },
      ...defaultFor({ type: 'array' }, fallback),
    };
  const whole = /^-?\d{1,15}$/;
  if (fallback !== undefined && whole.test(fallback) && !/id$/i.test(name))
    return { schema: { type: 'integer' }, default: Number(fallback) };
  if (fallback === undefined && NUMBERS.test(hint.name) && NUMBERS.test(name))
    return { schema: { type: 'integer' } };
  return { schema: { type: 'string' }, ...(fallback === undefined ? {} : { default: redact(fallback) }) };
}

/** A constant of the script as a value of a schema. */
export function defaultFor(schema: JsonObject, fallback: string | undefined): { default?: Json } {
  if (fallback === undefined) return {};
  if (schema.type === 'string' || schema.type === undefined) return { default: redact(fallback) };
  if (schema.type === 'integer' || schema.type === 'number')
    return /^-?\d+(\.\d+)?$/.test(fallback) ? { default: Number(fallback) } : {};
  if (schema.type === 'boolean')
    return fallback === 'true' || fallback === 'false' ? { default: fallback === 'true' } : {};
  try {
    return { default: JSON.parse(fallback) as Json };
  } catch {
    return schema.type === 'array' ? { default: fallback.split(',') } : {};
  }
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The words that the script tells apart, as values of the type that the place takes. */
function enumOf(schema: JsonObject, place: JsonObject): JsonObject {
  const { enum: words } = schema;
  if (!Array.isArray(words)) return {};
  const values = words.map((word) => defaultFor(place, String(word)).default);
  return values.every((value) => value !== undefined) ? { enum: values } : {};
}

/** The text before a piece, as far as it is constant. */
function lead(value: Value, index: number): string {
  let text = '';
  for (let at = index - 1; at >= 0 && text.length < 100; at--) {
    const part = value[at];
    if (part?.kind !== 'text') break;
    text = part.text + text;
  }
  return text;
}

/** An argument as the document declares it. */
export function declaration(argument: Argument): ArgumentExtension {
  return {
    name: argument.name,
    schema: argument.schema,
    required: argument.required && argument.default === undefined,
    ...(argument.description === undefined ? {} : { description: argument.description }),
    ...(argument.default === undefined ? {} : { default: argument.default }),
    ...(argument.env === undefined ? {} : { env: argument.env }),
  };
}
