import type { Operation } from '../model/api.ts';
import { losesLetters, shortHash, words } from './words.ts';

export interface OperationNames {
  readonly command: string;
  readonly tool: string;
  readonly title: string;
  readonly typeName: string;
  readonly group: string;
}

/** Words of the wrapper itself: an operation of this name gets its tag in front. */
const reservedCommands: ReadonlySet<string> = new Set(['api', 'commands', 'completion', 'help']);

/** Words that carry little: the first to go where a name is too long. */
const fillers: ReadonlySet<string> = new Set([
  'a',
  'an',
  'the',
  'of',
  'for',
  'in',
  'on',
  'to',
  'by',
  'with',
  'and',
  'from',
  'at',
  'or',
]);

/** The longest tool name: `mcp__hub__<api>__<tool>` has at most 64 characters. */
export function toolBudget(api: string): number {
  return 64 - 'mcp__hub__'.length - api.length - '__'.length;
}

/**
 * Names every operation. The names depend on the operation and on those that would get the same name, not on the order or on others.
 * @param api the API's name, which shares the tool's length
 */
export function nameOperations(operations: readonly Operation[], api: string): readonly OperationNames[] {
  const budget = toolBudget(api);
  const plain = shortNames(operations.map(nameWords), budget);
  const commands = unique(
    plain,
    operations.map((operation) => ({ id: identity(operation), chosen: operation.name !== undefined })),
    (name, suffix) => `${shortenName(name, budget - suffix.length - 1)}-${suffix}`,
  );
  const typeNames = unique(
    commands.map(pascal),
    commands.map((command) => ({ id: command, chosen: false })),
    (name, suffix) => `${name}_${suffix}`,
  );
  return operations.map((operation, index) => {
    const command = commands[index] ?? '';
    return {
      command,
      tool: command.replaceAll('-', '_'),
      title: titleOf(command),
      typeName: typeNames[index] ?? '',
      group: groupName(operation.tags[0]),
    };
  });
}

/** What an operation is whatever else is in the document. */
function identity(operation: Operation): string {
  return `${operation.operationId ?? ''} ${operation.method} ${operation.pathKey}`;
}

/** The words of an operation's name: `x-mcpgen.name`, else its operationId, else method and path. Never empty. */
function nameWords(operation: Operation): readonly string[] {
  const given = [operation.name, operation.operationId].find(
    (name) => name !== undefined && words(name).length > 0 && !losesLetters(name),
  );
  const found = given === undefined ? pathWords(operation) : words(given);
  if (!reservedCommands.has(found.join('-'))) return found;
  const tag = words(operation.tags[0] ?? '');
  return [...(tag.length > 0 ? tag : words(operation.method)), ...found];
}

function pathWords(operation: Operation): readonly string[] {
  const path = words(operation.pathKey);
  const method = words(operation.method);
  return [...(method.length > 0 ? method : ['call']), ...(path.length > 0 ? path : ['root'])];
}

/**
 * Names that fit. Those that only became equal by being cut keep the words that tell them apart, and lose the words that all of them share, the last ones first.
 */
function shortNames(names: readonly (readonly string[])[], budget: number): readonly string[] {
  const heads = names.map((name) => shorten(name, budget).join('-'));
  const groups = new Map<string, (readonly string[])[]>();
  heads.forEach((head, index) => {
    const group = groups.get(head);
    if (group === undefined) groups.set(head, [names[index] ?? []]);
    else group.push(names[index] ?? []);
  });
  const common = new Map<string, ReadonlySet<string>>();
  return heads.map((head, index) => {
    const name = names[index] ?? [];
    const group = groups.get(head) ?? [];
    if (group.length < 2 || name.join('-').length <= budget) return head;
    const shared = common.get(head) ?? sharedWords(group);
    common.set(head, shared);
    let kept = name
      .filter((word, at) => at === 0 || !fillers.has(word))
      .filter((word, at, all) => all.indexOf(word) === at);
    for (let at = kept.length - 1; at > 0 && kept.join('-').length > budget; at--) {
      if (shared.has(kept[at] ?? '')) kept = kept.toSpliced(at, 1);
    }
    const short = shorten(kept, budget).join('-');
    return reservedCommands.has(short) ? head : short;
  });
}

