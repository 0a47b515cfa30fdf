import type { SourceDocument } from '../model/document.ts';
import { isObject, type Json, member, pointerTo, pointerTokens } from '../model/json.ts';
import { branch, childOf, type Draft, originTree, type Tokens } from './draft.ts';
import { below, type Kind, placeOf, placeReferredTo, referenceOf, SECTIONS, type Visit } from './grammar.ts';

/** What the walk over the remaining operations gathers. */
interface Walk {
  readonly draft: Draft;
  /** The document before operations were dropped: what is left may still refer into them. */
  readonly before: SourceDocument;
  readonly pending: Visit[];
  /** Objects that have been visited; YAML aliases make one object stand in many places. */
  readonly seen: Set<object>;
  /** `schemas/Pet` of every component that is reached. */
  readonly components: Set<string>;
  /** References into dropped operations: pointer → the component that takes over what stood there. */
  readonly moved: Map<string, Tokens>;
}

/**
 * Removes the components that no operation reaches, through any number of references, discriminator mappings and security
 * requirements. What a reference finds in an operation that was dropped becomes a component of its own.
 * @param draft the document, which is edited
 * @param before the document with all its operations
 */
export function pruneComponents(draft: Draft, before: SourceDocument): void {
  const walk: Walk = {
    draft,
    before,
    pending: [],
    seen: new Set(),
    components: new Set(),
    moved: new Map(),
  };
  const { components: _components, ...rest } = draft.document;
  walk.pending.push({ value: rest, kind: 'document', step: [] });
  for (let visit = walk.pending.pop(); visit !== undefined; visit = walk.pending.pop()) {
    if (walk.seen.has(visit.value)) continue;
    walk.seen.add(visit.value);
    follow(walk, visit);
    walk.pending.push(...below(visit));
  }
  dropUnreached(walk);
  if (walk.moved.size > 0) {
    addMoved(walk);
    redirect(walk);
  }
}

/** Reaches what an object refers to. */
function follow(walk: Walk, visit: Visit): void {
  const reference = referenceOf(visit);
  if (reference !== undefined) reach(walk, reference, visit.kind);
  if (visit.kind === 'schema') {
    const dynamic = member(visit.value, '$dynamicRef');
    if (typeof dynamic === 'string') reach(walk, dynamic, 'schema');
    const discriminator = member(visit.value, 'discriminator');
    const mapping = member(discriminator, 'mapping');
    const named = [
      ...Object.values(isObject(mapping) ? mapping : {}),
      member(discriminator, 'defaultMapping'),
    ];
    for (const name of named) if (typeof name === 'string') reachNamed(walk, 'schemas', name);
  }
  if (visit.kind === 'document' || visit.kind === 'operation') {
    const security = member(visit.value, 'security');
    for (const requirement of Array.isArray(security) ? security : []) {
      for (const name of Object.keys(isObject(requirement) ? requirement : {})) {
        reachNamed(walk, 'securitySchemes', name);
      }
    }
  }
}

/** Discriminator mappings and (from 3.2) security requirements are names of components or references. */
function reachNamed(walk: Walk, section: string, name: string): void {
  if (childOf(member(member(walk.draft.document, 'components'), section), name) !== undefined) {
    reachComponent(walk, section, name);
  } else {
    const [root, found, component] = placeReferredTo(name) ?? [];
    if (root === 'components' && found !== undefined && component !== undefined) {
      reachComponent(walk, found, component);
    }
  }
}

function reach(walk: Walk, reference: string, kind: Kind): void {
  const tokens = placeReferredTo(reference);
  if (tokens === undefined) return;
  const [root, found, component] = tokens;
  if (root === 'components' && found !== undefined && component !== undefined) {
    reachComponent(walk, found, component);
    if (tokens.length === 3 && Object.hasOwn(SECTIONS, found)) return;
  }
  const value = walk.draft.get(tokens);
  if (value !== undefined) {
    if (isObject(value)) walk.pending.push({ value, kind, step: tokens });
    return;
  }
  const dropped = tokens.reduce<Json | undefined>(childOf, walk.before.document);
  if (dropped === undefined) return;
  const pointer = pointerTo('', ...tokens);
  if (walk.moved.has(pointer)) return;
  const section = sectionOf(kind);
  const name = nameFor(walk, section, tokens);
  walk.moved.set(pointer, ['components', section, name]);
  walk.components.add(`${section}/${name}`);
  if (isObject(dropped)) walk.pending.push({ value: dropped, kind, step: ['components', section, name] });
}

function reachComponent(walk: Walk, section: string, name: string): void {
  const id = `${section}/${name}`;
  if (walk.components.has(id)) return;
  walk.components.add(id);
  const value = walk.draft.get(['components', section, name]);
  const kind = Object.hasOwn(SECTIONS, section) ? SECTIONS[section] : undefined;
  if (isObject(value) && kind !== undefined) {
    walk.pending.push({ value, kind, step: ['components', section, name] });
  }
}

function dropUnreached({ draft, components }: Walk): void {
  const sections = member(draft.document, 'components');
  if (!isObject(sections)) return;
  for (const section of Object.keys(SECTIONS)) {
    const names = Object.keys(member(sections, section) ?? {});
    const unreached = names.filter((name) => !components.has(`${section}/${name}`));
    if (names.length > 0 && unreached.length === names.length)
      draft.remove(['components'], new Set([section]));
    else if (unreached.length > 0) draft.remove(['components', section], new Set(unreached));
  }
  if (Object.keys(member(draft.document, 'components') ?? {}).length === 0)
    draft.remove([], new Set(['components']));
}

function addMoved({ draft, before, moved }: Walk): void {
  const origins = originTree(before.origins);
  draft.share();
  for (const [pointer, to] of moved) {
    const from = pointerTokens(pointer);
    const value = from.reduce<Json | undefined>(childOf, before.document);
    for (const length of [1, 2]) {
      const above = to.slice(0, length);
      if (!isObject(draft.get(above))) draft.set(above, {}, { children: new Map() });
    }
    if (value !== undefined) draft.set(to, value, branch(origins, from));
  }
}

/** Makes references into dropped operations references to what took over. */
function redirect({ draft, moved }: Walk): void {
  const pending: Visit[] = [{ value: draft.document, kind: 'document', step: [] }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const tokens = placeReferredTo(referenceOf(visit) ?? '');
    const to = tokens === undefined ? undefined : moved.get(pointerTo('', ...tokens));
    if (to !== undefined) {
      const place = [...placeOf(visit), '$ref'];
      draft.set(place, `#${pointerTo('', ...to)}`, { origin: draft.origin(place), children: new Map() });
    }
    pending.push(...below(visit));
  }
}

function sectionOf(kind: Kind): string {
  return Object.keys(SECTIONS).find((section) => SECTIONS[section] === kind) ?? 'schemas';
}

/** A component name made of a pointer, as OpenAPI 3.1 section 4.8.7.1 allows it, and free. */
function nameFor(walk: Walk, section: string, tokens: Tokens): string {
  const base = tokens
    .slice(1)
    .join('_')
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const taken = (name: string): boolean =>
    walk.components.has(`${section}/${name}`) || walk.draft.get(['components', section, name]) !== undefined;
  let name = base;
  for (let count = 2; taken(name); count++) name = `${base}_${count}`;
  return name;
}
