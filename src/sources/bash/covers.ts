import type { Json, JsonObject } from '../../model/json.ts';
import type { Draft } from './operation.ts';

/**
 * Whether one variant of a call can send everything that another one sends, by leaving out optional arguments: the other one is then no operation of
 * its own, and the old command line works for both.
 */
export function covers(a: Draft, b: Draft): boolean {
  if (a === b || a.call !== b.call) return false;
  const shape = (draft: Draft): string =>
    JSON.stringify([
      draft.method,
      draft.server.url,
      draft.path,
      draft.mediaType,
      draft.accept,
      draft.graphql,
      draft.credentials.map((credential) => credential.scheme),
    ]);
  const optional = new Set(a.arguments.filter((one) => !one.required).map((one) => one.name));
  return (
    shape(a) === shape(b) &&
    b.positionals.every((name, index) => a.positionals[index] === name) &&
    a.arguments.every(({ name }) => optional.has(name) || b.arguments.some((one) => one.name === name)) &&
    holds(a.bound.parameters, b.bound.parameters, (extra) => extra.required !== true) &&
    holds(a.bound.bindings, b.bound.bindings, ({ value }) =>
      value.some(
        (part) =>
          typeof part === 'object' && part !== null && 'arg' in part && optional.has(String(part.arg)),
      ),
    ) &&
    bodyCovers(a.bound.body, b.bound.body)
  );
}

/** Whether a list has all items of another one, and beside them only such as can be left out. */
function holds<T>(list: readonly T[], part: readonly T[], optional: (extra: T) => boolean): boolean {
  const wanted = new Set(part.map((one) => JSON.stringify(one)));
  const found = new Set(list.map((one) => JSON.stringify(one)));
  return (
    [...wanted].every((one) => found.has(one)) &&
    list.every((one) => wanted.has(JSON.stringify(one)) || optional(one))
  );
}

function bodyCovers(a: Json | undefined, b: Json | undefined): boolean {
  if (JSON.stringify(a) === JSON.stringify(b)) return true;
  const [all, part] = [membersOf(a), membersOf(b)];
  if (all === undefined || part === undefined) return false;
  return (
    Object.keys(part.properties).every((name) => bodyCovers(all.properties[name], part.properties[name])) &&
    Object.keys(all.properties).every(
      (name) => Object.hasOwn(part.properties, name) || !all.required.includes(name),
    )
  );
}

function membersOf(
  schema: Json | undefined,
): { properties: JsonObject; required: readonly Json[] } | undefined {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return undefined;
  const { properties, required = [] } = schema as JsonObject;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return undefined;
  return { properties: properties as JsonObject, required: Array.isArray(required) ? required : [] };
}

/** A login that every command makes first is one operation: it takes nothing of the command line, and no command is for it alone. */
export function withoutRepeats<T extends { readonly draft: Draft }>(list: readonly T[]): readonly T[] {
  const key = ({ draft }: T): string =>
    JSON.stringify([draft.call.at, draft.method, draft.server.url, draft.path, draft.bound]);
  const isAlone = ({ draft }: T): boolean =>
    list.every((other) => other.draft.command !== draft.command || other.draft.call === draft.call);
  const isFree = ({ draft }: T): boolean =>
    draft.arguments.every(({ position, env }) => position === undefined && env !== undefined);
  const seen = new Set(
    list.filter((entry) => entry.draft.command.words.length === 0 && isAlone(entry)).map(key),
  );
  return list.filter((entry) => {
    if (!isFree(entry) || isAlone(entry)) return true;
    const repeated = seen.has(key(entry));
    seen.add(key(entry));
    return !repeated;
  });
}
