import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { post } from './given.ts';

describe('responses', () => {
  const json = { schema: { type: 'object', properties: { a: { type: 'string' } } } };
  const cases: readonly [string, JsonObject, JsonObject, string][] = [
    [
      'JSON',
      { 200: { content: { 'application/json': json } } },
      { kind: 'json', mediaType: 'application/json' },
      'application/json',
    ],
    [
      'vendor JSON',
      { 200: { content: { 'application/vnd.x+json': json } } },
      { kind: 'json', mediaType: 'application/vnd.x+json' },
      'application/vnd.x+json',
    ],
    [
      'JSON among others',
      { 200: { content: { 'application/xml': json, 'application/json': json } } },
      { kind: 'json', mixed: true },
      'application/json',
    ],
    ['anything', { 200: { content: { '*/*': json } } }, { kind: 'json' }, '*/*'],
    [
      'text',
      { 200: { content: { 'text/plain': {}, 'text/csv': {} } } },
      { kind: 'text', mediaType: 'text/plain' },
      'text/plain, text/csv',
    ],
    ['events', { 200: { content: { 'text/event-stream': {} } } }, { kind: 'text' }, 'text/event-stream'],
    [
      'JSON lines',
      { 200: { content: { 'application/jsonl': { itemSchema: {} } } } },
      { kind: 'text' },
      'application/jsonl',
    ],
    [
      'bytes',
      { 200: { content: { 'image/png': {} } } },
      { kind: 'binary', mediaType: 'image/png' },
      'image/png',
    ],
    ['nothing', { 204: { description: '' } }, { kind: 'none', mediaType: '' }, '*/*'],
    ['undocumented', {}, { kind: 'text', mediaType: '' }, '*/*'],
    ['a success without a word', { 200: { description: 'ok' } }, { kind: 'text' }, '*/*'],
    [
      'a range, before an error',
      { 400: { content: { 'text/plain': {} } }, '2XX': { content: { 'application/json': json } } },
      { kind: 'json' },
      'application/json',
    ],
    [
      'default alone',
      { default: { content: { 'application/json': json } } },
      { kind: 'json' },
      'application/json',
    ],
    [
      'sometimes empty',
      { 200: { content: { 'application/json': json } }, 204: {} },
      { kind: 'json', mixed: true },
      'application/json',
    ],
    ['headers', { 200: { headers: { Link: {}, 'X-Total': {} } } }, { headers: ['link', 'x-total'] }, '*/*'],
    [
      'a media type that would split the header',
      { 200: { content: { 'text/plain\r\nX: y': {} } } },
      { kind: 'text', mediaType: '' },
      '*/*',
    ],
  ];
  test.each(cases)('%s', (_title, responses, want, accept) => {
    const operation = post({ responses });
    expect(operation.response).toMatchObject(want);
    expect(operation.request.accept).toBe(accept);
  });
  test('several schemas are any of them', () => {
    const operation = post({
      responses: {
        200: { content: { 'application/json': json } },
        201: { content: { 'application/json': { schema: { type: 'string' } } } },
      },
    });
    expect(operation.response.schema).toMatchObject({
      kind: 'union',
      members: [{ kind: 'object' }, { kind: 'string' }],
    });
  });
});
