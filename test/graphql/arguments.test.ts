import { describe, expect, it } from 'vitest';
import { type Json, member } from '../../src/model/json.ts';
import { bodyOf } from '../support/graphql.ts';
import { expandOne } from './expand.ts';

describe('arguments', () => {
  it.each<[title: string, operation: string, wanted: Json, positionals: readonly string[]]>([
    [
      'scalars, lists, required and defaults',
      'query q($n: Int = 50, $a: String!, $f: [String!], $d: DateTime) { issues(first: $n, after: $a, filter: {at: $d, title: {in: $f}}) { nodes { id } pageInfo { endCursor } } }',
      [
        {
          name: 'n',
          schema: { type: 'integer', format: 'int32', default: 50 },
          required: false,
          description: 'How many',
        },
        { name: 'a', schema: { type: 'string' }, required: true },
        { name: 'f', schema: { type: 'array', items: { type: 'string' } }, required: false },
        { name: 'd', schema: { type: 'string' }, required: false },
      ],
      ['a'],
    ],
    [
      'a required one with a default is not required',
      'query q($n: Int! = 5) { issues(first: $n) { nodes { id } } }',
      [
        {
          name: 'n',
          schema: { type: 'integer', format: 'int32', default: 5 },
          required: false,
          description: 'How many',
        },
      ],
      [],
    ],
    [
      'enum values of the SDL without deprecated ones',
      'query q($o: Order) { issues(order: $o) { nodes { id } } }',
      [{ name: 'o', schema: { type: 'string', enum: ['createdAt', 'updatedAt'] }, required: false }],
      [],
    ],
    [
      'null is offered by mutations alone, where it clears',
      'mutation m($t: String, $p: Int!) { issueUpdate(id: "a", input: {title: $t, priority: $p}) { success } }',
      [
        { name: 't', schema: { type: ['string', 'null'] }, required: false },
        { name: 'p', schema: { type: 'integer', format: 'int32' }, required: true },
      ],
      ['p'],
    ],
    [
      'a comment above, a comment behind, else the first sentence of the SDL',
      'query q(\n  # About a\n  # on two lines.\n  $a: String\n  $b: String # About b\n\n  # Not about c\n\n  $c: String\n) { issues(filter: {title: {contains: $a, eq: $c}, team: {name: {eq: $b}}}) { nodes { id } } }',
      [
        { name: 'a', schema: { type: 'string' }, required: false, description: 'About a\non two lines.' },
        { name: 'b', schema: { type: 'string' }, required: false, description: 'About b' },
        { name: 'c', schema: { type: 'string' }, required: false, description: 'Is the same' },
      ],
      [],
    ],
    [
      'an environment variable supplies one, so the other is the only one to give',
      'mutation m(\n  $t: String!\n  # The team.\n  # @env TEAM_ID\n  $k: String!\n) { issueCreate(input: {title: $t, teamId: $k}) { success } }',
      [
        { name: 't', schema: { type: 'string' }, required: true, description: 'The title' },
        { name: 'k', schema: { type: 'string' }, required: true, description: 'The team.', env: 'TEAM_ID' },
      ],
      ['t'],
    ],
    [
      'positional by a tag, in order',
      'mutation m(\n  # @positional\n  $t: String!\n  # @positional\n  $k: String!\n) { issueCreate(input: {title: $t, teamId: $k}) { success } }',
      [
        { name: 't', schema: { type: 'string' }, required: true, description: 'The title' },
        { name: 'k', schema: { type: 'string' }, required: true },
      ],
      ['t', 'k'],
    ],
    [
      "the default of a lifted one is the client's to send",
      'query q($k: String = "x") { issues(filter: {title: {eq: $k}}) { nodes { id } } }',
      [
        {
          name: 'k',
          schema: { type: 'string', default: 'x' },
          required: false,
          description: 'Is the same',
          default: 'x',
        },
      ],
      [],
    ],
    [
      'a default is coerced to the list that it means',
      'query q($k: [String!] = "x") { issues(filter: {title: {in: $k}}) { nodes { id } } }',
      [
        {
          name: 'k',
          schema: { type: 'array', items: { type: 'string' }, default: ['x'] },
          required: false,
          default: ['x'],
        },
      ],
      [],
    ],
    [
      'an object is no positional',
      'query q($k: Key!) { byKey(key: $k) { id } }',
      [{ name: 'k', schema: { $ref: '#/components/schemas/Key' }, required: true }],
      [],
    ],
  ])('%s', async (_title, text, wanted, positionals) => {
    const { extension } = await expandOne(text);
    expect(extension.arguments).toEqual(wanted);
    expect(extension.positionals).toEqual(positionals);
  });

  it('without an SDL come from the text alone', async () => {
    const text =
      'query q($a: Int!, $b: [ID!], $c: Thing, $d: DateTime, $e: [[Float]!]!) { x(a: $a, b: $b, c: $c, d: $d, e: $e) }';
    const { extension } = await expandOne(text, '');
    expect(extension.arguments?.map(({ schema, required }) => [schema, required])).toEqual([
      [{ type: 'integer', format: 'int32' }, true],
      [{ type: 'array', items: { type: 'string' } }, false],
      [{}, false],
      [{ type: 'string' }, false],
      [{ type: 'array', items: { type: 'array', items: { type: ['number', 'null'] } } }, true],
    ]);
  });

  it('a part of another argument', async () => {
    const text = `query q(
      # Key or name.
      # @from team /^([A-Z]+)$/
      $team: String
      # @from team /^([^A-Z].*)$/
      $name: String
      # @from team /^ANY($)/ 7
      $priority: Int
    ) { issues(filter: {team: {key: {eq: $team}, name: {eq: $name}}, priority: $priority}) { nodes { id } } }`;
    const { extension } = await expandOne(text);
    expect(extension.arguments?.map((argument) => argument.name)).toEqual(['team']);
    const variables = (team: string) => member(bodyOf(extension, { team }), 'variables');
    expect(variables('BAC')).toEqual({ filter: { team: { key: { eq: 'BAC' } } } });
    expect(variables('core')).toEqual({ filter: { team: { name: { eq: 'core' } } } });
    expect(variables('ANY')).toEqual({ filter: { team: { key: { eq: 'ANY' } }, priority: '7' } });
  });
});
