import type { BindingExtension } from '../../model/document.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { type Argument, type Arguments, declaration, defaultFor } from './arguments.ts';
import { redact } from './naming.ts';
import { preset, presetOf } from './presets.ts';
import { rawSchema } from './raw.ts';
import { jsonOf, type Node } from './template.ts';
import { constant, soleHole, text, type Value } from './value.ts';

/** One place of the request and what goes there. */
export interface Place {
  readonly at: readonly string[];
  readonly content: { readonly value: Value } | { readonly json: Json };
  /** What may stand there, where the request says so. */
  readonly schema?: JsonObject;
}

/** Something in a request that cannot be described. */
export interface Problem {
  readonly code:
    | 'unresolved'
    | 'argument-place'
    | 'json-invalid'
    | 'graphql-invalid'
    | 'graphql-unknown-field';
  readonly message: string;
  readonly at?: number;
  readonly hint?: string;
  /** What is wrong at `at`, or a little behind it where escapes in the script make the place inexact. */
  readonly word?: string;
}

/** The places of a JSON body. */
export function nodePlaces(node: Node, at: readonly string[], problems: Problem[]): Place[] {
  const name = at.length > 1 ? (at.at(-1) ?? '') : '';
  switch (node.kind) {
    case 'constant': {
      const held = typeof node.value === 'number' ? preset(String(node.value), name, node.at) : undefined;
      return held === undefined
        ? [{ at, content: { json: node.value } }]
        : [{ at, content: { value: [held] }, schema: { type: 'integer' } }];
    }
    case 'string': {
      const known = constant(node.value);
      const held = presetOf(node.value, name);
      if (known !== undefined && held === undefined) return [{ at, content: { json: known } }];
      return [
        { at, content: { value: held === undefined ? node.value : [held] }, schema: { type: 'string' } },
      ];
    }
    case 'raw':
      return [{ at, content: { value: node.value }, schema: rawSchema(node.value, at.at(-1) ?? '') }];
    case 'object': {
      const inner = node.members.flatMap((member) => nodePlaces(member.node, [...at, member.name], problems));
      const known = inner.every((place) => 'json' in place.content) ? jsonOf(node) : undefined;
      return known !== undefined && (at.length > 1 || inner.length === 0)
        ? [{ at, content: { json: known } }]
        : inner;
    }
    case 'array': {
      const known = jsonOf(node);
      if (known !== undefined) return [{ at, content: { json: known } }];
      const [only] = node.items;
      const alone = only?.kind === 'string' || only?.kind === 'raw' ? soleHole(only.value) : undefined;
      if (
        node.items.length === 1 &&
        alone !== undefined &&
        alone.filters.every((filter) => filter.kind !== 'match')
      )
        return [
          {
            at,
            content: { value: [alone] },
            schema: { type: 'array', items: only?.kind === 'string' ? { type: 'string' } : {} },
          },
        ];
      const template = inStrings(node);
      if (template !== undefined)
        return [{ at, content: { value: template }, schema: { type: 'array', items: {} } }];
      problems.push({
        code: 'argument-place',
        message: `an argument stands inside the list \`${at.slice(1).join('.') || 'body'}\`, where a binding cannot reach it`,
      });
      return [{ at, content: { json: skeleton(node) } }];
    }
  }
}

/** A list as JSON text whose holes stand inside strings or are numbers; undefined where one can be any JSON. */
function inStrings(node: Node, name = ''): Value | undefined {
  switch (node.kind) {
    case 'constant':
      return text(JSON.stringify(node.value), node.at);
    case 'string': {
      const escaped = node.value.map((part) =>
        part.kind === 'text' ? { ...part, text: JSON.stringify(part.text).slice(1, -1) } : part,
      );
      return [...text('"', node.at), ...escaped, ...text('"', node.at)];
    }
    case 'raw':
      return isScalar(rawSchema(node.value, name)) ? node.value : undefined;
    case 'array': {
      const items = node.items.map((item) => inStrings(item, 'number'));
      return items.every((item) => item !== undefined) ? enclose('[', items, ']') : undefined;
    }
    case 'object': {
      const members = node.members.map((member) => {
        const value = inStrings(member.node, member.name);
        return value === undefined ? undefined : [...text(`${JSON.stringify(member.name)}:`, 0), ...value];
      });
      return members.every((member) => member !== undefined) ? enclose('{', members, '}') : undefined;
    }
  }
}

function isScalar({ type }: JsonObject): boolean {
  return type === 'number' || type === 'integer' || type === 'boolean';
}

function enclose(open: string, values: readonly Value[], close: string): Value {
  const list = values.flatMap((value, index) => (index === 0 ? value : [...text(',', 0), ...value]));
  return [...text(open, 0), ...list, ...text(close, 0)];
}

/** A tree as JSON with the holes named, to be completed by hand. */
function skeleton(node: Node): Json {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'string':
    case 'raw':
      return (
        constant(node.value) ?? node.value.map((part) => (part.kind === 'text' ? part.text : '…')).join('')
      );
    case 'array':
      return node.items.map(skeleton);
    case 'object':
      return Object.fromEntries(node.members.map((member) => [member.name, skeleton(member.node)]));
  }
}

/** The flat half of the document (parameters, properties) and the bound half (`x-mcpgen`). */
export interface Bound {
  readonly parameters: readonly JsonObject[];
  /** Schema of the body, if there are places in it. */
  readonly body?: JsonObject;
  readonly arguments: readonly JsonObject[];
  readonly bindings: readonly BindingExtension[];
}

