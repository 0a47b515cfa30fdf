import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
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
        like: 0,
        named: [
          {
            properties: [
              { property: 'id', shape: { name: 'id', attribute: true } },
              { property: 'tags', shape: { name: 'tagList', wrapped: true, items: { name: 'tag' } } },
              { property: 'urls', shape: { name: 'urls', items: { name: 'urls' } } },
              { property: 'parent', shape: { name: 'pet', namespace: 'urn:p', prefix: 'p', like: 0 } },
            ],
          },
        ],
      },
    });
  });

  test('what is referred to twice without holding itself is described in its places', () => {
    const component = { $ref: '#/components/schemas/Name' };
    const schema = { type: 'object', properties: { a: component, b: component } };
    const Name = { type: 'object', properties: { x: { ...text, xml: { name: 'y' } } } };
    const operation = post(
      { requestBody: { content: { 'application/xml': { schema } } } },
      { components: { schemas: { Name } } },
    );
    const properties = [{ property: 'x', shape: { name: 'y' } }];
    expect(operation.request.body?.media[0]).toMatchObject({
      root: {
        name: 'root',
        properties: [
          { property: 'a', shape: { name: 'a', properties } },
          { property: 'b', shape: { name: 'b', properties } },
        ],
      },
    });
  });

  test('what stands beside a reference is nearer than what it leads to', () => {
    const a = { $ref: '#/components/schemas/Name', xml: { name: 'near' } };
    const schema = { type: 'object', properties: { a, b: { $ref: '#/components/schemas/Name' } } };
    const operation = post(
      { requestBody: { content: { 'application/xml': { schema } } } },
      { components: { schemas: { Name: { ...text, xml: { name: 'far', attribute: true } } } } },
    );
    const properties = [
      { property: 'a', shape: { name: 'near' } },
      { property: 'b', shape: { name: 'far', attribute: true } },
    ];
    expect(operation.request.body?.media[0]).toMatchObject({ root: { name: 'root', properties } });
  });

  const shapeOfSchema = (schema: JsonObject, schemas: JsonObject = {}) => {
    const medium = post(
      { requestBody: { content: { 'application/xml': { schema } } } },
      { components: { schemas } },
    ).request.body?.media[0];
    return medium?.kind === 'xml' ? medium.root : undefined;
  };
  const attribute = { ...text, xml: { attribute: true } };

  test('members of alternatives are described', () => {
    const one = { type: 'object', properties: { a: attribute } };
    const other = { type: 'object', properties: { b: { ...text, xml: { name: 'bee' } } } };
    const schema = { oneOf: [one, { $ref: '#/components/schemas/Other' }], properties: { c: text } };
    expect(shapeOfSchema(schema, { Other: { anyOf: [other, schema] } })).toEqual({
      name: 'root',
      properties: [
        { property: 'a', shape: { name: 'a', attribute: true } },
        { property: 'b', shape: { name: 'bee' } },
        { property: 'c', shape: { name: 'c' } },
      ],
    });
  });

  test('what may be null beside is itself', () => {
    const list = {
      type: 'array',
      xml: { name: 'all', wrapped: true },
      items: { ...text, xml: { name: 'i' } },
    };
    const named = { allOf: [{ $ref: '#/components/schemas/Named' }] };
    const properties = {
      list: { anyOf: [list, { type: 'null' }] },
      named: { anyOf: [named, { type: 'null' }] },
    };
    const Named = { type: 'object', xml: { name: 'n' }, properties: { a: attribute } };
    expect(shapeOfSchema({ type: 'object', properties }, { Named })?.properties).toEqual([
      { property: 'list', shape: { name: 'all', wrapped: true, items: { name: 'i' } } },
      {
        property: 'named',
        shape: { name: 'n', properties: [{ property: 'a', shape: { name: 'a', attribute: true } }] },
      },
    ]);
  });

  test('schemas that all hold each other are described once each, whatever their depth', () => {
    const names = Array.from({ length: 40 }, (_, index) => `S${index}`);
    const properties = Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/schemas/${name}` }]),
    );
    const schemas = Object.fromEntries(names.map((name) => [name, { type: 'object', properties }]));
    const medium = post(
      { requestBody: { content: { 'application/xml': { schema: { $ref: '#/components/schemas/S0' } } } } },
      { components: { schemas } },
    ).request.body?.media[0];
    expect(medium?.kind === 'xml' ? medium.root.named?.length : 0).toBe(40);
    expect(JSON.stringify(medium).length).toBeLessThan(200_000);
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
