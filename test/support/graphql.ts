import type { ArgumentExtension, BindingExtension, OperationExtension } from '../../src/model/document.ts';
import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';

/** An operation of an expanded GraphQL source. */
export interface Expanded {
  readonly id: string;
  readonly operation: JsonObject;
  readonly extension: OperationExtension;
}

/** The operations of an expanded document. */
export function operationsOf(document: JsonObject): Expanded[] {
  return Object.entries(member(document, 'paths') ?? {}).map(([path, item]): Expanded => {
    const operation = member(item as Json, 'post');
    const extension = member(operation, 'x-mcpgen');
    if (!isObject(operation) || !isObject(extension)) throw new Error(`${path} is no operation`);
    return {
      id: path.slice(path.indexOf('#') + 1),
      operation,
      extension: extension as unknown as OperationExtension,
    };
  });
}

/**
 * The body that the bindings make of arguments: the simplest reading of the model, to hold the generators' runtimes to.
 * @param args by argument name; an absent one takes its default
 */
export function bodyOf(extension: OperationExtension, args: { readonly [name: string]: Json }): JsonObject {
  const given = new Map<string, Json>();
  for (const argument of extension.arguments ?? ([] as readonly ArgumentExtension[])) {
    if (Object.hasOwn(args, argument.name)) given.set(argument.name, args[argument.name] ?? null);
    else if (argument.default !== undefined) given.set(argument.name, argument.default);
  }
  const body: { [key: string]: Json } = {};
  for (const binding of extension.bindings ?? []) {
    const value = filling(binding, given);
    if (value !== undefined) put(body, binding.at.slice(1), value);
  }
  return body;
}

function filling(binding: BindingExtension, given: ReadonlyMap<string, Json>): Json | undefined {
  const [first] = binding.value;
  if (binding.value.length === 1 && first !== undefined) {
    if (!isHole(first)) return first as Json;
    if (first.match === undefined) return given.get(first.arg);
  }
  let text = '';
  for (const part of binding.value) {
    if (!isHole(part)) {
      text += String(part);
      continue;
    }
    const value = given.get(part.arg);
    if (value === undefined) return undefined;
    const found =
      part.match === undefined ? [String(value)] : new RegExp(part.match.regex).exec(String(value));
    if (found === null) return undefined;
    text += found[part.match?.group ?? 0] ?? '';
  }
  return text === 'true' ? true : text;
}

function put(into: { [key: string]: Json }, path: readonly string[], value: Json): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  into[name] ??= {};
  put(into[name] as { [key: string]: Json }, rest, value);
}

function isHole(value: unknown): value is { arg: string; match?: { regex: string; group: number } } {
  return typeof value === 'object' && value !== null && 'arg' in value;
}
