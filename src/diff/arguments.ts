import { exactJson } from '../model/json.ts';
import type { Part } from './change.ts';
import { compareSchemas, same, whereOf } from './schema.ts';
import type { SurfaceArgument } from './surface.ts';

type Pair = readonly [SurfaceArgument, SurfaceArgument];

/** Compares the arguments of one operation. They are matched by property, then by flag, then by what they are, where only one can be meant. */
export function compareArguments(
  before: readonly SurfaceArgument[],
  after: readonly SurfaceArgument[],
): readonly Part[] {
  const pairs: Pair[] = [];
  const gone = new Set(before);
  const left = new Set(after);
  const pair = (old: SurfaceArgument, fresh: SurfaceArgument) => {
    pairs.push([old, fresh]);
    gone.delete(old);
    left.delete(fresh);
  };
  for (const name of ['key', 'flag'] as const) {
    for (const old of gone) {
      const fresh = [...left].find((each) => each[name] === old[name]);
      if (fresh !== undefined) pair(old, fresh);
    }
  }
  for (const old of gone) {
    const alike = [...left].filter((fresh) => isAlike(old, fresh));
    const [fresh] = alike;
    const rivals = [...gone].filter((each) => fresh !== undefined && isAlike(each, fresh));
    if (fresh !== undefined && alike.length === 1 && rivals.length === 1) pair(old, fresh);
  }
  const order = new Map(before.map((old, index) => [old, index]));
  return [
    ...pairs
      .toSorted(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
      .flatMap(([old, fresh]) => compareArgument(old, fresh)),
    ...[...gone].map(({ flag }) => part(flag, 'argument-removed', true, 'is gone')),
    ...[...left].map(({ flag, required }) =>
      part(flag, 'argument-added', required, required ? 'is new and required' : 'is new'),
    ),
  ];
}

function part(argument: string, kind: Part['kind'], breaking: boolean, message: string): Part {
  return { breaking, kind, argument, message };
}

/** Whether one argument may be the other under another name. */
function isAlike({ required, details }: SurfaceArgument, other: SurfaceArgument): boolean {
  return (
    details !== undefined &&
    other.details !== undefined &&
    required === other.required &&
    details.place === other.details.place &&
    details.positional === other.details.positional &&
    same(details.schema, other.details.schema)
  );
}

function compareArgument(old: SurfaceArgument, fresh: SurfaceArgument): readonly Part[] {
  const parts: Part[] = [];
  const add = (kind: Part['kind'], breaking: boolean, message: string) =>
    parts.push(part(old.flag, kind, breaking, message));
  if (old.flag !== fresh.flag) add('argument-renamed', true, `is called --${fresh.flag} now`);
  else if (old.key !== fresh.key) add('argument-renamed', true, `is the property \`${fresh.key}\` now`);
  const [was, is] = [old.details, fresh.details];
  if (!old.required && fresh.required) add('argument-required', true, 'is required now');
  if (old.required && !fresh.required) add('argument-optional', false, 'is optional now');
  if (was !== undefined && is !== undefined) {
    if (is.bodyNeeds && !was.bodyNeeds && !old.required) {
      add('argument-required', true, 'is required now wherever a body is sent');
    }
    if (was.bodyNeeds && !is.bodyNeeds && !fresh.required) add('argument-optional', false, 'is optional now');
    if (was.positional !== undefined && was.positional !== is.positional) {
      add('argument-position', true, 'is no longer at its place without the flag');
    }
    if (was.place !== is.place)
      add('argument-moved', false, `is sent in the ${is.place}, was in the ${was.place}`);
  }
  const [before, after] =
    was === undefined || is === undefined ? [old.schema, fresh.schema] : [was.schema, is.schema];
  if (before === undefined || after === undefined) return parts;
  for (const { path, about, narrower, message } of compareSchemas(before, after)) {
    // A member that is no longer known may still be sent, but does nothing.
    const breaking = narrower || about === 'gone';
    const kind = breaking ? 'argument-narrowed' : 'argument-widened';
    add(kind, breaking, path === '' ? message : `${whereOf(path)}: ${message}`);
  }
  if (!same(before.default, after.default)) {
    const [value, other] = [before, after].map((schema) => exactJson(schema.default));
    // Who left it out gets something else without being told.
    if (value !== undefined && other !== undefined)
      add('argument-default', true, `default ${value} became ${other}`);
    else
      add(
        'argument-default',
        false,
        value === undefined ? `default ${other} is new` : `default ${value} is gone`,
      );
  }
  return parts;
}
