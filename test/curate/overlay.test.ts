import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curate } from '../../src/curate/curate.ts';
import { isObject, type Json, type JsonObject, pointerTo } from '../../src/model/json.ts';
import { frozen, openapi, overlay, said, source, whence } from './source.ts';

const operation = (id: string): JsonObject => ({
  operationId: id,
  responses: { 200: { description: 'ok' } },
});
const paths = { '/a': { get: operation('getA') } };

/** What an overlay makes of the extension `x-data` of a document, or what is said instead. */
function applied(data: Json, actions: Json, version?: string): Json {
  const result = curate(source(openapi({ paths, 'x-data': data })), [overlay(actions, version)]);
  if (result.diagnostics.length > 0) return said(result.diagnostics);
  return result.value?.document['x-data'] ?? null;
}

describe('update, remove and copy (Overlay 1.1, Action Object)', () => {
  const cases: { title: string; given: Json; actions: Json; want: Json }[] = [
    {
      title: 'objects are merged member by member, primitive values replaced, new members added at the end',
      given: { a: 1, b: { c: 2, d: 3 } },
      actions: [{ target: '$.x-data', update: { b: { d: 4, e: null }, f: [1] } }],
      want: { a: 1, b: { c: 2, d: 4, e: null }, f: [1] },
    },
    {
      title: 'arrays are concatenated, also inside of objects',
      given: { tags: ['a'], more: { tags: [1] } },
      actions: [{ target: '$.x-data', update: { tags: ['b', 'a'], more: { tags: [] } } }],
      want: { tags: ['a', 'b', 'a'], more: { tags: [1] } },
    },
    {
      title: 'a selected array takes an entry or a list of entries',
      given: [1],
      actions: [
        { target: '$.x-data', update: { name: 'new' } },
        { target: '$.x-data', update: [2, [3]] },
        { target: '$.x-data', update: 'four' },
      ],
      want: [1, { name: 'new' }, 2, [3], 'four'],
    },
    {
      title: 'primitive values are replaced, and removed from arrays',
      given: { a: 'old', list: ['x', 'y', 'x'] },
      actions: [
        { target: '$.x-data.a', update: 'new' },
        { target: "$.x-data.list[?@ == 'x']", remove: true },
      ],
      want: { a: 'new', list: ['y'] },
    },
    {
      title: 'actions see what the ones before have done',
      given: { a: { old: 1 } },
      actions: [
        { target: '$.x-data.a', remove: true },
        { target: '$.x-data', update: { a: [1] } },
        { target: '$.x-data.a', update: 2 },
      ],
      want: { a: [1, 2] },
    },
    {
      title: 'removing matches at several depths at once',
      given: { drop: 1, list: [{ drop: 2, keep: 3 }, { drop: 4 }], sub: { drop: { drop: 5 } } },
      actions: [{ target: '$.x-data..drop', remove: true }],
      want: { list: [{ keep: 3 }, {}], sub: {} },
    },
    {
      title: 'removing an item and something below a later item',
      given: [{ bad: true }, { deep: { bad: true } }, { keep: 1 }],
      actions: [{ target: '$.x-data..[?@.bad == true]', remove: true }],
      want: [{}, { keep: 1 }],
    },
    {
      title: 'copy merges, and the copy lives on its own',
      given: { from: { a: { b: 1 } }, to: { a: { c: 2 } } },
      actions: [
        { target: '$.x-data.to', copy: '$.x-data.from' },
        { target: '$.x-data.from.a', update: { b: 'changed' } },
        { target: '$.x-data.to.a', update: { d: 3 } },
      ],
      want: { from: { a: { b: 'changed' } }, to: { a: { c: 2, b: 1, d: 3 } } },
    },
    {
      title: 'copying a part into itself',
      given: { a: { b: {} } },
      actions: [{ target: '$.x-data.a.b', copy: '$.x-data' }],
      want: { a: { b: { a: { b: {} } } } },
    },
    {
      title: 'one update at several places makes no shared part',
      given: { one: {}, two: {} },
      actions: [
        { target: '$.x-data[*]', update: { tags: ['t'] } },
        { target: '$.x-data.one.tags', update: 'u' },
      ],
      want: { one: { tags: ['t', 'u'] }, two: { tags: ['t'] } },
    },
    {
      title: 'null over an object or array says nothing',
      given: { a: {}, b: [1] },
      actions: [{ target: '$.x-data', update: { a: null, b: null } }],
      want: { a: {}, b: [1] },
    },
    {
      title: 'filters of RFC 9535: nested queries, functions, comparison of kinds',
      given: [
        { in: 'query', name: 'page' },
        { in: 'header', name: 'page' },
        { in: 'query', name: 'per_page' },
      ],
      actions: [
        { target: "$.x-data[?@.in == 'query' && match(@.name, '(per_)?page')]", update: { hit: true } },
        { target: '$.x-data[?!@.hit]', remove: true },
      ],
      want: [
        { in: 'query', name: 'page', hit: true },
        { in: 'query', name: 'per_page', hit: true },
      ],
    },
    {
      title: 'members that JavaScript objects have anyway',
      given: JSON.parse('{"__proto__": {"a": 1}, "constructor": {}}'),
      actions: JSON.parse(
        `[{"target": "$.x-data", "update": {"__proto__": {"b": 2}, "toString": 1}}, {"target": "$.x-data['constructor']", "remove": true}]`,
      ),
      want: JSON.parse('{"__proto__": {"a": 1, "b": 2}, "toString": 1}'),
    },
  ];
  it.each(cases)('$title', ({ given, actions, want }) => {
    expect(JSON.stringify(applied(given, actions))).toBe(JSON.stringify(want));
  });
});

