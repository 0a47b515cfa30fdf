/** C0 and C1 controls but newline and tab, zero-width and bidirectional controls, byte order marks: nothing that a terminal or a reader would act on. */
const unsafe =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

const loneSurrogate = /\p{Surrogate}/gu;

/** Text without control characters; line separators become newlines. Lone surrogates are replaced. */
export function safeText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(unsafe, '')
    .replace(loneSurrogate, '\ufffd');
}

/** What a description says, without Markdown's and HTML's marks. Only so much is read as could matter. */
export function plainText(markdown: string): string {
  return safeText(markdown.slice(0, 8_000))
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/```[\s\S]*?(```|$)/g, ' ')
    .replace(/<\/?(p|br|li|ul|ol|div|h[1-6]|tr|table)\b[^>]{0,200}>/gi, '\n')
    .replace(/<\/?[a-z][a-z0-9]*(\s[^<>]{0,400})?\/?>/gi, '')
    .replace(/!\[([^\]]{0,300})\]\([^)\s]{0,1000}\)/g, '$1')
    .replace(/\[([^\]]{1,300})\]\([^)\s]{0,1000}\)/g, '$1')
    .replace(/^\s{0,3}(#{1,6}|>|[*+-])\s+/gm, '')
    .replace(/(\*\*|__)(?=\S)([^*_]+)\1/g, '$2')
    .replace(/(^|[\s(])([*_])(?=\S)([^*_\n]{1,300})\2(?=[\s).,;:!?]|$)/gm, '$1$3')
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

/** One line of plain text. */
export function oneLine(markdown: string): string {
  return plainText(markdown).replace(/\s+/g, ' ').trim();
}

/** Cuts text to a length: after a sentence where one ends in the second half, else after a word, with an ellipsis. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = text.slice(0, length);
  const sentence = Math.max(head.lastIndexOf('. '), head.lastIndexOf('.\n'));
  if (sentence > length / 2) return head.slice(0, sentence + 1);
  const space = text.slice(0, length - 1).lastIndexOf(' ');
  return `${text
    .slice(0, space > length / 2 ? space : length - 1)
    .trimEnd()
    .replace(loneSurrogate, '')}…`;
}

/** The first sentence of a text. */
export function firstSentence(text: string): string {
  return /^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
}
