import fc from 'fast-check';
import { buildSchema, execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';
import { bodyOf } from '../support/graphql.ts';
import { expandOne, SDL } from './expand.ts';

/** The arguments that a server's resolvers see of a request, by path of the field. */
function resolved(sdl: string, request: JsonObject): Json {
  const schema = buildSchema(sdl);
  const seen: { [path: string]: Json } = {};
  const result = execute({
    schema,
    document: parse(String(member(request, 'query'))),
    variableValues: (member(request, 'variables') ?? {}) as { [name: string]: unknown },
    fieldResolver: (_source, args, _context, info) => {
      seen[String(info.path.key)] = JSON.parse(JSON.stringify(args));
      return null;
    },
  });
  if (result instanceof Promise) throw new Error('resolvers are synchronous');
  const broken = result.errors?.find((error) => !error.message.startsWith('Cannot return null'));
  if (broken !== undefined) throw broken;
  return seen;
}

describe('what is sent', () => {
  it.each<
    [title: string, operation: string, args: JsonObject, document: string, variables: JsonObject | undefined]
  >([
    [
      'variables beside each other stay',
      'query q($n: Int = 50, $a: String) { issues(first: $n, after: $a) { nodes { id } pageInfo { endCursor } } }',
      { a: 'x' },
      'query q($n: Int = 50, $a: String) { issues(first: $n, after: $a) { nodes { id } pageInfo { endCursor } } }',
      { a: 'x' },
    ],
    [
      'an object literal becomes a variable of its own',
      'query q($k: String, $t: String) { issues(filter: {team: {key: {eq: $k}}, title: {contains: $t}}) { nodes { id } } }',
      { k: 'BAC' },
      'query q($filter: IssueFilter) { issues(filter: $filter) { nodes { id } } }',
      { filter: { team: { key: { eq: 'BAC' } } } },
    ],
    [
      'no argument, no parent',
      'query q($k: String) { issues(filter: {team: {key: {eq: $k}}}) { nodes { id } } }',
      {},
      'query q($filter: IssueFilter) { issues(filter: $filter) { nodes { id } } }',
      undefined,
    ],
    [
      'null, false, 0 and "" are values',
      'query q($k: String, $p: Int) { issues(filter: {team: {key: {eq: $k}}, priority: $p}) { nodes { id } } }',
      { k: null, p: 0 },
      'query q($filter: IssueFilter) { issues(filter: $filter) { nodes { id } } }',
      { filter: { team: { key: { eq: null } }, priority: 0 } },
    ],
    [
      'constants beside variables are always sent',
      'query q($t: String) { issues(order: updatedAt, filter: {priority: 1, title: {contains: $t, in: ["a"]}}) { nodes { id } } }',
      {},
      'query q($filter: IssueFilter) { issues(order: updatedAt, filter: $filter) { nodes { id } } }',
      { filter: { priority: 1, title: { in: ['a'] } } },
    ],
    [
      'a literal without variables stays where it is',
      'query q { issues(filter: {priority: 1}) { nodes { id } } }',
      {},
      'query q { issues(filter: {priority: 1}) { nodes { id } } }',
      undefined,
    ],
    [
      'a required input keeps its mark',
      'mutation m($t: String!, $k: String!) { issueCreate(input: {title: $t, teamId: $k}) { success } }',
      { t: 'T', k: 'K' },
      'mutation m($input: IssueCreateInput!) { issueCreate(input: $input) { success } }',
      { input: { title: 'T', teamId: 'K' } },
    ],
    [
      'a required input of which nothing is required can be empty',
      'mutation m($id: String!, $t: String) { issueUpdate(id: $id, input: {title: $t}) { success } }',
      { id: 'a' },
      'mutation m($id: String!, $input: IssueUpdateInput! = {}) { issueUpdate(id: $id, input: $input) { success } }',
      { id: 'a' },
    ],
    [
      'the default of a lifted variable is sent',
      'query q($k: String = "BAC") { issues(filter: {team: {key: {eq: $k}}}) { nodes { id } } }',
      {},
      'query q($filter: IssueFilter) { issues(filter: $filter) { nodes { id } } }',
      { filter: { team: { key: { eq: 'BAC' } } } },
    ],
    [
      'one variable in two places',
      'query q($n: Int) { issues(first: $n, filter: {priority: $n}) { nodes { id } } }',
      { n: 2 },
      'query q($n: Int, $filter: IssueFilter) { issues(first: $n, filter: $filter) { nodes { id } } }',
      { n: 2, filter: { priority: 2 } },
    ],
    [
      'two literals of one argument name, and a variable of that name',
      'query q($filter: Int, $k: String) { a: issues(first: $filter, filter: {title: {eq: $k}}) { nodes { id } } b: issues(filter: {title: {contains: $k}}) { nodes { id } } }',
      { filter: 1, k: 'x' },
      'query q($filter: Int, $filter_2: IssueFilter, $filter_3: IssueFilter) { a: issues(first: $filter, filter: $filter_2) { nodes { id } } b: issues(filter: $filter_3) { nodes { id } } }',
      { filter: 1, filter_2: { title: { eq: 'x' } }, filter_3: { title: { contains: 'x' } } },
    ],
    [
      'the same literal twice is one variable',
      'query q($k: String) { a: issues(filter: {title: {eq: $k}}) { nodes { id } } b: issues(filter: {title: {eq: $k}}) { nodes { id } } }',
      { k: 'x' },
      'query q($filter: IssueFilter) { a: issues(filter: $filter) { nodes { id } } b: issues(filter: $filter) { nodes { id } } }',
      { filter: { title: { eq: 'x' } } },
    ],
    [
      'a required variable inside a list stays, what is beside the list is lifted',
      'query q($t: String!, $k: String) { issues(filter: {team: {key: {eq: $k}}, or: [{title: {contains: $t}}]}) { nodes { id } } }',
      { t: 'x' },
      'query q($t: String!, $filter_team: TeamFilter) { issues(filter: {team: $filter_team, or: [{title: {contains: $t}}]}) { nodes { id } } }',
      { t: 'x' },
    ],
    [
      'a list as a variable is lifted as a whole',
      'query q($in: [String!]) { issues(filter: {title: {in: $in}}) { nodes { id } } }',
      { in: [] },
      'query q($filter: IssueFilter) { issues(filter: $filter) { nodes { id } } }',
      { filter: { title: { in: [] } } },
    ],
    [
      'one object where a list is expected',
      'query q($k: String) { issues(filter: {or: {title: {eq: $k}}}) { nodes { id } } }',
      { k: 'x' },
      'query q($filter: IssueFilter) { issues(filter: $filter) { nodes { id } } }',
      { filter: { or: { title: { eq: 'x' } } } },
    ],
    [
      'inside a custom scalar',
      'query q($k: String) { issues(filter: {meta: {deep: {key: $k}, on: true}}) { nodes { id } } }',
      { k: 'x' },
      'query q($filter: IssueFilter) { issues(filter: $filter) { nodes { id } } }',
      { filter: { meta: { deep: { key: 'x' }, on: true } } },
    ],
    [
      'a number that JSON would round stays in the document',
      'query q($k: String) { issues(filter: {meta: {id: 9007199254740993}, title: {eq: $k}}) { nodes { id } } }',
      { k: 'x' },
      'query q($filter_title: StringComparator) { issues(filter: {meta: {id: 9007199254740993}, title: $filter_title}) { nodes { id } } }',
      { filter_title: { eq: 'x' } },
    ],
    [
      'inside a fragment',
      'query q($k: String) { ...F } fragment F on Query { issues(filter: {title: {eq: $k}}) { nodes { id } } }',
      { k: 'x' },
      'query q($filter: IssueFilter) { ...F } fragment F on Query { issues(filter: $filter) { nodes { id } } }',
      { filter: { title: { eq: 'x' } } },
    ],
    [
      'strings of the document keep their meaning on one line',
      'query q { issue(id: """\n  a "quoted"\n    line\n""") { id } search(term: "{ ( \\" ) }\\n#") { __typename } }',
      {},
      'query q { issue(id: "a \\"quoted\\"\\n  line") { id } search(term: "{ ( \\" ) }\\n#") { __typename } }',
      undefined,
    ],
    [
      'long argument lists are one line too',
      `query q($after: String) { issues(first: 11111111, after: $after, order: updatedAt, filter: {title: {contains: "${'x'.repeat(60)}"}}) { nodes { id } pageInfo { endCursor } } }`,
      {},
      `query q($after: String) { issues(first: 11111111, after: $after, order: updatedAt, filter: {title: {contains: "${'x'.repeat(60)}"}}) { nodes { id } pageInfo { endCursor } } }`,
      undefined,
    ],
  ])('%s', async (_title, text, args, document, variables) => {
    const { extension } = await expandOne(text);
    const body = bodyOf(extension, args);
    expect(body).toEqual({ query: document, ...(variables === undefined ? {} : { variables }) });
    // The document is what it says: it parses, and the server takes the variables.
    resolved(SDL, body);
  });

  it('without an SDL, required variables inside objects stay in the document', async () => {
    const text = 'query q($a: Int!, $f: Anything) { x(f: {b: $a}, g: $f) { id } }';
    const { extension } = await expandOne(text, '');
    expect(bodyOf(extension, { a: 1, f: { any: [1] } })).toEqual({
      query: text,
      variables: { a: 1, f: { any: [1] } },
    });
  });
});

const WIDE = `
enum E { one two }
scalar Any
input F { a: String i: Int e: E l: [String!] f: F g: G h: H fs: [F!] j: Any }
input G { must: String! opt: String f: F }
input H { inner: I! other: String }
input I { z: String }
type Query { x(f: F, g: G!, h: H!, fs: [F!], n: Int): String y(f: F = {a: "default"}): String }
`;

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly value: Json;
}

