import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, environment } from '../../src/curate/jsonpath.ts';

const names = ['a', 'b', 'get', '$ref'];
const value = fc.letrec((tie) => ({
  leaf: fc.constantFrom(null, true, false, 0, 1, 2, 'x', 'y', ''),
  list: fc.array(tie('any'), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 4 }),
  any: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie('leaf'), tie('object'), tie('list')),
})).object;

const member = fc.oneof(
  fc.constantFrom(...names).map((name) => `@['${name}']`),
  fc.constantFrom('@.a.b', '@', '@[0]', '$.a', "'x'", '1', 'null', 'true', 'length(@.a)', 'value(@..a)'),
);
const comparison = fc
  .tuple(member, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), member)
  .map(([left, operator, right]) => `${left} ${operator} ${right}`);
const test = fc.oneof(
  comparison,
  comparison.map((one) => `!(${one})`),
  fc.constantFrom('@.a', '!@.b', '@..b', '@.*'),
  comparison.map((one) => `@[?${one}]`),
  comparison.map((one) => `count(@.a[?${one}]) > 0`),
);
const filter = fc
  .tuple(test, fc.constantFrom('&&', '||'), test)
  .map(([one, between, other]) => `${one} ${between} ${other}`);
const path = fc
  .tuple(
    fc.constantFrom('$', '$.*', '$..*', '$.a', '$..a'),
    fc.oneof(test, filter),
    fc.constantFrom('', '.a', '[0]'),
  )
  .map(([start, condition, end]) => `${start}[?${condition}]${end}`);

const places = (query: ReturnType<typeof compile>, document: object) =>
  query.query(document as never).nodes.map(({ location }) => location);

describe('JSONPath', () => {
  it('selects what the library selects', () => {
    let found = 0;
    fc.assert(
      fc.property(path, value, (text, document) => {
        const wanted = places(environment.compile(text), document as object);
        expect(places(compile(text), document as object), text).toEqual(wanted);
        expect(String(compile(text))).toBe(String(environment.compile(text)));
        found += wanted.length;
      }),
      { numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(500);
  });

  it('null is a value, and a member that is not there is none', () => {
    const document = { list: [{ a: null }, {}, { a: 1 }, 'a', ['a']] };
    expect(places(compile('$.list[?@.a == null]'), document)).toEqual([['list', 0]]);
    expect(places(compile('$.list[?@.a != null]'), document)).toEqual(
      [1, 2, 3, 4].map((index) => ['list', index]),
    );
    expect(places(compile('$.list[?@.a == @.b]'), document)).toEqual(
      [1, 3, 4].map((index) => ['list', index]),
    );
  });
});
