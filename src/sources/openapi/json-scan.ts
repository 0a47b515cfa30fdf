/** What a walk over the text of a JSON document finds, without building it. */
export interface Scan {
  /** Number of object members, duplicates counted. */
  readonly members: number;
  /** Offset of the first bracket that opens a level deeper than the limit. */
  readonly tooDeep?: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Counts members and depth of JSON text. Its strings are skipped by search, which makes it far cheaper than parsing.
 * @param text JSON; of other text the numbers mean nothing
 */
export function scanJson(text: string, maxDepth: number): Scan {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x3a: // :
        members++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > maxDepth) return { members, tooDeep: at };
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      default:
    }
  }
  return { members };
}

/**
 * Whether an object or a list as JSON text may hold a number of 16 digits or more: digits that stand where a value can. It is asked of every document,
 * and to look through its values would take a tenth of a build.
 */
export function holdsLargeInteger(text: string): boolean {
  for (const { index } of text.matchAll(/\d{16,}/g)) {
    let before = text[index - 1] === '-' ? index - 2 : index - 1;
    while (/\s/.test(text.charAt(before))) before--;
    if (/[[:,]/.test(text.charAt(before))) return true;
  }
  return false;
}

/** The offset of the quote that ends the JSON string which begins at `start`; the end of the text where there is none. */
export function endOfString(text: string, start: number): number {
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return text.length;
    let slash = quote;
    while (text.charCodeAt(slash - 1) === BACKSLASH) slash--;
    if ((quote - slash) % 2 === 0) return quote;
    from = quote + 1;
  }
}

/**
 * Finds members that occur twice in one object.
 * @param text valid JSON
 * @returns name and offset of each repeated member, in order
 */
export function duplicateMembers(text: string): { readonly name: string; readonly offset: number }[] {
  const found: { name: string; offset: number }[] = [];
  const objects: (Set<string> | undefined)[] = [];
  let string: { readonly start: number; readonly end: number } | undefined;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        string = { start: at, end };
        at = end;
        break;
      }
      case ':': {
        const names = objects.at(-1);
        if (string === undefined || names === undefined) break;
        const name: unknown = JSON.parse(text.slice(string.start, string.end + 1));
        if (typeof name !== 'string') break;
        if (names.has(name)) found.push({ name, offset: string.start });
        names.add(name);
        break;
      }
      case '{':
        objects.push(new Set());
        break;
      case '[':
        objects.push(undefined);
        break;
      case '}':
      case ']':
        objects.pop();
        break;
      default:
    }
  }
  return found;
}

/** Line and column, both from 1, of an offset in a text. */
export function lineAndColumn(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}
