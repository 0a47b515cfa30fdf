import type { XmlContent, XmlShape } from '../model/api.ts';
import { isObject, type JsonObject, member } from '../model/json.ts';
import { type Context, child, deref, entries, items, type Node } from './context.ts';

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
  const isList = itemOf(context, schema) !== undefined;
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
  const item = itemOf(table.context, schema);
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
  const properties = propertiesOf(table.context, schema);
  return {
    // Unwrapped items are elements of the array's own name, unless they have one.
    ...(item === undefined ? {} : { items: shapeOf(table, item, name) }),
    ...(properties.length === 0
      ? {}
      : {
          properties: properties.map(([property, node]) => ({
            property,
            shape: shapeOf(table, node, property),
          })),
        }),
  };
}

/** The XML Object of a schema: its own, else that of a part of its `allOf`, else that of the only alternative beside null. */
function xmlOf(context: Context, schema: Node, seen: Set<string> = new Set()): JsonObject {
  const own = member(schema.value, 'xml');
  if (isObject(own)) return own;
  seen.add(schema.pointer);
  const alternatives = partsOf(context, schema, ['oneOf', 'anyOf']).filter(
    ({ value }) => member(value, 'type') !== 'null',
  );
  const only = alternatives.length === 1 ? alternatives : [];
  for (const part of [...partsOf(context, schema, ['allOf']), ...only]) {
    const inherited = seen.has(part.pointer) ? {} : xmlOf(context, part, seen);
    if (Object.keys(inherited).length > 0) return inherited;
  }
  return {};
}

/** What describes the items of a list: `items` of the schema, else that of one of its parts or alternatives. */
function itemOf(context: Context, schema: Node, seen: Set<string> = new Set()): Node | undefined {
  const own = child(schema, 'items');
  if (own !== undefined) return own;
  seen.add(schema.pointer);
  for (const part of partsOf(context, schema, combinations)) {
    const item = seen.has(part.pointer) ? undefined : itemOf(context, part, seen);
    if (item !== undefined) return item;
  }
  return undefined;
}

/** The members of an object: those of the parts and alternatives of a schema, and its own, which are nearer. */
function propertiesOf(
  context: Context,
  schema: Node,
  seen: Set<string> = new Set(),
): readonly (readonly [string, Node])[] {
  seen.add(schema.pointer);
  const inherited = partsOf(context, schema, combinations).flatMap((part) =>
    seen.has(part.pointer) ? [] : propertiesOf(context, part, seen),
  );
  return [...new Map([...inherited, ...entries(child(schema, 'properties'))])];
}

const combinations = ['allOf', 'oneOf', 'anyOf'];

function partsOf(context: Context, schema: Node, keys: readonly string[]): readonly Node[] {
  return keys
    .flatMap((key) => items(child(schema, key)))
    .flatMap((part) => deref(context, part, false) ?? []);
}
