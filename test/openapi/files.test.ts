import { describe, expect, it } from 'vitest';
import { answering, openapi, read, SCHEMA, said, sourceOf } from './support.ts';

describe('references to other files', () => {
  it('make components that are named after files and pointers', async () => {
    const source = await sourceOf({
      'a.yaml': `
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a:
    get:
      parameters: [{$ref: parameters.yaml#/Limit}]
      responses:
        '200': {$ref: 'responses/ok.yaml'}
        '404': {$ref: 'responses/missing.yaml'}
`,
      'parameters.yaml': 'Limit: {name: limit, in: query, schema: {$ref: "models/limit.json"}}\n',
      'responses/ok.yaml':
        'description: ok\ncontent: {application/json: {schema: {$ref: ../models/pet.json}}}\n',
      'responses/missing.yaml':
        'description: no\ncontent: {application/json: {schema: {$ref: ../models/error/pet.json}}}\n',
      'models/limit.json': { type: 'integer' },
      'models/pet.json': { type: 'object', properties: { friend: { $ref: 'pet.json' } } },
      'models/error/pet.json': { type: 'string' },
    });
    expect(source.at('/paths/~1a/get')).toEqual({
      parameters: [{ $ref: '#/components/parameters/Limit' }],
      responses: {
        200: { $ref: '#/components/responses/ok' },
        404: { $ref: '#/components/responses/missing' },
      },
    });
    expect(source.at('/components/parameters/Limit/schema')).toEqual({ $ref: '#/components/schemas/limit' });
    // Two files of one name: both are told apart by their folders.
    expect(source.at('/components/schemas')).toEqual({
      limit: { type: 'integer' },
      models_pet: { type: 'object', properties: { friend: { $ref: '#/components/schemas/models_pet' } } },
      error_pet: { type: 'string' },
    });
    expect(source.from('/components/schemas/models_pet/properties/friend')).toBe(
      'models/pet.json#/properties/friend',
    );
    expect(source.inputs.map(({ file }) => file).sort()).toEqual([
      'a.yaml',
      'models/error/pet.json',
      'models/limit.json',
      'models/pet.json',
      'parameters.yaml',
      'responses/missing.yaml',
      'responses/ok.yaml',
    ]);
    expect(source.inputs.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
  });

  it('give an own component that is only a reference its name', async () => {
    const source = await sourceOf({
      'a.json': openapi(answering({ $ref: 'models.json#/pet' }), {
        components: {
          schemas: { Animal: { $ref: 'models.json#/pet' }, Beast: { $ref: 'models.json#/pet' } },
        },
      }),
      'models.json': { pet: { type: 'string' } },
    });
    expect(source.at(SCHEMA)).toEqual({ $ref: '#/components/schemas/Animal' });
    expect(source.at('/components/schemas')).toEqual({
      Animal: { type: 'string' },
      Beast: { $ref: '#/components/schemas/Animal' },
    });
    expect(source.from('/components/schemas/Animal')).toBe('models.json#/pet');
  });

  it('may stand for whole path items, operations, maps, sections and texts', async () => {
    const source = await sourceOf({
      'a.yaml': `
openapi: 3.0.0
info: {title: T, version: '1', description: {$ref: docs/intro.md}}
paths:
  /a: {$ref: 'paths/{id}.yaml'}
  /b: {$ref: more.yaml#/b, summary: own}
  /c: {get: {$ref: more.yaml#/operation}}
components: {schemas: {$ref: more.yaml#/schemas}}
`,
      'docs/intro.md': '# Hello: world\n',
      'paths/{id}.yaml': 'get: {operationId: a, responses: {$ref: ../more.yaml#/responses}}\n',
      'more.yaml': `
b: {summary: theirs, post: {operationId: b, responses: {}}}
operation: {operationId: c, description: {$ref: '#/text'}, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/schemas/T'}}}}}}
responses: {'200': {description: ok}}
schemas: {T: {type: string}}
text: spoken
`,
    });
    expect(source.at('/info/description')).toBe('# Hello: world\n');
    expect(source.at('/paths/~1a')).toEqual({
      get: { operationId: 'a', responses: { 200: { description: 'ok' } } },
    });
    expect(source.at('/paths/~1b')).toEqual({ summary: 'own', post: { operationId: 'b', responses: {} } });
    expect(source.at('/paths/~1c/get/description')).toBe('spoken');
    expect(source.at('/components/schemas')).toEqual({ T: { type: 'string' } });
    expect(source.from('/paths/~1a/get/operationId')).toBe('paths/{id}.yaml#/get/operationId');
    expect(source.from('/paths/~1a/get/responses/200')).toBe('more.yaml#/responses/200');
    expect(source.from('/paths/~1b/summary')).toBe('a.yaml#/paths/~1b/summary');
    expect(source.from('/paths/~1b/post')).toBe('more.yaml#/b/post');
    expect(source.from('/paths/~1c/get')).toBe('more.yaml#/operation');
    expect(source.from('/components/schemas/T')).toBe('more.yaml#/schemas/T');
  });

  it('may lack the slash of a pointer', async () => {
    const source = await sourceOf({
      'a.json': openapi(answering({ $ref: 'b.json#definitions/T' })),
      'b.json': { definitions: { T: { type: 'string' } } },
    });
    expect(source.at(SCHEMA)).toEqual({ $ref: '#/components/schemas/T' });
  });

  it('mean the root when a part refers to its components as its own', async () => {
    const source = await sourceOf({
      'a.json': openapi(answering({ $ref: 'part.json' }), {
        components: { schemas: { T: { type: 'string' } } },
      }),
      'part.json': { type: 'array', items: { $ref: '#/components/schemas/T' } },
    });
    expect(source.at('/components/schemas/part/items')).toEqual({ $ref: '#/components/schemas/T' });
  });

  it('are found in discriminators, by pointer, file and name', async () => {
    const source = await sourceOf({
      'a.json': openapi(answering({ $ref: 'pets.json#/Pet' }), {
        components: { schemas: { Bird: { type: 'object' } } },
      }),
      'pets.json': {
        Pet: {
          oneOf: [{ $ref: '#/Cat' }, { $ref: 'dog.json' }],
          discriminator: {
            propertyName: 'kind',
            mapping: {
              cat: '#/Cat',
              dog: 'dog.json',
              bird: 'Bird',
              puppy: '#/components/schemas/dog',
              no: '#/No',
            },
          },
        },
        Cat: { type: 'object' },
      },
      'dog.json': { type: 'object' },
    });
    expect(source.at('/components/schemas/Pet/discriminator/mapping')).toEqual({
      cat: '#/components/schemas/Cat',
      dog: '#/components/schemas/dog',
      bird: 'Bird',
      puppy: '#/components/schemas/dog',
      no: '#/No',
    });
    expect(source.warnings).toEqual([
      'warning ref-unresolved pets.json#/Pet/discriminator/mapping/no `#/No` leads nowhere: there is nothing at `/No`',
    ]);
  });

  it('are read only if used: a broken file that matters to no operation is a warning', async () => {
    const broken = { 'broken.yaml': 'a: [' };
    const unused = { components: { schemas: { Old: { $ref: 'broken.yaml' }, T: { type: 'string' } } } };
    const lazy = await sourceOf({
      'a.json': openapi(answering({ $ref: '#/components/schemas/T' }), unused),
      ...broken,
    });
    expect(lazy.at(SCHEMA)).toEqual({ $ref: '#/components/schemas/T' });
    expect(lazy.warnings.every((line) => line.startsWith('warning'))).toBe(true);
    const used = await read({
      'a.json': openapi(answering({ $ref: '#/components/schemas/Old' }), unused),
      ...broken,
    });
    expect(used.value).toBeUndefined();
    expect(said(used.diagnostics).join('\n')).toMatch(/error yaml-syntax broken\.yaml:\d+:\d+ /);
    expect(said(used.diagnostics).join('\n')).toContain('`broken.yaml` leads to a file that cannot be read');
  });
});
