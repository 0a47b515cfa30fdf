import type { Json } from '../../model/json.ts';
import type { Presence } from './state.ts';
import {
  type Choice,
  choice,
  concat,
  constant,
  type Filter,
  type Hole,
  join,
  mapValue,
  type Part,
  text,
  type Value,
} from './value.ts';

/** A JSON text with holes, as a tree. */
export type Node =
  | { readonly kind: 'constant'; readonly value: null | boolean | number; readonly at: number }
  | /** A string, unescaped; `at`: where it begins. */ {
      readonly kind: 'string';
      readonly value: Value;
      readonly at: number;
    }
  | /** Something without quotes that is not all known. */ {
      readonly kind: 'raw';
      readonly value: Value;
      readonly at: number;
    }
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'array'; readonly items: readonly Node[] };
export interface Member {
  readonly name: string;
  readonly node: Node;
  readonly optional?: Presence;
}

export interface Template {
  /** The whole of it, if the text is JSON. */
  readonly node?: Node;
  /** Where a line ends inside a string: not JSON, but plain what is meant. */
  readonly rawNewline?: number;
  /** Where the text is no JSON, and why. With a `node`: it is plain what was meant. */
  readonly invalid?: { readonly at: number; readonly message: string };
}

/** Holes stand in the text as characters of the private use area. */
const FIRST = 0xe000;
const LAST = 0xf8ff;

/**
 * Reads a JSON text with holes. A choice is followed where it is a part of a string, or members that are there on some ways only.
 */
export function parseTemplate(value: Value): Template {
  const holes: (Hole | Choice)[] = [];
  let source = '';
  const places: { readonly from: number; readonly at: number }[] = [];
  for (const part of value) {
    places.push({ from: source.length, at: part.kind === 'choice' ? 0 : part.at });
    if (part.kind === 'text') source += part.text.replace(/[\uE000-\uF8FF]/g, '\uFFFD');
    else {
      if (holes.length > LAST - FIRST)
        return { invalid: { at: places[0]?.at ?? 0, message: 'too many arguments in it' } };
      source += String.fromCharCode(FIRST + holes.length);
      holes.push(part);
    }
  }
  const reader = new Reader(source, holes, (index) => {
    const place = places.findLast((one) => one.from <= index);
    return place === undefined ? 0 : place.at + (index - place.from);
  });
  return reader.read();
}

class Reader {
  private readonly source: string;
  private readonly holes: readonly (Hole | Choice)[];
  private readonly locate: (index: number) => number;
  private at = 0;
  private newline: number | undefined;
  private failure: { at: number; message: string } | undefined;
  private fatal = false;

  constructor(source: string, holes: readonly (Hole | Choice)[], locate: (index: number) => number) {
    this.source = source;
    this.holes = holes;
    this.locate = locate;
  }

  read(): Template {
    const node = this.value(0);
    this.space();
    if (node !== undefined && this.at < this.source.length) this.fail('there is something behind its end');
    return {
      ...(node === undefined || this.fatal ? {} : { node }),
      ...(this.newline === undefined ? {} : { rawNewline: this.newline }),
      ...(this.failure === undefined ? {} : { invalid: this.failure }),
    };
  }

  /** Notes a mistake that leaves plain what is meant. */
  private slip(message: string): void {
    this.fail(message);
    this.fatal = false;
  }

