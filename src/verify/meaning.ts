import {
  type ASTNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import type { RecordedRequest } from './recorder.ts';

/**
 * Says in what a new request means something else than an old one, whatever their spelling: order of the query, escapes, white space in JSON,
 * GraphQL literals in the place of variables. A new GraphQL operation may ask for more fields than the old one did.
 * @returns one line per difference; `oldBody` says what is wrong with the old body in itself
 */
export function compareMeaning(
  old: RecordedRequest,
  fresh: RecordedRequest,
): { readonly differences: readonly string[]; readonly oldBody?: string } {
  const differences: string[] = [];
  if (old.method !== fresh.method) differences.push(`method ${fresh.method} instead of ${old.method}`);
  const [before, after] = [new URL(old.target, 'http://host'), new URL(fresh.target, 'http://host')];
  if (decode(before.pathname) !== decode(after.pathname)) {
    differences.push(`path ${after.pathname} instead of ${before.pathname}`);
  }
  const [query, queryNow] = [before, after].map(({ searchParams }) =>
    [...searchParams].map(String).sort().join('&'),
  );
  if (query !== queryNow) differences.push(`query ${queryNow || 'none'} instead of ${query || 'none'}`);
  const [secret, secretNow] = [secretOf(old), secretOf(fresh)];
  if (secret !== secretNow)
    differences.push(`credentials ${secretNow || 'none'} instead of ${secret || 'none'}`);
  const [body, bodyNow] = [bodyOf(old), bodyOf(fresh)];
  if (isObject(bodyNow) && !isObject(body) && old.body.trimStart().startsWith('{')) {
    return { differences, oldBody: 'its body is not JSON' };
  }
  return { differences: [...differences, ...compareBodies(body, bodyNow)] };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The headers that hold a secret: their names vary, what they hold begins like the values that verify made up. */
function secretOf({ headers }: RecordedRequest): string {
  return headers.filter((line) => /verify-|^authorization:/.test(line)).join('; ');
}

function bodyOf({ headers, body }: RecordedRequest): Json {
  const text = Buffer.from(body, 'latin1').toString();
  try {
    const json: Json = JSON.parse(text);
    return json;
  } catch {
    const form = headers.some((line) => /^content-type: application\/x-www-form-urlencoded/.test(line));
    return form && !text.startsWith('{') ? [...new URLSearchParams(text)].map(String).sort() : text;
  }
}

function compareBodies(old: Json, fresh: Json): readonly string[] {
  const [before, after] = [graphqlOf(old), graphqlOf(fresh)];
  if (before !== undefined && after !== undefined) {
    return [...before].flatMap(([path, args]) => {
      const now = after.get(path);
      if (now === undefined) return [`does not ask for ${path}`];
      return now === args ? [] : [`${path} with ${now || 'no arguments'} instead of ${args || 'none'}`];
    });
  }
  const [one, other] = [canonical(old), canonical(fresh)].map((body) => JSON.stringify(body));
  return one === other ? [] : [`body ${other} instead of ${one}`];
}

function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner)]));
}

/** A GraphQL request as path of a field → its arguments, with variables written in and fragments opened; undefined for any other body. */
function graphqlOf(body: Json): ReadonlyMap<string, string> | undefined {
  if (!isObject(body) || typeof body.query !== 'string') return undefined;
  let document: ReturnType<typeof parse>;
  try {
    document = parse(body.query);
  } catch {
    return undefined;
  }
  const [operation] = document.definitions.filter(is(Kind.OPERATION_DEFINITION));
  if (operation === undefined) return undefined;
  const fragments = new Map(
    document.definitions.filter(is(Kind.FRAGMENT_DEFINITION)).map((each) => [each.name.value, each]),
  );
  const variables = variablesOf(operation, isObject(body.variables) ? body.variables : {});
  const fields = new Map<string, string>();
  collect(operation.selectionSet, operation.operation, { fragments, variables, fields });
  return fields;
}

function is<K extends Kind>(kind: K): (node: ASTNode) => node is Extract<ASTNode, { kind: K }> {
  return (node): node is Extract<ASTNode, { kind: K }> => node.kind === kind;
}

function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode, given: JsonObject): JsonObject {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, jsonOf(defaultValue, {})]],
  );
  return { ...Object.fromEntries(defaults), ...given };
}

interface Collecting {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: JsonObject;
  readonly fields: Map<string, string>;
}

function collect(set: SelectionSetNode, path: string, into: Collecting): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const name = `${path}.${(selection.alias ?? selection.name).value}`;
      const args = (selection.arguments ?? []).flatMap((argument) => {
        const value = jsonOf(argument.value, into.variables);
        return value === undefined ? [] : [`${argument.name.value}: ${JSON.stringify(canonical(value))}`];
      });
      into.fields.set(name, args.sort().join(', '));
      if (selection.selectionSet !== undefined) collect(selection.selectionSet, name, into);
    } else {
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : into.fragments.get(selection.name.value);
      if (fragment !== undefined) collect(fragment.selectionSet, path, into);
    }
  }
}

/** A value as JSON; an enum value is its name, as it is in variables. Undefined for a variable without a value. */
function jsonOf(node: ValueNode, variables: JsonObject): Json | undefined {
  switch (node.kind) {
    case Kind.VARIABLE:
      return Object.hasOwn(variables, node.name.value) ? variables[node.name.value] : undefined;
    case Kind.NULL:
      return null;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST:
      return node.values.flatMap((item) => jsonOf(item, variables) ?? []);
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.flatMap((field): [string, Json][] => {
          const value = jsonOf(field.value, variables);
          return value === undefined ? [] : [[field.name.value, value]];
        }),
      );
    default:
      return node.value;
  }
}
