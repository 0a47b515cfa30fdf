import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { operationOf, planOf } from './given.ts';

const list: JsonObject = { type: 'array', items: { type: 'object' } };
const text: JsonObject = { type: 'string' };
const object = (properties: JsonObject): JsonObject => ({ type: 'object', properties });

/** The pagination of `GET /things` with integer (or, after a `$`, text) parameters and an answer. */
function pages(names: readonly string[], answer: Json, headers: JsonObject = {}, method = 'get'): unknown {
  return operationOf(
    {
      parameters: names.map((name) => ({
        name: name.replace('$', ''),
        in: 'query',
        schema: { type: name.startsWith('$') ? 'string' : 'integer' },
      })),
      responses: { 200: { headers, content: { 'application/json': { schema: answer } } } },
    },
    '/things',
    method,
  ).pagination;
}

describe('pagination is inferred', () => {
  const cases: readonly [string, readonly string[], Json, unknown][] = [
    [
      'page and per_page',
      ['page', 'per_page'],
      list,
      { style: 'page', parameter: 'page', size: 'per_page', items: [] },
    ],
    [
      'pageNumber and pageSize',
      ['pageNumber', 'pageSize'],
      object({ total: { type: 'integer' }, rows: list }),
      { style: 'page', parameter: 'pageNumber', size: 'pageSize', items: ['rows'] },
    ],
    [
      'page[number]',
      ['page[number]', 'page[size]'],
      object({ data: list, included: list }),
      { style: 'page', parameter: 'page_number', size: 'page_size', items: ['data'] },
    ],
    [
      'offset and limit',
      ['offset', 'limit'],
      object({ results: list }),
      { style: 'offset', parameter: 'offset', size: 'limit', items: ['results'] },
    ],
    ['skip and top', ['skip', 'top'], list, { style: 'offset', parameter: 'skip', size: 'top', items: [] }],
    [
      'cursor',
      ['$cursor', 'limit'],
      object({ items: list, next_cursor: text }),
      { style: 'cursor', parameter: 'cursor', size: 'limit', items: ['items'], next: ['next_cursor'] },
    ],
    [
      'pageToken',
      ['$pageToken', 'maxResults'],
      object({ files: list, nextPageToken: text }),
      {
        style: 'cursor',
        parameter: 'pageToken',
        size: 'maxResults',
        items: ['files'],
        next: ['nextPageToken'],
      },
    ],
    [
      'a cursor inside pages',
      ['$starting_after', 'per_page'],
      object({ data: list, pages: object({ next: object({ starting_after: text }) }) }),
      {
        style: 'cursor',
        parameter: 'starting_after',
        size: 'per_page',
        items: ['data'],
        next: ['pages', 'next', 'starting_after'],
      },
    ],
    [
      'response_metadata',
      ['$cursor', 'limit'],
      object({ channels: list, response_metadata: object({ next_cursor: text }) }),
      {
        style: 'cursor',
        parameter: 'cursor',
        size: 'limit',
        items: ['channels'],
        next: ['response_metadata', 'next_cursor'],
      },
    ],
    [
      'continue in metadata',
      ['$continue', 'limit'],
      object({ items: list, metadata: object({ continue: text }) }),
      {
        style: 'cursor',
        parameter: 'continue',
        size: 'limit',
        items: ['items'],
        next: ['metadata', 'continue'],
      },
    ],
    [
      'after and paging.cursors',
      ['$after', 'limit'],
      object({ data: list, paging: object({ cursors: object({ after: text }) }) }),
      {
        style: 'cursor',
        parameter: 'after',
        size: 'limit',
        items: ['data'],
        next: ['paging', 'cursors', 'after'],
      },
    ],
    [
      'the last item’s id',
      ['$starting_after', 'limit'],
      object({ data: list, has_more: { type: 'boolean' } }),
      {
        style: 'cursor',
        parameter: 'starting_after',
        size: 'limit',
        items: ['data'],
        next: ['data', '-1', 'id'],
        more: ['has_more'],
      },
    ],
    [
      'a next URL',
      ['page'],
      object({ results: list, next: { type: 'string', format: 'uri' } }),
      { style: 'url', items: ['results'], next: ['next'] },
    ],
    [
      'links.next.href',
      [],
      object({ data: list, _links: object({ next: object({ href: text }) }) }),
      { style: 'url', items: ['data'], next: ['_links', 'next', 'href'] },
    ],
    [
      '@odata.nextLink',
      [],
      object({ value: list, '@odata.nextLink': text }),
      { style: 'url', items: ['value'], next: ['@odata.nextLink'] },
    ],
    [
      'the first page is 0',
      ['page', 'size'],
      list,
      { style: 'page', parameter: 'page', size: 'size', items: [] },
    ],
    [
      'items in data',
      ['page'],
      object({ data: object({ users: list }), ok: { type: 'boolean' } }),
      { style: 'page', parameter: 'page', items: ['data', 'users'] },
    ],
    ['no pages', ['limit'], list, undefined],
    ['no items', ['page', 'per_page'], object({ a: text }), undefined],
    ['an offset without a size', ['offset'], list, undefined],
    ['several lists, none usual', ['page'], object({ a: list, b: list }), undefined],
    [
      'several lists, one called as the path',
      ['page'],
      object({ things: list, b: list }),
      { style: 'page', parameter: 'page', items: ['things'] },
    ],
  ];
  test.each(cases)('%s', (_title, names, answer, want) => expect(pages(names, answer)).toEqual(want));

  test('a Link header that is documented', () => {
    expect(pages(['page', 'per_page'], list, { Link: {} })).toEqual({
      style: 'link',
      size: 'per_page',
      items: [],
    });
  });
  test('a cursor that no answer names, where the API documents Link headers', () => {
    const { operations } = planOf({
      paths: {
        '/a': {
          get: {
            responses: { 200: { headers: { Link: {} }, content: { 'application/json': { schema: list } } } },
          },
        },
        '/b': {
          get: {
            parameters: [
              { name: 'after', in: 'query', schema: text },
              { name: 'per_page', in: 'query', schema: { type: 'integer' } },
            ],
            responses: { 200: { content: { 'application/json': { schema: list } } } },
          },
        },
      },
    });
    expect(operations[1]?.pagination).toEqual({ style: 'link', size: 'per_page', items: [] });
  });
  test('a page that starts at 0', () => {
    const operation = operationOf(
      {
        parameters: [{ name: 'page', in: 'query', schema: { type: 'integer', default: 0 } }],
        responses: { 200: { content: { 'application/json': { schema: list } } } },
      },
      '/x',
      'get',
    );
    expect(operation.pagination).toMatchObject({ start: 0 });
  });
  test('not for what changes something', () =>
    expect(pages(['page', 'per_page'], list, {}, 'post')).toBeUndefined());
  test('for a POST that searches', () => {
    const operation = operationOf({
      operationId: 'searchThings',
      requestBody: { content: { 'application/json': { schema: object({ cursor: text }) } } },
      responses: {
        200: { content: { 'application/json': { schema: object({ items: list, next_cursor: text }) } } },
      },
    });
    expect(operation.pagination).toMatchObject({
      style: 'cursor',
      parameter: 'cursor',
      next: ['next_cursor'],
    });
  });
});

describe('pagination that is stated', () => {
  test('wins, with its arguments by key', () => {
    const operation = operationOf({
      parameters: [{ name: 'filter[page]', in: 'query' }],
      'x-mcpgen': { pagination: { style: 'page', parameter: 'filter[page]', items: ['x'] } },
    });
    expect(operation.pagination).toEqual({ style: 'page', parameter: 'filter_page', items: ['x'] });
  });
  test('learns from the answer where its items are', () => {
    const operation = operationOf({
      responses: { 200: { content: { 'application/json': { schema: object({ things: list }) } } } },
      'x-mcpgen': { pagination: { style: 'link' } },
    });
    expect(operation.pagination).toEqual({ style: 'link', items: ['things'] });
  });
  test('false: none', () => {
    expect(
      operationOf(
        {
          parameters: [{ name: 'page', in: 'query', schema: { type: 'integer' } }],
          responses: { 200: { content: { 'application/json': { schema: list } } } },
          'x-mcpgen': { pagination: false },
        },
        '/x',
        'get',
      ).pagination,
    ).toBeUndefined();
  });
});
