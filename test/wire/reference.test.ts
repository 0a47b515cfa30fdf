import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { compare, type Difference } from './compare.ts';
import type { Data, Given } from './data.ts';
import type { Recorded } from './recorder.ts';
import { type Expected, expectedRequest } from './reference.ts';

/** A document with one operation. */
function document(path: string, operation: JsonObject): JsonObject {
  return { openapi: '3.2.0', info: { title: 'T', version: '1' }, paths: { [path]: { post: operation } } };
}

/** What one parameter leaves on the wire. */
function written(parameter: JsonObject, value: Data): string {
  const place = String(parameter.in);
  const path = place === 'path' ? `/{${parameter.name}}` : '/';
  const expected = expectedRequest(document(path, { parameters: [parameter] }), path, 'post', {
    parameters: new Map([[`${place} ${parameter.name}`, value]]),
  });
  const claims = {
    path: [expected.path],
    query: expected.query,
    header: expected.headers,
    cookie: expected.cookies,
  }[place];
  return (
    claims?.flatMap((claim) => claim.wire).join(place === 'cookie' ? '; ' : '&') ??
    expected.querystring?.wire.join('') ??
    ''
  );
}

const array = ['blue', 'black', 'brown'];
const object = { R: 100, G: 200, B: 150 };

// The examples of OpenAPI 3.2.1 (Style Examples, Parameter Object Examples, appendix C) and of RFC 6570 (section 3.2): the reference is held to them.
describe('the reference writes the examples of the specifications', () => {
  const color = (style: string, explode: boolean, place: string): JsonObject => ({
    name: 'color',
    in: place,
    style,
    explode,
  });
  const cases: [title: string, parameter: JsonObject, value: Data, wire: string][] = [
    ['matrix', color('matrix', false, 'path'), 'blue', '/;color=blue'],
    ['matrix, empty', color('matrix', false, 'path'), '', '/;color'],
    ['matrix, array', color('matrix', false, 'path'), array, '/;color=blue,black,brown'],
    ['matrix, object', color('matrix', false, 'path'), object, '/;color=R,100,G,200,B,150'],
    ['matrix, exploded array', color('matrix', true, 'path'), array, '/;color=blue;color=black;color=brown'],
    ['matrix, exploded object', color('matrix', true, 'path'), object, '/;R=100;G=200;B=150'],
    ['label', color('label', false, 'path'), 'blue', '/.blue'],
    ['label, array', color('label', false, 'path'), array, '/.blue,black,brown'],
    ['label, object', color('label', false, 'path'), object, '/.R,100,G,200,B,150'],
    ['label, exploded array', color('label', true, 'path'), array, '/.blue.black.brown'],
    ['label, exploded object', color('label', true, 'path'), object, '/.R=100.G=200.B=150'],
    ['simple', color('simple', false, 'path'), 'blue', '/blue'],
    ['simple, array', color('simple', true, 'header'), array, 'blue,black,brown'],
    ['simple, object', color('simple', false, 'header'), object, 'R,100,G,200,B,150'],
    ['simple, exploded object', color('simple', true, 'path'), object, '/R=100,G=200,B=150'],
    ['form', color('form', true, 'query'), 'blue', 'color=blue'],
    ['form, empty text', color('form', true, 'query'), '', 'color='],
    ['form, array', color('form', false, 'query'), array, 'color=blue,black,brown'],
    ['form, object', color('form', false, 'query'), object, 'color=R,100,G,200,B,150'],
    ['form, exploded array', color('form', true, 'query'), array, 'color=blue&color=black&color=brown'],
    ['form, exploded object', color('form', true, 'query'), object, 'R=100&G=200&B=150'],
    ['spaceDelimited, array', color('spaceDelimited', false, 'query'), array, 'color=blue%20black%20brown'],
    [
      'spaceDelimited, object',
      color('spaceDelimited', false, 'query'),
      object,
      'color=R%20100%20G%20200%20B%20150',
    ],
    ['pipeDelimited, array', color('pipeDelimited', false, 'query'), array, 'color=blue%7Cblack%7Cbrown'],
    [
      'pipeDelimited, object',
      color('pipeDelimited', false, 'query'),
      object,
      'color=R%7C100%7CG%7C200%7CB%7C150',
    ],
    [
      'deepObject',
      color('deepObject', true, 'query'),
      object,
      'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150',
    ],
    ['cookie', color('cookie', true, 'cookie'), array, 'color=blue; color=black; color=brown'],
    ['cookie, object', color('cookie', true, 'cookie'), object, 'R=100; G=200; B=150'],
    ['cookie by form', { name: 'greeting', in: 'cookie' }, 'Hello, world!', 'greeting=Hello%2C%20world%21'],
    [
      'cookie by cookie',
      { name: 'greeting', in: 'cookie', style: 'cookie' },
      'Hello%2C%20world!',
      'greeting=Hello%2C%20world!',
    ],
    ['non-ASCII', { name: 'username', in: 'path' }, 'diṅnāga', '/di%E1%B9%85n%C4%81ga'],
    [
      'spaces',
      { name: 'thing', in: 'query' },
      ['one thing', 'another thing'],
      'thing=one%20thing&thing=another%20thing',
    ],
    ['an odd name', { name: '❤️', in: 'query' }, 'love!', '%E2%9D%A4%EF%B8%8F=love%21'],
    [
      'appendix C',
      { name: 'formulas', in: 'query' },
      { a: 'x+y', b: 'x/y', c: 'x^y' },
      'a=x%2By&b=x%2Fy&c=x%5Ey',
    ],
    [
      'allowReserved',
      { name: 'formulas', in: 'query', allowReserved: true },
      { a: 'x%2By', b: 'x/y', c: 'x^y' },
      'a=x%2By&b=x/y&c=x%5Ey',
    ],
    ['undefined', { name: 'list', in: 'query' }, [], ''],
    ['RFC 6570, {var}', { name: 'v', in: 'path' }, 'Hello World! 50%', '/Hello%20World%21%2050%25'],
    [
      'content',
      { name: 'coordinates', in: 'query', content: { 'application/json': {} } },
      { lat: 40.6, long: -73.9 },
      'coordinates=%7B%22lat%22%3A40.6%2C%22long%22%3A-73.9%7D',
    ],
    [
      'querystring of a form',
      { name: 'm', in: 'querystring', content: { 'application/x-www-form-urlencoded': {} } },
      { foo: 'a + b', bar: true },
      'foo=a+%2B+b&bar=true',
    ],
    [
      'querystring of JSON',
      { name: 'json', in: 'querystring', content: { 'application/json': {} } },
      { numbers: [1, 2], flag: null },
      '%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D',
    ],
    [
      'querystring of text',
      { name: 'selector', in: 'querystring', content: { 'application/jsonpath': {} } },
      '$.a.b[1:1]',
      '%24.a.b%5B1%3A1%5D',
    ],
  ];
  it.each(cases)('%s', (_title, parameter, value, wire) => expect(written(parameter, value)).toBe(wire));

  it('a form body (Encoding the x-www-form-urlencoded media type)', () => {
    const address = { streetAddress: '123 Example Dr.', city: 'Somewhere', state: 'CA', zip: '99999+1234' };
    const { body } = posted('application/x-www-form-urlencoded', {}, { id: 'f81d4fae', address });
    expect(body).toMatchObject({
      pairs: [
        'id=f81d4fae',
        'address=%7B%22streetAddress%22%3A%22123+Example+Dr.%22%2C%22city%22%3A%22Somewhere%22%2C%22state%22%3A%22CA%22%2C%22zip%22%3A%2299999%2B1234%22%7D',
      ],
    });
  });

  it('the types of parts (Encoding Object, contentType)', () => {
    const properties = {
      id: { type: 'string' },
      count: { type: 'integer' },
      profileImage: {},
      addresses: { type: 'array', items: { type: 'object' } },
      icon: { type: 'string', contentEncoding: 'base64' },
      file: { type: 'array', items: {} },
    };
    const bytes = Uint8Array.from([0, 255]);
    const value = {
      id: 'x',
      count: 1,
      profileImage: bytes,
      addresses: [{ a: 1 }, {}],
      icon: 'AP8=',
      file: [bytes],
    };
    const { body } = posted('multipart/form-data', { schema: { type: 'object', properties } }, value);
    const parts = body?.kind === 'multipart' ? body.parts : [];
    expect(parts.map((part) => `${part.name}: ${part.contentType}`)).toEqual([
      'id: text/plain',
      'count: text/plain',
      'profileImage: application/octet-stream',
      'addresses: application/json',
      'addresses: application/json',
      'icon: application/octet-stream',
      'file: application/octet-stream',
    ]);
  });
});

