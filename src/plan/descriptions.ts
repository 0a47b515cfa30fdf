import type { Operation } from '../model/api.ts';
import { clip, firstSentence, oneLine, plainText, safeText } from './text.ts';

/** Longest description of a tool. */
const descriptionLength = 300;

/** One line that says what the operation does: its summary, else the first sentence of its description, else its name. */
export function summaryOf(operation: Operation, title: string): string {
  const paragraphs = operation.description
    .slice(0, 4_000)
    .split(/\n\s*\n/)
    .map(oneLine);
  const first = firstSentence(paragraphs.find((paragraph) => paragraph !== '') ?? '');
  const text = oneLine(operation.summary) || first || title;
  return clip(text, 120);
}

/** The summary, then what the description adds to it. */
export function descriptionOf(operation: Operation, summary: string): string {
  const text = safeText(plainText(operation.description));
  const norm = (value: string): string =>
    value
      .replace(/[\s.]+/g, ' ')
      .trim()
      .toLowerCase();
  if (text === '' || norm(text) === norm(summary)) return summary;
  const whole =
    norm(text).startsWith(norm(summary)) || (operation.summary === '' && !summary.endsWith('…'))
      ? text
      : `${summary}\n${text}`;
  return clip(whole, descriptionLength);
}
