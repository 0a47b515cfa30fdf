import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { api, lowerOne } from './given.ts';

const any = { kind: 'any' };
const text = { kind: 'string' };

describe('integers that a number would round', () => {
  const large = 9007199254740993n;
  test('are exact where they are values, and no bounds', () => {
    const given = {
      type: 'integer',
      default: String(large),
      examples: [String(large), 1],
      minimum: 1,
      maximum: 2 ** 63,
    };
    const want = {
      kind: 'number',
      integer: true,
      default: `${large}n`,
      examples: [`${large}n`, 1],
      minimum: 1,
    };
    expect(lowerOne(given)).toEqual(want);
    expect(lowerOne({ type: 'integer', enum: [String(large), 1] })).toEqual({
      kind: 'enum',
      values: [`${large}n`, 1],
    });
    expect(lowerOne({ type: 'array', items: {}, default: [2 ** 53] })).not.toHaveProperty('default');
    expect(lowerOne({ type: 'string', enum: [String(large)] })).toMatchObject({ values: [String(large)] });
  });
});

describe('a schema', () => {
  const cases: readonly [string, Json, unknown][] = [
    ['true', true, any],
    ['false', false, { kind: 'never' }],
    ['an empty object', {}, any],
    [
      'a string',
      { type: 'string', minLength: 1, format: 'email' },
      { ...text, minLength: 1, format: 'email' },
    ],
    [
      'an integer',
      { type: 'integer', format: 'int64', minimum: 1 },
      { kind: 'number', integer: true, format: 'int64', minimum: 1 },
    ],
    [
      '3.0 exclusive bounds',
      { type: 'number', minimum: 1, exclusiveMinimum: true },
      { kind: 'number', integer: false, exclusiveMinimum: 1 },
    ],
    [
      '3.1 exclusive bounds',
      { type: 'number', exclusiveMinimum: 1 },
      { kind: 'number', integer: false, exclusiveMinimum: 1 },
    ],
    ['nullable by type', { type: ['string', 'null'] }, { ...text, nullable: true }],
    ['nullable of 3.0', { type: 'string', nullable: true }, { ...text, nullable: true }],
    ['null alone', { type: 'null' }, { kind: 'null' }],
    [
      'two types',
      { type: ['string', 'integer'] },
      { kind: 'union', mode: 'anyOf', members: [text, { kind: 'number', integer: true }] },
    ],
    ['number and integer are one', { type: ['number', 'integer'] }, { kind: 'number', integer: false }],
    [
      'every type',
      { type: ['string', 'number', 'boolean', 'object', 'array', 'null'] },
      {
        kind: 'union',
        mode: 'anyOf',
        nullable: true,
        members: [
          text,
          { kind: 'number', integer: false },
          { kind: 'boolean' },
          { kind: 'object', properties: [], additional: any },
          { kind: 'array', items: any },
        ],
      },
    ],
    ['an enum', { type: 'string', enum: ['a', 'b'] }, { kind: 'enum', values: ['a', 'b'] }],
    ['an enum with null', { enum: ['a', null] }, { kind: 'enum', values: ['a'], nullable: true }],
    ['an enum of null', { enum: [null] }, { kind: 'null' }],
    [
      'an enum whose values YAML made numbers',
      { type: 'string', enum: [1, true] },
      { kind: 'enum', values: ['1', 'true'] },
    ],
    [
      'an enum of numbers written as text',
      { type: 'integer', enum: ['1', '2'] },
      { kind: 'enum', values: [1, 2] },
    ],
    ['repeated enum values', { enum: ['a', 'a'] }, { kind: 'enum', values: ['a'] }],
    ['const', { const: 'x' }, { kind: 'enum', values: ['x'] }],
    ['oneOf with null', { oneOf: [{ type: 'string' }, { type: 'null' }] }, { ...text, nullable: true }],
    [
      'anyOf of constants',
      { anyOf: [{ const: 'a', title: 'A' }, { const: 'b' }] },
      { kind: 'enum', values: ['a', 'b'] },
    ],
    ['a union of one', { oneOf: [{ type: 'string' }] }, text],
    [
      'oneOf keeps its mode',
      { oneOf: [{ type: 'string' }, { type: 'boolean' }] },
      { kind: 'union', mode: 'oneOf', members: [text, { kind: 'boolean' }] },
    ],
    [
      'an inferred object',
      { properties: { a: { type: 'string' } } },
      { kind: 'object', properties: [{ name: 'a', schema: text, required: false }], additional: any },
    ],
    ['an inferred array', { items: { type: 'string' } }, { kind: 'array', items: text }],
    [
      'an array of tuples',
      { type: 'array', prefixItems: [{ type: 'string' }] },
      { kind: 'array', prefixItems: [text], items: any },
    ],
    [
      'a map',
      { type: 'object', additionalProperties: { type: 'string' } },
      { kind: 'object', properties: [], additional: text, extensible: true },
    ],
    [
      'a closed object',
      { type: 'object', additionalProperties: false },
      { kind: 'object', properties: [], additional: false },
    ],
    ['a pattern as JavaScript writes it', { type: 'string', pattern: '/^a$/' }, { ...text, pattern: '^a$' }],
    ['one with flags', { type: 'string', pattern: '/^a$/i' }, text],
    ['one that is none', { type: 'string', pattern: '/^a/' }, { ...text, pattern: '/^a/' }],
    [
      'patternProperties',
      { type: 'object', patternProperties: { '^x': { type: 'string' } } },
      {
        kind: 'object',
        properties: [],
        additional: any,
        extensible: true,
        patternProperties: [{ pattern: '^x', schema: text }],
      },
    ],
    [
      'required without a property',
      { type: 'object', required: ['a'] },
      { kind: 'object', properties: [{ name: 'a', schema: any, required: true }], additional: any },
    ],
    ['not alone', { not: { type: 'string' } }, { kind: 'not', member: text }],
    ['not beside a type', { type: 'string', not: { const: 'x' } }, text],
    ['if and else', { if: { type: 'string' }, else: { minimum: 1 } }, any],
    ['bytes of 3.0', { type: 'string', format: 'byte' }, { ...text, format: 'byte', binary: 'base64' }],
    [
      'bytes of 3.1',
      { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' },
      { ...text, binary: 'base64', contentMediaType: 'image/png' },
    ],
    [
      'what is called binary is text inside JSON',
      { type: 'string', format: 'binary' },
      { ...text, format: 'binary' },
    ],
    [
      'meta data',
      { type: 'string', title: 'T', description: 'D', default: 'd', example: 'e', deprecated: true },
      { ...text, title: 'T', description: 'D', default: 'd', examples: ['e'], deprecated: true },
    ],
  ];
  test.each(cases)('%s', (_title, given, want) => {
    expect(lowerOne(given)).toEqual(want);
  });
});

describe('allOf', () => {
  const object = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({
    type: 'object',
    properties,
    ...rest,
  });
  const names = (schema: unknown): readonly string[] =>
    (schema as { properties: { name: string; required: boolean }[] }).properties.map(({ name, required }) =>
      required ? `${name}!` : name,
    );

  test('merges properties, and required from any part', () => {
    const merged = lowerOne({
      allOf: [object({ a: { type: 'string' } }), object({ b: {} }, { required: ['a'] })],
      properties: { c: {} },
    });
    expect(names(merged)).toEqual(['a!', 'b', 'c']);
  });
  test('looks into references, whatever their order in the document', () => {
    const merged = lowerOne(
      { allOf: [{ $ref: '#/components/schemas/Derived' }] },
      {
        Derived: { allOf: [{ $ref: '#/components/schemas/Base' }, object({ b: {} })] },
        Base: object({ a: {} }),
      },
    );
    expect(merged).toMatchObject({ kind: 'ref', id: 'request/Derived' });
    const { schemas } = api({
      paths: {
        '/x': {
          post: {
            requestBody: {
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Derived' } } },
            },
          },
        },
      },
      components: {
        schemas: {
          Derived: { allOf: [{ $ref: '#/components/schemas/Base' }, object({ b: {} })] },
          Base: object({ a: {} }),
        },
      },
    });
    expect(names(schemas.get('request/Derived'))).toEqual(['a', 'b']);
  });
  test('one closed part closes the sum', () => {
    expect(
      lowerOne({ allOf: [object({ a: {} }, { additionalProperties: false }), object({ b: {} })] }),
    ).toMatchObject({
      additional: false,
      properties: [{ name: 'a' }, { name: 'b' }],
    });
  });
  test('narrows scalars', () => {
    expect(
      lowerOne({
        allOf: [
          { type: 'string', maxLength: 9 },
          { maxLength: 5, minLength: 1, type: 'string' },
        ],
      }),
    ).toEqual({ ...text, maxLength: 5, minLength: 1 });
    expect(lowerOne({ allOf: [{ type: 'string' }, { enum: ['a', 'b'] }, { enum: ['b', 'c'] }] })).toEqual({
      kind: 'enum',
      values: ['b'],
    });
  });
  test('around one reference is that reference, with its own description', () => {
    expect(
      lowerOne(
        { allOf: [{ $ref: '#/components/schemas/A' }], description: 'here' },
        { A: object({ a: {} }) },
      ),
    ).toEqual({
      kind: 'ref',
      id: 'request/A',
      description: 'here',
    });
  });
  test('null needs every part to allow it, unless it is said beside them', () => {
    const nullable = { type: ['string', 'null'] };
    expect(lowerOne({ allOf: [nullable, { type: 'string' }] })).toEqual(text);
    expect(lowerOne({ allOf: [nullable, { description: 'd' }] })).toEqual({
      ...text,
      nullable: true,
      description: 'd',
    });
    expect(lowerOne({ allOf: [{ type: 'string' }], nullable: true })).toEqual({ ...text, nullable: true });
  });
  test('a base with a union that lists the derived schema does not recurse', () => {
    const { schemas } = api({
      paths: {
        '/x': {
          post: {
            requestBody: {
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Cat' } } },
            },
          },
        },
      },
      components: {
        schemas: {
          Pet: {
            type: 'object',
            properties: { kind: { type: 'string' } },
            oneOf: [{ $ref: '#/components/schemas/Cat' }],
            discriminator: { propertyName: 'kind' },
          },
          Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, object({ lives: { type: 'integer' } })] },
        },
      },
    });
    expect(names(schemas.get('request/Cat'))).toEqual(['kind', 'lives']);
  });
  test('a schema that inherits from itself ends', () => {
    expect(
      lowerOne(
        { $ref: '#/components/schemas/A' },
        { A: { allOf: [{ $ref: '#/components/schemas/A' }, object({ a: {} })] } },
      ),
    ).toEqual({ kind: 'ref', id: 'request/A' });
  });
});

