import type { Argument, Place } from '../model/api.ts';
import { words } from './words.ts';

export interface ArgumentNames {
  readonly key: string;
  readonly flag: string;
}

/** Flags of the wrapper that an argument cannot have: it becomes `--arg-<name>`. */
const ownFlags: ReadonlySet<string> = new Set(
  'help version dry-run via data timeout verbose error-format out-fields out-output out-all out-raw out-jq'.split(
    ' ',
  ),
);

/** Keys that JavaScript gives a meaning: every object seems to have most of them. */
const forbiddenKeys: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
]);

const keyPattern = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Which of two arguments of one name keeps it: path, then query, then the rest; an argument of `x-mcpgen` is meant for callers and goes with the first. */
const precedence: Readonly<Record<string, number>> = {
  path: 0,
  query: 1,
  querystring: 1,
  header: 2,
  cookie: 3,
  body: 4,
};

/**
 * Names the MCP property and the flag of every argument, unique in the operation.
 * @param list the arguments with the first place that each fills
 */
export function nameArguments(
  list: readonly { readonly argument: Argument; readonly place: Place | undefined }[],
): ReadonlyMap<string, ArgumentNames> {
  const order = list
    .map((entry, index) => ({ ...entry, index }))
    .sort((a, b) => rank(a) - rank(b) || a.index - b.index);
  const keys = new Set<string>();
  const flags = new Set<string>();
  // A name that is already in the right form keeps it before one that is only brought to it.
  const exactKeys = claim(order, ({ argument }) => argument.name, keyOf);
  const exactFlags = claim(order, ({ argument }) => argument.name, flagOf);
  const names = new Map<string, ArgumentNames>();
  for (const entry of order) {
    const { argument } = entry;
    const prefix = entry.place?.[0] ?? 'request';
    const key = pick(
      [keyOf(argument.name), keyOf(`${prefix}_${argument.name}`)],
      '_',
      (name) => !keys.has(name) && allows(exactKeys.get(name), entry),
    );
    const flag = pick(
      [flagOf(argument.name), flagOf(`${prefix}-${argument.name}`)],
      '-',
      (name) => !flags.has(name) && allows(exactFlags.get(name), entry),
    );
    keys.add(key);
    flags.add(flag);
    names.set(argument.id, { key, flag });
  }
  return names;
}

interface Entry {
  readonly argument: Argument;
  readonly place: Place | undefined;
}

function rank({ argument, place }: Entry): number {
  if (argument.id === 'content-type') return 5;
  return argument.id.startsWith('arg.') ? 0 : (precedence[place?.[0] ?? ''] ?? 4);
}

/** Per name, the first argument that has it as it is written. */
function claim(
  list: readonly Entry[],
  written: (entry: Entry) => string,
  render: (name: string) => string,
): ReadonlyMap<string, Entry> {
  const claims = new Map<string, Entry>();
  for (const entry of list) {
    const name = written(entry);
    if (render(name) === name && !claims.has(name)) claims.set(name, entry);
  }
  return claims;
}

/** Whether a name that `claimant` has as it is written may go to `entry`: its own, or path and query before the rest. */
function allows(claimant: Entry | undefined, entry: Entry): boolean {
  return claimant === undefined || claimant === entry || (rank(entry) <= 1 && rank(claimant) > 1);
}

/** The first candidate that is free, else the last one with a number. */
function pick(candidates: readonly string[], joint: string, free: (name: string) => boolean): string {
  const found = candidates.find(free);
  if (found !== undefined) return found;
  const last = (candidates[candidates.length - 1] ?? 'arg').slice(0, 58);
  for (let number = 2; ; number++) {
    const name = `${last}${joint}${number}`;
    if (free(name)) return name;
  }
}

function keyOf(name: string): string {
  if (forbiddenKeys.has(name)) return `arg_${name.replaceAll('_', '')}`;
  if (keyPattern.test(name)) return name;
  const key = name
    .normalize('NFKD')
    .replace(/[^a-zA-Z0-9_.-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 64);
  return key === '' || forbiddenKeys.has(key) ? 'arg' : key;
}

function flagOf(name: string): string {
  const flag = words(name).join('-').slice(0, 64).replace(/-+$/, '');
  if (flag === '') return 'arg';
  return ownFlags.has(flag) ? `arg-${flag}` : flag;
}
