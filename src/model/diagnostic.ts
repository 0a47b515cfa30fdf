/**
 * Where a thing stands in an input file. `file` is as the user named it or relative to the working folder.
 * A pointer is turned into line and column only when it is reported (`locate` in build.ts).
 */
export type Origin =
  | { readonly file: string; readonly pointer: string }
  | { readonly file: string; readonly line: number; readonly column: number };

export type Severity = 'error' | 'warning' | 'info';

/** One message to the user: what is wrong, where, and what to do. Values, never thrown. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, one sentence without a full stop. Names from the input stand in backticks. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly origin?: Origin;
}

/** A value, if there is one, and what there is to say about it. `value` is absent only if there is an error. */
export interface Result<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether any of the diagnostics is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
