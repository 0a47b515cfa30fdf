import type { JsonObject } from '../../src/model/json.ts';
import { member } from '../../src/model/json.ts';
import type { OperationPlan } from '../../src/model/plan.ts';
import type { ObjectSchema, Schema } from '../../src/model/schema.ts';
import { quoteJson, quoteString, typeKey } from '../quote/typescript.ts';
import { type Doc, flat, type Group, group } from './layout.ts';

/** What types may refer to. */
export interface TypeContext {
  readonly document: JsonObject;
  /** Set when a type of types.ts has been used. */
  readonly uses: Set<'components' | 'paths'>;
}

/** Prints a schema as a TypeScript type. A named schema is the type that types.ts has of it. */
export function typeOf(schema: Schema, context: TypeContext): Doc {
  const printed = bare(schema, context);
  return schema.nullable === true && schema.kind !== 'any' && schema.kind !== 'null'
    ? union([printed, 'null'])
    : printed;
}

function bare(schema: Schema, context: TypeContext): Doc {
  switch (schema.kind) {
    case 'any':
    case 'not':
      return 'unknown';
    case 'never':
      return 'never';
    case 'null':
      return 'null';
    case 'boolean':
      return 'boolean';
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    case 'enum':
      return union([
        ...new Set(
          schema.values.map((value) =>
            typeof value === 'object' && value !== null ? 'unknown' : quoteJson(value),
          ),
        ),
      ]);
    case 'array':
      return arrayOf(typeOf(schema.items, context), schema.items);
    case 'object':
      return objectType(schema, context);
    case 'union':
      return union(schema.members.map((one) => typeOf(one, context)));
    case 'intersection':
      return schema.members.map((one, index) => [index === 0 ? '(' : ' & (', typeOf(one, context), ')']);
    case 'ref': {
      const name = schema.id.slice(schema.id.lastIndexOf('/') + 1);
      const known = member(member(member(context.document, 'components'), 'schemas'), name);
      if (known === undefined) return 'unknown';
      context.uses.add('components');
      return `components['schemas'][${quoteString(name)}]`;
    }
  }
}

function union(members: readonly Doc[]): Doc {
  const all = members.flatMap((one) => (isUnion(one) ? one.items : [one]));
  const unique = [...new Map(all.map((one) => [flat(one), one])).values()];
  const [only] = unique;
  return unique.length === 1 && only !== undefined ? only : group('', unique, '', '|');
}

function isUnion(doc: Doc): doc is Group {
  return typeof doc === 'object' && 'open' in doc && doc.separator === '|';
}

function arrayOf(item: Doc, schema: Schema): Doc {
  const simple =
    ['string', 'number', 'boolean', 'ref', 'any'].includes(schema.kind) && schema.nullable !== true;
  return simple ? ['readonly ', item, '[]'] : ['readonly (', item, ')[]'];
}

function objectType(schema: ObjectSchema, context: TypeContext): Doc {
  const { properties, additional } = schema;
  if (properties.length === 0)
    return additional === false ? 'Record<string, never>' : 'Record<string, unknown>';
  const members = properties.map(
    ({ name, schema: one, required }): Doc => [
      `${typeKey(name)}${required ? '' : '?'}: `,
      typeOf(one, context),
    ],
  );
  const typed = group('{', members, '}', ';');
  return additional === false ? typed : [typed, ' & Record<string, unknown>'];
}

const documented = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** The type of an operation's successful answer, by types.ts. */
export function successType(operation: OperationPlan, context: TypeContext): string {
  const method = operation.method.toLowerCase();
  const known = member(member(member(context.document, 'paths'), operation.documentPath), method);
  if (known === undefined || !documented.has(method)) return 'unknown';
  context.uses.add('paths');
  return `Success<paths[${quoteString(operation.documentPath)}][${quoteString(method)}]>`;
}
