import type { Json } from '../../src/model/json.ts';

const escapes: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A string literal in single quotes, of printable characters alone. */
export function quoteString(text: string): string {
  const inner = text.replace(
    // Controls, bidirectional and invisible formatting, line separators, lone surrogates.
    /['\\\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu,
    (character) => escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${inner}'`;
}

/** Whether a text can stand as an identifier where reserved words are allowed, as after a dot. */
export function isIdentifierName(text: string): boolean {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(text);
}

/** The key of a member in an object literal. `__proto__` would set the prototype: it is computed. */
export function propertyKey(name: string): string {
  if (name === '__proto__') return "['__proto__']";
  return isIdentifierName(name) ? name : quoteString(name);
}

/** The key of a member in a type: nothing is special there. */
export function typeKey(name: string): string {
  return isIdentifierName(name) ? name : quoteString(name);
}

/** `args.title`, `args['x-id']`. */
export function memberAccess(object: string, name: string): string {
  return isIdentifierName(name) ? `${object}.${name}` : `${object}[${quoteString(name)}]`;
}

/** A JSON value as an expression on one line. */
export function quoteJson(value: Json): string {
  if (typeof value === 'string') return quoteString(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(quoteJson).join(', ')}]`;
  const members = Object.entries(value as Readonly<Record<string, Json>>).map(
    ([name, member]) => `${propertyKey(name)}: ${quoteJson(member)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** A regular expression literal. */
export function quoteRegex(source: string, flags: string): string {
  return new RegExp(source, flags).toString();
}

/**
 * Text for a documentation comment: it cannot end the comment, and holds no characters that do not show.
 * @param width lines are folded at this many characters
 */
export function commentText(text: string, width: number): string {
  const safe = text
    .replaceAll('*/', '*\\/')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(
      /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g,
      '',
    );
  return safe
    .split('\n')
    .map((line) => fold(line.trimEnd(), width))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function fold(line: string, width: number): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  lines.push(current);
  return lines.join('\n');
}
