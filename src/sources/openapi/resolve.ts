import type { DiagnosticCode } from '../../model/codes.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { isObject, type Json, member, pointerTo, pointerTokens } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import { type Files, type SourceFile, safeDecode } from './files.ts';

/** Where a reference stands, as far as its meaning depends on it. */
export interface Scope {
  readonly file: SourceFile;
  /** Pointer of the schema with `$id` around it that `#` means; '' for the file (JSON Schema 2020-12 section 8.2.1). */
  readonly resource: string;
  /** Base URI, if `$self` or an `$id` sets one. */
  readonly base?: string;
}

export interface Location {
  readonly scope: Scope;
  readonly pointer: string;
  readonly value: Json;
}

export interface Problem {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint?: string;
}

export type Resolved = { readonly diagnostics: readonly Diagnostic[] } & (
  | { readonly location: Location }
  | { readonly problem: Problem }
);

export interface Resolver {
  /** The root of the document. */
  readonly root: Scope;
  /** Finds what a `$ref` means. Follows `$ref`s that stand on the way of its pointer, not the one at its end. */
  readonly resolve: (reference: string, from: Scope) => Resolved;
  /** The scope below a schema: differs from the one around it if the schema has an `$id`. */
  readonly enter: (scope: Scope, pointer: string, value: Json) => Scope;
}

/** `$ref`s on the way of one pointer that are followed before it is called circular. */
const MAX_HOPS = 100;

/**
 * Makes the function that finds what references mean: files within the limit, JSON pointers, `$anchor`s, `$id`s and `$self` of files that are open.
 * Network addresses are problems unless an open file says by `$self` or `$id` that it is the one. `file:` URLs are problems too.
 * @param ids whether `$id` and `$anchor` mean something: from OpenAPI 3.1 on
 */
