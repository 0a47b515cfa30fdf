import type { FormField, MultipartPart, Style, XmlShape } from '../model/api.ts';
import { member } from '../model/json.ts';
import type { ObjectSchema, Property, Schema } from '../model/schema.ts';
import { singleValue } from './arguments.ts';
import { type Context, child, deref, entries, items, lookup, type Node, text } from './context.ts';
import { isJson, isNeverText, kindOf } from './media.ts';
import { lowerSchema, resolve } from './schema.ts';
import { elementShape, xmlShape } from './xml.ts';

const formStyles: readonly Style[] = [
  'form',
  'spaceDelimited',
  'pipeDelimited',
  'tabDelimited',
  'deepObject',
];

/**
 * How the members of a form body are written (OpenAPI 3.1 section 4.8.15): by style where the encoding names one, else by content type,
 * which for objects is JSON. Members that are written in the default way (`form`, exploded) have no entry.
 * @param medium the Media Type Object
 */
export function formFields(context: Context, medium: Node, schema: Schema): readonly FormField[] {
  return propertiesOf(schema).flatMap((property): FormField[] => {
    const { name } = property;
    const encoding = encodingOf(context, medium, name);
    const styled = styleOf(encoding);
    if (styled !== undefined) {
      const allowReserved = member(encoding?.value, 'allowReserved') === true;
      return [{ name, serialization: { kind: 'style', ...styled, allowReserved } }];
    }
    const mediaType = firstType(text(encoding, 'contentType'));
    const resolved = resolve(context, property.schema);
    const item = resolved.kind === 'array' ? resolve(context, resolved.items) : resolved;
    const kind = writtenKind(mediaType, item);
    if (kind === 'text') return [];
    const within = insideOf(context, kind, property, encoding, item);
    return [
      { name, serialization: { kind: 'content', mediaType: mediaType || 'application/json', ...within } },
    ];
  });
}

/** How a member is written inside a body: by the content type of its encoding, else by its schema. A text is itself, whatever it is called, but as JSON. */
function writtenKind(contentType: string, item: Schema): 'text' | 'json' | 'xml' | 'form' {
  if (isJson(contentType)) return 'json';
  const kind = kindOf(contentType);
  if ((kind === 'xml' || kind === 'form') && item.kind !== 'string') return kind;
  return isStructured(item) ? 'json' : 'text';
}

/** How what a member holds is written: as XML by its schema, as a form by the encodings inside of its own (OpenAPI 3.2 section 4.15). */
function insideOf(
  context: Context,
  kind: MultipartPart['kind'],
  property: Property,
  encoding: Node | undefined,
  item: Schema,
): Pick<MultipartPart, 'xml' | 'fields'> {
  if (kind === 'xml') return { xml: memberShape(context, property) };
  if (kind !== 'form' || encoding === undefined) return {};
  const fields = formFields(context, encoding, item);
  return fields.length === 0 ? {} : { fields };
}

/** How a member is written as XML; of a list, its items. */
function memberShape(context: Context, { name, pointer }: Property): XmlShape {
  const node = pointer === undefined ? undefined : lookup(context, `#${pointer}`);
  const { named, ...shape } = elementShape(context, node, name);
  const { items = shape } = (shape.like === undefined ? undefined : named?.[shape.like]) ?? shape;
  return { ...items, ...(named === undefined ? {} : { named }) };
}

/** The style of a member, where its Encoding Object states any part of one: then its content type counts for nothing (OpenAPI 3.2 section 4.15.1.1). */
function styleOf(encoding: Node | undefined): { style: Style; explode: boolean } | undefined {
  const stated = ['style', 'explode', 'allowReserved'].some(
    (key) => member(encoding?.value, key) !== undefined,
  );
  if (!stated) return undefined;
  const style = formStyles.find((known) => known === text(encoding, 'style')) ?? 'form';
  const explode = member(encoding?.value, 'explode');
  return { style, explode: typeof explode === 'boolean' ? explode : style === 'form' };
}

/** How the members of a multipart body are written (OpenAPI 3.1 section 4.8.14.4). An array is one part per item. */
export function multipartParts(context: Context, medium: Node, schema: Schema): readonly MultipartPart[] {
  return propertiesOf(schema).flatMap((property): MultipartPart[] => {
    const { name } = property;
    const encoding = encodingOf(context, medium, name);
    const resolved = resolve(context, property.schema);
    const item = resolved.kind === 'array' ? resolve(context, resolved.items) : resolved;
    const stated = firstType(text(encoding, 'contentType'));
    const kind = partKind(stated, item);
    const headers = constantHeaders(context, encoding);
    const style = kind === 'file' ? undefined : styleOf(encoding);
    if (style !== undefined) return [{ name, kind: 'text', headers, style }];
    const contentType = stated || typeOfPart(item);
    const told = contentType !== '' && !contentType.includes('*');
    // Only the value tells text from JSON.
    if (item.kind === 'union' && kind === 'text' && !told && headers.length === 0) return [];
    const within = insideOf(context, kind, property, encoding, item);
    return [{ name, kind, ...(told ? { contentType } : {}), headers, ...within }];
  });
}

/** What the schema of a part says of its media type; encoded bytes are bytes all the same (OpenAPI 3.1 section 4.8.15.1). */
function typeOfPart(item: Schema): string {
  if (item.kind !== 'string') return '';
  return (
    item.contentMediaType ??
    (item.binary === undefined || item.binary === 'raw' ? '' : 'application/octet-stream')
  );
}

