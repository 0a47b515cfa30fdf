import { type Document, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import { pointerTokens } from '../../model/json.ts';
import { endOfString, lineAndColumn } from './json-scan.ts';

/** Parsing YAML for its places takes a hundred bytes for each of its own: longer text is not worth a line number. */
const MAX_LENGTH = 20_000_000;

/** Parsing a long YAML text takes a second: the messages about one file come one after the other. */
let last: { readonly text: string; readonly document: Document.Parsed | undefined } | undefined;

/**
 * Finds where a JSON pointer leads in the text of a JSON or YAML document, for a message to a person.
 * @returns line and column, from 1, of the member's name or the item; of the nearest parent that exists if the pointer leads nowhere
 */
export function locate(text: string, pointer: string): { readonly line: number; readonly column: number } {
  const tokens = pointerTokens(pointer);
  if (tokens.length > 0 && text.length > MAX_LENGTH && !/^\s*[[{]/.test(text)) return { line: 1, column: 1 };
  const start = text.search(/[^\s\ufeff]/);
  const offset =
    (text[start] === '{' || text[start] === '[' ? inJson(text, start, tokens) : undefined) ??
    inYaml(text, tokens);
  const { line, column } = lineAndColumn(text, offset);
  return { line, column: line === 1 && text.startsWith('\ufeff') ? Math.max(1, column - 1) : column };
}

/** Walks JSON text without building it. Undefined if it is not JSON after all. */
function inJson(text: string, start: number, tokens: readonly string[]): number | undefined {
  let found = start;
  let at = start;
  for (const token of tokens) {
    const next = text[at] === '{' ? findMember(text, at, token) : findItem(text, at, token);
    if (next === 'broken') return undefined;
    if (next === undefined) return found;
    ({ found, at } = next);
  }
  return found;
}

type Step = { readonly found: number; readonly at: number } | 'broken' | undefined;

function findMember(text: string, object: number, name: string): Step {
  let result: Step;
  let at = skipSpace(text, object + 1);
  while (text[at] === '"') {
    const end = endOfString(text, at);
    const colon = skipSpace(text, end + 1);
    if (text[colon] !== ':') return 'broken';
    const value = skipSpace(text, colon + 1);
    // The last of several members of one name counts.
    if (unquote(text.slice(at, end + 1)) === name) result = { found: at, at: value };
    const after = skipSpace(text, skipValue(text, value));
    if (text[after] === '}') return result;
    if (text[after] !== ',') return 'broken';
    at = skipSpace(text, after + 1);
  }
  return text[at] === '}' ? result : 'broken';
}

function findItem(text: string, list: number, token: string): Step {
  if (text[list] !== '[' || !/^[0-9]+$/.test(token)) return undefined;
  let at = skipSpace(text, list + 1);
  for (let position = 0; text[at] !== ']'; position++) {
    if (position === Number(token)) return { found: at, at };
    const after = skipSpace(text, skipValue(text, at));
    if (text[after] === ']') return undefined;
    if (text[after] !== ',') return 'broken';
    at = skipSpace(text, after + 1);
  }
  return undefined;
}

/** The offset after a JSON value. */
function skipValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at);
        if (depth === 0) return at + 1;
        break;
      case '{':
      case '[':
        depth++;
        break;
      case '}':
      case ']':
        if (depth === 0) return at;
        if (--depth === 0) return at + 1;
        break;
      case ',':
        if (depth === 0) return at;
        break;
      default:
    }
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (' \t\r\n'.includes(text[at] ?? 'x')) at++;
  return at;
}

function unquote(text: string): unknown {
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function inYaml(text: string, tokens: readonly string[]): number {
  if (last?.text !== text) last = { text, document: parseYaml(text) };
  const { document } = last;
  let node: unknown = document?.contents;
  let found = document?.contents?.range?.[0] ?? 0;
  for (const token of tokens) {
    if (document !== undefined && isAlias(node)) node = node.resolve(document);
    const next = childOf(node, token);
    if (next === undefined) return found;
    ({ found, node } = next);
  }
  return found;
}

function parseYaml(text: string): Document.Parsed | undefined {
  try {
    return parseDocument(text, { logLevel: 'silent', prettyErrors: false, uniqueKeys: false });
  } catch {
    // Its recursion may overflow on hostile text. A message without a line is better than none.
    return undefined;
  }
}

function childOf(
  node: unknown,
  token: string,
): { readonly found: number; readonly node: unknown } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(token)];
    return isNode(item) ? { found: item.range?.[0] ?? 0, node: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value ?? '') === token);
  if (pair === undefined || !isScalar(pair.key)) return undefined;
  return { found: pair.key.range?.[0] ?? 0, node: pair.value };
}
