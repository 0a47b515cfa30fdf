import { type Node, printNode } from './template.ts';
import { concat, constant, mapValue } from './value.ts';

/** A string without holes. */
export function constantString(node: Node): string | undefined {
  return node.kind === 'string' ? constant(node.value) : undefined;
}

/** `.name` */
export function memberOf(node: Node, name: string): Node | undefined {
  if (node.kind !== 'object') return undefined;
  return (
    node.members.find((member) => member.name === name)?.node ?? { kind: 'constant', value: null, at: 0 }
  );
}

/** `.a.b = value` */
export function setPath(node: Node, path: readonly string[], value: Node): Node | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const members = node.kind === 'object' ? node.members : [];
  if (node.kind !== 'object' && !(node.kind === 'constant' && node.value === null)) return undefined;
  const old = members.find((member) => member.name === name);
  const inner = setPath(old?.node ?? { kind: 'constant', value: null, at: 0 }, rest, value);
  if (inner === undefined) return undefined;
  const next = { name, node: inner };
  return {
    kind: 'object',
    members:
      old === undefined ? [...members, next] : members.map((member) => (member === old ? next : member)),
  };
}

/** `left + right` */
export function add(left: Node, right: Node): Node | undefined {
  if (left.kind === 'constant' && left.value === null) return right;
  if (right.kind === 'constant' && right.value === null) return left;
  if (left.kind === 'object' && right.kind === 'object') {
    const kept = left.members.filter((member) => !right.members.some((other) => other.name === member.name));
    return { kind: 'object', members: [...kept, ...right.members] };
  }
  if (left.kind === 'array' && right.kind === 'array')
    return { kind: 'array', items: [...left.items, ...right.items] };
  if (left.kind === 'string' && right.kind === 'string')
    return { ...left, value: concat(left.value, right.value) };
  return undefined;
}

/** `@uri`, `@json`, `@text` */
export function format(name: string, input: Node, at: number): Node | undefined {
  const value = input.kind === 'string' ? input.value : printNode(input);
  if (name === '@uri')
    return { kind: 'string', value: mapValue(value, { kind: 'escape', of: 'url' }, encodeURIComponent), at };
  if (name === '@json') return { kind: 'string', value: printNode(input), at };
  if (name === '@text') return { kind: 'string', value, at };
  return undefined;
}