function posted(mediaType: string, media: JsonObject, value: Data): Expected {
  const operation: JsonObject = { requestBody: { content: { [mediaType]: media } } };
  const given: Given = { parameters: new Map(), body: { mediaType, value } };
  return expectedRequest(document('/', operation), '/', 'post', given);
}

describe('the comparison sees every difference', () => {
  const parameters: Json = [
    { name: 'id', in: 'path', required: true },
    { name: 'q', in: 'query' },
    { name: 'X-A', in: 'header' },
    { name: 'c', in: 'cookie' },
  ];
  const operation: JsonObject = { parameters, requestBody: { content: { 'application/json': {} } } };
  const expected = expectedRequest(document('/a/{id}', operation), '/a/{id}', 'post', {
    parameters: new Map<string, Data>([
      ['path id', 'x/y'],
      ['query q', ['1', '2']],
      ['header X-A', 'é'],
      ['cookie c', 'v'],
    ]),
    body: { mediaType: 'application/json', value: { a: 1 } },
  });
  const sent = (
    change: Partial<Omit<Recorded, 'headers'>> & { headers?: { [name: string]: string } } = {},
  ): Difference[] => {
    const headers = {
      'x-a': Buffer.from('é').toString('latin1'),
      cookie: 'c=v',
      'content-type': 'application/json',
      host: 'h',
      ...change.headers,
    };
    return compare(
      expected,
      {
        method: change.method ?? 'POST',
        target: change.target ?? '/a/x%2Fy?q=1&q=2',
        headers: new Map(
          Object.entries(headers)
            .filter(([, value]) => value !== '')
            .map(([name, value]) => [name, [value]]),
        ),
        body: change.body ?? Buffer.from('{ "a": 1 }'),
      },
      [],
    );
  };

  it('and none where there is none', () => {
    expect(sent()).toEqual([]);
    expect(sent({ target: '/%61/x%2fy?q=1&q=2' })).toEqual([]);
  });

  const cases: [title: string, change: Parameters<typeof sent>[0]][] = [
    ['method', { method: 'PUT' }],
    ['a path that was decoded', { target: '/a/x/y?q=1&q=2' }],
    ['an order of items', { target: '/a/x%2Fy?q=2&q=1' }],
    ['a parameter too many', { target: '/a/x%2Fy?q=1&q=2&z=' }],
    ['a parameter too few', { target: '/a/x%2Fy?q=1' }],
    ['no query', { target: '/a/x%2Fy' }],
    ['an empty query', { target: '/a/x%2Fy?' }],
    ['a header', { headers: { 'x-a': 'e' } }],
    ['a missing header', { headers: { 'x-a': '' } }],
    ['a header too many', { headers: { 'x-b': '1' } }],
    ['a cookie', { headers: { cookie: 'c=w' } }],
    ['a media type', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
    ['a body', { body: Buffer.from('{"a":"1"}') }],
    ['no body', { body: Buffer.alloc(0) }],
  ];
  it.each(cases)('%s', (_title, change) => expect(sent(change)).not.toEqual([]));
});
