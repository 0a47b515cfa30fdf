import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';
import { asText, type Data, isList, isRecord } from './data.ts';
import { allOf, dereference } from './document.ts';

/**
 * A value as XML (OpenAPI 4.26 XML Object): elements are called by `xml.name`, else by the property, and the root by its component. An array repeats
 * the element of its items and has one around them only if it is `wrapped`.
 * @param property of whose value the text is, where it is no whole body
 */
export function xml(document: JsonObject, schema: Json, value: Data, property?: string): string {
  const reference = member(schema, '$ref');
  const component = typeof reference === 'string' ? reference.split('/').at(-1) : undefined;
  return element(document, allOf(document, schema), property ?? component ?? 'root', value);
}

function element(document: JsonObject, stated: JsonObject, fallback: string, value: Data): string {
  if (value === null) return '';
  const schema = whole(document, stated);
  // 4.26.1.2 nodeType: the node that the schema corresponds to, if it is not an element.
  const nodeType = member(member(schema, 'xml'), 'nodeType');
  if (nodeType === 'text' && !isRecord(value) && !isList(value)) return escapeText(asText(value));
  if (nodeType === 'cdata' && !isRecord(value) && !isList(value))
    return `<![CDATA[${asText(value).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  const { name, namespace } = nameOf(document, schema, fallback);
  if (isList(value)) {
    const items = whole(document, allOf(document, member(schema, 'items') ?? {}));
    const wrapped = member(member(schema, 'xml'), 'wrapped') === true || nodeType === 'element';
    // Without a wrapper the items' name wins over the array's, which is the property's or its own.
    const itemName = wrapped ? (ownName(items) ?? ownName(schema) ?? fallback) : (ownName(items) ?? fallback);
    const inner = value.map((item) => element(document, items, itemName, item)).join('');
    return wrapped ? `<${name}${namespace}>${inner}</${name}>` : inner;
  }
  if (!isRecord(value)) return `<${name}${namespace}>${escapeText(asText(value))}</${name}>`;
  const properties = member(schema, 'properties');
  let attributes = '';
  let inner = '';
  const order = Object.keys(isObject(properties) ? properties : {});
  const members = Object.entries(value).sort(([a], [b]) => place(a) - place(b));
  for (const [key, data] of members) {
    const declared = whole(document, allOf(document, member(properties, key) ?? {}));
    const own = member(declared, 'xml');
    if (member(own, 'attribute') === true || member(own, 'nodeType') === 'attribute') {
      if (data !== null)
        attributes += ` ${nameOf(document, declared, key).name}="${escapeAttribute(asText(data))}"`;
    } else inner += element(document, declared, key, data);
  }
  return nodeType === 'none' ? inner : `<${name}${namespace}${attributes}>${inner}</${name}>`;

  function place(key: string): number {
    const index = order.indexOf(key);
    return index < 0 ? order.length : index;
  }
}

/** A schema with what its alternatives say: beside null there may be but one, which is then all of it; else each knows its own members. */
function whole(document: JsonObject, schema: JsonObject): JsonObject {
  for (const key of ['oneOf', 'anyOf']) {
    const { [key]: members, ...rest } = schema;
    if (!Array.isArray(members)) continue;
    const others = members.filter((each) => member(each, 'type') !== 'null');
    if (others.length === 1) return allOf(document, { allOf: [...others, rest] });
    const properties = [...others.map((each) => allOf(document, each)), schema].map((each) =>
      member(each, 'properties'),
    );
    return { ...schema, properties: Object.assign({}, ...properties) };
  }
  return schema;
}

function ownName(schema: JsonObject): string | undefined {
  const name = member(member(schema, 'xml'), 'name');
  return typeof name === 'string' ? name : undefined;
}

function nameOf(
  document: JsonObject,
  schema: JsonObject,
  fallback: string,
): { name: string; namespace: string } {
  const shape = dereference(document, member(schema, 'xml'));
  const [prefix, uri] = [member(shape, 'prefix'), member(shape, 'namespace')];
  const name = ownName(schema) ?? fallback;
  return {
    name: typeof prefix === 'string' ? `${prefix}:${name}` : name,
    namespace:
      typeof uri === 'string'
        ? ` xmlns${typeof prefix === 'string' ? `:${prefix}` : ''}="${escapeAttribute(uri)}"`
        : '',
  };
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
}
