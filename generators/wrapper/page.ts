import type { OperationPlan } from '../../src/model/plan.ts';
import { bashComment } from '../quote/bash.ts';

/**
 * Writes the page of help of an operation: what people and agents read about it and calls do not need.
 * @param commands tool name → command: where a description names a tool, here it names the command
 * @returns comments of bash: its name, the summary, more about it where there is more, and a line per argument that is explained
 */
export function operationPage(operation: OperationPlan, commands: ReadonlyMap<string, string>): string[] {
  const about = aboutText(operation);
  const args = operation.arguments.flatMap(({ flag, description }) => {
    const text = shorten(bashComment(description), 140);
    return text === '' ? [] : [`--${flag} ${text}`];
  });
  const lines = [bashComment(operation.summary), ...(about === '' ? [] : [about]), ...args];
  const told = (text: string) => text.replace(/\w+_\w+/g, (word) => commands.get(word) ?? word);
  return [`#? ${operation.command}`, ...lines.map((text) => `#| ${told(text)}`.trimEnd())];
}

/** What the description says beyond the summary, in one short paragraph, which never looks like a flag. */
function aboutText({ description, summary }: OperationPlan): string {
  const rest = description.startsWith(summary) ? description.slice(summary.length) : description;
  return shorten(bashComment(rest).replace(/^[-.,:; ]+/, ''), 240);
}

/** Cuts at a word. */
function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
  return `${cut.slice(0, cut.lastIndexOf(' ') > limit / 2 ? cut.lastIndexOf(' ') : cut.length)}…`;
}
