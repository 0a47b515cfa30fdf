import {
  type DocumentNode,
  type FieldNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type ListValueNode,
  type ObjectValueNode,
  parseType,
  print,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { SourceOperation } from './operations.ts';
import { nodeOrigin } from './sdl.ts';

/** An operation whose object literals with variables have become variables of their own. */
export interface Hoisted {
  /** What is sent. */
  readonly document: DocumentNode;
  /** The operation's own variables that the sent document still has. */
  readonly kept: ReadonlySet<string>;
  readonly lifted: readonly Lifted[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A variable that stands for an object literal: `$filter` for `{team: {key: {eq: $team}}}`. */
export interface Lifted {
  readonly name: string;
  readonly literal: ObjectValueNode;
  /** Whether a caller must send it: something in it is always there and the place may not be null. */
  readonly required: boolean;
}

interface Candidate {
  readonly literal: ObjectValueNode;
  readonly type: string;
  readonly required: boolean;
  readonly emptyDefault: boolean;
  readonly wantedName: string;
}

interface Position {
  readonly type: GraphQLInputType;
  readonly hasDefault: boolean;
  readonly name: string;
}

/**
 * Lifts object literals that hold variables out of an operation, so that a part whose variable is absent can be left out as a whole.
 * As written, `filter: {team: {key: {eq: $team}}}` without `$team` means `{team: {key: {}}}`; with `$filter` in its place nothing is sent.
 * What else the literal says stays said: constants are always sent, and so is an object where the place may not be without one.
 * A literal that cannot be a JSON object built of its parts (a variable inside a list) stays, and its members are lifted one by one.
 * @param operation validated against `schema`
 * @param schema without it no literal can be lifted, since a variable has to name its type
 * @returns the document to send; errors: an optional variable inside a list, or inside an object without a schema
 */
export function hoist(
  operation: Pick<SourceOperation, 'node' | 'document'>,
  schema: GraphQLSchema | undefined,
): Hoisted {
  const definitions = new Map(
    (operation.node.variableDefinitions ?? []).map((node) => [node.variable.name.value, node]),
  );
  const diagnostics = problems(operation.document, definitions, schema !== undefined);
  if (schema === undefined || diagnostics.length > 0) {
    return { document: operation.document, kept: new Set(definitions.keys()), lifted: [], diagnostics };
  }
  const candidates = findCandidates(operation.document, schema, definitions);
  const replaced = new Map<ValueNode, string>();
  const kept = new Set<string>();
  const inLifted = new Set<ValueNode>(candidates.map((candidate) => candidate.literal));
  visit(operation.document, {
    ObjectValue: (node) => (inLifted.has(node) ? false : undefined),
    VariableDefinition: () => false,
    Variable: (node) => void kept.add(node.name.value),
  });
  const lifted: (Lifted & Candidate)[] = [];
  for (const candidate of candidates) {
    const same = lifted.find(
      (other) =>
        other.type === candidate.type &&
        other.emptyDefault === candidate.emptyDefault &&
        print(other.literal) === print(candidate.literal),
    );
    const taken = new Set([...kept, ...lifted.map((other) => other.name)]);
    const name = same?.name ?? freeName(candidate.wantedName, taken);
    replaced.set(candidate.literal, name);
    if (same === undefined) lifted.push({ ...candidate, name });
  }
  return { document: rewrite(operation.document, replaced, kept, lifted), kept, lifted, diagnostics };
}

function rewrite(
  document: DocumentNode,
  replaced: ReadonlyMap<ValueNode, string>,
  kept: ReadonlySet<string>,
  lifted: readonly (Lifted & Candidate)[],
): DocumentNode {
  return visit(document, {
    OperationDefinition: {
      leave: (node) => ({
        ...node,
        variableDefinitions: [
          ...(node.variableDefinitions ?? []).filter((definition) =>
            kept.has(definition.variable.name.value),
          ),
          ...lifted.map(
            (variable): VariableDefinitionNode => ({
              kind: Kind.VARIABLE_DEFINITION,
              variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable.name } },
              type: parseType(variable.type, { noLocation: true }),
              ...(variable.emptyDefault ? { defaultValue: { kind: Kind.OBJECT, fields: [] } } : {}),
            }),
          ),
        ],
      }),
    },
    ObjectValue: (node) => {
      const name = replaced.get(node);
      return name === undefined ? undefined : { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
    },
  });
}

function findCandidates(
  document: DocumentNode,
  schema: GraphQLSchema,
  definitions: ReadonlyMap<string, VariableDefinitionNode>,
): Candidate[] {
  const candidates: Candidate[] = [];
  const lift = (value: ValueNode, position: Position): void => {
    if (value.kind !== Kind.OBJECT || !hasVariable(value)) return;
    const guaranteed = isGuaranteed(value, definitions);
    if (isLiftable(value, position.type, definitions)) {
      const mayBeAbsent = !isNonNullType(position.type) && !position.hasDefault;
      candidates.push({
        literal: value,
        type: String(position.type),
        required: isNonNullType(position.type) && guaranteed,
        emptyDefault: !guaranteed && !mayBeAbsent,
        wantedName: position.name,
      });
      return;
    }
    for (const field of value.fields) {
      const below = fieldPosition(position.type, field.name.value);
      if (below !== undefined) lift(field.value, { ...below, name: `${position.name}_${field.name.value}` });
    }
  };
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Directive: () => false,
      Field: (node: FieldNode) => {
        const definition = typeInfo.getFieldDef();
        for (const argument of node.arguments ?? []) {
          const declared = definition?.args.find((candidate) => candidate.name === argument.name.value);
          if (declared === undefined) continue;
          const hasDefault = declared.defaultValue !== undefined;
          lift(argument.value, { type: declared.type, hasDefault, name: declared.name });
        }
      },
    }),
  );
  return candidates;
}

