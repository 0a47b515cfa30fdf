import { exactJson, type JsonObject, member } from '../model/json.ts';
import type { EnumSchema, Schema, UnionSchema } from '../model/schema.ts';
import type { Context, Node } from './context.ts';
import { mappingOf } from './named.ts';
import type { Direction } from './store.ts';

/**
 * Lowers `oneOf` or `anyOf`. A null member becomes `nullable`, members that are all single values become one enum, a single member stands for itself.
 * @param node the schema that has the keyword, for its discriminator
 */
export function lowerUnion(
  context: Context,
  node: { readonly value: JsonObject; readonly pointer: string },
  mode: 'oneOf' | 'anyOf',
  members: readonly Node[],
  direction: Direction,
  lower: (node: Node) => Schema,
): Schema {
  const lowered = members.map(lower);
  const present = lowered.filter((schema) => schema.kind !== 'null');
  const nullable = present.length < lowered.length || present.some((schema) => schema.nullable === true);
  const schema = join(present, mode, () => discriminatorOf(context, node, members, direction));
  return nullable && schema.kind !== 'any' ? { ...schema, nullable: true } : schema;
}

function join(
  members: readonly Schema[],
  mode: 'oneOf' | 'anyOf',
  discriminator: () => UnionSchema['discriminator'],
): Schema {
  const [first, ...rest] = members;
  if (first === undefined) return { kind: 'null' };
  if (rest.length === 0) return first;
  if (members.some((schema) => schema.kind === 'any')) return { kind: 'any' };
  if (members.every((schema): schema is EnumSchema => schema.kind === 'enum')) return joinEnums(members);
  const found = discriminator();
  return {
    kind: 'union',
    mode,
    members,
    ...(found === undefined ? {} : { discriminator: found }),
  };
}

function joinEnums(members: readonly EnumSchema[]): EnumSchema {
  const values = members.flatMap((schema) => schema.values);
  const [first, ...rest] = [...new Map(values.map((value) => [exactJson(value), value])).values()];
  return { kind: 'enum', values: [first ?? null, ...rest] };
}

/** Which member a value of the discriminating property means: by `mapping`, else by the component's name (OpenAPI 3.1 section 4.8.25). */
function discriminatorOf(
  context: Context,
  node: { readonly value: JsonObject; readonly pointer: string },
  members: readonly Node[],
  direction: Direction,
): UnionSchema['discriminator'] {
  const property = member(node.value.discriminator, 'propertyName');
  if (typeof property !== 'string') return undefined;
  const mapping = mappingOf(context, node, direction);
  const mapped = new Set(mapping.map((entry) => entry.ref));
  const implicit = members.flatMap((item) => {
    const reference = member(item.value, '$ref');
    const name =
      typeof reference === 'string' ? /^#\/components\/schemas\/([^/]+)$/.exec(reference)?.[1] : undefined;
    if (name === undefined || mapped.has(`${direction}/${name}`)) return [];
    return [{ value: name, ref: `${direction}/${name}` }];
  });
  return { property, mapping: [...mapping, ...implicit] };
}