describe('unions', () => {
  test('a base is merged into members that add properties', () => {
    expect(
      lowerOne({
        type: 'object',
        properties: { id: { type: 'string' } },
        oneOf: [
          { type: 'object', properties: { a: {} } },
          { type: 'object', properties: { b: {} } },
        ],
      }),
    ).toMatchObject({
      kind: 'union',
      members: [
        { properties: [{ name: 'id' }, { name: 'a' }] },
        { properties: [{ name: 'id' }, { name: 'b' }] },
      ],
    });
  });
  test('members that only require leave the base as it is', () => {
    expect(
      lowerOne({
        type: 'object',
        properties: { a: {}, b: {} },
        anyOf: [{ required: ['a'] }, { required: ['b'] }],
      }),
    ).toMatchObject({ kind: 'object', properties: [{ name: 'a', required: false }, { name: 'b' }] });
  });
  test('type: object beside references keeps them', () => {
    expect(
      lowerOne(
        { type: 'object', oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] },
        { A: { type: 'object' }, B: { type: 'object' } },
      ),
    ).toMatchObject({
      kind: 'union',
      members: [
        { kind: 'ref', id: 'request/A' },
        { kind: 'ref', id: 'request/B' },
      ],
    });
  });
  test('discriminators map by name and by reference', () => {
    expect(
      lowerOne(
        {
          oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }],
          discriminator: { propertyName: 't', mapping: { aa: '#/components/schemas/A' } },
        },
        { A: { type: 'object' }, B: { type: 'object' } },
      ),
    ).toMatchObject({
      discriminator: {
        property: 't',
        mapping: [
          { value: 'aa', ref: 'request/A' },
          { value: 'B', ref: 'request/B' },
        ],
      },
    });
  });
});

