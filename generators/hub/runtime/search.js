// @ts-check
/** @import { Entry, PageApi, View } from './types.ts' */

/**
 * All operations of all APIs as the list shows them.
 * @param {readonly PageApi[]} apis
 * @returns {Entry[]}
 */
export function entriesOf(apis) {
  return apis.flatMap((api) =>
    api.operations.map(([command, written, group, method, path, summary, tokens, marks, flags]) => {
      const tool = written === 0 ? command.replaceAll('-', '_') : written;
      const groupName = api.groups[group] ?? '';
      return {
        api,
        command,
        tool,
        group: groupName,
        method,
        path,
        summary,
        tokens: marks & 2 ? 0 : tokens,
        readOnly: (marks & 1) !== 0,
        hidden: (marks & 2) !== 0,
        flags:
          flags === ''
            ? []
            : flags
                .split(' ')
                .map((flag) => ({ name: flag.replace(/!$/, ''), required: flag.endsWith('!') })),
        key: `${api.name}/${command}`,
        names: `${api.name} ${command} ${tool}`.toLowerCase(),
        text: `${method} ${path} ${summary} ${groupName} ${flags}`.toLowerCase(),
      };
    }),
  );
}

/**
 * The entries that a view shows, best first. All words of the query must be found; a word in a name weighs more than one elsewhere.
 * @param {readonly Entry[]} entries
 * @param {View} view
 * @returns {readonly Entry[]}
 */
export function search(entries, { query, api, kind, sort }) {
  const words = wordsOf(query);
  const found = entries.flatMap((entry) => {
    if (api !== '' && entry.api.name !== api) return [];
    if (kind !== 'all' && entry.readOnly !== (kind === 'read')) return [];
    const score = words.reduce((sum, word) => sum + scoreOf(entry, word), 0);
    return score === Number.POSITIVE_INFINITY ? [] : [{ entry, score }];
  });
  /** @type {(a: Entry, b: Entry) => number} */
  const order = (a, b) =>
    sort === 'tokens' ? b.tokens - a.tokens : sort === 'name' ? (a.command < b.command ? -1 : 1) : 0;
  if (words.length > 0 || sort !== 'api') {
    found.sort((a, b) => (sort === 'api' ? a.score - b.score : order(a.entry, b.entry)));
  }
  return found.map(({ entry }) => entry);
}

/**
 * @param {string} query
 * @returns {string[]}
 */
export function wordsOf(query) {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * How far a word is from the name of an entry; infinite where it is not found at all.
 * @param {Entry} entry
 * @param {string} word
 */
function scoreOf(entry, word) {
  const at = entry.names.indexOf(word);
  if (at >= 0) return at === 0 || /[^a-z0-9]/.test(entry.names.charAt(at - 1)) ? 0 : 1;
  return entry.text.includes(word) ? 3 : Number.POSITIVE_INFINITY;
}

/**
 * Splits a text at the places where words of a query stand, for marking them.
 * @param {string} text
 * @param {readonly string[]} words in lower case
 * @returns {{ readonly text: string, readonly marked: boolean }[]}
 */
export function markWords(text, words) {
  const lower = text.toLowerCase();
  // Lower case may have another length (İ): then nothing can be said of places.
  if (words.length === 0 || lower.length !== text.length) return [{ text, marked: false }];
  const pieces = [];
  let at = 0;
  while (at < text.length) {
    let start = -1;
    let end = -1;
    for (const word of words) {
      const found = lower.indexOf(word, at);
      if (found < 0 || (start >= 0 && (found > start || (found === start && found + word.length <= end))))
        continue;
      start = found;
      end = found + word.length;
    }
    if (start < 0) break;
    if (start > at) pieces.push({ text: text.slice(at, start), marked: false });
    pieces.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}
