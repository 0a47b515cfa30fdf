import { type DocumentNode, print, visit } from 'graphql';

/**
 * Prints a document on one line, as it is sent: `query listIssues($first: Int = 50) { issues(first: $first) { nodes { id } } }`.
 * @param document executable definitions; descriptions and comments are no part of it
 */
export function printCompact(document: DocumentNode): string {
  // Block strings hold line ends that mean something; as quoted strings they stand on one line.
  const quoted = visit(document, {
    StringValue: (node) => (node.block === true ? { ...node, block: false } : undefined),
  });
  const text = print(quoted);
  let line = '';
  let parentheses = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') {
      const end = endOfString(text, at);
      line += text.slice(at, end);
      at = end - 1;
    } else if (char === '\n') {
      while (/\s/.test(text.charAt(at + 1))) at++;
      const opens = line.endsWith('(');
      const closes = text.charAt(at + 1) === ')';
      if (!opens && !closes) line += parentheses > 0 ? ', ' : ' ';
    } else {
      if (char === '(') parentheses++;
      if (char === ')') parentheses--;
      line += char;
    }
  }
  return line;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
