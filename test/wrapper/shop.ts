import type { JsonObject } from '../../src/model/json.ts';

const string = { type: 'string' };
const id = { in: 'path', name: 'id', required: true, schema: string, description: 'Which one.' };
const ok = { 200: { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } } };
const photo = {
  200: { description: 'ok', content: { 'image/png': { schema: { type: 'string', format: 'binary' } } } },
};

/** A small API that has one of everything that the wrapper's tests look at. */
export const shop: JsonObject = {
  openapi: '3.1.0',
  info: { title: 'Shop', version: '1.2' },
  servers: [{ url: 'https://shop.example/v1' }],
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } } },
  'x-mcpgen': { name: 'shop' },
  paths: {
    '/items': {
      get: {
        operationId: 'listItems',
        tags: ['items'],
        summary: 'List items',
        parameters: [
          { in: 'query', name: 'state', schema: { type: 'string', enum: ['open', 'closed'] } },
          { in: 'query', name: 'limit', schema: { type: 'integer', minimum: 1 } },
          { in: 'query', name: 'cursor', schema: string },
        ],
        'x-mcpgen': {
          pagination: { style: 'cursor', parameter: 'cursor', next: ['next'], items: ['items'] },
        },
        responses: ok,
      },
      post: {
        operationId: 'createItem',
        tags: ['items'],
        summary: 'Create an item',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: { type: 'string', description: 'What it is called.' },
                  price: { type: 'number', description: 'In euros.' },
                  active: { type: 'boolean' },
                  tags: { type: 'array', items: string },
                  note: { type: ['string', 'null'] },
                  code: { type: 'string', pattern: '^[A-Z]{2}$' },
                  size: { type: 'object', properties: { width: { type: 'integer' }, unit: string } },
                },
              },
            },
          },
        },
        responses: ok,
      },
    },
    '/items/{id}': {
      get: {
        operationId: 'getItem',
        tags: ['items'],
        summary: 'Get an item',
        parameters: [
          id,
          { in: 'query', name: 'fields_wanted', schema: { type: 'array', items: string } },
          { in: 'header', name: 'X-Trace', schema: string },
        ],
        responses: ok,
      },
    },
    '/items/{id}/photo': {
      get: {
        operationId: 'getPhoto',
        tags: ['photos'],
        summary: 'Get a photo',
        parameters: [id],
        responses: photo,
      },
      put: {
        operationId: 'putPhoto',
        tags: ['photos'],
        summary: 'Set a photo',
        parameters: [id],
        requestBody: {
          required: true,
          content: { 'image/png': { schema: { type: 'string', format: 'binary' } } },
        },
        responses: ok,
      },
    },
    '/uploads': {
      post: {
        operationId: 'upload',
        tags: ['photos'],
        summary: 'Upload a file',
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                properties: {
                  file: { type: 'string', format: 'binary' },
                  title: string,
                  meta: { type: 'object' },
                },
              },
            },
          },
        },
        responses: ok,
      },
    },
    '/links': {
      get: {
        operationId: 'listLinks',
        tags: ['pages'],
        summary: 'Pages by Link header',
        'x-mcpgen': { pagination: { style: 'link' } },
        responses: ok,
      },
    },
    '/pages': {
      get: {
        operationId: 'listPages',
        tags: ['pages'],
        summary: 'Pages by number',
        parameters: [
          { in: 'query', name: 'page', schema: { type: 'integer' } },
          { in: 'query', name: 'per_page', schema: { type: 'integer' } },
        ],
        'x-mcpgen': { pagination: { style: 'page', parameter: 'page', size: 'per_page' } },
        responses: ok,
      },
    },
    '/ping': {
      get: {
        operationId: 'ping',
        tags: ['pages'],
        summary: 'Whether it is there',
        security: [],
        responses: ok,
      },
    },
  },
};
