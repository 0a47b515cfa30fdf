import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { callWrapper } from './callers.ts';
import { bothRoutes, type Case } from './routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-routes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bytes = join(folder, 'bytes');
writeFileSync(bytes, 'hi');

const text = { type: 'string' };
const responses = { 200: { description: 'ok' } };
const sent = (schema: Json, more: JsonObject = {}): JsonObject => ({
  required: true,
  content: { 'application/json': { schema } },
  ...more,
});

const paths: JsonObject = {
  '/delimited/{a},{b}': {
    get: {
      operationId: 'delimited',
      parameters: [
        {
          name: 'a',
          in: 'path',
          required: true,
          style: 'pipeDelimited',
          schema: { type: 'array', items: text },
        },
        { name: 'b', in: 'path', required: true, schema: text },
      ],
      responses,
    },
  },
  '/null': { put: { operationId: 'nothing', requestBody: sent({ type: ['object', 'null'] }), responses } },
  '/encoded': {
    put: {
      operationId: 'encoded',
      requestBody: {
        required: true,
        content: { 'image/png': { schema: { type: 'string', contentEncoding: 'base64' } } },
      },
      responses,
    },
  },
  '/picture': {
    put: {
      operationId: 'picture',
      requestBody: { required: true, content: { 'image/*': { schema: {} }, 'video/*': { schema: {} } } },
      responses,
    },
    post: { operationId: 'maybe', requestBody: { content: { 'image/*': { schema: {} } } }, responses },
  },
  '/any': {
    put: {
      operationId: 'any',
      requestBody: {
        required: true,
        content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
      },
      responses,
    },
  },
  '/form': {
    post: {
      operationId: 'form',
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              properties: {
                plain: text,
                'a b~': text,
                kept: text,
                json: { type: 'array', items: { type: 'integer' } },
                pipes: { type: 'array', items: text },
              },
            },
            encoding: {
              'a b~': { style: 'form' },
              kept: { allowReserved: true },
              json: { contentType: 'application/json' },
              pipes: { style: 'pipeDelimited', explode: false },
            },
          },
        },
      },
      responses,
    },
  },
  '/optional': {
    post: {
      operationId: 'optional',
      requestBody: sent(
        {
          type: 'object',
          required: ['kind', 'id'],
          properties: {
            kind: { const: 'k' },
            id: text,
            note: text,
            size: { type: 'integer', 'x-mcpgen': { default: 5 } },
          },
        },
        { required: false },
      ),
      responses,
    },
  },
  '/100%/x': { additionalOperations: { Notify: { operationId: 'notify', responses } } },
  '/reserved': {
    get: {
      operationId: 'reserved',
      parameters: [
        {
          name: 'list',
          in: 'query',
          allowReserved: true,
          explode: false,
          schema: { type: 'array', items: text },
        },
      ],
      responses,
    },
  },
  '/cookie': {
    get: { operationId: 'cookie', parameters: [{ name: 'a b;c', in: 'cookie', schema: text }], responses },
  },
  '/code': {
    post: {
      operationId: 'code',
      requestBody: { required: true, content: { 'openapi/python/client': { schema: text } } },
      responses,
    },
  },
};