export function makeResolver(files: Files, ids: boolean): Resolver {
  const indexes = new Map<SourceFile, Index>();
  const results = new WeakMap<Scope, Map<string, Resolved>>();
  const self = member(files.entry.root, '$self');
  const root: Scope = {
    file: files.entry,
    resource: '',
    ...(typeof self === 'string' && URL.canParse(self) ? { base: self } : {}),
  };

  function indexOf(file: SourceFile): Index {
    const known = indexes.get(file) ?? index(file);
    indexes.set(file, known);
    return known;
  }

  function enter(scope: Scope, pointer: string, value: Json): Scope {
    const id = ids ? member(value, '$id') : undefined;
    const entered = scope.resource === pointer && scope.base !== undefined;
    if (typeof id !== 'string' || id.startsWith('#') || entered) return scope;
    const base = absolute(id, scope.base);
    return { file: scope.file, resource: pointer, ...(base === undefined ? {} : { base }) };
  }

  function resolve(reference: string, from: Scope, hops = 0): Resolved {
    const hash = reference.indexOf('#');
    const uri = hash === -1 ? reference : reference.slice(0, hash);
    const fragment = hash === -1 ? '' : reference.slice(hash + 1);
    const opened = document(uri, reference, from);
    if ('problem' in opened) return opened;
    const { scope, diagnostics } = opened;
    // Split documents often refer to the root's components as if they stood in the same file; so do schemas with an `$id`.
    const found =
      inside(scope, fragment, hops) ??
      inside({ ...scope, resource: '' }, fragment, hops) ??
      (uri === '' ? inside(root, fragment, hops) : undefined);
    if (found !== undefined && 'problem' in found) return { ...found, diagnostics };
    if (found !== undefined) return { location: found, diagnostics };
    return { problem: unresolved(reference, fragment, scope, scope.file === from.file), diagnostics };
  }

  /** The file or schema that the part of a reference before `#` means. */
  function document(
    uri: string,
    reference: string,
    from: Scope,
  ):
    | { readonly scope: Scope; readonly diagnostics: readonly Diagnostic[] }
    | { readonly problem: Problem; readonly diagnostics: readonly Diagnostic[] } {
    if (uri === '') return { scope: from, diagnostics: [] };
    const url = absolute(uri, from.base);
    const known = url === undefined ? undefined : identified(url, from.file);
    if (known !== undefined) return { scope: known, diagnostics: [] };
    if (/^[a-z][a-z0-9+.-]+:/i.test(uri) || uri.startsWith('//')) {
      return { problem: remote(uri, reference), diagnostics: [] };
    }
    const opened = files.open(from.file, uri);
    if ('problem' in opened) {
      return { problem: fileProblem(uri, opened.problem, from.file), diagnostics: opened.diagnostics };
    }
    const { file } = opened;
    return { scope: file === files.entry ? root : { file, resource: '' }, diagnostics: opened.diagnostics };
  }

  /** A schema with that `$id`, or the document with that `$self`. */
  function identified(url: string, file: SourceFile): Scope | undefined {
    if (url === root.base) return root;
    if (!ids) return undefined;
    for (const candidate of new Set([file, files.entry])) {
      const resource = indexOf(candidate).ids.get(url);
      if (resource !== undefined) return { file: candidate, resource, base: url };
    }
    return undefined;
  }

  function inside(scope: Scope, fragment: string, hops: number): Location | { problem: Problem } | undefined {
    const start = at(scope.file.root, scope.resource);
    if (start === undefined) return undefined;
    if (fragment === '') return { scope, pointer: scope.resource, value: start };
    if (fragment.startsWith('/')) {
      return walk({ scope, pointer: scope.resource, value: start }, pointerTokens(fragment), hops);
    }
    const pointer = indexOf(scope.file).anchors.get(`${scope.resource}#${safeDecode(fragment)}`);
    const value = pointer === undefined ? undefined : at(scope.file.root, pointer);
    if (pointer !== undefined && value !== undefined) return { scope, pointer, value };
    // `#definitions/T` means `#/definitions/T`.
    return walk({ scope, pointer: scope.resource, value: start }, pointerTokens(`/${fragment}`), hops);
  }

  function walk(
    start: Location,
    tokens: readonly string[],
    hops: number,
  ): Location | { problem: Problem } | undefined {
    let { scope, pointer, value } = start;
    for (const token of tokens) {
      let next = child(value, token);
      const reference = next === undefined ? member(value, '$ref') : undefined;
      if (typeof reference === 'string') {
        if (hops > MAX_HOPS) return { problem: circular(reference) };
        const target = resolve(reference, scope, hops + 1);
        if ('problem' in target) return target;
        ({ scope, pointer, value } = target.location);
        next = child(value, token);
      }
      if (next === undefined) return undefined;
      pointer = pointerTo(pointer, next.token);
      value = next.value;
      scope = enter(scope, pointer, value);
    }
    return { scope, pointer, value };
  }

  /** Most references are used many times. */
  function known(reference: string, from: Scope): Resolved {
    const found = results.get(from) ?? new Map<string, Resolved>();
    results.set(from, found);
    const result = found.get(reference) ?? resolve(reference, from);
    found.set(reference, result);
    return result;
  }

  return { root, resolve: known, enter };
}

/** The member or item that a token of a `$ref`'s pointer means; tokens should be percent-encoded but often are not. */
function child(value: Json, token: string): { readonly token: string; readonly value: Json } | undefined {
  for (const name of new Set([safeDecode(token), token])) {
    const found = Array.isArray(value)
      ? /^(?:0|[1-9][0-9]*)$/.test(name)
        ? (value as readonly Json[])[Number(name)]
        : undefined
      : member(value, name);
    if (found !== undefined) return { token: name, value: found };
  }
  return undefined;
}

function at(root: Json, pointer: string): Json | undefined {
  let value: Json | undefined = root;
  for (const token of pointerTokens(pointer)) {
    if (value === undefined) return undefined;
    value = Array.isArray(value) ? (value as readonly Json[])[Number(token)] : member(value, token);
  }
  return value;
}

function absolute(uri: string, base: string | undefined): string | undefined {
  const url = URL.canParse(uri, base) ? new URL(uri, base) : undefined;
  if (url === undefined) return undefined;
  url.hash = '';
  return url.href;
}

