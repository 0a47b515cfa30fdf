import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { ok, sourceOf } from './support.ts';

/** A Swagger 2.0 document of one operation `POST /a/{id}`. */
function swagger(operation: JsonObject, more: JsonObject = {}): Json {
  return {
    swagger: '2.0',
    info: { title: 'T', version: '1' },
    paths: { '/a': { post: { responses: {}, ...operation } } },
    ...more,
  };
}
const POST = '/paths/~1a/post';

describe('servers', () => {
  const cases: readonly { title: string; given: JsonObject; want: readonly string[] }[] = [
    {
      title: 'host, base path and schemes, https first',
      given: { host: 'h.test', basePath: '/v1/', schemes: ['ws', 'http', 'https'] },
      want: ['https://h.test/v1', 'http://h.test/v1'],
    },
    { title: 'no scheme is https', given: { host: 'h.test' }, want: ['https://h.test'] },
    {
      title: 'no scheme on this machine is http',
      given: { host: 'localhost:8080', basePath: 'v1' },
      want: ['http://localhost:8080/v1'],
    },
    { title: 'no host is relative', given: { basePath: '/v1' }, want: ['/v1'] },
    { title: 'nothing is the root', given: {}, want: ['/'] },
  ];
  it.each(cases)('$title', async ({ given, want }) => {
    const source = await sourceOf({ 'a.json': swagger({}, given) });
    expect(source.at('/servers')).toEqual(want.map((url) => ({ url })));
    expect(source.at('/openapi')).toBe('3.1.0');
    expect(source.at('/swagger')).toBeUndefined();
  });

  it('of an operation, if its scheme is another', async () => {
    const source = await sourceOf({
      'a.json': swagger({ schemes: ['http'] }, { host: 'h.test', schemes: ['https'], basePath: '/v1' }),
    });
    expect(source.at(`${POST}/servers`)).toEqual([{ url: 'http://h.test/v1' }]);
  });
});

