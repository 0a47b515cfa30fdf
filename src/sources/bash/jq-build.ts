import { type Token, tokenize } from './jq-tokens.ts';
import { add, constantString, format, memberOf, setPath } from './jq-values.ts';
import { literal, type Machine } from './machine.ts';
import type { Presence } from './state.ts';
import { type Member, type Node, parseTemplate, printNode } from './template.ts';
import { constant, filtered, hole, join, keyOf, mapValue, soleHole, type Value } from './value.ts';

/**
 * Evaluates the part of jq that builds bodies: literals, variables, objects, arrays, `+`, `.a = x`, `if … then … else … end`, string interpolation, conversions, and the
 * usual ways to leave out what is empty.
 * @returns undefined for anything else
 */
export function evaluateJq(
  program: string,
  input: Node,
  variables: ReadonlyMap<string, Node>,
  machine: Machine,
  place: number,
): Node | undefined {
  const tokens = tokenize(program);
  if (tokens === undefined || tokens.length > 3_000) return undefined;
  return evaluate({ tokens, variables, machine, place, at: 0, depth: 0, failed: false }, input);
}

/** Recursive descent that evaluates as it reads. */
interface Parser {
  readonly tokens: readonly Token[];
  readonly variables: ReadonlyMap<string, Node>;
  readonly machine: Machine;
  /** Offset of the program in the script. */
  readonly place: number;
  /** The next token. */
  at: number;
  /** How many filters are open inside each other. */
  depth: number;
  failed: boolean;
}

function evaluate(parser: Parser, input: Node): Node | undefined {
  const node = pipe(parser, input);
  return parser.failed || parser.at < parser.tokens.length ? undefined : node;
}

/** Gives up: nothing is left to read, so that every rule ends; what it gives is dropped. */
function fail(parser: Parser): Node {
  parser.failed = true;
  parser.at = parser.tokens.length;
  return { kind: 'constant', value: null, at: 0 };
}

function peek(parser: Parser): string | undefined {
  const token = parser.tokens[parser.at];
  return token === undefined || token.kind === 'string' ? undefined : token.text;
}

function take(parser: Parser, expected: string): boolean {
  if (peek(parser) !== expected) return false;
  parser.at += 1;
  return true;
}

function need(parser: Parser, expected: string): void {
  if (!take(parser, expected)) fail(parser);
}

function pipe(parser: Parser, input: Node): Node {
  let node = assignment(parser, input);
  while (take(parser, '|')) node = assignment(parser, node);
  return node;
}

/** `.a.b = value`, `.a += …` */
function assignment(parser: Parser, input: Node): Node {
  const start = parser.at;
  const path: string[] = [];
  for (let token = parser.tokens[parser.at]; token?.kind === 'field'; token = parser.tokens[parser.at]) {
    path.push(token.text.slice(1));
    parser.at += 1;
  }
  if (path.length > 0 && take(parser, '=')) {
    const value = alternative(parser, input);
    return setPath(input, path, value) ?? fail(parser);
  }
  parser.at = start;
  return alternative(parser, input);
}

function alternative(parser: Parser, input: Node): Node {
  const node = sum(parser, input);
  if (!take(parser, '//')) return node;
  const other = alternative(parser, input);
  return node.kind === 'constant' && (node.value === null || node.value === false) ? other : node;
}

function sum(parser: Parser, input: Node): Node {
  let node = term(parser, input);
  while (take(parser, '+')) node = add(node, term(parser, input)) ?? fail(parser);
  return node;
}

function term(parser: Parser, input: Node): Node {
  let node = primary(parser, input);
  for (;;) {
    const token = parser.tokens[parser.at];
    if (token?.kind === 'field') {
      parser.at += 1;
      node = memberOf(node, token.text.slice(1)) ?? fail(parser);
    } else if (peek(parser) === '?') parser.at += 1;
    else return node;
  }
}

const MAX_DEPTH = 200;

function primary(parser: Parser, input: Node): Node {
  if (parser.depth >= MAX_DEPTH) return fail(parser);
  parser.depth += 1;
  const node = open(parser, input);
  parser.depth -= 1;
  return node;
}

