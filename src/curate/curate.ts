import { type Diagnostic, hasErrors, type Result } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import { errorsLeft } from './deferred.ts';
import { Draft } from './draft.ts';
import { checkExtensions } from './extensions.ts';
import { applyOverlay } from './overlay.ts';
import { pruneComponents } from './prune.ts';
import { selectOperations } from './select.ts';

/**
 * Makes of what an API's owner wrote what its callers need: applies overlays, keeps the selected operations and, of the components, what
 * those reach, and checks every `x-mcpgen` that is left.
 * @param source a document as a source gives it; it is not changed, and the result shares what is equal
 * @param overlays Overlay 1.0 or 1.1 documents, in order
 * @returns the curated document, or errors: what could not be read of the parts that are kept, an action that is not one or that does not fit, an `x-mcpgen` that mcpgen does not know; warnings for
 * targets and patterns that match nothing, and where no operation is left
 */
export function curate(source: SourceDocument, overlays: readonly SourceDocument[]): Result<SourceDocument> {
  const draft = new Draft(source);
  const diagnostics: Diagnostic[] = overlays.flatMap((overlay) => applyOverlay(draft, overlay));
  const inputs = [...source.inputs, ...overlays.flatMap((overlay) => overlay.inputs)];
  const whole = draft.close(inputs);
  if (hasErrors(diagnostics)) return { diagnostics: [...errorsLeft(source, whole), ...diagnostics] };
  draft.share();
  diagnostics.push(...selectOperations(draft));
  pruneComponents(draft, whole);
  const value = draft.close(inputs);
  diagnostics.push(...checkExtensions(value.document, value.origins));
  const broken = errorsLeft(source, value);
  return broken.length > 0 || hasErrors(diagnostics)
    ? { diagnostics: [...broken, ...diagnostics] }
    : { value, diagnostics };
}