/** Words that all of the names have. */
function sharedWords(names: readonly (readonly string[])[]): ReadonlySet<string> {
  const [first = [], ...rest] = names;
  const others = rest.map((name) => new Set(name));
  return new Set(first.filter((word) => others.every((other) => other.has(word))));
}

/** Drops whole words until the name fits: small words first, then repeated ones, then the last ones; a single long word is cut. */
export function shorten(name: readonly string[], budget: number): readonly string[] {
  const length = (list: readonly string[]): number => list.join('-').length;
  let rest = [...name];
  if (length(rest) > budget) rest = rest.filter((word, index) => index === 0 || !fillers.has(word));
  if (length(rest) > budget) rest = rest.filter((word, index) => rest.indexOf(word) === index);
  while (length(rest) > budget && rest.length > 1) rest.pop();
  return length(rest) > budget ? [rest.join('-').slice(0, budget)] : rest;
}

function shortenName(name: string, budget: number): string {
  return shorten(name.split('-'), budget).join('-');
}

interface Candidate {
  /** What tells this candidate from others of the same name. */
  readonly id: string;
  /** The user chose this name: it stays if nobody else chose it too. */
  readonly chosen: boolean;
}

/**
 * Makes names distinct, upper and lower case counting as equal: all that share a name get a hash of their identity.
 * @param rename makes a name with a suffix
 */
function unique(
  names: readonly string[],
  candidates: readonly Candidate[],
  rename: (name: string, suffix: string) => string,
): readonly string[] {
  const groups = new Map<string, number[]>();
  names.forEach((name, index) => {
    const key = name.toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  const taken = new Set<string>();
  const result = [...names];
  const renamed: number[] = [];
  for (const [key, group] of groups) {
    const chosen = group.filter((index) => candidates[index]?.chosen === true);
    const keeper = group.length === 1 ? group[0] : chosen.length === 1 ? chosen[0] : undefined;
    if (keeper !== undefined) taken.add(key);
    renamed.push(...group.filter((index) => index !== keeper));
  }
  // By identity, not by place, so that the order of the document does not matter where hashes collide.
  renamed.sort((a, b) => compare(candidates[a]?.id ?? '', candidates[b]?.id ?? ''));
  for (const index of renamed) {
    const name = names[index] ?? '';
    const id = candidates[index]?.id ?? '';
    let next = rename(name, shortHash(id));
    for (let round = 2; taken.has(next.toLowerCase()); round++)
      next = rename(name, shortHash(`${id} ${round}`, 7));
    taken.add(next.toLowerCase());
    result[index] = next;
  }
  return result;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Names that TypeScript or its library has taken, in the form that a type's name has. */
const takenTypes: ReadonlySet<string> = new Set(
  `Any Array As Async Await Bigint Boolean Break Buffer Case Catch Class Const Constructor Continue Date Debugger Declare Default Delete Do
  Else Enum Error Eval Exclude Export Extends Extract False Fetch Finally For From Function Get Headers If Implements Import In Infer Instanceof Interface Is
  Json Let Map Math Module Namespace Never New Null Number Object Of Omit Package Partial Pick Private Process Promise Protected Proxy Public Readonly
  Record Reflect Request Require Required Response Return Set Static String Super Switch Symbol This Throw True Try Type Typeof Undefined
  Unknown Url Var Void While With Yield Arguments Globalthis Nan Infinity Iterator Event Document Window`.split(
    /\s+/,
  ),
);

/** `create-issue` → `CreateIssue`. A word that begins with a digit keeps a `_`, so that `user2` and `user-2` differ. */
function pascal(command: string): string {
  const name = command
    .split('-')
    .map((word) => (/^[0-9]/.test(word) ? `_${word}` : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
  if (/^_/.test(name)) return `Op${name}`;
  return takenTypes.has(name) ? `${name}Operation` : name;
}

function titleOf(command: string): string {
  const text = command.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Names that Windows keeps for devices, and `index`, which folders of modules keep. */
const takenFiles = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]|index)$/;

/** A tag as section and file name. */
export function groupName(tag: string | undefined): string {
  if (tag === undefined || tag.trim() === '') return 'default';
  const name = shorten(words(tag), 40).join('-');
  if (name === '' || losesLetters(tag)) return [name, `tag-${shortHash(tag)}`].filter(Boolean).join('-');
  return takenFiles.test(name) ? `${name}-tag` : name;
}
