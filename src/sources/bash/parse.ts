import { forEachChild, type ParsedScript, parse, type SyntaxNode } from 'unbash';

/** The bash parser stands behind this file: every other file takes syntax types from here. */
export type * from 'unbash';
export { forEachChild };

/** A script, parsed. Offsets are into `text`. */
export interface Script {
  readonly file: string;
  /** With LF line ends. */
  readonly text: string;
  readonly tree: ParsedScript;
  /** It had CRLF line ends, which bash itself refuses. */
  readonly crlf: boolean;
  /** Offsets of the first character of each line. */
  readonly lines: readonly number[];
  /** `set -u`: bash itself refuses what is not set. */
  readonly nounset: boolean;
}

/** No script that a person wrote comes near it; what does costs the parser seconds. */
const MAX_NESTING = 60;

/** How many command substitutions are open at most. */
function nesting(text: string): number {
  let open = 0;
  let most = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '$' && text[at + 1] === '(') {
      open += 1;
      most = Math.max(most, open);
    } else if (text[at] === ')' && open > 0) open -= 1;
  }
  return most;
}

/**
 * Parses a script. Never fails: what cannot be parsed is reported in `tree.errors`, with a partial tree.
 * @param file for origins
 * @param text the script
 */
export function parseScript(file: string, text: string): Script {
  const clean = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const lines = [0];
  for (let at = clean.indexOf('\n'); at !== -1; at = clean.indexOf('\n', at + 1)) lines.push(at + 1);
  const depth = nesting(clean);
  const tree: ParsedScript =
    depth <= MAX_NESTING
      ? parse(clean)
      : { ...parse(''), errors: [{ message: 'command substitutions are nested too deep', pos: 0 }] };
  const nounset =
    /^[ \t]*set[ \t]+(?:-[a-z]*u|(?:.*[ \t])?-(?:[a-z]*u|o[ \t]+nounset))/m.test(clean) ||
    /^#!.*\s-[a-z]*u/.test(clean);
  return { file, text: clean, tree, crlf: text.includes('\r\n'), lines, nounset };
}

/** Parses bash text that a script computes (`eval`, `bash -c`, `trap`). */
export function parseText(text: string): ParsedScript {
  return parse(text);
}

/** Line and column, both from 1, of an offset. */
export function positionOf(script: Script, offset: number): { line: number; column: number } {
  let low = 0;
  let high = script.lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((script.lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.max(0, offset - (script.lines[low] ?? 0)) + 1 };
}

/** Calls `visit` for a node and everything below it, parents first; a visitor that gives `false` skips what is below. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => boolean): void {
  const open: SyntaxNode[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!visit(next)) continue;
    const children: SyntaxNode[] = [];
    forEachChild(next, (child) => void children.push(child));
    for (const child of children.reverse()) open.push(child);
  }
}
