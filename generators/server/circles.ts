import { isObject, type Json, type MutableObject, member } from '../../src/model/json.ts';

/** A reference to a component of which another one's type is directly made. */
interface Edge {
  readonly to: string;
  /** The base that a schema inherits from: the first to go, since a union without its members says nothing. */
  readonly base: boolean;
  readonly holder: MutableObject;
}

const PREFIX = '#/components/schemas/';

/**
 * Takes references out of a document by which a schema would be made of itself (`Pet: oneOf [Cat, …]`, `Cat: allOf [Pet, …]`, lists of
 * themselves): TypeScript has no such types. What stands in a member of an object may refer to anything.
 * @param document is changed
 */
export function breakCircles(document: Json): void {
  const schemas = member(member(document, 'components'), 'schemas');
  if (!isObject(schemas)) return;
  const edges = new Map(Object.entries(schemas).map(([name, schema]) => [name, edgesOf(schema)]));
  for (const bases of [true, false]) {
    const circular = knot(edges);
    for (const name of circular) {
      const kept: Edge[] = [];
      for (const edge of edges.get(name) ?? []) {
        if (edge.base === bases && circular.has(edge.to)) delete edge.holder.$ref;
        else kept.push(edge);
      }
      edges.set(name, kept);
    }
  }
}

/** The components that are left when those are taken away, again and again, that lead to no other or that no other leads to. */
function knot(edges: ReadonlyMap<string, readonly Edge[]>): ReadonlySet<string> {
  const forward = new Map([...edges].map(([name, list]) => [name, list.map(({ to }) => to)]));
  const backward = new Map<string, string[]>([...edges.keys()].map((name) => [name, []]));
  for (const [name, targets] of forward) for (const to of targets) backward.get(to)?.push(name);
  const left = new Set(edges.keys());
  for (const [ahead, behind] of [
    [forward, backward],
    [backward, forward],
  ] as const) {
    const open = new Map(
      [...left].map((name) => [name, (ahead.get(name) ?? []).filter((to) => left.has(to)).length]),
    );
    const ends = [...left].filter((name) => open.get(name) === 0);
    for (let name = ends.pop(); name !== undefined; name = ends.pop()) {
      left.delete(name);
      for (const other of behind.get(name) ?? []) {
        const count = (open.get(other) ?? 0) - 1;
        open.set(other, count);
        if (count === 0) ends.push(other);
      }
    }
  }
  return left;
}

/** The references that a schema is directly made of: not those in members of objects. */
function edgesOf(schema: Json): Edge[] {
  const edges: Edge[] = [];
  const visit = (value: Json | undefined, base: boolean): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, base);
    if (value === undefined || !isObject(value)) return;
    const reference = value.$ref;
    if (typeof reference === 'string' && reference.startsWith(PREFIX)) {
      edges.push({ to: reference.slice(PREFIX.length), base, holder: value });
    }
    visit(value.allOf, true);
    for (const name of ['oneOf', 'anyOf', 'items', 'prefixItems']) visit(value[name], false);
  };
  visit(schema, false);
  return edges;
}
