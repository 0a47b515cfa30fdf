import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInputType,
  Kind,
  type ObjectValueNode,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Diagnostic, Origin } from '../../model/diagnostic.ts';
import type { ArgumentExtension, BindingExtension, HoleExtension } from '../../model/document.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { commentOf, firstSentence } from './comments.ts';
import type { Hoisted } from './hoist.ts';
import { constantJson, type InputComponents, variableSchema } from './inputs.ts';
import type { SourceOperation } from './operations.ts';
import { nodeOrigin } from './sdl.ts';
import { readTags, type Tags } from './tags.ts';

/** What a caller gives to an operation and how its variables are made of that. */
export interface OperationArguments {
  readonly arguments: readonly ArgumentExtension[];
  /** Of each argument, in the same order. */
  readonly origins: readonly Origin[];
  /** Of the members of `variables`. */
  readonly bindings: readonly BindingExtension[];
  readonly positionals: readonly string[];
  /** Schema of `variables`; undefined where the sent document has none. */
  readonly variables?: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
}

interface Variable {
  readonly name: string;
  readonly node: VariableDefinitionNode;
  readonly tags: Tags;
  readonly description: string;
  readonly schema: JsonObject;
  readonly required: boolean;
  /** What it is when the caller says nothing. */
  readonly fallback?: Json;
}

/**
 * Makes the flat list of arguments of an operation.
 * Null is offered where a mutation's variable takes it, since there it clears a value; in a query it would say no more than absence, and a filter
 * that compares with null finds nothing.
 */
export function operationArguments(
  operation: SourceOperation,
  hoisted: Hoisted,
  inputs: InputComponents,
): OperationArguments {
  const diagnostics: Diagnostic[] = [];
  const definitions = operation.node.variableDefinitions ?? [];
  const names = definitions.map((node) => node.variable.name.value);
  const descriptions = placeDescriptions(operation.document, inputs.schema);
  const variables = definitions.map((node): Variable => {
    const name = node.variable.name.value;
    const comment = commentOf(node, { behind: true });
    const tags = readTags(comment.tags, node, names);
    diagnostics.push(...tags.diagnostics);
    const fallback = defaultOf(node, inputs.schema);
    const schema = variableSchema(node.type, operation.kind === 'mutation', inputs);
    return {
      name,
      node,
      tags,
      description: comment.text === '' ? firstSentence(descriptions.get(name) ?? '') : comment.text,
      schema: fallback === undefined ? schema : { ...schema, default: fallback },
      required: node.type.kind === Kind.NON_NULL_TYPE && fallback === undefined,
      ...(fallback === undefined ? {} : { fallback }),
    };
  });

  // A variable that takes a part of another argument is no argument itself.
  const offered = variables.filter(
    ({ name, tags }) => tags.from === undefined || tags.from.argument === name,
  );
  const inLiteral = new Set(hoisted.lifted.flatMap((lifted) => variablesOf(lifted.literal)));
  return {
    arguments: offered.map((variable) => ({
      name: variable.name,
      schema: variable.schema,
      required: variable.required,
      ...(variable.description === '' ? {} : { description: variable.description }),
      // GraphQL fills in the default of a variable; where the variable is gone from the document, the client has to.
      ...(inLiteral.has(variable.name) && variable.fallback !== undefined
        ? { default: variable.fallback }
        : {}),
      ...(variable.tags.env === undefined ? {} : { env: variable.tags.env }),
    })),
    origins: offered.map((variable) => nodeOrigin(variable.node)),
    positionals: positionals(offered),
    diagnostics,
    ...variablesAndBindings(variables, hoisted),
  };
}

/** Those that say so, in order; else the only required scalar that the environment does not supply. */
function positionals(offered: readonly Variable[]): string[] {
  const tagged = offered.filter((variable) => variable.tags.positional);
  if (tagged.length > 0) return tagged.map((variable) => variable.name);
  const needed = offered.filter((variable) => variable.required && variable.tags.env === undefined);
  const [only] = needed;
  const type = only?.schema.type;
  const scalar = typeof type === 'string' && ['string', 'number', 'integer', 'boolean'].includes(type);
  return needed.length === 1 && only !== undefined && scalar ? [only.name] : [];
}

