import {
  type DocumentNode,
  type GraphQLSchema,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  specifiedRules,
  TypeInfo,
  type TypeNode,
  type VariableDefinitionNode,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { JsonObject } from '../../model/json.ts';
import { suggest } from '../../model/suggest.ts';
import type { Argument } from './arguments.ts';
import type { Problem } from './places.ts';

/** Declares the variables in the document, with types from the schema or from where they stand. */
export function declareVariables(
  document: DocumentNode,
  variables: readonly {
    readonly name: string;
    readonly quoted: boolean;
    readonly argument: Argument | undefined;
  }[],
  options: {
    readonly schema: GraphQLSchema | undefined;
    readonly operationName: string;
    readonly host: string;
  },
): { document: DocumentNode; types: ReadonlyMap<string, string>; guessed: readonly string[] } {
  const types = new Map<string, string>();
  const guessed: string[] = [];
  const places = placesOf(document);
  const known =
    options.schema === undefined
      ? new Map<string, string>()
      : schemaTypes(asMeant(document, options.schema), options.schema);
  for (const { name, quoted, argument } of variables) {
    const place = places.get(name);
    const base =
      known.get(name)?.replace(/!$/, '') ?? guess(place?.path ?? [], quoted, argument, options.host);
    if (!known.has(name)) guessed.push(name);
    const always = argument === undefined || argument.required || argument.default !== undefined;
    types.set(name, `${base}${always ? '!' : ''}`);
  }
  const definitions = variables.map(
    ({ name }): VariableDefinitionNode => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
      type: typeNode(types.get(name) ?? 'String'),
    }),
  );
  let first = true;
  const named = visit(document, {
    OperationDefinition(node) {
      if (!first) return undefined;
      first = false;
      return {
        ...node,
        name: { kind: Kind.NAME, value: node.name?.value ?? options.operationName },
        variableDefinitions: [...(node.variableDefinitions ?? []), ...definitions],
      };
    },
  });
  return { document: named, types, guessed };
}

function typeNode(type: string): TypeNode {
  try {
    return parseType(type);
  } catch {
    return parseType('String');
  }
}

/** Where each variable stands: field and argument names from the outside in. */
function placesOf(document: DocumentNode): Map<string, { readonly path: readonly string[] }> {
  const found = new Map<string, { path: readonly string[] }>();
  const path: string[] = [];
  const enter = {
    enter: (node: { name: { value: string } }) => void path.push(node.name.value),
    leave: () => void path.pop(),
  };
  visit(document, {
    Field: enter,
    Argument: enter,
    ObjectField: enter,
    Variable: (node) => {
      if (!found.has(node.name.value)) found.set(node.name.value, { path: [...path] });
    },
  });
  return found;
}

function schemaTypes(document: DocumentNode, schema: GraphQLSchema): Map<string, string> {
  const found = new Map<string, string>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Variable: (node) => {
        const type = info.getInputType();
        if (type !== undefined && type !== null && isInputType(type) && !found.has(node.name.value))
          found.set(node.name.value, String(type));
      },
    }),
  );
  return found;
}

/** The document with the nearest names for fields that the schema does not have: types come from what was meant. */
function asMeant(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      Field: (node) => {
        const type = info.getParentType();
        if (info.getFieldDef() || type === undefined || type === null || !('getFields' in type))
          return undefined;
        const near = suggest(node.name.value, Object.keys(type.getFields()));
        return near === undefined ? undefined : { ...node, name: { ...node.name, value: near } };
      },
    }),
  );
}

const COMPARATORS = new Set(['eq', 'neq', 'in', 'nin', 'gt', 'gte', 'lt', 'lte']);

/** The type that a value most likely has at its place. */
function guess(
  path: readonly string[],
  quoted: boolean,
  argument: Argument | undefined,
  host: string,
): string {
  const own = path.at(-1) ?? '';
  const above = path.at(-2) ?? '';
  const fallback = argument?.default;
  if (quoted) {
    if (COMPARATORS.has(own)) return above === 'id' ? 'ID' : 'String';
    const isId = /^id$|Ids?$|ID$|^ids$/.test(own);
    return isId && !/(?:^|\.)linear\.app$/.test(host) ? 'ID' : 'String';
  }
  if (
    typeof fallback === 'boolean' ||
    fallback === 'true' ||
    fallback === 'false' ||
    /^(?:is|has|include|with|show)[A-Z]/.test(own)
  )
    return 'Boolean';
  if (COMPARATORS.has(own)) return above === 'number' ? 'Float' : 'Int';
  if (typeof fallback === 'string' && /^[A-Z][A-Z_]+$/.test(fallback))
    return own.replace(/^./, (letter) => letter.toUpperCase());
  if (/^(?:input|filter|where|data)$/.test(own))
    return `${above.replace(/^./, (letter) => letter.toUpperCase())}${own.replace(/^./, (letter) => letter.toUpperCase())}`;
  return 'Int';
}

/** The JSON schema of what a variable takes. */
export function variableSchema(type: string, schema: GraphQLSchema | undefined): JsonObject {
  const base = type.replace(/!$/, '');
  const list = /^\[(.*)\]$/.exec(base)?.[1];
  if (list !== undefined) return { type: 'array', items: variableSchema(list, schema) };
  const named = schema?.getType(base);
  if (named?.astNode?.kind === Kind.ENUM_TYPE_DEFINITION)
    return { type: 'string', enum: (named.astNode.values ?? []).map((value) => value.name.value) };
  if (named?.astNode?.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) return { type: 'object' };
  if (base === 'Int') return { type: 'integer' };
  if (base === 'Float') return { type: 'number' };
  if (base === 'Boolean') return { type: 'boolean' };
  return base === 'String' || base === 'ID' || named === undefined || named === null
    ? { type: 'string' }
    : {};
}

/** What is wrong with a document according to the schema: the word that is wrong, and where it stands in the parsed text. */
export function check(
  document: DocumentNode,
  schema: GraphQLSchema,
): { readonly problem: Problem; readonly word: string; readonly offset: number | undefined }[] {
  return validate(schema, document, specifiedRules, { maxErrors: 50 }).map((error) => {
    const unknown = /^Cannot query field "([^"]+)" on type "([^"]+)"/.exec(error.message);
    const node = error.nodes?.[0];
    const word =
      unknown?.[1] ??
      (node !== undefined && 'name' in node && node.name?.kind === Kind.NAME ? node.name.value : '');
    const offset = node?.loc?.start;
    if (unknown === null)
      return {
        word,
        offset,
        problem: { code: 'graphql-invalid', message: error.message.replace(/\.$/, '').replaceAll('"', '`') },
      };
    const [, field = '', type = ''] = unknown;
    const owner = schema.getType(type);
    const fields = owner !== undefined && 'getFields' in owner ? Object.keys(owner.getFields()) : [];
    const near = suggest(field, fields);
    return {
      word,
      offset,
      problem: {
        code: 'graphql-unknown-field',
        message: `\`${field}\` is not a field of \`${type}\``,
        ...(near === undefined ? {} : { hint: `did you mean \`${near}\`?` }),
      },
    };
  });
}

/** The name of the first root field. */
export function rootField(document: DocumentNode): { kind: string; name: string } | undefined {
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const field = operation?.selectionSet.selections.find((node) => node.kind === Kind.FIELD);
  if (operation === undefined || field?.kind !== Kind.FIELD) return undefined;
  return { kind: operation.operation, name: operation.name?.value ?? field.name.value };
}
