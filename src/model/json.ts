/** A JSON value. An integer that a number would round is a bigint: lowering makes them, documents hold none. `exactJson` writes them. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

/** A JSON object. Documents may hold a key named `__proto__`: read with `member` or `Object.hasOwn`, write with `setMember`. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON object under construction. */
export interface MutableObject {
  [key: string]: Json;
}

/**
 * JSON with every integer exact; JSON.stringify throws where there is a bigint.
 * @param indent as JSON.stringify takes it
 */
export function exactJson(value: unknown, indent?: number): string {
  let held = false;
  const written = (mark: string): string =>
    JSON.stringify(
      value,
      (_key, item: unknown) => {
        if (typeof item !== 'bigint') return item;
        held = true;
        return `${mark}${item}`;
      },
      indent,
    );
  const plain = written('');
  if (!held) return plain;
  // A mark that no text of the value holds.
  let mark = '#';
  while (plain.includes(mark)) mark += '#';
  return written(mark).replaceAll(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1');
}

/** Whether a number is an integer that may have been another one before it was rounded. */
export function isRounded(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Whether a JSON value is an object (and neither an array nor null). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own member `key` of a JSON value, or undefined where the value is no object or has no such member. */
export function member(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The own member `key` of a JSON value where that is an object, else an empty one. */
export function objectAt(value: Json | undefined, key: string): JsonObject {
  const found = member(value, key);
  return isObject(found) ? found : {};
}

/** Sets an own member, also one named `__proto__`, which plain assignment would not. */
export function setMember(object: MutableObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/**
 * Appends reference tokens to a JSON pointer.
 * @param pointer a JSON pointer, '' for the root
 * @param tokens member names or array indexes, unescaped
 * @returns the longer pointer, escaped as RFC 6901 section 3 says
 */
export function pointerTo(pointer: string, ...tokens: readonly (string | number)[]): string {
  return tokens.reduce<string>(
    (path, token) => `${path}/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    pointer,
  );
}

/**
 * Splits a JSON pointer into unescaped reference tokens (RFC 6901 section 4).
 * @param pointer a JSON pointer without the leading `#`
 */
export function pointerTokens(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
