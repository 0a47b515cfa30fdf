import type { Script } from './parse.ts';

/** A line of the usage text: the words before the arguments, and the arguments. */
export interface UsageLine {
  readonly words: readonly string[];
  readonly arguments: readonly UsageArgument[];
  readonly at: number;
}
export interface UsageArgument {
  readonly name: string;
  readonly optional: boolean;
  readonly at: number;
}

const ARGUMENT =
  /<([A-Za-z][\w -]{0,40}?)>(?:\.\.\.)?|\[<?([A-Za-z][\w -]{0,40}?)>?\](?:\.\.\.)?|\b([A-Z][A-Z\d_-]+)\b/y;

/** Finds usage texts in comments, echoes and here-documents: lines where a command is followed by `<argument>`s. */
export function usageLines(script: Script): UsageLine[] {
  const found: UsageLine[] = [];
  const base = script.file.replace(/^.*[\\/]/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const lead = new RegExp(
    `(?:[Uu]sage:?\\s*(?:\\$\\(basename[^)]*\\)|[\\w./$"{}#*%-]+)|\\$0|\\$\\{0##\\*/\\}|\\$\\(basename "?\\$0"?\\)|(?:\\./)?${base})((?:[ \\t]+[a-z][\\w:-]*)*)[ \\t]+(?=[<[A-Z])`,
    'g',
  );
  for (const [index, from] of script.lines.entries()) {
    if (found.length > 500) break;
    const end = script.lines[index + 1] ?? script.text.length + 1;
    const line = script.text.slice(from, end - 1);
    if (line.length > 400 || !/[<[A-Z]/.test(line)) continue;
    if (
      !/^\s*(?:#|echo\b|printf\b|\w+\s*["']|.*(?:[Uu]sage|\$0))/.test(line) &&
      !/^\s{1,8}[a-z][\w-]*\s+[<[]/.test(line)
    )
      continue;
    const alternatives = readAlternatives(line, from, base);
    if (alternatives.length > 0) {
      found.push(...alternatives);
      continue;
    }
    lead.lastIndex = 0;
    const match = lead.exec(line);
    const listed =
      match === null ? /^[\s#]*(?:echo\s+["'])?[ \t]*([a-z][\w-]*)[ \t]+(?=[<[])/.exec(line) : null;
    const words = (match?.[1] ?? listed?.[1] ?? '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    const start = match === null ? listed?.[0].length : match.index + match[0].length;
    if (start === undefined || (match === null && words.length === 0)) continue;
    const arguments_ = readArguments(line, start, from);
    if (arguments_.length > 0) found.push({ words, arguments: arguments_, at: from + start });
  }
  return found;
}

/** `Usage: x {list [n]|show ID|add TITLE}`: a command between each two bars. */
function readAlternatives(line: string, from: number, base: string): UsageLine[] {
  const head = new RegExp(
    `(?:[Uu]sage:?\\s*(?:\\$\\(basename[^)]*\\)|[\\w./$"{}#*%-]+)|\\$0|(?:\\./)?${base})[ \\t]+[{(]?[ \\t]*(?=[a-z][\\w:-]*[^|]*\\|[ \\t]*[a-z])`,
  ).exec(line);
  if (head === null) return [];
  let at = head.index + head[0].length;
  return line
    .slice(at)
    .split('|')
    .flatMap((piece): UsageLine[] => {
      const start = at;
      at += piece.length + 1;
      const words = /^[ \t]*([a-z][\w:-]*(?:[ \t]+[a-z][\w:-]*)*)(?=[ \t]+[<[A-Z])[ \t]+/.exec(piece);
      if (words?.[1] === undefined) return [];
      const place = start + words[0].length;
      const arguments_ = readArguments(line.slice(0, at - 1), place, from);
      return arguments_.length === 0
        ? []
        : [{ words: words[1].split(/\s+/), arguments: arguments_, at: from + place }];
    });
}

function readArguments(line: string, start: number, from: number): UsageArgument[] {
  const list: UsageArgument[] = [];
  let at = start;
  while (at < line.length) {
    ARGUMENT.lastIndex = at;
    const match = ARGUMENT.exec(line);
    const name = match?.[1] ?? match?.[2] ?? match?.[3];
    if (match === null || name === undefined) break;
    // `BAC-154` is an example, no name.
    if (/^[A-Z]+-\d+$/.test(name)) return [];
    if (/^(?:options?|flags?|command|args?|arguments|OPTIONS|FLAGS|COMMAND|ARGS)$/.test(name)) break;
    list.push({ name, optional: match[2] !== undefined, at: from + at });
    at += match[0].length;
    const space = /^[ \t]+/.exec(line.slice(at))?.[0];
    if (space === undefined) break;
    at += space.length;
  }
  return list;
}

/** The usage line of a command. */
export function usageOf(lines: readonly UsageLine[], words: readonly string[]): UsageLine | undefined {
  return lines.find(
    (line) => line.words.length === words.length && line.words.every((word, index) => word === words[index]),
  );
}
