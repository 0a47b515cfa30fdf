import { type ASTNode, type Token, TokenKind } from 'graphql';

/** What stands in the comments at an operation or a variable. */
export interface Comment {
  /** The text without tags, lines joined as written, '' if there is none. */
  readonly text: string;
  readonly tags: readonly Tag[];
}

/** A comment line that begins with `@word`: `# @env LINEAR_TEAM_ID`. */
export interface Tag {
  readonly name: string;
  readonly value: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Reads the comment that belongs to a node: the lines of comment directly above it, and the one behind it on its last line.
 * A blank line ends the block, so a heading of the file is no operation's description. `#import` lines are other tools' directives.
 */
export function commentOf(node: ASTNode, options: { readonly behind: boolean }): Comment {
  const start = node.loc?.startToken;
  const end = node.loc?.endToken;
  const tokens: Token[] = [];
  let line = start?.line ?? 0;
  for (let token = start?.prev; token?.kind === TokenKind.COMMENT; token = token.prev) {
    const standsAlone =
      token.prev === null || token.prev.kind === TokenKind.SOF || token.prev.line < token.line;
    if (token.line !== line - 1 || !standsAlone) break;
    tokens.unshift(token);
    line = token.line;
  }
  const next = end?.next;
  if (options.behind && next?.kind === TokenKind.COMMENT && next.line === end?.line) tokens.push(next);
  const lines: string[] = [];
  const tags: Tag[] = [];
  for (const token of tokens) {
    const text = token.value.trim().replace(/^#+\s*/, '');
    const tag = /^@([A-Za-z]+)(?:\s+(.*))?$/.exec(text);
    if (tag?.[1] !== undefined) {
      tags.push({ name: tag[1], value: tag[2]?.trim() ?? '', line: token.line, column: token.column });
    } else if (!/^import\b\s*["']/.test(text)) lines.push(text);
  }
  return { text: lines.join('\n').trim(), tags };
}

/** The first sentence of a text on one line, without its full stop. Abbreviations such as `e.g.` do not end it. */
export function firstSentence(text: string): string {
  const paragraph = text.split(/\n\s*\n/)[0] ?? '';
  const line = paragraph.replace(/\s+/g, ' ').trim();
  const end = /^(.*?[^.\s])(?<!\b(?:e\.g|i\.e|etc|vs|cf|approx))\.(?=\s+[^a-z\s]|$)/.exec(line);
  return end?.[1] ?? line;
}
