import { isObject, type Json, type JsonObject, member, pointerTokens } from '../model/json.ts';
import { childOf, type Tokens } from './draft.ts';

/** The objects of OpenAPI 3.1 and 3.2 that mcpgen tells apart; `other` is one in which there is nothing to find. */
export type Kind =
  | 'document'
  | 'components'
  | 'pathItem'
  | 'operation'
  | 'parameter'
  | 'header'
  | 'requestBody'
  | 'mediaType'
  | 'encoding'
  | 'response'
  | 'callback'
  | 'link'
  | 'example'
  | 'securityScheme'
  | 'schema'
  | 'other';

/** What stands in a field: one object, an array of them, or a map of them; in a `patterned` map `x-` keys are extensions. */
interface Field {
  readonly form: 'one' | 'list' | 'map' | 'patterned';
  readonly kind: Kind;
}

const one = (kind: Kind): Field => ({ form: 'one', kind });
const list = (kind: Kind): Field => ({ form: 'list', kind });
const map = (kind: Kind): Field => ({ form: 'map', kind });
const patterned = (kind: Kind): Field => ({ form: 'patterned', kind });

/** The fixed fields of a Path Item that hold operations (OpenAPI 3.2 section 4.9; 3.1 has all but `query`). */
export const METHODS = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'query',
] as const;

/** Sections of the Components Object (OpenAPI 3.2 section 4.7). */
export const SECTIONS: { readonly [section: string]: Kind } = {
  schemas: 'schema',
  responses: 'response',
  parameters: 'parameter',
  examples: 'example',
  requestBodies: 'requestBody',
  headers: 'header',
  securitySchemes: 'securityScheme',
  links: 'link',
  callbacks: 'callback',
  pathItems: 'pathItem',
  mediaTypes: 'mediaType',
};

const encodings = {
  encoding: map('encoding'),
  prefixEncoding: list('encoding'),
  itemEncoding: one('encoding'),
};

/**
 * The fields that hold further objects. All else is data (examples, enum, default, const, extensions) and is not looked into:
 * a `$ref` or an `x-mcpgen` there means nothing.
 */
const FIELDS: { readonly [kind in Exclude<Kind, 'callback'>]: { readonly [field: string]: Field } } = {
  document: {
    info: one('other'),
    servers: list('other'),
    tags: list('other'),
    paths: patterned('pathItem'),
    webhooks: map('pathItem'),
    components: one('components'),
  },
  components: Object.fromEntries(Object.entries(SECTIONS).map(([section, kind]) => [section, map(kind)])),
  pathItem: {
    ...Object.fromEntries(METHODS.map((method) => [method, one('operation')])),
    additionalOperations: map('operation'),
    servers: list('other'),
    parameters: list('parameter'),
  },
  operation: {
    parameters: list('parameter'),
    requestBody: one('requestBody'),
    responses: patterned('response'),
    callbacks: map('callback'),
    servers: list('other'),
  },
  parameter: { schema: one('schema'), content: map('mediaType'), examples: map('example') },
  header: { schema: one('schema'), content: map('mediaType'), examples: map('example') },
  requestBody: { content: map('mediaType') },
  mediaType: {
    schema: one('schema'),
    itemSchema: one('schema'),
    examples: map('example'),
    ...encodings,
  },
  encoding: { headers: map('header'), ...encodings },
  response: { headers: map('header'), content: map('mediaType'), links: map('link') },
  link: { server: one('other') },
  example: {},
  securityScheme: {},
  schema: {
    ...Object.fromEntries(
      ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'].map(
        (field) => [field, map('schema')],
      ),
    ),
    ...Object.fromEntries(
      [
        'additionalProperties',
        'additionalItems',
        'unevaluatedProperties',
        'unevaluatedItems',
        'contains',
        'propertyNames',
        'if',
        'then',
        'else',
        'not',
        'contentSchema',
        'items',
      ].map((field) => [field, one('schema')]),
    ),
    ...Object.fromEntries(['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((field) => [field, list('schema')])),
  },
  other: {},
};

/** An object of a document and where it stands. */
export interface Visit {
  readonly value: JsonObject;
  readonly kind: Kind;
  /** From the object above: `['properties', 'id']`; from the root where there is none above. */
  readonly step: Tokens;
  readonly above?: Visit;
}

/** The place of a visited object. */
export function placeOf(visit: Visit): string[] {
  const steps: Tokens[] = [];
  for (let at: Visit | undefined = visit; at !== undefined; at = at.above) steps.push(at.step);
  return steps.reverse().flat();
}

/** The objects directly below an object, in document order. */
export function below(visit: Visit): Visit[] {
  const { value, kind } = visit;
  const found: Visit[] = [];
  const add = (child: Json | undefined, childKind: Kind, ...step: string[]): void => {
    if (isObject(child)) found.push({ value: child, kind: childKind, step, above: visit });
  };
  for (const key of Object.keys(value)) {
    const child = childOf(value, key);
    if (kind === 'callback') {
      if (!key.startsWith('x-')) add(child, 'pathItem', key);
      continue;
    }
    const fields = FIELDS[kind];
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) continue;
    // Before JSON Schema 2020-12 `items` could be a list.
    if (field.form === 'list' || (field.form === 'one' && Array.isArray(child))) {
      for (const [index, item] of (Array.isArray(child) ? child : []).entries())
        add(item, field.kind, key, String(index));
    } else if (field.form === 'one') {
      add(child, field.kind, key);
    } else if (isObject(child)) {
      for (const name of Object.keys(child))
        if (field.form === 'map' || !name.startsWith('x-')) add(childOf(child, name), field.kind, key, name);
    }
  }
  return found;
}

/** The reference that an object is or, if a schema, has. An object of kind `document`, `components`, `encoding` or `other` is never one. */
export function referenceOf({ value, kind }: Visit): string | undefined {
  if (kind === 'document' || kind === 'components' || kind === 'encoding' || kind === 'other')
    return undefined;
  const reference = member(value, '$ref');
  return typeof reference === 'string' ? reference : undefined;
}

/** The place that a local reference names (RFC 6901 section 6: the fragment of a URI, so it may be percent-encoded). */
export function placeReferredTo(reference: string): Tokens | undefined {
  if (!reference.startsWith('#/')) return undefined;
  const fragment = reference.slice(1);
  try {
    return pointerTokens(decodeURIComponent(fragment));
  } catch {
    return pointerTokens(fragment);
  }
}
