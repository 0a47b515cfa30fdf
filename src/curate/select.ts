import { diagnostic } from '../model/codes.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { isObject, type Json, type JsonObject, member } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import { childOf, type Draft, type Tokens } from './draft.ts';
import { glob } from './glob.ts';
import { METHODS, placeReferredTo } from './grammar.ts';

/** An operation of the document, with what patterns are held against. */
interface Candidate {
  /** `['paths', '/pets', 'get']` */
  readonly tokens: Tokens;
  readonly names: { readonly [field in Field]: readonly string[] };
}

const FIELDS = ['operationId', 'tag', 'path'] as const;
type Field = (typeof FIELDS)[number];

interface Pattern {
  readonly field: Field;
  readonly text: string;
  readonly matches: (name: string) => boolean;
  readonly tokens: Tokens;
}

/**
 * Keeps the operations that `x-mcpgen.include` and `exclude` of the root select: any match includes, no `include` is all, `exclude` wins.
 * `operationId` patterns are held against the operationId, or `METHOD path` where an operation has none. Webhooks are no operations that
 * anybody could call: they go, and what only they reach goes with them.
 * @param draft the document, which is edited; its extensions need not be sound
 * @returns a warning per pattern that matches nothing, and one if no operation is left
 */
export function selectOperations(draft: Draft): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  inlinePathItems(draft);
  const candidates = listOperations(draft.document);
  const include = patterns(draft.document, 'include');
  const exclude = patterns(draft.document, 'exclude');
  for (const pattern of [...include, ...exclude]) {
    if (candidates.some((candidate) => hits(pattern, candidate))) continue;
    const known = new Set(candidates.flatMap((candidate) => candidate.names[pattern.field]));
    const meant = nearest(pattern.text, known);
    diagnostics.push(
      diagnostic(
        'selection-no-match',
        `no operation matches the ${pattern.field} pattern \`${pattern.text}\``,
        {
          origin: draft.origin(pattern.tokens),
          ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }),
        },
      ),
    );
  }
  const dropped = candidates.filter(
    (candidate) =>
      (include.length > 0 && !include.some((pattern) => hits(pattern, candidate))) ||
      exclude.some((pattern) => hits(pattern, candidate)),
  );
  dropOperations(draft, candidates, dropped);
  if (draft.get(['webhooks']) !== undefined) draft.remove([], new Set(['webhooks']));
  if (dropped.length === candidates.length) {
    const why =
      candidates.length === 0
        ? 'the document describes no operation'
        : 'include and exclude leave no operation';
    diagnostics.push(
      diagnostic('no-operations', why, { origin: draft.origin(candidates.length === 0 ? [] : ['x-mcpgen']) }),
    );
  }
  return diagnostics;
}

function hits(pattern: Pattern, candidate: Candidate): boolean {
  return candidate.names[pattern.field].some(pattern.matches);
}

function patterns(document: JsonObject, which: 'include' | 'exclude'): Pattern[] {
  const selection = member(member(document, 'x-mcpgen'), which);
  return FIELDS.flatMap((field) =>
    items(member(selection, field)).flatMap((text, index) =>
      typeof text === 'string'
        ? [{ field, text, matches: glob(text), tokens: ['x-mcpgen', which, field, String(index)] }]
        : [],
    ),
  );
}

function listOperations(document: JsonObject): Candidate[] {
  return pathItems(document).flatMap(([path, item]) => {
    const additional = member(item, 'additionalOperations');
    const methods: Tokens[] = [
      ...METHODS.filter((method) => isObject(member(item, method))).map((method) => [method]),
      ...(isObject(additional)
        ? Object.keys(additional).map((method) => ['additionalOperations', method])
        : []),
    ];
    return methods.map((steps) => {
      const operation = steps.reduce<Json | undefined>(childOf, item);
      const id = member(operation, 'operationId');
      // A `#fragment` only makes the key unique.
      const sent = path.split('#', 1).join();
      return {
        tokens: ['paths', path, ...steps],
        names: {
          operationId: [typeof id === 'string' ? id : `${steps.at(-1)?.toUpperCase()} ${path}`],
          tag: items(member(operation, 'tags')).filter((tag) => typeof tag === 'string'),
          path: path === sent ? [path] : [path, sent],
        },
      };
    });
  });
}

function pathItems(document: JsonObject): [string, JsonObject][] {
  const paths = member(document, 'paths');
  return Object.entries(isObject(paths) ? paths : {}).filter(
    (entry): entry is [string, JsonObject] => !entry[0].startsWith('x-') && isObject(entry[1]),
  );
}

function dropOperations(draft: Draft, all: readonly Candidate[], dropped: readonly Candidate[]): void {
  const gone = new Map<string, { readonly parent: Tokens; readonly keys: Set<string> }>();
  const without = new Set(dropped);
  const kept = new Set(all.filter((one) => !without.has(one)).map(({ tokens }) => tokens[1]));
  const paths = new Set<string>();
  for (const { tokens } of dropped) {
    const [, path = ''] = tokens;
    if (!kept.has(path)) {
      paths.add(path);
      continue;
    }
    const parent = tokens.slice(0, -1);
    const id = JSON.stringify(parent);
    const entry = gone.get(id) ?? { parent, keys: new Set() };
    entry.keys.add(tokens.at(-1) ?? '');
    gone.set(id, entry);
  }
  for (const { parent, keys } of gone.values()) draft.remove(parent, keys);
  draft.remove(['paths'], paths);
}

/**
 * Puts what a Path Item or an Operation refers to in its place, so that each operation can be kept or dropped by itself.
 * What stands beside the `$ref` wins (OpenAPI leaves it undefined). A circle or a dangling `$ref` stays for lowering to complain of.
 */
function inlinePathItems(draft: Draft): void {
  for (const [path, item] of pathItems(draft.document)) {
    inline(draft, ['paths', path]);
    const operations = listOperations({ paths: { [path]: draft.get(['paths', path]) ?? item } });
    for (const { tokens } of operations) inline(draft, tokens);
  }
}

function inline(draft: Draft, place: Tokens): void {
  const seen = new Set<string>();
  for (;;) {
    const reference = member(draft.get(place), '$ref');
    if (typeof reference !== 'string' || seen.has(reference)) return;
    seen.add(reference);
    const source = placeReferredTo(reference);
    const target = source === undefined ? undefined : draft.get(source);
    if (source === undefined || !isObject(target)) return;
    draft.share();
    draft.remove(place, new Set(['$ref']));
    for (const [key, value] of Object.entries(target)) {
      if (draft.get([...place, key]) === undefined) {
        draft.set([...place, key], value, draft.origins([...source, key]));
      }
    }
  }
}

function items(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
