import type { Tool as ListedTool } from '@modelcontextprotocol/server';
import MiniSearch from 'minisearch';
import { failure, type ToolResult } from './result.ts';
import { nearest } from './validate.ts';
import type { View } from './views.ts';

/** The list of a server that offers search: three tools in place of all. Every word of it is paid on every turn. */
export const searchTools: readonly ListedTool[] = [
  {
    name: 'search_tools',
    description: 'Find tools by words of what you want to do. Gives names and descriptions.',
    inputSchema: {
      type: 'object',
      properties: { query: { type: 'string' }, limit: { type: 'integer', default: 8 } },
      required: ['query'],
    },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  {
    name: 'describe_tool',
    description: 'The arguments of a tool, as JSON Schema.',
    inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  {
    name: 'call_tool',
    description: 'Call a tool that search_tools found.',
    inputSchema: {
      type: 'object',
      properties: { name: { type: 'string' }, arguments: { type: 'object' } },
      required: ['name'],
    },
    annotations: { destructiveHint: true },
  },
];

/** The tools that a server which offers search has of its own. */
export const searchNames: ReadonlySet<string> = new Set(searchTools.map(({ name }) => name));

interface Entry {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: { readonly properties?: object; readonly required?: readonly string[] };
}

const indexes = new WeakMap<View, MiniSearch>();

/** The index over a view's tools: names count more than titles, titles more than descriptions. Made on first use. */
function indexOf(view: View): MiniSearch {
  const known = indexes.get(view);
  if (known !== undefined) return known;
  const index = new MiniSearch({
    fields: ['name', 'title', 'description', 'group', 'request', 'arguments'],
    idField: 'name',
    processTerm,
    searchOptions: {
      boost: { name: 4, title: 3, group: 2, description: 1, request: 0.5, arguments: 0.5 },
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
    tokenize: (text) => text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^\p{L}\p{N}]+/u),
  });
  index.addAll(
    [...view.tools.values()].map((tool) => {
      const entry = entryOf(view, tool.name);
      return {
        name: tool.name,
        title: entry?.title ?? '',
        description: entry?.description ?? '',
        group: tool.group,
        request: tool.request,
        arguments: Object.keys(entry?.inputSchema.properties ?? {}).join(' '),
      };
    }),
  );
  indexes.set(view, index);
  return index;
}

const stopWords = new Set(
  'a an and are as at be by for from in into is it its of on or that the this to with'.split(' '),
);
/** Words that people use for what APIs call otherwise. */
const synonyms: Readonly<Record<string, string>> = {
  add: 'create',
  change: 'update',
  edit: 'update',
  fetch: 'get',
  find: 'list',
  make: 'create',
  modify: 'update',
  new: 'create',
  open: 'create',
  remove: 'delete',
  show: 'get',
};

function processTerm(term: string): string[] | null {
  const word = term.toLowerCase();
  if (word === '' || stopWords.has(word)) return null;
  const single = word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
  const other = Object.hasOwn(synonyms, single) ? synonyms[single] : undefined;
  return other === undefined ? [single] : [single, other];
}

function entryOf(view: View, name: string): Entry | undefined {
  const text = view.entry(name);
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as Entry);
}

/** Answers search_tools and describe_tool; undefined for any other tool. */
export function answerSearch(
  view: View,
  name: string,
  args: Readonly<Record<string, unknown>>,
): ToolResult | undefined {
  if (name === 'search_tools') {
    const { query, limit = 8 } = args;
    if (typeof query !== 'string' || query.trim() === '')
      return failure('usage', '`query` is required: words of what you want to do');
    if (typeof limit !== 'number' || !(limit >= 1))
      return failure('usage', '`limit` must be a number from 1');
    const found = indexOf(view)
      .search(query)
      .slice(0, Math.min(50, Math.floor(limit)));
    if (found.length === 0)
      return textResult(`No tool matches. Groups of tools: ${groupsOf(view).join(', ')}`);
    return textResult(found.map(({ id }) => lineOf(view, String(id))).join('\n'));
  }
  if (name === 'describe_tool') {
    const wanted = args.name;
    if (typeof wanted !== 'string')
      return failure('usage', '`name` is required: a name that search_tools gave');
    const text = view.tools.has(wanted) ? view.entry(wanted) : undefined;
    return text === undefined ? unknownTool(view, wanted) : textResult(text);
  }
  return undefined;
}

/** What is said about a tool that is not there. */
export function unknownTool(view: View, name: string): ToolResult {
  const close = nearest(name, view.tools.keys());
  return failure(
    'usage',
    `No tool \`${name}\`${close === undefined ? '; use search_tools' : `; did you mean \`${close}\`?`}`,
  );
}

/** `create_issue(title, team, assignee?): Create an issue`. */
function lineOf(view: View, name: string): string {
  const entry = entryOf(view, name);
  const required = new Set(entry?.inputSchema.required ?? []);
  const args = Object.keys(entry?.inputSchema.properties ?? {}).map((key) =>
    required.has(key) ? key : `${key}?`,
  );
  const shown = args.length > 12 ? [...args.slice(0, 12), '…'] : args;
  const description = (entry?.description ?? '').split('\n')[0] ?? '';
  return `${name}(${shown.join(', ')}): ${description}`;
}

function groupsOf(view: View): string[] {
  return [...new Set([...view.tools.values()].map(({ group }) => group))];
}

function textResult(text: string): ToolResult {
  return { _meta: {}, content: [{ type: 'text', text }] };
}
