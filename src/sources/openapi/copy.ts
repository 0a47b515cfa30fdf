import { diagnostic } from '../../model/codes.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  type MutableObject,
  pointerTo,
  pointerTokens,
  setMember,
} from '../../model/json.ts';
import { makeComplaints, type Report } from './complaints.ts';
import { misplacedSchema } from './mistakes.ts';
import { type At, begin, below, change, originOf, type Part, shifted, sourceOf, targetOf } from './place.ts';
import {
  circular,
  type Location,
  type Problem,
  type Resolved,
  type Resolver,
  type Scope,
} from './resolve.ts';
import { type Kind, MINOR, SECTIONS, type Shape, type Shapes } from './shapes.ts';

/** A `$ref` that gets its value when all components have names. */
export interface Patch {
  readonly holder: MutableObject;
  readonly member: string;
  readonly target: object;
}

/** A name of a schema in a discriminator that leads nowhere, but may be that of a component once all have names. */
export interface Guess {
  readonly holder: MutableObject;
  readonly member: string;
  readonly name: string;
  readonly warn: () => void;
}

export interface Copier<Unit extends object> {
  /** Copies the members of an object, or a component. Undefined where there is nothing sound to copy. */
  readonly copy: (kind: Kind, source: Location, part: Part, minor: boolean) => Json | undefined;
  readonly patches: readonly (Patch & { readonly target: Unit })[];
  readonly guesses: readonly Guess[];
}

/** What changes an object of a kind after it has been copied, as an upgrade to 3.1 does. `moved`: below this pointer stands what stood in the object itself. */
export type Upgrade = (object: MutableObject) => { readonly moved: string } | undefined;

export interface Rules {
  readonly shapes: Shapes;
  /** Members of the document itself that are not copied: where components stand. */
  readonly leaveOut: ReadonlySet<string>;
  /** Whether what stands beside a `$ref` means something: from OpenAPI 3.1 on. */
  readonly siblings: boolean;
  /** Where the document's own schemas stand, as the beginning of a reference to one. */
  readonly schemas: string;
  readonly upgrade: { readonly [K in Kind]?: Upgrade };
}

/** How many objects may be copied in place of references: those could double with every level. */
const MAX_INLINED = 500_000;
/** How many references may be put in place inside of each other. */
const MAX_INLINED_LEVELS = 20;

/** JSON Schema members that lose their meaning in a document whose references are all pointers to components. */
const SCHEMA_IDENTITY = new Set([
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$recursiveAnchor',
  '$schema',
  '$vocabulary',
  '$defs',
  'definitions',
]);

/**
 * Makes a copier: it walks a document by its shapes, follows references, and builds fresh objects that hold only references to components.
 * Data (examples, defaults, extensions) is shared with the source, not copied.
 * @param unitFor gives the component for a referenced place
 */