function open(parser: Parser, input: Node): Node {
  const token = parser.tokens[parser.at];
  if (token === undefined) return fail(parser);
  parser.at += 1;
  if (token.kind === 'string') return string(parser, token.pieces, input);
  if (token.kind === 'number') return { kind: 'constant', value: Number(token.text), at: 0 };
  if (token.kind === 'variable') return variable(parser, token.text.slice(1));
  if (token.kind === 'field') return memberOf(input, token.text.slice(1)) ?? fail(parser);
  if (token.kind === 'format') return format(token.text, input, parser.place) ?? fail(parser);
  if (token.kind === 'word') return word(parser, token.text, input);
  if (token.kind === 'held')
    return { kind: 'raw', value: literal(parser.machine, token.text, parser.place), at: parser.place };
  switch (token.text) {
    case '.':
      return input;
    case '(': {
      const node = pipe(parser, input);
      need(parser, ')');
      return node;
    }
    case '-': {
      const node = term(parser, input);
      if (node.kind !== 'constant' || typeof node.value !== 'number') return fail(parser);
      return { kind: 'constant', value: -node.value, at: 0 };
    }
    case '[':
      return array(parser, input);
    case '{':
      return object(parser, input);
    default:
      return fail(parser);
  }
}

function array(parser: Parser, input: Node): Node {
  const items: Node[] = [];
  if (take(parser, ']')) return { kind: 'array', items };
  do items.push(pipe(parser, input));
  while (take(parser, ','));
  need(parser, ']');
  return { kind: 'array', items };
}

function object(parser: Parser, input: Node): Node {
  const members: Member[] = [];
  while (!take(parser, '}')) {
    const token = parser.tokens[parser.at++];
    if (token === undefined) return fail(parser);
    let name: string | undefined;
    let value: Node | undefined;
    if (token.kind === 'string') name = constantString(string(parser, token.pieces, input));
    else if (token.kind === 'variable') {
      name = token.text.slice(1);
      value = variable(parser, name);
    } else if (token.kind === 'symbol' && token.text === '(') {
      name = constantString(pipe(parser, input));
      need(parser, ')');
    } else name = token.text.replace(/^\./, '');
    if (name === undefined) return fail(parser);
    if (take(parser, ':')) value = objectValue(parser, input);
    members.push({ name, node: value ?? memberOf(input, name) ?? fail(parser) });
    if (!take(parser, ',') && peek(parser) !== '}') return fail(parser);
  }
  return { kind: 'object', members };
}

function objectValue(parser: Parser, input: Node): Node {
  let node = alternative(parser, input);
  while (take(parser, '|')) node = alternative(parser, node);
  return node;
}

function string(parser: Parser, pieces: readonly (string | readonly Token[])[], input: Node): Node {
  const parts = pieces.map((piece): Value => {
    if (typeof piece === 'string') return literal(parser.machine, piece, parser.place);
    const node = evaluate({ ...parser, tokens: piece, at: 0 }, input) ?? fail(parser);
    return node.kind === 'string' ? node.value : printNode(node);
  });
  return { kind: 'string', value: join(parts), at: parser.place };
}

function variable(parser: Parser, name: string): Node {
  if (name === 'ENV') {
    const token = parser.tokens[parser.at++];
    if (token?.kind !== 'field') return fail(parser);
    return {
      kind: 'string',
      value: [hole({ kind: 'env', name: token.text.slice(1) }, parser.place)],
      at: parser.place,
    };
  }
  if (name === 'ARGS') {
    const given = [...parser.variables].map(([key, node]): Member => ({ name: key, node }));
    const named = given.filter((member) => member.name !== 'ARGS.positional');
    const positional = parser.variables.get('ARGS.positional') ?? { kind: 'array', items: [] };
    return {
      kind: 'object',
      members: [
        { name: 'named', node: { kind: 'object', members: named } },
        { name: 'positional', node: positional },
      ],
    };
  }
  return parser.variables.get(name) ?? fail(parser);
}

