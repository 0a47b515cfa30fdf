import type { Tool as ListedTool } from '@modelcontextprotocol/server';
import { searchTools } from './search.ts';
import type { Settings } from './settings.ts';
import type { Caller } from './tokens.ts';
import type { Tool } from './tool.ts';

/** The tools that one kind of caller sees. */
export interface View {
  readonly tools: ReadonlyMap<string, Tool>;
  /** The `tools` of a tools/list answer as JSON: written once, sent as it is. */
  readonly bytes: Buffer;
  /** The same parsed. */
  readonly list: () => ListedTool[];
  /** The list is that of search_tools and its sisters; the tools can still be called by name. */
  readonly search: boolean;
  /** The entry of one tool, as JSON. */
  readonly entry: (name: string) => string | undefined;
}

/**
 * Prepares what callers see: all tools, those of their toolsets, those that are listed by name, or those that change nothing.
 * @param tools every tool, in the order of the list
 * @param list tools.json: a JSON array with one entry a line
 */
export function createViews(tools: readonly Tool[], list: string, settings: Settings) {
  const lines = list
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => line.replace(/,$/, ''));
  const entries = new Map(tools.map((tool, index) => [tool.name, lines[index] ?? '']));
  const offered = tools.filter((tool) => allows(tool, settings));
  const views = new Map<string, View>();
  const viewsOfCallers = new WeakMap<Caller, View>();

  return (caller: Caller): View => {
    const known = viewsOfCallers.get(caller);
    if (known !== undefined) return known;
    const view = viewFor(caller);
    viewsOfCallers.set(caller, view);
    return view;
  };

  /** Callers that may see the same share one view. */
  function viewFor(caller: Caller): View {
    const key = JSON.stringify([caller.toolsets ?? 0, caller.tools ?? 0, caller.readOnly]);
    const known = views.get(key);
    if (known !== undefined) return known;
    const seen = offered.filter((tool) => allows(tool, caller));
    const search = settings.mode === 'search';
    const json = search
      ? JSON.stringify(searchTools)
      : `[${seen.map((tool) => entries.get(tool.name) ?? '').join(',')}]`;
    let parsed: ListedTool[] | undefined;
    const view: View = {
      tools: new Map(seen.map((tool) => [tool.name, tool])),
      bytes: Buffer.from(json),
      list: () => {
        parsed ??= JSON.parse(json) as ListedTool[];
        return parsed;
      },
      search,
      entry: (name) => entries.get(name),
    };
    views.set(key, view);
    return view;
  }
}

interface Limits {
  readonly toolsets: readonly string[] | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly readOnly: boolean;
}

function allows(tool: Tool, { toolsets, tools, readOnly }: Limits): boolean {
  if (readOnly && !tool.readOnly) return false;
  if (tools !== undefined && !tools.includes(tool.name)) return false;
  return toolsets === undefined || toolsets.includes(tool.group);
}
