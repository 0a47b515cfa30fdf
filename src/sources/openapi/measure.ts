import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Json } from '../../model/json.ts';

/** How many values YAML aliases may unfold to. */
const MAX_UNFOLDED = 2_000_000;

interface Size {
  readonly values: number;
  readonly levels: number;
}

/**
 * Measures a value whose parts may be shared, as YAML aliases make them, as if each part were written out, without doing so.
 * @returns an error where it contains itself, is nested deeper than `maxDepth`, or unfolds to more than two million values
 */
export function measure(file: string, root: Json, maxDepth: number): Diagnostic | undefined {
  const sizes = new Map<object, Size | 'open'>();
  const origin = { file, line: 1, column: 1 };
  let error: Diagnostic | undefined;

  function visit(value: Json, depth: number): Size {
    if (typeof value !== 'object' || value === null || error !== undefined) return { values: 1, levels: 0 };
    const known = sizes.get(value);
    if (known === 'open') {
      error = diagnostic('too-large', 'A YAML alias stands inside of what it stands for', { origin });
      return { values: 1, levels: 0 };
    }
    let size: Size = known ?? { values: 1, levels: 0 };
    if (known === undefined) {
      sizes.set(value, 'open');
      if (depth < maxDepth) {
        for (const item of Array.isArray(value) ? value : Object.values(value)) {
          const { values, levels } = visit(item, depth + 1);
          size = { values: size.values + values, levels: Math.max(size.levels, levels + 1) };
        }
      }
      sizes.set(value, size);
    }
    if (depth + size.levels >= maxDepth) {
      const message = `Values are nested too deeply: the limit is ${maxDepth} levels`;
      error = diagnostic('nested-too-deep', message, { origin });
    } else if (size.values > MAX_UNFOLDED) {
      const message = `YAML aliases unfold to more than ${MAX_UNFOLDED.toLocaleString('en')} values`;
      error = diagnostic('too-large', message, { origin, hint: 'Write the shared parts as components' });
    }
    return size;
  }

  visit(root, 0);
  return error;
}
