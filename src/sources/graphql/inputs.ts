import {
  astFromValue,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  type TypeNode,
  typeFromAST,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Json, JsonObject } from '../../model/json.ts';
import { firstSentence } from './comments.ts';
import { isKnownScalar, scalarSchema } from './scalars.ts';

/** Input object types that schemas refer to, by the name of their component. Filled while schemas are made. */
export interface InputComponents {
  readonly schema: GraphQLSchema | undefined;
  /** Type name → component; the order is that of first use. */
  readonly components: Map<string, JsonObject>;
  /** The reference to a type's component. */
  readonly refTo: (type: string) => string;
}

/**
 * The JSON Schema of what a variable takes.
 * Without an SDL a type that is no known scalar may be anything.
 * @param nullable whether null may be said where the type allows it
 */
export function variableSchema(node: TypeNode, nullable: boolean, inputs: InputComponents): JsonObject {
  const type = inputs.schema && typeFromAST(inputs.schema, node);
  if (isInputType(type)) return inputSchema(type, nullable, inputs);
  if (node.kind === Kind.NON_NULL_TYPE) return variableSchema(node.type, false, inputs);
  const schema: JsonObject =
    node.kind === Kind.LIST_TYPE
      ? { type: 'array', items: variableSchema(node.type, true, inputs) }
      : isKnownScalar(node.name.value)
        ? scalarSchema(node.name.value)
        : {};
  return nullable ? orNull(schema) : schema;
}

/** The JSON Schema of an input type of the SDL. Input objects become components, so recursion goes through `$ref`. */
export function inputSchema(type: GraphQLInputType, nullable: boolean, inputs: InputComponents): JsonObject {
  if (isNonNullType(type)) return inputSchema(type.ofType, false, inputs);
  if (nullable) return orNull(inputSchema(type, false, inputs));
  if (isListType(type)) return { type: 'array', items: inputSchema(type.ofType, true, inputs) };
  if (isEnumType(type)) {
    const values = type.getValues();
    const current = values.filter((value) => value.deprecationReason === undefined);
    return { type: 'string', enum: (current.length > 0 ? current : values).map((value) => value.name) };
  }
  if (!isInputObjectType(type)) return scalarSchema(type.name);
  if (!inputs.components.has(type.name)) {
    inputs.components.set(type.name, {});
    inputs.components.set(type.name, inputObject(type, inputs));
  }
  return { $ref: inputs.refTo(type.name) };
}

function inputObject(type: GraphQLInputObjectType, inputs: InputComponents): JsonObject {
  const properties: [string, JsonObject][] = [];
  const required: string[] = [];
  for (const field of Object.values(type.getFields())) {
    const needed = isNonNullType(field.type) && field.defaultValue === undefined;
    if (field.deprecationReason !== undefined && !needed) continue;
    if (needed) required.push(field.name);
    // Exactly one member of a @oneOf object is given, and never as null (specification section 3.10.1).
    const schema = inputSchema(field.type, !type.isOneOf, inputs);
    const description = firstSentence(field.description ?? '');
    const fallback = astFromValue(field.defaultValue, field.type);
    properties.push([
      field.name,
      {
        ...schema,
        ...(description === '' ? {} : { description }),
        ...(fallback ? { default: constantJson(fallback) } : {}),
      },
    ]);
  }
  const description = firstSentence(type.description ?? '');
  return {
    type: 'object',
    ...(description === '' ? {} : { description }),
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    ...(type.isOneOf ? { minProperties: 1, maxProperties: 1 } : {}),
  };
}

/** A schema that also takes null. */
export function orNull(schema: JsonObject): JsonObject {
  if (Array.isArray(schema.enum))
    return { ...schema, type: ['string', 'null'], enum: [...schema.enum, null] };
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: 'null' }] };
}

/** The JSON that a constant stands for; an enum value is its name. */
export function constantJson(node: ValueNode): Json {
  return valueFromASTUntyped(node) as Json;
}