describe('what is wrong with an overlay', () => {
  const cases: { title: string; given: Json; actions: Json; version?: string; want: string[] }[] = [
    {
      title: 'a target that selects nothing, with a hint how far it got',
      given: { issues: {} },
      actions: [{ target: '$.x-data.isues', update: {} }],
      want: [
        "overlay-no-match overlay.yaml#/actions/0/target: `$.x-data.isues` selects nothing | `$['x-data']` is there, `.isues` below it is not: did you mean `issues`?",
      ],
    },
    {
      title: 'a bad JSONPath',
      given: {},
      actions: [{ target: '$.x-data[?@.a ==]', remove: true }],
      want: [
        'overlay-invalid overlay.yaml#/actions/0/target: `$.x-data[?@.a ==]` is not a JSONPath of RFC 9535: ',
      ],
    },
    {
      title: 'unknown and missing keys, all of them',
      given: {},
      actions: [{ taget: '$', update: {} }, { target: '$' }, 'x', { target: '$', update: {}, copy: '$' }],
      want: [
        'overlay-invalid overlay.yaml#/actions/0/taget: an action of an overlay has no key `taget` | did you mean `target`?',
        'overlay-invalid overlay.yaml#/actions/0: an action of an overlay must have a `target`',
        'overlay-invalid overlay.yaml#/actions/1: an action must have `update`, `copy` or `remove`',
        'overlay-invalid overlay.yaml#/actions/2: an action must be an object',
        'overlay-invalid overlay.yaml#/actions/3/copy: an action has either `update` or `copy`, not both',
      ],
    },
    {
      title: 'values of another kind',
      given: { a: { b: 'text' } },
      actions: [{ target: '$.x-data', update: { a: { b: { c: 1 } } } }],
      want: [
        'overlay-mismatch overlay.yaml#/actions/0/update/a/b: an object cannot be merged into the primitive value at `x-data/a/b` | remove it in an action before, then add it anew',
      ],
    },
    {
      title: 'targets of several kinds',
      given: [1, {}],
      actions: [{ target: '$.x-data[*]', update: {} }],
      want: [
        'overlay-mismatch overlay.yaml#/actions/0/target: `$.x-data[*]` selects primitive values and objects; one action changes things of one kind',
      ],
    },
    {
      title: 'copy of nothing, of several, and in 1.0',
      given: { a: {}, b: {} },
      actions: [{ target: '$.x-data', copy: '$.x-data[*]' }],
      want: [
        'overlay-invalid overlay.yaml#/actions/0/copy: `copy` must select one node, `$.x-data[*]` selects 2',
      ],
    },
    {
      title: 'copy in 1.0',
      given: {},
      actions: [{ target: '$.x-data', copy: '$.info' }],
      version: '1.0.0',
      want: [
        'overlay-invalid overlay.yaml#/actions/0/copy: `copy` came with Overlay 1.1, and this overlay says it is 1.0 | write `overlay: 1.1.0`',
      ],
    },
    {
      title: 'a version that does not exist',
      given: {},
      actions: [{ target: '$', update: {} }],
      version: '2.0.0',
      want: ['overlay-invalid overlay.yaml#/overlay: the version of an overlay must be `1.0.0` or `1.1.0`'],
    },
    {
      title: 'the removal of everything',
      given: {},
      actions: [{ target: '$', remove: true }],
      want: ['overlay-invalid overlay.yaml#/actions/0/target: the whole document cannot be removed'],
    },
    {
      title: 'no actions',
      given: {},
      actions: [],
      want: [
        'overlay-invalid overlay.yaml#/actions: an overlay must have `actions`, a list of one action or more',
      ],
    },
  ];
  it.each(cases)('$title', ({ given, actions, version, want }) => {
    const got = applied(given, actions, version);
    expect(Array.isArray(got) ? got : [got]).toEqual(want.map((line) => expect.stringContaining(line)));
  });

  it('gives no document when there is an error, and one when there are warnings', () => {
    const document = source(openapi({ paths }));
    expect(curate(document, [overlay([{ target: '$', update: 'x' }])]).value).toBeUndefined();
    expect(curate(document, [overlay([{ target: '$.nothing', update: {} }])]).value).toBeDefined();
  });
});

