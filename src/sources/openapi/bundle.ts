import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic, Origin } from '../../model/diagnostic.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  type MutableObject,
  member,
  pointerTo,
  pointerTokens,
  setMember,
} from '../../model/json.ts';
import type { Report } from './complaints.ts';
import { type Copier, makeCopier, type Rules } from './copy.ts';
import { safeDecode } from './files.ts';
import { emptyOf, wrongKind } from './mistakes.ts';
import { nameUnits } from './names.ts';
import { circular, type Location, type Problem, type Resolver } from './resolve.ts';
import { type Kind, SECTIONS, type Shape } from './shapes.ts';

/** A component of the bundled document. */
interface Unit {
  readonly kind: Kind;
  readonly section: string;
  readonly origins: Map<string, Origin>;
  /** Set for the document's own components. */
  name: string | undefined;
  source: Location;
  /** `minor`: waits to be copied, but nothing that a request depends on refers to it so far. */
  state: 'unused' | 'minor' | 'major' | 'done';
  /** Once done: nothing that a request depends on refers to it. */
  minor: boolean;
  value: Json;
}

export interface Bundle {
  readonly document: JsonObject;
  readonly origins: Map<string, Origin>;
}

/** Chains of references that are nothing else. */
const MAX_CHAIN = 100;

/**
 * Makes one document of a document and all that it refers to. Every `$ref` of the result is `#/components/<section>/<name>`: the
 * document's own components keep their names, all else that is referred to becomes a component named after its place. Kinds that
 * cannot be components, such as operations, stand in place of their references. What only unused components refer to is
 * read last, and its problems are warnings, as are those of webhooks, callbacks, links and examples.
 * @param roots where the document's own components stand
 */
export function bundle(
  resolver: Resolver,
  rules: Rules,
  roots: readonly { readonly pointer: string; readonly kind: Kind }[],
  report: Report,
): Bundle {
  const named = new Map<string, Unit>();
  const others = new Map<string, Unit>();
  const queues = { major: [] as Unit[], minor: [] as Unit[] };

  function want(unit: Unit, minor: boolean): Unit {
    const state = minor ? 'minor' : 'major';
    if (unit.state === 'unused' || (unit.state === 'minor' && !minor)) {
      unit.state = state;
      queues[state].push(unit);
    }
    return unit;
  }

  /** The component for a place; a place that holds nothing but a reference stands for what it refers to. */
  function unitFor(kind: Kind, start: Location, minor: boolean): Unit | Problem {
    const end = endOfChain(kind, start);
    if ('problem' in end) return end.problem;
    report(end.diagnostics, minor);
    const key = keyOf(kind, end.location);
    const unit = named.get(key) ?? others.get(key) ?? newUnit(kind, end.location, undefined);
    if (!named.has(key)) others.set(key, unit);
    return want(unit, minor);
  }

  function endOfChain(
    kind: Kind,
    start: Location,
  ): { location: Location; diagnostics: readonly Diagnostic[] } | { problem: Problem } {
    let location = start;
    const diagnostics: Diagnostic[] = [];
    for (let hop = 0; hop < MAX_CHAIN; hop++) {
      const next = named.has(keyOf(kind, location)) ? undefined : onlyReference(location.value);
      if (next === undefined) return { location, diagnostics };
      const resolved = resolver.resolve(next, location.scope);
      diagnostics.push(...resolved.diagnostics);
      if ('problem' in resolved) return resolved;
      location = resolved.location;
    }
    return { problem: circular(onlyReference(location.value) ?? '') };
  }

  const copier: Copier<Unit> = makeCopier(rules, resolver, unitFor, report);
  for (const { pointer, kind } of roots) {
    for (const { name, location } of ownComponents(resolver, pointer, report)) {
      named.set(keyOf(kind, location), newUnit(kind, location, name));
    }
  }
  for (const unit of named.values()) adopt(unit);

  /** An own component that is only a reference to another file gives its name to what it refers to. */
  function adopt(unit: Unit): void {
    const next = onlyReference(unit.source.value);
    const resolved = next === undefined ? undefined : resolver.resolve(next, unit.source.scope);
    if (resolved === undefined || 'problem' in resolved) return;
    const end = endOfChain(unit.kind, resolved.location);
    if ('problem' in end) return;
    const key = keyOf(unit.kind, end.location);
    if (named.has(key) || others.has(key)) return;
    others.set(key, unit);
    unit.source = end.location;
  }

  /** Copies what waits. What matters comes first, so that its problems are not taken for those of something minor. */
  function drain(): void {
    for (;;) {
      const minor = queues.major.length === 0;
      const unit = (minor ? queues.minor : queues.major).pop();
      if (unit === undefined) return;
      if (unit.state === 'done') continue;
      unit.state = 'done';
      unit.minor = minor;
      unit.value = copier.copy(unit.kind, unit.source, unit, minor) ?? {};
    }
  }

  const whole = { origins: new Map<string, Origin>() };
  const file = resolver.root.file;
  const root: Location = { scope: resolver.root, pointer: '', value: file.root };
  const document = copier.copy('document', root, whole, false);
  drain();
  for (const unit of named.values()) want(unit, true);
  drain();

  const origins = new Map<string, Origin>([['', { file: file.name, pointer: '' }], ...whole.origins]);
  const components = assemble([...named.values()], [...new Set(others.values())], origins);
  for (const { holder, member, target } of copier.patches) {
    const name = pointerTo('', target.name ?? '').replaceAll('%', '%25');
    holder[member] = `#/components/${target.section}${name}`;
  }
  for (const { holder, member: key, name, warn } of copier.guesses) {
    if (member(components.schemas, name) === undefined) warn();
    else holder[key] = `#/components/schemas/${name}`;
  }
  for (const unit of named.values()) report(loops(unit, components), unit.minor);
  return { document: { ...(isObject(document) ? document : {}), components }, origins };
}