function word(parser: Parser, word: string, input: Node): Node {
  switch (word) {
    case 'true':
    case 'false':
      return { kind: 'constant', value: word === 'true', at: 0 };
    case 'null':
    case 'empty':
      return { kind: 'constant', value: null, at: 0 };
    case 'env':
      return variable(parser, 'ENV');
    case 'if':
      return conditional(parser, input);
    case 'tonumber':
    case 'fromjson':
      if (input.kind !== 'string') return input;
      return parseTemplate(input.value).node ?? { kind: 'raw', value: input.value, at: parser.place };
    case 'tostring':
    case 'tojson':
      if (input.kind === 'string' && word === 'tostring') return input;
      return { kind: 'string', value: printNode(input), at: parser.place };
    case 'ascii_downcase':
    case 'ascii_upcase':
    case 'ltrimstr':
    case 'rtrimstr':
      if (input.kind !== 'string' || constant(input.value) !== undefined) return fail(parser);
      if (word.endsWith('str')) skipArguments(parser);
      return { ...input, value: mapValue(input.value, { kind: 'other', text: word }, (kept) => kept) };
    case 'split':
      skipArguments(parser);
      if (input.kind !== 'string' || soleHole(input.value) === undefined) return fail(parser);
      // The caller gives the items one by one: no description says that a text is split.
      return {
        kind: 'raw',
        value: input.value.map((part) =>
          part.kind === 'hole'
            ? filtered(filtered(part, { kind: 'other', text: 'split into a list' }), { kind: 'list' })
            : part,
        ),
        at: parser.place,
      };
    case 'map':
      // `split(",") | map(…)` cleans the items of a list.
      skipArguments(parser);
      if (input.kind !== 'raw') return fail(parser);
      return input;
    case 'with_entries':
    case 'del':
    case 'walk':
      skipArguments(parser);
      return withoutEmpty(parser, input);
    case 'select':
      skipArguments(parser);
      return input;
    case 'now':
    case 'todate':
      return {
        kind: 'raw',
        value: [hole({ kind: 'command', text: 'the time' }, parser.place)],
        at: parser.place,
      };
    default:
      return fail(parser);
  }
}

function skipArguments(parser: Parser): void {
  need(parser, '(');
  for (let open = 1; open > 0; parser.at++) {
    const token = parser.tokens[parser.at];
    if (token === undefined) {
      fail(parser);
      return;
    }
    if (token.kind === 'symbol' && token.text === '(') open += 1;
    if (token.kind === 'symbol' && token.text === ')') open -= 1;
  }
}

/** Members whose value is one argument are left out when that is empty. */
function withoutEmpty(parser: Parser, node: Node): Node {
  if (node.kind !== 'object') return node;
  return {
    kind: 'object',
    members: node.members.map((member) => {
      const value =
        member.node.kind === 'string' || member.node.kind === 'raw' ? member.node.value : undefined;
      const held = value === undefined ? undefined : soleHole(value);
      return held === undefined
        ? member
        : { ...member, optional: presenceOf(parser, keyOf(held.source), true) };
    }),
  };
}

function presenceOf(parser: Parser, key: string, set: boolean): Presence {
  return { branch: parser.machine.branches++, picks: [0], facts: [{ key, is: set ? 'set' : 'unset' }] };
}

/** `if $x != "" then … else … end` */
function conditional(parser: Parser, input: Node): Node {
  const start = parser.at;
  while (parser.at < parser.tokens.length && peek(parser) !== 'then') parser.at += 1;
  const test = parser.tokens.slice(start, parser.at);
  need(parser, 'then');
  const yes = pipe(parser, input);
  const no: Node = take(parser, 'else') ? pipe(parser, input) : input;
  need(parser, 'end');
  const name = test.find((token) => token.kind === 'variable');
  const tested = name?.kind === 'variable' ? parser.variables.get(name.text.slice(1)) : undefined;
  const value = tested?.kind === 'string' || tested?.kind === 'raw' ? tested.value : undefined;
  const known = value === undefined ? undefined : constant(value);
  const operator = test.find((token) => token.kind === 'symbol' && /^[=!><]/.test(token.text));
  const negative = operator?.kind === 'symbol' && operator.text === '==';
  const [given, absent] = negative ? [no, yes] : [yes, no];
  if (known !== undefined) return known === '' ? absent : given;
  const held = value === undefined ? undefined : soleHole(value);
  if (held === undefined) return fail(parser);
  const presence = presenceOf(parser, keyOf(held.source), true);
  if (given.kind === 'object' && absent.kind === 'object') {
    const extra = given.members.filter(
      (member) => !absent.members.some((other) => other.name === member.name),
    );
    return {
      kind: 'object',
      members: [...absent.members, ...extra.map((member) => ({ ...member, optional: presence }))],
    };
  }
  if (absent.kind === 'constant' && absent.value === null)
    return given.kind === 'string' || given.kind === 'raw'
      ? {
          ...given,
          value: given.value.map((part) => (part.kind === 'hole' ? { ...part, optional: true } : part)),
        }
      : given;
  return fail(parser);
}
