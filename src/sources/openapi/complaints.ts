import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic, Origin } from '../../model/diagnostic.ts';
import type { Json } from '../../model/json.ts';
import { decidesRequest, emptyOf, wrongKind } from './mistakes.ts';
import { type At, originOf } from './place.ts';
import type { Problem, Resolved } from './resolve.ts';
import type { Shape } from './shapes.ts';

/** Takes what was found. `minor`: no request depends on it, so that it is a warning at most; `at`: the part that an error keeps from being read, if not the error's own place. */
export type Report = (found: readonly Diagnostic[], minor: boolean, at?: Origin) => void;

/** How a copier says what is wrong at a place. */
export interface Complaints {
  /** Something is odd, or of the wrong kind. */
  readonly shape: (message: string, minor: boolean, at: At, hint?: string) => void;
  /** A reference cannot be followed. */
  readonly unresolved: (problem: Problem, minor: boolean, at: At) => void;
  /** What was found in a file when it was opened for a reference. */
  readonly file: (resolved: Resolved, minor: boolean, at: At) => void;
  /**
   * A value does not have the shape that its place asks for. What is left out is an error only where the request depends on it. Nothing at all, as YAML's
   * empty value, counts as absent.
   * @returns what the value stands for
   */
  readonly wrong: (value: Json, shape: Shape, at: At) => Json | undefined;
}

/** The complaints of a copy, each turned into a diagnostic at its place. */
export function makeComplaints(report: Report): Complaints {
  const shape: Complaints['shape'] = (message, minor, at, hint) => {
    const more = hint === undefined ? {} : { hint };
    report([diagnostic('openapi-shape', message, { origin: originOf(at), ...more })], minor);
  };
  return {
    shape,
    unresolved({ code, message, hint }, minor, at) {
      const more = hint === undefined ? {} : { hint };
      report([diagnostic(code, message, { origin: originOf(at), ...more })], minor);
    },
    file({ diagnostics }, minor, at) {
      if (diagnostics.length > 0) report(diagnostics, minor, originOf(at));
    },
    wrong(value, wanted, at) {
      const empty = emptyOf(value, wanted);
      if (value === null || empty !== undefined) return empty;
      shape(wrongKind(value, wanted), at.frame.minor || !decidesRequest(wanted), at);
      return undefined;
    },
  };
}