/** Writes an operation by drawing from a list of numbers, with the values of its variables. */
function writeOperation(draws: readonly number[]): { text: string; args: JsonObject; complete: JsonObject } {
  let at = 0;
  const draw = (below: number): number => (draws[at++ % draws.length] ?? 0) % below;
  const variables: Variable[] = [];
  const SAMPLES: { [type: string]: [literal: string, value: Json][] } = {
    String: [
      ['"lit"', 'given'],
      ['""', ''],
    ],
    Int: [
      ['7', 42],
      ['0', 0],
    ],
    E: [['one', 'two']],
    '[String!]': [
      ['["p", "q"]', ['r']],
      ['[]', []],
    ],
    Any: [['{k: [1, true]}', { v: null }]],
  };
  const leaf = (type: string, required: boolean, inList: boolean): string => {
    const samples = SAMPLES[type] ?? [];
    const [literal, value] = samples[draw(samples.length)] ?? ['null', null];
    const kind = draw(5);
    if (kind === 0) return literal;
    const same = variables.find(
      (other) =>
        other.type.replace('!', '') === type &&
        (!required || other.type.endsWith('!')) &&
        (!inList || !other.optional),
    );
    if (kind === 1 && same !== undefined) return `$${same.name}`;
    const needed = required || inList || kind === 2;
    const fallback = !needed && kind === 3 ? ` = ${literal}` : '';
    const name = `v${variables.length}`;
    variables.push({
      name,
      type: `${type}${needed ? '!' : fallback}`,
      optional: !needed,
      value: needed || draw(4) > 0 ? value : null,
    });
    return `$${name}`;
  };
  const object = (type: string, depth: number, inList: boolean): string => {
    const members: string[] = [];
    const add = (name: string, chance: number, write: () => string): void => {
      if (draw(chance) === 0) members.push(`${name}: ${write()}`);
    };
    const deep = (name: string, of: string): void => {
      if (depth > 0) add(name, 2, () => object(of, depth - 1, inList));
    };
    if (type === 'F') {
      add('a', 2, () => leaf('String', false, inList));
      add('i', 3, () => leaf('Int', false, inList));
      add('e', 3, () => leaf('E', false, inList));
      add('l', 3, () => leaf('[String!]', false, inList));
      add('j', 4, () => leaf('Any', false, inList));
      deep('f', 'F');
      deep('g', 'G');
      deep('h', 'H');
      if (depth > 0)
        add('fs', 4, () =>
          draw(2) === 0 ? `[${object('F', depth - 1, true)}]` : object('F', depth - 1, inList),
        );
    } else if (type === 'G') {
      members.push(`must: ${leaf('String', true, inList)}`);
      add('opt', 2, () => leaf('String', false, inList));
      deep('f', 'F');
    } else if (type === 'H') {
      members.push(`inner: ${object('I', 0, inList)}`);
      add('other', 2, () => leaf('String', false, inList));
    } else add('z', 2, () => leaf('String', false, inList));
    return `{${members.join(', ')}}`;
  };
  const field = `x(f: ${object('F', 3, false)}, g: ${object('G', 2, false)}, h: ${object('H', 1, false)}, fs: [${object('F', 1, true)}], n: ${leaf('Int', false, false)}) y(f: ${object('F', 1, false)})`;
  const declared = variables.map((variable) => `$${variable.name}: ${variable.type}`).join(', ');
  const given = variables.filter((variable) => !variable.optional || draw(2) === 0);
  return {
    text: `query q${declared === '' ? '' : `(${declared})`} { ${field} }`,
    args: Object.fromEntries(given.map((variable) => [variable.name, variable.value])),
    complete: Object.fromEntries(variables.map((variable) => [variable.name, variable.value])),
  };
}

/** Without objects that hold nothing: where all variables of an object are absent, lifting leaves it out. */
function withoutEmpty(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, part]): [string, Json] => [key, withoutEmpty(part)]);
  return Object.fromEntries(members.filter(([, part]) => !isEmpty(part)));
}

/** One object where a list is expected is a list of one. */
function isEmpty(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length === 1 && isEmpty(value[0]);
  return isObject(value) && Object.keys(value).length === 0;
}

describe('a lifted operation means what was written', () => {
  it('for any literals, with any of the optional variables absent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(999), { minLength: 20, maxLength: 120 }), async (draws) => {
        const { text, args, complete } = writeOperation(draws);
        const { extension } = await expandOne(text, WIDE);
        const original = resolved(WIDE, { query: text, variables: args });
        expect(withoutEmpty(resolved(WIDE, bodyOf(extension, args)))).toEqual(withoutEmpty(original));
        // With every variable given nothing is empty by absence, so nothing may differ at all.
        expect(resolved(WIDE, bodyOf(extension, complete))).toEqual(
          resolved(WIDE, { query: text, variables: complete }),
        );
      }),
      { numRuns: 150 },
    );
  });
});
