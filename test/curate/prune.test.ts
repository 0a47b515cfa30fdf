import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curate } from '../../src/curate/curate.ts';
import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';
import { openapi, source, whence } from './source.ts';

const ref = (section: string, name: string): JsonObject => ({ $ref: `#/components/${section}/${name}` });
const answer = (schema: Json): JsonObject => ({
  responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } },
});

/** `section: names` of the components that are left. */
function left(document: JsonObject): { [section: string]: string[] } {
  const components = curate(source(openapi(document)), []).value?.document.components;
  return Object.fromEntries(
    Object.entries(isObject(components) ? components : {}).map(([section, names]) => [
      section,
      Object.keys(names ?? {}),
    ]),
  );
}

describe('components', () => {
  const unused = { Unused: {} };
  it('are kept in every section if an operation reaches them, else dropped', () => {
    const operation = {
      parameters: [ref('parameters', 'P')],
      requestBody: ref('requestBodies', 'B'),
      responses: { 200: ref('responses', 'R') },
      callbacks: { c: ref('callbacks', 'C') },
      security: [{ key: [] }],
    };
    expect(
      left({
        paths: { '/a': { post: operation } },
        webhooks: { w: { post: answer(ref('schemas', 'OnlyWebhook')) } },
        components: {
          parameters: {
            P: { name: 'p', in: 'query', schema: ref('schemas', 'A'), examples: { e: ref('examples', 'E') } },
            ...unused,
          },
          requestBodies: { B: { content: { 'application/json': ref('mediaTypes', 'M') } }, ...unused },
          mediaTypes: { M: { itemSchema: ref('schemas', 'B') }, ...unused },
          responses: {
            R: { description: '', headers: { h: ref('headers', 'H') }, links: { l: ref('links', 'L') } },
            ...unused,
          },
          headers: { H: { schema: ref('schemas', 'C') }, ...unused },
          links: { L: {}, ...unused },
          callbacks: { C: { '{$url}': ref('pathItems', 'I') }, ...unused },
          pathItems: { I: { post: answer({ properties: { x: ref('schemas', 'D') } }) }, ...unused },
          examples: { E: { value: 1 }, ...unused },
          securitySchemes: { key: {}, ...unused },
          schemas: { A: {}, B: {}, C: {}, D: {}, OnlyWebhook: {}, ...unused },
        },
      }),
    ).toEqual({
      parameters: ['P'],
      requestBodies: ['B'],
      mediaTypes: ['M'],
      responses: ['R'],
      headers: ['H'],
      links: ['L'],
      callbacks: ['C'],
      pathItems: ['I'],
      examples: ['E'],
      securitySchemes: ['key'],
      schemas: ['A', 'B', 'C', 'D'],
    });
  });

  it('are reached through every keyword that holds a schema, and through discriminators', () => {
    const keywords: { [keyword: string]: (schema: Json) => Json } = {};
    for (const one of [
      'items',
      'additionalProperties',
      'not',
      'if',
      'then',
      'else',
      'contains',
      'propertyNames',
      'unevaluatedItems',
      'contentSchema',
    ])
      keywords[one] = (schema) => schema;
    for (const list of ['allOf', 'anyOf', 'oneOf', 'prefixItems']) keywords[list] = (schema) => [schema];
    for (const map of ['properties', 'patternProperties', '$defs', 'dependentSchemas'])
      keywords[map] = (schema) => ({ $ref: schema });
    const names = Object.keys(keywords);
    const root: JsonObject = {
      ...Object.fromEntries(names.map((name) => [name, keywords[name]?.(ref('schemas', name)) ?? null])),
      discriminator: {
        propertyName: 'p',
        mapping: { a: 'ByName', b: '#/components/schemas/ByRef' },
        defaultMapping: 'ByDefault',
      },
    };
    const wanted = [...names, 'ByName', 'ByRef', 'ByDefault'];
    const schemas = Object.fromEntries([...wanted, 'Unused'].map((name) => [name, {}]));
    expect(left({ paths: { '/a': { get: answer(root) } }, components: { schemas } }).schemas).toEqual(wanted);
  });

  it('are not reached by data that looks like a reference', () => {
    const data = ref('schemas', 'Unused');
    expect(
      left({
        paths: {
          '/a': {
            get: {
              ...answer({
                properties: { $ref: { type: 'string' } },
                example: data,
                examples: [data],
                default: data,
                enum: [data],
                const: data,
                'x-e': data,
              }),
              'x-thing': data,
            },
          },
        },
        components: { schemas: unused },
      }),
    ).toEqual({});
  });

  it('are kept by the root’s security and by escaped and encoded references', () => {
    const schemas = { 'a/b~c': {}, 'with space': {}, Unused: {} };
    expect(
      left({
        security: [{ one: [] }, { two: [] }],
        paths: {
          '/a': { get: answer({ allOf: [ref('schemas', 'a~1b~0c'), ref('schemas', 'with%20space')] }) },
        },
        components: { schemas, securitySchemes: { one: {}, two: {}, three: {} } },
      }),
    ).toEqual({ schemas: ['a/b~c', 'with space'], securitySchemes: ['one', 'two'] });
  });

  it('2,000 levels deep and in circles are no problem', () => {
    let deep: Json = ref('schemas', 'Far');
    for (let level = 0; level < 2000; level++) deep = { type: 'object', properties: { down: deep } };
    const schemas = {
      Far: { properties: { self: ref('schemas', 'Far'), back: ref('schemas', 'Back') } },
      Back: ref('schemas', 'Far'),
    };
    const paths = { '/a': { get: answer(deep) } };
    expect(left({ paths, components: { schemas: { ...schemas, Unused: {} } } }).schemas).toEqual([
      'Far',
      'Back',
    ]);
  });

  it('that refer into a dropped operation get what stood there as a component', () => {
    const result = curate(
      source(
        openapi({
          'x-mcpgen': { include: { path: ['/kept'] } },
          paths: {
            '/kept': {
              get: answer({ $ref: '#/paths/~1gone/get/responses/200/content/application~1json/schema' }),
              post: { responses: { 200: { $ref: '#/paths/~1gone/get/responses/200' } } },
            },
            '/gone': {
              get: answer({
                properties: {
                  again: { $ref: '#/paths/~1gone/get/responses/200/content/application~1json/schema' },
                  other: ref('schemas', 'Used'),
                },
              }),
            },
          },
          components: { schemas: { Used: {}, ...unused } },
        }),
      ),
      [],
    ).value;
    const components = result?.document.components;
    expect(Object.keys(member(components, 'schemas') ?? {})).toEqual([
      'Used',
      'gone_get_responses_200_content_application_json_schema',
    ]);
    expect(Object.keys(member(components, 'responses') ?? {})).toEqual(['gone_get_responses_200']);
    expect(dangling(result?.document ?? {})).toEqual([]);
    expect(whence(result, '/components/responses/gone_get_responses_200/description')).toBe(
      'api.yaml#/paths/~1gone/get/responses/200/description',
    );
  });

  it('left are exactly those that can be reached, for any graph of references', () => {
    const count = 12;
    const edge = fc.nat({ max: count - 1 });
    fc.assert(
      fc.property(
        fc.array(fc.array(edge, { maxLength: 3 }), { minLength: count, maxLength: count }),
        fc.array(edge, { maxLength: 3 }),
        (graph, roots) => {
          const schemas = Object.fromEntries(
            graph.map((edges, index) => [
              `S${index}`,
              { anyOf: edges.map((to) => ({ items: ref('schemas', `S${to}`) })) },
            ]),
          );
          const reached = new Set<number>();
          const visit = (index: number): void => {
            if (reached.has(index)) return;
            reached.add(index);
            for (const to of graph[index] ?? []) visit(to);
          };
          for (const root of roots) visit(root);
          const paths = { '/a': { get: answer({ allOf: roots.map((root) => ref('schemas', `S${root}`)) }) } };
          const want = [...reached].sort((a, b) => a - b).map((index) => `S${index}`);
          expect(left({ paths, components: { schemas } }).schemas ?? []).toEqual(want);
        },
      ),
    );
  });
});

/** Local references that find nothing. */
function dangling(document: JsonObject): string[] {
  const found: string[] = [];
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isObject(value)) return;
    if (typeof value.$ref === 'string') {
      const tokens = value.$ref
        .slice(2)
        .split('/')
        .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
      if (tokens.reduce<Json | undefined>(member, document) === undefined) found.push(value.$ref);
    }
    Object.values(value).forEach(visit);
  };
  visit(document);
  return found;
}
