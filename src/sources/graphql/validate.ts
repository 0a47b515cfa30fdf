import {
  buildSchema,
  type GraphQLError,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  KnownFragmentNamesRule,
  NoDeprecatedCustomRule,
  NoFragmentCyclesRule,
  NoUndefinedVariablesRule,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  specifiedRules,
  UniqueVariableNamesRule,
  validate,
} from 'graphql';
import { type DiagnosticCode, diagnostic } from '../../model/codes.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { SourceOperation } from './operations.ts';
import { errorOrigin, sentence } from './sdl.ts';
import { didYouMean, suggest } from './suggest.ts';

/** Rules that hold whatever the types are: all that can be said without an SDL. */
const TYPELESS_RULES = [
  KnownFragmentNamesRule,
  NoFragmentCyclesRule,
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  UniqueVariableNamesRule,
];

const NOTHING = buildSchema('type Query { nothing: Int }');

/**
 * Checks an operation with its fragments (GraphQL specification section 5).
 * @param schema the SDL's; without it only variables and fragments are checked
 * @param fragments names of all fragments of the source, for suggestions
 * @returns errors at their place with the nearest name, and warnings where something deprecated is used
 */
export function validateOperation(
  operation: SourceOperation,
  schema: GraphQLSchema | undefined,
  fragments: readonly string[],
): Diagnostic[] {
  const file = 'file' in operation.origin ? operation.origin.file : '';
  const rules =
    schema === undefined ? TYPELESS_RULES : specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);
  const errors = validate(schema ?? NOTHING, operation.document, rules);
  const found = errors.map((error) => explain(error, file, schema, operation, fragments));
  if (schema === undefined || errors.length > 0) return found;
  return validate(schema, operation.document, [NoDeprecatedCustomRule]).map((error) =>
    diagnostic('graphql-deprecated', sentence(error.message.replaceAll('\n', ' ')), {
      origin: errorOrigin(error, file),
    }),
  );
}

/** What graphql-js says, told as mcpgen does, with a suggestion that knows words in another order. */
function explain(
  error: GraphQLError,
  file: string,
  schema: GraphQLSchema | undefined,
  operation: SourceOperation,
  fragments: readonly string[],
): Diagnostic {
  const { message } = error;
  const sdl = schema?.getQueryType()?.astNode?.loc?.source.name;
  const seeSdl = sdl === undefined ? undefined : `\`${sdl}\` has what there is`;
  const say = (code: DiagnosticCode, text: string, hint = seeSdl): Diagnostic =>
    diagnostic(code, text, { origin: errorOrigin(error, file), ...(hint === undefined ? {} : { hint }) });
  const match = (pattern: RegExp): [string, string, string] | undefined => {
    const found = pattern.exec(message);
    return found === null ? undefined : [found[1] ?? '', found[2] ?? '', found[3] ?? ''];
  };

  const field = match(/^Cannot query field "(.+?)" on type "(.+?)"\./);
  if (field) {
    const [name, type] = field;
    return say(
      'graphql-unknown',
      `\`${name}\` is not a field of \`${type}\``,
      didYouMean(name, fieldsOf(schema, type)),
    );
  }
  const argument = match(/^Unknown argument "(.+?)" on field "(.+?)\.(.+?)"\./);
  if (argument) {
    const [name, type, of] = argument;
    const known = argumentsOf(schema, type, of);
    return say(
      'graphql-unknown',
      `\`${name}\` is not an argument of \`${type}.${of}\``,
      didYouMean(name, known),
    );
  }
  const input = match(/^Field "(.+?)" is not defined by type "(.+?)"\./);
  if (input) {
    const [name, type] = input;
    return say(
      'graphql-unknown',
      `\`${name}\` is not a field of the input \`${type}\``,
      didYouMean(name, fieldsOf(schema, type)),
    );
  }
  const value = match(/^Value "(.+?)" does not exist in "(.+?)" enum\./);
  if (value) {
    const [name, enumName] = value;
    const known = enumValues(schema, enumName);
    const hint = didYouMean(name, known) ?? `one of ${known.join(', ')}`;
    return say('graphql-unknown', `\`${name}\` is not a value of the enum \`${enumName}\``, hint);
  }
  const literal = match(/^Enum "(.+?)" cannot represent non-enum value: (.+?)\.(?: Did|$)/);
  if (literal) {
    const [enumName, written] = literal;
    const found =
      suggest(written, enumValues(schema, enumName)) ?? enumValues(schema, enumName)[0] ?? 'VALUE';
    const hint = `values of an enum are written without quotes: \`${found}\``;
    return say('graphql-unknown', `\`${written}\` is not a value of the enum \`${enumName}\``, hint);
  }
  const type = match(/^Unknown type "(.+?)"\./);
  if (type) {
    const [name] = type;
    const known = Object.keys(schema?.getTypeMap() ?? {}).filter((known) => !known.startsWith('__'));
    return say('graphql-unknown', `There is no type \`${name}\``, didYouMean(name, known));
  }
  const fragment = match(/^Unknown fragment "(.+?)"\./);
  if (fragment) {
    const [name] = fragment;
    return say('graphql-unknown', `There is no fragment \`${name}\``, didYouMean(name, fragments));
  }
  const undefinedVariable = match(/^Variable "\$(.+?)" is not defined/);
  if (undefinedVariable) {
    const [name] = undefinedVariable;
    const declared = (operation.node.variableDefinitions ?? []).map((node) => node.variable.name.value);
    const hint =
      didYouMean(name, declared, '$') ??
      `declare it: \`${operation.node.operation} ${operation.name}($${name}: …)\``;
    return say(
      'graphql-variable',
      `The variable \`$${name}\` is not declared by \`${operation.name}\``,
      hint,
    );
  }
  const unused = match(/^Variable "\$(.+?)" is never used/);
  if (unused) {
    return say(
      'graphql-variable',
      `The variable \`$${unused[0]}\` of \`${operation.name}\` is never used`,
      'use it or remove it: callers would be offered an argument that does nothing',
    );
  }
  return diagnostic('graphql-invalid', sentence(message), { origin: errorOrigin(error, file) });
}

function fieldsOf(schema: GraphQLSchema | undefined, name: string): string[] {
  const type = schema?.getType(name);
  return isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
    ? Object.keys(type.getFields())
    : [];
}

function argumentsOf(schema: GraphQLSchema | undefined, name: string, field: string): string[] {
  const type = schema?.getType(name);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return type.getFields()[field]?.args.map((argument) => argument.name) ?? [];
}

function enumValues(schema: GraphQLSchema | undefined, name: string): string[] {
  const type = schema?.getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
}
