import { randomUUID } from 'node:crypto';

/** A string that no caller can know, and so none can send. */
const marker = `${randomUUID()}:`;
const markedNumber = new RegExp(`"${marker}(-?\\d+)"`, 'g');
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON, but refuses a number like 1e400: it would be Infinity here, and null when it is written again.
 * Throws a SyntaxError like JSON.parse.
 */
export function parseFinite(text: string): unknown {
  if (!/[eE]\+?\d{3}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new SyntaxError('a number is too large');
    return value;
  });
}

/**
 * Parses JSON without rounding: an integer beyond 2^53 becomes a bigint, so that ids survive the way through the server.
 * Throws a SyntaxError like JSON.parse.
 */
export function parseExact(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const quoted = text.replace(tokens, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${marker}${token}"` : token,
  );
  return JSON.parse(quoted, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(marker) ? BigInt(value.slice(marker.length)) : value,
  );
}

/** Puts strings in the place of bigints, for code that writes JSON without knowing of them. */
export function markBigints<T>(value: T): T {
  return withoutBigints(value, (integer) => `${marker}${integer}`);
}

/** Rounds bigints at every depth: what JSON.parse would have given, to be checked. */
export function roundBigints<T>(value: T): T {
  return withoutBigints(value, Number);
}

function withoutBigints<T>(value: T, replace: (integer: bigint) => unknown): T {
  return holdsBigint(value) ? (replaced(value, replace) as T) : value;
}

function holdsBigint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  return Object.values(value).some(holdsBigint);
}

function replaced(value: unknown, replace: (integer: bigint) => unknown): unknown {
  if (typeof value === 'bigint') return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaced(item, replace));
  if (!isRecord(value)) return value;
  // No assignment: a member may be called `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member, replace)]));
}

/** Puts the numbers back into JSON that has been written of `markBigints`. */
export function unmarkBigints(json: string): string {
  return json.includes(marker) ? json.replace(markedNumber, '$1') : json;
}

/** Writes compact JSON. A bigint is written as the number that it is, a Map as an object in its own order. */
export function stringifyExact(value: unknown): string {
  if (value instanceof Map) {
    const members = [...value].map(([name, member]) => `${JSON.stringify(name)}:${stringifyExact(member)}`);
    return `{${members.join(',')}}`;
  }
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return stringifyBigints(value);
  }
}

function stringifyBigints(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(stringifyBigints).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${stringifyBigints(member)}`).join(',')}}`;
}

/** Whether a value is an object with members: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member at the end of a way of names, looked up among own members only. */
export function memberAt(value: unknown, way: readonly string[]): unknown {
  let current = value;
  for (const name of way) {
    if (!isRecord(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}
