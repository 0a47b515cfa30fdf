import type { CallContext, Finished } from './call.ts';
import type { Client } from './client.ts';
import { isRecord, memberAt } from './json.ts';
import type { Metrics } from './metrics.ts';
import type { ToolResult } from './result.ts';
import { answerSearch, searchNames, unknownTool } from './search.ts';
import type { Secrets } from './settings.ts';
import type { Caller } from './tokens.ts';
import type { Tool } from './tool.ts';
import type { View } from './views.ts';

/** What this process answers with, by whatever way a request comes. */
export interface Application {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly instructions: string;
  readonly viewOf: (caller: Caller) => View;
  readonly run: (tool: Tool, args: object, exact: object, context: CallContext) => Promise<Finished>;
  readonly metrics: Metrics;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  readonly secrets: Secrets;
  readonly limit: number;
  readonly fullLimit: number;
  readonly hasRoom: () => boolean;
}

/** What belongs to one request and is no part of the protocol. */
export interface Exchange {
  readonly caller: Caller;
  readonly secrets: Secrets;
  readonly trace: readonly (readonly [string, string])[];
  /** The arguments of a call with integers beyond 2^53 kept; undefined: there are none. */
  readonly exact: object | undefined;
}

/** A call as the protocol tells of it. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly meta: unknown;
}

/** Whether a caller may call a tool of this name: if not, `callTool` has no answer. */
export function knowsTool(view: View, name: string): boolean {
  return view.tools.has(name) || (view.search && searchNames.has(name));
}

/**
 * Calls a tool.
 * @returns its result, failures included; undefined: there is no such tool
 */
export function callTool(
  application: Application,
  { name, arguments: args, meta }: ToolCall,
  exchange: Exchange,
  client: Client,
): Promise<ToolResult> | ToolResult | undefined {
  const view = application.viewOf(exchange.caller);
  const full = isRecord(meta) && meta['mcpgen/full'] === true;
  const context: CallContext = {
    client,
    caller: exchange.caller.name,
    secrets: exchange.secrets,
    trace: exchange.trace,
    limit: full ? application.fullLimit : application.limit,
  };
  if (view.search) {
    const answer = answerSearch(view, name, args);
    if (answer !== undefined) return answer;
    if (name === 'call_tool') {
      const inner = view.tools.get(String(args.name));
      if (inner === undefined) return unknownTool(view, String(args.name));
      const exact = memberAt(exchange.exact, ['arguments']);
      return runLogged(
        application,
        inner,
        isRecord(args.arguments) ? args.arguments : {},
        exchange,
        context,
        exact,
      );
    }
  }
  const tool = view.tools.get(name);
  return tool && runLogged(application, tool, args, exchange, context, exchange.exact);
}

async function runLogged(
  application: Application,
  tool: Tool,
  args: object,
  exchange: Exchange,
  context: CallContext,
  exact: unknown,
): Promise<ToolResult> {
  const start = performance.now();
  application.metrics.started();
  const finished = await application.run(tool, args, isRecord(exact) ? exact : args, context);
  const milliseconds = performance.now() - start;
  application.metrics.finished(tool.name, finished.outcome, milliseconds / 1000);
  application.log({
    tool: tool.name,
    outcome: finished.outcome,
    status: finished.status,
    ms: Math.round(milliseconds * 10) / 10,
    bytes: finished.bytes,
    caller: exchange.caller.name,
    trace: exchange.trace[0]?.[1],
  });
  return finished.result;
}
