import { parseExact } from './json.ts';
import type { Environment } from './settings.ts';
import type { Supply, Tool } from './tool.ts';

/** Values for arguments that the caller may leave out: constants, and this server's environment. */
export function supply(
  tool: Tool,
  args: object,
  env: Environment,
): Readonly<Record<string, unknown>> | undefined {
  if (tool.supply === undefined) return undefined;
  const body = tool.optionalBody;
  const withoutBody = body !== undefined && !body.arguments.some((name) => Object.hasOwn(args, name));
  const values: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(tool.supply)) {
    const value = withoutBody && body.arguments.includes(name) ? undefined : supplied(one, env);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function supplied(one: Supply, env: Environment): unknown {
  const text = one.env === undefined ? undefined : env[one.env];
  if (text === undefined || text === '') return one.value;
  if (one.type === 'string') return text;
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}

/** The arguments of a call, and what `supply` gives for those that the caller leaves out. */
export function withSupplied(
  values: Readonly<Record<string, unknown>> | undefined,
  args: object,
): Record<string, unknown> {
  return { ...values, ...args };
}

/** A body that may be left out must be whole once a part of it is given: one line for each argument that is missing. */
export function missingInBody(tool: Tool, args: object, checked: object): string[] {
  const body = tool.optionalBody;
  if (body === undefined || !body.arguments.some((name) => Object.hasOwn(args, name))) return [];
  return body.requires
    .filter((name) => !Object.hasOwn(checked, name))
    .map((name) => `\`${name}\` is required beside the other arguments of the body`);
}

/** Which variables of the environment could supply which argument. */
export function variablesOf(tool: Tool): ReadonlyMap<string, string> {
  const pairs = Object.entries(tool.supply ?? {}).flatMap(([name, { env }]) =>
    env === undefined ? [] : [[name, env] as const],
  );
  return new Map(pairs);
}
