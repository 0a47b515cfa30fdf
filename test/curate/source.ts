import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { originAt, type SourceDocument } from '../../src/model/document.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

/** A source document as the reader would give it: all of it from one file. */
export function source(document: JsonObject, file = 'api.yaml'): SourceDocument {
  return { document: frozen(document), origins: new Map([['', { file, pointer: '' }]]), inputs: [] };
}

export function openapi(rest: JsonObject): JsonObject {
  return { openapi: '3.1.0', info: { title: 'T', version: '1' }, ...rest };
}

export function overlay(actions: Json, version = '1.1.0'): SourceDocument {
  return source({ overlay: version, info: { title: 'O', version: '1' }, actions }, 'overlay.yaml');
}

/** `file#pointer` of a part of a document. */
export function whence(document: SourceDocument | undefined, pointer: string): string {
  const origin = originAt(document?.origins ?? new Map(), pointer);
  return 'pointer' in origin ? `${origin.file}#${origin.pointer}` : `${origin.file}:${origin.line}`;
}

/** `code file#pointer: message | hint` */
export function said(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, origin, message, hint }) => {
    const at =
      origin === undefined ? '' : 'pointer' in origin ? `${origin.file}#${origin.pointer}` : origin.file;
    return `${code} ${at}: ${message}${hint === undefined ? '' : ` | ${hint}`}`;
  });
}

/** Freezes JSON all the way down: whoever changes its input fails. */
export function frozen<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) frozen(child);
  }
  return value;
}
