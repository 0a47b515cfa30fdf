import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  type Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** What of a type is used: fields with their arguments, or input fields. A scalar or enum is used as a whole. */
type Used = Map<string, Map<string, Set<string>>>;

/**
 * Prints the part of an SDL that a set of operations uses, names and types alone: no descriptions, nothing deprecated.
 * Beside what is used stay the plain fields of the objects and the plain members of the inputs, so that a selection can be changed without the full SDL.
 * @param keep fields that stay besides, such as `Issue.number`; true for plain fields that are worth having
 */
export function prune(
  schema: GraphQLSchema,
  documents: readonly DocumentNode[],
  keep: (type: string, field: string, description: string) => boolean = () => true,
): string {
  const used: Used = new Map();
  for (const document of documents) collect(schema, document, used);
  addPlainMembers(schema, used, keep);
  return [...used.keys()]
    .sort()
    .map((name) => printUsed(schema.getType(name), used))
    .filter((text) => text !== '')
    .join('\n\n')
    .concat('\n');
}

function use(used: Used, type: string, field?: string, argument?: string): void {
  const fields = used.get(type) ?? new Map<string, Set<string>>();
  used.set(type, fields);
  if (field === undefined) return;
  const args = fields.get(field) ?? new Set<string>();
  fields.set(field, args);
  if (argument !== undefined) args.add(argument);
}

function collect(schema: GraphQLSchema, document: DocumentNode, used: Used): void {
  const info = new TypeInfo(schema);
  const useInput = (type: GraphQLInputType | null | undefined): void => {
    if (type) use(used, getNamedType(type).name);
  };
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: (node) => {
        const parent = info.getParentType();
        const field = info.getFieldDef();
        if (!parent || !field || node.name.value.startsWith('__')) return;
        use(used, parent.name, field.name);
        use(used, getNamedType(field.type).name);
      },
      FragmentDefinition: (node) => use(used, node.typeCondition.name.value),
      InlineFragment: (node) => {
        if (node.typeCondition) use(used, node.typeCondition.name.value);
      },
      Argument: (node) => {
        const parent = info.getParentType();
        const field = info.getFieldDef();
        if (!parent || !field || info.getDirective()) return;
        use(used, parent.name, field.name, node.name.value);
        useInput(info.getInputType());
      },
      ObjectField: (node) => {
        const parent = info.getParentInputType();
        if (parent) use(used, getNamedType(parent).name, node.name.value);
        useInput(info.getInputType());
      },
      VariableDefinition: (node) => {
        visit(node.type, { NamedType: (type) => use(used, type.name.value) });
        return false;
      },
    }),
  );
}

function addPlainMembers(
  schema: GraphQLSchema,
  used: Used,
  keep: NonNullable<Parameters<typeof prune>[2]>,
): void {
  for (const name of [...used.keys()]) {
    const type = schema.getType(name);
    if (type === schema.getQueryType() || type === schema.getMutationType()) continue;
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const of = String(field.type).replace(/[[\]!]/g, '');
      const plain =
        isLeafType(schema.getType(of)) &&
        !('args' in field && field.args.length > 0) &&
        field.deprecationReason === undefined &&
        keep(name, field.name, field.description ?? '');
      // What an input cannot be without belongs to it, used or not.
      const needed =
        isInputObjectType(type) &&
        String(field.type).endsWith('!') &&
        !('args' in field) &&
        field.defaultValue === undefined;
      if (!plain && !needed) continue;
      use(used, name, field.name);
      use(used, of);
    }
  }
}

function printUsed(type: GraphQLNamedType | undefined, used: Used): string {
  const fields = used.get(type?.name ?? '') ?? new Map<string, Set<string>>();
  if (isEnumType(type)) {
    const values = type.getValues().filter((value) => value.deprecationReason === undefined);
    return block(
      `enum ${type.name}`,
      values.map((value) => value.name),
    );
  }
  if (isUnionType(type)) {
    const members = type.getTypes().filter((member) => used.has(member.name));
    return `union ${type.name} = ${members.map((member) => member.name).join(' | ')}`;
  }
  if (isInputObjectType(type)) {
    const lines = Object.values(type.getFields())
      .filter((field) => fields.has(field.name))
      .map((field) => `${field.name}: ${field.type}${defaultOf(field.astNode?.defaultValue)}`);
    return block(`input ${type.name}${type.isOneOf ? ' @oneOf' : ''}`, lines);
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    const interfaces = type.getInterfaces().filter((parent) => used.has(parent.name));
    const inherited = new Set(interfaces.flatMap((parent) => [...(used.get(parent.name)?.keys() ?? [])]));
    const kind = isObjectType(type) ? 'type' : 'interface';
    const head =
      interfaces.length > 0 ? ` implements ${interfaces.map((parent) => parent.name).join(' & ')}` : '';
    const lines = Object.values(type.getFields())
      .filter((field) => fields.has(field.name) || inherited.has(field.name))
      .map((field) => {
        const args = field.args
          .filter(
            (argument) => fields.get(field.name)?.has(argument.name) || String(argument.type).endsWith('!'),
          )
          .map(
            (argument) => `${argument.name}: ${argument.type}${defaultOf(argument.astNode?.defaultValue)}`,
          );
        return `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}: ${field.type}`;
      });
    return block(`${kind} ${type.name}${head}`, lines);
  }
  const builtIn = ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type?.name ?? '');
  return type === undefined || builtIn ? '' : `scalar ${type.name}`;
}

function block(head: string, lines: readonly string[]): string {
  return `${head} {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`;
}

function defaultOf(node: { readonly kind: Kind } | undefined): string {
  if (node === undefined || !('loc' in node)) return '';
  const { loc } = node as { loc?: { source: { body: string }; start: number; end: number } };
  return loc === undefined ? '' : ` = ${loc.source.body.slice(loc.start, loc.end)}`;
}