/**
 * Turns places into OpenAPI parameters and body properties. A place that one argument fills alone is described there; everything else
 * (constants, texts with arguments in them, arguments that fill several places) is a binding.
 */
export function bindPlaces(places: readonly Place[], arguments_: Arguments): Bound {
  const rows = places.map((place) => {
    const name = place.at.at(-1) ?? '';
    const value = 'value' in place.content ? place.content.value : undefined;
    const hint = { name, ...(place.schema === undefined ? {} : { schema: place.schema }) };
    const binding = value === undefined ? undefined : arguments_.bind(value, hint);
    return { place, binding, value };
  });
  const all = arguments_.all();
  const byName = new Map(all.map((argument) => [argument.name, argument]));
  const parameters: JsonObject[] = [];
  const bindings: BindingExtension[] = [];
  const declared = new Set<string>();
  let body: Tree | undefined;
  for (const { place, binding, value } of rows) {
    const argument = binding?.length === 1 ? byName.get(nameIn(binding) ?? '') : undefined;
    const flat =
      argument !== undefined &&
      argument.alone === 1 &&
      argument.part === 0 &&
      place.at.length === 2 &&
      !('match' in Object(binding?.[0]));
    const constant_: Json | undefined =
      binding === undefined
        ? 'json' in place.content
          ? redactJson(place.content.json)
          : constantAs(value ?? [], place.schema)
        : undefined;
    if (!flat) {
      bindings.push({
        at: place.at,
        value:
          binding === undefined
            ? [constant_ ?? '']
            : binding.map((part) => (typeof part === 'string' ? redact(part) : part)),
      });
      for (const part of binding ?? [])
        if (typeof part === 'object' && part !== null && 'arg' in part) declared.add(String(part.arg));
    }
    const schema: JsonObject =
      argument !== undefined && !('match' in Object(binding?.[0]))
        ? schemaOf(argument)
        : binding === undefined
          ? (place.schema ?? { const: constant_ ?? '' })
          : (place.schema ?? { type: 'string' });
    const required =
      binding === undefined ||
      binding.every(
        (part) =>
          !isHole(part) ||
          byName.get(part.arg)?.required === true ||
          byName.get(part.arg)?.default !== undefined,
      );
    const extension =
      flat && argument !== undefined ? parameterExtension(argument, place.at.at(-1) ?? '') : {};
    if (place.at[0] === 'body') {
      body ??= createTree();
      plant(
        body,
        place.at.slice(1),
        { ...schema, ...extension },
        flat ? argument?.required === true && argument.default === undefined : required,
      );
    } else if (place.at[0] !== 'querystring') {
      parameters.push({
        name: place.at[1] ?? '',
        in: place.at[0] ?? 'query',
        ...(place.at[0] === 'path' ||
        (flat ? argument?.required === true && argument.default === undefined : required)
          ? { required: true }
          : {}),
        ...(argument?.description === undefined || !flat ? {} : { description: argument.description }),
        schema,
        ...extension,
      });
    }
  }
  return {
    parameters,
    ...(body === undefined ? {} : { body: schemaOfTree(body) }),
    arguments: all
      .filter((argument) => declared.has(argument.name))
      .map((argument) => ({ ...declaration(argument) }) as JsonObject),
    bindings,
  };
}

function isHole(part: Json | { readonly arg: string }): part is { readonly arg: string } {
  return typeof part === 'object' && part !== null && 'arg' in part;
}

function nameIn(binding: BindingExtension['value'] | undefined): string | undefined {
  const [first] = binding ?? [];
  return first !== undefined && isHole(first as Json) ? String((first as { arg: string }).arg) : undefined;
}

function schemaOf(argument: Argument): JsonObject {
  return argument.default === undefined ? argument.schema : { ...argument.schema, default: argument.default };
}

function parameterExtension(argument: Argument, name: string): JsonObject {
  const extension: JsonObject = {
    ...(argument.name === name ? {} : { name: argument.name }),
    ...(argument.default === undefined ? {} : { default: argument.default }),
    ...(argument.env === undefined ? {} : { env: argument.env }),
  };
  return Object.keys(extension).length === 0 ? {} : { 'x-mcpgen': extension };
}

function constantAs(value: Value, schema: JsonObject | undefined): Json {
  const text = constant(value) ?? '';
  return schema === undefined ? redact(text) : (defaultFor(schema, text).default ?? redact(text));
}

function redactJson(value: Json): Json {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item: Json) => redactJson(item));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactJson(item as Json)]));
  return value;
}

/** The schema of a body while its places are collected. */
interface Tree {
  leaf?: JsonObject;
  readonly members: Map<string, Tree>;
  readonly required: Set<string>;
}

function createTree(): Tree {
  return { members: new Map(), required: new Set() };
}

/** Puts a schema at a place below the root. */
function plant(root: Tree, path: readonly string[], leaf: JsonObject, required: boolean): void {
  let tree = root;
  for (const name of path) {
    if (required) tree.required.add(name);
    const child = tree.members.get(name) ?? createTree();
    tree.members.set(name, child);
    tree = child;
  }
  tree.leaf = leaf;
}

function schemaOfTree({ leaf, members, required }: Tree): JsonObject {
  if (members.size === 0) return leaf ?? {};
  return {
    type: 'object',
    properties: Object.fromEntries([...members].map(([name, member]) => [name, schemaOfTree(member)])),
    ...(required.size > 0 ? { required: [...required] } : {}),
  };
}
