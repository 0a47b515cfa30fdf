import { BASH_CODES } from './codes/bash.ts';
import { DOCUMENT_CODES } from './codes/document.ts';
import { GRAPHQL_CODES } from './codes/graphql.ts';
import { OUTPUT_CODES } from './codes/output.ts';
import type { Diagnostic, Origin, Severity } from './diagnostic.ts';

interface Code {
  readonly severity: Severity;
  /** For `mcpgen explain`: what it means and what to do, in a few sentences. */
  readonly doc: string;
}

/** Every diagnostic code of mcpgen, sorted within its section; each code once. */
export const CODES = {
  ...DOCUMENT_CODES,
  ...GRAPHQL_CODES,
  ...BASH_CODES,
  ...OUTPUT_CODES,
} as const satisfies Record<string, Code>;

export type DiagnosticCode = keyof typeof CODES;

/**
 * Makes a diagnostic.
 * @param code a key of the table; its severity is used unless `severity` says otherwise
 * @param message what is wrong, one sentence without a full stop; text from the input in backticks
 * @param at where, and what to do about it
 */
export function diagnostic(
  code: DiagnosticCode,
  message: string,
  at: { readonly origin?: Origin; readonly hint?: string; readonly severity?: Severity } = {},
): Diagnostic {
  const { origin, hint, severity } = at;
  return {
    code,
    severity: severity ?? CODES[code].severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(origin === undefined ? {} : { origin }),
  };
}
