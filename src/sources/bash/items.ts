import type { Item } from './state.ts';
import { type Choice, hole, type Part, splitValue, text, type Value } from './value.ts';

/** `$opts` that is `-s -S` on one way and `-v` on another: words that are there on one way each. */
export function waysOf({ branch, options }: Choice): Item[] | undefined {
  if (!options.some(({ value }) => value.some((part) => part.kind === 'text' && /\s/.test(part.text))))
    return undefined;
  return options.flatMap(({ value, picks, facts }): Item[] => {
    const spaced = value.map((part) =>
      part.kind === 'text' ? { ...part, text: part.text.replace(/\s/g, ' ') } : part,
    );
    const words = splitValue(spaced, ' ').filter((word) => word.length > 0);
    return words.map((word) => ({ kind: 'one', value: word, when: { branch, picks, facts } }));
  });
}

/** `$#`, `${#a[@]}` */
export function countOf(items: readonly Item[], at: number): Value {
  const rest = items.find((item) => item.kind === 'rest');
  if (rest === undefined) return text(String(items.length), at);
  const known = items.filter((item) => item.kind === 'one').length;
  const counted: Part = hole({ kind: 'count', index: rest.index - known }, at);
  return [counted];
}

/** The first elements of a list. */
export function firstItems(items: readonly Item[], count: number): readonly Item[] {
  const taken: Item[] = [];
  for (const item of items) {
    if (taken.length >= count) break;
    if (item.kind === 'one') taken.push(item);
    else
      for (let index = item.index; taken.length < Math.min(count, 20); index++)
        taken.push({ kind: 'one', value: [hole({ kind: 'positional', index }, item.at)] });
  }
  return taken;
}

/** `{a,b}` and `{1..5}` without anything that expands inside. */
export function expandBraces(source: string): string[] | undefined {
  const list = /^\{([^{}$`'"\\]*,[^{}$`'"\\]*)\}$/.exec(source)?.[1];
  if (list !== undefined) return list.split(',').slice(0, 100);
  const range = /^\{(-?\d{1,6})\.\.(-?\d{1,6})\}$/.exec(source);
  if (range === null) return undefined;
  const [from, to] = [Number(range[1]), Number(range[2])];
  const step = from <= to ? 1 : -1;
  const count = Math.min(100, Math.abs(to - from) + 1);
  return Array.from({ length: count }, (_, index) => String(from + step * index));
}
