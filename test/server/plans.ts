import type { Binding, RequestShape, WireParameter } from '../../src/model/api.ts';
import type { ArgumentPlan, OperationPlan, Plan } from '../../src/model/plan.ts';
import type { Schema } from '../../src/model/schema.ts';

const origin = { file: 'test.yaml', pointer: '' };

/** An argument that fills the places given. */
export function argument(key: string, schema: Schema, more: Partial<ArgumentPlan> = {}): ArgumentPlan {
  return {
    id: key,
    name: key,
    key,
    flag: key.replaceAll('_', '-'),
    required: false,
    schema,
    description: '',
    deprecated: false,
    hidden: false,
    places: [],
    origin,
    ...more,
  };
}

export const string: Schema = { kind: 'string' };
export const integer: Schema = { kind: 'number', integer: true };
export const boolean: Schema = { kind: 'boolean' };
export const any: Schema = { kind: 'any' };

/** A parameter with the default style of its place. */
export function parameter(
  place: 'path' | 'query' | 'header' | 'cookie',
  name: string,
  style: Partial<Extract<WireParameter['serialization'], { kind: 'style' }>> = {},
): WireParameter {
  const form = place === 'query' || place === 'cookie';
  return {
    in: place,
    name,
    serialization: {
      kind: 'style',
      style: form ? 'form' : 'simple',
      explode: form,
      allowReserved: false,
      ...style,
    },
  };
}

/** The whole argument at a place. */
export function bind(at: Binding['at'], arg = String(at[at.length - 1])): Binding {
  return { at, kind: 'argument', arg };
}

/** An operation with its request put together from its arguments and the path. */
export function operation(
  tool: string,
  method: string,
  path: string,
  args: readonly ArgumentPlan[],
  request: Partial<RequestShape> = {},
  more: Partial<OperationPlan> = {},
): OperationPlan {
  const typeName = tool.replace(/(^|_)([a-z])/g, (_, _before, letter: string) => letter.toUpperCase());
  const properties = Object.fromEntries(args.map(({ key }) => [key, {}]));
  const required = args.filter((one) => one.required).map(({ key }) => key);
  return {
    id: tool,
    command: tool.replaceAll('_', '-'),
    tool,
    group: 'things',
    typeName,
    method,
    path,
    documentPath: path,
    title: tool,
    summary: `Summary of ${tool}`,
    description: `Summary of ${tool}`,
    deprecated: false,
    hidden: false,
    arguments: args,
    request: {
      path: path
        .split(/(\{[^}]+\})/)
        .filter((piece) => piece !== '')
        .map((piece) => (piece.startsWith('{') ? { parameter: piece.slice(1, -1) } : { literal: piece })),
      parameters: [],
      accept: 'application/json',
      bindings: [],
      ...request,
    },
    security: [],
    response: { kind: 'json', mediaType: 'application/json', mixed: false, headers: [] },
    annotations: {
      readOnly: method === 'GET',
      destructive: method !== 'GET',
      idempotent: method !== 'POST',
      openWorld: true,
    },
    retry: method === 'POST' ? 'refused' : 'always',
    inputSchema: { type: 'object', properties, ...(required.length === 0 ? {} : { required }) },
    tokens: 1,
    ...more,
  };
}

/** A plan of these operations. */
export function planOf(operations: readonly OperationPlan[], more: Partial<Plan> = {}): Plan {
  return {
    name: 'demo',
    envPrefix: 'DEMO',
    title: 'Demo',
    version: '1.2.3',
    description: 'A demonstration.',
    hash: '0'.repeat(64),
    toolMode: 'list',
    server: {
      url: 'https://api.example.com/v1',
      pieces: ['https://api.example.com/v1'],
      source: { url: 'https://api.example.com/v1', variables: [] },
    },
    credentials: [],
    operations,
    schemas: new Map(),
    document: { openapi: '3.1.0', info: { title: 'Demo', version: '1.2.3' }, paths: {} },
    ...more,
  };
}
