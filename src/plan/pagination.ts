import type { Operation } from '../model/api.ts';
import type { PaginationExtension } from '../model/document.ts';
import type { ArgumentPlan } from '../model/plan.ts';
import { type ObjectSchema, resolveSchema, type Schema, type Schemas } from '../model/schema.ts';
import { words } from './words.ts';

/** Names as words joined by `_`, so that `pageToken`, `page_token` and `page[token]` are one. */
const pageNames = set('page page_number page_no page_num pagenum page_index pagenumber current_page p');
const offsetNames = set(
  'offset skip start start_at startat start_index startindex page_offset first_result from',
);
const sizeNames = set(
  'per_page perpage page_size pagesize limit size count max_results maxresults max take top first page_limit items_per_page results_per_page max_items max_keys num_results',
);
const cursorNames = set(
  'cursor after starting_after next_token nexttoken page_token pagetoken next_page_token continuation_token continuationtoken continuation continue marker start_cursor next_cursor page_cursor page_after pagination_token exclusive_start_key scroll_id bookmark iterator from next_marker next_page starting_token start_key paging_token position',
);
/** What the next page's cursor is called in an answer. */
const nextCursorNames = set(
  'next_cursor next_token next_page_token next_page next_marker end_cursor continuation_token continue continuation pagination_token last_evaluated_key scroll_id bookmark iterator starting_after next next_page_cursor next_key next_position',
);
const nextUrlNames = set(
  'next next_url next_link next_href next_page_url next_page_uri next_uri odata_next_link next_page_link href',
);
const moreNames = set('has_more has_next has_next_page more is_truncated has_more_items');
const itemNames: readonly string[] = [
  'items',
  'data',
  'results',
  'values',
  'records',
  'entries',
  'list',
  'content',
  'elements',
  'rows',
  'objects',
  'members',
  'value',
];
/** Members that hold what is said about a page. */
const wrapperNames = set(
  'pagination paging page page_info meta metadata response_metadata links cursors cursor _links pages next result data',
);

function set(names: string): ReadonlySet<string> {
  return new Set(names.split(/\s+/).map((name) => normal(name)));
}

function normal(name: string): string {
  return words(name).join('_');
}

/**
 * How the next page of an operation is asked for: as the document says, else inferred from the names of its arguments, the shape of its answer and a documented Link header.
 * Inferred only for what changes nothing: GET and QUERY, and POST that lists or searches.
 * @param linked whether the API documents a Link header anywhere: then a cursor that no answer names is in that header
 * @returns undefined where there are no pages, or no way to tell how to get them
 */
export function planPagination(
  operation: Operation,
  list: readonly ArgumentPlan[],
  schemas: Schemas,
  linked: boolean,
): PaginationExtension | undefined {
  const stated = operation.pagination;
  if (stated === false) return undefined;
  const answer = operation.response.schema;
  const resolved = answer === undefined ? undefined : resolveSchema(answer, schemas);
  const items = resolved === undefined ? undefined : itemsOf(resolved, schemas, operation.path);
  if (stated !== undefined) return withKeys(stated, operation, list, items);
  if (operation.graphql !== undefined || !readsOnly(operation)) return undefined;
  if (operation.response.kind !== 'json') return undefined;
  const scalar = (argument: ArgumentPlan, number: boolean): boolean => {
    const { kind } = resolveSchema(argument.schema, schemas);
    return number ? kind === 'number' : kind === 'string' || kind === 'number' || kind === 'any';
  };
  const find = (names: ReadonlySet<string>, number: boolean): string | undefined =>
    list.find(
      (argument) =>
        argument.places[0]?.[0] !== 'path' && names.has(normal(argument.name)) && scalar(argument, number),
    )?.key;
  const size = find(sizeNames, true);
  const shared = { ...(size === undefined ? {} : { size }), ...(items === undefined ? {} : { items }) };
  if (operation.response.headers.includes('link') && resolved?.kind === 'array')
    return { style: 'link', ...shared };
  const url = resolved?.kind === 'object' ? nextPath(resolved, schemas, isNextUrl) : undefined;
  const cursor = find(cursorNames, false) ?? textPage(list, schemas);
  if (cursor !== undefined && resolved?.kind === 'object') {
    const found = cursorPages(resolved, schemas, cursor, items);
    if (found !== undefined) return { style: 'cursor', parameter: cursor, ...shared, ...found };
  }
  if (url !== undefined) return { style: 'url', ...shared, next: url };
  const header = operation.response.headers.includes('link') || (linked && cursor !== undefined);
  if (header && size !== undefined) return { style: 'link', ...shared };
  if (items === undefined) return undefined;
  const page = find(pageNames, true);
  if (page !== undefined) {
    const start = firstPage(list.find((argument) => argument.key === page)?.schema, schemas);
    return { style: 'page', parameter: page, ...shared, ...(start === undefined ? {} : { start }) };
  }
  const offset = find(offsetNames, true);
  return offset !== undefined && size !== undefined
    ? { style: 'offset', parameter: offset, ...shared }
    : undefined;
}

/** A `page` that is no number is a cursor. */
function textPage(list: readonly ArgumentPlan[], schemas: Schemas): string | undefined {
  return list.find(
    ({ name, schema }) => pageNames.has(normal(name)) && resolveSchema(schema, schemas).kind === 'string',
  )?.key;
}

