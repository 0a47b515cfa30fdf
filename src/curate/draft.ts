import type { Origin } from '../model/diagnostic.ts';
import { type Origins, originAt, type SourceDocument } from '../model/document.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  type MutableObject,
  pointerTo,
  pointerTokens,
  setMember,
} from '../model/json.ts';

export type Tokens = readonly string[];

/** Origins as a tree along the document: cutting, moving and shifting parts is cheap here and dear in the map of pointers. */
export interface OriginTree {
  readonly origin?: Origin;
  readonly children: Map<string, OriginTree>;
}

type Container = MutableObject | Json[];

/**
 * A document that is being edited. The document it began with is never changed: a container is copied when something below
 * it changes for the first time, all the rest is shared. Each edit keeps the origins in step.
 */
export class Draft {
  #document: JsonObject;
  #origins: OriginTree;
  /** Containers that are copies of ours and may be changed in place. */
  #owned = new WeakSet<object>();

  constructor(source: SourceDocument) {
    this.#document = source.document;
    this.#origins = originTree(source.origins);
  }

  get document(): JsonObject {
    return this.#document;
  }

  /** The value at a place, or undefined where there is none. */
  get(tokens: Tokens): Json | undefined {
    let value: Json | undefined = this.#document;
    for (const token of tokens) value = childOf(value, token);
    return value;
  }

  origin(tokens: Tokens): Origin {
    return branch(this.#origins, tokens).origin ?? { file: '', pointer: pointerTo('', ...tokens) };
  }

  /** Where the parts of a subtree came from, as `set` takes it. */
  origins(tokens: Tokens): OriginTree {
    return branch(this.#origins, tokens);
  }

  /** Puts a value at a place whose parent exists; the index after the last one appends to an array. */
  set(tokens: Tokens, value: Json, origins: OriginTree): void {
    const key = tokens.at(-1);
    if (key === undefined) {
      if (isObject(value)) this.#document = value;
      this.#origins = origins;
      return;
    }
    const parent = tokens.slice(0, -1);
    put(this.#own(parent), key, value);
    this.#node(parent).children.set(key, origins);
  }

  /** Removes members or items of one container; what stood behind a removed item moves up, with its origin. */
  remove(parent: Tokens, keys: ReadonlySet<string>): void {
    const before = this.get(parent);
    if (Array.isArray(before)) {
      const kept = before.map((_, index) => String(index)).filter((index) => !keys.has(index));
      const origins = kept.map((index) => this.origins([...parent, index]));
      const container = this.#own(parent);
      const items = kept.map((index) => childOf(before, index) ?? null);
      if (Array.isArray(container)) container.splice(0, container.length, ...items);
      const node = this.#node(parent);
      node.children.clear();
      for (const [index, origin] of origins.entries()) node.children.set(String(index), origin);
    } else if (isObject(before)) {
      const container = this.#own(parent);
      const node = this.#node(parent);
      for (const key of keys) {
        if (!Array.isArray(container)) delete container[key];
        node.children.delete(key);
      }
    }
  }

  /** From here on everything counts as shared: call it when a part of the document is about to stand in two places. */
  share(): void {
    this.#owned = new WeakSet();
  }

  /** The edited document, with origins as a map again. */
  close(inputs: SourceDocument['inputs']): SourceDocument {
    const origins = new Map<string, Origin>();
    const pending: { readonly tree: OriginTree; readonly pointer: string }[] = [
      { tree: this.#origins, pointer: '' },
    ];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next.tree.origin !== undefined) origins.set(next.pointer, next.tree.origin);
      for (const [key, tree] of next.tree.children)
        pending.push({ tree, pointer: pointerTo(next.pointer, key) });
    }
    return { document: this.#document, origins, inputs };
  }

  /** The container at a place, made ours with all that stand above it. */
  #own(tokens: Tokens): Container {
    let container = this.#copy(this.#document);
    if (!Array.isArray(container)) this.#document = container;
    for (const token of tokens) {
      const before = childOf(container, token);
      const child = this.#copy(before);
      if (child !== before) put(container, token, child);
      container = child;
    }
    return container;
  }

  #copy(value: Json | undefined): Container {
    if (isOwned(value, this.#owned)) return value;
    const copy = copyOf(value);
    this.#owned.add(copy);
    return copy;
  }

  #node(tokens: Tokens): OriginTree {
    let node = this.#origins;
    for (const token of tokens) {
      let child = node.children.get(token);
      if (child === undefined) {
        child = { children: new Map() };
        node.children.set(token, child);
      }
      node = child;
    }
    return node;
  }
}

/** The member or item `token` of a value. */
export function childOf(value: Json | undefined, token: string): Json | undefined {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
  return isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
}

/** Makes the tree of a map of origins. */
export function originTree(origins: Origins): OriginTree {
  const grow = (): { origin?: Origin; children: Map<string, OriginTree> } => ({ children: new Map() });
  const root = grow();
  for (const [pointer, origin] of origins) {
    let node = root;
    for (const token of pointerTokens(pointer)) {
      const child = node.children.get(token) ?? grow();
      node.children.set(token, child);
      node = child;
    }
    node.origin = origin;
  }
  root.origin ??= originAt(origins, '');
  return root;
}

/** A copy of the part of a tree that stands at a place, its top always with an origin. */
export function branch(tree: OriginTree, tokens: Tokens): OriginTree {
  let node: OriginTree | undefined = tree;
  let origin = tree.origin;
  let rest = tokens;
  for (const [index, token] of tokens.entries()) {
    node = node?.children.get(token);
    if (node?.origin === undefined) continue;
    origin = node.origin;
    rest = tokens.slice(index + 1);
  }
  if (origin !== undefined && 'pointer' in origin && rest.length > 0) {
    origin = { file: origin.file, pointer: pointerTo(origin.pointer, ...rest) };
  }
  return { ...(origin === undefined ? {} : { origin }), children: cloneTree(node) };
}

function cloneTree(tree: OriginTree | undefined): Map<string, OriginTree> {
  const copy = new Map<string, OriginTree>();
  for (const [key, child] of tree?.children ?? []) {
    copy.set(key, { ...child, children: cloneTree(child) });
  }
  return copy;
}

function copyOf(value: Json | undefined): Container {
  if (Array.isArray(value)) return [...value];
  const object: JsonObject = isObject(value) ? value : {};
  return { ...object };
}

function put(container: Container, key: string, value: Json): void {
  if (Array.isArray(container)) container[Number(key)] = value;
  else setMember(container, key, value);
}

function isOwned(value: Json | undefined, owned: WeakSet<object>): value is Container {
  return typeof value === 'object' && value !== null && owned.has(value);
}
