import { JSONPathError, type JSONPathNode, JSONPathQuery, jsonpath } from 'json-p3';
import { diagnostic } from '../model/codes.ts';
import type { Diagnostic, Origin } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import { isObject, type Json, type JsonObject, member } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import { branch, type Draft, type OriginTree, originTree, type Tokens } from './draft.ts';
import { compile, environment } from './jsonpath.ts';
import { kindOf, type Mismatch, mergeInto } from './merge.ts';

const ACTION_KEYS = ['target', 'description', 'update', 'copy', 'remove'];

/** An overlay that is being applied. */
interface Application {
  readonly draft: Draft;
  readonly origins: OriginTree;
  readonly diagnostics: Diagnostic[];
}

/** One action, with the place of its parts in the overlay. */
interface Action {
  readonly fields: JsonObject;
  readonly tokens: Tokens;
  readonly target: string;
}

/**
 * Applies the actions of an overlay, in order (Overlay Specification 1.0 and 1.1, section Action Object).
 * What 1.0 leaves open (arrays in `update` of an array, primitive targets) is done as in 1.1.
 * @param draft the document, which is edited
 * @param overlay the overlay document
 * @returns errors (a bad action or JSONPath, values that do not fit) and warnings (a target that selects nothing), each at its place in the overlay
 */
export function applyOverlay(draft: Draft, overlay: SourceDocument): Diagnostic[] {
  const application: Application = { draft, origins: originTree(overlay.origins), diagnostics: [] };
  const report = (tokens: Tokens, message: string, hint?: string): void => {
    application.diagnostics.push(complaint(application, 'overlay-invalid', tokens, message, hint));
  };
  const version = member(overlay.document, 'overlay');
  if (typeof version !== 'string' || !/^1\.[01]\.\d+$/.test(version)) {
    report(['overlay'], 'the version of an overlay must be `1.0.0` or `1.1.0`');
    return application.diagnostics;
  }
  const actions = member(overlay.document, 'actions');
  if (!Array.isArray(actions) || actions.length === 0) {
    report(
      actions === undefined ? [] : ['actions'],
      'an overlay must have `actions`, a list of one action or more',
    );
    return application.diagnostics;
  }
  mergeExtension(application, overlay.document);
  for (const [index, fields] of actions.entries()) {
    const tokens = ['actions', String(index)];
    const problems = isObject(fields)
      ? checkAction(fields, version)
      : [{ message: 'an action must be an object' }];
    for (const { key, message, hint } of problems)
      report(key === undefined ? tokens : [...tokens, key], message, hint);
    const target = member(fields, 'target');
    if (problems.length === 0 && isObject(fields) && typeof target === 'string') {
      applyAction(application, { fields, tokens, target });
    }
  }
  return application.diagnostics;
}

/** An overlay's own `x-mcpgen` is merged into the document's, before the actions; its `sha256` is the pin of what is extended, for the reader alone. */
function mergeExtension(application: Application, overlay: JsonObject): void {
  const extension = overlay['x-mcpgen'];
  if (!isObject(extension)) return;
  const { sha256: _pin, ...rest } = extension;
  if (Object.keys(rest).length === 0) return;
  const origins = (inner: Tokens): OriginTree => branch(application.origins, ['x-mcpgen', ...inner]);
  for (const mismatch of mergeInto(application.draft, ['x-mcpgen'], rest, origins)) {
    application.diagnostics.push(misfit(application, ['x-mcpgen', ...mismatch.inner], mismatch));
  }
}

interface Problem {
  readonly key?: string;
  readonly message: string;
  readonly hint?: string;
}

function checkAction(fields: JsonObject, version: string): Problem[] {
  const problems: Problem[] = [];
  for (const key of Object.keys(fields)) {
    if (ACTION_KEYS.includes(key) || key.startsWith('x-')) continue;
    const meant = nearest(key, ACTION_KEYS);
    problems.push({
      key,
      message: `an action of an overlay has no key \`${key}\``,
      hint: meant === undefined ? `its keys are ${ACTION_KEYS.join(', ')}` : `did you mean \`${meant}\`?`,
    });
  }
  const { target, copy, remove } = fields;
  if (target === undefined) problems.push({ message: 'an action of an overlay must have a `target`' });
  else if (typeof target !== 'string')
    problems.push({ key: 'target', message: '`target` must be a JSONPath' });
  if (copy !== undefined && typeof copy !== 'string')
    problems.push({ key: 'copy', message: '`copy` must be a JSONPath' });
  if (copy !== undefined && version.startsWith('1.0'))
    problems.push({
      key: 'copy',
      message: '`copy` came with Overlay 1.1, and this overlay says it is 1.0',
      hint: 'write `overlay: 1.1.0`',
    });
  if (remove !== undefined && typeof remove !== 'boolean')
    problems.push({ key: 'remove', message: '`remove` must be true or false' });
  if (remove !== true && copy !== undefined && Object.hasOwn(fields, 'update'))
    problems.push({ key: 'copy', message: 'an action has either `update` or `copy`, not both' });
  if (remove === undefined && copy === undefined && !Object.hasOwn(fields, 'update'))
    problems.push({ message: 'an action must have `update`, `copy` or `remove`' });
  return problems;
}

function applyAction(application: Application, action: Action): void {
  const { draft } = application;
  const places = select(application, [...action.tokens, 'target'], action.target);
  if (places === undefined) return;
  if (places.length === 0) {
    application.diagnostics.push(
      complaint(
        application,
        'overlay-no-match',
        [...action.tokens, 'target'],
        `\`${action.target}\` selects nothing`,
        howFar(draft.document, action.target),
      ),
    );
    return;
  }
  if (action.fields.remove === true) remove(application, action, places);
  else if (typeof action.fields.copy === 'string') copyInto(application, action, action.fields.copy, places);
  else if (action.fields.update !== undefined) {
    const tokens = [...action.tokens, 'update'];
    update(application, action, places, action.fields.update, (inner) =>
      branch(application.origins, [...tokens, ...inner]),
    );
  }
}

