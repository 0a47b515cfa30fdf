import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { post } from './given.ts';

const text = { type: 'string' };

describe('form bodies', () => {
  test('objects are JSON, styles are kept, the rest is the default', () => {
    const operation = post({
      requestBody: {
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              properties: {
                a: text,
                o: { type: 'object' },
                d: { type: 'object' },
                l: { type: 'array', items: text },
                j: text,
              },
            },
            encoding: {
              d: { style: 'deepObject', explode: true },
              l: { style: 'spaceDelimited' },
              j: { contentType: 'application/json' },
            },
          },
        },
      },
    });
    expect(operation.request.body?.media[0]).toMatchObject({
      fields: [
        { name: 'o', serialization: { kind: 'content', mediaType: 'application/json' } },
        { name: 'd', serialization: { kind: 'style', style: 'deepObject', explode: true } },
        { name: 'l', serialization: { kind: 'style', style: 'spaceDelimited', explode: false } },
        { name: 'j', serialization: { kind: 'content', mediaType: 'application/json' } },
      ],
    });
  });
});

describe('multipart bodies', () => {
  const parts = (properties: JsonObject, encoding: JsonObject = {}): unknown => {
    const content = { 'multipart/form-data': { schema: { type: 'object', properties }, encoding } };
    const medium = post({ requestBody: { content } }).request.body?.media[0];
    return medium?.kind === 'multipart' ? medium.parts : undefined;
  };

  const cases: readonly [string, JsonObject, JsonObject, unknown][] = [
    ['text', text, {}, { kind: 'text' }],
    [
      'text that is to be JSON',
      text,
      { contentType: 'application/json' },
      { kind: 'json', contentType: 'application/json' },
    ],
    [
      'an object as XML',
      { type: 'object', properties: { a: { type: 'string', xml: { attribute: true } } } },
      { contentType: 'text/xml' },
      {
        kind: 'xml',
        contentType: 'text/xml',
        xml: { name: 'p', properties: [{ property: 'a', shape: { name: 'a', attribute: true } }] },
      },
    ],
    [
      'an object as a form',
      { type: 'object' },
      { contentType: 'application/x-www-form-urlencoded' },
      { kind: 'form', contentType: 'application/x-www-form-urlencoded' },
    ],
    [
      'XML that the caller writes',
      text,
      { contentType: 'application/xml' },
      { kind: 'text', contentType: 'application/xml' },
    ],
    ['a number', { type: 'integer' }, {}, { kind: 'text' }],
    ['a file of 3.0', { type: 'string', format: 'binary' }, {}, { kind: 'file' }],
    [
      'a file of 3.1',
      { type: 'string', contentMediaType: 'image/png' },
      {},
      { kind: 'file', contentType: 'image/png' },
    ],
    [
      'a file by its encoding',
      text,
      { contentType: 'image/png, image/jpeg' },
      { kind: 'file', contentType: 'image/png' },
    ],
    [
      'text under another name',
      text,
      { contentType: 'application/sdp' },
      { kind: 'text', contentType: 'application/sdp' },
    ],
    [
      'a list by style',
      { type: 'array', items: text },
      { style: 'pipeDelimited' },
      { kind: 'text', style: { style: 'pipeDelimited', explode: false } },
    ],
    [
      'an exploded object',
      { type: 'object' },
      { explode: true, contentType: 'application/json' },
      { kind: 'text', style: { style: 'form', explode: true } },
    ],
    [
      'a file has no style',
      { type: 'string', format: 'binary' },
      { style: 'form', contentType: 'image/png' },
      { kind: 'file', contentType: 'image/png' },
    ],
    ['any image', { type: 'string', format: 'binary' }, { contentType: 'image/*' }, { kind: 'file' }],
    ['files', { type: 'array', items: { type: 'string', format: 'binary' } }, {}, { kind: 'file' }],
    ['an object', { type: 'object' }, {}, { kind: 'json' }],
    [
      'an object of its own type',
      { type: 'object' },
      { contentType: 'application/vnd.x+json' },
      { kind: 'json', contentType: 'application/vnd.x+json' },
    ],
    [
      'base64 text',
      { type: 'string', format: 'byte' },
      {},
      { kind: 'text', contentType: 'application/octet-stream' },
    ],
    [
      'a constant header',
      text,
      { headers: { 'X-A': { schema: { const: '1' } }, 'X-B': { schema: text } } },
      { kind: 'text', headers: [{ name: 'X-A', value: '1' }] },
    ],
  ];
  test.each(cases)('%s', (_title, schema, encoding, want) => {
    expect(parts({ p: schema }, { p: encoding })).toEqual([{ name: 'p', headers: [], ...(want as object) }]);
  });
  test('a member that may be text or an object is told by its value', () => {
    expect(parts({ p: { oneOf: [text, { type: 'object' }] } }, {})).toEqual([]);
  });
  test('the argument of a file is bytes', () => {
    const operation = post({
      requestBody: {
        content: {
          'multipart/form-data': {
            schema: { type: 'object', properties: { f: { type: 'string', format: 'binary' } } },
          },
        },
      },
    });
    expect(operation.arguments[0]?.schema).toMatchObject({ binary: 'raw' });
  });
});
