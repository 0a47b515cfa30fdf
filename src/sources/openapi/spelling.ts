import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { isObject, type Json } from '../../model/json.ts';

type Path = readonly (string | number)[];

/**
 * Gives texts back as they are written that YAML has read as numbers or booleans: `enum: [1.0, 012, True]` of a schema whose type is
 * `string` lists `1.0`, `012` and `True`.
 * @param value what the text has been parsed to; its lists are changed in place
 */
export function respell(value: Json, text: string): void {
  const lists = misread(value);
  if (lists.length === 0) return;
  const written = spellings(text);
  for (const { list, path } of lists) {
    const texts = path.reduce<Json | undefined>((at, token) => memberOf(at, token), written);
    list.forEach((item, index) => {
      const spelling = isText(item) ? undefined : memberOf(texts, index);
      if (typeof spelling === 'string') list[index] = spelling;
    });
  }
}

function isText(item: Json): boolean {
  return typeof item !== 'number' && typeof item !== 'boolean';
}

/** The lists of texts that hold something else. A value that several aliases name is looked into once. */
function misread(root: Json): { readonly list: Json[]; readonly path: Path }[] {
  const found: { list: Json[]; path: Path }[] = [];
  const seen = new Set<Json>();
  const visit = (value: Json, path: Path): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (
      isObject(value) &&
      value.type === 'string' &&
      Array.isArray(value.enum) &&
      !value.enum.every(isText)
    ) {
      found.push({ list: value.enum, path: [...path, 'enum'] });
    }
    for (const [token, item] of Object.entries(value)) visit(item, [...path, token]);
  };
  visit(root, []);
  return found;
}

/** The same document with every scalar as the text that it is; undefined where only the lenient parser reads it. */
function spellings(text: string): Json | undefined {
  try {
    return load(text, { schema: FAILSAFE_SCHEMA }) as Json;
  } catch {
    return undefined;
  }
}

function memberOf(value: Json | undefined, token: string | number): Json | undefined {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, token)
    ? (value as { readonly [token: string]: Json })[token]
    : undefined;
}
