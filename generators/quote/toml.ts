/** A value of a TOML table. */
export type TomlValue = string | boolean | readonly string[] | { readonly [key: string]: string };

/**
 * The door through which text gets into TOML 1.0: one table.
 * @param path names of the table, outermost first
 * @param entries its members; undefined ones are left out
 */
export function tomlTable(
  path: readonly string[],
  entries: { readonly [key: string]: TomlValue | undefined },
): string {
  const lines = Object.entries(entries).flatMap(([key, value]) =>
    value === undefined ? [] : [`${tomlKey(key)} = ${tomlValue(value)}`],
  );
  return `[${path.map(tomlKey).join('.')}]\n${lines.join('\n')}\n`;
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

function tomlValue(value: TomlValue): string {
  if (typeof value === 'string') return tomlString(value);
  if (typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(tomlString).join(', ')}]`;
  const members = Object.entries(value).map(([key, member]) => `${tomlKey(key)} = ${tomlString(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function isList(value: TomlValue): value is readonly string[] {
  return Array.isArray(value);
}

/** A basic string: JSON's escapes are TOML's, but DEL must be escaped too and a lone surrogate cannot be said. */
function tomlString(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, '\ufffd')).replaceAll('\u007f', '\\u007f');
}
