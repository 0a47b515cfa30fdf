/** A token of a jq program. A string is its pieces: text, and the tokens of what is interpolated. */
export type Token =
  | {
      /** `held`: what the script pasted into the program. */
      readonly kind: 'word' | 'symbol' | 'number' | 'variable' | 'field' | 'format' | 'held';
      readonly text: string;
    }
  | { readonly kind: 'string'; readonly pieces: readonly (string | readonly Token[])[] };

/** Splits a jq program; undefined where something is no token of the part that is evaluated. */
export function tokenize(program: string, depth = 0): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  if (depth > 8) return undefined;
  while (at < program.length) {
    const rest = program.slice(at, at + 2_000);
    const skipped = /^(?:\s+|#[^\n]*)/.exec(rest)?.[0];
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    if (rest.startsWith('"')) {
      const string = readString(program, at, depth);
      if (string === undefined) return undefined;
      tokens.push(string.token);
      at = string.end;
      continue;
    }
    const patterns: readonly [Exclude<Token['kind'], 'string'>, RegExp][] = [
      ['variable', /^\$[A-Za-z_]\w*/],
      ['field', /^\.[A-Za-z_]\w*/],
      ['format', /^@[a-z0-9]+/],
      ['number', /^\d+(?:\.\d+)?/],
      ['word', /^[A-Za-z_]\w*/],
      ['held', /^[\uE000-\uF8FF]+/],
      ['symbol', /^(?:\/\/|[=!<>]=|\|=|\+=|[|,(){}[\]:;+\-*/%=<>.?])/],
    ];
    const found = patterns
      .map(([kind, regex]) => ({ kind, text: regex.exec(rest)?.[0] }))
      .find((one) => one.text !== undefined);
    if (found?.text === undefined) return undefined;
    tokens.push({ kind: found.kind, text: found.text });
    at += found.text.length;
  }
  return tokens;
}

function readString(
  program: string,
  start: number,
  depth: number,
): { token: Token; end: number } | undefined {
  const pieces: (string | readonly Token[])[] = [];
  let literal = '';
  for (let at = start + 1; at < program.length; at++) {
    const character = program[at];
    if (character === '"') return { token: { kind: 'string', pieces: [...pieces, literal] }, end: at + 1 };
    if (character !== '\\') {
      literal += character;
      continue;
    }
    const next = program[++at];
    if (next === '(') {
      let open = 1;
      let end = at + 1;
      for (; end < program.length && open > 0; end++) {
        if (program[end] === '(') open += 1;
        else if (program[end] === ')') open -= 1;
      }
      const inner = tokenize(program.slice(at + 1, end - 1), depth + 1);
      if (inner === undefined) return undefined;
      pieces.push(literal, inner);
      literal = '';
      at = end - 1;
    } else literal += next === 'n' ? '\n' : next === 't' ? '\t' : next === 'r' ? '\r' : (next ?? '');
  }
  return undefined;
}
