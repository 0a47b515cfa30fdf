import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { bothRoutes, type Case } from './routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcpgen-content-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bytes = join(folder, 'bytes');
writeFileSync(bytes, 'hi');

const text = { type: 'string' };
const responses = { 200: { description: 'ok' } };
const thing: JsonObject = {
  type: 'object',
  properties: {
    id: { type: 'integer', xml: { attribute: true } },
    a: text,
    l: { type: 'array', items: text },
  },
};
const written: JsonObject = {
  schema: {
    type: 'object',
    properties: {
      x: { ...thing, xml: { name: 'thing' } },
      xs: { type: 'array', items: thing },
      f: thing,
      j: { type: 'array', items: text },
      t: text,
    },
  },
  encoding: {
    x: { contentType: 'application/xml; charset=utf-8' },
    xs: { contentType: 'text/xml' },
    f: { contentType: 'application/x-www-form-urlencoded' },
    j: { contentType: 'application/json' },
    t: { contentType: 'application/xml' },
  },
};
const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
const member = { id: 1, a: 'a&b', l: ['p', 'q r'] };
const membersText = JSON.stringify(member);

/** Holds itself as a member, as an item, and through a list that is called differently where it is used. */
const nodes: JsonObject = {
  type: 'array',
  items: { $ref: '#/components/schemas/Node' },
};
const Node: JsonObject = {
  type: 'object',
  xml: { name: 'node', prefix: 'n', namespace: 'urn:n' },
  properties: {
    id: { type: 'integer', xml: { attribute: true, name: 'key' } },
    kids: {
      type: 'array',
      xml: { wrapped: true, name: 'all' },
      items: { $ref: '#/components/schemas/Node' },
    },
    next: { $ref: '#/components/schemas/Nodes' },
    rest: { $ref: '#/components/schemas/Nodes' },
    words: { type: 'array', xml: { wrapped: true }, items: { ...text, xml: { name: 'word' } } },
  },
};
const deep = {
  id: 1,
  kids: [{ id: 2, next: [{ id: 3, kids: [{ id: 4, rest: [{ id: 5, words: ['a', 'b'] }] }] }] }],
};

const either: JsonObject = {
  anyOf: [
    { type: 'object', xml: { name: 'e' }, properties: { id: { type: 'integer', xml: { attribute: true } } } },
    { type: 'array', items: { ...text, xml: { name: 'item' } } },
  ],
};

const inside: JsonObject = {
  schema: {
    type: 'object',
    properties: {
      'f/': {
        type: 'object',
        properties: {
          l: { type: 'array', items: text },
          x: thing,
          g: { type: 'object', properties: { j: { type: 'array', items: text } } },
        },
      },
    },
  },
  encoding: {
    'f/': {
      contentType: 'application/x-www-form-urlencoded',
      encoding: {
        l: { style: 'pipeDelimited', explode: false },
        x: { contentType: 'application/xml' },
        g: {
          contentType: 'application/x-www-form-urlencoded',
          encoding: { j: { contentType: 'application/json' } },
        },
      },
    },
  },
};
const insideValue = { l: ['a', 'b c'], x: { id: 1, a: 'q' }, g: { j: ['r', 's'] } };
const insideText = new URLSearchParams({
  x: `<?xml version="1.0" encoding="UTF-8"?><x id="1"><a>q</a></x>`,
  g: 'j=%22r%22&j=%22s%22',
});