  private fail(message: string): undefined {
    this.fatal = true;
    this.failure ??= { at: this.locate(Math.min(this.at, Math.max(0, this.source.length - 1))), message };
    return undefined;
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.source[this.at] ?? '')) this.at += 1;
  }

  private value(depth: number): Node | undefined {
    this.space();
    const character = this.source[this.at];
    if (depth > 200) return this.fail('it is nested too deep');
    if (character === undefined) return this.fail('it ends too early');
    if (character === '{') return this.object(depth);
    if (character === '[') return this.array(depth);
    if (character === '"' || character === "'") {
      const at = this.locate(this.at + 1);
      const value = this.string();
      return value === undefined ? undefined : { kind: 'string', value, at };
    }
    return this.bare();
  }

  private object(depth: number): Node | undefined {
    const members: Member[] = [];
    this.at += 1;
    for (;;) {
      this.space();
      const character = this.source[this.at];
      if (character === '}') {
        this.at += 1;
        return { kind: 'object', members };
      }
      const held = this.holeAt(character ?? '');
      if (held?.kind === 'choice') {
        const optional = optionalMembers(held);
        if (optional === undefined) return this.fail('what some ways add to it is no member');
        members.push(...optional);
        this.at += 1;
        continue;
      }
      if (character === ',') {
        if (members.length === 0) this.slip('a comma stands before the first member');
        this.at += 1;
        this.space();
        if (this.source[this.at] === '}') {
          this.slip('a comma stands behind the last member');
          continue;
        }
        if (this.holeAt(this.source[this.at] ?? '')?.kind === 'choice') continue;
      } else if (members.length > 0) this.slip('a comma is missing between two members');
      const bare = /^[A-Za-z_$][\w$-]*(?=\s*:)/.exec(this.source.slice(this.at, this.at + 200))?.[0];
      if (bare !== undefined) {
        this.slip('a member has no name in double quotes');
        this.at += bare.length;
      } else if (this.source[this.at] !== '"' && this.source[this.at] !== "'")
        return this.fail('a member has no name in double quotes');
      const value: Value | undefined = bare === undefined ? this.string() : text(bare, 0);
      const name = value === undefined ? undefined : constant(value);
      if (value !== undefined && name === undefined) return this.fail('the name of a member is an argument');
      if (name === undefined) return undefined;
      this.space();
      if (this.source[this.at] !== ':')
        return this.fail(`no colon follows the name \`${name.slice(0, 40)}\``);
      this.at += 1;
      const node = this.value(depth + 1);
      if (node === undefined) return undefined;
      members.push({ name, node });
      if (members.length > 5_000) return this.fail('it has too many members');
    }
  }

  private array(depth: number): Node | undefined {
    const items: Node[] = [];
    this.at += 1;
    for (;;) {
      this.space();
      const character = this.source[this.at];
      if (character === ']') {
        this.at += 1;
        return { kind: 'array', items };
      }
      if (character === ',') {
        if (items.length === 0) this.slip('a comma stands before the first item');
        this.at += 1;
        this.space();
        if (this.source[this.at] === ']') {
          this.slip('a comma stands behind the last item');
          continue;
        }
      } else if (items.length > 0) this.slip('a comma is missing between two items');
      if (this.holeAt(this.source[this.at] ?? '')?.kind === 'choice')
        return this.fail('what some ways add to a list cannot be told');
      const node = this.value(depth + 1);
      if (node === undefined) return undefined;
      items.push(node);
      if (items.length > 5_000) return this.fail('it has too many items');
    }
  }

  private string(): Value | undefined {
    const parts: Part[] = [];
    const start = this.at;
    const quote = this.source[this.at];
    if (quote === "'") this.slip('a string stands in single quotes');
    this.at += 1;
    let literal = '';
    let from = this.at;
    const flush = (): void => {
      if (literal !== '') parts.push({ kind: 'text', text: literal, at: this.locate(from) });
      literal = '';
    };
    for (;;) {
      const character = this.source[this.at];
      if (character === undefined) {
        this.at = start;
        return this.fail('a string is not closed');
      }
      const held = this.holeAt(character);
      if (held !== undefined) {
        flush();
        parts.push(held);
        this.at += 1;
        from = this.at;
        continue;
      }
      if (literal === '') from = this.at;
      this.at += 1;
      if (character === quote) {
        flush();
        return parts;
      }
      if (character === '\\') {
        const escaped = this.escape();
        if (escaped === undefined) return undefined;
        literal += escaped;
      } else {
        if (character < ' ') this.newline ??= this.locate(this.at - 1);
        literal += character;
      }
    }
  }

  private escape(): string | undefined {
    const character = this.source[this.at++] ?? '';
    const simple: Record<string, string> = {
      n: '\n',
      t: '\t',
      r: '\r',
      b: '\b',
      f: '\f',
      '"': '"',
      '\\': '\\',
      '/': '/',
    };
    const known = Object.hasOwn(simple, character) ? simple[character] : undefined;
    if (known !== undefined) return known;
    const digits = /^[0-9A-Fa-f]{4}/.exec(this.source.slice(this.at, this.at + 4))?.[0];
    if (character === 'u' && digits !== undefined) {
      this.at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    this.at -= 1;
    return this.fail(`\`\\${character}\` is no escape of JSON`);
  }

  private holeAt(character: string): Hole | Choice | undefined {
    const code = character.charCodeAt(0);
    return code >= FIRST && code <= LAST ? this.holes[code - FIRST] : undefined;
  }

  /** A number, `true`, `false`, `null`, or holes in place of one. */
  private bare(): Node | undefined {
    const start = this.at;
    const parts: Part[] = [];
    let literal = '';
    for (;;) {
      const character = this.source[this.at];
      if (character === undefined || /[\s,\]}:"[{]/.test(character)) break;
      const held = this.holeAt(character);
      if (held === undefined) literal += character;
      else {
        if (literal !== '')
          parts.push({ kind: 'text', text: literal, at: this.locate(this.at - literal.length) });
        literal = '';
        parts.push(held);
      }
      this.at += 1;
    }
    if (parts.length > 0) {
      if (literal !== '')
        parts.push({ kind: 'text', text: literal, at: this.locate(this.at - literal.length) });
      return { kind: 'raw', value: parts, at: this.locate(start) };
    }
    const at = this.locate(start);
    if (literal === 'true' || literal === 'false') return { kind: 'constant', value: literal === 'true', at };
    if (literal === 'null') return { kind: 'constant', value: null, at };
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(literal))
      return { kind: 'constant', value: Number(literal), at };
    this.at = start;
    return this.fail(literal === '' ? 'a value is missing' : `\`${literal.slice(0, 40)}\` is no JSON value`);
  }
}

