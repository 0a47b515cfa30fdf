/** ECMAScript escapes that have a bracket expression of the same meaning for ASCII text. */
const CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_' };

/**
 * Turns a `pattern` of JSON Schema into a POSIX extended regular expression that means the same for ASCII text.
 * @param pattern ECMAScript, as documented
 * @returns undefined where it uses something that POSIX does not have: then the wrapper leaves the check to the API
 */
export function toExtendedRegex(pattern: string): string | undefined {
  // What a review or a shell could misread, and what would make a check slow, is left to the API.
  if (pattern.length > 200 || !/^[ -~]+$/.test(pattern)) return undefined;
  let out = '';
  let at = 0;
  while (at < pattern.length) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      const escaped = translateEscape(pattern.charAt(at + 1));
      if (escaped === undefined) return undefined;
      out += escaped;
      at += 2;
    } else if (character === '[') {
      const set = translateSet(pattern, at);
      if (set === undefined) return undefined;
      out += set.text;
      at = set.end;
    } else {
      // Look-around, named and uncaptured groups, lazy and possessive quantifiers.
      if (character === '(' && pattern.charAt(at + 1) === '?') return undefined;
      if ('*+?}'.includes(character) && '?+*'.includes(pattern.charAt(at + 1) || ' ')) return undefined;
      if (character === '{' && !/^\{\d{1,3}(,\d{0,3})?\}/.test(pattern.slice(at))) return undefined;
      out += character;
      at += 1;
    }
  }
  return isValid(pattern) ? out : undefined;
}

function translateEscape(character: string): string | undefined {
  const set = CLASSES[character];
  if (set !== undefined) return `[${set}]`;
  if (character === 'D' || character === 'W') return `[^${CLASSES[character.toLowerCase()]}]`;
  if (character === 's') return '[[:space:]]';
  if (character === 'S') return '[^[:space:]]';
  if (/[-/@#%&"'~,:;<>=! _`]/.test(character)) return character;
  return /[.*+?^$(){}|[\]\\]/.test(character) ? `\\${character}` : undefined;
}

/** A bracket expression: POSIX knows no escapes in it and wants `]` first and `-` last. */
function translateSet(
  pattern: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  let at = start + 1;
  const negated = pattern.charAt(at) === '^';
  if (negated) at += 1;
  let first = '';
  let middle = '';
  let last = '';
  for (; at < pattern.length; at += 1) {
    let character = pattern.charAt(at);
    if (character === ']') {
      const text = `[${negated ? '^' : ''}${first}${middle}${last}]`;
      return first + middle + last === '' || (!negated && text.startsWith('[^'))
        ? undefined
        : { text, end: at + 1 };
    }
    let escaped = false;
    if (character === '\\') {
      at += 1;
      character = pattern.charAt(at);
      const set = CLASSES[character];
      if (set !== undefined || character === 's') {
        middle += set ?? '[:space:]';
        continue;
      }
      if (/[A-Za-z0-9]/.test(character)) return undefined;
      escaped = true;
    }
    if (character === '[' && ':.='.includes(pattern.charAt(at + 1))) return undefined;
    const range = /^(.)-([^\]\\])/.exec(pattern.slice(at));
    if (!escaped && range?.[1] !== undefined && range[2] !== undefined) {
      if (!/[A-Za-z0-9 -~]/.test(range[1]) || '[]\\^-'.includes(range[1]) || '[]\\^-'.includes(range[2]))
        return undefined;
      middle += range[0];
      at += 2;
    } else if (character === ']') first = ']';
    else if (character === '-') last = '-';
    else if (character === '^') last = `^${last}`;
    else middle += character;
  }
  return undefined;
}

function isValid(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
