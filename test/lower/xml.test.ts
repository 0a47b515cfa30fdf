import { describe, expect, test } from 'vitest';
import { post } from './given.ts';

const text = { type: 'string' };

describe('XML bodies', () => {
  test('names, attributes, wrapped arrays, recursion', () => {
    const operation = post(
      { requestBody: { content: { 'application/xml': { schema: { $ref: '#/components/schemas/Pet' } } } } },
      {
        components: {
          schemas: {
            Pet: {
              type: 'object',
              xml: { name: 'pet', namespace: 'urn:p', prefix: 'p' },
              properties: {
                id: { type: 'integer', xml: { attribute: true } },
                tags: {
                  type: 'array',
                  xml: { name: 'tagList', wrapped: true },
                  items: { type: 'string', xml: { name: 'tag' } },
                },
                urls: { type: 'array', items: text },
                parent: { $ref: '#/components/schemas/Pet' },
              },
            },
          },
        },
      },
    );
    expect(operation.request.body?.media[0]).toEqual({
      kind: 'xml',
      mediaType: 'application/xml',
      root: {
        name: 'pet',
        namespace: 'urn:p',
        prefix: 'p',
        properties: [
          { property: 'id', shape: { name: 'id', attribute: true } },
          { property: 'tags', shape: { name: 'tagList', wrapped: true, items: { name: 'tag' } } },
          { property: 'urls', shape: { name: 'urls', items: { name: 'urls' } } },
          { property: 'parent', shape: { name: 'pet', namespace: 'urn:p', prefix: 'p' } },
        ],
      },
    });
  });
});

describe('XML bodies of 3.2', () => {
  test('nodes that are no elements', () => {
    const properties = {
      a: { ...text, xml: { nodeType: 'attribute' } },
      t: { ...text, xml: { nodeType: 'text' } },
      c: { ...text, xml: { nodeType: 'cdata' } },
      n: { type: 'object', xml: { nodeType: 'none' }, properties: { m: text } },
    };
    const schema = { type: 'object', xml: { name: 'r' }, properties };
    const medium = post({ requestBody: { content: { 'application/xml': { schema } } } }).request.body
      ?.media[0];
    const shapes = medium?.kind === 'xml' ? (medium.root.properties ?? []) : [];
    expect(shapes.map(({ shape }) => shape)).toEqual([
      { name: 'a', attribute: true },
      { name: 't', node: 'text' },
      { name: 'c', node: 'cdata' },
      { name: 'n', node: 'none', properties: [{ property: 'm', shape: { name: 'm' } }] },
    ]);
  });
});
