import type { Argument, Binding, WireBody, WireMedia } from '../model/api.ts';
import { exactJson, member, pointerTo } from '../model/json.ts';
import type { ObjectSchema, Property, Schema } from '../model/schema.ts';
import { asText, demand, exactDefault, firstGiven, singleValue } from './arguments.ts';
import { type Context, child, deref, entries, type Node, origin, text } from './context.ts';
import { formFields, multipartParts, otherParts, positionedParts, withFiles } from './encoding.ts';
import { essence, isMediaType, isNeverText, isRange, jsonFirst, kindOf } from './media.ts';
import { extensionOf } from './parameters.ts';
import { lowerSchema, resolve } from './schema.ts';
import { xmlShape } from './xml.ts';

/** A request body and the arguments that fill it. */
export interface LoweredBody {
  readonly body: WireBody;
  readonly arguments: readonly Argument[];
  readonly bindings: readonly Binding[];
  /** Schema of the whole body, in its first media type. */
  readonly schema: Schema;
}

interface Medium {
  readonly wire: WireMedia;
  readonly schema: Schema;
}

const chooserId = 'content-type';

/**
 * Lowers a request body: its media types, JSON first, and its arguments by the rules of flattening: the properties of an object; else one argument `body`.
 * @param operation the operation's node
 * @returns undefined where the operation has no body
 */
export function lowerBody(context: Context, operation: Node): LoweredBody | undefined {
  const stated = child(operation, 'requestBody');
  const node = stated === undefined ? undefined : deref(context, stated);
  if (node === undefined) return undefined;
  const media = mediaOf(context, node);
  const [first, ...rest] = media;
  if (first === undefined) return undefined;
  const required = member(node.value, 'required') === true;
  const schemas = media.map((medium) => resolve(context, medium.schema));
  const objects = schemas.filter(isFlat);
  const flat = objects.length === schemas.length;
  const files = media.some((medium) => medium.wire.kind === 'multipart');
  const lowered = flat
    ? flatten(context, objects, { required, files })
    : whole(context, node, media, required);
  const chooser = chooserOf(context, node, media, required);
  // A body that may be left out needs its media type only once it is there.
  const open = chooser !== undefined && isRange(first.wire.mediaType) && chooser.default === undefined;
  const requires = open && !required ? [...lowered.requires, chooser.id] : lowered.requires;
  return {
    body: {
      required,
      media: [first.wire, ...rest.map((medium) => medium.wire)],
      requires,
      ...(chooser === undefined ? {} : { chooser: chooser.id }),
    },
    arguments: chooser === undefined ? lowered.arguments : [...lowered.arguments, chooser],
    bindings: lowered.bindings,
    schema: first.schema,
  };
}

/** The media types of a content object, JSON first. Ranges such as `image/*` are left out where a type is named; else the first says how the body is written. */
function mediaOf(context: Context, node: Node): readonly Medium[] {
  const content = new Map(entries(child(node, 'content')).filter(([type]) => isMediaType(type)));
  const concrete = [...content.keys()].filter((name) => !isRange(name));
  const names = jsonFirst(concrete.length > 0 ? concrete : [...content.keys()].slice(0, 1));
  // What may be sent as text is text in its other types too.
  const textual = names.some((name) => kindOf(name) === 'text');
  return names.flatMap((name) => {
    const entry = content.get(name);
    const medium = entry === undefined ? undefined : deref(context, entry);
    return medium === undefined ? [] : [lowerMedium(context, name, medium, textual)];
  });
}

