import {
  type Argument,
  argumentsOf,
  type Binding,
  type Hole,
  type Place,
  type WireParameter,
} from '../model/api.ts';
import type {
  ArgumentExtension,
  BindingExtension,
  HoleExtension,
  OperationExtension,
} from '../model/document.ts';
import { isObject, type Json, pointerTo } from '../model/json.ts';
import type { Property, Schema } from '../model/schema.ts';
import { demand, firstGiven } from './arguments.ts';
import type { LoweredBody } from './body.ts';
import { type Context, type Node, origin, report } from './context.ts';
import type { LoweredParameter } from './parameters.ts';
import { lowerSchema, resolve } from './schema.ts';

/** What the arguments and bindings of an operation are made of before `x-mcpgen` has its say. */
export interface Flat {
  readonly parameters: readonly LoweredParameter[];
  readonly body: LoweredBody | undefined;
}

export interface Bound {
  readonly arguments: readonly Argument[];
  readonly bindings: readonly Binding[];
  readonly parameters: readonly WireParameter[];
}

/** The arguments and bindings of flattening alone. */
export function flatBindings(flat: Flat): Bound {
  return {
    arguments: [
      ...flat.parameters.map((parameter) => parameter.argument),
      ...(flat.body === undefined ? [] : flat.body.arguments),
    ],
    bindings: [
      ...flat.parameters.map((parameter) => parameter.binding),
      ...(flat.body === undefined ? [] : flat.body.bindings),
    ],
    parameters: flat.parameters.map((parameter) => parameter.wire),
  };
}

/**
 * Applies `x-mcpgen.bindings` and `x-mcpgen.arguments`: what flattening says at, above and below the named places gives way.
 * Reports places that do not exist.
 * @param node the operation
 */
export function applyBindings(
  context: Context,
  node: Node,
  flat: Flat,
  extension: OperationExtension,
): Bound {
  const base = flatBindings(flat);
  const list = extension.bindings ?? [];
  if (list.length === 0) return base;
  const pointer = pointerTo(node.pointer, 'x-mcpgen', 'bindings');
  const stated = list.flatMap((entry, index): { entry: BindingExtension; at: Place }[] => {
    const at = placeOf(entry.at);
    if (at !== undefined) return [{ entry, at }];
    report(
      context,
      'argument-invalid',
      `\`${JSON.stringify(entry.at)}\` is no place of a request`,
      pointerTo(pointer, index),
      'A place is ["path" | "query" | "header" | "cookie", name], ["querystring"] or ["body", member, …]',
    );
    return [];
  });
  const kept = base.bindings.filter((binding) => !stated.some(({ at }) => overlaps(at, binding.at)));
  const own = stated.map(({ entry, at }) => bindingOf(context, flat, entry, at));
  const bindings = [...kept, ...own];
  const used = new Set(bindings.flatMap(argumentsOf));
  const declared = new Map(
    (extension.arguments ?? []).map((argument, index) => [argument.name, { argument, index }]),
  );
  const names = [...new Set([...declared.keys(), ...own.flatMap(argumentsOf).map(nameOf)])];
  const replaced = names.map((name) => {
    const entry = declared.get(name);
    return entry === undefined
      ? derivedArgument(context, flat, name, own, pointer)
      : declaredArgument(
          context,
          flat,
          entry.argument,
          own,
          pointerTo(node.pointer, 'x-mcpgen', 'arguments', entry.index),
        );
  });
  const chooser = flat.body?.body.chooser;
  const remaining = base.arguments.filter((argument) => used.has(argument.id) || argument.id === chooser);
  return {
    arguments: [...replaced, ...remaining],
    bindings,
    parameters: [...base.parameters, ...missingParameters(base.parameters, own)],
  };
}

/** Ids of the arguments that `x-mcpgen` speaks of are kept apart from those of flattening. */
const idOf = (name: string): string => `arg.${name}`;
const nameOf = (id: string): string => id.slice('arg.'.length);

function placeOf(at: readonly string[]): Place | undefined {
  const [place, name, ...rest] = at;
  if (place === 'body') return ['body', ...at.slice(1)];
  if (place === 'querystring' && name === undefined) return ['querystring'];
  if (place !== 'path' && place !== 'query' && place !== 'header' && place !== 'cookie') return undefined;
  return name === undefined || rest.length > 0 ? undefined : [place, name];
}

/** Whether one place is the other, or holds it. */
function overlaps(a: Place, b: Place): boolean {
  const same = (left: string | undefined, right: string | undefined, header: boolean): boolean =>
    header ? left?.toLowerCase() === right?.toLowerCase() : left === right;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    if (!same(a[index], b[index], a[0] === 'header' && index === 1)) return false;
  }
  return true;
}

function isHole(part: Json | HoleExtension): part is HoleExtension {
  return isObject(part as Json) && typeof (part as HoleExtension).arg === 'string';
}

function bindingOf(context: Context, flat: Flat, entry: BindingExtension, at: Place): Binding {
  const [first, ...rest] = entry.value;
  const holes = entry.value.filter(isHole);
  if (first !== undefined && isHole(first) && rest.length === 0 && first.match === undefined) {
    return { at, kind: 'argument', arg: idOf(first.arg) };
  }
  if (holes.length === 0) {
    const value =
      first !== undefined && rest.length === 0 ? (first as Json) : entry.value.map(textOf).join('');
    return { at, kind: 'constant', value };
  }
  const parts = entry.value.map((part): string | Hole =>
    isHole(part)
      ? { arg: idOf(part.arg), ...(part.match === undefined ? {} : { match: part.match }) }
      : textOf(part),
  );
  return { at, kind: 'template', parts, type: templateType(context, flat, at) };
}

