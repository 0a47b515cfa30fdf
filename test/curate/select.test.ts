import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curate } from '../../src/curate/curate.ts';
import { glob } from '../../src/curate/glob.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { openapi, said, source } from './source.ts';

const responses = { 200: { description: 'ok' } };
const paths = {
  '/pets': {
    summary: 'Pets',
    get: { operationId: 'pets/list', tags: ['pets'], responses },
    post: { operationId: 'pets/create', tags: ['pets', 'write'], responses },
  },
  '/pets/{id}': {
    get: { operationId: 'pets/get', tags: ['pets'], responses },
    delete: { tags: ['write'], responses },
  },
  '/shops/{id}/{a,b}': {
    get: { operationId: 'shops/get', responses },
    additionalOperations: { COPY: { responses } },
  },
};

function kept(extension: Json, document: JsonObject = openapi({ paths })): { ids: string[]; said: string[] } {
  const result = curate(source({ ...document, 'x-mcpgen': extension }), []);
  const ids = Object.entries(result.value?.document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries({ ...item, ...item.additionalOperations })
      .filter(([key]) => !['summary', 'additionalOperations'].includes(key))
      .map(([method]) => `${method} ${path}`),
  );
  return { ids, said: said(result.diagnostics) };
}

const all = [
  'get /pets',
  'post /pets',
  'get /pets/{id}',
  'delete /pets/{id}',
  'get /shops/{id}/{a,b}',
  'COPY /shops/{id}/{a,b}',
];

describe('include and exclude', () => {
  const cases: { title: string; given: Json; want: string[] }[] = [
    { title: 'nothing said keeps all', given: {}, want: all },
    { title: 'an empty selection says nothing', given: { include: {}, exclude: { tag: [] } }, want: all },
    {
      title: 'operationIds',
      given: { include: { operationId: ['pets/*'] } },
      want: ['get /pets', 'post /pets', 'get /pets/{id}'],
    },
    {
      title: 'an operation without operationId is called METHOD path',
      given: { include: { operationId: ['DELETE /pets/{id}', 'COPY **'] } },
      want: ['delete /pets/{id}', 'COPY /shops/{id}/{a,b}'],
    },
    { title: 'tags', given: { include: { tag: ['write'] } }, want: ['post /pets', 'delete /pets/{id}'] },
    {
      title: 'paths: * stops at /, ** does not',
      given: { include: { path: ['/pets*', '/shops/**'] } },
      want: ['get /pets', 'post /pets', 'get /shops/{id}/{a,b}', 'COPY /shops/{id}/{a,b}'],
    },
    {
      title: 'braces stand for themselves',
      given: { include: { path: ['/shops/{id}/{a,b}'] } },
      want: ['get /shops/{id}/{a,b}', 'COPY /shops/{id}/{a,b}'],
    },
    {
      title: 'any match includes, exclude wins',
      given: {
        include: { tag: ['pets'], path: ['/pets/{id}'] },
        exclude: { operationId: ['pets/create', 'pets/get'] },
      },
      want: ['get /pets', 'delete /pets/{id}'],
    },
  ];
  it.each(cases)('$title', ({ given, want }) => expect(kept(given)).toEqual({ ids: want, said: [] }));

  it('warns of a pattern that matches nothing, with the name that was meant', () => {
    expect(
      kept({ include: { operationId: ['pets/list', 'pets/creat'] }, exclude: { tag: ['zzz'] } }).said,
    ).toEqual([
      'selection-no-match api.yaml#/x-mcpgen/include/operationId/1: no operation matches the operationId pattern `pets/creat` | did you mean `pets/create`?',
      'selection-no-match api.yaml#/x-mcpgen/exclude/tag/0: no operation matches the tag pattern `zzz`',
    ]);
  });

  it('warns when no operation is left', () => {
    expect(kept({ exclude: { path: ['**'] } })).toEqual({
      ids: [],
      said: ['no-operations api.yaml#/x-mcpgen: include and exclude leave no operation'],
    });
    expect(kept({}, openapi({ webhooks: { w: { post: { responses } } } })).said).toEqual([
      'no-operations api.yaml#: the document describes no operation',
    ]);
  });

  it('looks through references to path items and operations', () => {
    const document = openapi({
      paths: {
        '/pets': { $ref: '#/components/pathItems/Pets' },
        '/a~b': { get: { $ref: '#/x-operations/a~1b' } },
      },
      components: { pathItems: { Pets: { $ref: '#/components/pathItems/Pets2' }, Pets2: paths['/pets'] } },
      'x-operations': { 'a/b': { operationId: 'far', responses } },
    });
    expect(kept({ include: { operationId: ['pets/create', 'far'] } }, document)).toEqual({
      ids: ['post /pets', 'get /a~b'],
      said: [],
    });
  });

  it('matches a path with and without its fragment', () => {
    const document = openapi({
      paths: { '/graphql#a': { post: { responses } }, '/graphql#b': { post: { responses } } },
    });
    expect(kept({ include: { path: ['/graphql#a'] } }, document).ids).toEqual(['post /graphql#a']);
    expect(kept({ include: { path: ['/graphql'] } }, document).ids).toHaveLength(2);
  });
});

describe('glob', () => {
  it('is the regular expression it stands for', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '{', '.', '\\', '[', '?'), maxLength: 8 });
    const pattern = fc.array(fc.oneof(text, fc.constantFrom('*', '**', '***')), { maxLength: 4 });
    fc.assert(
      fc.property(pattern, text, (pieces, name) => {
        const source = pieces
          .join('')
          .split(/(\*+)/)
          .map((piece) =>
            piece === '*'
              ? '[^/]*'
              : piece.startsWith('**')
                ? '.*'
                : piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
          )
          .join('');
        expect(glob(pieces.join(''))(name)).toBe(new RegExp(`^${source}$`, 's').test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no more time for a nasty pattern', () => {
    expect(glob('*a'.repeat(100))('a'.repeat(2000))).toBe(true);
    expect(glob(`${'**a'.repeat(100)}b`)('a'.repeat(2000))).toBe(false);
  });
});