function lowerMedium(context: Context, name: string, node: Node, textual: boolean): Medium {
  const itemNode = child(node, 'itemSchema');
  const schemaNode = child(node, 'schema');
  const schema: Schema =
    schemaNode !== undefined
      ? withSubtypes(context, schemaNode, lowerSchema(context, schemaNode, 'request'))
      : itemNode !== undefined
        ? { kind: 'array', items: lowerSchema(context, itemNode, 'request') }
        : { kind: 'any' };
  const resolved = resolve(context, schema);
  const kind = kindOfBody(name, resolved, textual);
  const mediaType = concreteType(name, kind);
  switch (kind) {
    case 'json':
      return { wire: { mediaType, kind }, schema };
    case 'jsonLines':
      return {
        wire: { mediaType, kind },
        schema: resolved.kind === 'array' ? schema : { kind: 'array', items: schema },
      };
    case 'form':
      return { wire: { mediaType, kind, fields: formFields(context, node, resolved) }, schema };
    case 'multipart':
      return lowerMultipart(context, node, mediaType, schema);
    case 'xml':
      return { wire: { mediaType, kind, root: xmlShape(context, schemaNode) }, schema };
    case 'text':
      return {
        wire: { mediaType, kind },
        schema: resolved.kind === 'any' ? { ...resolved, kind: 'string' } : schema,
      };
    case 'binary':
      return { wire: { mediaType, kind }, schema: asBytes(schema, resolved) };
  }
}

/** A schema with a discriminator and no union is the base of others that inherit from it (`Cat: allOf [Pet, …]`): a value may have their members too. */
function withSubtypes(context: Context, node: Node, schema: Schema): Schema {
  const base = deref(context, node, false);
  const resolved = resolve(context, schema);
  if (resolved.kind !== 'object' || member(base?.value, 'discriminator') === undefined) return schema;
  return resolved.additional === false ? schema : { ...resolved, extensible: true };
}

function lowerMultipart(context: Context, node: Node, mediaType: string, schema: Schema): Medium {
  const resolved = resolve(context, schema);
  const parts = resolved.kind === 'object' ? withFiles(context, node, resolved) : resolved;
  const others = otherParts(context, parts);
  const positions = positionedParts(context, node, parts);
  return {
    wire: {
      mediaType,
      kind: 'multipart',
      parts: multipartParts(context, node, parts),
      ...(others === undefined ? {} : { others }),
      ...(positions === undefined ? {} : { positions }),
    },
    schema: parts === resolved ? schema : parts,
  };
}

/** How a body is written, by its media type and, where that does not tell, by its schema. */
function kindOfBody(name: string, schema: Schema, textual: boolean): WireMedia['kind'] {
  const byName = kindOf(name);
  if (isRange(name) && schema.kind === 'string' && schema.binary === 'raw') return 'binary';
  if (byName === 'json' || byName === 'xml' || byName === 'multipart') return byName;
  if (schema.kind === 'string') {
    // Raw bytes are bytes whatever their media type; encoded ones are text (OpenAPI 3.1 section 4.8.14.2).
    if (schema.binary !== undefined) return schema.binary === 'raw' ? 'binary' : 'text';
    if (byName === undefined) return 'json';
    // A form or lines may be given as a whole.
    return byName === 'binary' && !textual && isNeverText(name) ? 'binary' : 'text';
  }
  if (byName === undefined) return 'json';
  if (byName !== 'binary' && byName !== 'text') return byName;
  // Vendor types and text with an object's schema are JSON under another name.
  const structured = ['object', 'array', 'union', 'intersection'].includes(schema.kind);
  return structured && !isBytesUnion(schema) ? 'json' : byName;
}

/** The media type that is sent. A range stays where the caller says what the text or the bytes are. */
function concreteType(name: string, kind: WireMedia['kind']): string {
  if (!isRange(name) || kind === 'binary' || kind === 'text') return name;
  return assumedTypes[kind];
}

/** What a body is sent as where the document names no media type. */
const assumedTypes: Readonly<Record<WireMedia['kind'], string>> = {
  json: 'application/json',
  jsonLines: 'application/jsonl',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
  xml: 'application/xml',
  text: 'text/plain',
  binary: 'application/octet-stream',
};

function isBytes(schema: Schema): boolean {
  return schema.kind === 'string' && schema.binary !== undefined;
}

