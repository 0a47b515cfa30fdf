import { createHash } from 'node:crypto';
import { pointerTokens } from '../../model/json.ts';

/** A component that needs a name. */
export interface Nameless {
  readonly section: string;
  /** Where it comes from. */
  readonly file: string;
  readonly pointer: string;
}

/** Words of pointers that say nothing about what they lead to. */
const STRUCTURE = new Set([
  ...[
    'components',
    'definitions',
    '$defs',
    'schemas',
    'schema',
    'parameters',
    'responses',
    'examples',
    'headers',
  ],
  ...['requestBodies', 'links', 'callbacks', 'securitySchemes', 'paths', 'content', 'requestBody'],
  ...['properties', 'items', 'allOf', 'anyOf', 'oneOf', 'additionalProperties', 'patternProperties'],
]);
/** Base names of files that are called after their place, not after what they hold. */
const GENERIC = new Set(['index', '_index', 'schema', 'main', 'root', '']);

const MAX_LENGTH = 80;

/**
 * Names components after the places that they come from. A name depends on that place and on the places that would get the same
 * name, not on the order of the document; names that are taken are left to those who have them.
 * @param taken names of the document's own components, by section
 * @returns the names, in the order of `units`; characters are those that OpenAPI allows (3.1 section 4.8.7.2)
 */
export function nameUnits(
  units: readonly Nameless[],
  taken: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  let names = units.map(shortName);
  for (const next of [longName, hashedName]) {
    const uses = new Map<string, number>();
    const keys = names.map((name, position) => `${units[position]?.section}\n${name}`);
    for (const key of keys) uses.set(key, (uses.get(key) ?? 0) + 1);
    names = units.map((unit, position) => {
      const name = names[position] ?? '';
      const clash = (uses.get(keys[position] ?? '') ?? 0) > 1 || taken.get(unit.section)?.has(name) === true;
      return clash ? next(unit) : name;
    });
  }
  return names;
}

function shortName({ file, pointer }: Nameless): string {
  const words = pointerTokens(pointer).filter((token) => !STRUCTURE.has(token));
  return clean(words.length > 0 ? words : [baseName(file)]);
}

function longName({ file, pointer }: Nameless): string {
  const words = pointerTokens(pointer).filter((token) => !STRUCTURE.has(token));
  const folder = file.split('/').at(-2) ?? '';
  return clean([...(words.length > 0 ? [] : [folder]), baseName(file), ...words]);
}

function hashedName(unit: Nameless): string {
  const hash = createHash('sha256').update(`${unit.file}#${unit.pointer}`).digest('hex').slice(0, 8);
  return `${longName(unit)}_${hash}`;
}

/** The file's name without folders and extension; of a generic one, the folder's. */
function baseName(file: string): string {
  const parts = file.split('/');
  const name = (parts.at(-1) ?? '').replace(/\.[a-z]+$/i, '');
  return GENERIC.has(name) ? (parts.at(-2) ?? name) : name;
}

function clean(words: readonly string[]): string {
  const name = words
    .map((word) => word.replaceAll(/[^A-Za-z0-9._-]+/g, '_').replaceAll(/^_+|_+$/g, ''))
    .filter((word) => word !== '')
    .join('_');
  return name.slice(0, MAX_LENGTH) || 'component';
}
