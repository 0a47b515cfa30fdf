import type { Diagnostic, Origin } from '../model/diagnostic.ts';
import { originAt, type SourceDocument } from '../model/document.ts';
import { isObject, type JsonObject, member, pointerTo } from '../model/json.ts';

/**
 * The errors of a document's parts that matter: a broken file, or a reference that leads nowhere, does not where what depends on it was dropped.
 * @param before the document as it was read
 * @param after what is left of it
 */
export function errorsLeft(before: SourceDocument, after: SourceDocument): readonly Diagnostic[] {
  const { deferred = [] } = before;
  if (deferred.length === 0) return [];
  const left = new Set(unitsOf(after).map(keyOf));
  const units = [...new Set([...unitsOf(before).map(keyOf), ...left])];
  const matters = (at: Origin): boolean => {
    const place = keyOf(at);
    const around = units.filter((unit) => place === unit || place.startsWith(`${unit}/`));
    const nearest = around.reduce<string | undefined>(
      (best, unit) => (best === undefined || unit.length > best.length ? unit : best),
      undefined,
    );
    return nearest === undefined || left.has(nearest);
  };
  return [...new Set(deferred.filter(({ at }) => matters(at)).map(({ diagnostic }) => diagnostic))];
}

/** Where the parts that curation drops came from: path items, operations and components. */
function unitsOf({ document, origins }: SourceDocument): Origin[] {
  const places: (readonly string[])[] = [];
  for (const [path, item] of members(document, 'paths')) {
    places.push(['paths', path]);
    for (const [key] of Object.entries(isObject(item) ? item : {})) {
      if (key !== 'parameters' && key !== 'servers') places.push(['paths', path, key]);
    }
    for (const [method] of members(item, 'additionalOperations')) {
      places.push(['paths', path, 'additionalOperations', method]);
    }
  }
  for (const [section, components] of members(document, 'components')) {
    for (const name of Object.keys(isObject(components) ? components : {})) {
      places.push(['components', section, name]);
    }
  }
  return places.map((tokens) => originAt(origins, pointerTo('', ...tokens)));
}

function members(value: JsonObject[string], key: string): readonly (readonly [string, JsonObject[string]])[] {
  const found = member(value, key);
  return isObject(found) ? Object.entries(found) : [];
}

function keyOf(origin: Origin): string {
  return 'pointer' in origin
    ? `${origin.file}#${origin.pointer}`
    : `${origin.file}:${origin.line}:${origin.column}`;
}
