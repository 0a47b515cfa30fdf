import * as z from 'zod';
import { type Json, member } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import { childOf } from './draft.ts';

/** What is wrong at one place of a value. */
interface Problem {
  readonly path: readonly string[];
  readonly message: string;
  readonly hint?: string;
}

/**
 * Checks what a person has written against a schema.
 * @returns what zod finds, in words for that person: an entry per unknown key and bad value, `message` going on from the name of the place
 */
export function schemaProblems(schema: z.ZodType, value: Json): Problem[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues.flatMap((issue) => problemsOf(issue, schema, value));
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: Json): Problem[] {
  const path = issue.path.map(String);
  const found = path.reduce<Json | undefined>(childOf, value);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const keys = keysAt(schema, path, value);
      return issue.keys.map((key) => {
        // A key of another alternative.
        if (keys.includes(key))
          return { path: [...path, key], message: 'does not go with the keys beside it' };
        const meant = nearest(key, keys);
        const hint = meant === undefined ? `the keys are ${keys.join(', ')}` : `did you mean \`${meant}\`?`;
        return { path: [...path, key], message: 'is not a key that mcpgen knows', hint };
      });
    }
    case 'invalid_union': {
      if (issue.errors.length === 0 && 'options' in issue && Array.isArray(issue.options))
        return [choice(path, issue.options, found)];
      // The alternative whose root fits says what is wrong below it.
      const fits = (inner: z.core.$ZodIssue): boolean =>
        inner.path.length > 0 || inner.code === 'unrecognized_keys';
      const nearestAlternative = issue.errors.find((issues) => issues.every(fits));
      if (nearestAlternative === undefined) return [{ path, message: 'has a value of the wrong type' }];
      return nearestAlternative.flatMap((inner) =>
        problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, schema, value),
      );
    }
    case 'invalid_value':
      return [choice(path, issue.values, found)];
    case 'invalid_type':
      return [
        {
          path,
          message: found === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`,
        },
      ];
    case 'too_small':
      return [
        {
          path,
          message: issue.origin === 'string' ? 'must not be empty' : `must be ${issue.minimum} or more`,
        },
      ];
    case 'invalid_key':
      return [{ path, message: issue.issues[0]?.message ?? issue.message }];
    default:
      return [{ path, message: issue.message }];
  }
}

const TYPES: { readonly [type: string]: string } = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  int: 'an integer',
  number: 'a number',
};

function choice(path: readonly string[], values: readonly unknown[], found: Json | undefined): Problem {
  const names = values.map(String);
  const meant = typeof found === 'string' ? nearest(found, names) : undefined;
  return {
    path,
    message: `must be ${names.map((name) => `\`${name}\``).join(' or ')}`,
    ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }),
  };
}

/** The keys that a schema allows at a place. */
function keysAt(schema: z.core.$ZodType, path: readonly string[], value: Json | undefined): string[] {
  if (
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  )
    return keysAt(schema.unwrap(), path, value);
  if (schema instanceof z.ZodUnion) {
    // Of a discriminated union, only the alternative that the value chose.
    const style = path.length === 0 ? member(value, 'style') : undefined;
    const options = schema.options.filter(
      (option) => !(option instanceof z.ZodObject) || option.shape.style?.safeParse(style).success !== false,
    );
    return [...new Set(options.flatMap((option) => keysAt(option, path, value)))];
  }
  const [step, ...rest] = path;
  if (step === undefined) return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const inner =
    schema instanceof z.ZodObject
      ? schema.shape[step]
      : schema instanceof z.ZodArray
        ? schema.element
        : schema instanceof z.ZodRecord
          ? schema.valueType
          : undefined;
  return inner === undefined ? [] : keysAt(inner, rest, childOf(value, step));
}
