import { type DocumentNode, GraphQLError, parse } from 'graphql';
import type { Problem } from './places.ts';
import { preset } from './presets.ts';
import { constant, type Hole, holesOf, soleHole, type Value } from './value.ts';

/** A GraphQL document with its holes lifted to variables. */
export interface Lifted {
  readonly variables: readonly LiftedVariable[];
  readonly document: DocumentNode | undefined;
  /** The text, where it cannot be parsed. */
  readonly source: string;
  readonly problems: readonly Problem[];
  /** Where something of the text stands in the script, as far as escapes let it be told: at this offset or a little behind it. */
  readonly placeOf: (offset: number) => number;
}
export interface LiftedVariable {
  readonly name: string;
  readonly value: Value;
  /** Stood between quotes. */
  readonly quoted: boolean;
}

const FIRST = 0xe000;

/** Whether a text is a GraphQL document. */
export function isGraphql(value: Value): boolean {
  const text = value.map((part) => (part.kind === 'text' ? part.text : '\u0000')).join('');
  return /^(?:\s|#[^\n]*\n)*(?:(?:query|mutation|subscription|fragment)\b|\{)/.test(text);
}

/**
 * Lifts the holes of a document to variables.
 * @param nameOf names the variable of a value; `hint` is the argument or field it stands at
 */
export function lift(value: Value, nameOf: (value: Value, hint: string) => string): Lifted {
  const holes: Hole[] = [];
  const starts: { readonly from: number; readonly at: number }[] = [];
  let source = '';
  for (const part of value) {
    if (part.kind === 'text') starts.push({ from: source.length, at: part.at });
    if (part.kind === 'text') source += part.text.replace(/[\uE000-\uF8FF]/g, '\uFFFD');
    else if (part.kind === 'hole') {
      source += String.fromCharCode(FIRST + holes.length);
      holes.push(part);
    }
  }
  const place = (index: number): number => {
    const start = starts.findLast((one) => one.from <= index);
    return start === undefined ? 0 : start.at + index - start.from;
  };
  const problems: Problem[] = [];
  const variables: LiftedVariable[] = [];
  const held = (character: string | undefined): Hole | undefined => {
    const index = (character ?? '').charCodeAt(0) - FIRST;
    return index >= 0 ? holes[index] : undefined;
  };
  const pieces = (text: string): Value => {
    const parts: Value[number][] = [];
    let literal = '';
    for (const character of text) {
      const found = held(character);
      if (found === undefined) {
        literal += character;
        continue;
      }
      if (literal !== '') parts.push({ kind: 'text', text: literal, at: found.at });
      literal = '';
      parts.push(found);
    }
    return literal === '' ? parts : [...parts, { kind: 'text', text: literal, at: 0 }];
  };
  const lifted = (content: Value, quoted: boolean, hint: string): string => {
    const known = variables.find(
      (variable) => variable.quoted === quoted && JSON.stringify(variable.value) === JSON.stringify(content),
    );
    if (known !== undefined) return `$${known.name}`;
    const base = nameOf(content, hint).replace(/[^\w]/g, '_').replace(/^\d/, '_$&') || 'value';
    let name = base;
    for (
      let count = 2;
      variables.some((variable) => variable.name === name) || source.includes(`$${name}`);
      count++
    )
      name = `${base}${count}`;
    variables.push({ name, value: content, quoted });
    return `$${name}`;
  };
  let out = '';
  const steps: { readonly from: number; readonly at: number }[] = [];
  const placeOf = (offset: number): number => {
    const step = steps.findLast((one) => one.from <= offset);
    return step === undefined ? place(0) : place(step.at + offset - step.from);
  };
  for (let at = 0; at < source.length; ) {
    steps.push({ from: out.length, at });
    const rest = source.slice(at, at + 3);
    if (rest.startsWith('#')) {
      const end = source.indexOf('\n', at);
      at = end === -1 ? source.length : end;
      continue;
    }
    if (rest.startsWith('"')) {
      const block = rest === '"""';
      const end = block ? source.indexOf('"""', at + 3) : stringEnd(source, at + 1);
      const stop = end === -1 ? source.length : end + (block ? 3 : 1);
      const token = source.slice(at, stop);
      const inner = block ? token.slice(3, -3) : token.slice(1, -1);
      const fixed = block ? undefined : preset(inner, hintBefore(out), place(at + 1));
      if (fixed !== undefined) out += lifted([fixed], true, hintBefore(out));
      else
        out += [...inner].some((character) => held(character) !== undefined)
          ? lifted(pieces(block ? inner : unescapeText(inner)), true, hintBefore(out))
          : token;
      at = stop;
      continue;
    }
    const run = /^[\w\uE000-\uF8FF.+-]+/.exec(source.slice(at, at + 500))?.[0];
    if (run === undefined) {
      out += source[at];
      at += 1;
      continue;
    }
    at += run.length;
    if (![...run].some((character) => held(character) !== undefined)) {
      const size =
        /^\d+$/.test(run) && out.trimEnd().endsWith(':') && depth(out) <= 1
          ? preset(run, hintBefore(out), place(at - run.length))
          : undefined;
      out +=
        size?.source.kind === 'preset' && size.source.why === 'page-size'
          ? lifted([size], false, hintBefore(out))
          : run;
      continue;
    }
    const content = pieces(run);
    const alone = soleHole(content);
    const before = out.trimEnd().at(-1) ?? '';
    if (
      alone !== undefined &&
      (before === ':' || before === '[' || before === '=' || (before === ',' && inList(out)))
    ) {
      out += lifted(content, false, hintBefore(out));
      continue;
    }
    const fallback = alone?.fallback === undefined ? undefined : constant(alone.fallback);
    if (fallback !== undefined) {
      out += fallback;
      continue;
    }
    const first = holesOf(content)[0];
    problems.push({
      code: 'unresolved',
      message: 'an argument is a part of the GraphQL document itself, not a value in it',
      ...(first === undefined ? {} : { at: first.at }),
    });
    out += '__argument';
  }
  try {
    if (nesting(out) > MAX_NESTING) throw new GraphQLError('it is nested too deep');
    return { variables, document: parse(out), source: out, problems, placeOf };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const where = error.positions?.[0];
    const near =
      where === undefined
        ? ''
        : out
            .slice(Math.max(0, where - 20), where + 20)
            .replace(/\s+/g, ' ')
            .trim();
    return {
      variables,
      document: undefined,
      source: out,
      placeOf,
      problems: [
        ...problems,
        {
          code: 'graphql-invalid',
          message: `the GraphQL document is not valid: ${error.message.replace(/^Syntax Error: /, '').replace(/\.$/, '')}`,
          ...(where === undefined ? {} : { at: placeOf(where) }),
          ...(near === '' ? {} : { hint: `near \`${near}\`` }),
        },
      ],
    };
  }
}

/** The parser goes down by recursion. */
const MAX_NESTING = 200;

function nesting(out: string): number {
  let open = 0;
  let most = 0;
  for (const character of out) {
    if (/[[{(]/.test(character)) most = Math.max(most, ++open);
    else if (/[\]})]/.test(character)) open -= 1;
  }
  return most;
}

/** How many selection sets are open at the end of a document's text. */
function depth(out: string): number {
  let open = 0;
  let inside = 0;
  for (const character of out) {
    if (character === '(') inside += 1;
    else if (character === ')') inside -= 1;
    else if (inside === 0 && character === '{') open += 1;
    else if (inside === 0 && character === '}') open -= 1;
  }
  return open;
}

function stringEnd(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '"') return at;
  }
  return -1;
}