const paths: JsonObject = {
  '/inside': {
    post: {
      operationId: 'inside',
      requestBody: {
        required: true,
        content: { 'multipart/form-data': inside, 'application/x-www-form-urlencoded': inside },
      },
      responses,
    },
  },
  '/either': {
    post: {
      operationId: 'either',
      requestBody: {
        required: true,
        content: { 'application/xml': { schema: { type: 'object', properties: { x: either, y: either } } } },
      },
      responses,
    },
  },
  '/deep': {
    post: {
      operationId: 'deep',
      requestBody: {
        required: true,
        content: {
          'application/xml': { schema: { $ref: '#/components/schemas/Node' } },
          'multipart/form-data': {
            schema: {
              properties: {
                x: { $ref: '#/components/schemas/Node' },
                xs: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
              },
            },
            encoding: { x: { contentType: 'application/xml' }, xs: { contentType: 'application/xml' } },
          },
        },
      },
      responses,
    },
  },
  '/written': {
    post: {
      operationId: 'written',
      requestBody: {
        required: true,
        content: { 'multipart/form-data': written, 'application/x-www-form-urlencoded': written },
      },
      responses,
    },
  },
  '/varied': {
    post: {
      operationId: 'varied',
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              properties: { id: { type: 'integer' }, tags: { type: 'array', items: text }, at: text },
            },
          },
          'application/x-www-form-urlencoded': {
            schema: { properties: { id: { enum: ['one', 'two'] }, tags: text, at: text } },
          },
          'multipart/form-data': { schema: { properties: { id: { type: 'string', format: 'binary' } } } },
        },
      },
      responses,
    },
  },
  '/content': {
    get: {
      operationId: 'content',
      parameters: [
        { name: 'x', in: 'query', content: { 'application/xml': { schema: thing } } },
        { name: 'f', in: 'query', content: { 'application/x-www-form-urlencoded': { schema: thing } } },
        { name: 'j', in: 'query', content: { 'text/json': { schema: text } } },
        { name: 't', in: 'query', content: { 'text/plain': { schema: text } } },
      ],
      responses,
    },
  },
};

const node = (id: number, inner: string): string => `<n:node xmlns:n="urn:n" key="${id}">${inner}</n:node>`;
const deepText = node(
  1,
  `<all>${node(2, node(3, `<all>${node(4, node(5, '<words><word>a</word><word>b</word></words>'))}</all>`))}</all>`,
);