describe('directions', () => {
  const Thing = {
    type: 'object',
    required: ['id', 'secret', 'name'],
    properties: {
      id: { type: 'string', readOnly: true },
      secret: { type: 'string', writeOnly: true },
      name: { $ref: '#/components/schemas/Name' },
      made: { $ref: '#/components/schemas/Made' },
    },
  };
  const components = {
    schemas: { Thing, Name: { type: 'string' }, Made: { type: 'string', readOnly: true } },
  };
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } };
  const { schemas } = api({
    paths: { '/x': { post: { requestBody: { content }, responses: { 200: { content } } } } },
    components,
  });
  const names = (id: string): unknown => {
    const schema = schemas.get(id);
    return schema?.kind === 'object' ? schema.properties.map(({ name }) => name) : schema;
  };

  test('readOnly is absent from requests, behind a reference too', () =>
    expect(names('request/Thing')).toEqual(['secret', 'name']));
  test('writeOnly is absent from responses', () =>
    expect(names('response/Thing')).toEqual(['id', 'name', 'made']));
  test('required in one part of allOf does not bring a readOnly member back', () => {
    expect(
      lowerOne({ allOf: [{ required: ['id'] }, { $ref: '#/components/schemas/Thing' }] }, components.schemas),
    ).toMatchObject({
      properties: [{ name: 'secret' }, { name: 'name' }],
    });
  });
});
