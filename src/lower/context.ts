import { type DiagnosticCode, diagnostic } from '../model/codes.ts';
import type { Diagnostic, Origin } from '../model/diagnostic.ts';
import { type Origins, originAt } from '../model/document.ts';
import { isObject, type Json, type JsonObject, member, pointerTo, pointerTokens } from '../model/json.ts';
import { type SchemaStore, schemaStore } from './store.ts';

/** A value of the document and where it stands. */
export interface Node {
  readonly value: Json;
  readonly pointer: string;
}

/** What all of lowering shares: the input, and where diagnostics and named schemas are collected. */
export interface Context {
  readonly document: JsonObject;
  readonly origins: Origins;
  readonly diagnostics: Diagnostic[];
  /** What has been said already: shared parts are lowered once per use. */
  readonly reported: Set<string>;
  readonly store: SchemaStore;
}

/** What lowering one document starts from. */
export function createContext(document: JsonObject, origins: Origins): Context {
  return { document, origins, diagnostics: [], reported: new Set(), store: schemaStore() };
}

/** Where a part of the document came from. */
export function origin(context: Context, pointer: string): Origin {
  return originAt(context.origins, pointer);
}

/** Adds a diagnostic about the part of the document at `pointer`, once. */
export function report(
  context: Context,
  code: DiagnosticCode,
  message: string,
  pointer: string,
  hint?: string,
): void {
  const key = `${code} ${pointer} ${message}`;
  if (context.reported.has(key)) return;
  context.reported.add(key);
  context.diagnostics.push(
    diagnostic(code, message, {
      origin: origin(context, pointer),
      ...(hint === undefined ? {} : { hint }),
    }),
  );
}

/** The member `key` of a node, or undefined where there is none. References are not followed. */
export function child(node: Node, key: string): Node | undefined {
  const value = member(node.value, key);
  return value === undefined ? undefined : { value, pointer: pointerTo(node.pointer, key) };
}

/** The items of an array node; empty where it is no array. */
export function items(node: Node | undefined): readonly Node[] {
  if (node === undefined || !Array.isArray(node.value)) return [];
  return node.value.map((value: Json, index) => ({ value, pointer: pointerTo(node.pointer, index) }));
}

/** The members of an object node, in order; empty where it is no object. */
export function entries(node: Node | undefined): readonly (readonly [string, Node])[] {
  if (node === undefined || !isObject(node.value)) return [];
  return Object.entries(node.value).map(([key, value]) => [
    key,
    { value, pointer: pointerTo(node.pointer, key) },
  ]);
}

/** The text of a member, or '' where it is absent or no string. */
export function text(node: Node | undefined, key: string): string {
  const value = member(node?.value, key);
  return typeof value === 'string' ? value : '';
}

/** References that may lead through references: more only a circle has. */
const maxHops = 20;

/**
 * Finds what a local reference points at.
 * @param reference `#/…`; percent-encoding is undone where the raw name does not exist (RFC 6901 section 6)
 * @param hops references on the way to this one that lead through another
 * @returns undefined where it points at nothing
 */
export function lookup(context: Context, reference: string, hops = 0): Node | undefined {
  if (!reference.startsWith('#') || hops > maxHops) return undefined;
  let node: Node = { value: context.document, pointer: '' };
  for (const token of pointerTokens(reference.slice(1))) {
    const next = step(node, token) ?? step(deref(context, node, false, hops + 1) ?? node, token);
    if (next === undefined) return undefined;
    node = next;
  }
  return node;
}

function step(node: Node, token: string): Node | undefined {
  if (Array.isArray(node.value)) {
    const value: Json | undefined = node.value[Number(token)];
    return value === undefined ? undefined : { value, pointer: pointerTo(node.pointer, token) };
  }
  return child(node, token) ?? child(node, decode(token));
}

function decode(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/**
 * Follows the `$ref` of an OpenAPI object (not of a schema) until something else is found.
 * @param loud whether a reference that leads nowhere is reported (`ref-unresolved`)
 * @returns undefined where it leads nowhere
 */
export function deref(context: Context, node: Node, loud = true, hops = 0): Node | undefined {
  let current = node;
  const seen = new Set<string>();
  for (;;) {
    const reference = member(current.value, '$ref');
    if (typeof reference !== 'string') return current;
    const target = seen.has(reference) ? undefined : lookup(context, reference, hops);
    if (target === undefined) {
      if (loud) unresolved(context, reference, current.pointer);
      return undefined;
    }
    seen.add(reference);
    current = target;
  }
}

/** Reports a reference that leads nowhere. */
export function unresolved(context: Context, reference: string, pointer: string): void {
  report(context, 'ref-unresolved', `\`${reference}\` points at nothing`, pointerTo(pointer, '$ref'));
}
