import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import {
  isObject,
  isRounded,
  type Json,
  type JsonObject,
  type MutableObject,
  member,
} from '../../model/json.ts';

type Path = readonly (string | number)[];

/**
 * Gives values of schemas back as they are written that the parser has read as others: `enum: [1.0, 012, True]` of a schema whose type is
 * `string` lists `1.0`, `012` and `True`; an integer that a number would round becomes the text of its digits, which lowering makes an integer of.
 * @param value what the text has been parsed to; is changed in place
 */
export function respell(value: Json, text: string): void {
  const places = misread(value, /\d{16}/.test(text));
  if (places.length === 0) return;
  const written = spellings(text);
  for (const { holder, key, path } of places) {
    const spelling = [...path, key].reduce<Json | undefined>((at, token) => memberOf(at, token), written);
    if (typeof spelling !== 'string') continue;
    const read = holder[key];
    if (!isRounded(read)) holder[key] = spelling;
    else if (/^(\+?\d+|-\d+|0[xo][0-9a-fA-F]+)$/.test(spelling))
      holder[key] = String(BigInt(spelling.replace('+', '')));
  }
}

/** Something that holds values by name or number. */
type Holder = { [key: string | number]: Json };

interface Place {
  readonly holder: Holder;
  readonly key: string | number;
  readonly path: Path;
}

/** Where a value stands that is not what is written. One that several aliases name is looked into once. */
function misread(root: Json, large: boolean): Place[] {
  const found: Place[] = [];
  const seen = new Set<Json>();
  const path: string[] = [];
  const visit = (value: Json): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (isObject(value) && (large || (value.type === 'string' && Array.isArray(value.enum)))) {
      const here = [...path];
      found.push(...textsOf(value, here), ...(large ? integersOf(value, here) : []));
    }
    for (const [token, item] of Object.entries(value)) {
      path.push(token);
      visit(item);
      path.pop();
    }
  };
  visit(root);
  return found;
}

/** Numbers and booleans in a list of texts. */
function textsOf(schema: JsonObject, path: Path): Place[] {
  if (schema.type !== 'string') return [];
  return itemsOf(schema.enum, [...path, 'enum']).filter(
    ({ holder, key }) => typeof holder[key] === 'number' || typeof holder[key] === 'boolean',
  );
}

/** Large integers that a schema of numbers, or a parameter with such a schema, allows or tells. */
function integersOf(schema: MutableObject, path: Path): Place[] {
  const type = schema.type ?? member(schema.schema, 'type');
  const all: readonly (Json | undefined)[] = Array.isArray(type) ? type : [type];
  const values = [
    ...itemsOf(schema.enum, [...path, 'enum']),
    ...(schema.const === undefined ? [] : [{ holder: schema, key: 'const', path }]),
  ];
  const large = ({ holder, key }: Place): boolean => isRounded(holder[key]);
  if (
    type === undefined &&
    values.some(large) &&
    values.every(({ holder, key }) => Number.isInteger(holder[key]))
  ) {
    schema.type = 'integer';
  } else if (!all.some((one) => one === 'integer' || one === 'number') || all.includes('string')) return [];
  const extension = schema['x-mcpgen'];
  return [
    ...values,
    ...itemsOf(schema.examples, [...path, 'examples']),
    { holder: schema, key: 'default', path },
    { holder: schema, key: 'example', path },
    ...(isObject(extension)
      ? [{ holder: extension as MutableObject, key: 'default', path: [...path, 'x-mcpgen'] }]
      : []),
  ].filter(large);
}

function itemsOf(list: Json | undefined, path: Path): Place[] {
  if (!Array.isArray(list)) return [];
  return list.map((_, key) => ({ holder: list as unknown as Holder, key, path }));
}

/** The same document with every scalar as the text that it is; undefined where only the lenient parser reads it. Of JSON, large integers alone. */
function spellings(text: string): Json | undefined {
  try {
    if (/^\s*[[{]/.test(text)) return JSON.parse(quoteIntegers(text)) as Json;
  } catch {
    // It is YAML that begins like JSON.
  }
  try {
    return load(text, { schema: FAILSAFE_SCHEMA }) as Json;
  } catch {
    return undefined;
  }
}

/** JSON with quotation marks around its large integers. */
function quoteIntegers(text: string): string {
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
  );
}

function memberOf(value: Json | undefined, token: string | number): Json | undefined {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, token)
    ? (value as { readonly [token: string]: Json })[token]
    : undefined;
}