const cases: readonly Case[] = [
  {
    name: 'a body within a range is what the caller says',
    words: ['picture', '--body', bytes, '--content-type', 'video/mp4; codecs="avc1"'],
    values: { body: 'aGk=', 'content-type': 'video/mp4; codecs="avc1"' },
    sent: { body: 'hi', type: 'video/mp4; codecs="avc1"' },
  },
  {
    name: 'a body within a range may be left out with its media type',
    words: ['maybe'],
    values: {},
    sent: { method: 'POST', body: '' },
  },
  {
    name: 'bytes of any kind are bytes',
    words: ['any', '--body', bytes],
    values: { body: 'aGk=' },
    sent: { body: 'hi', type: 'application/octet-stream' },
  },
  {
    name: 'bytes of any kind may be said to be something',
    words: ['any', '--data', `@${bytes}`, '--content-type', 'text/csv'],
    values: { body: 'aGk=', 'content-type': 'text/csv' },
    sent: { body: 'hi', type: 'text/csv' },
  },
  {
    name: 'a form writes members with a style as a query does, the others as HTML does',
    words: [
      'form',
      '--plain',
      'a~b c*',
      '--a-b',
      '~ *',
      '--kept',
      'a/b c',
      '--json',
      '1',
      '--json',
      '2',
      '--pipes',
      'a',
      '--pipes',
      'b c',
    ],
    values: { plain: 'a~b c*', a_b: '~ *', kept: 'a/b c', json: [1, 2], pipes: ['a', 'b c'] },
    sent: { body: 'plain=a%7Eb+c*&a%20b~=~%20%2A&kept=a/b%20c&json=1&json=2&pipes=a%7Cb%20c' },
  },
  { name: 'an optional body is not made of defaults', words: ['optional'], values: {}, sent: { body: '' } },
  {
    name: 'an optional body has its defaults once there is one',
    words: ['optional', '--id', 'x'],
    values: { id: 'x' },
    sent: { body: '{"kind":"k","id":"x","size":5}', type: 'application/json' },
  },
  {
    name: 'a method has case, and a bare % of a path is encoded',
    words: ['notify'],
    values: {},
    sent: { method: 'Notify', target: '/100%25/x' },
  },
  {
    name: 'reserved characters stay wherever they stand',
    words: ['reserved', '--list', ':@@', '--list', '%3A%', '--list', '/?'],
    values: { list: [':@@', '%3A%', '/?'] },
    sent: { target: '/reserved?list=:@@,%3A%25,/?' },
  },
  {
    name: 'the name of a cookie is encoded',
    words: ['cookie', '--a-b-c', 'v w'],
    values: { a_b_c: 'v w' },
    sent: { cookie: 'a%20b%3Bc=v%20w' },
  },
  {
    name: 'a list in a path by a delimiter, encoded',
    words: ['delimited', '--a', '../x', '--a', 'b c', 'd'],
    values: { a: ['../x', 'b c'], b: 'd' },
    sent: { target: '/delimited/..%2Fx%7Cb%20c,d' },
  },
  {
    name: 'a body that is null',
    words: ['nothing', '--body-json', 'null'],
    values: { body: null },
    sent: { body: 'null', type: 'application/json' },
  },
  {
    name: 'base64 as the text that the document asks for',
    words: ['encoded', '--body', bytes],
    values: { body: 'aGk=' },
    sent: { body: 'aGk=', type: 'image/png' },
  },
  {
    name: 'a media type that nobody knows is text where its schema says so',
    words: ['code', '--body', 'import x\n'],
    values: { body: 'import x\n' },
    sent: { body: 'import x\n', type: 'openapi/python/client' },
  },
];

describe('both routes send', () => {
  const routes = bothRoutes(paths, cases);

  it('no optional body that lacks a part', async () => {
    expect(await callWrapper(routes().wrapper, ['optional', '--note', 'x'], {})).toMatchObject({
      status: 2,
      message: expect.stringContaining('--id'),
    });
    expect(await routes().server.call('optional', { note: 'x' })).toMatchObject({
      status: 1,
      message: expect.stringContaining('`id`'),
    });
    expect([...routes().recorder.take('w'), ...routes().recorder.take('s')]).toEqual([]);
  });

  it.each([
    ['picture', ['--body', bytes], {}],
    ['picture', ['--body', bytes, '--content-type', 'text/plain'], { 'content-type': 'text/plain' }],
    ['picture', ['--body', bytes, '--content-type', 'image/*'], { 'content-type': 'image/*' }],
    ['maybe', ['--body', bytes], {}],
    ['maybe', ['--data', `@${bytes}`], {}],
  ])('no body of %s whose media type is not within its range: %j', async (name, words, values) => {
    expect(await callWrapper(routes().wrapper, [name, ...words], {})).toMatchObject({
      status: 2,
      message: expect.stringContaining('--content-type'),
    });
    expect(await routes().server.call(name, { body: 'aGk=', ...values })).toMatchObject({
      status: 1,
      message: expect.stringContaining('`content-type`'),
    });
    expect([...routes().recorder.take('w'), ...routes().recorder.take('s')]).toEqual([]);
  });
});