/** The places that a JSONPath selects; undefined, and an error, where it is none. */
function select(application: Application, at: Tokens, path: string): Tokens[] | undefined {
  try {
    const nodes = compile(path).query(json(application.draft.document));
    return nodes.nodes.map((node: JSONPathNode) => node.location.map(String));
  } catch (error) {
    if (!(error instanceof JSONPathError) && !(error instanceof RangeError)) throw error;
    const why =
      error instanceof JSONPathError ? error.message.replace(/ \('[\s\S]*$/, '') : 'it descends too deeply';
    application.diagnostics.push(
      complaint(
        application,
        'overlay-invalid',
        at,
        `\`${path}\` is not a JSONPath of RFC 9535: ${why}`,
        error instanceof JSONPathError ? `the error is at character ${error.token.index + 1}` : undefined,
      ),
    );
    return undefined;
  }
}

/** Says which part of a path that selects nothing is the first to do so. */
function howFar(document: JsonObject, path: string): string | undefined {
  const { segments } = compile(path);
  for (let length = segments.length - 1; length >= 0; length--) {
    const head = new JSONPathQuery(environment, segments.slice(0, length));
    const nodes = head.query(json(document));
    if (nodes.length === 0) continue;
    const selector = segments[length]?.selectors[0];
    const names = nodes
      .values()
      .flatMap((value) => (typeof value === 'object' && value !== null ? Object.keys(value) : []));
    const meant =
      selector instanceof jsonpath.selectors.NameSelector ? nearest(selector.name, names) : undefined;
    return `\`${head}\` is there, \`${segments[length]}\` below it is not${meant === undefined ? '' : `: did you mean \`${meant}\`?`}`;
  }
  return undefined;
}

function remove(application: Application, action: Action, places: readonly Tokens[]): void {
  const parents = new Map<string, { readonly tokens: Tokens; readonly keys: Set<string> }>();
  for (const place of places) {
    const key = place.at(-1);
    if (key === undefined) {
      application.diagnostics.push(
        complaint(
          application,
          'overlay-invalid',
          [...action.tokens, 'target'],
          'the whole document cannot be removed',
        ),
      );
      return;
    }
    const tokens = place.slice(0, -1);
    const id = JSON.stringify(tokens);
    const parent = parents.get(id) ?? { tokens, keys: new Set() };
    parent.keys.add(key);
    parents.set(id, parent);
  }
  // The deepest first: removing an item moves the ones behind it, and so the places below them.
  for (const { tokens, keys } of [...parents.values()].sort((a, b) => b.tokens.length - a.tokens.length)) {
    application.draft.remove(tokens, keys);
  }
}

function copyInto(application: Application, action: Action, path: string, places: readonly Tokens[]): void {
  const { draft } = application;
  const at = [...action.tokens, 'copy'];
  const sources = select(application, at, path);
  if (sources === undefined) return;
  const [source, ...more] = sources;
  const value = source === undefined ? undefined : draft.get(source);
  if (source === undefined || value === undefined || more.length > 0) {
    application.diagnostics.push(
      complaint(
        application,
        'overlay-invalid',
        at,
        `\`copy\` must select one node, \`${path}\` selects ${sources.length}`,
        sources.length === 0 ? howFar(draft.document, path) : undefined,
      ),
    );
    return;
  }
  const origins = draft.origins(source);
  draft.share();
  update(application, action, places, value, (inner) => branch(origins, inner));
}

/** Merges a value into every place. `origins` says where a part of the value came from. */
function update(
  application: Application,
  action: Action,
  places: readonly Tokens[],
  value: Json,
  origins: (inner: Tokens) => OriginTree,
): void {
  const { draft, diagnostics } = application;
  const kinds = new Set(places.map((place) => kindOf(draft.get(place))));
  if (kinds.size > 1) {
    const list = [...kinds].map((kind) => `${kind}s`).join(' and ');
    const message = `\`${action.target}\` selects ${list}; one action changes things of one kind`;
    diagnostics.push(complaint(application, 'overlay-mismatch', [...action.tokens, 'target'], message));
    return;
  }
  const copies = typeof action.fields.copy === 'string';
  for (const place of places) {
    for (const mismatch of mergeInto(draft, place, value, origins)) {
      const at = copies ? [...action.tokens, 'copy'] : [...action.tokens, 'update', ...mismatch.inner];
      diagnostics.push(misfit(application, at, mismatch));
    }
  }
}

function misfit(application: Application, at: Tokens, { found, there, place }: Mismatch): Diagnostic {
  const article = found === 'primitive value' ? 'a' : 'an';
  return complaint(
    application,
    'overlay-mismatch',
    at,
    `${article} ${found} cannot be merged into the ${there} at \`${place.join('/') || 'the root'}\``,
    'remove it in an action before, then add it anew',
  );
}

function complaint(
  application: Application,
  code: 'overlay-invalid' | 'overlay-no-match' | 'overlay-mismatch',
  tokens: Tokens,
  message: string,
  hint?: string,
): Diagnostic {
  const origin: Origin | undefined = branch(application.origins, tokens).origin;
  return diagnostic(code, message, {
    ...(origin === undefined ? {} : { origin }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** json-p3 asks for mutable JSON, and changes nothing. */
function json(document: JsonObject): Parameters<JSONPathQuery['query']>[0] {
  return document as Parameters<JSONPathQuery['query']>[0];
}
