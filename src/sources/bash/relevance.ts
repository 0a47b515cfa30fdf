import type * as Syntax from './parse.ts';
import { type Script, walk } from './parse.ts';

/** Scripts below this size are followed in every detail. */
const LARGE = 24_000;

/** What changes the way through the script, or variables that the text does not name by `=`. */
const STEERS =
  /(?:^|[^\w$-])(?:exit|return|break|continue|shift|set|eval|source|read|mapfile|readarray|getopts|trap|exec|unset|let|alias)(?![\w=-])|(?:^|[\s;&|(])\.\s|\$\{\w+:?[?=]|\$[@*#\d]|\$\{[@*#!\d]|printf\s+-v/;
const ASSIGNED = /(?:^|[\s;&|({`])(?:["']?)([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=(?![=~])/g;
const COUNTED = /\(\(([^()]*)\)\)/g;
const USED = /\$\{?#?!?([A-Za-z_]\w*)/g;
const WORD = /[A-Za-z_][\w:.-]*/g;

/**
 * Tells which parts of a large script can be passed over: they send nothing, decide nothing about what is sent, and print nothing of an answer. In a small
 * script everything matters.
 */
export function relevance(
  script: Script,
  functions: ReadonlyMap<string, Syntax.Function>,
  reaches: (node: Syntax.SyntaxNode) => boolean,
): (node: Syntax.SyntaxNode) => boolean {
  if (script.text.length < LARGE) return () => true;
  const sourceOf = (node: Syntax.SyntaxNode): string => script.text.slice(node.pos, node.end);
  const wanted = wantedNames(script, reaches, sourceOf);
  const touches = (source: string): boolean =>
    names(source, ASSIGNED).some((name) => wanted.has(name)) ||
    names(source, COUNTED).some((inner) => names(inner, WORD).some((name) => wanted.has(name)));
  const steering = new Set<string>();
  const bodies = [...functions].map(([name, fn]) => ({ name, source: sourceOf(fn.body) }));
  for (const { name, source } of bodies)
    if (/(?:^|[^\w$-])(?:exit|exec|eval)(?![\w=-])/.test(source) || touches(source)) steering.add(name);
  const calls = (source: string): boolean => names(source, WORD).some((name) => steering.has(name));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { name, source } of bodies) {
      if (steering.has(name) || !calls(source)) continue;
      steering.add(name);
      changed = true;
    }
  }
  const known = new WeakMap<Syntax.SyntaxNode, boolean>();
  return (node) => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const source = sourceOf(node);
    const body = node.type === 'Function';
    const result =
      reaches(node) ||
      (body ? steering.has(node.name.value) : STEERS.test(source) || touches(source) || calls(source)) ||
      (!body && names(source, USED).some((name) => wanted.has(`=${name}`)));
    known.set(node, result);
    return result;
  };
}

/** Names of variables that a request may depend on, and, with `=` before them, of those that hold an answer. */
function wantedNames(
  script: Script,
  reaches: (node: Syntax.SyntaxNode) => boolean,
  sourceOf: (node: Syntax.SyntaxNode) => string,
): ReadonlySet<string> {
  const wanted = new Set<string>();
  const made = new Map<string, Set<string>>();
  walk(script.tree, (node) => {
    if (node.type === 'Assignment') {
      const used = made.get(node.name) ?? new Set();
      for (const name of names(sourceOf(node), USED)) used.add(name);
      made.set(node.name, used);
      if (reaches(node)) wanted.add(`=${node.name}`);
    }
    if ((node.type === 'Command' || node.type === 'Assignment') && reaches(node))
      for (const name of names(sourceOf(node), USED)) wanted.add(name);
    return true;
  });
  for (const name of wanted) for (const used of made.get(name) ?? []) wanted.add(used);
  return wanted;
}

function names(source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}
