/**
 * What stands where in an OpenAPI document: one row per object of the specification, for 2.0 and for 3.x. It tells `$ref`s from data: only
 * a place that has a shape can hold one. Members that a row does not name, and all `x-` members, are data.
 */
export type Shape =
  | /** Text; a `$ref` to a file of text is replaced by it. */ { readonly is: 'text' }
  | { readonly is: 'object'; readonly kind: Kind }
  | {
      readonly is: 'map';
      readonly of: Shape /** Members that begin with `x-` are extensions. */;
      readonly extensible: boolean;
      /** See MINOR. */
      readonly minor: boolean;
    }
  | { readonly is: 'list'; readonly of: Shape }
  | /** A list or a single one, as JSON Schema's old `items`. */ {
      readonly is: 'either';
      readonly of: Shape;
    };

export type Kind =
  | 'document'
  | 'info'
  | 'server'
  | 'tag'
  | 'pathItem'
  | 'operation'
  | 'parameter'
  | 'requestBody'
  | 'mediaType'
  | 'encoding'
  | 'response'
  | 'header'
  | 'schema'
  | 'discriminator'
  | 'example'
  | 'link'
  | 'callback'
  | 'securityScheme';

type Row = { readonly [member: string]: Shape };

/** Rows by kind. `*` stands for every other member. */
export type Shapes = { readonly [K in Kind]: Row };

const text: Shape = { is: 'text' };
const object = (kind: Kind): Shape => ({ is: 'object', kind });
const map = (of: Shape): Shape => ({ is: 'map', of, extensible: false, minor: false });
const extensible = (of: Shape): Shape => ({ is: 'map', of, extensible: true, minor: false });
const minor = (of: Shape): Shape => ({ is: 'map', of, extensible: false, minor: true });
const list = (of: Shape): Shape => ({ is: 'list', of });
const either = (of: Shape): Shape => ({ is: 'either', of });

const schema = object('schema');
const described: Row = { description: text, summary: text };
/** Names are text, even where YAML reads a number. */
const named: Row = { ...described, name: text };
const operation = object('operation');
const methods: Row = {
  get: operation,
  put: operation,
  post: operation,
  delete: operation,
  options: operation,
  head: operation,
  patch: operation,
  trace: operation,
  query: operation,
  additionalOperations: map(operation),
};

/** JSON Schema 2020-12 and the older keywords that documents still use. `$defs` is absent: what refers to one gets a component. */
const SCHEMA: Row = {
  ...described,
  ...row(map(schema), ['properties', 'patternProperties', 'dependentSchemas']),
  ...row(list(schema), ['prefixItems', 'allOf', 'anyOf', 'oneOf']),
  ...row(schema, [
    'additionalProperties',
    'additionalItems',
    'contains',
    'contentSchema',
    'not',
    'propertyNames',
  ]),
  ...row(schema, ['if', 'then', 'else', 'unevaluatedItems', 'unevaluatedProperties']),
  items: either(schema),
  discriminator: object('discriminator'),
};

function row(shape: Shape, members: readonly string[]): Row {
  return Object.fromEntries(members.map((name) => [name, shape]));
}

const PARAMETER: Row = {
  ...named,
  schema,
  content: map(object('mediaType')),
  examples: minor(object('example')),
};

/** Rows that no version changes. */
const COMMON = {
  info: { ...described, title: text, version: text },
  server: { ...described, url: text },
  tag: named,
  schema: SCHEMA,
  discriminator: {},
  example: described,
  link: described,
  callback: { '*': object('pathItem') },
  securityScheme: named,
} satisfies Partial<Shapes>;

/** OpenAPI 3.0, 3.1 and 3.2. */
export const SHAPES_3: Shapes = {
  ...COMMON,
  document: {
    info: object('info'),
    servers: list(object('server')),
    tags: list(object('tag')),
    paths: extensible(object('pathItem')),
    webhooks: { is: 'map', of: object('pathItem'), extensible: true, minor: true },
  },
  pathItem: {
    ...described,
    ...methods,
    servers: list(object('server')),
    parameters: list(object('parameter')),
  },
  operation: {
    ...described,
    operationId: text,
    tags: list(text),
    servers: list(object('server')),
    parameters: list(object('parameter')),
    requestBody: object('requestBody'),
    responses: extensible(object('response')),
    callbacks: minor(object('callback')),
  },
  parameter: PARAMETER,
  header: PARAMETER,
  requestBody: { ...described, content: map(object('mediaType')) },
  mediaType: {
    schema,
    itemSchema: schema,
    examples: minor(object('example')),
    encoding: map(object('encoding')),
    prefixEncoding: list(object('encoding')),
    itemEncoding: object('encoding'),
  },
  encoding: {
    headers: map(object('header')),
    encoding: map(object('encoding')),
    prefixEncoding: list(object('encoding')),
    itemEncoding: object('encoding'),
  },
  response: {
    ...described,
    headers: map(object('header')),
    content: map(object('mediaType')),
    links: minor(object('link')),
  },
};

/** OpenAPI 2.0. Its parameters and headers are half schemas. */
export const SHAPES_2: Shapes = {
  ...COMMON,
  document: {
    info: object('info'),
    tags: list(object('tag')),
    paths: extensible(object('pathItem')),
  },
  pathItem: { ...described, ...methods, parameters: list(object('parameter')) },
  operation: {
    ...described,
    operationId: text,
    tags: list(text),
    parameters: list(object('parameter')),
    responses: extensible(object('response')),
  },
  parameter: { ...SCHEMA, name: text, schema },
  header: SCHEMA,
  requestBody: {},
  mediaType: {},
  encoding: {},
  response: { ...described, schema, headers: map(object('header')) },
};

/** Section of `components` for the kinds that keep their `$ref`s; all other kinds are put in place of theirs. */
export const SECTIONS: { readonly [K in Kind]?: string } = {
  schema: 'schemas',
  response: 'responses',
  parameter: 'parameters',
  example: 'examples',
  requestBody: 'requestBodies',
  header: 'headers',
  securityScheme: 'securitySchemes',
  link: 'links',
  callback: 'callbacks',
};

/** Kinds that no request depends on: what is wrong with them is a warning. */
export const MINOR: ReadonlySet<Kind> = new Set(['example', 'link', 'callback', 'tag']);

/** The sections of a version's root that hold components, as pointer and kind. */
export function componentRoots(version: 2 | 3): readonly { readonly pointer: string; readonly kind: Kind }[] {
  if (version === 2) {
    return [
      { pointer: '/definitions', kind: 'schema' },
      { pointer: '/parameters', kind: 'parameter' },
      { pointer: '/responses', kind: 'response' },
      { pointer: '/securityDefinitions', kind: 'securityScheme' },
    ];
  }
  return (Object.entries(SECTIONS) as [Kind, string][]).map(([kind, section]) => ({
    pointer: `/components/${section}`,
    kind,
  }));
}
