import type { Binding, Hole, WireParameter } from '../../src/model/api.ts';
import { assumedNumber, optionalBody } from '../../src/model/arguments.ts';
import type { PaginationExtension } from '../../src/model/document.ts';
import { exactJson } from '../../src/model/json.ts';
import type { ArgumentPlan, OperationPlan, Plan } from '../../src/model/plan.ts';
import type { Schemas } from '../../src/model/schema.ts';
import { bashWord } from '../quote/bash.ts';
import { contentLines, mediaLines } from './media.ts';
import { type CommandType, commandType } from './types.ts';
import { line, memberName, serializationWord } from './words.ts';

/** Methods of which the runtime knows that they may be sent again (RFC 9110 section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']);

/** Styles that need no word, by place. */
const USUAL: Readonly<Record<WireParameter['in'], string>> = {
  path: 'simple',
  query: 'form*',
  header: 'simple',
  cookie: 'form*',
  querystring: '',
};

/**
 * Writes the block of an operation: what the wrapper's runtime reads when the command is called.
 * @param defaultAuth what the runtime assumes about security where a block does not say
 * @returns lines without line ends; a GraphQL document keeps its own lines
 */
export function operationBlock(
  operation: OperationPlan,
  plan: Plan,
  { defaultAuth, credentialId }: BlockContext,
): string[] {
  const { request, response } = operation;
  const lines = [`#@ ${operation.command}`, line('op', operation.group, operation.method, operation.tool)];
  if (operation.hidden) lines.push('hidden');
  if (operation.deprecated) lines.push('deprecated');
  lines.push(line('path', ...pathWords(operation)));
  if (operation.server !== undefined) lines.push(line('server', ...serverWords(operation.server)));
  const auth = authWords(operation.security, credentialId);
  // No security is written as the one alternative that is anonymous: a function that takes words is never called without.
  if (auth.join('\n') !== defaultAuth.join('\n'))
    lines.push(line('auth', ...(auth.length === 0 ? [''] : auth)));
  lines.push(...argumentLines(operation, plan));
  for (const { flag, argument, value } of operation.aliases?.flags ?? [])
    lines.push(line('was', flag, argument, ...(value === undefined ? [] : [value])));
  for (const parameter of request.parameters) lines.push(...contentLines(parameter));
  for (const media of request.body?.media ?? [])
    lines.push(...mediaLines(media, request.body?.required === true));
  const chooser = operation.arguments.find((argument) => argument.key === request.body?.chooser);
  if (chooser !== undefined) lines.push(line('choose', chooser.flag));
  const optional = optionalBody(operation);
  if (optional !== undefined) {
    const flags = (list: readonly ArgumentPlan[]) => list.map(({ flag }) => flag).join(' ');
    lines.push(line('optional', flags(optional.arguments), flags(optional.requires)));
  }
  if (request.accept !== 'application/json') lines.push(line('accept', request.accept));
  if (response.kind !== 'json') lines.push(line('answer', response.kind));
  if ((operation.retry === 'always') !== IDEMPOTENT.has(operation.method))
    lines.push(line('retry', operation.retry));
  if (operation.graphql !== undefined)
    lines.push(line('graphql', `${operation.graphql.kind} ${operation.graphql.success.join(' ')}`.trim()));
  if (operation.pagination !== undefined) lines.push(pageLine(operation, operation.pagination, plan.schemas));
  const output = operation.output ?? plan.output;
  if (output?.jq !== undefined) lines.push(line('shape', 'jq', output.jq));
  else if (output?.pretty === true) lines.push('shape pretty');
  lines.push('run "$@"');
  return lines;
}

export interface BlockContext {
  readonly defaultAuth: readonly string[];
  readonly credentialId: (id: string) => string;
}

/** Literal, parameter, literal, …: beginning with a literal. */
function pathWords(operation: OperationPlan): string[] {
  const words: string[] = [''];
  for (const piece of operation.request.path) {
    if ('literal' in piece) {
      const text = encodeLiteral(piece.literal);
      if (words.length % 2 === 1) words.push(`${words.pop() ?? ''}${text}`);
      else words.push(text);
    } else {
      if (words.length % 2 === 0) words.push('');
      words.push(piece.parameter);
    }
  }
  return words;
}