function isBytesUnion(schema: Schema): boolean {
  return schema.kind === 'union' && schema.members.some(isBytes);
}

/** The schema of a body of bytes: what the document says where it speaks of bytes, else raw bytes. */
function asBytes(schema: Schema, resolved: Schema): Schema {
  if (isBytes(resolved)) return schema;
  const { description } = resolved;
  return { kind: 'string', binary: 'raw', ...(description === undefined ? {} : { description }) };
}

/** Whether the properties of a body become arguments. */
function isFlat(schema: Schema): schema is ObjectSchema {
  return schema.kind === 'object' && schema.properties.length > 0;
}

interface Arguments {
  readonly arguments: readonly Argument[];
  readonly bindings: readonly Binding[];
  readonly requires: readonly string[];
}

/** One argument for each property of all media types; required where it is in each of them. */
function flatten(
  context: Context,
  objects: readonly ObjectSchema[],
  body: { readonly required: boolean; readonly files: boolean },
): Arguments {
  const names = new Set(objects.flatMap((object) => object.properties).map(({ name }) => name));
  const lowered = [...names].flatMap((name) => {
    const found = objects.map((object) => object.properties.find((property) => property.name === name));
    const [first, ...others] = found.filter((property) => property !== undefined);
    if (first === undefined) return [];
    const required = found.every((property) => property?.required === true);
    const schemas = found.map((property) => property && memberSchema(context, property, body));
    const property = { ...first, schema: anyOf([memberSchema(context, first, body), ...schemas]) };
    const argument = propertyArgument(context, property, required, body);
    const alike = others.every(
      (other) => meaning(memberSchema(context, other, body)) === meaning(property.schema),
    );
    return [
      { property, required, argument: alike ? argument : { ...argument, variants: variantsOf(schemas) } },
    ];
  });
  const spread = additionalArgument(context, objects);
  const bindings = lowered.map(
    ({ property, argument }): Binding => ({
      at: ['body', property.name],
      kind: 'argument',
      arg: argument.id,
    }),
  );
  return {
    arguments: [...lowered.map(({ argument }) => argument), ...(spread === undefined ? [] : [spread])],
    bindings:
      spread === undefined ? bindings : [...bindings, { at: ['body'], kind: 'spread', arg: spread.id }],
    requires: body.required
      ? []
      : lowered.filter(({ required }) => required).map(({ argument }) => argument.id),
  };
}

/** The schema of a property where it is an argument. */
function memberSchema(context: Context, property: Property, body: { readonly files: boolean }): Schema {
  return body.files ? property.schema : asText(context, property.schema);
}

/** What is allowed by any of some schemas: the first, where the others only describe it otherwise. */
function anyOf(schemas: readonly [Schema, ...(Schema | undefined)[]]): Schema {
  const [first] = schemas;
  const different = new Map<string, Schema>();
  for (const schema of schemas) {
    if (schema !== undefined && !different.has(meaning(schema))) different.set(meaning(schema), schema);
  }
  const members = [...different.values()];
  if (members.length === 1) return first;
  const free = members.find(({ kind }) => kind === 'any');
  return free ?? { kind: 'union', mode: 'anyOf', members };
}

/** What a schema allows, to be compared: all but what it says to people. */
function meaning({
  title: _title,
  description: _description,
  examples: _examples,
  ...schema
}: Schema): string {
  return exactJson(schema);
}

function variantsOf(schemas: readonly (Schema | undefined)[]): NonNullable<Argument['variants']> {
  return schemas.flatMap((schema, media) => (schema === undefined ? [] : [{ media, schema }]));
}

