/** Bash patterns (`*`, `?`, `[…]`) and what of them can be said as a POSIX extended regular expression. */

/** Whether all of `text` matches a pattern. Takes time in proportion to text × pattern, whatever they are. */
export function globMatches(pattern: string, text: string): boolean {
  const characters = [...text];
  return matchedLengths(tokenize(pattern), characters).at(-1) === characters.length;
}

/** How many characters the pattern can match at the beginning of a text, ascending. */
function matchedLengths(tokens: readonly Token[], characters: readonly string[]): number[] {
  const close = (set: Set<number>): Set<number> => {
    for (const state of set) if (tokens[state]?.kind === 'star') set.add(state + 1);
    return set;
  };
  let states = close(new Set([0]));
  const found = states.has(tokens.length) ? [0] : [];
  for (const [index, character] of characters.entries()) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined) continue;
      if (token.kind === 'star') next.add(state);
      else if (
        token.kind === 'any' ||
        (token.kind === 'literal' ? token.text === character : token.matches(character))
      )
        next.add(state + 1);
    }
    states = close(next);
    if (states.size === 0) break;
    if (states.has(tokens.length)) found.push(index + 1);
  }
  return found;
}

type Token =
  | { kind: 'star' }
  | { kind: 'any' }
  | { kind: 'literal'; text: string }
  | { kind: 'set'; matches: (character: string) => boolean };

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length && tokens.length < 500; at++) {
    const character = pattern[at] ?? '';
    if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'any' });
    else if (character === '\\' && at + 1 < pattern.length)
      tokens.push({ kind: 'literal', text: pattern[++at] ?? '' });
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end === -1) tokens.push({ kind: 'literal', text: '[' });
      else {
        tokens.push({ kind: 'set', matches: setOf(pattern.slice(at + 1, end)) });
        at = end;
      }
    } else tokens.push({ kind: 'literal', text: character });
  }
  return tokens;
}

function setOf(body: string): (character: string) => boolean {
  const not = body.startsWith('!') || body.startsWith('^');
  const inner = not ? body.slice(1) : body;
  return (character) => {
    let found = false;
    for (let at = 0; at < inner.length; at++) {
      if (inner[at + 1] === '-' && at + 2 < inner.length) {
        if (character >= (inner[at] ?? '') && character <= (inner[at + 2] ?? '')) found = true;
        at += 2;
      } else if (inner[at] === character) found = true;
    }
    return found !== not;
  };
}

/** Whether a pattern matches only itself. */
export function isLiteral(pattern: string): boolean {
  return !/[*?[\]\\]/.test(pattern);
}

/** Removes a matching prefix or suffix, as `${x#…}` (shortest) and `${x##…}` (longest) do. */
export function removeMatch(text: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const suffix = operator.startsWith('%');
  const characters = [...text];
  const tokens = tokenize(pattern);
  const lengths = suffix
    ? matchedLengths(tokens.reverse(), characters.toReversed())
    : matchedLengths(tokens, characters);
  const length = lengths.at(operator.length === 2 ? -1 : 0) ?? 0;
  return (suffix ? characters.slice(0, characters.length - length) : characters.slice(length)).join('');
}

const MAX_REPLACED = 1_000_000;

/** Replaces a literal; a text that could become far too long stays as it is. */
export function replaceLiteral(text: string, from: string, to: string, all: boolean): string {
  if (from === '' || text.length * (1 + to.length) > MAX_REPLACED) return text;
  return all ? text.replaceAll(from, () => to) : text.replace(from, () => to);
}

/** A literal as part of a POSIX extended regular expression. */
export function quoteRegex(literal: string): string {
  return literal.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** One character as a negated bracket expression. */
function notCharacter(character: string): string {
  return character === '^' ? '[^\\^]' : character === ']' ? '[^]]' : `[^${character}]`;
}

/** `${x#…}` and its family as a match, where one can say it: the usual splits at one character. */
export function removalAsMatch(
  pattern: string,
  operator: '#' | '##' | '%' | '%%',
): { regex: string; group: number } | undefined {
  const before = /^\*([^*?[\]\\])$/.exec(pattern)?.[1];
  const behind = /^([^*?[\]\\])\*$/.exec(pattern)?.[1];
  if (operator === '#' && before !== undefined)
    return { regex: `^(${notCharacter(before)}*${quoteRegex(before)})?(.*)$`, group: 2 };
  if (operator === '##' && before !== undefined) return { regex: `(${notCharacter(before)}*)$`, group: 1 };
  if (operator === '%' && behind !== undefined)
    return { regex: `^(.*)${quoteRegex(behind)}${notCharacter(behind)}*$`, group: 1 };
  if (operator === '%%' && behind !== undefined) return { regex: `^(${notCharacter(behind)}*)`, group: 1 };
  if (operator.startsWith('#') && isLiteral(pattern))
    return { regex: `^(${quoteRegex(pattern)})?(.*)$`, group: 2 };
  return undefined;
}

/** Field `field` (from 1) of a text split at one character. */
export function fieldAsMatch(
  separator: string,
  field: number,
  toEnd: boolean,
): { regex: string; group: number } {
  const not = notCharacter(separator);
  const skip = field > 1 ? `(${not}*${quoteRegex(separator)})${field > 2 ? `{${field - 1}}` : ''}` : '';
  return { regex: `^${skip}(${toEnd ? '.' : not}*)`, group: field > 1 ? 2 : 1 };
}