describe('parameters', () => {
  const list = (more: JsonObject): JsonObject => ({
    name: 'p',
    in: 'query',
    type: 'array',
    items: { type: 'string' },
    ...more,
  });
  const cases: readonly { title: string; given: JsonObject; want: JsonObject }[] = [
    {
      title: 'plain',
      given: {
        name: 'p',
        in: 'query',
        type: 'integer',
        maximum: 5,
        exclusiveMaximum: true,
        'x-mcpgen': { env: 'P' },
      },
      want: {
        name: 'p',
        in: 'query',
        'x-mcpgen': { env: 'P' },
        schema: { type: 'integer', exclusiveMaximum: 5 },
      },
    },
    { title: 'csv, the default', given: list({}), want: { style: 'form', explode: false } },
    { title: 'csv in a header', given: list({ in: 'header' }), want: { style: 'simple', explode: false } },
    {
      title: 'ssv',
      given: list({ collectionFormat: 'ssv' }),
      want: { style: 'spaceDelimited', explode: false },
    },
    {
      title: 'tsv',
      given: list({ collectionFormat: 'tsv' }),
      want: { style: 'tabDelimited', explode: false },
    },
    {
      title: 'pipes',
      given: list({ collectionFormat: 'pipes' }),
      want: { style: 'pipeDelimited', explode: false },
    },
    { title: 'multi', given: list({ collectionFormat: 'multi' }), want: { style: 'form', explode: true } },
    {
      title: 'nullable',
      given: { name: 'p', in: 'query', type: 'string', 'x-nullable': true },
      want: { name: 'p', in: 'query', schema: { type: ['string', 'null'] } },
    },
  ];
  it.each(cases)('$title', async ({ given, want }) => {
    const source = await sourceOf({ 'a.json': swagger({ parameters: [given] }) });
    expect(source.at(`${POST}/parameters/0`)).toMatchObject(want);
    expect(source.from(`${POST}/parameters/0/schema/type`)).toBe(`a.json#${POST}/parameters/0/type`);
  });

  it('may have items that refer to a definition', async () => {
    const source = await sourceOf({
      'a.json': swagger(
        { parameters: [list({ items: { $ref: '#/definitions/T' } })] },
        { definitions: { T: { type: 'string', enum: ['a'] } } },
      ),
    });
    expect(source.at(`${POST}/parameters/0/schema/items`)).toEqual({ $ref: '#/components/schemas/T' });
  });

  it('of the document and of a path item keep their places', async () => {
    const source = await sourceOf({
      'a.json': swagger(
        { parameters: [{ $ref: '#/parameters/B' }, { $ref: '#/parameters/P' }] },
        {
          parameters: {
            P: { name: 'p', in: 'query', type: 'string' },
            B: {
              name: 'b',
              in: 'body',
              description: 'D',
              required: true,
              schema: { $ref: '#/definitions/T' },
            },
          },
          definitions: { T: { type: 'object', properties: { o: { $ref: '#/definitions/T' } } } },
        },
      ),
    });
    expect(source.at(`${POST}/parameters`)).toEqual([{ $ref: '#/components/parameters/P' }]);
    expect(source.at('/components/parameters')).toEqual({
      P: { name: 'p', in: 'query', schema: { type: 'string' } },
    });
    expect(source.at(`${POST}/requestBody`)).toEqual({
      description: 'D',
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/T' } } },
    });
    expect(source.from(`${POST}/requestBody/description`)).toBe('a.json#/parameters/B/description');
    expect(source.from('/components/schemas/T/type')).toBe('a.json#/definitions/T/type');
    expect(source.from('/components/parameters/P/schema/type')).toBe('a.json#/parameters/P/type');
  });

  it('of a path item that belong to the body go to its operations, unless they have their own', async () => {
    const body = (type: string): JsonObject => ({ name: 'b', in: 'body', schema: { type } });
    const source = await sourceOf({
      'a.json': {
        swagger: '2.0',
        info: { title: 'T', version: '1' },
        paths: {
          '/a': {
            parameters: [body('string'), { name: 'q', in: 'query', type: 'string' }],
            post: ok,
            put: { ...(ok as JsonObject), parameters: [body('integer')] },
          },
        },
      },
    });
    const type = '/requestBody/content/application~1json/schema/type';
    expect(source.at(`/paths/~1a/post${type}`)).toBe('string');
    expect(source.at(`/paths/~1a/put${type}`)).toBe('integer');
    expect(source.at('/paths/~1a/parameters')).toEqual([
      { name: 'q', in: 'query', schema: { type: 'string' } },
    ]);
    expect(source.from('/paths/~1a/parameters/0/name')).toBe('a.json#/paths/~1a/parameters/1/name');
  });
});

describe('bodies', () => {
  const text: JsonObject = {
    name: 't',
    in: 'formData',
    type: 'string',
    required: true,
    description: 'D',
    'x-mcpgen': { env: 'T' },
  };
  const many: JsonObject = {
    name: 'm',
    in: 'formData',
    type: 'array',
    items: { type: 'string' },
    collectionFormat: 'multi',
  };
  const file: JsonObject = { name: 'f', in: 'formData', type: 'file' };

  it('take the media types of the operation, else of the document, else JSON', async () => {
    const parameters = [{ name: 'b', in: 'body', schema: { type: 'string' } }];
    const types = async (operation: JsonObject, more: JsonObject) => {
      const source = await sourceOf({ 'a.json': swagger({ parameters, ...operation }, more) });
      return Object.keys(source.at(`${POST}/requestBody/content`) ?? {});
    };
    expect(await types({ consumes: ['text/plain'] }, { consumes: ['application/xml'] })).toEqual([
      'text/plain',
    ]);
    expect(await types({}, { consumes: ['application/xml'] })).toEqual(['application/xml']);
    expect(await types({}, {})).toEqual(['application/json']);
  });

  it('of form fields', async () => {
    const source = await sourceOf({ 'a.json': swagger({ parameters: [text, many] }) });
    expect(source.at(`${POST}/requestBody`)).toEqual({
      required: true,
      content: {
        'application/x-www-form-urlencoded': {
          schema: {
            type: 'object',
            properties: {
              t: { type: 'string', description: 'D', 'x-mcpgen': { env: 'T' } },
              m: { type: 'array', items: { type: 'string' } },
            },
            required: ['t'],
          },
          encoding: { m: { style: 'form', explode: true } },
        },
      },
    });
    const property = '/requestBody/content/application~1x-www-form-urlencoded/schema/properties/m/type';
    expect(source.from(POST + property)).toBe(`a.json#${POST}/parameters/1/type`);
  });

  it('with a file are multipart, whatever the document consumes', async () => {
    const consumes = ['application/json', 'application/x-www-form-urlencoded'];
    const source = await sourceOf({ 'a.json': swagger({ parameters: [file, text], consumes }) });
    expect(Object.keys(source.at(`${POST}/requestBody/content`) ?? {})).toEqual(['multipart/form-data']);
    expect(source.at(`${POST}/requestBody/content/multipart~1form-data/schema/properties/f`)).toEqual({
      type: 'string',
      format: 'binary',
    });
  });
});

