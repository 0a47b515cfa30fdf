import { variablesOf } from './supply.ts';
import type { Tool } from './tool.ts';

type Issue = {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
} & {
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
  readonly input?: unknown;
};

/**
 * Checks the arguments of a tool.
 * @returns one line for each thing that is wrong; none if the arguments are right
 */
export function problemsOf(tool: Tool, args: object): string[] {
  const schema = tool.arguments();
  const checked = schema.safeParse(args);
  if (checked.success) return [];
  const [known, variables] = [namesOf(schema), variablesOf(tool)];
  return (checked.error.issues as readonly Issue[]).flatMap((issue) => {
    const variable = variables.get(String(issue.path[0]));
    const missing =
      issue.path.length === 1 && variable !== undefined && !Object.hasOwn(args, String(issue.path[0]));
    return missing
      ? [`\`${String(issue.path[0])}\` is required (or set ${variable} in this server's environment)`]
      : describe(issue, args, known);
  });
}

/** Names of the arguments that a schema knows. */
function namesOf(schema: object): string[] {
  return 'shape' in schema && typeof schema.shape === 'object' && schema.shape !== null
    ? Object.keys(schema.shape)
    : [];
}

function describe(issue: Issue, args: unknown, known: readonly string[]): string[] {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    return (issue.keys ?? []).map((key) => `\`${key}\` is no argument of this tool${suggestion(key, known)}`);
  }
  const where = issue.path.map((key, index) =>
    typeof key === 'number' ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`,
  );
  const name = where.length === 0 ? 'the arguments' : `\`${where.join('')}\``;
  const value = valueAt(args, issue.path);
  if (value === undefined && issue.path.length > 0) return [`${name} is required`];
  if (issue.code === 'unrecognized_keys') {
    return [`${name} has unknown members: ${(issue.keys ?? []).map((key) => `\`${key}\``).join(', ')}`];
  }
  if (issue.code === 'invalid_union') {
    // The member that came closest says best what is wrong.
    const closest = [...(issue.errors ?? [])].sort(
      (a, b) => deepest(b) - deepest(a) || a.length - b.length,
    )[0];
    if (closest !== undefined && deepest(closest) > 0) {
      return closest.flatMap((inner) =>
        describe({ ...inner, path: [...issue.path, ...inner.path] }, args, known),
      );
    }
    const texts = new Set(
      (issue.errors ?? []).flatMap((errors) => errors.map((inner) => plain(inner.message))),
    );
    return [`${name}: ${[...texts].join(', or ') || 'matches none of the allowed forms'}`];
  }
  return [`${name}: ${plain(issue.message)}`];
}

function deepest(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

function plain(message: string): string {
  return message.replace(/^Invalid (input|option): /, '').replace(/^Invalid input$/, 'is not allowed');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

function suggestion(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  if (close !== undefined) return `; did you mean \`${close}\`?`;
  if (known.length === 0) return '; it takes none';
  const names = known.slice(0, 30).map((one) => `\`${one}\``);
  return `; it takes ${names.join(', ')}${known.length > 30 ? ', …' : ''}`;
}

/** The closest of some names, if one is close. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const steps = distance(name.toLowerCase(), candidate.toLowerCase());
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
