import { pointerTo } from '../model/json.ts';
import { type Context, child, entries, lookup, type Node } from './context.ts';
import type { Direction } from './store.ts';

/**
 * The id of the named schema at a place; it waits to be lowered.
 * A component keeps its name; any other place is named by its pointer, shortened to a hash where that is long.
 */
export function named(context: Context, node: Node, direction: Direction): string {
  const { ids, schemas, waiting } = context.store;
  const key = `${direction}${node.pointer}`;
  const known = ids.get(key);
  if (known !== undefined) return known;
  const component = /^\/components\/schemas\/([^/]+)$/.exec(node.pointer)?.[1];
  const name = component ?? placeName(node.pointer);
  let id = `${direction}/${name}`;
  for (let n = 2; schemas.has(id) || waiting.has(id) || context.store.active.has(id); n++) {
    id = `${direction}/${name}_${n}`;
  }
  ids.set(key, id);
  waiting.set(id, { node, direction });
  return id;
}

function placeName(pointer: string): string {
  const words = pointer.replace(/^\/(components\/schemas|components|paths)\//, '').replaceAll('/', '.');
  return words.length <= 80 ? words : `${words.slice(0, 40)}.${hash(words)}`;
}

/** A short, stable, non-cryptographic hash (FNV-1a, 32 bit). */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return state.toString(36);
}

/** The named members of `discriminator.mapping` as ids, for a union of references. */
export function mappingOf(
  context: Context,
  node: Node,
  direction: Direction,
): readonly { readonly value: string; readonly ref: string }[] {
  const schemas = child(child({ value: context.document, pointer: '' }, 'components') ?? node, 'schemas');
  return entries(child(child(node, 'discriminator') ?? node, 'mapping')).flatMap(([value, target]) => {
    if (typeof target.value !== 'string') return [];
    const found = target.value.startsWith('#')
      ? lookup(context, target.value)
      : lookup(context, `#${pointerTo(schemas?.pointer ?? '', target.value)}`);
    return found === undefined ? [] : [{ value, ref: named(context, found, direction) }];
  });
}
