import type { XmlShape } from '../model/api.ts';
import { isObject, type JsonObject, member } from '../model/json.ts';
import { type Context, child, deref, entries, items, type Node } from './context.ts';

/** Levels of elements that are described; what is deeper is written by its JSON names. */
const maxDepth = 12;

/**
 * How a value of a schema is written as XML (OpenAPI 3.1 section 4.8.26). An element is named by `xml.name`, else by its property,
 * the root by `xml.name`, else by its component.
 */
export function xmlShape(context: Context, schema: Node | undefined): XmlShape {
  if (schema === undefined) return { name: 'root' };
  const reference = member(schema.value, '$ref');
  const component = typeof reference === 'string' ? reference.slice(reference.lastIndexOf('/') + 1) : 'root';
  return shapeOf(context, schema, component, []);
}

/** How a value that is written as XML by itself is, inside a form, a multipart body or a parameter: its element is called like the member, unless `xml.name` says otherwise. */
export function elementShape(context: Context, schema: Node | undefined, name: string): XmlShape {
  return schema === undefined ? { name } : shapeOf(context, schema, name, []);
}

function shapeOf(context: Context, stated: Node, name: string, above: readonly string[]): XmlShape {
  const schema = deref(context, stated, false);
  if (schema === undefined || !isObject(schema.value)) return { name };
  const xml = xmlOf(context, schema);
  const text = (key: string): string | undefined => {
    const value = xml[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const namespace = text('namespace');
  const prefix = text('prefix');
  const nodeType = text('nodeType');
  const shape: XmlShape = {
    name: text('name') ?? name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(xml.attribute === true || nodeType === 'attribute' ? { attribute: true } : {}),
    ...(nodeType === 'text' || nodeType === 'cdata' ? { node: nodeType } : {}),
    // Of a list, which has no element of its own anyway, the items are meant.
    ...(nodeType === 'none' && child(schema, 'items') === undefined ? { node: nodeType } : {}),
  };
  if (above.includes(schema.pointer) || above.length >= maxDepth) return shape;
  const path = [...above, schema.pointer];
  const item = child(schema, 'items');
  if (item !== undefined) {
    const wrapped = xml.wrapped === true || nodeType === 'element';
    // Unwrapped items are elements of the array's own name, unless they have one.
    return {
      ...shape,
      ...(wrapped ? { wrapped: true } : {}),
      items: shapeOf(context, item, shape.name, path),
    };
  }
  const properties = propertiesOf(context, schema, path);
  if (properties.length === 0) return shape;
  return {
    ...shape,
    properties: properties.map(([property, node]) => ({
      property,
      shape: shapeOf(context, node, property, path),
    })),
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
    return part === undefined || above.includes(part.pointer) || above.length >= maxDepth
      ? []
      : propertiesOf(context, part, [...above, part.pointer]);
  });
  return [...new Map([...inherited, ...entries(child(schema, 'properties'))])];
}