/** Members that are there on one way through a branching, with the comma before or behind them. */
function optionalMembers({ branch, options }: Choice): Member[] | undefined {
  const filled = options.filter((option) => option.value.length > 0);
  const [only] = filled;
  if (only === undefined || filled.length > 1) return undefined;
  const { node } = parseTemplate([
    { kind: 'text', text: '{', at: 0 },
    ...only.value,
    { kind: 'text', text: '}', at: 0 },
  ]);
  if (node?.kind !== 'object' || node.members.some(({ optional }) => optional !== undefined))
    return undefined;
  const optional = { branch, picks: only.picks, facts: only.facts };
  return node.members.map((member) => ({ ...member, optional }));
}

const ESCAPED: Filter = { kind: 'escape', of: 'json' };

/** A tree as JSON text; what the holes bring in is escaped. */
export function printNode(node: Node): Value {
  switch (node.kind) {
    case 'constant':
      return text(JSON.stringify(node.value), 0);
    case 'string':
      return concat(
        text('"', node.at),
        mapValue(node.value, ESCAPED, (kept) => JSON.stringify(kept).slice(1, -1)),
        text('"', node.at),
      );
    case 'raw':
      return node.value;
    case 'array':
      return join([
        text('[', 0),
        ...node.items.flatMap((item, index) => [text(index > 0 ? ',' : '', 0), printNode(item)]),
        text(']', 0),
      ]);
    case 'object':
      return join([
        text('{', 0),
        ...node.members.map((member, index): Value => {
          const piece = concat(
            text(`${index > 0 ? ',' : ''}${JSON.stringify(member.name)}:`, 0),
            printNode(member.node),
          );
          const { optional } = member;
          if (optional === undefined) return piece;
          return choice(optional.branch, [
            { value: piece, picks: optional.picks, facts: optional.facts },
            { value: [], picks: [], facts: [] },
          ]);
        }),
        text('}', 0),
      ]);
  }
}

/** The JSON value of a tree without holes. */
export function jsonOf(node: Node): Json | undefined {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'string':
      return constant(node.value);
    case 'raw':
      return undefined;
    case 'array': {
      const items = node.items.map(jsonOf);
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case 'object': {
      const entries = node.members.map((member) => [member.name, jsonOf(member.node)] as const);
      return entries.every((entry): entry is readonly [string, Json] => entry[1] !== undefined)
        ? Object.fromEntries(entries)
        : undefined;
    }
  }
}
