import type { ArgumentPlan, OperationPlan, Plan } from '../../src/model/plan.ts';
import { commentText, typeKey } from '../quote/typescript.ts';
import { homes, type Imports } from './calls.ts';
import { entryOf } from './entries.ts';
import { call, type Doc, flat, group } from './layout.ts';
import { functionName, identifiers } from './names.ts';
import { requestOf } from './sending.ts';
import {
  constant,
  functionOf,
  generatedNote,
  interfaceOf,
  namedImport,
  namespaceImport,
  type Statement,
  typeAlias,
} from './structures.ts';
import { printStatements, type StatementsOf } from './thread.ts';
import { successType, type TypeContext, typeOf } from './typescript.ts';
import { membersOf, type ZodContext, zodOf } from './zod.ts';

/** A TypeScript file of the server: path below `src/`, and text. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/**
 * Prints the tools: a file per group of operations, `tools/index.ts` that lists them all, and `schemas.ts` with the
 * named schemas that their arguments refer to, if there are any.
 */
export async function printTools(plan: Plan): Promise<readonly SourceText[]> {
  const shared: Shared = { plan, names: identifiers(plan.schemas.keys(), lastPart), refs: new Set() };
  const groups = groupsOf(plan.operations);
  const lists = identifiers(groups.keys());
  const files: StatementsOf[] = [...groups].map(([name, operations]) => ({
    path: `tools/${name}.ts`,
    statements: printGroup(listName(lists, name), operations, shared),
  }));
  const index = [...groups.keys()].map((name) => ({ name, list: listName(lists, name) }));
  files.push({ path: 'tools/index.ts', statements: printIndex(index) });
  const schemas = printSchemas(shared);
  if (schemas.length > 0) files.push({ path: 'schemas.ts', statements: schemas });
  const texts = await printStatements(files);
  return files.map(({ path }, index) => ({ path, text: `${generatedNote}${texts[index] ?? ''}` }));
}

interface Shared {
  readonly plan: Plan;
  /** Identifiers of the named schemas. */
  readonly names: ReadonlyMap<string, string>;
  /** Ids of the named schemas that some tool uses. */
  readonly refs: Set<string>;
}

/** Operations by group, both in document order. Hidden ones are no tools. */
export function groupsOf(
  operations: readonly OperationPlan[],
): ReadonlyMap<string, readonly OperationPlan[]> {
  const groups = new Map<string, OperationPlan[]>();
  for (const operation of operations) {
    if (operation.hidden) continue;
    const known = groups.get(operation.group);
    if (known === undefined) groups.set(operation.group, [operation]);
    else known.push(operation);
  }
  return groups;
}

/** `issuesTools`: the list of a group's file. */
function listName(identifiers: ReadonlyMap<string, string>, group: string): string {
  return `${identifiers.get(group) ?? ''}Tools`;
}

/** The component's name in a schema's id. */
function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function printGroup(listName: string, operations: readonly OperationPlan[], shared: Shared): Statement[] {
  const imports: Imports = new Set();
  const types: TypeContext = { document: shared.plan.document, uses: new Set() };
  const zod: ZodContext = { schemas: shared.plan.schemas, names: shared.names, refs: new Set(), imports };
  const entries: Doc[] = [];
  const statements = operations.flatMap((operation): Statement[] => {
    const name = functionName(operation.typeName);
    const argumentsName = `${name}Arguments`;
    entries.push(entryOf(operation, { argumentsName, functionName: name }, shared.plan.schemas));
    return [
      interfaceOf(`${operation.typeName}Arguments`, membersOfInterface(operation, types)),
      typeAlias(`${operation.typeName}Answer`, successType(operation, types)),
      constant(argumentsName, argumentsSchema(operation, zod), { isExported: false }),
      operationFunction(name, operation, imports),
    ];
  });
  for (const id of zod.refs) shared.refs.add(id);
  const list = constant(listName, group('[', entries, ']'), {
    isExported: true,
    type: 'readonly Tool[]',
  });
  return [...importsOf(imports, types, zod), ...statements, list];
}

function importsOf(imports: Imports, types: TypeContext, zod: ZodContext): Statement[] {
  const success = types.uses.has('paths') ? ['type Success'] : [];
  return [
    namespaceImport('z', 'zod'),
    ...runtimeImports(imports, '../runtime'),
    namedImport(['type Answer', 'type Call', 'lazy', ...success, 'type Tool'], '../runtime/tool.ts'),
    ...(zod.refs.size > 0 ? [namespaceImport('schemas', '../schemas.ts')] : []),
    ...(types.uses.size > 0 ? [namedImport([...types.uses].sort(), '../types.ts', true)] : []),
  ];
}

