/** Text of a small OpenAPI document: list, get and create of one thing, with an API key in a header. */
export function smallSpec(
  name: string,
  change: { readonly [key: string]: unknown } = {},
  extension: { readonly [key: string]: unknown } = {},
): string {
  const answer = {
    200: { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } },
  };
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
  const document = {
    openapi: '3.1.0',
    info: { title: name, version: '1' },
    servers: [{ url: 'https://api.example.com/v1' }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
    paths: {
      '/things': {
        get: {
          operationId: 'listThings',
          tags: ['things'],
          parameters: [{ name: 'state', in: 'query', schema: { type: 'string', enum: ['open', 'done'] } }],
          responses: answer,
        },
        post: {
          operationId: 'createThing',
          tags: ['things'],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
              },
            },
          },
          responses: answer,
        },
      },
      '/things/{id}': {
        get: { operationId: 'getThing', tags: ['things'], parameters: [id], responses: answer },
      },
    },
    'x-mcpgen': { name, ...extension },
    ...change,
  };
  return JSON.stringify(document, null, 2);
}
