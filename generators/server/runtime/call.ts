import type { Client } from './client.ts';
import { type createAuthorizer, MissingSecret } from './credentials.ts';
import { ArgumentError } from './encode.ts';
import type { HookContext, Hooks } from './hooks.ts';
import { roundBigints } from './json.ts';
import { outgoing } from './outgoing.ts';
import { failure, type Outcome, resultOf, type ToolResult } from './result.ts';
import { attempts, backoff, pause, waitBefore } from './retry.ts';
import type { Environment, Secrets, Settings } from './settings.ts';
import { missingInBody, supply, withSupplied } from './supply.ts';
import type { Answer, RequestParts, ServerUrl, Tool } from './tool.ts';
import { NoAnswer, type Upstream } from './upstream.ts';
import { problemsOf } from './validate.ts';

/** Where a call comes from. */
export interface CallContext {
  readonly client: Client;
  /** Name of the client's token. */
  readonly caller: string | undefined;
  readonly secrets: Secrets;
  /** W3C trace context of the client's request. */
  readonly trace: readonly (readonly [string, string])[];
  /** Bytes of the answer that are kept. */
  readonly limit: number;
}

/** A call that is over, as the log and the metrics see it. */
export interface Finished {
  readonly result: ToolResult;
  readonly outcome: Outcome;
  readonly status: number | undefined;
  readonly bytes: number;
}

export interface CallerParts {
  readonly name: string;
  readonly settings: Settings;
  readonly env: Environment;
  readonly baseUrl: (own: ServerUrl | undefined) => string;
  readonly upstream: Upstream;
  readonly authorizer: ReturnType<typeof createAuthorizer>;
  readonly hooks: Hooks;
}

const longestWait = 60_000;

/** Makes the function that runs a tool: arguments in, result out. It never throws but for a bug. */
export function createCaller(parts: CallerParts) {
  const { upstream, authorizer, hooks, settings } = parts;
  const userAgent = `mcpgen/${parts.name}`;
  const longest = Math.min(longestWait, settings.upstreamTimeout);

  async function send(tool: Tool, sent: RequestParts, context: CallContext): Promise<Answer<unknown>> {
    const { client, trace, secrets } = context;
    const hookContext = new HookCall(tool.name, context);
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const given = authorizer.authorize(sent.security ?? [], secrets, client);
      const authorization = given instanceof Promise ? await given : given;
      const baseUrl = parts.baseUrl(sent.server);
      const made = outgoing(sent, { userAgent, baseUrl, authorization, trace });
      const changed = hooks.onRequest === undefined ? made : await hooks.onRequest(made, hookContext);
      const outcome = await upstream.send(changed ?? made, context);
      if (outcome instanceof NoAnswer) {
        const again = outcome.lost && sent.retry === 'always' && attempt < attempts;
        if (!again) throw outcome;
        await pause(backoff(attempt), client);
        continue;
      }
      if (outcome.status === 401 && authorization.granted !== undefined && !renewed) {
        renewed = true;
        authorizer.forget(authorization.granted);
        continue;
      }
      const wait = attempt < attempts ? waitBefore(tool, sent, outcome, attempt, longest) : undefined;
      if (wait !== undefined) {
        await pause(wait, client);
        continue;
      }
      return hooks.onResponse === undefined
        ? outcome
        : ((await hooks.onResponse(outcome, hookContext)) ?? outcome);
    }
  }

  /**
   * Runs a tool.
   * @param args the arguments as JSON.parse gives them, to be checked
   * @param exact the same with integers beyond 2^53 as bigint, to be sent
   */
  async function run(tool: Tool, args: object, exact: object, context: CallContext): Promise<Finished> {
    const supplied = supply(tool, args, parts.env);
    const rounded = roundBigints(supplied);
    const checked = withSupplied(rounded, args);
    const problems = problemsOf(tool, checked).concat(missingInBody(tool, args, checked));
    if (problems.length > 0) return wrongArguments(tool, problems);
    const values = args === exact && rounded === supplied ? checked : withSupplied(supplied, exact);
    try {
      const answer = await tool.call(values, {
        send: <T>(sent: RequestParts) => send(tool, sent, context) as Promise<Answer<T>>,
      });
      const { result, outcome } = resultOf(tool, values, answer);
      return { result, outcome, status: answer.status, bytes: answer.bytes.length };
    } catch (error) {
      return explain(tool, error);
    }
  }

  return { run };
}

/** A call as hooks see it. */
class HookCall implements HookContext {
  readonly tool: string;
  readonly caller: string | undefined;
  readonly #client: Client;
  constructor(tool: string, { caller, client }: CallContext) {
    this.tool = tool;
    this.caller = caller;
    this.#client = client;
  }
  /** Made for the hook that asks for it. */
  get signal(): AbortSignal {
    return this.#client.signal();
  }
}

function wrongArguments(tool: Tool, problems: readonly string[]): Finished {
  const text = problems.map((problem) => `- ${problem}`).join('\n');
  const message = `The arguments of ${tool.name} are not right; nothing was sent:\n${text}`;
  return over(failure('usage', message), 'usage');
}

/** What is said about a call that got no answer from the API. */
function explain(tool: Tool, error: unknown): Finished {
  if (error instanceof ArgumentError) return wrongArguments(tool, [error.message]);
  if (error instanceof MissingSecret) return over(failure('unauthorized', error.message), 'unauthorized');
  if (error instanceof NoAnswer) {
    if (error.reason === 'cancelled') return over(failure('internal', error.message), 'cancelled');
    return over(failure(error.reason, `No answer from the API: ${error.message}`), error.reason);
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${JSON.stringify({ level: 'error', tool: tool.name, message, stack })}\n`);
  return over(
    failure('internal', 'This server failed in the middle of the call; its log says why.'),
    'internal',
  );
}

function over(result: ToolResult, outcome: Outcome): Finished {
  return { result, outcome, status: undefined, bytes: 0 };
}
