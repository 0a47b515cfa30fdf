import { nearest } from './nearest.ts';

/** Words that people put before a field's name, though GraphQL APIs seldom do. */
const VERBS = new Set(['get', 'list', 'fetch', 'find', 'query', 'all', 'read']);

/**
 * Finds the name that was meant: the same words in another order or another case first, then the same words without a verb such as `get`,
 * then what is a few letters away, in any order of its words.
 * @param name what was written
 * @param known what could have been written
 */
export function suggest(name: string, known: readonly string[]): string | undefined {
  const wanted = words(name);
  const sorted = key(wanted);
  const nouns = key(wanted.filter((word) => !VERBS.has(word)));
  const byKey = new Map<string, string>();
  for (const candidate of known) {
    const candidateKey = key(words(candidate));
    if (!byKey.has(candidateKey)) byKey.set(candidateKey, candidate);
  }
  const near = () => {
    const nearKey = nearest(sorted, byKey.keys());
    return nearKey === undefined ? undefined : byKey.get(nearKey);
  };
  return byKey.get(sorted) ?? byKey.get(nouns) ?? nearest(name, known) ?? near();
}

/** A hint that says it, or nothing. */
export function didYouMean(name: string, known: readonly string[], prefix = ''): string | undefined {
  const found = suggest(name, known);
  return found === undefined ? undefined : `did you mean \`${prefix}${found}\`?`;
}

function words(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

function key(list: readonly string[]): string {
  return [...list].sort().join(' ');
}