function unescapeText(value: string): string {
  return value.replace(
    /\\(["\\/bfnrt])/g,
    (_, character: string) => ({ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' })[character] ?? character,
  );
}

/** The name that stands before a value: `title: ` → `title`. */
function hintBefore(out: string): string {
  const trimmed = out.trimEnd().replace(/[[,\s]*$/, '');
  const direct = /(\w+)\s*:\s*$/.exec(trimmed.endsWith(':') ? trimmed : `${trimmed}`)?.[1];
  const name = direct ?? /(\w+)\s*:\s*\[[^\]]*$/.exec(out)?.[1] ?? 'value';
  // `team: {key: {eq: …}}` is about the team's key.
  if (
    !/^(?:eq|eqIgnoreCase|contains|containsIgnoreCase|in|neq|gt|gte|lt|lte|startsWith|_eq|equals)$/.test(name)
  )
    return name;
  const outer = [...out.matchAll(/(\w+)\s*:\s*\{/g)].map((match) => match[1] ?? '').slice(-2);
  const [first = '', second = ''] = outer;
  return second === ''
    ? first || name
    : /^(?:id|key|name|email|title)$/.test(second) && first !== '' && first !== 'filter' && first !== 'where'
      ? first
      : second;
}

function inList(out: string): boolean {
  return /\[[^\]{}()]*$/.test(out);
}