/** Characters that no URL can hold (RFC 3986 appendix A); what is percent-encoded already stays. */
function encodeLiteral(text: string): string {
  return text.replace(/%(?![0-9A-Fa-f]{2})|[^\u0021-\u007e]|["<>\\^`{|}]/gu, (character) =>
    [...Buffer.from(character, 'utf8')]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

/** Text, environment variable, default, text, … */
export function serverWords(server: Plan['server']): string[] {
  const words: string[] = [''];
  for (const piece of server.pieces) {
    if (typeof piece === 'string') words.push(`${words.pop() ?? ''}${piece}`);
    else words.push(piece.env, piece.default, '');
  }
  if (server.url === '') return [''];
  if (words.length > 1 && words.at(-1) === '') words.pop();
  return words;
}

/** One word per alternative: the schemes that go together. */
export function authWords(
  security: OperationPlan['security'],
  credentialId: (id: string) => string,
): string[] {
  return security.map((alternative) => alternative.map(credentialId).join(' '));
}

/** Arguments with their places, then what else fills a place, in the order in which it is sent. */
function argumentLines(operation: OperationPlan, plan: Plan): string[] {
  const bindings = inOrder(operation);
  const byKey = new Map(operation.arguments.map((argument) => [argument.key, argument]));
  const uses = new Map<string, number>();
  for (const binding of bindings) for (const key of keysOf(binding)) uses.set(key, (uses.get(key) ?? 0) + 1);
  const inline = (binding: Binding): ArgumentPlan | undefined =>
    binding.kind === 'argument' && uses.get(binding.arg) === 1 ? byKey.get(binding.arg) : undefined;
  const placed = new Set(bindings.map(inline));
  const declare = (argument: ArgumentPlan, at: readonly string[]) => argumentDeclaration(argument, at, plan);
  const lines = operation.arguments
    .filter((argument) => !placed.has(argument))
    .flatMap((argument) => declare(argument, ['-', argument.key]));
  for (const binding of bindings) {
    const argument = inline(binding);
    const type = argument === undefined ? undefined : commandType(argument, plan.schemas).type;
    const at = placeWords(binding, operation, type);
    lines.push(...(argument === undefined ? bindingLine(binding, at, byKey) : declare(argument, at)));
  }
  return lines;
}

function keysOf(binding: Binding): string[] {
  if (binding.kind === 'argument' || binding.kind === 'spread') return [binding.arg];
  if (binding.kind === 'constant') return [];
  return binding.parts.filter((part): part is Hole => typeof part !== 'string').map((hole) => hole.arg);
}

function argumentDeclaration(argument: ArgumentPlan, at: readonly string[], plan: Plan): string[] {
  const words = (type: CommandType): string[] => {
    const options = [...type.options];
    // Where nothing else is said the tool's property is called as on the wire.
    if (argument.key !== (at[1]?.split('/').at(-1) || 'body')) options.unshift(`key=${argument.key}`);
    if (argument.env !== undefined) options.push(`env=${argument.env}`);
    if (argument.default !== undefined) options.push(`default=${exactJson(argument.default)}`);
    const mode = `${argument.required || argument.requiredUnlessEnv === true ? 'r' : ''}${type.nullable ? 'n' : ''}${argument.hidden ? 'h' : ''}${argument.positional ?? ''}`;
    return [type.type, mode === '' ? '-' : mode, ...options];
  };
  const [first, ...variants] = argument.variants ?? [];
  const type = commandType(first === undefined ? argument : { ...argument, ...first }, plan.schemas);
  const lines = [line('arg', argument.flag, ...at, ...words(type))];
  if (type.values.length > 0) lines.push(line('enum', ...type.values));
  for (const { media, schema } of variants) {
    const other = commandType({ ...argument, schema }, plan.schemas);
    if (JSON.stringify(other) === JSON.stringify(type)) continue;
    const values = other.values.map((value) => `value=${value}`);
    lines.push(line('variant', String(media), ...words(other), ...values));
  }
  return lines;
}

function bindingLine(
  binding: Binding,
  at: readonly string[],
  byKey: ReadonlyMap<string, ArgumentPlan>,
): string[] {
  const flag = (key: string) => byKey.get(key)?.flag ?? key;
  switch (binding.kind) {
    case 'argument':
      return [line('from', ...at, flag(binding.arg))];
    case 'spread':
      return [line('spread', ...at, flag(binding.arg))];
    case 'constant': {
      const { value } = binding;
      if (typeof value !== 'string' || value.includes('\0')) return [line('value', ...at, exactJson(value))];
      return [`${line('string', ...at)} ${bashWord(value, { lines: true })}`];
    }
    case 'template':
      return [line('template', ...at, binding.type, ...templateWords(binding.parts, flag))];
  }
}

/** Literals and holes in turn, beginning and ending with a literal. */
function templateWords(parts: readonly (string | Hole)[], flag: (key: string) => string): string[] {
  const words: string[] = [''];
  for (const part of parts) {
    if (typeof part === 'string') words.push(`${words.pop() ?? ''}${part}`);
    else {
      const { match } = part;
      words.push(
        match === undefined ? flag(part.arg) : `${flag(part.arg)}~${match.group}~${match.regex}`,
        '',
      );
    }
  }
  return words;
}

/** Parameters in the order of the wire, then the body's members as the tree that they form. */
function inOrder(operation: OperationPlan): Binding[] {
  const rank = new Map(
    operation.request.parameters.map(({ in: place, name }, index) => [`${place} ${name}`, index]),
  );
  const outside = operation.request.bindings.filter((binding) => binding.at[0] !== 'body');
  const position = ({ at }: Binding) => rank.get(`${at[0]} ${at[1] ?? ''}`) ?? rank.size;
  return [
    ...outside.toSorted((one, other) => position(one) - position(other)),
    ...treeOrder(
      operation.request.bindings.filter((binding) => binding.at[0] === 'body'),
      1,
    ),
  ];
}

/** An object stands where its first binding stands, and holds all of its bindings. */
function treeOrder(bindings: readonly Binding[], depth: number): Binding[] {
  const groups = new Map<string | Binding, Binding[]>();
  for (const binding of bindings) {
    const member = binding.at.length > depth ? binding.at[depth] : undefined;
    const group = member ?? binding;
    groups.set(group, [...(groups.get(group) ?? []), binding]);
  }
  return [...groups].flatMap(([group, list]) =>
    typeof group === 'string' && list.length > 1 ? treeOrder(list, depth + 1) : list,
  );
}

/** PLACE[:STYLE] and NAME of a declaration. */
function placeWords(binding: Binding, operation: OperationPlan, type: string | undefined): [string, string] {
  const [place, ...names] = binding.at;
  if (place === 'body') return ['body', names.map(memberName).join('/')];
  const name = names[0] ?? '';
  const parameter = operation.request.parameters.find(
    (candidate) => candidate.in === place && (place === 'querystring' || candidate.name === name),
  );
  const style = parameter === undefined ? '' : styleWord(parameter, type);
  return [style === '' ? place : `${place}:${style}`, parameter?.name ?? name];
}

/** `form*+`: the style, `*` for explode, `+` for reserved characters; nothing where it is what the place has anyway. */
function styleWord({ in: place, serialization }: WireParameter, type?: string): string {
  const usual = USUAL[place];
  const word = serializationWord(serialization);
  const scalar = type !== undefined && ['str', 'int', 'num', 'bool'].includes(type);
  return word === usual || (scalar && word.replace('*', '') === usual.replace('*', '')) ? '' : word;
}

/** `count` and `from` are what the API assumes where size and parameter are not given. */
function pageLine(operation: OperationPlan, pagination: PaginationExtension, schemas: Schemas): string {
  const flag = (key: string) => operation.arguments.find((argument) => argument.key === key)?.flag ?? key;
  const words: string[] = [pagination.style];
  if ('parameter' in pagination) words.push(`parameter=${flag(pagination.parameter)}`);
  if (pagination.size !== undefined) words.push(`size=${flag(pagination.size)}`);
  const counted = pagination.style === 'page' || pagination.style === 'offset';
  const count = counted ? assumedNumber(operation, pagination.size, schemas) : undefined;
  const from = counted ? assumedNumber(operation, pagination.parameter, schemas) : undefined;
  if (count !== undefined) words.push(`count=${count}`);
  if (from !== undefined) words.push(`from=${from}`);
  if ('start' in pagination && pagination.start !== undefined) words.push(`start=${pagination.start}`);
  if ('next' in pagination) words.push(`next=${JSON.stringify(pagination.next)}`);
  if ('more' in pagination && pagination.more !== undefined)
    words.push(`more=${JSON.stringify(pagination.more)}`);
  if (pagination.items !== undefined) words.push(`items=${JSON.stringify(pagination.items)}`);
  return line('page', ...words);
}