/** `$id` → pointer, and `<pointer of the resource>#<anchor>` → pointer. */
interface Index {
  readonly ids: ReadonlyMap<string, string>;
  readonly anchors: ReadonlyMap<string, string>;
}

const DATA = new Set(['example', 'examples', 'default', 'enum', 'const', 'value']);

/** Lists the `$id`s and anchors of a file, except in data. */
function index(file: SourceFile): Index {
  const ids = new Map<string, string>();
  const anchors = new Map<string, string>();
  function visit(value: Json, pointer: string, resource: string, base: string | undefined): void {
    if (Array.isArray(value)) {
      for (const [position, item] of value.entries()) visit(item, `${pointer}/${position}`, resource, base);
    } else if (isObject(value)) {
      const { $id: id } = value;
      let inner = { resource, base };
      if (typeof id === 'string' && !id.startsWith('#')) {
        inner = { resource: pointer, base: absolute(id, base) };
        if (inner.base !== undefined) ids.set(inner.base, pointer);
      }
      for (const anchor of [value.$anchor, value.$dynamicAnchor]) {
        const key = `${inner.resource}#${String(anchor)}`;
        if (typeof anchor === 'string' && !anchors.has(key)) anchors.set(key, pointer);
      }
      for (const [name, item] of Object.entries(value)) {
        if (typeof item !== 'object' || DATA.has(name) || name.startsWith('x-')) continue;
        visit(item, pointerTo(pointer, name), inner.resource, inner.base);
      }
    }
  }
  const self = member(file.root, '$self');
  visit(file.root, '', '', typeof self === 'string' ? absolute(self, undefined) : undefined);
  return { ids, anchors };
}

function unresolved(reference: string, fragment: string, { file, resource }: Scope, same: boolean): Problem {
  const place = same ? '' : ` in \`${file.name}\``;
  const what = fragment.startsWith('/') ? `nothing at \`${fragment}\`` : `no anchor \`${fragment}\``;
  const message = `\`${reference}\` leads nowhere: there is ${what}${place}`;
  let value = at(file.root, resource);
  let pointer = '';
  for (const token of fragment.startsWith('/') ? pointerTokens(fragment) : []) {
    const next = value === undefined ? undefined : child(value, token);
    if (next === undefined) {
      const meant = isObject(value) ? nearest(safeDecode(token), Object.keys(value)) : undefined;
      if (meant === undefined) break;
      const hint = `Did you mean \`#${pointerTo(pointer, meant)}\`?`;
      return { code: 'ref-unresolved', message, hint };
    }
    pointer = pointerTo(pointer, next.token);
    value = next.value;
  }
  return { code: 'ref-unresolved', message };
}

/** The problem of a chain of references that ends nowhere. */
export function circular(reference: string): Problem {
  return { code: 'ref-circular', message: `\`${reference}\` leads back to itself` };
}

function remote(uri: string, reference: string): Problem {
  if (/^file:/i.test(uri)) {
    const message = `\`${reference}\` is a \`file:\` URL`;
    return { code: 'ref-outside', message, hint: 'Refer to the file by a relative path' };
  }
  return {
    code: 'ref-remote',
    message: `\`${reference}\` is a network address, and remote \`$ref\`s are off`,
    hint: 'Save that file beside the spec and refer to it by a relative path',
  };
}

function fileProblem(uri: string, problem: 'missing' | 'outside' | 'broken', from: SourceFile): Problem {
  switch (problem) {
    case 'missing': {
      const message =
        from.folder === undefined
          ? `\`${uri}\` leads nowhere: a base that was fetched is one file`
          : `\`${uri}\` leads nowhere: there is no such file`;
      return { code: 'ref-unresolved', message };
    }
    case 'broken':
      return { code: 'ref-unresolved', message: `\`${uri}\` leads to a file that cannot be read` };
    case 'outside':
      return {
        code: 'ref-outside',
        message: `\`${uri}\` leads out of the folder of the spec`,
        hint: 'Move the file, or declare the folder that holds both: `x-mcpgen: {root: ..}`',
      };
  }
}
