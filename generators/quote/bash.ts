/**
 * The door through which text of a spec reaches bash.
 * @param text anything; NUL cannot be in a bash word and is left out
 * @returns one word of bash source that means exactly `text`: bare where that is safe, in single quotes, or with escapes where it
 * holds control characters. Line feeds stay as they are inside of single quotes when `lines` is set.
 */
export function bashWord(text: string, { lines = false }: { readonly lines?: boolean } = {}): string {
  const clean = text.replaceAll('\0', '');
  if (/^[A-Za-z0-9_./:,@%+-][A-Za-z0-9_./:,@%+=-]*$/.test(clean) && !RESERVED.has(clean)) return clean;
  const control = lines
    ? /[\u0001-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
    : UNSAFE;
  // A backslash before a closing quotation mark looks like a mistake to linters.
  if (!control.test(clean) && !/\\('|$)/.test(clean)) return `'${clean.replaceAll("'", "'\\''")}'`;
  return `$'${clean.replace(/[\\']/g, '\\$&').replace(new RegExp(UNSAFE, 'g'), escapeControl)}'`;
}

/** Words that end something in bash where they stand alone: readers and linters stumble over them elsewhere too. */
const RESERVED = new Set(['fi', 'done', 'esac', 'then', 'do', 'else', 'elif', 'in']);

/** Control characters, line separators and the marks that reorder text on a screen (a reviewer must see what is there). */
const UNSAFE = /[\u0001-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

function escapeControl(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  // Octal with three digits: a hexadecimal escape would take a digit that follows with it.
  return [...Buffer.from(character, 'utf8')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/**
 * Text for a comment of bash.
 * @returns `text` on one line, without control characters
 */
export function bashComment(text: string): string {
  return text
    .replace(new RegExp(`${UNSAFE.source}|\\s`, 'g'), ' ')
    .replace(/ +/g, ' ')
    .trim();
}
