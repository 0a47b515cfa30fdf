import Handlebars from 'handlebars';

/** A value in the context of a Markdown template. A plain string is text from anywhere and is escaped; a code span and finished Markdown say what they are. */
export type MarkdownValue =
  | string
  | number
  | boolean
  | undefined
  | { readonly code: string }
  | { readonly markdown: string }
  | readonly MarkdownValue[]
  | { readonly [name: string]: MarkdownValue };

/**
 * Renders a Handlebars template to Markdown. The door through which text gets into Markdown: every string of the context is escaped on its way,
 * so a template cannot forget it.
 * @param template Handlebars text; finished Markdown but for its holes
 */
export function renderMarkdown(
  template: string,
  context: { readonly [name: string]: MarkdownValue },
): string {
  return Handlebars.compile(template, { noEscape: true, strict: true, assumeObjects: true })(quote(context));
}

function quote(value: MarkdownValue): unknown {
  if (typeof value === 'string') return markdownText(value);
  if (typeof value !== 'object') return value;
  if (isList(value)) return value.map(quote);
  if ('code' in value && typeof value.code === 'string') return codeSpan(value.code);
  if ('markdown' in value && typeof value.markdown === 'string') return value.markdown;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, quote(member)]));
}

function isList(value: object): value is readonly MarkdownValue[] {
  return Array.isArray(value);
}

/** Text as one line of Markdown that shows exactly this text: every character with a meaning gets a backslash (CommonMark section 2.4). */
export function markdownText(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>()#|~!&$]/g, '\\$&');
}

/** A code span around the text, in as many backticks as it needs (CommonMark section 6.1). */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** White space and control characters become one space; direction marks and lone surrogates are dropped. */
export function oneLine(text: string): string {
  return text
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu, '')
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();
}

/**
 * Shortens text to whole words.
 * @param limit the most characters that the result may have, its `…` included
 */
export function clip(text: string, limit: number): string {
  const characters = [...oneLine(text)];
  if (characters.length <= limit) return characters.join('');
  const head = characters.slice(0, limit - 1).join('');
  const space = head.lastIndexOf(' ');
  return `${(space > limit / 2 ? head.slice(0, space) : head).replace(/[\s,;:.]+$/, '')}…`;
}
