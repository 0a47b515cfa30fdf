import { describe, expect, it } from 'vitest';
import { folderWith, ok, openapi, read, readWhole, said, sourceOf } from './support.ts';

describe('a spec is recognised by its content', () => {
  const problems: readonly { title: string; given: string; want: string }[] = [
    { title: 'an empty file', given: '', want: 'error file-empty a:1:1 The file is empty' },
    {
      title: 'text',
      given: 'just text',
      want: 'error spec-unknown a:1:1 The root of the document is a string, not an object',
    },
    {
      title: 'a list',
      given: '- 1',
      want: 'error spec-unknown a:1:1 The root of the document is a list, not an object',
    },
    {
      title: 'an object without a version',
      given: 'paths: {}',
      want: 'error spec-unknown a# The document has neither `openapi` nor `swagger`, which would say its version',
    },
    {
      title: 'OpenAPI 3.4',
      given: 'openapi: 3.4.0',
      want: 'error spec-version a#/openapi OpenAPI 3.4.0 is not supported: mcpgen reads 2.0, 3.0, 3.1 and 3.2',
    },
    {
      title: 'OpenAPI 4',
      given: 'openapi: 4',
      want: 'error spec-version a#/openapi OpenAPI 4 is not supported: mcpgen reads 2.0, 3.0, 3.1 and 3.2',
    },
    {
      title: 'OpenAPI 3.10',
      given: 'openapi: 3.10.0',
      want: 'error spec-version a#/openapi OpenAPI 3.10.0 is not supported: mcpgen reads 2.0, 3.0, 3.1 and 3.2',
    },
    {
      title: 'Swagger 1.2',
      given: 'swagger: "1.2"',
      want: 'error spec-version a#/swagger Swagger 1.2 is not supported: mcpgen reads 2.0, 3.0, 3.1 and 3.2',
    },
    {
      title: 'Overlay 2',
      given: 'overlay: 2.0.0',
      want: 'error spec-version a#/overlay Overlay 2.0.0 is not supported: mcpgen reads 1.0 and 1.1',
    },
  ];
  it.each(problems)('$title', async ({ given, want }) => {
    const { value, diagnostics } = await read({ a: given });
    expect(value).toBeUndefined();
    expect(said(diagnostics)).toEqual([want]);
  });

  it.each([
    'openapi: 3.0.3',
    'openapi: 3.0',
    'openapi: 3.1.1',
    'openapi: 3.2',
    'swagger: 2.0',
    '{"openapi": "3.1.0"}',
  ])('%s', async (given) => {
    const source = await sourceOf({ a: given });
    expect(source.at('/openapi')).toMatch(/^3\.[12]/);
    expect(source.at('/paths')).toEqual({});
  });

  it('a file that does not exist, and a folder', async () => {
    const cwd = folderWith({ 'x/y': 'z' });
    const read = async (file: string) => said((await readWhole(file, { cwd })).diagnostics);
    expect(await read('none.yaml')).toEqual(['error file-not-found `none.yaml` does not exist']);
    expect(await read('x/y/z')).toEqual(['error file-not-found `x/y/z` does not exist']);
    expect(await read('x')).toEqual(['error file-not-found `x` is a folder and no file']);
    expect(await read('.')).toEqual(['error file-not-found `.` is a folder and no file']);
  });

  it('files are named relative to the working folder, wherever they are', async () => {
    const cwd = folderWith({ 'specs/a.json': openapi(ok), 'work/x': '' });
    const result = await readWhole('../specs/a.json', { cwd: `${cwd}/work` });
    expect(result.value?.source.inputs.map(({ file }) => file)).toEqual(['../specs/a.json']);
  });

  it.each([
    '#!/usr/bin/env bash\ncurl -sS "https://h.test/v1/items"\n',
    '# Lists items.\n\ncurl -sS "https://h.test/v1/items"\n',
    'list() {\n  curl -sS "https://h.test/v1/items"\n}\nlist\n',
  ])('a script: %j', async (script) => {
    const { value } = await read({ 'items.sh': script });
    expect(Object.keys(value?.source.document.paths ?? {})).toEqual(['/v1/items']);
    expect(value?.source.inputs.map(({ file }) => file)).toEqual(['items.sh']);
  });

  it.each(['#!/usr/bin/python\nprint(1)\n', 'curl: yes\n', 'export: 1\n', 'set: 1\n'])(
    'no script: %j',
    async (given) => {
      const { diagnostics } = await read({ a: given });
      expect(diagnostics.map(({ code }) => code)).not.toContain('no-calls');
      expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    },
  );

  it('GraphQL operations of a document are expanded', async () => {
    const source = await sourceOf({
      'a.yaml': `
openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: https://h.test}]
paths: {}
x-mcpgen: {graphql: {path: /graphql, operations: ops/*.graphql}}
`,
      'ops/one.graphql': '# Who am I.\nquery whoAmI { viewer { id } }\n',
    });
    expect(Object.keys(source.at('/paths') ?? {})).toEqual(['/graphql#whoAmI']);
    expect(source.inputs.map(({ file }) => file).sort()).toEqual(['a.yaml', 'ops/one.graphql']);
  });
});
