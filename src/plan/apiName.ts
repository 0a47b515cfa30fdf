import { shorten } from './names.ts';
import { words } from './words.ts';

/** Words of file names that name no API in particular. */
const genericFiles = wordSet(
  'openapi open swagger spec specs specification api apis rest index description schema main root doc docs document service oas bundled bundle latest',
);
const genericTitle = wordSet(
  'api apis rest restful openapi swagger specification spec version documentation docs reference the a an of for and http https web public',
);
const number = /^v?[0-9]+$/;

function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/**
 * The API's name: `x-mcpgen.name`, else the file's base name unless it is generic, else the title without words that every API's title has.
 * @returns `[a-z][a-z0-9-]*`, at most 24 characters
 */
export function apiName(given: string | undefined, file: string, title: string): string {
  const base = (file.split(/[/\\]/).pop() ?? '')
    .replace(/\.(json|ya?ml|sh|bash)$/i, '')
    .replace(/\.(openapi|swagger|overlay)$/i, '');
  const generic = words(base).every((word) => genericFiles.has(word) || number.test(word));
  const titleWords = wordsOfTitle(title);
  const candidates = [
    given === undefined ? [] : words(given),
    generic ? [] : words(base),
    titleWords.filter((word) => !genericTitle.has(word) && !number.test(word)),
    titleWords,
    words(base),
  ];
  const chosen = candidates.find((candidate) => candidate.length > 0) ?? ['api'];
  const name = shorten(chosen, 24).join('-');
  return /^[a-z]/.test(name) ? name : shorten(['api', ...chosen], 24).join('-');
}

/** In a title the case is a matter of brand: `GitHub` is one word. Version numbers such as `v2.1` are dropped. */
function wordsOfTitle(title: string): readonly string[] {
  return title
    .split(/[\s/,:;()[\]|–—-]+/)
    .filter((word) => !/^v?[0-9.]+$/i.test(word))
    .flatMap((word) => words(word.toLowerCase()));
}
