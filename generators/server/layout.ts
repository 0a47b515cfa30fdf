/** A piece of code that is laid out when it is printed: on one line where it fits, else an item a line. */
export type Doc = string | readonly Doc[] | Group;

export interface Group {
  readonly open: string;
  readonly items: readonly Doc[];
  readonly close: string;
  /** Between items: `,` (also after the last, when broken), `;` (the same), or ` |` (before each, when broken). */
  readonly separator: ',' | ';' | '|';
}

/** `open a, b close`; braces get their inner spaces. */
export function group(
  open: string,
  items: readonly Doc[],
  close: string,
  separator: Group['separator'] = ',',
): Group {
  return { open, items, close, separator };
}

/** A list; undefined where it would be empty. */
export function list(items: readonly Doc[]): Group | undefined {
  return items.length === 0 ? undefined : group('[', items, ']');
}

/** An object of these members, in this order; what is undefined is left out. */
export function record(members: Readonly<Record<string, Doc | undefined>>): Group {
  const given = Object.entries(members).flatMap(([name, value]): Doc[] =>
    value === undefined ? [] : [[`${name}: `, value]],
  );
  return group('{', given, '}');
}

/** A call with its arguments. One argument that is a group hugs the parentheses: `f({ … })`. */
export function call(name: string, ...args: readonly Doc[]): Doc {
  const [only] = args;
  if (args.length === 1 && isGroup(only) && only.separator === ',') {
    return { ...only, open: `${name}(${only.open}`, close: `${only.close})` };
  }
  return group(`${name}(`, args, ')');
}

function isGroup(doc: Doc | undefined): doc is Group {
  return typeof doc === 'object' && 'open' in doc;
}

/** Everything on one line. */
export function flat(doc: Doc): string {
  if (typeof doc === 'string') return doc;
  if (!isGroup(doc)) return doc.map(flat).join('');
  const items = doc.items.map(flat);
  if (doc.separator === '|') return `${doc.open}${items.join(' | ')}${doc.close}`;
  const space = doc.open.endsWith('{') && items.length > 0 ? ' ' : '';
  return `${doc.open}${space}${items.join(`${doc.separator} `)}${space}${doc.close}`;
}

/**
 * How much of a line is left when a piece of code stands on it; negative if it has no room or breaks the line.
 * Looks no further than the line goes: a large value is asked at each of its levels.
 */
function roomAfter(doc: Doc, room: number): number {
  if (room < 0) return room;
  if (typeof doc === 'string') return doc.includes('\n') ? -1 : room - doc.length;
  let left = room;
  if (!isGroup(doc)) {
    for (const part of doc) {
      left = roomAfter(part, left);
      if (left < 0) return left;
    }
    return left;
  }
  const spaces = doc.separator !== '|' && doc.open.endsWith('{') && doc.items.length > 0 ? 2 : 0;
  const between = doc.separator === '|' ? 3 : 2;
  left = roomAfter(doc.open, left) - spaces - between * Math.max(0, doc.items.length - 1);
  for (const item of doc.items) left = roomAfter(item, left);
  return roomAfter(doc.close, left);
}

/**
 * Prints a piece of code.
 * @param column where it begins
 * @param indent of the line that it begins on
 * @param after how many characters follow on its last line
 */
export function print(doc: Doc, column: number, indent: number, after = 0, width = 110): string {
  if (typeof doc === 'string') return doc;
  if (roomAfter(doc, width - column - after) >= 0) return flat(doc);
  if (!isGroup(doc)) return printSequence(doc, column, indent, after, width);
  if (doc.items.length === 0) return flat(doc);
  const inner = indent + 2;
  const margin = ' '.repeat(inner);
  if (doc.separator === '|') {
    const items = doc.items.map((item) => `\n${margin}| ${print(item, inner + 2, inner + 2, 1, width)}`);
    return `${doc.open}${items.join('')}${doc.close}`;
  }
  const items = doc.items.map((item) => `\n${margin}${print(item, inner, inner, 1, width)}${doc.separator}`);
  return `${doc.open}${items.join('')}\n${' '.repeat(indent)}${doc.close}`;
}

function printSequence(
  docs: readonly Doc[],
  column: number,
  indent: number,
  after: number,
  width: number,
): string {
  let text = '';
  docs.forEach((doc, index) => {
    const lineStart = text.lastIndexOf('\n');
    const at = lineStart < 0 ? column + text.length : text.length - lineStart - 1;
    // What follows a group that breaks stands behind its closing bracket.
    const most = isGroup(doc) ? 20 : Number.POSITIVE_INFINITY;
    const rest = docs
      .slice(index + 1)
      .reduce((sum, next) => (sum >= most ? sum : sum + flat(next).length), after);
    text += print(doc, at, indent, Math.min(rest, most), width);
  });
  return text;
}
