import { describe, expect, it } from 'vitest';
import { originAt } from '../../src/model/document.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { answerSchema, at, expandFiles, expandOne } from './expand.ts';

describe('input objects become components', () => {
  it('recursive ones by reference, without what is deprecated, @oneOf as one member', async () => {
    const { source } = await expandOne('query q($f: IssueFilter) { issues(filter: $f) { nodes { id } } }');
    const schemas = at(source.document, 'components.schemas');
    expect(at(schemas, 'IssueFilter.properties.and')).toEqual({
      type: ['array', 'null'],
      items: { $ref: '#/components/schemas/IssueFilter' },
    });
    expect(at(schemas, 'IssueFilter.additionalProperties')).toBe(false);
    expect(originAt(source.origins, '/components/schemas/IssueFilter')).toMatchObject({
      file: 'schema.graphql',
    });
    const create = await expandOne(
      'mutation m($i: IssueCreateInput!) { issueCreate(input: $i) { success } }',
    );
    const input = at(create.source.document, 'components.schemas.IssueCreateInput');
    expect(at(input, 'required')).toEqual(['title', 'teamId']);
    expect(Object.keys(at(input, 'properties') ?? {})).toEqual(['title', 'teamId', 'labelIds', 'priority']);
    expect(at(input, 'properties.priority')).toEqual({
      type: ['integer', 'null'],
      format: 'int32',
      default: 3,
    });
    expect(at(input, 'properties.title')).toEqual({ type: 'string', description: 'The title' });
    const key = await expandOne('query q($k: Key!) { byKey(key: $k) { id } }');
    expect(at(key.source.document, 'components.schemas.Key')).toEqual({
      type: 'object',
      properties: { id: { type: 'string' }, number: { type: 'integer', format: 'int32' } },
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
    });
  });

  it('under another name where the document has one of that name', async () => {
    const files = { 'ops/a.graphql': 'query q($k: Key!) { byKey(key: $k) { id } }' };
    const { value } = await expandFiles(files, undefined, {
      components: { schemas: { Key: { type: 'null' } } },
    });
    expect(Object.keys(at(value?.document, 'components.schemas') ?? {})).toEqual(['Key', 'GraphqlKey']);
  });
});

describe('the answer', () => {
  it.each<[title: string, operation: string, wanted: Json]>([
    [
      'nullability, lists, enums, aliases',
      'query q { issue(id: "a") { key: id order labels weight meta } }',
      {
        type: 'object',
        properties: {
          issue: {
            type: ['object', 'null'],
            properties: {
              key: { type: 'string' },
              order: { type: ['string', 'null'], enum: ['createdAt', 'updatedAt', 'manual', null] },
              labels: { type: 'array', items: { type: ['string', 'null'] } },
              weight: { type: ['number', 'null'] },
              meta: {},
            },
            required: ['key', 'order', 'labels', 'weight', 'meta'],
          },
        },
        required: ['issue'],
      },
    ],
    [
      'a union by __typename',
      'query q { search(term: "a") { __typename ... on Issue { title } ... on Node { id } } }',
      {
        type: 'object',
        properties: {
          search: {
            type: 'array',
            items: {
              anyOf: [
                {
                  type: 'object',
                  properties: {
                    __typename: { const: 'Issue' },
                    title: { type: 'string' },
                    id: { type: 'string' },
                  },
                  required: ['__typename', 'title', 'id'],
                },
                {
                  type: 'object',
                  properties: { __typename: { const: 'Team' }, id: { type: 'string' } },
                  required: ['__typename', 'id'],
                },
                {
                  type: 'object',
                  properties: { __typename: { const: 'User' }, id: { type: 'string' } },
                  required: ['__typename', 'id'],
                },
              ],
            },
          },
        },
        required: ['search'],
      },
    ],
    [
      'an interface whose types look alike is one schema, and may be null',
      'query q { node(id: "a") { id } }',
      {
        type: 'object',
        properties: {
          node: { type: ['object', 'null'], properties: { id: { type: 'string' } }, required: ['id'] },
        },
        required: ['node'],
      },
    ],
    [
      'selections of one field are merged, and what may be skipped is not required',
      'query q($s: Boolean!) { viewer { id } ...F viewer @skip(if: $s) { name } } fragment F on Query { viewer { n: name @include(if: $s) } }',
      {
        type: 'object',
        properties: {
          viewer: {
            type: 'object',
            properties: { id: { type: 'string' }, n: { type: 'string' }, name: { type: 'string' } },
            required: ['id', 'name'],
          },
        },
        required: ['viewer'],
      },
    ],
  ])('%s', async (_title, text, wanted) => {
    const { operation } = await expandOne(text);
    const data = at(answerSchema(operation), 'properties.data');
    expect(data).toEqual({ ...(wanted as JsonObject), type: ['object', 'null'] });
  });

  it('without an SDL is any data', async () => {
    const { operation } = await expandOne('query q { x { y } }', '');
    expect(at(answerSchema(operation), 'properties.data')).toEqual({ type: ['object', 'null'] });
  });
});