function variablesAndBindings(
  variables: readonly Variable[],
  hoisted: Hoisted,
): { readonly bindings: BindingExtension[]; readonly variables?: JsonObject } {
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  const bindings: BindingExtension[] = [];
  const properties: [string, JsonObject][] = [];
  const required: string[] = [];
  const describe = (variable: Variable): JsonObject => ({
    ...variable.schema,
    ...(variable.description === '' ? {} : { description: variable.description }),
  });
  for (const variable of variables) {
    if (!hoisted.kept.has(variable.name)) continue;
    bindings.push({ at: ['body', 'variables', variable.name], value: bindingValue(variable) });
    properties.push([variable.name, describe(variable)]);
    if (variable.required) required.push(variable.name);
  }

  const literal = (node: ObjectValueNode, at: readonly string[]): JsonObject => ({
    type: 'object',
    properties: Object.fromEntries(
      node.fields.map(({ name, value }) => [name.value, part(value, [...at, name.value])]),
    ),
    additionalProperties: false,
  });
  const part = (value: ValueNode, at: readonly string[]): JsonObject => {
    if (value.kind === Kind.OBJECT && value.fields.length > 0) return literal(value, at);
    if (value.kind === Kind.VARIABLE) {
      const variable = byName.get(value.name.value);
      if (variable === undefined) return {};
      bindings.push({ at, value: bindingValue(variable) });
      return describe(variable);
    }
    // Lists and objects that hold variables are not here: hoisting leaves lists in the document.
    const constant = constantJson(value);
    bindings.push({ at, value: [constant] });
    return { const: constant };
  };
  for (const lifted of hoisted.lifted) {
    properties.push([lifted.name, literal(lifted.literal, ['body', 'variables', lifted.name])]);
    if (lifted.required) required.push(lifted.name);
  }
  if (properties.length === 0) return { bindings };
  return {
    bindings,
    variables: {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: false,
    },
  };
}

function bindingValue({ name, tags }: Variable): (string | HoleExtension)[] {
  const { from } = tags;
  if (from === undefined) return [{ arg: name }];
  const hole: HoleExtension = { arg: from.argument, match: { regex: from.regex, group: 1 } };
  return from.text === '' ? [hole] : [from.text, hole];
}

function defaultOf(node: VariableDefinitionNode, schema: GraphQLSchema | undefined): Json | undefined {
  if (node.defaultValue === undefined) return undefined;
  const type = schema && typeFromAST(schema, node.type);
  // With the type, `ids: [ID] = "a"` becomes the list that it means; enum values stay their names.
  const value = isInputType(type) ? valueFromAST(node.defaultValue, type) : undefined;
  return value === undefined ? constantJson(node.defaultValue) : (value as Json);
}

function variablesOf(literal: ObjectValueNode): string[] {
  const names: string[] = [];
  visit(literal, { Variable: (node) => void names.push(node.name.value) });
  return names;
}

/** What the SDL says of the first place that each variable fills. */
function placeDescriptions(document: DocumentNode, schema: GraphQLSchema | undefined): Map<string, string> {
  const found = new Map<string, string>();
  if (schema === undefined) return found;
  const note = (value: ValueNode, description: string | null | undefined): void => {
    if (value.kind !== Kind.VARIABLE || found.has(value.name.value) || !description) return;
    found.set(value.name.value, description);
  };
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Argument: (node) => note(node.value, typeInfo.getArgument()?.description),
      ObjectField: (node) => {
        const parent = typeInfo.getParentInputType();
        const type = parent && getNamedType(parent);
        if (isInputObjectType(type)) note(node.value, type.getFields()[node.name.value]?.description);
      },
    }),
  );
  return found;
}