function readsOnly(operation: Operation): boolean {
  if (operation.method === 'GET' || operation.method === 'QUERY') return true;
  const name = words(operation.name ?? operation.operationId ?? operation.path);
  return (
    operation.method === 'POST' && name.some((word) => /^(list|search|query|find|lookup|scan)$/.test(word))
  );
}

/** A stated pagination with its arguments called by their keys, and the place of its items where it does not say it and the answer shows it. */
function withKeys(
  stated: PaginationExtension,
  operation: Operation,
  list: readonly ArgumentPlan[],
  items: readonly string[] | undefined,
): PaginationExtension {
  const key = (name: string): string => {
    const argument = operation.arguments.find((candidate) => candidate.name === name);
    return (
      list.find((candidate) => candidate.key === name || candidate.name === (argument?.name ?? name))?.key ??
      name
    );
  };
  return {
    ...(items === undefined || operation.graphql !== undefined ? {} : { items }),
    ...stated,
    ...('parameter' in stated ? { parameter: key(stated.parameter) } : {}),
    ...(stated.size === undefined ? {} : { size: key(stated.size) }),
  };
}

/** The next cursor in the answer, or for lists that go on after an item's id, the last item's. */
function cursorPages(
  answer: ObjectSchema,
  schemas: Schemas,
  parameter: string,
  items: readonly string[] | undefined,
): { readonly next: readonly string[]; readonly more?: readonly string[] } | undefined {
  const more = memberPath(
    answer,
    schemas,
    (name, schema) => moreNames.has(name) && schema.kind === 'boolean',
  );
  const next = memberPath(answer, schemas, (name, schema, path) => {
    const within = path.length > 0 && wrapperNames.has(path[path.length - 1] ?? '');
    const named = nextCursorNames.has(name) || (within && (name === 'after' || name === normal(parameter)));
    return named && (schema.kind === 'string' || schema.kind === 'number' || schema.kind === 'any');
  });
  const flag = more === undefined ? {} : { more };
  if (next !== undefined) return { next, ...flag };
  if (normal(parameter) !== 'starting_after' && normal(parameter) !== 'after') return undefined;
  return more !== undefined && items !== undefined ? { next: [...items, '-1', 'id'], more } : undefined;
}

function isNextUrl(name: string, schema: Schema, path: readonly string[]): boolean {
  if (schema.kind !== 'string' || !nextUrlNames.has(name)) return false;
  const parent = path[path.length - 1] ?? '';
  if (name === 'href') return parent === 'next';
  if (name !== 'next') return true;
  return schema.format === 'uri' || schema.format === 'url' || /links$/.test(parent);
}

function nextPath(
  answer: ObjectSchema,
  schemas: Schemas,
  wanted: (name: string, schema: Schema, path: readonly string[]) => boolean,
): readonly string[] | undefined {
  return memberPath(answer, schemas, wanted);
}

/** The path of the first member that is wanted: at the top, then in members that speak of pages, two levels deep. */
function memberPath(
  answer: ObjectSchema,
  schemas: Schemas,
  wanted: (name: string, schema: Schema, path: readonly string[]) => boolean,
): readonly string[] | undefined {
  const search = (
    object: ObjectSchema,
    path: readonly string[],
    names: readonly string[],
  ): readonly string[] | undefined => {
    for (const property of object.properties) {
      const schema = resolveSchema(property.schema, schemas);
      if (wanted(normal(property.name), schema, names)) return [...path, property.name];
    }
    if (path.length >= 2) return undefined;
    for (const property of object.properties) {
      const schema = resolveSchema(property.schema, schemas);
      const name = normal(property.name);
      if (schema.kind !== 'object' || !wrapperNames.has(name)) continue;
      const found = search(schema, [...path, property.name], [...names, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(answer, [], []);
}

/** Where the items of a page are: the answer itself (`[]`), its only array, or the array of a usual name. */
function itemsOf(answer: Schema, schemas: Schemas, path: string): readonly string[] | undefined {
  if (answer.kind === 'array') return [];
  if (answer.kind !== 'object') return undefined;
  const arrays = answer.properties.filter(
    (property) => resolveSchema(property.schema, schemas).kind === 'array',
  );
  const [only] = arrays;
  if (arrays.length === 1 && only !== undefined) return [only.name];
  const segments = path.split('/').filter((segment) => segment !== '' && !segment.includes('{'));
  const names = [...itemNames, normal(segments[segments.length - 1] ?? '')];
  const named = names.flatMap((name) => arrays.filter((property) => normal(property.name) === name));
  const [first] = named;
  if (first !== undefined) return [first.name];
  if (arrays.length > 0) return undefined;
  for (const property of answer.properties) {
    const schema = resolveSchema(property.schema, schemas);
    if (schema.kind !== 'object' || !['data', 'result', 'results', 'response'].includes(property.name))
      continue;
    const inner = schema.properties.filter(
      (member) => resolveSchema(member.schema, schemas).kind === 'array',
    );
    const [sole] = inner;
    if (inner.length === 1 && sole !== undefined) return [property.name, sole.name];
  }
  return undefined;
}

/** The number of the first page where it is not 1. */
function firstPage(schema: Schema | undefined, schemas: Schemas): number | undefined {
  const resolved = schema === undefined ? undefined : resolveSchema(schema, schemas);
  if (resolved?.kind !== 'number') return undefined;
  const start = typeof resolved.default === 'number' ? resolved.default : resolved.minimum === 0 ? 0 : 1;
  return start === 1 ? undefined : start;
}
