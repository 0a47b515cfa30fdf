import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Kind, Shape, Shapes } from './shapes.ts';

/** Kinds without which a request cannot be made as documented. */
const REQUEST_KINDS: ReadonlySet<Kind> = new Set([
  'document',
  'pathItem',
  'operation',
  'parameter',
  'requestBody',
  'mediaType',
]);

/** Whether a request cannot be made as documented without what has this shape. */
export function decidesRequest(shape: Shape): boolean {
  if (shape.is === 'object') return REQUEST_KINDS.has(shape.kind);
  return shape.is !== 'text' && decidesRequest(shape.of);
}

const NAMES: { readonly [K in Kind]?: string } = { requestBody: 'request body', mediaType: 'media type' };

/**
 * Recognises a frequent mistake: a reference to a schema in the place of something that has a schema.
 * @param value the object with the reference
 * @returns what is meant, and a message; undefined where it is no such mistake
 */
export function misplacedSchema(
  kind: Kind,
  ref: string,
  value: JsonObject,
  shapes: Shapes,
): { readonly meant: JsonObject; readonly message: string } | undefined {
  if (!/#\/(?:components\/schemas|definitions)\/[^/]+$/.test(ref)) return undefined;
  const meant = around({ $ref: ref }, kind, value, shapes);
  if (meant === undefined) return undefined;
  return { meant, message: `\`${ref}\` is a schema where a ${NAMES[kind] ?? kind} belongs` };
}

function around(schema: JsonObject, kind: Kind, value: JsonObject, shapes: Shapes): JsonObject | undefined {
  const content = { 'application/json': { schema } };
  switch (kind) {
    case 'parameter': {
      const { $ref: _ref, ...parameter } = value;
      const complete = typeof value.name === 'string' && typeof value.in === 'string';
      return complete ? { ...parameter, schema } : undefined;
    }
    case 'mediaType':
      return { schema };
    case 'requestBody':
      return { content };
    case 'response':
      // Only Swagger 2.0's responses have a schema of their own.
      return { description: '', ...(Object.hasOwn(shapes.response, 'schema') ? { schema } : { content }) };
    default:
      return undefined;
  }
}

/**
 * What a value of the wrong kind stands for if it is empty: an empty list counts as an empty object and the other way round, since
 * some languages print one for the other.
 */
export function emptyOf(value: Json, shape: Shape): Json | undefined {
  if (value === null || shape.is === 'text') return undefined;
  if (shape.is === 'list') return isObject(value) && Object.keys(value).length === 0 ? [] : undefined;
  return Array.isArray(value) && value.length === 0 ? {} : undefined;
}

/** The message for a value that is not of the kind that its place asks for. */
export function wrongKind(value: Json, shape: Shape): string {
  const what = Array.isArray(value) ? 'a list' : isObject(value) ? 'an object' : `a ${typeof value}`;
  const wanted = shape.is === 'text' ? 'text' : shape.is === 'list' ? 'a list' : 'an object';
  return `Here is ${what} where ${wanted} belongs`;
}
