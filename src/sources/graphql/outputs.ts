import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Json, JsonObject } from '../../model/json.ts';
import { orNull } from './inputs.ts';
import { fieldsOf, fragmentsOf, responseKey } from './paging.ts';
import { scalarSchema } from './scalars.ts';

const ERRORS: JsonObject = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      message: { type: 'string' },
      path: { type: 'array', items: { type: ['string', 'integer'] } },
      extensions: { type: 'object' },
    },
    required: ['message'],
  },
};

interface Context {
  readonly schema: GraphQLSchema;
  readonly fragments: ReturnType<typeof fragmentsOf>;
}

/** A field of the answer: all nodes of one response key, whose selections are merged (specification section 6.4.3). */
interface Merged {
  readonly nodes: FieldNode[];
  /** Whether `@skip` and `@include` let it always be there. */
  always: boolean;
}

/**
 * The JSON Schema of an operation's answer (specification section 7.1), from its selections.
 * @param schema without it nothing is known of `data`
 */
export function responseSchema(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  schema: GraphQLSchema | undefined,
): JsonObject {
  const context = schema && { schema, fragments: fragmentsOf(document) };
  const root = schema?.getRootType(operation.operation);
  const data =
    context && root ? selectionSchema(root, [operation.selectionSet], context) : { type: 'object' };
  return { type: 'object', properties: { data: orNull(data), errors: ERRORS } };
}

function outputSchema(
  type: GraphQLOutputType,
  selections: readonly SelectionSetNode[],
  context: Context,
): JsonObject {
  if (isNonNullType(type)) return presentSchema(getNullableType(type), selections, context);
  return orNull(presentSchema(type, selections, context));
}

function presentSchema(
  type: GraphQLOutputType,
  selections: readonly SelectionSetNode[],
  context: Context,
): JsonObject {
  if (isListType(type)) return { type: 'array', items: outputSchema(type.ofType, selections, context) };
  if (isNonNullType(type)) return presentSchema(type.ofType, selections, context);
  if (isEnumType(type)) return { type: 'string', enum: type.getValues().map((value) => value.name) };
  if (isObjectType(type)) return selectionSchema(type, selections, context);
  if (!isAbstractType(type)) return scalarSchema(type.name);
  // One schema per shape, not per type: most types of an interface look alike through its fields.
  const shapes = new Map<string, JsonObject>();
  for (const possible of context.schema.getPossibleTypes(type)) {
    const shape = selectionSchema(possible, selections, context);
    shapes.set(JSON.stringify(shape), shape);
  }
  const [only, ...others] = [...shapes.values()];
  if (only === undefined) return { type: 'object' };
  return others.length === 0 ? only : { anyOf: [only, ...others] };
}

function selectionSchema(
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
  context: Context,
): JsonObject {
  const fields = new Map<string, Merged>();
  for (const selection of selections) collect(type, selection, true, context, fields);
  const properties: [string, Json][] = [];
  const required: string[] = [];
  for (const [key, { nodes, always }] of fields) {
    const name = nodes[0]?.name.value ?? '';
    const definition = type.getFields()[name];
    const sets = nodes.flatMap((node) => (node.selectionSet === undefined ? [] : [node.selectionSet]));
    if (name === '__typename') properties.push([key, { const: type.name }]);
    else if (definition !== undefined) properties.push([key, outputSchema(definition.type, sets, context)]);
    else continue;
    if (always) required.push(key);
  }
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
  };
}

function collect(
  type: GraphQLObjectType,
  selectionSet: SelectionSetNode,
  always: boolean,
  context: Context,
  fields: Map<string, Merged>,
): void {
  for (const selection of selectionSet.selections) {
    const sure =
      always && !selection.directives?.some(({ name }) => ['skip', 'include'].includes(name.value));
    if (selection.kind === Kind.FIELD) {
      const merged = fields.get(responseKey(selection));
      if (merged === undefined) fields.set(responseKey(selection), { nodes: [selection], always: sure });
      else {
        merged.nodes.push(selection);
        merged.always ||= sure;
      }
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? context.fragments(selection.name.value) : selection;
    const condition = fragment?.typeCondition?.name.value;
    if (fragment !== undefined && applies(type, condition, context.schema)) {
      collect(type, fragment.selectionSet, sure, context, fields);
    }
  }
}

function applies(type: GraphQLObjectType, condition: string | undefined, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name) return true;
  const named: GraphQLNamedType | undefined = schema.getType(condition);
  return isAbstractType(named) && schema.isSubType(named, type);
}

/**
 * The operation's root fields by response key, and those of them whose answer says in `success` whether they worked.
 * @returns `unasked`: root fields of a mutation that have `success` without its being selected
 */
export function rootFields(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  schema: GraphQLSchema | undefined,
): { readonly fields: string[]; readonly success: string[]; readonly unasked: FieldNode[] } {
  const fragments = fragmentsOf(document);
  const nodes = fieldsOf(operation.selectionSet, fragments);
  const root = schema?.getRootType(operation.operation);
  const success: string[] = [];
  const unasked: FieldNode[] = [];
  for (const node of nodes) {
    const type = root?.getFields()[node.name.value]?.type;
    const payload = type && getNullableType(type);
    const flag = isObjectType(payload) ? getNullableType(payload.getFields().success?.type) : undefined;
    if (schema !== undefined && String(flag) !== 'Boolean') continue;
    const selected = fieldsOf(node.selectionSet, fragments).some(
      (child) => child.name.value === 'success' && responseKey(child) === 'success',
    );
    if (selected) success.push(responseKey(node));
    else if (schema !== undefined && operation.operation === 'mutation') unasked.push(node);
  }
  return { fields: [...new Set(nodes.map(responseKey))], success: [...new Set(success)], unasked };
}
