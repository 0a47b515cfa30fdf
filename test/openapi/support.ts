import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Diagnostic, Result } from '../../src/model/diagnostic.ts';
import { originAt } from '../../src/model/document.ts';
import { isObject, type Json, type JsonObject, member, pointerTokens } from '../../src/model/json.ts';
import { type Kind, SECTIONS, SHAPES_3, type Shape } from '../../src/sources/openapi/shapes.ts';
import { type ReadOptions, readSpec, type Spec } from '../../src/sources/read.ts';

/** File name → content; an object is written as JSON. */
export type FileMap = { readonly [name: string]: string | Uint8Array | Json };

/** Writes files into a new folder, which is removed after the test. */
export function folderWith(files: FileMap): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mcpgen-openapi-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(path, raw ? content : JSON.stringify(content));
  }
  return folder;
}

/** Reads the first of the files as a spec. */
export function read(files: FileMap, options: ReadOptions = {}): Promise<Result<Spec>> {
  const [entry = ''] = Object.keys(files);
  return readWhole(entry, { cwd: folderWith(files), ...options });
}

/** Reads a spec of which nothing will be dropped: whatever is wrong with it matters. */
export async function readWhole(file: string, options: ReadOptions): Promise<Result<Spec>> {
  const { value, diagnostics } = await readSpec(file, options);
  const deferred = value?.source.deferred?.map(({ diagnostic }) => diagnostic) ?? [];
  if (value === undefined || deferred.length > 0)
    return { diagnostics: [...new Set(deferred), ...diagnostics] };
  return { value, diagnostics };
}

/** Reads the first of the files, which must have no error. */
export async function sourceOf(files: FileMap, options: ReadOptions = {}) {
  const { value, diagnostics } = await read(files, options);
  if (value === undefined) throw new Error(said(diagnostics).join('\n'));
  const { document, origins, inputs } = value.source;
  return {
    document,
    inputs,
    warnings: said(diagnostics),
    at: (pointer: string) => valueAt(document, pointer),
    /** `file#pointer` */
    from: (pointer: string) => {
      const origin = originAt(origins, pointer);
      return 'pointer' in origin ? `${origin.file}#${origin.pointer}` : `${origin.file}:${origin.line}`;
    },
  };
}

/** Messages as `severity code place message`. */
export function said(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, severity, message, origin }) => {
    if (origin === undefined) return `${severity} ${code} ${message}`;
    const place =
      'pointer' in origin
        ? `${origin.file}#${origin.pointer}`
        : `${origin.file}:${origin.line}:${origin.column}`;
    return `${severity} ${code} ${place} ${message}`;
  });
}

export function valueAt(root: Json, pointer: string): Json | undefined {
  let value: Json | undefined = root;
  for (const token of pointerTokens(pointer)) {
    if (Array.isArray(value)) value = (value as readonly Json[])[Number(token)];
    else value = isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
  }
  return value;
}

/** The references of a document, where one can stand, that do not lead to one of its components. */
export function danglingIn(document: JsonObject): string[] {
  const found: string[] = [];
  const components = Object.fromEntries(
    Object.entries(SECTIONS).map(([kind, section]) => [
      section,
      { is: 'map', of: { is: 'object', kind: kind as Kind }, extensible: false, minor: false } as const,
    ]),
  );
  visit({ is: 'object', kind: 'document' }, document);
  for (const [section, shape] of Object.entries(components))
    visit(shape, member(document.components, section) ?? {});
  return found;

  function visit(shape: Shape, value: Json): void {
    if (shape.is === 'text') return;
    if (shape.is === 'either') visit(Array.isArray(value) ? { is: 'list', of: shape.of } : shape.of, value);
    else if (Array.isArray(value) && shape.is === 'list') for (const item of value) visit(shape.of, item);
    else if (isObject(value)) {
      const { $ref } = value;
      if (typeof $ref === 'string' && (shape.is !== 'object' || shape.kind !== 'document')) {
        const isComponent = /^#\/components\/[A-Za-z]+\/[^/]+$/.test($ref);
        if (!isComponent || valueAt(document, decodeURIComponent($ref.slice(1))) === undefined)
          found.push($ref);
      }
      for (const [name, item] of Object.entries(value)) {
        const of = shapeOf(shape, name);
        if (of !== undefined) visit(of, item);
      }
    }
  }
}

function shapeOf(shape: Shape, name: string): Shape | undefined {
  if (shape.is === 'map') return shape.extensible && name.startsWith('x-') ? undefined : shape.of;
  if (shape.is !== 'object' || name.startsWith('x-')) return undefined;
  const row = SHAPES_3[shape.kind];
  return Object.hasOwn(row, name) ? row[name] : row['*'];
}

export const ok: Json = { responses: { 200: { description: 'ok' } } };

/** A document of one operation `GET /a`. */
export function openapi(operation: Json, more: { readonly [key: string]: Json } = {}): Json {
  const { version = '3.1.0', ...rest } = more;
  return {
    openapi: version,
    info: { title: 'T', version: '1' },
    paths: { '/a': { get: operation } },
    ...rest,
  };
}

/** An operation whose answer has the schema. */
export const answering = (schema: Json): Json => ({
  responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } },
});

/** Where that schema stands, of `GET /a`. */
export const SCHEMA = '/paths/~1a/get/responses/200/content/application~1json/schema';
