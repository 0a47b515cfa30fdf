import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answering, folderWith, ok, openapi, read, readWhole, said } from './support.ts';

describe('references that cannot be followed', () => {
  const cases: readonly { title: string; reference: string; want: RegExp }[] = [
    {
      title: 'to nothing',
      reference: '#/components/schemas/Tt',
      want: /^error ref-unresolved a\.json#\/paths.*schema `#\/components\/schemas\/Tt` leads nowhere/,
    },
    {
      title: 'to an anchor that is not there',
      reference: '#x',
      want: /^error ref-unresolved .*there is no anchor `x`/,
    },
    {
      title: 'to a missing file',
      reference: 'no.yaml',
      want: /^error ref-unresolved .*there is no such file/,
    },
    {
      title: 'to nothing in a file',
      reference: 'b.json#/x',
      want: /^error ref-unresolved .*nothing at `\/x` in `b\.json`/,
    },
    {
      title: 'to a network address',
      reference: 'http://127.0.0.1:9/a.json#/x',
      want: /^error ref-remote .*remote `\$ref`s are off/,
    },
    {
      title: 'to a network address without a scheme',
      reference: '//127.0.0.1:9/a.json',
      want: /^error ref-remote /,
    },
    { title: 'to a file URL', reference: 'file:///etc/passwd', want: /^error ref-outside / },
    { title: 'out of the folder', reference: '../../../../../../../etc/passwd', want: /^error ref-outside / },
    { title: 'to an absolute path', reference: '/etc/passwd', want: /^error ref-outside / },
    {
      title: 'to itself',
      reference: '#/components/schemas/Loop',
      want: /^error ref-circular .*leads back to itself/,
    },
    { title: 'to a folder', reference: '.', want: /^error ref-unresolved / },
    { title: 'with a zero byte', reference: 'a\0b', want: /^error ref-unresolved / },
  ];
  it.each(cases)('$title', async ({ reference, want }) => {
    const { value, diagnostics } = await read({
      'a.json': openapi(answering({ $ref: reference }), {
        components: {
          schemas: {
            T: { type: 'string' },
            Loop: { $ref: '#/components/schemas/Pool' },
            Pool: { $ref: '#/components/schemas/Loop' },
          },
        },
      }),
      'b.json': {},
    });
    expect(value).toBeUndefined();
    expect(said(diagnostics)[0]).toMatch(want);
  });

  it('are all reported, with what may be meant', async () => {
    const properties = {
      x: { $ref: '#/components/schemas/Pett' },
      y: { $ref: '#/no' },
      z: { $ref: 'no.json' },
    };
    const { diagnostics } = await read({
      'a.json': openapi(answering({ properties }), { components: { schemas: { Pet: {} } } }),
    });
    expect(diagnostics.map(({ code }) => code)).toEqual([
      'ref-unresolved',
      'ref-unresolved',
      'ref-unresolved',
    ]);
    expect(diagnostics[0]?.hint).toBe('Did you mean `#/components/schemas/Pet`?');
  });

  it('may not leave the folder through a symbolic link, nor enter its parent', async () => {
    const outside = folderWith({ 'secret.json': { type: 'string', title: 'SECRET' } });
    const folder = folderWith({
      'here/a.json': openapi(answering({ $ref: 'link.json' })),
      'here/b.json': openapi(answering({ $ref: '../c.json' })),
      'c.json': { type: 'string' },
    });
    symlinkSync(join(outside, 'secret.json'), join(folder, 'here/link.json'));
    for (const file of ['here/a.json', 'here/b.json']) {
      const { value, diagnostics } = await readWhole(file, { cwd: folder });
      expect(value).toBeUndefined();
      expect(diagnostics.map(({ code }) => code)).toEqual(['ref-outside']);
    }
  });

  it('may leave it up to the root that the document declares', async () => {
    const folder = folderWith({
      'here/b.json': openapi(answering({ $ref: '../c.json' }), { 'x-mcpgen': { root: '..', name: 'n' } }),
      'c.json': { type: 'string' },
    });
    const { value } = await readWhole('here/b.json', { cwd: folder });
    expect(value?.source.document['x-mcpgen']).toEqual({ name: 'n' });
    expect(value?.source.inputs.map(({ file }) => file)).toEqual(['here/b.json', 'c.json']);
  });

  it.each(['../none', 'c.json', 5])('may not be declared a root that is no folder: %j', async (root) => {
    const { diagnostics } = await read({ 'b.json': openapi(ok, { 'x-mcpgen': { root } }), 'c.json': {} });
    expect(said(diagnostics)).toEqual([
      'error x-mcpgen-invalid b.json#/x-mcpgen/root `x-mcpgen.root` is not the path of a folder',
    ]);
  });

  it('may enter the folders beside it in a tree that holds nothing else', async () => {
    const folder = folderWith({
      'tree/api/v1/b.json': openapi(answering({ $ref: '../../common/c.json' })),
      'tree/common/c.json': { type: 'string' },
    });
    expect((await readWhole('tree/api/v1/b.json', { cwd: folder })).value).toBeDefined();
    writeFileSync(join(folder, 'tree/secret.json'), '{}');
    expect((await readWhole('tree/api/v1/b.json', { cwd: folder })).value).toBeUndefined();
  });
});
