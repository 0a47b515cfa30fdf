import type { Answer, Outgoing } from './tool.ts';

/** What a hook is told about the call. */
export interface HookContext {
  /** The tool's name. */
  readonly tool: string;
  /** Name of the token that the client showed, if it has one. */
  readonly caller: string | undefined;
  readonly signal: AbortSignal;
}

/** What `src/hooks.ts` may export. */
export interface Hooks {
  /** Changes a request before it leaves; undefined leaves it as it is. The secret is already in it. */
  readonly onRequest?: (
    request: Outgoing,
    context: HookContext,
  ) => Outgoing | undefined | Promise<Outgoing | undefined>;
  /** Changes an answer before it becomes the tool's result; undefined leaves it as it is. */
  readonly onResponse?: (
    answer: Answer<unknown>,
    context: HookContext,
  ) => Answer<unknown> | undefined | Promise<Answer<unknown> | undefined>;
}