/** The argument for a property of the body. In a body that is not required, none is: see `WireBody.requires`. */
function propertyArgument(
  context: Context,
  property: Property,
  required: boolean,
  body: { readonly required: boolean; readonly files: boolean },
): Argument {
  const extension = property.extension ?? {};
  const resolved = resolve(context, property.schema);
  const fallback = firstGiven(
    exactDefault(extension.default, resolved),
    required ? singleValue(resolved) : undefined,
  );
  return {
    id: `body.${property.name}`,
    name: extension.name ?? property.name,
    ...demand(required && body.required, fallback, extension.env),
    schema: property.schema,
    description: resolved.description ?? '',
    deprecated: resolved.deprecated ?? false,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(extension.env === undefined ? {} : { env: extension.env }),
    hidden: extension.hidden ?? false,
    origin: origin(context, property.pointer ?? ''),
  };
}

/** The argument for members that are documented but not named. */
function additionalArgument(context: Context, objects: readonly ObjectSchema[]): Argument | undefined {
  const object = objects.find((candidate) => candidate.extensible);
  if (object === undefined) return undefined;
  const schema: ObjectSchema = {
    kind: 'object',
    properties: [],
    additional: object.additional,
    extensible: true,
    ...(object.patternProperties === undefined ? {} : { patternProperties: object.patternProperties }),
  };
  return {
    id: 'additional',
    name: 'additional',
    required: false,
    schema,
    description: 'Further members of the body, as one object.',
    deprecated: false,
    hidden: false,
    origin: origin(context, ''),
  };
}

/** One argument for all of the body. */
function whole(context: Context, node: Node, media: readonly Medium[], required: boolean): Arguments {
  const [first, ...rest] = media.map((medium) => medium.schema);
  const schema: Schema = first === undefined ? { kind: 'any' } : anyOf([first, ...rest]);
  const resolved = resolve(context, schema);
  const extension = extensionOf(node);
  const argument: Argument = {
    id: 'body',
    name: extension.name ?? 'body',
    ...demand(required, extension.default, extension.env),
    schema,
    description: text(node, 'description') || (resolved.description ?? ''),
    deprecated: false,
    ...(extension.default === undefined ? {} : { default: extension.default }),
    ...(extension.env === undefined ? {} : { env: extension.env }),
    hidden: extension.hidden ?? false,
    origin: origin(context, node.pointer),
  };
  return { arguments: [argument], bindings: [{ at: ['body'], kind: 'argument', arg: 'body' }], requires: [] };
}

/** The argument that says what the media type is, among several or within a range; undefined where there is but one. */
function chooserOf(
  context: Context,
  node: Node,
  media: readonly Medium[],
  required: boolean,
): Argument | undefined {
  const [first, ...rest] = media.map(({ wire }) => wire);
  if (first === undefined || (rest.length === 0 && !isRange(first.mediaType))) return undefined;
  const argument = {
    id: chooserId,
    name: 'content-type',
    required: false,
    description: 'Media type in which the body is sent.',
    deprecated: false,
    hidden: false,
    origin: origin(context, pointerTo(node.pointer, 'content')),
  };
  if (rest.length > 0) {
    const values = [first.mediaType, ...rest.map(({ mediaType }) => mediaType)] as const;
    return { ...argument, schema: { kind: 'enum', values, default: first.mediaType } };
  }
  const ranges = entries(child(node, 'content')).flatMap(([name]) => (isMediaType(name) ? [name] : []));
  const pattern = typePattern(ranges);
  const description = `Media type of the body, one of ${ranges.join(', ')}.`;
  const schema: Schema = { kind: 'string', pattern };
  const assumed = assumedTypes[first.kind];
  if (new RegExp(pattern).test(assumed)) return { ...argument, description, schema, default: assumed };
  return { ...argument, description, schema, required };
}

/** A media type of one of these ranges, with its parameters (RFC 9110 section 12.5.1). */
function typePattern(ranges: readonly string[]): string {
  const types = ranges.map((name) =>
    essence(name)
      .replace(/[.+^$|]/g, '\\$&')
      .replaceAll('*', '[-!#&$^_.+A-Za-z0-9]+'),
  );
  return `^(${types.join('|')})( *;[ -~]*)?$`;
}
