import type { Origin } from '../../model/diagnostic.ts';
import { pointerTo } from '../../model/json.ts';
import type { Scope } from './resolve.ts';

/** The part of a document that is being copied: the document without its components, or one component. */
export interface Part {
  /** Where what stands at a pointer below the part came from, if not from the same place below the part's own source. */
  readonly origins: Map<string, Origin>;
}

/** What holds for all that is copied from one place on. */
export interface Frame {
  readonly part: Part;
  readonly scope: Scope;
  /** Where the frame begins: pointer in the file of `scope`, and pointer in the part. */
  readonly source: string;
  readonly target: string;
  /** No request depends on it. */
  readonly minor: boolean;
  /** Places whose content is being put in place of a reference here. */
  readonly inlined: readonly string[];
}

/** Where copying is: so many steps below the beginning of a frame. Pointers are made only when one is needed. */
export interface At {
  readonly frame: Frame;
  readonly step: Step | undefined;
}

interface Step {
  readonly up: Step | undefined;
  readonly token: string | number;
}

/** The beginning of a frame. */
export function begin(frame: Frame): At {
  return { frame, step: undefined };
}

/** The place of a member or item. */
export function below(at: At, token: string | number): At {
  return { frame: at.frame, step: { up: at.step, token } };
}

/** The same place, where something else holds from here on. */
export function change(at: At, changed: Partial<Pick<Frame, 'scope' | 'minor'>>): At {
  return { frame: { ...at.frame, ...changed }, step: at.step };
}

/** The place of an item after one that was left out. */
export function shifted(at: At, from: number, to: number): At {
  const source = pointerTo(sourceOf(at), from);
  const target = pointerTo(targetOf(at), to);
  const { frame } = at;
  frame.part.origins.set(target, { file: frame.scope.file.name, pointer: source });
  return begin({ ...frame, source, target });
}

/** Pointer in the file that is copied from. */
export function sourceOf({ frame, step }: At): string {
  return frame.source + pointerOf(step);
}

/** Pointer in the part that is copied to. */
export function targetOf({ frame, step }: At): string {
  return frame.target + pointerOf(step);
}

/** A place as an error points at it. */
export function originOf(at: At): Origin {
  return { file: at.frame.scope.file.name, pointer: sourceOf(at) };
}

function pointerOf(last: Step | undefined): string {
  const tokens: (string | number)[] = [];
  for (let step = last; step !== undefined; step = step.up) tokens.unshift(step.token);
  return pointerTo('', ...tokens);
}