export function makeCopier<Unit extends object>(
  rules: Rules,
  resolver: Resolver,
  unitFor: (kind: Kind, location: Location, minor: boolean) => Unit | Problem,
  report: Report,
): Copier<Unit> {
  const patches: (Patch & { readonly target: Unit })[] = [];
  const guesses: Guess[] = [];
  const complain = makeComplaints(report);
  let inlinedObjects = 0;

  function copyShape(shape: Shape, value: Json, at: At): Json | undefined {
    switch (shape.is) {
      case 'text':
        return copyText(value, at);
      case 'object':
        return copyObject(shape.kind, value, at);
      case 'either':
        return Array.isArray(value) ? copyList(shape.of, value, at) : copyShape(shape.of, value, at);
      case 'list':
        return copyList(shape.of, value, at);
      case 'map':
        return copyMap(shape, value, at);
    }
  }

  function copyText(value: Json, at: At): Json | undefined {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof reference(value) === 'string') return inline({ is: 'text' }, value, at);
    return complain.wrong(value, { is: 'text' }, at);
  }

  function copyList(of: Shape, value: Json, at: At): Json | undefined {
    if (!Array.isArray(value)) {
      if (reference(value) !== undefined) return inline({ is: 'list', of }, value, at);
      return complain.wrong(value, { is: 'list', of }, at);
    }
    const out: Json[] = [];
    for (const [position, item] of (value as readonly Json[]).entries()) {
      const place = out.length === position ? below(at, position) : shifted(at, position, out.length);
      const copied = copyShape(of, item, place);
      if (copied !== undefined) out.push(copied);
    }
    return out;
  }

  function copyMap(shape: Shape & { is: 'map' }, value: Json, around: At): Json | undefined {
    const at = shape.minor ? change(around, { minor: true }) : around;
    if (!isObject(value)) return complain.wrong(value, shape, at);
    if (reference(value) !== undefined) return inline(shape, value, at);
    const out: MutableObject = {};
    for (const name of Object.keys(value)) {
      const item = value[name] as Json;
      const data = shape.extensible && name.startsWith('x-');
      const copied = data ? item : copyShape(shape.of, item, below(at, name));
      if (copied !== undefined) setMember(out, name, copied);
    }
    return out;
  }

  function copyObject(kind: Kind, value: Json, around: At): Json | undefined {
    const at = MINOR.has(kind) && !around.frame.minor ? change(around, { minor: true }) : around;
    if (at.frame.inlined.length > 0 && ++inlinedObjects > MAX_INLINED) return tooLarge(at);
    if (kind === 'discriminator' && reference(value) === undefined) return copyDiscriminator(value, at);
    if (kind === 'schema' && typeof value === 'boolean') return value;
    if (!isObject(value)) {
      const nothing = complain.wrong(value, { is: 'object', kind }, at);
      return kind === 'schema' ? {} : nothing;
    }
    const ref = kind === 'document' ? undefined : (reference(value) ?? dynamicReference(kind, value));
    if (ref === undefined) return copyMembers(kind, value, at);
    const mistake = misplacedSchema(kind, ref, value, rules.shapes);
    if (mistake !== undefined) {
      complain.shape(mistake.message, true, at, 'It is taken as the schema of that');
      return copyMembers(kind, mistake.meant, at);
    }
    if (SECTIONS[kind] === undefined) return inline({ is: 'object', kind }, value, at);
    return copyReference(kind, ref, value, at);
  }

  function copyMembers(kind: Kind, value: JsonObject, at: At): MutableObject {
    const out: MutableObject = {};
    fill(out, kind, value, at);
    const upgraded = rules.upgrade[kind]?.(out);
    if (upgraded !== undefined) at.frame.part.origins.set(targetOf(at) + upgraded.moved, originOf(at));
    return out;
  }

  function fill(out: MutableObject, kind: Kind, value: JsonObject, at: At): void {
    const row = rules.shapes[kind];
    const scope = kind === 'schema' ? enter(value, at) : at.frame.scope;
    const inner = scope === at.frame.scope ? at : change(at, { scope });
    for (const name of Object.keys(value)) {
      if (name === '$ref' || name === '$dynamicRef' || name === '$recursiveRef') continue;
      if (kind === 'schema' && SCHEMA_IDENTITY.has(name)) continue;
      if (kind === 'document' && rules.leaveOut.has(name)) continue;
      const rest = name.startsWith('x-') ? undefined : row['*'];
      const shape = Object.hasOwn(row, name) ? row[name] : rest;
      const item = value[name] as Json;
      const copied = shape === undefined ? item : copyShape(shape, item, below(inner, name));
      if (copied !== undefined) setMember(out, name, copied);
    }
  }

  function enter(value: JsonObject, at: At): Scope {
    const { scope } = at.frame;
    return value.$id === undefined ? scope : resolver.enter(scope, sourceOf(at), value);
  }

  /** A reference that stays one, to a component. */
  function copyReference(kind: Kind, ref: string, value: JsonObject, at: At): Json | undefined {
    const scope = kind === 'schema' ? enter(value, at) : at.frame.scope;
    const { minor } = at.frame;
    const resolved = byName(kind, ref, at) ?? resolver.resolve(ref, scope);
    complain.file(resolved, minor, at);
    const unit = 'problem' in resolved ? resolved.problem : unitFor(kind, resolved.location, minor);
    if ('code' in unit) {
      complain.unresolved(unit, minor, at);
      return kind === 'schema' ? {} : undefined;
    }
    const out: MutableObject = { $ref: '' };
    patches.push({ holder: out, member: '$ref', target: unit });
    if (rules.siblings) {
      if (Object.keys(value).length > 1) fill(out, kind, value, at);
    } else {
      // OpenAPI 3.0 section 4.7.24: siblings are ignored; these two cannot change a request.
      for (const name of Object.keys(value)) {
        const item = value[name] as Json;
        if (name.startsWith('x-') || (name === 'description' && typeof item === 'string'))
          setMember(out, name, item);
      }
    }
    return out;
  }

  /** What `$ref: Pet` means where there is no such file, but a schema of that name: drafts of Swagger 2.0 referred like that. */
  function byName(kind: Kind, ref: string, at: At): Resolved | undefined {
    if (kind !== 'schema' || !/^[\w.-]+$/.test(ref)) return undefined;
    const meant = rules.schemas + ref;
    const resolved = resolver.resolve(meant, resolver.root);
    if ('problem' in resolved || !('problem' in resolver.resolve(ref, at.frame.scope))) return undefined;
    const hint = 'A reference to a part of the document begins with `#/`';
    complain.shape(`\`${ref}\` is taken as \`${meant}\``, true, at, hint);
    return resolved;
  }

  /** A reference that is replaced by what it means; members beside it win. */
  function inline(shape: Shape, value: Json, at: At): Json | undefined {
    const { frame } = at;
    const ref = reference(value) ?? '';
    const resolved = resolver.resolve(ref, frame.scope);
    const minor = frame.minor || shape.is === 'text';
    complain.file(resolved, minor, at);
    if ('problem' in resolved) return void complain.unresolved(resolved.problem, minor, at);
    const { scope, pointer, value: meant } = resolved.location;
    const key = `${scope.file.name}#${pointer}`;
    if (frame.inlined.includes(key) || frame.inlined.length >= MAX_INLINED_LEVELS) {
      return void complain.unresolved(circular(ref), minor, at);
    }
    const target = targetOf(at);
    frame.part.origins.set(target, { file: scope.file.name, pointer });
    const inlined = [...frame.inlined, key];
    const there = begin({ ...frame, scope, source: pointer, target, inlined });
    const copied = copyShape(shape, meant, there);
    if (shape.is !== 'object' || !isObject(copied) || !isObject(value)) return copied;
    const siblings: MutableObject = {};
    fill(siblings, shape.kind, value, at);
    for (const name of Object.keys(siblings)) {
      const origin = { file: frame.scope.file.name, pointer: pointerTo(sourceOf(at), name) };
      frame.part.origins.set(pointerTo(target, name), origin);
    }
    return { ...copied, ...siblings };
  }

  /** `mapping` names schemas by component name or by reference (OpenAPI 3.1 section 4.8.25). */
  function copyDiscriminator(value: Json, at: At): Json | undefined {
    if (typeof value === 'string') return { propertyName: value };
    if (!isObject(value)) return complain.wrong(value, { is: 'object', kind: 'discriminator' }, at);
    if (!isObject(value.mapping)) return value;
    const { scope, minor } = at.frame;
    const mapping: MutableObject = {};
    for (const [name, target] of Object.entries(value.mapping)) {
      setMember(mapping, name, target);
      if (typeof target !== 'string' || !/[/#]|\.(?:json|ya?ml)$/i.test(target)) continue;
      const resolved = resolver.resolve(target, scope);
      complain.file(resolved, true, at);
      const unit = 'problem' in resolved ? resolved.problem : unitFor('schema', resolved.location, minor);
      if ('code' in unit) {
        const word = pointerTokens(`/${target}`).at(-1) ?? '';
        const warn = () => complain.unresolved(unit, true, below(below(at, 'mapping'), name));
        guesses.push({ holder: mapping, member: name, name: word, warn });
      } else patches.push({ holder: mapping, member: name, target: unit });
    }
    return { ...value, mapping };
  }

  function tooLarge(at: At): undefined {
    if (inlinedObjects !== MAX_INLINED + 1) return undefined;
    const message = `References unfold to more than ${MAX_INLINED.toLocaleString('en')} objects`;
    report([diagnostic('too-large', message, { origin: originOf(at) })], false);
    return undefined;
  }

  return {
    patches,
    guesses,
    copy(kind, { scope, pointer, value }, part, minor) {
      return copyObject(kind, value, begin({ part, scope, source: pointer, target: '', minor, inlined: [] }));
    },
  };
}

function reference(value: Json): string | undefined {
  return isObject(value) && typeof value.$ref === 'string' ? value.$ref : undefined;
}

/** Dynamic references are taken as plain ones: a bundled document has no dynamic scope (JSON Schema 2020-12 section 8.2.3.2). */
function dynamicReference(kind: Kind, value: JsonObject): string | undefined {
  if (kind !== 'schema') return undefined;
  const { $dynamicRef: dynamic, $recursiveRef: recursive } = value;
  if (typeof dynamic === 'string') return dynamic;
  return typeof recursive === 'string' ? recursive : undefined;
}