/** How the items of a list are written in a multipart body, by their positions (OpenAPI 3.2 section 4.15.1.2). */
export function positionedParts(
  context: Context,
  medium: Node,
  schema: Schema,
): { readonly first: readonly MultipartPart[]; readonly rest: MultipartPart } | undefined {
  if (schema.kind !== 'array') return undefined;
  const prefix = schema.prefixItems ?? [];
  const encodings = items(child(medium, 'prefixEncoding'));
  const length = Math.max(prefix.length, encodings.length);
  const stated = child(medium, 'schema');
  const list = stated === undefined ? undefined : deref(context, stated);
  const nodes = items(list && child(list, 'prefixItems'));
  const node = list === undefined ? child(medium, 'itemSchema') : child(list, 'items');
  const first = Array.from({ length }, (_, index) =>
    positionedPart(context, prefix[index] ?? schema.items, nodes[index] ?? node, encodings[index]),
  );
  return { first, rest: positionedPart(context, schema.items, node, child(medium, 'itemEncoding')) };
}

function positionedPart(
  context: Context,
  schema: Schema,
  node: Node | undefined,
  stated: Node | undefined,
): MultipartPart {
  const encoding = stated === undefined ? undefined : deref(context, stated);
  const contentType = firstType(text(encoding, 'contentType'));
  const item = resolve(context, schema);
  const kind = partKind(contentType, item);
  const fields = kind === 'form' && encoding !== undefined ? formFields(context, encoding, item) : [];
  return {
    name: '',
    kind,
    ...(contentType === '' || contentType.includes('*') ? {} : { contentType }),
    headers: constantHeaders(context, encoding),
    ...(kind === 'xml' ? { xml: xmlShape(context, node) } : {}),
    ...(fields.length === 0 ? {} : { fields }),
  };
}

/** The part of members that the document does not name, where they are bytes. */
export function otherParts(context: Context, schema: Schema): MultipartPart | undefined {
  if (schema.kind !== 'object' || schema.additional === false) return undefined;
  const resolved = resolve(context, schema.additional);
  const item = resolved.kind === 'array' ? resolve(context, resolved.items) : resolved;
  return partKind('', item) === 'file' ? { name: '', kind: 'file', headers: [] } : undefined;
}

/** A member of a multipart body without a type is a file, unless its encoding says that it is text or JSON (OpenAPI 3.1 section 4.8.15.1). */
export function withFiles(context: Context, medium: Node, schema: ObjectSchema): ObjectSchema {
  const file = (name: string, part: Schema): Schema => {
    const resolved = resolve(context, part);
    if (resolved.kind === 'array' && resolved.prefixItems === undefined) {
      const items = file(name, resolved.items);
      return items === resolved.items ? part : { ...resolved, items };
    }
    const stated = firstType(text(encodingOf(context, medium, name), 'contentType'));
    const untyped = resolved.kind === 'any' && isBytesType(stated);
    const picture = resolved.kind === 'string' && resolved.binary === undefined && isNeverText(stated);
    if (!untyped && !picture) return part;
    const { description } = resolved;
    return { kind: 'string', binary: 'raw', ...(description === undefined ? {} : { description }) };
  };
  const properties = schema.properties.map((property) =>
    // What is required without being declared has no place in the document.
    property.pointer === undefined ? property : { ...property, schema: file(property.name, property.schema) },
  );
  const same = properties.every((property, index) => property.schema === schema.properties[index]?.schema);
  return same ? schema : { ...schema, properties };
}

function isBytesType(contentType: string): boolean {
  return contentType === '' || (!isJson(contentType) && !/^text\/|xml$/.test(contentType));
}

/** Bytes are what their schema says are bytes. */
function partKind(contentType: string, item: Schema): MultipartPart['kind'] {
  if (item.kind === 'string' && item.binary === 'raw') return 'file';
  const kind = writtenKind(contentType, item);
  return kind === 'text' && item.kind === 'array' ? 'json' : kind;
}

function propertiesOf(schema: Schema): readonly Property[] {
  return schema.kind === 'object' ? schema.properties : [];
}

function encodingOf(context: Context, medium: Node, name: string): Node | undefined {
  const all = child(medium, 'encoding');
  const own = all === undefined ? undefined : child(all, name);
  return own === undefined ? undefined : deref(context, own);
}

function isStructured(schema: Schema): boolean {
  if (schema.kind === 'union')
    return schema.members.every((part) => part.kind === 'object' || part.kind === 'ref');
  return schema.kind === 'object' || schema.kind === 'intersection';
}

function firstType(contentType: string): string {
  return (contentType.split(',')[0] ?? '').trim();
}

/** Headers of a part whose value the document fixes; others cannot be given. */
function constantHeaders(
  context: Context,
  encoding: Node | undefined,
): readonly { readonly name: string; readonly value: string }[] {
  const headers = encoding === undefined ? undefined : child(encoding, 'headers');
  return entries(headers).flatMap(([name, stated]) => {
    const header = deref(context, stated);
    const node = header === undefined ? undefined : child(header, 'schema');
    if (node === undefined || /^content-(type|disposition)$/i.test(name)) return [];
    const schema = resolve(context, lowerSchema(context, node, 'request'));
    const value = singleValue(schema) ?? schema.default;
    return typeof value === 'string' || typeof value === 'number' ? [{ name, value: String(value) }] : [];
  });
}
