import {
  isObject,
  type Json,
  type JsonObject,
  type MutableObject,
  pointerTo,
  setMember,
} from '../../model/json.ts';
import type { Listed, Swagger } from './swagger.ts';
import { upgradeSchema } from './upgrade30.ts';

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/** Bytes, as OpenAPI 3.0 writes them and mcpgen keeps them. */
export const fileSchema: JsonObject = { type: 'string', format: 'binary' };

/** Members of a 2.0 parameter that are a parameter's in 3.1 too; all others but extensions are its schema's. */
const OWN = new Set(['name', 'in', 'description', 'required', 'allowEmptyValue', 'deprecated', 'examples']);

/** `collectionFormat` in the terms of OpenAPI 3: style and explode. `tabDelimited` is mcpgen's name for what 3.x dropped. */
const STYLES: {
  readonly [format: string]: { readonly style: string; readonly explode: boolean } | undefined;
} = {
  csv: { style: 'form', explode: false },
  ssv: { style: 'spaceDelimited', explode: false },
  tsv: { style: 'tabDelimited', explode: false },
  pipes: { style: 'pipeDelimited', explode: false },
  multi: { style: 'form', explode: true },
};

/** Whether a 2.0 parameter describes the request's body, or a part of it. */
export function isBodyParameter(parameter: JsonObject): boolean {
  return parameter.in === 'body' || parameter.in === 'formData';
}

/** The schema that a 2.0 parameter or header is: its own JSON Schema members. */
export function parameterSchema(parameter: JsonObject): JsonObject {
  if (isObject(parameter.schema)) return parameter.schema;
  if (parameter.type === 'file') return fileSchema;
  const schema: MutableObject = {};
  for (const name of Object.keys(parameter)) {
    const isExtension = name.startsWith('x-') && name !== 'x-nullable';
    if (OWN.has(name) || isExtension || name === 'collectionFormat') continue;
    const value = parameter[name] as Json;
    setMember(schema, name, name === 'items' ? withoutFormat(value) : value);
  }
  upgradeSchema(schema);
  return schema;
}

/** Nested lists have a `collectionFormat` of their own, for which OpenAPI 3 has no words. */
function withoutFormat(items: Json): Json {
  if (!isObject(items)) return items;
  const { collectionFormat: _format, ...schema } = items;
  return items.items === undefined ? schema : { ...schema, items: withoutFormat(items.items) };
}

function serialization(
  parameter: JsonObject,
): { readonly style: string; readonly explode: boolean } | undefined {
  if (parameter.type !== 'array') return undefined;
  const format = typeof parameter.collectionFormat === 'string' ? parameter.collectionFormat : 'csv';
  const style = Object.hasOwn(STYLES, format) ? STYLES[format] : STYLES.csv;
  const simple = style?.style === 'form' && (parameter.in === 'path' || parameter.in === 'header');
  return simple ? { style: 'simple', explode: false } : style;
}

/**
 * Turns a path, query or header parameter of 2.0 into one of 3.1.
 * @param from pointer of the parameter in the 2.0 document
 * @param to pointer of the result in the 3.1 document
 */
export function upgradeParameter(
  parameter: JsonObject,
  from: string,
  to: string,
  context: Swagger,
): JsonObject {
  const upgraded: MutableObject = {};
  for (const name of Object.keys(parameter)) {
    const isExtension = name.startsWith('x-') && name !== 'x-nullable';
    if (OWN.has(name) || isExtension) setMember(upgraded, name, parameter[name] as Json);
  }
  const origin = context.originOf(from);
  context.setOrigin(to, origin);
  if (parameter.schema === undefined) context.setOrigin(`${to}/schema`, origin);
  return { ...upgraded, ...serialization(parameter), schema: parameterSchema(parameter) };
}

/**
 * Makes a request body of the body or formData parameters of an operation. Where both occur the body wins: HTTP has but one.
 * @param consumes the media types that the operation takes
 * @param place pointer of the operation
 */
export function upgradeBody(
  listed: readonly Listed[],
  consumes: readonly string[],
  place: string,
  context: Swagger,
): JsonObject {
  const body = listed.find(({ parameter }) => parameter.in === 'body');
  return body === undefined
    ? formBody(listed, consumes, place, context)
    : singleBody(body, consumes.length > 0 ? consumes : ['application/json'], place, context);
}

function singleBody(
  body: Listed,
  mediaTypes: readonly string[],
  place: string,
  context: Swagger,
): JsonObject {
  const { name: _name, in: _in, schema = {}, ...rest } = body.parameter;
  const origin = context.originOf(body.place);
  context.setOrigin(pointerTo(place, 'requestBody'), origin);
  const content: MutableObject = {};
  for (const mediaType of mediaTypes) {
    setMember(content, mediaType, { schema });
    const to = pointerTo(place, 'requestBody', 'content', mediaType, 'schema');
    if ('pointer' in origin) context.setOrigin(to, { ...origin, pointer: `${origin.pointer}/schema` });
  }
  return { ...rest, content };
}

function formBody(
  listed: readonly Listed[],
  consumes: readonly string[],
  place: string,
  context: Swagger,
): JsonObject {
  const hasFile = listed.some(({ parameter }) => parameter.type === 'file');
  const offered = consumes.filter((type) => type === MULTIPART || (type === FORM && !hasFile));
  const mediaTypes = offered.length > 0 ? offered : [hasFile ? MULTIPART : FORM];
  const properties: MutableObject = {};
  const encoding: MutableObject = {};
  const required: string[] = [];
  for (const { parameter } of listed) {
    const name = String(parameter.name ?? '');
    if (parameter.required === true) required.push(name);
    setMember(properties, name, formProperty(parameter));
    const style = serialization(parameter);
    if (style !== undefined) setMember(encoding, name, { style: style.style, explode: style.explode });
  }
  const schema = { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
  const content: MutableObject = {};
  context.setOrigin(pointerTo(place, 'requestBody'), context.originOf(pointerTo(place, 'parameters')));
  for (const mediaType of mediaTypes) {
    setMember(content, mediaType, { schema, ...(Object.keys(encoding).length > 0 ? { encoding } : {}) });
    const at = pointerTo(place, 'requestBody', 'content', mediaType, 'schema', 'properties');
    for (const { parameter, place: from } of listed) {
      context.setOrigin(pointerTo(at, String(parameter.name ?? '')), context.originOf(from));
    }
  }
  return { required: required.length > 0, content };
}

/** A form field as a property: the parameter's description and extensions go with its schema. */
function formProperty(parameter: JsonObject): JsonObject {
  const property: MutableObject = { ...parameterSchema(parameter) };
  const { description } = parameter;
  if (typeof description === 'string') property.description = description;
  for (const name of Object.keys(parameter)) {
    if (name.startsWith('x-') && name !== 'x-nullable') setMember(property, name, parameter[name] as Json);
  }
  return property;
}