function textOf(part: Json | HoleExtension): string {
  return typeof part === 'string' ? part : JSON.stringify(part);
}

/** What the text of a template becomes: the type of the schema at its place. Text for a list or an object is JSON whose strings hold the arguments. */
function templateType(context: Context, flat: Flat, at: Place): 'string' | 'number' | 'boolean' | 'json' {
  const found = schemaAt(context, flat, at);
  const schema = found === undefined ? undefined : resolve(context, found.schema);
  if (schema?.kind === 'array' || schema?.kind === 'object') return at[0] === 'body' ? 'json' : 'string';
  return schema?.kind === 'number' || schema?.kind === 'boolean' ? schema.kind : 'string';
}

type Found = Omit<Property, 'name'> & { readonly argument?: Argument };

/** The schema at a place, and whether a value is required there. */
function schemaAt(context: Context, flat: Flat, at: Place): Found | undefined {
  if (at[0] !== 'body') {
    const parameter = flat.parameters.find(
      ({ binding }) => binding.at.length === at.length && overlaps(binding.at, at),
    );
    if (parameter === undefined) return undefined;
    const { argument } = parameter;
    return {
      schema: argument.schema,
      required: argument.required || argument.requiredUnlessEnv === true,
      argument,
    };
  }
  if (flat.body === undefined) return undefined;
  let found: Found = { schema: flat.body.schema, required: flat.body.body.required };
  for (const name of at.slice(1)) {
    const schema = resolve(context, found.schema);
    const property =
      schema.kind === 'object' ? schema.properties.find((candidate) => candidate.name === name) : undefined;
    if (property === undefined) {
      return schema.kind === 'object' && schema.additional !== false
        ? { schema: schema.additional, required: false }
        : { schema: { kind: 'any' }, required: false };
    }
    found = { ...property, required: found.required && property.required };
  }
  return found;
}

/** The first place that an argument fills alone, else the first that it takes part in. */
function firstPlace(
  name: string,
  bindings: readonly Binding[],
): { readonly at: Place; readonly alone: boolean } | undefined {
  const id = idOf(name);
  const alone = bindings.find((binding) => binding.kind === 'argument' && binding.arg === id);
  const part = bindings.find((binding) => argumentsOf(binding).includes(id));
  if (alone !== undefined) return { at: alone.at, alone: true };
  return part === undefined ? undefined : { at: part.at, alone: false };
}

/** An argument that only bindings name: as the first place that it fills alone says; text where there is none. */
function derivedArgument(
  context: Context,
  flat: Flat,
  name: string,
  bindings: readonly Binding[],
  pointer: string,
): Argument {
  const place = firstPlace(name, bindings);
  const found = place === undefined ? undefined : schemaAt(context, flat, place.at);
  const schema: Schema = place?.alone === true && found !== undefined ? found.schema : { kind: 'string' };
  const resolved = resolve(context, schema);
  const extension = found?.extension;
  const fallback = firstGiven(found?.argument?.default, extension?.default);
  const env = found?.argument?.env ?? extension?.env;
  return {
    id: idOf(name),
    name,
    ...demand(found?.required ?? false, fallback, env),
    schema,
    description: found?.argument?.description ?? resolved.description ?? '',
    deprecated: resolved.deprecated ?? false,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(env === undefined ? {} : { env }),
    hidden: found?.argument?.hidden ?? extension?.hidden ?? false,
    origin: origin(context, pointer),
  };
}

function declaredArgument(
  context: Context,
  flat: Flat,
  declared: ArgumentExtension,
  bindings: readonly Binding[],
  pointer: string,
): Argument {
  const derived = derivedArgument(context, flat, declared.name, bindings, pointer);
  const schema =
    declared.schema === undefined
      ? derived.schema
      : lowerSchema(context, { value: declared.schema, pointer: pointerTo(pointer, 'schema') }, 'request');
  const resolved = resolve(context, schema);
  const fallback = firstGiven(declared.default, derived.default);
  const env = declared.env ?? derived.env;
  const { default: _default, env: _env, requiredUnlessEnv: _unless, ...rest } = derived;
  return {
    ...rest,
    ...demand(declared.required ?? (derived.required || derived.requiredUnlessEnv === true), fallback, env),
    schema,
    description: declared.description ?? (derived.description || (resolved.description ?? '')),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(env === undefined ? {} : { env }),
    origin: origin(context, pointer),
  };
}

/** Parameters that only bindings name are sent in the default style of their place. */
function missingParameters(
  known: readonly WireParameter[],
  bindings: readonly Binding[],
): readonly WireParameter[] {
  const added: WireParameter[] = [];
  for (const { at } of bindings) {
    if (at[0] === 'body') continue;
    const place = at[0];
    const name = at[1] ?? '';
    const same = (parameter: WireParameter): boolean =>
      place === 'querystring'
        ? parameter.in === place
        : overlaps([parameter.in, parameter.name] as Place, at);
    if ([...known, ...added].some(same)) continue;
    added.push({
      in: place,
      name,
      serialization:
        place === 'querystring'
          ? { kind: 'content', mediaType: 'application/x-www-form-urlencoded' }
          : {
              kind: 'style',
              style: place === 'query' || place === 'cookie' ? 'form' : 'simple',
              explode: place === 'query' || place === 'cookie',
              allowReserved: false,
            },
    });
  }
  return added;
}
