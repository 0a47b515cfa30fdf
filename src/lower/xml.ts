import type { XmlContent, XmlShape } from '../model/api.ts';
import { isObject, type JsonObject, member } from '../model/json.ts';
import { type Context, child, deref, entries, items, type Node } from './context.ts';

/** `allOf` inside of `allOf`: more only a circle has. */
const maxInheritance = 100;
/** Elements that are described of one value before what comes again is described once. */
const maxShapes = 2_000;

/** What the elements of one value share. */
interface Table {
  readonly context: Context;
  /** Schemas whose content is being described. */
  readonly active: Set<string>;
  /** Places in `named` of schemas that hold themselves, or come again in too large a value. */
  readonly ids: Map<string, number>;
  readonly named: XmlContent[];
  /** What is described already. */
  readonly known: Map<string, XmlContent>;
  count: number;
}

/**
 * How a value of a schema is written as XML (OpenAPI 3.1 section 4.8.26). An element is named by `xml.name`, else by its property,
 * the root by `xml.name`, else by its component.
 */
export function xmlShape(context: Context, schema: Node | undefined): XmlShape {
  const reference = member(schema?.value, '$ref');
  const component = typeof reference === 'string' ? reference.slice(reference.lastIndexOf('/') + 1) : 'root';
  return elementShape(context, schema, component);
}

/** How a value that is written as XML by itself is, inside a form, a multipart body or a parameter: its element is called like the member, unless `xml.name` says otherwise. */
export function elementShape(context: Context, schema: Node | undefined, name: string): XmlShape {
  if (schema === undefined) return { name };
  const table: Table = {
    context,
    active: new Set(),
    ids: new Map(),
    named: [],
    known: new Map(),
    count: 0,
  };
  const shape = shapeOf(table, schema, name);
  return table.named.length === 0 ? shape : { ...shape, named: table.named };
}

function shapeOf(table: Table, stated: Node, name: string): XmlShape {
  const { context } = table;
  const schema = deref(context, stated, false);
  if (schema === undefined || !isObject(schema.value)) return { name };
  // What stands beside a reference is nearer than what it leads to.
  const beside = member(stated.value, 'xml');
  const xml = isObject(beside) ? beside : xmlOf(context, schema);
  const text = (key: string): string | undefined => {
    const value = xml[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const namespace = text('namespace');
  const prefix = text('prefix');
  const nodeType = text('nodeType');
  const isList = child(schema, 'items') !== undefined;
  const head: XmlShape = {
    name: text('name') ?? name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(xml.attribute === true || nodeType === 'attribute' ? { attribute: true } : {}),
    ...(nodeType === 'text' || nodeType === 'cdata' ? { node: nodeType } : {}),
    // Of a list, which has no element of its own anyway, the items are meant.
    ...(nodeType === 'none' && !isList ? { node: nodeType } : {}),
    ...(isList && (xml.wrapped === true || nodeType === 'element') ? { wrapped: true } : {}),
  };
  return { ...head, ...contentOf(table, schema, head.name) };
}

/** What stands inside of an element; where its schema is under way already, a reference to that. */
function contentOf(table: Table, schema: Node, name: string): XmlContent {
  const { active, ids, known, named } = table;
  const item = child(schema, 'items');
  // Items may be called like their list, which is called differently in different places.
  const key = item === undefined ? schema.pointer : `${name} ${schema.pointer}`;
  const id = ids.get(key);
  if (id !== undefined) return { like: id };
  const before = known.get(key);
  if (active.has(key) || (before !== undefined && table.count > maxShapes)) {
    ids.set(key, named.length);
    named.push(before ?? {});
    return { like: named.length - 1 };
  }
  active.add(key);
  table.count++;
  const content = membersOf(table, schema, item, name);
  active.delete(key);
  known.set(key, content);
  const own = ids.get(key);
  if (own === undefined) return content;
  named[own] = content;
  return { like: own };
}

function membersOf(table: Table, schema: Node, item: Node | undefined, name: string): XmlContent {
  // Unwrapped items are elements of the array's own name, unless they have one.
  if (item !== undefined) return { items: shapeOf(table, item, name) };
  const properties = propertiesOf(table.context, schema, [schema.pointer]);
  if (properties.length === 0) return {};
  return {
    properties: properties.map(([property, node]) => ({ property, shape: shapeOf(table, node, property) })),
  };
}

/** The XML Object of a schema, its own or, for an `allOf` around one reference, that of a part. */
function xmlOf(context: Context, schema: Node): JsonObject {
  const own = member(schema.value, 'xml');
  if (isObject(own)) return own;
  for (const part of items(child(schema, 'allOf'))) {
    const inherited = member(deref(context, part, false)?.value, 'xml');
    if (isObject(inherited)) return inherited;
  }
  return {};
}

function propertiesOf(
  context: Context,
  schema: Node,
  above: readonly string[],
): readonly (readonly [string, Node])[] {
  const inherited = items(child(schema, 'allOf')).flatMap((stated) => {
    const part = deref(context, stated, false);
    return part === undefined || above.includes(part.pointer) || above.length >= maxInheritance
      ? []
      : propertiesOf(context, part, [...above, part.pointer]);
  });
  return [...new Map([...inherited, ...entries(child(schema, 'properties'))])];
}
