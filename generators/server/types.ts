import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';
import type { OperationPlan } from '../../src/model/plan.ts';
import { quoteString } from '../quote/typescript.ts';
import { breakCircles } from './circles.ts';
import { openapiTypes } from './thread.ts';

/** Controls, bidirectional and zero-width characters: descriptions bring them into comments, where nobody would see them. */
const invisible =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Prints types.ts: what openapi-typescript makes of the document.
 * @param document OpenAPI 3.1, pruned, without extensions; it is not changed
 * @param operations whose answers must have a type whatever happens
 * @returns the text, and why openapi-typescript refused the document if it did
 */
export async function printTypes(
  document: JsonObject,
  operations: readonly OperationPlan[],
): Promise<{ readonly text: string; readonly refused?: string }> {
  const copy = withoutMappings(document);
  breakCircles(copy);
  const types = await openapiTypes(copy);
  // It refuses documents that every other stage understands (names with a percent sign, odd references).
  if ('reason' in types) return { text: printUnknown(document, operations), refused: types.reason };
  // Two spaces a level, like everything else.
  const text = types.text
    .replace(/^(?: {4})+/gm, (margin) => ' '.repeat(margin.length / 2))
    .replace(invisible, '');
  return { text };
}

/** A deep copy without discriminator mappings: they may hold bare names, which openapi-typescript takes for references. */
function withoutMappings(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutMappings);
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const [name, child] of Object.entries(value)) {
    const isMapping = name === 'mapping' && typeof value.propertyName === 'string' && isObject(child);
    const content = isMapping ? undefined : withoutMappings(child);
    if (content !== undefined) {
      Object.defineProperty(copy, name, {
        value: content,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return copy;
}

/** Types that say nothing, so that the tools compile. */
function printUnknown(document: JsonObject, operations: readonly OperationPlan[]): string {
  const methods = new Map<string, Set<string>>();
  for (const { documentPath, method } of operations) {
    const known = methods.get(documentPath) ?? new Set();
    methods.set(documentPath, known.add(method.toLowerCase()));
  }
  const paths = [...methods].map(([path, names]) => {
    const members = [...names].map((name) => `    ${quoteString(name)}: unknown;\n`).join('');
    return `  ${quoteString(path)}: {\n${members}  };\n`;
  });
  const schemas = member(member(document, 'components'), 'schemas');
  const names = isObject(schemas) ? Object.keys(schemas) : [];
  const components = names.map((name) => `    ${quoteString(name)}: unknown;\n`).join('');
  return [
    `export interface paths {\n${paths.join('')}}\n`,
    `export interface components {\n  schemas: {\n${components}  };\n}\n`,
  ].join('\n');
}
