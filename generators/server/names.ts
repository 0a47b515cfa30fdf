import { homes } from './calls.ts';

const reserved: ReadonlySet<string> = new Set([
  ...(
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
  // What generated files use themselves.
  ...['args', 'call', 'components', 'lazy', 'paths', 'schemas', 'z'],
  ...Object.values(homes).flat(),
]);

/** Words of a text, for identifiers: letters and digits alone. */
function words(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
}

/** `camelCase`, never a reserved word and never one of the names that generated files import. */
function camelCase(text: string): string {
  const name = words(text)
    .map((word, index) =>
      index === 0
        ? word.charAt(0).toLowerCase() + word.slice(1)
        : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join('');
  const safe = /^[A-Za-z]/.test(name) ? name : `_${name}`;
  return reserved.has(safe) ? `${safe}_` : safe;
}

/** The function of an operation: its type's name with a small first letter, which is unique as the type's name is. */
export function functionName(typeName: string): string {
  const name = typeName.charAt(0).toLowerCase() + typeName.slice(1);
  // `xArguments` and `xTools` are what generated files call the schemas and the lists.
  return reserved.has(name) || /(Arguments|Tools)$/.test(name) ? `${name}_` : name;
}

/**
 * A camelCase identifier for each key, numbered where two are alike.
 * @param textOf what the identifier of a key is made of
 */
export function identifiers(
  keys: Iterable<string>,
  textOf: (key: string) => string = (key) => key,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const key of keys) {
    const base = camelCase(textOf(key));
    let name = base;
    for (let number = 2; taken.has(name); number += 1) name = `${base}_${number}`;
    taken.add(name);
    names.set(key, name);
  }
  return names;
}
