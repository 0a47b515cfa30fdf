import { readFileSync } from 'node:fs';

/** A fenced block of a Markdown page. */
export interface Block {
  /** The line of its first line, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; lines: string[] } | undefined;
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((text, index) => {
      const fence = /^```(\w*)/.exec(text);
      if (fence === null) open?.lines.push(text);
      else if (open === undefined) open = { line: index + 2, language: fence[1] ?? '', lines: [] };
      else {
        blocks.push({ line: open.line, language: open.language, text: `${open.lines.join('\n')}\n` });
        open = undefined;
      }
    });
  return blocks;
}

/** Inline code of a page, without what stands in blocks. */
export function inlineCodeOf(file: string): string[] {
  const prose = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

/** Targets of a page's links to files. */
export function linksOf(file: string): string[] {
  const prose = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target));
}

/** The path of a block that shows a file: its first line is a comment that holds nothing else. */
export function pathOf({ language, text }: Block): string | undefined {
  if (['sh', 'console', 'diff'].includes(language)) return undefined;
  return /^(?:#|\/\/) ([\w./-]+\.\w+)\n/.exec(text)?.[1];
}

/** A command of a `console` block, and what the page says that it prints. */
export interface Step {
  readonly command: string;
  readonly printed: string;
}

/** Lines that begin with `$ ` are commands, which go on while a line ends with a backslash; the rest is printed by the command before. */
export function stepsOf({ text }: Block): Step[] {
  const steps: { command: string; printed: string }[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), printed: '' });
    else if (last === undefined) throw new Error(`a console block begins with its output: ${line}`);
    else if (last.command.endsWith('\\') && last.printed === '') last.command += `\n${line}`;
    else last.printed += `${line}\n`;
  }
  return steps;
}

/**
 * What a command must print for a page to be right: `…` stands for any text in a line, and alone on a line for any lines.
 * How wide the columns of a table are does not count.
 */
export function patternOf(printed: string): RegExp {
  const lines = printed
    .trimEnd()
    .split('\n')
    .map((line) => {
      if (line.trim() === '…') return '(?:[^\\n]*\\n)*?';
      return `${narrow(line).split('…').map(quoted).join('[^\\n]*')}\\n`;
    });
  return new RegExp(`^${lines.join('')}$`);
}

/** Text as `patternOf` compares it. */
export function narrow(text: string): string {
  return text.replace(/(?<=\S) {2,}/g, '  ').replace(/ +$/gm, '');
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
