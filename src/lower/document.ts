import { METHODS } from '../model/document.ts';
import { isObject, type Json, type JsonObject, type MutableObject, setMember } from '../model/json.ts';

/** Members whose keys are names chosen by the author, so that `x-…` below them is no extension. */
const maps = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'headers',
  'schemas',
  'parameters',
  'requestBodies',
  'securitySchemes',
  'pathItems',
  'content',
  'encoding',
  'mapping',
  'variables',
  'scopes',
]);
/** Members that hold plain values: they are kept as they are. */
const values = new Set(['default', 'const', 'enum', 'required', 'security']);
/** Members that types have no use for. */
const dropped = new Set(['example', 'examples', 'callbacks', 'links', 'externalDocs']);

/**
 * The document that types are made of: only the given operations, no `x-` members, no examples, callbacks or webhooks.
 * A property or header named `x-…` stays. Not recursive: documents nest deeply.
 * @param repeated operationIds of several operations: they are left out
 * @param kept per path key, the methods in lower case (or as written, for additional operations) that stay
 */
export function typesDocument(
  document: JsonObject,
  kept: ReadonlyMap<string, ReadonlySet<string>>,
  repeated: ReadonlySet<string>,
): JsonObject {
  const root = copy({ ...document, paths: {}, webhooks: null, servers: [], tags: [] }, repeated);
  const { webhooks: _webhooks, ...rest } = root;
  const given = isObject(document.paths) ? document.paths : {};
  const paths: [string, Json][] = [];
  for (const [path, methods] of kept) {
    const item = given[path];
    if (isObject(item)) paths.push([decodable(path), copy(pathItem(item, methods), repeated)]);
  }
  return { ...rest, paths: Object.fromEntries(paths) };
}

function pathItem(item: JsonObject, methods: ReadonlySet<string>): JsonObject {
  const members = Object.entries(item).flatMap(([key, value]): [string, Json][] => {
    if (key === 'additionalOperations' && isObject(value)) {
      const operations = Object.entries(value).filter(([method]) => methods.has(method));
      return operations.length === 0 ? [] : [[key, Object.fromEntries(operations)]];
    }
    return METHODS.has(key) && !methods.has(key) ? [] : [[key, value]];
  });
  return Object.fromEntries(members);
}

interface Task {
  readonly from: JsonObject | readonly Json[];
  readonly to: MutableObject | Json[];
  /** Keys of `from` are names chosen by the author. */
  readonly map: boolean;
}

function copy(root: JsonObject, repeated: ReadonlySet<string>): JsonObject {
  const result: MutableObject = {};
  const tasks: Task[] = [{ from: root, to: result, map: false }];
  const shell = (from: Json, map: boolean): Json => {
    if (typeof from !== 'object' || from === null) return from;
    const to = Array.isArray(from) ? [] : {};
    tasks.push({ from, to, map });
    return to;
  };
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { from, to, map } = task;
    if (Array.isArray(to)) {
      for (const item of Object.values(from)) to.push(shell(item, false));
      continue;
    }
    for (const [key, value] of Object.entries(from)) {
      if (!map && (key.startsWith('x-') || dropped.has(key) || isUnusableId(key, value, repeated))) continue;
      if (!map && values.has(key)) setMember(to, key, value);
      else if (typeof value === 'string') setMember(to, key, textOf(key, value, from));
      else setMember(to, key, shell(value, !map && maps.has(key) && isObject(value)));
    }
  }
  return result;
}

/** An operationId that types cannot be named by: one of several operations, or one that cannot be decoded. */
function isUnusableId(key: string, value: Json, repeated: ReadonlySet<string>): boolean {
  return key === 'operationId' && typeof value === 'string' && (value.includes('%') || repeated.has(value));
}

/** A `%` that begins no percent-encoding (RFC 3986 section 2.1). */
const barePercent = /%(?![0-9A-Fa-f]{2})/g;

/** A path key or parameter name that tools can put into pointers and decode as often as they like: a bare `%` is written as its full-width form. */
export function decodable(name: string): string {
  return name.replace(barePercent, '\uff05');
}

/** References are encoded, names of parameters made decodable; other text stays. */
function textOf(key: string, value: string, owner: object): string {
  if (key === '$ref') return value.replace(barePercent, '%25');
  return key === 'name' && 'in' in owner ? decodable(value) : value;
}