/** Whether the literal can be sent as JSON that is built of its parts, each left out when its variables are. */
function isLiftable(
  literal: ObjectValueNode,
  type: GraphQLInputType | undefined,
  definitions: ReadonlyMap<string, VariableDefinitionNode>,
): boolean {
  return literal.fields.every((field) => {
    const { value } = field;
    if (!hasVariable(value)) return !hasUnsafeNumber(value);
    if (value.kind === Kind.VARIABLE) return true;
    if (value.kind !== Kind.OBJECT) return false;
    const position = fieldPosition(type, field.name.value);
    const needed = position !== undefined && (isNonNullType(position.type) || position.hasDefault);
    return (!needed || isGuaranteed(value, definitions)) && isLiftable(value, position?.type, definitions);
  });
}

/** Whether something in an object literal is sent whatever the caller leaves out. */
function isGuaranteed(
  literal: ObjectValueNode,
  definitions: ReadonlyMap<string, VariableDefinitionNode>,
): boolean {
  return literal.fields.some(({ value }) => {
    if (value.kind === Kind.VARIABLE) return !isOptional(definitions.get(value.name.value));
    return value.kind !== Kind.OBJECT || !hasVariable(value) || isGuaranteed(value, definitions);
  });
}

/** Whether a caller may leave a variable out and nothing takes its place. */
function isOptional(definition: VariableDefinitionNode | undefined): boolean {
  return definition?.type.kind !== Kind.NON_NULL_TYPE && definition?.defaultValue === undefined;
}

/** Where a member of an object literal goes; undefined below a scalar such as JSONObject. A list takes one object as a list of one (specification section 3.11). */
function fieldPosition(type: GraphQLInputType | undefined, name: string): Omit<Position, 'name'> | undefined {
  let object = getNullableType(type);
  while (isListType(object)) object = getNullableType(object.ofType);
  const field = isInputObjectType(object) ? object.getFields()[name] : undefined;
  if (field === undefined) return undefined;
  return { type: field.type, hasDefault: field.defaultValue !== undefined };
}

const IN_OBJECT_HINT =
  'to leave it out mcpgen must know the type of the object: name the SDL in `x-mcpgen.graphql.schema`, or pass the whole object as one variable';

function inListHint(name: string): string {
  return `a list cannot leave an item out: make \`$${name}\` required, give it a default, or pass the whole list as one variable`;
}

function problems(
  document: DocumentNode,
  definitions: ReadonlyMap<string, VariableDefinitionNode>,
  hasSchema: boolean,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const check = (literal: ListValueNode | ObjectValueNode): void => {
    visit(literal, {
      Variable: (node) => {
        const name = node.name.value;
        if (!isOptional(definitions.get(name))) return;
        const [code, what, hint] =
          literal.kind === Kind.LIST
            ? (['graphql-list-variable', 'a list', inListHint(name)] as const)
            : (['graphql-needs-schema', 'an object', IN_OBJECT_HINT] as const);
        const message = `The optional variable \`$${name}\` stands inside ${what}`;
        found.push(diagnostic(code, message, { origin: nodeOrigin(node), hint }));
      },
    });
  };
  visit(document, {
    Directive: () => false,
    VariableDefinition: () => false,
    ListValue: (node) => {
      check(node);
      return false;
    },
    ObjectValue: (node) => {
      if (hasSchema) return undefined;
      check(node);
      return false;
    },
  });
  return found;
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasVariable(field.value));
}

/** A number that JSON readers would round has to stay in the document, as text. */
function hasUnsafeNumber(value: ValueNode): boolean {
  if (value.kind === Kind.INT) return !Number.isSafeInteger(Number(value.value));
  if (value.kind === Kind.FLOAT) return !Number.isFinite(Number(value.value));
  if (value.kind === Kind.LIST) return value.values.some(hasUnsafeNumber);
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasUnsafeNumber(field.value));
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
  return name;
}
