const classes: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/**
 * Turns a POSIX extended regular expression into a JavaScript one that finds the same first match (of alternatives that
 * could both match, POSIX takes the longest and JavaScript the first).
 */
export function posixToJavaScript(source: string): string {
  let out = '';
  for (let at = 0; at < source.length; ) {
    const character = source.charAt(at);
    if (character === '\\') {
      const next = source.charAt(at + 1);
      // In POSIX a backslash before a letter means the letter.
      out += /[A-Za-z0-9]/.test(next) ? next : `\\${next}`;
      at += 2;
    } else if (character === '[') {
      const end = bracketEnd(source, at);
      out += bracket(source.slice(at + 1, end));
      at = end + 1;
    } else {
      out += character === '/' ? '\\/' : character;
      at += 1;
    }
  }
  return out;
}

/** Where a bracket expression ends: a `]` that stands first is a member. */
function bracketEnd(source: string, start: number): number {
  let at = start + 1;
  if (source.charAt(at) === '^') at += 1;
  if (source.charAt(at) === ']') at += 1;
  while (at < source.length && source.charAt(at) !== ']') {
    const close = source.startsWith('[:', at) ? source.indexOf(':]', at) : -1;
    at = close < 0 ? at + 1 : close + 2;
  }
  return at;
}

function bracket(inner: string): string {
  const negated = inner.startsWith('^');
  const members = (negated ? inner.slice(1) : inner)
    .split(/(\[:[a-z]+:\])/)
    .map((piece) => {
      const name = /^\[:([a-z]+):\]$/.exec(piece)?.[1];
      return (name === undefined ? undefined : classes[name]) ?? piece.replace(/[\\[\]]/g, '\\$&');
    })
    .join('');
  return `[${negated ? '^' : ''}${members}]`;
}