it('responses get content by what the operation produces, headers get schemas', async () => {
  const source = await sourceOf({
    'a.json': swagger(
      {
        produces: ['application/json', 'text/csv'],
        responses: {
          200: {
            description: 'ok',
            schema: { $ref: '#/definitions/T' },
            headers: { 'X-Next': { type: 'integer', description: 'D' } },
            examples: { 'text/csv': 'a' },
          },
          204: { description: 'none' },
          default: { $ref: '#/responses/Bad' },
          'x-more': { schema: 1 },
        },
      },
      {
        definitions: {
          T: {
            type: 'object',
            discriminator: 'kind',
            properties: { k: { type: 'string', 'x-nullable': true } },
          },
        },
        responses: { Bad: { description: 'bad', schema: { type: 'file' } } },
      },
    ),
  });
  const schema = { $ref: '#/components/schemas/T' };
  expect(source.at(`${POST}/responses`)).toEqual({
    200: {
      description: 'ok',
      headers: { 'X-Next': { description: 'D', schema: { type: 'integer' } } },
      content: { 'application/json': { schema }, 'text/csv': { schema, example: 'a' } },
    },
    204: { description: 'none' },
    default: { $ref: '#/components/responses/Bad' },
    'x-more': { schema: 1 },
  });
  expect(source.at('/components/responses/Bad')).toEqual({
    description: 'bad',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  });
  expect(source.at('/components/schemas/T')).toEqual({
    type: 'object',
    discriminator: { propertyName: 'kind' },
    properties: { k: { type: ['string', 'null'] } },
  });
  expect(source.from(`${POST}/responses/200/content/text~1csv/schema`)).toBe(
    `a.json#${POST}/responses/200/schema`,
  );
});

it('security definitions become security schemes', async () => {
  const scopes = { read: 'R' };
  const source = await sourceOf({
    'a.json': swagger(
      { security: [{ k: [] }] },
      {
        securityDefinitions: {
          b: { type: 'basic', 'x-mcpgen': { env: 'B' } },
          k: { type: 'apiKey', in: 'header', name: 'X-Key' },
          app: { type: 'oauth2', flow: 'application', tokenUrl: 'https://h.test/t', scopes },
          code: {
            type: 'oauth2',
            flow: 'accessCode',
            tokenUrl: 'https://h.test/t',
            authorizationUrl: 'https://h.test/a',
          },
          odd: { type: 'oauth2', flow: 'constructor' },
        },
      },
    ),
  });
  expect(source.at('/components/securitySchemes')).toEqual({
    b: { type: 'http', scheme: 'basic', 'x-mcpgen': { env: 'B' } },
    k: { type: 'apiKey', in: 'header', name: 'X-Key' },
    app: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://h.test/t', scopes } } },
    code: {
      type: 'oauth2',
      flows: {
        authorizationCode: { tokenUrl: 'https://h.test/t', authorizationUrl: 'https://h.test/a', scopes: {} },
      },
    },
    odd: { type: 'oauth2', flows: { constructor: { scopes: {} } } },
  });
  expect(source.at(`${POST}/security`)).toEqual([{ k: [] }]);
});
