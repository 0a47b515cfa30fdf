import type { Binding, Hole } from '../../src/model/api.ts';
import { memberAccess, propertyKey, quoteJson, quoteRegex, quoteString } from '../quote/typescript.ts';
import { callOf, type Imports } from './calls.ts';
import { type Doc, group } from './layout.ts';
import { posixToJavaScript } from './posix.ts';

/** The value of a binding. */
export function bindingValue(binding: Binding, imports: Imports): Doc {
  switch (binding.kind) {
    case 'argument':
    case 'spread':
      return memberAccess('args', binding.arg);
    case 'constant':
      return quoteJson(binding.value);
    case 'template': {
      const parts = binding.parts.map((part) =>
        typeof part === 'string'
          ? quoteString(part)
          : binding.type === 'json'
            ? callOf('inString', imports, hole(part, imports))
            : hole(part, imports),
      );
      const [only] = binding.parts;
      if (binding.type === 'json') return callOf('jsonText', imports, callOf('template', imports, ...parts));
      const isMatch = parts.length === 1 && typeof only === 'object' && only.match !== undefined;
      const text = isMatch ? parts : callOf('template', imports, ...parts);
      return binding.type === 'string'
        ? text
        : callOf('scalar', imports, quoteString(String(binding.at[binding.at.length - 1])), text);
    }
  }
}

function hole({ arg, match }: Hole, imports: Imports): Doc {
  const value = memberAccess('args', arg);
  if (match === undefined) return value;
  const regex = quoteRegex(posixToJavaScript(match.regex), '');
  return callOf('matched', imports, value, regex, String(match.group));
}

/** A body's bindings as the tree that they describe: an object stands where its first binding stands. */
interface Node {
  readonly children: Map<string, Node>;
  /** Bindings that end here, in order, and where they stand among the children. */
  readonly own: { readonly binding: Binding; readonly after: number }[];
}

/** The value that all bindings of a body make together; undefined where there are none. */
export function bodyValue(bindings: readonly Binding[], imports: Imports): Doc {
  return bindings.length === 0 ? 'undefined' : nodeValue(treeOf(bindings), imports);
}

function treeOf(bindings: readonly Binding[]): Node {
  const root: Node = { children: new Map(), own: [] };
  for (const binding of bindings) {
    let node = root;
    for (const name of binding.at.slice(1)) {
      let child = node.children.get(name);
      if (child === undefined) {
        child = { children: new Map(), own: [] };
        node.children.set(name, child);
      }
      node = child;
    }
    node.own.push({ binding, after: node.children.size });
  }
  return root;
}

function nodeValue(node: Node, imports: Imports): Doc {
  const whole = node.own.find(({ binding }) => binding.kind !== 'spread');
  if (whole !== undefined && node.children.size === 0) return bindingValue(whole.binding, imports);
  const spreads = node.own.map(({ binding, after }) => ({ value: bindingValue(binding, imports), after }));
  const parts: Doc[] = [];
  let run: [string, Doc][] = [];
  const flush = () => {
    if (run.length > 0) parts.push(membersOf(run));
    run = [];
  };
  const children = [...node.children];
  for (let index = 0; index <= children.length; index += 1) {
    for (const { value } of spreads.filter(({ after }) => after === index)) {
      flush();
      parts.push(callOf('rest', imports, value));
    }
    const child = children[index];
    if (child !== undefined) run.push([child[0], nodeValue(child[1], imports)]);
  }
  flush();
  return callOf('object', imports, ...parts);
}

/** `{ a: 1 }`, or pairs where JavaScript would put the names into an order of its own. */
function membersOf(members: readonly [string, Doc][]): Doc {
  if (members.some(([name]) => /^(0|[1-9]\d*)$/.test(name))) {
    return group(
      '[',
      members.map(([name, value]) => group('[', [quoteString(name), value], ']')),
      ']',
    );
  }
  return group(
    '{',
    members.map(([name, value]): Doc => [`${propertyKey(name)}: `, value]),
    '}',
  );
}
