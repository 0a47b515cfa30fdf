import type { Machine } from './machine.ts';
import type * as Syntax from './parse.ts';
import { type Script, walk } from './parse.ts';
import { clientVariable, isClient } from './programs.ts';

const CLIENT_WORD = /\b(?:curl|wget|xhs?)\b|(?:^|[\s|(;&])https?\s+(?=[A-Z:"$-])/im;

/** The functions of a script by name; of several with one name, the last, as in bash. */
export function functionsOf(script: Script): Map<string, Syntax.Function> {
  const functions = new Map<string, Syntax.Function>();
  walk(script.tree, (node) => {
    if (node.type === 'Function') functions.set(node.name.value, node);
    return node.type !== 'Word';
  });
  return functions;
}

/** Whether a node can make a call, by itself or through functions. */
export function reachability(
  script: Script,
  functions: ReadonlyMap<string, Syntax.Function>,
): Machine['reaches'] {
  const bodies = [...functions].map(([name, fn]) => ({ name, source: script.text.slice(fn.pos, fn.end) }));
  const reaching = new Set(bodies.filter((body) => CLIENT_WORD.test(body.source)).map((body) => body.name));
  for (let changed = true; changed; ) {
    changed = false;
    for (const body of bodies) {
      if (reaching.has(body.name) || !mentions(body.source, reaching)) continue;
      reaching.add(body.name);
      changed = true;
    }
  }
  const known = new WeakMap<Syntax.SyntaxNode, boolean>();
  return (node) => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const source = script.text.slice(node.pos, node.end);
    const result = CLIENT_WORD.test(source) || mentions(source, reaching);
    known.set(node, result);
    return result;
  };
}

function mentions(source: string, names: ReadonlySet<string>): boolean {
  for (const word of source.split(/[^\w:.-]+/)) if (names.has(word)) return true;
  return false;
}

/** The functions that each function calls. */
export function callsOf(functions: ReadonlyMap<string, Syntax.Function>): Map<string, Set<string>> {
  const calls = new Map<string, Set<string>>();
  for (const [name, fn] of functions) {
    const called = new Set<string>();
    walk(fn, (node) => {
      if (node.type === 'Command' && node.name !== undefined && functions.has(node.name.value))
        called.add(node.name.value);
      return true;
    });
    calls.set(name, called);
  }
  return calls;
}

/** Whether one of the places stands in a function, or in one that it calls. */
export function leadsTo(
  name: string,
  places: readonly number[],
  functions: ReadonlyMap<string, Syntax.Function>,
  calls: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const open = [name];
  const seen = new Set(open);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const fn = functions.get(next);
    if (fn !== undefined && places.some((place) => place >= fn.pos && place < fn.end)) return true;
    for (const called of calls.get(next) ?? []) {
      if (seen.has(called)) continue;
      seen.add(called);
      open.push(called);
    }
  }
  return false;
}

/**
 * Offsets of the commands that call a client, by its name or by a variable that is called after it.
 * @param functions of the script: one that is called `http` is no client
 */
export function sitesOf(script: Script, functions: ReadonlyMap<string, Syntax.Function>): number[] {
  const sites = new Set<number>();
  // Where `curl` is a function, that goes on to curl itself.
  const isOwn = (name: string): boolean => functions.has(name) && name !== 'curl' && name !== 'wget';
  walk(script.tree, (node) => {
    if (node.type === 'CommandExpansion' && node.script?.source !== undefined) return false;
    if (node.type === 'Command' && node.name !== undefined) {
      const name = node.name.value.replace(/^.*\//, '');
      if ((isClient(name) && !isOwn(name)) || clientVariable(node.name) !== undefined)
        sites.add(node.name.pos);
    }
    return true;
  });
  return [...sites].sort((a, b) => a - b);
}

/** The innermost statement around an offset. */
export function statementAt(script: Script, offset: number): Syntax.Statement | undefined {
  let found: Syntax.Statement | undefined;
  walk(script.tree, (node) => {
    if (offset < node.pos || offset >= node.end) return false;
    if (node.type === 'Statement') found = node;
    return true;
  });
  return found;
}

/** Names of all variables that the script sets somewhere. */
export function assignedNames(script: Script): ReadonlySet<string> {
  const names = new Set<string>();
  walk(script.tree, (node) => {
    if (node.type === 'Assignment') names.add(node.name);
    return true;
  });
  return names;
}