/** The functions of the runtime that are called, file by file in alphabetical order. */
function runtimeImports(imports: Imports, folder: string): Statement[] {
  return Object.entries(homes).flatMap(([home, functions]) => {
    const names = functions.filter((name) => imports.has(name)).sort();
    return names.length === 0 ? [] : [namedImport(names, `${folder}/${home}.ts`)];
  });
}

function membersOfInterface(operation: OperationPlan, types: TypeContext) {
  return operation.arguments.map(({ key, schema, description, ...argument }) => ({
    key: typeKey(key),
    isOptional: !isNeeded(argument),
    type: typeOf(schema, types),
    comment: description,
  }));
}

function argumentsSchema(operation: OperationPlan, zod: ZodContext): Doc {
  const properties = operation.arguments.map(({ key, schema, ...argument }) => ({
    name: key,
    schema,
    required: isNeeded(argument),
  }));
  return thunk('lazy(() => ', call('z.strictObject', group('{', membersOf(properties, zod), '}')));
}

/** `lazy(() => …)` around a value, on the same line where that is one group. */
function thunk(open: string, value: Doc): Doc {
  if (typeof value === 'object' && 'open' in value) {
    return { ...value, open: `${open}${value.open}`, close: `${value.close})` };
  }
  return [open, value, ')'];
}

function operationFunction(name: string, operation: OperationPlan, imports: Imports): Statement {
  const value = call('call.send', requestOf(operation, imports));
  const where = commentText(`${operation.method} ${operation.path}`, 1000);
  const notes = [
    commentText(operation.summary, 100),
    `\`${where}\``,
    ...(operation.deprecated ? ['@deprecated'] : []),
  ];
  return functionOf({
    name,
    parameters: [
      { name: /\bargs\b/.test(flat(value)) ? 'args' : '_args', type: `${operation.typeName}Arguments` },
      { name: 'call', type: 'Call' },
    ],
    returnType: `Promise<Answer<${operation.typeName}Answer>>`,
    comment: notes.join('\n\n'),
    value,
  });
}

function printIndex(groups: readonly { readonly name: string; readonly list: string }[]): Statement[] {
  const lists = groups.map(({ list }): Doc => `...${list}`);
  return [
    namedImport(['Tool'], '../runtime/tool.ts', true),
    ...groups.map(({ name, list }) => namedImport([list], `./${name}.ts`)),
    constant('tools', group('[', lists, ']'), {
      isExported: true,
      type: 'readonly Tool[]',
      comment: 'Every tool, in the order of tools.json.',
    }),
  ];
}

/** The named schemas that are used, and those that they use. */
function printSchemas({ plan, names, refs }: Shared): Statement[] {
  const zod: ZodContext = { schemas: plan.schemas, names, refs: new Set(refs), imports: new Set() };
  const printed = new Map<string, Doc>();
  // A Set that grows while it is walked: what a printed schema refers to is printed as well.
  for (const id of zod.refs) {
    const schema = plan.schemas.get(id);
    if (schema !== undefined) printed.set(id, zodOf(schema, zod));
  }
  if (printed.size === 0) return [];
  const constants = [...plan.schemas.keys()].flatMap((id): Statement[] => {
    const value = printed.get(id);
    if (value === undefined) return [];
    // Annotated, because a schema may refer to itself.
    return [
      constant(names.get(id) ?? '', thunk('lazy((): z.ZodType => ', unqualified(value)), {
        isExported: true,
      }),
    ];
  });
  return [
    namespaceImport('z', 'zod'),
    ...runtimeImports(zod.imports, './runtime'),
    namedImport(['lazy'], './runtime/tool.ts'),
    ...constants,
  ];
}

/** Within schemas.ts a named schema is called by its bare name. */
function unqualified(doc: Doc): Doc {
  if (typeof doc === 'string') return doc.replace(/^z\.lazy\(schemas\.(\w+)\)$/, 'z.lazy($1)');
  if (!('open' in doc)) return doc.map(unqualified);
  return { ...doc, items: doc.items.map(unqualified) };
}

/** Whether a call must have the argument once this server's environment has supplied what it can. */
function isNeeded(argument: Pick<ArgumentPlan, 'required' | 'requiredUnlessEnv'>): boolean {
  return argument.required || argument.requiredUnlessEnv === true;
}
