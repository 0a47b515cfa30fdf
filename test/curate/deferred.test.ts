import { describe, expect, it } from 'vitest';
import { curate } from '../../src/curate/curate.ts';
import { readSpec } from '../../src/sources/read.ts';
import { type FileMap, folderWith, said } from '../openapi/support.ts';

const answers = (ref: string): string =>
  `responses: {200: {description: ok, content: {application/json: {schema: {$ref: '${ref}'}}}}}`;

/** A document with a sound operation and one that refers to `ref`; `include` keeps one of them. */
const document = (include: string, ref: string, more = ''): string => `openapi: 3.1.0
info: {title: T, version: '1'}
x-mcpgen: {include: {operationId: [${include}]}}
paths:
  /sound: {get: {operationId: sound, ${answers('#/components/schemas/Sound')}}}
  /broken: {get: {operationId: broken, ${answers(ref)}}}
components:
  schemas:
    Sound: {type: object}
    ${more}
`;

/** Reads and curates the first file. */
async function errorsOf(files: FileMap): Promise<string[]> {
  const [entry = ''] = Object.keys(files);
  const read = await readSpec(entry, { cwd: folderWith(files) });
  const curated = read.value && curate(read.value.source, read.value.overlays);
  const all = [...read.diagnostics, ...(curated?.diagnostics ?? [])];
  const errors = all.filter(({ severity }) => severity === 'error');
  expect(curated?.value === undefined).toBe(errors.length > 0);
  return said(errors);
}

describe('what is broken', () => {
  const cases: readonly { title: string; ref: string; more?: string; files?: FileMap; said: RegExp }[] = [
    {
      title: 'a reference',
      ref: '#/components/schemas/None',
      said: /^error ref-unresolved a\.yaml#.*broken/,
    },
    { title: 'a missing file', ref: './none.yaml', said: /^error ref-unresolved a\.yaml#.*no such file/ },
    {
      title: 'a file that cannot be read',
      ref: './b.yaml#/Thing',
      files: { 'b.yaml': 'Thing: {type: [object\n' },
      said: /^error yaml-syntax b\.yaml:/,
    },
    {
      title: 'a component',
      ref: '#/components/schemas/Bad',
      more: 'Bad: {type: object, properties: {a: {$ref: "./none.yaml"}}}',
      said: /^error ref-unresolved a\.yaml#\/components\/schemas\/Bad/,
    },
    {
      title: 'a component of another file',
      ref: './b.yaml#/Thing',
      files: { 'b.yaml': 'Thing: {properties: {a: {$ref: "./none.yaml"}}}\nother: 1\n' },
      said: /^error ref-unresolved b\.yaml#\/Thing/,
    },
  ];

  it.each(cases)('does not matter where it was dropped: $title', async ({ ref, more, files }) => {
    expect(await errorsOf({ 'a.yaml': document('sound', ref, more), ...files })).toEqual([]);
  });

  it.each(cases)('is an error where it was kept: $title', async ({ ref, more, files, said: want }) => {
    const errors = await errorsOf({ 'a.yaml': document('broken', ref, more), ...files });
    expect(errors[0]).toMatch(want);
  });

  it('does not matter where an overlay removes it', async () => {
    const overlay = `overlay: 1.0.0
info: {title: O, version: '1'}
extends: ./a.yaml
actions: [{target: "$.paths['/broken']", remove: true}]
`;
    const files = { 'o.yaml': overlay, 'a.yaml': document("'*'", './none.yaml') };
    expect(await errorsOf(files)).toEqual([]);
  });

  it('matters where the kept part of a path item has it', async () => {
    const text = `openapi: 3.1.0
info: {title: T, version: '1'}
x-mcpgen: {include: {operationId: [a]}}
paths:
  /a:
    parameters: [{$ref: './none.yaml'}]
    get: {operationId: a, ${answers('#/components/schemas/S')}}
    post: {operationId: b, requestBody: {$ref: './gone.yaml'}, responses: {}}
components: {schemas: {S: {}}}
`;
    const errors = await errorsOf({ 'a.yaml': text });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^error ref-unresolved a\.yaml#\/paths\/~1a\/parameters\/0 /);
  });
});
