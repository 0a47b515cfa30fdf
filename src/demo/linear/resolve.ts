import {
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNamedType,
  getNullableType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { inputError, notFound } from './errors.ts';
import { matches } from './filter.ts';
import { mutate } from './mutate.ts';
import type { Entity, State } from './state.ts';

/** What the resolvers of one request share. */
export interface Context {
  readonly state: State;
  /** `Type.field` of fields that fail on purpose. */
  readonly broken: ReadonlySet<string>;
}

type Args = { readonly [name: string]: unknown };

const PAGE = 50;
const LARGEST_PAGE = 250;

/** One resolver for every field of the schema: what a field means follows from its type and the names of its arguments. */
export const resolveField: GraphQLFieldResolver<unknown, Context> = (source, args: Args, context, info) => {
  const { state, broken } = context;
  const field = info.fieldName;
  if (broken.has(`${info.parentType.name}.${field}`)) {
    throw inputError(`${info.parentType.name}.${field} is broken on purpose`);
  }
  if (info.parentType === info.schema.getMutationType()) return mutate(state, field, args, info);
  if (info.parentType === info.schema.getQueryType()) return rootField(state, args, info);
  const value = isEntity(source) ? state.read(source, field) : member(source, field);
  const nodes = nodeType(info.returnType);
  if (nodes !== undefined && Array.isArray(value)) return connection(state, value, args, nodes);
  if (value !== undefined && value !== null) return value;
  return isNonNullType(info.returnType) ? plausible(source, info.returnType, field) : null;
};

/** The entity's own type decides between the types of an interface. */
export function resolveType(value: unknown): string | undefined {
  return isEntity(value) ? value.__typename : undefined;
}

function rootField(state: State, args: Args, info: GraphQLResolveInfo): unknown {
  const type = getNamedType(info.returnType);
  if (info.fieldName === 'viewer') return state.byId(state.viewerId);
  if (info.fieldName.startsWith('search')) return search(state, args, type);
  const nodes = nodeType(info.returnType);
  if (nodes !== undefined) return connection(state, entitiesOf(state, nodes, info), args, nodes);
  if (isObjectType(type) && typeof args.id === 'string') {
    const found = state.find(type.name, args.id);
    if (found === undefined) throw notFound(type.name);
    return found;
  }
  if (!isNonNullType(info.returnType)) return null;
  return plausible(undefined, info.returnType, info.fieldName);
}

function entitiesOf(state: State, nodes: GraphQLNamedType, info: GraphQLResolveInfo): Entity[] {
  if (!isInterfaceType(nodes)) return state.all(nodes.name);
  return info.schema.getPossibleTypes(nodes).flatMap((type) => state.all(type.name));
}

function search(state: State, args: Args, type: GraphQLNamedType): unknown {
  const of = type.name.replace(/SearchPayload$/, '');
  const words = String(args.term).toLowerCase().split(/\s+/).filter(Boolean);
  const found = state.all(of).filter((entity) => {
    const comments = args.includeComments === true ? state.read(entity, 'comments') : [];
    const bodies = Array.isArray(comments) ? comments.map((comment) => comment.body) : [];
    const text = [entity.title, entity.name, entity.description, entity.content, ...bodies]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return connection(state, found, args, type);
}

/** The type of the nodes where a type is a connection: an object with a list `nodes`. */
function nodeType(type: GraphQLOutputType): GraphQLNamedType | undefined {
  const named = getNamedType(type);
  if (!isObjectType(named)) return undefined;
  const fields = named.getFields();
  return fields.nodes === undefined ? undefined : getNamedType(fields.nodes.type);
}

/** A page of entities by the Relay cursor convention. The cursor is the id, as it is at Linear. */
function connection(state: State, entities: readonly Entity[], args: Args, nodes: GraphQLNamedType): unknown {
  const { filter, orderBy, first, last, after, before } = args;
  const wanted = entities
    .filter((entity) => args.includeArchived === true || entity.archivedAt === null)
    .filter((entity) => filter === undefined || filter === null || matches(state, entity, filter as Args));
  const by = orderBy === 'updatedAt' ? 'updatedAt' : 'createdAt';
  wanted.sort((a, b) => (a[by] === b[by] ? 0 : a[by] < b[by] ? 1 : -1));
  for (const size of [first, last]) {
    if (typeof size === 'number' && (size < 0 || size > LARGEST_PAGE)) {
      throw inputError('Argument Validation Error', `first and last must be between 0 and ${LARGEST_PAGE}.`);
    }
  }
  const place = (cursor: unknown): number => {
    const index = wanted.findIndex((entity) => entity.id === cursor);
    if (index < 0) throw inputError(`Invalid cursor for ${nodes.name}`);
    return index;
  };
  const start = typeof after === 'string' ? place(after) + 1 : 0;
  const end = typeof before === 'string' ? place(before) : wanted.length;
  const window = wanted.slice(start, end);
  const size = typeof first === 'number' ? first : PAGE;
  const page =
    typeof last === 'number' && typeof first !== 'number' ? window.slice(-last) : window.slice(0, size);
  return {
    nodes: page,
    edges: page.map((node) => ({ node, cursor: node.id })),
    totalCount: wanted.length,
    pageInfo: {
      hasNextPage:
        typeof first === 'number' || typeof last !== 'number'
          ? window.length > page.length
          : end < wanted.length,
      hasPreviousPage: start > 0,
      startCursor: page[0]?.id ?? null,
      endCursor: page.at(-1)?.id ?? null,
    },
  };
}

/** A value for a field that may not be null and of which the state knows nothing. */
function plausible(source: unknown, type: GraphQLOutputType, field: string): unknown {
  const present = getNullableType(type);
  if (isListType(present)) return [];
  if (isEnumType(present)) return present.getValues()[0]?.name;
  if (isObjectType(present)) {
    const fields = present.getFields();
    return fields.nodes === undefined
      ? {}
      : { nodes: [], edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } };
  }
  switch (getNamedType(present).name) {
    case 'Boolean':
      return false;
    case 'Int':
    case 'Float':
      return 0;
    case 'JSONObject':
    case 'JSON':
      return {};
    case 'DateTime':
      return isEntity(source) ? source.createdAt : '2026-07-01T09:00:00.000Z';
    default:
      return `${field} of ${isEntity(source) ? source.id : 'the demo'}`;
  }
}

function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && '__typename' in value;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Args)[name]
    : undefined;
}