const cases: readonly Case[] = [
  {
    name: 'a form inside of a part is written by the encodings inside of its own',
    words: ['inside', '--f-json', JSON.stringify(insideValue)],
    values: { f: insideValue },
    sent: {
      body: expect.stringContaining(
        `\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nl=a%7Cb%20c&${insideText}\r\n`,
      ),
    },
  },
  {
    name: 'so is a form inside of a form',
    words: [
      'inside',
      '--content-type',
      'application/x-www-form-urlencoded',
      '--f-json',
      JSON.stringify(insideValue),
    ],
    values: { 'content-type': 'application/x-www-form-urlencoded', f: insideValue },
    sent: { body: new URLSearchParams({ 'f/': `l=a%7Cb%20c&${insideText}` }).toString() },
  },
  {
    name: 'alternatives are the XML that each of them says',
    words: ['either', '--x-json', '{"id":1}', '--y-json', '["a","b"]'],
    values: { x: { id: 1 }, y: ['a', 'b'] },
    sent: { body: `${declaration}<root><x id="1"></x><item>a</item><item>b</item></root>` },
  },
  {
    name: 'what holds itself is the same XML at every depth',
    words: ['deep', '--id', '1', '--kids-json', JSON.stringify(deep.kids)],
    values: deep,
    sent: { type: 'application/xml', body: declaration + deepText },
  },
  {
    name: 'so it is in a part of a form',
    words: ['deep', '--content-type', 'multipart/form-data', '--x-json', JSON.stringify(deep)],
    values: { 'content-type': 'multipart/form-data', x: deep },
    sent: { body: expect.stringContaining(`\r\n\r\n${declaration}${deepText}\r\n`) },
  },
  {
    name: 'so it is in each part of a list',
    words: ['deep', '--content-type', 'multipart/form-data', '--xs-json', JSON.stringify([deep])],
    values: { 'content-type': 'multipart/form-data', xs: [deep] },
    sent: { body: expect.stringContaining(`\r\n\r\n${declaration}${deepText}\r\n`) },
  },
  {
    name: 'a form has members as the media types of their encoding',
    words: [
      'written',
      '--content-type',
      'application/x-www-form-urlencoded',
      '--x',
      membersText,
      '--xs-json',
      '[{"a":"1"},{}]',
      '--f',
      membersText,
      '--j',
      'a"b',
      '--j',
      'c',
      '--t',
      '<t/>',
    ],
    values: {
      'content-type': 'application/x-www-form-urlencoded',
      x: member,
      xs: [{ a: '1' }, {}],
      f: member,
      j: ['a"b', 'c'],
      t: '<t/>',
    },
    sent: {
      body: [
        ['x', `${declaration}<thing id="1"><a>a&amp;b</a><l>p</l><l>q r</l></thing>`],
        ['xs', `${declaration}<xs><a>1</a></xs>`],
        ['xs', `${declaration}<xs></xs>`],
        ['f', 'id=1&a=a%26b&l=p&l=q+r'],
        ['j', '"a\\"b"'],
        ['j', '"c"'],
        ['t', '<t/>'],
      ]
        .map(([name = '', value = '']) => new URLSearchParams({ [name]: value }).toString())
        .join('&'),
    },
  },
  {
    name: 'parts are written as the media types of their encoding',
    words: ['written', '--x', membersText, '--f', membersText, '--j', 'a"b', '--t', '<t/>'],
    values: { x: member, f: member, j: ['a"b'], t: '<t/>' },
    sent: {
      body: expect.stringMatching(
        [
          `application/xml; charset=utf-8\r\n\r\n${declaration.replaceAll('?', '\\?')}<thing id="1"><a>a&amp;b</a><l>p</l><l>q r</l></thing>`,
          'application/x-www-form-urlencoded\r\n\r\nid=1&a=a%26b&l=p&l=q\\+r',
          'application/json\r\n\r\n"a\\\\"b"',
          'application/xml\r\n\r\n<t/>',
        ].join('\r\n[^<]*Content-Type: '),
      ),
    },
  },
  {
    name: 'an argument is what its schema says in the media type that is chosen: JSON',
    words: ['varied', '--id', '7', '--tags', 'a', '--tags', 'b', '--at', 'x'],
    values: { id: 7, tags: ['a', 'b'], at: 'x' },
    sent: { body: '{"id":7,"tags":["a","b"],"at":"x"}', type: 'application/json' },
  },
  {
    name: 'an argument is what its schema says in the media type that is chosen: a form',
    words: [
      'varied',
      '--at',
      '--content-type',
      '--id',
      'two',
      '--tags',
      'a b',
      '--content-type=application/x-www-form-urlencoded',
    ],
    values: {
      at: '--content-type',
      id: 'two',
      tags: 'a b',
      'content-type': 'application/x-www-form-urlencoded',
    },
    sent: { body: 'id=two&tags=a+b&at=--content-type', type: 'application/x-www-form-urlencoded' },
  },
  {
    name: 'an argument is what its schema says in the media type that is chosen: a file',
    words: ['varied', '--content_type', 'multipart/form-data', '--id', bytes],
    values: { id: 'aGk=', 'content-type': 'multipart/form-data' },
    sent: { body: expect.stringMatching(/name="id"; filename="\w+"\r\n.*octet-stream\r\n\r\nhi\r\n/) },
  },
  {
    name: 'parameters are written as their media types',
    words: ['content', '--x', membersText, '--f', membersText, '--j', 'a"b', '--t', 'a"b'],
    values: { x: member, f: member, j: 'a"b', t: 'a"b' },
    sent: {
      target: `/content?${[
        ['x', `${declaration}<x id="1"><a>a&amp;b</a><l>p</l><l>q r</l></x>`],
        ['f', 'id=1&a=a%26b&l=p&l=q+r'],
        ['j', '"a\\"b"'],
        ['t', 'a"b'],
      ]
        .map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`)
        .join('&')}`,
    },
  },
];

describe('values are written as the media type', () => {
  bothRoutes(paths, cases, { schemas: { Node, Nodes: nodes } });
});