/** An error if a component refers to another one, that to the next, and so on back to the first. */
function loops({ section, name, source }: Unit, components: JsonObject): Diagnostic[] {
  const seen = new Set<string>();
  let value = member(components[section], name ?? '');
  for (;;) {
    const next = value === undefined ? undefined : onlyReference(value);
    if (next === undefined) return [];
    if (seen.has(next)) break;
    seen.add(next);
    const target = safeDecode(pointerTokens(next.slice(1)).at(-1) ?? '');
    value = member(components[section], target);
  }
  const { code, message } = circular([...seen][0] ?? '');
  const origin = { file: source.scope.file.name, pointer: source.pointer };
  return [diagnostic(code, message, { origin })];
}

/** Names and collects the components: the document's own in their order, then the others by name. */
function assemble(named: readonly Unit[], all: readonly Unit[], origins: Map<string, Origin>): JsonObject {
  const taken = new Map<string, Set<string>>();
  for (const { section, name } of named) {
    taken.set(section, (taken.get(section) ?? new Set()).add(name ?? ''));
  }
  const nameless = all.filter((unit) => unit.name === undefined);
  const places = nameless.map(({ section, source }) => ({
    section,
    file: source.scope.file.name,
    pointer: source.pointer,
  }));
  const names = nameUnits(places, taken);
  for (const [position, unit] of nameless.entries()) unit.name = names[position];
  nameless.sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));

  const sections = new Map<string, MutableObject>();
  for (const unit of [...named, ...nameless]) {
    const { section, name = '', source, value } = unit;
    const members = sections.get(section) ?? {};
    sections.set(section, members);
    setMember(members, name, value);
    const mount = pointerTo('/components', section, name);
    origins.set(mount, { file: source.scope.file.name, pointer: source.pointer });
    for (const [pointer, origin] of unit.origins) origins.set(mount + pointer, origin);
  }
  return Object.fromEntries(sections);
}

/** The document's own components of one section, which may be a reference to a file as a whole. */
function ownComponents(
  resolver: Resolver,
  pointer: string,
  report: Report,
): { readonly name: string; readonly location: Location }[] {
  const section = resolver.resolve(`#${pointer}`, resolver.root);
  if ('problem' in section) return [];
  let { location } = section;
  const reference = onlyReference(location.value);
  if (reference !== undefined) {
    const resolved = resolver.resolve(reference, location.scope);
    report(resolved.diagnostics, false);
    if ('problem' in resolved) {
      const { code, message } = resolved.problem;
      const origin = { file: location.scope.file.name, pointer: location.pointer };
      report([diagnostic(code, message, { origin })], false);
      return [];
    }
    location = resolved.location;
  }
  if (!isObject(location.value)) {
    const shape: Shape = { is: 'object', kind: 'document' };
    if (location.value === null || emptyOf(location.value, shape) !== undefined) return [];
    const origin = { file: location.scope.file.name, pointer: location.pointer };
    report([diagnostic('openapi-shape', wrongKind(location.value, shape), { origin })], false);
    return [];
  }
  return Object.entries(location.value).map(([name, value]) => {
    const below = pointerTo(location.pointer, name);
    return { name, location: { scope: resolver.enter(location.scope, below, value), pointer: below, value } };
  });
}

function newUnit(kind: Kind, source: Location, name: string | undefined): Unit {
  const section = SECTIONS[kind] ?? kind;
  return { kind, section, origins: new Map(), name, source, state: 'unused', minor: true, value: {} };
}

function keyOf(kind: Kind, { scope, pointer }: Location): string {
  return `${kind}\n${scope.file.name}\n${pointer}`;
}

/** The reference, if a value is nothing but one. */
function onlyReference(value: Json): string | undefined {
  const reference = member(value, '$ref');
  if (typeof reference !== 'string' || !isObject(value)) return undefined;
  return Object.keys(value).length === 1 ? reference : undefined;
}
