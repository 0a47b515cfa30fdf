import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { body, post } from './given.ts';

const names = (list: readonly { readonly name: string; readonly required: boolean }[]): readonly string[] =>
  list.map(({ name, required }) => (required ? `${name}!` : name));
const text = { type: 'string' };

describe('flattening', () => {
  const cases: readonly [string, Json, readonly string[], readonly Json[]][] = [
    [
      'an object',
      { type: 'object', required: ['a'], properties: { a: text, b: text } },
      ['a!', 'b'],
      [
        ['body', 'a'],
        ['body', 'b'],
      ],
    ],
    ['a reference', { $ref: '#/components/schemas/O' }, ['o'], [['body', 'o']]],
    [
      'allOf',
      { allOf: [{ $ref: '#/components/schemas/O' }, { type: 'object', properties: { p: text } }] },
      ['o', 'p'],
      [
        ['body', 'o'],
        ['body', 'p'],
      ],
    ],
    [
      'a base that others inherit from',
      { type: 'object', properties: { a: text }, discriminator: { propertyName: 'a' } },
      ['a', 'additional'],
      [['body', 'a'], ['body']],
    ],
    ['an array', { type: 'array', items: text }, ['body!'], [['body']]],
    ['a scalar', { type: 'integer' }, ['body!'], [['body']]],
    ['a bare map', { type: 'object', additionalProperties: text }, ['body!'], [['body']]],
    ['an object of nothing', { type: 'object' }, ['body!'], [['body']]],
    [
      'a union of objects',
      {
        oneOf: [
          { type: 'object', properties: { a: text } },
          { type: 'object', properties: { b: text } },
        ],
      },
      ['body!'],
      [['body']],
    ],
    [
      'members that only require',
      { type: 'object', properties: { a: text, b: text }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      ['a', 'b'],
      [
        ['body', 'a'],
        ['body', 'b'],
      ],
    ],
    [
      'a map beside properties',
      { type: 'object', properties: { a: text }, additionalProperties: { type: 'integer' } },
      ['a', 'additional'],
      [['body', 'a'], ['body']],
    ],
    [
      'a property called additional stays apart',
      { type: 'object', properties: { additional: text }, additionalProperties: true },
      ['additional', 'additional'],
      [['body', 'additional'], ['body']],
    ],
    [
      'readOnly is not asked for',
      {
        type: 'object',
        required: ['id', 'a'],
        properties: { id: { type: 'string', readOnly: true }, a: text },
      },
      ['a!'],
      [['body', 'a']],
    ],
  ];
  test.each(cases)('%s', (_title, schema, args, places) => {
    const operation = body(schema, { O: { type: 'object', properties: { o: text } } });
    expect(names(operation.arguments)).toEqual(args);
    expect(operation.request.bindings.map(({ at }) => at)).toEqual(places);
    expect(new Set(operation.arguments.map(({ id }) => id)).size).toBe(args.length);
  });
  test('further members are spread', () => {
    const operation = body({
      type: 'object',
      properties: { a: text },
      additionalProperties: { type: 'integer' },
    });
    expect(operation.request.bindings[1]).toEqual({ at: ['body'], kind: 'spread', arg: 'additional' });
    expect(operation.arguments[1]?.schema).toMatchObject({ kind: 'object', additional: { kind: 'number' } });
  });
  test('a required constant is sent by default', () => {
    const operation = body({
      type: 'object',
      required: ['type', 'a'],
      properties: { type: { const: 'note' }, a: text },
    });
    expect(operation.arguments.map((argument) => [argument.required, argument.default])).toEqual([
      [false, 'note'],
      [true, undefined],
    ]);
  });
  test('an optional body names what it cannot do without', () => {
    const schema = {
      type: 'object',
      required: ['type', 'a'],
      properties: { type: { const: 'note' }, a: text, b: text },
    };
    const operation = body(schema, {}, {});
    expect(names(operation.arguments)).toEqual(['type', 'a', 'b']);
    expect(operation.request.body).toMatchObject({ required: false, requires: ['body.type', 'body.a'] });
  });
  test('x-mcpgen on a property', () => {
    const operation = body({
      type: 'object',
      required: ['teamId'],
      properties: { teamId: { type: 'string', 'x-mcpgen': { name: 'team', env: 'TEAM_ID' } } },
    });
    expect(operation.arguments[0]).toMatchObject({ name: 'team', env: 'TEAM_ID', required: false });
    expect(operation.request.bindings[0]?.at).toEqual(['body', 'teamId']);
  });
  test('bodies of GET and DELETE are bodies', () => {
    expect(
      post({ requestBody: { content: { 'application/json': { schema: text } } } }).request.body,
    ).toBeDefined();
  });
});

describe('media types', () => {
  const kinds: readonly [string, Json, string, string][] = [
    ['application/json', { type: 'object' }, 'json', 'application/json'],
    [
      'application/vnd.api+json; charset=utf-8',
      { type: 'object' },
      'json',
      'application/vnd.api+json; charset=utf-8',
    ],
    ['text/json', {}, 'json', 'text/json'],
    ['*/*', { type: 'object' }, 'json', 'application/json'],
    ['*/*', { type: 'string', format: 'binary' }, 'binary', '*/*'],
    ['application/*', { type: 'string', format: 'binary' }, 'binary', 'application/*'],
    ['application/*', { type: 'object' }, 'json', 'application/json'],
    ['multipart/*', { type: 'object' }, 'multipart', 'multipart/form-data'],
    ['text/*', { type: 'string' }, 'text', 'text/*'],
    ['application/x-www-form-urlencoded', { type: 'object' }, 'form', 'application/x-www-form-urlencoded'],
    ['multipart/form-data', { type: 'object' }, 'multipart', 'multipart/form-data'],
    ['application/octet-stream', {}, 'binary', 'application/octet-stream'],
    ['image/png', { type: 'string', contentEncoding: 'base64' }, 'text', 'image/png'],
    ['application/x-ndjson', { type: 'string' }, 'text', 'application/x-ndjson'],
    ['image/*', { type: 'string', format: 'binary' }, 'binary', 'image/*'],
    ['application/zip', { type: 'string' }, 'binary', 'application/zip'],
    ['application/logplex-1', { type: 'string' }, 'text', 'application/logplex-1'],
    ['text/plain', { type: 'string', format: 'binary' }, 'binary', 'text/plain'],
    [
      'application/x-www-form-urlencoded',
      { type: 'string', contentEncoding: 'binary' },
      'binary',
      'application/x-www-form-urlencoded',
    ],
    ['application/x-www-form-urlencoded', { type: 'string' }, 'text', 'application/x-www-form-urlencoded'],
    ['text/plain', { type: 'string' }, 'text', 'text/plain'],
    ['application/yaml', { type: 'string' }, 'text', 'application/yaml'],
    ['application/xml', { type: 'object' }, 'xml', 'application/xml'],
    ['application/atom+xml', { type: 'object' }, 'xml', 'application/atom+xml'],
    ['application/x-ndjson', { type: 'object' }, 'jsonLines', 'application/x-ndjson'],
    [
      'application/vnd.example',
      { type: 'object', properties: { a: text } },
      'json',
      'application/vnd.example',
    ],
  ];
  test.each(kinds)('%s with %j is %s', (given, schema, kind, mediaType) => {
    const operation = post({ requestBody: { content: { [given]: { schema } } } });
    expect(operation.request.body?.media).toMatchObject([{ kind, mediaType }]);
  });
  test('bytes are bytes whatever the schema says', () => {
    const operation = post({
      requestBody: { content: { 'application/octet-stream': { schema: { type: 'string' } } } },
    });
    expect(operation.arguments[0]?.schema).toMatchObject({ kind: 'string', binary: 'raw' });
  });
  test('itemSchema of 3.2 is an array of items', () => {
    const operation = post({
      requestBody: { content: { 'application/jsonl': { itemSchema: { type: 'object' } } } },
    });
    expect(operation.arguments[0]).toMatchObject({
      name: 'body',
      schema: { kind: 'array', items: { kind: 'object' } },
    });
  });
  test('a name that would split the header is no media type', () => {
    expect(
      post({ requestBody: { content: { 'text/plain\r\nX-Evil: 1': { schema: text } } } }).request.body,
    ).toBeUndefined();
  });
  test('several: JSON first, one argument chooses', () => {
    const schema = { type: 'object', required: ['a'], properties: { a: text } };
    const operation = post({
      requestBody: {
        required: true,
        content: {
          'application/xml': { schema },
          'application/x-www-form-urlencoded': { schema: { type: 'object', properties: { b: text } } },
          'application/json': { schema },
        },
      },
    });
    expect(names(operation.arguments)).toEqual(['a', 'b', 'content-type']);
    expect(operation.request.body?.media.map(({ kind }) => kind)).toEqual(['json', 'xml', 'form']);
    expect(operation.request.body?.chooser).toBe('content-type');
    expect(operation.arguments[2]?.schema).toMatchObject({
      values: ['application/json', 'application/xml', 'application/x-www-form-urlencoded'],
    });
  });
  const bytes = { type: 'string', format: 'binary' };
  const within = (required: boolean, ...ranges: readonly string[]) => {
    const content = Object.fromEntries(ranges.map((range) => [range, { schema: bytes }]));
    const { arguments: all, request } = post({ requestBody: { required, content } });
    return { argument: all[1], body: request.body };
  };
  test('within a range the caller says what the body is', () => {
    const { argument, body } = within(true, 'image/*', 'video/*');
    expect(argument).toMatchObject({ id: 'content-type', required: true });
    expect(argument?.default).toBeUndefined();
    expect(body).toMatchObject({ chooser: 'content-type', requires: [] });
    const { pattern = '' } = argument?.schema.kind === 'string' ? argument.schema : {};
    const types = [
      'image/png',
      'image/svg+xml; charset=utf-8',
      'video/mp4',
      'audio/mp4',
      'image/',
      'image/*',
    ];
    expect(types.filter((type) => new RegExp(pattern).test(type))).toEqual(types.slice(0, 3));
  });
  test('a body that may be left out needs its media type once it is there', () => {
    const { argument, body } = within(false, 'image/*');
    expect(argument).toMatchObject({ id: 'content-type', required: false });
    expect(body).toMatchObject({ required: false, requires: ['content-type'] });
  });
  test('what a range holds anyway is assumed', () => {
    expect(within(true, '*/*').argument).toMatchObject({
      required: false,
      default: 'application/octet-stream',
    });
    expect(within(true, 'image/*', 'image/png').argument).toBeUndefined();
  });
  test('a member that differs by media type is what any of them allows', () => {
    const schema = (id: JsonObject): JsonObject => ({
      properties: { id, same: { type: 'string', title: id.type ?? '' } },
    });
    const operation = post({
      requestBody: {
        content: {
          'application/json': { schema: schema({ type: 'integer' }) },
          'multipart/form-data': { schema: schema({ type: 'string' }) },
          'application/xml': { schema: { properties: { other: {} } } },
        },
      },
    });
    const [id, same] = operation.arguments;
    expect(id?.schema).toMatchObject({ kind: 'union', members: [{ kind: 'number' }, { kind: 'string' }] });
    expect(id?.variants).toMatchObject([
      { media: 0, schema: { kind: 'number' } },
      { media: 1, schema: { kind: 'string' } },
    ]);
    expect(same).toMatchObject({ schema: { kind: 'string' } });
    expect(same?.variants).toBeUndefined();
  });
  test('several of which one has no members: one argument for the body', () => {
    const operation = post({
      requestBody: {
        content: {
          'application/json': { schema: { type: 'object', properties: { a: text } } },
          'text/csv': { schema: text },
        },
      },
    });
    expect(names(operation.arguments)).toEqual(['body', 'content-type']);
    expect(operation.arguments[0]?.schema).toMatchObject({
      kind: 'union',
      members: [{ kind: 'object' }, { kind: 'string' }],
    });
  });
});

describe('bodies that only their schema explains', () => {
  test('a string that may be sent as text is text in every type', () => {
    const medium = { schema: { type: 'string' } };
    const content = { 'application/octet-stream': medium, 'text/plain': medium };
    const { media } = post({ requestBody: { content } }).request.body ?? { media: [] };
    expect(media.map(({ kind }) => kind)).toEqual(['text', 'text']);
  });

  test('members that a multipart body does not name are files where their schema says so', () => {
    const others = (additionalProperties: JsonObject): unknown => {
      const content = { 'multipart/form-data': { schema: { type: 'object', additionalProperties } } };
      const medium = post({ requestBody: { content } }).request.body?.media[0];
      return medium?.kind === 'multipart' ? medium.others : undefined;
    };
    expect(others({ type: 'string', format: 'binary' })).toEqual({ name: '', kind: 'file', headers: [] });
    expect(others(text)).toBeUndefined();
  });

  test('items of a multipart list are written by their positions', () => {
    const media = {
      schema: {
        type: 'array',
        prefixItems: [{ type: 'object' }],
        items: { type: 'string', format: 'binary' },
      },
      prefixEncoding: [{ contentType: 'application/ld+json' }, { contentType: 'image/png' }],
    };
    const medium = post({ requestBody: { content: { 'multipart/related': media } } }).request.body?.media[0];
    expect(medium?.kind === 'multipart' ? medium.positions : undefined).toEqual({
      first: [
        { name: '', kind: 'json', contentType: 'application/ld+json', headers: [] },
        { name: '', kind: 'file', contentType: 'image/png', headers: [] },
      ],
      rest: { name: '', kind: 'file', headers: [] },
    });
  });

  test('a query string that is a form has the encoding of one', () => {
    const schema = { type: 'object', properties: { list: { type: 'array', items: text }, more: text } };
    const media = { schema, encoding: { list: { explode: false } } };
    const content = { 'application/x-www-form-urlencoded': media };
    const { parameters } = post({ parameters: [{ name: 'q', in: 'querystring', content }] }).request;
    expect(parameters.map(({ serialization }) => serialization)).toEqual([
      {
        kind: 'content',
        mediaType: 'application/x-www-form-urlencoded',
        fields: [
          {
            name: 'list',
            serialization: { kind: 'style', style: 'form', explode: false, allowReserved: false },
          },
        ],
      },
    ]);
  });

  test('members without a type are files in a multipart body, unless their encoding says otherwise', () => {
    const operation = post({
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: {
              type: 'object',
              required: ['undeclared'],
              properties: { one: {}, many: { type: 'array', items: {} }, data: {}, note: {}, picture: {} },
            },
            encoding: {
              data: { contentType: 'application/json' },
              note: { contentType: 'text/plain' },
              picture: { contentType: 'image/png' },
            },
          },
        },
      },
    });
    const media = operation.request.body?.media[0];
    expect(media?.kind === 'multipart' && media.parts.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'one file',
      'many file',
      'data json',
      'note text',
      'picture file',
      'undeclared text',
    ]);
    const raw = { kind: 'string', binary: 'raw' };
    expect(operation.arguments.slice(0, 3).map(({ schema }) => schema)).toMatchObject([
      raw,
      { kind: 'array', items: raw },
      { kind: 'any' },
    ]);
  });
});
