import { describe, expect, it } from 'vitest';
import { originAt } from '../../src/model/document.ts';
import { operationsOf } from '../support/graphql.ts';
import { expandFiles, expandOne, shown } from './expand.ts';

describe('the operation', () => {
  it('has name, tag, description, kind, root fields and place', async () => {
    const text = `# The file.

# Create two issues. Both at once.
#
# With a second paragraph.
mutation createTwo($t: String!) {
  a: issueCreate(input: {title: $t, teamId: "x"}) { success }
  issueDelete(id: "a") { success issue { id } }
}`;
    const { id, operation, extension, source } = await expandOne(text);
    expect(id).toBe('createTwo');
    expect(operation).toMatchObject({
      operationId: 'createTwo',
      tags: ['a'],
      summary: 'Create two issues',
      description: 'Create two issues. Both at once.\n\nWith a second paragraph.',
    });
    expect(extension.graphql).toEqual({
      kind: 'mutation',
      fields: ['a', 'issueDelete'],
      success: ['a', 'issueDelete'],
    });
    expect(extension.origin).toEqual({ file: 'ops/a.graphql', line: 6, column: 1 });
    const pointer = '/paths/~1graphql#createTwo/post';
    expect(originAt(source.origins, pointer)).toEqual({ file: 'ops/a.graphql', line: 6, column: 1 });
    expect(originAt(source.origins, `${pointer}/x-mcpgen/arguments/0/name`)).toEqual({
      file: 'ops/a.graphql',
      line: 6,
      column: 20,
    });
    expect(originAt(source.origins, '/info')).toEqual({ file: 'api.yaml', pointer: '/info' });
  });

  it('is not described by what stands behind the one before it', async () => {
    const files = { 'ops/a.graphql': '# A\nquery a { viewer { id } } # behind a\nquery b { viewer { id } }' };
    const { value } = await expandFiles(files);
    const operations = operationsOf(value?.document ?? {});
    expect(operations.map(({ operation }) => operation.description)).toEqual(['A', undefined]);
  });

  it('without a comment says what the SDL says of its field', async () => {
    const { operation } = await expandOne('query q { list: issues { nodes { id } } }');
    expect(operation.summary).toBe('Issues of all teams');
  });

  it('keeps paths, components and x-mcpgen of the document, and reads globs in order', async () => {
    const files = {
      'ops/b.graphql': 'query b { viewer { ...P } }',
      'ops/a.graphql': '\uFEFFquery a { viewer { ...P } }\r\nquery c {\r\n  viewer { id } }',
      'ops/deep/er/d.graphql': 'query d { viewer { ...P } }',
      'ops/.hidden.graphql': 'nonsense',
      'lib/p.gql': 'fragment P on User { id }',
    };
    const graphql = {
      path: '/graphql',
      schema: 'schema.graphql',
      operations: ['ops/**/*.graphql', 'lib/p.gql', './ops/a.graphql'],
    };
    const result = await expandFiles(files, graphql, { paths: { '/x': {} }, components: { schemas: {} } });
    expect(shown(result)).toEqual([]);
    expect(Object.keys(result.value?.document.paths ?? {})).toEqual([
      '/x',
      '/graphql#a',
      '/graphql#c',
      '/graphql#b',
      '/graphql#d',
    ]);
    expect(result.value?.document['x-mcpgen']).toEqual({});
    expect(result.value?.inputs.map((input) => input.file)).toEqual([
      'schema.graphql',
      'lib/p.gql',
      'ops/a.graphql',
      'ops/b.graphql',
      'ops/deep/er/d.graphql',
    ]);
    expect(originAt(result.value?.origins ?? new Map(), '/paths/~1graphql#c')).toMatchObject({
      line: 2,
      column: 1,
    });
  });
});