describe('x-mcpgen of an overlay', () => {
  it('is merged into the document’s, without the pin', () => {
    const given = source(openapi({ paths, 'x-mcpgen': { name: 'old', exclude: { tag: ['t'] } } }));
    const { document } = overlay([{ target: '$.info', update: {} }]);
    const extension = { sha256: '0'.repeat(64), name: 'new', route: 'mcp' };
    const result = curate(given, [source({ ...document, 'x-mcpgen': extension }, 'overlay.yaml')]);
    expect(result.value?.document['x-mcpgen']).toEqual({
      name: 'new',
      exclude: { tag: ['t'] },
      route: 'mcp',
    });
    expect(whence(result.value, '/x-mcpgen/route')).toBe('overlay.yaml#/x-mcpgen/route');
  });
});

describe('origins', () => {
  it('of what an overlay wrote is the overlay; what it moved keeps its own', () => {
    const given = source(
      openapi({ paths: { '/a': { get: { ...operation('a'), tags: ['one', 'two', 'three'] } } } }),
    );
    const result = curate(given, [
      overlay([
        { target: '$.info', update: { title: 'New' } },
        { target: "$.paths['/a'].get.tags[?@ == 'one']", remove: true },
        { target: "$.paths['/a'].get.tags", update: 'four' },
      ]),
    ]).value;
    expect(whence(result, '/info/title')).toBe('overlay.yaml#/actions/0/update/title');
    expect(whence(result, '/info/version')).toBe('api.yaml#/info/version');
    expect(whence(result, '/paths/~1a/get/tags/0')).toBe('api.yaml#/paths/~1a/get/tags/1');
    expect(whence(result, '/paths/~1a/get/tags/1')).toBe('api.yaml#/paths/~1a/get/tags/2');
    expect(whence(result, '/paths/~1a/get/tags/2')).toBe('overlay.yaml#/actions/2/update');
  });

  it('tell the truth after any series of actions, and nothing that went in is changed', () => {
    const names = fc.constantFrom('a', 'b', 'c/d', '~e', '__proto__');
    const shape = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constant('leaf'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(names, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    const target = fc
      .array(
        fc.oneof(
          names.map((name) => `['${name}']`),
          fc.constantFrom('[*]', '[0]', '[1]', '..*', '[-1]', '[?@.a]'),
        ),
        {
          maxLength: 4,
        },
      )
      .map((segments) => `$.x-data${segments.join('')}`);
    const action: fc.Arbitrary<{ target: string; update?: Json; copy?: string; remove?: boolean }> = fc.oneof(
      fc.record({
        target,
        update: fc.oneof(fc.dictionary(names, shape, { maxKeys: 3 }), fc.array(shape, { maxLength: 3 })),
      }),
      fc.record({ target, copy: target }),
      fc.record({ target, remove: fc.constant(true) }),
    );
    let changed = 0;
    fc.assert(
      fc.property(
        fc.dictionary(names, shape),
        fc.array(action, { minLength: 1, maxLength: 6 }),
        (data, actions) => {
          const given = source(labelled(openapi({ paths, 'x-data': data }), 'api.yaml', ''));
          const over = actions.map((each, index) => {
            const document = labelled({ update: each.update ?? null }, 'overlay.yaml', `/actions/${index}`);
            return { ...each, ...('update' in each ? document : {}) };
          });
          // Each action alone, as some do not fit the data.
          let current = given;
          for (const [index, each] of over.entries()) {
            const before = Array.from({ length: index }, () => ({ target: '$.info', update: {} }));
            const next = curate(current, [overlay([...before, frozen(each)])]);
            if (next.value !== undefined) {
              if (next.diagnostics.length === 0) changed++;
              current = next.value;
            }
          }
          for (const { pointer, value } of leaves(current.document['x-data'] ?? [], '/x-data')) {
            expect(whence(current, pointer)).toBe(value);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(changed).toBeGreaterThan(100);
  });
});

/** The same JSON, each text in it replaced by the place where it stands. */
function labelled<T extends Json>(value: T, file: string, pointer: string): T;
function labelled(value: Json, file: string, pointer: string): Json {
  if (Array.isArray(value)) return value.map((item, index) => labelled(item, file, `${pointer}/${index}`));
  if (isObject(value)) {
    if (pointer.startsWith('/paths') || pointer.startsWith('/info')) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, labelled(child, file, pointerTo(pointer, key))]),
    );
  }
  return pointer.startsWith('/x-data') || file === 'overlay.yaml' ? `${file}#${pointer}` : value;
}

function leaves(value: Json, pointer: string): { pointer: string; value: Json }[] {
  if (typeof value !== 'object' || value === null) return [{ pointer, value }];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, pointerTo(pointer, key)));
}
