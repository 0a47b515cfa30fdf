import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type ObjectValueNode,
  type OperationDefinitionNode,
  print,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { Json } from '../../model/json.ts';
import { hoist } from '../graphql/hoist.ts';
import type { Arguments } from './arguments.ts';
import { check, declareVariables, rootField, variableSchema } from './graphql.ts';
import { isGraphql, type LiftedVariable, lift } from './graphql-lift.ts';
import { argumentName, camel } from './naming.ts';
import { nodePlaces, type Place, type Problem } from './places.ts';
import type { Node } from './template.ts';
import { soleHole } from './value.ts';

/** What is known of a GraphQL request besides its places. */
export interface GraphqlRequest {
  /** The first root field, '' where the document cannot be read. */
  readonly root: string;
  /** Variables whose types come from where they stand. */
  readonly guessed: readonly string[];
  /** Whether there was a schema. */
  readonly checked: boolean;
}

interface Options {
  readonly schema: GraphQLSchema | undefined;
  readonly operationName: (host: string) => string;
}

/** The binding is the document's only place in the YAML: a `const` beside it would have to be corrected too. */
const DOCUMENT = { at: ['body', 'query'], schema: { type: 'string' } } as const;

/**
 * Reads a body of `{"query": …}`: the document's holes become variables.
 * @returns undefined for any other body. Problems: what keeps the document from being parsed, and what the schema does not have
 */
export function graphqlBody(
  node: Node,
  arguments_: Arguments,
  problems: Problem[],
  host: string,
  options: Options,
): { readonly graphql: GraphqlRequest; readonly places: readonly Place[] } | undefined {
  const members = node.kind === 'object' ? node.members : [];
  const query = members.find((member) => member.name === 'query')?.node;
  if (query?.kind !== 'string' || !isGraphql(query.value)) return undefined;
  const lifted = lift(query.value, (value, hint) => {
    const alone = soleHole(value);
    return alone?.filters.every((filter) => filter.kind !== 'match')
      ? arguments_.of(alone, { name: hint }).name
      : (argumentName([hint]) ?? 'value');
  });
  problems.push(...lifted.problems.map((problem) => ({ ...problem, at: problem.at ?? query.at })));
  const rest = members
    .filter((member) => member.name !== 'query' && member.name !== 'operationName')
    .flatMap((member) => nodePlaces(member.node, ['body', member.name], problems))
    .filter((place) => !('json' in place.content && place.at.length === 2 && place.at[1] === 'variables'))
    .map((place) => declared(place, lifted.document, options.schema));
  if (lifted.document === undefined)
    return {
      graphql: { root: '', guessed: [], checked: false },
      places: [
        { ...DOCUMENT, content: { json: lifted.source } },
        ...lifted.variables.map((variable) => variablePlace(variable, 'String', options.schema)),
        ...rest,
      ],
    };
  const root = rootField(lifted.document);
  const { document, types, guessed } = declareVariables(
    lifted.document,
    lifted.variables.map((variable) => {
      const alone = soleHole(variable.value);
      return {
        name: variable.name,
        quoted: variable.quoted,
        argument: alone === undefined ? undefined : arguments_.of(alone, { name: variable.name }),
      };
    }),
    {
      schema: options.schema,
      operationName: camel(options.operationName(host) || root?.name || 'operation'),
      host,
    },
  );
  for (const { problem, word, offset } of options.schema === undefined ? [] : check(document, options.schema))
    problems.push({ ...problem, word, at: offset === undefined ? query.at : lifted.placeOf(offset) });
  if (operationOf(document)?.operation === 'subscription')
    problems.push({
      code: 'unresolved',
      message: 'a subscription is no request that can be answered once',
      at: query.at,
    });
  const sent = withoutEmptyObjects(document, lifted.variables, types, options.schema);
  return {
    graphql: { root: root?.name ?? '', guessed, checked: options.schema !== undefined },
    places: [{ ...DOCUMENT, content: { json: print(sent.document) } }, ...sent.places, ...rest],
  };
}

/** A variable of which the script says nothing has the type that the document gives it. */
function declared(
  place: Place,
  document: DocumentNode | undefined,
  schema: GraphQLSchema | undefined,
): Place {
  const [, variables, name, ...inner] = place.at;
  if (document === undefined || variables !== 'variables' || inner.length > 0) return place;
  const definition = operationOf(document)?.variableDefinitions?.find(
    ({ variable }) => variable.name.value === name,
  );
  if (definition === undefined || Object.keys(place.schema ?? { type: '' }).length > 0) return place;
  return { ...place, schema: variableSchema(print(definition.type), schema) };
}

function operationOf(document: DocumentNode): OperationDefinitionNode | undefined {
  return document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
}

function variablePlace(variable: LiftedVariable, type: string, schema: GraphQLSchema | undefined): Place {
  return {
    at: ['body', 'variables', variable.name],
    content: { value: variable.value },
    schema: variableSchema(type, schema),
  };
}

/**
 * Where an optional variable stands inside an object, the object becomes a variable, so that it is left out with its parts: `filter: {team: {key: {eq: $team}}}` without a
 * team would ask for `{team: {key: {}}}`. Only a schema can say the type of such a variable; without one the document stays.
 */
function withoutEmptyObjects(
  document: DocumentNode,
  variables: readonly LiftedVariable[],
  types: ReadonlyMap<string, string>,
  schema: GraphQLSchema | undefined,
): { readonly document: DocumentNode; readonly places: readonly Place[] } {
  const node = operationOf(document);
  const place = (variable: LiftedVariable): Place =>
    variablePlace(variable, types.get(variable.name) ?? 'String', schema);
  const hoisted =
    schema !== undefined && node !== undefined && hasOptionalInObject(document, types)
      ? hoist({ node, document }, schema)
      : undefined;
  if (hoisted === undefined || hoisted.lifted.length === 0) return { document, places: variables.map(place) };
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  const leaves = (value: ValueNode, at: readonly string[]): Place[] => {
    const variable = value.kind === Kind.VARIABLE ? byName.get(value.name.value) : undefined;
    if (variable !== undefined) return [{ ...place(variable), at }];
    if (value.kind === Kind.OBJECT && holdsVariable(value))
      return value.fields.flatMap((field) => leaves(field.value, [...at, field.name.value]));
    return [{ at, content: { json: valueFromASTUntyped(value) as Json } }];
  };
  return {
    document: hoisted.document,
    places: [
      ...variables.filter((variable) => hoisted.kept.has(variable.name)).map(place),
      ...hoisted.lifted.flatMap((one) => leaves(one.literal, ['body', 'variables', one.name])),
    ],
  };
}

function hasOptionalInObject(document: DocumentNode, types: ReadonlyMap<string, string>): boolean {
  let found = false;
  visit(document, {
    ObjectValue: (literal) => {
      visit(literal, {
        Variable: ({ name }) => {
          if (types.has(name.value) && types.get(name.value)?.endsWith('!') === false) found = true;
        },
      });
      return false;
    },
  });
  return found;
}

function holdsVariable(literal: ObjectValueNode): boolean {
  let found = false;
  visit(literal, {
    Variable: () => {
      found = true;
    },
  });
  return found;
}
