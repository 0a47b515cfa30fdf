import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import { at, bodySchema, expandOne } from './expand.ts';

describe('the request body', () => {
  it('has the document as a constant and says what the variables are', async () => {
    const { operation } = await expandOne(
      'query q($n: Int!, $k: String) { issues(first: $n, filter: {priority: 1, title: {eq: $k}}) { nodes { id } } }',
    );
    expect(at(bodySchema(operation), 'schema')).toEqual({
      type: 'object',
      properties: {
        query: {
          type: 'string',
          const:
            'query q($n: Int!, $filter: IssueFilter) { issues(first: $n, filter: $filter) { nodes { id } } }',
        },
        variables: {
          type: 'object',
          properties: {
            n: { type: 'integer', format: 'int32', description: 'How many' },
            filter: {
              type: 'object',
              properties: {
                priority: { const: 1 },
                title: {
                  type: 'object',
                  properties: { eq: { type: 'string', description: 'Is the same' } },
                  additionalProperties: false,
                },
              },
              additionalProperties: false,
            },
          },
          required: ['n'],
          additionalProperties: false,
        },
      },
      required: ['query', 'variables'],
      additionalProperties: false,
    });
  });

  it('has no variables where there are none', async () => {
    const { operation, extension } = await expandOne('query q { viewer { id } }');
    expect(Object.keys(at(bodySchema(operation), 'schema.properties') ?? {})).toEqual(['query']);
    expect(extension.arguments).toBeUndefined();
  });
});

describe('paging', () => {
  it.each<[title: string, operation: string, wanted: Json | undefined]>([
    [
      'by nodes',
      'query q($n: Int, $c: String) { issues(first: $n, after: $c) { nodes { id } pageInfo { hasNextPage endCursor } } }',
      {
        style: 'cursor',
        parameter: 'c',
        size: 'n',
        next: ['data', 'issues', 'pageInfo', 'endCursor'],
        more: ['data', 'issues', 'pageInfo', 'hasNextPage'],
        items: ['data', 'issues', 'nodes'],
      },
    ],
    [
      'by edges, deeper, through aliases and fragments, without a size',
      'query q($c: String) { t: team(id: "a") { ...P } } fragment P on Team { list: issues(after: $c) { edges { node { id } } page: pageInfo { end: endCursor } } }',
      {
        style: 'cursor',
        parameter: 'c',
        next: ['data', 't', 'list', 'page', 'end'],
        items: ['data', 't', 'list', 'edges'],
      },
    ],
    [
      'not where the cursor is no variable',
      'query q { issues(after: "a") { nodes { id } pageInfo { endCursor } } }',
      undefined,
    ],
  ])('%s', async (_title, text, wanted) => {
    const { extension } = await expandOne(text);
    expect(extension.pagination).toEqual(wanted);
  });

  it('is found without an SDL', async () => {
    const { extension } = await expandOne(
      'query q($c: String) { x(after: $c) { nodes { id } pageInfo { endCursor } } }',
      '',
    );
    expect(extension.pagination).toMatchObject({
      parameter: 'c',
      next: ['data', 'x', 'pageInfo', 'endCursor'],
    });
  });
});
