import { diagnostic } from '../../model/codes.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { METHODS, originAt } from '../../model/document.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  type MutableObject,
  member,
  pointerTo,
  setMember,
} from '../../model/json.ts';
import type { Bundle } from './bundle.ts';
import { type Declared, plainTemplate } from './template.ts';

const PLACES: ReadonlySet<Json | undefined> = new Set(['path', 'query', 'header', 'cookie', 'querystring']);

interface Context {
  readonly parameters: Json | undefined;
  readonly origins: Bundle['origins'];
  readonly warn: (code: WarningCode, message: string, pointer: string, hint?: string) => void;
}

type WarningCode =
  | 'parameter-duplicate'
  | 'parameter-incomplete'
  | 'path-clash'
  | 'path-parameter-undeclared'
  | 'path-parameter-unused'
  | 'path-slash'
  | 'path-template';

/**
 * Repairs what documents often get wrong about paths and parameters, with a warning for each: paths without a slash, templates that say more than names, path parameters that are not declared
 * or not in the path, parameters without a name or place, repeated ones. Says which paths cannot be told apart.
 * @param bundle an OpenAPI 3.1 document
 */
export function checkPaths(bundle: Bundle, report: (diagnostics: readonly Diagnostic[]) => void): Bundle {
  const { document } = bundle;
  const origins = new Map(bundle.origins);
  const context: Context = {
    parameters: member(document.components, 'parameters'),
    origins,
    warn(code, message, pointer, hint) {
      const origin = originAt(bundle.origins, pointer);
      report([diagnostic(code, message, { origin, ...(hint === undefined ? {} : { hint }) })]);
    },
  };
  if (!isObject(document.paths)) return { document: { ...document, paths: {} }, origins };
  const paths: MutableObject = {};
  const seen = new Map<string, string>();
  for (const [written, item] of Object.entries(document.paths)) {
    const place = pointerTo('/paths', written);
    if (!isObject(item) || written.startsWith('x-')) {
      setMember(paths, written, item);
      continue;
    }
    const path = repairPath(written, item, place, context);
    const key = path === written ? path : freeKey(path, [paths, document.paths]);
    if (key !== written) origins.set(pointerTo('/paths', key), originAt(origins, place));
    clash(path, item, seen, place, context);
    setMember(paths, key, checkPathItem(item, key, place, context));
  }
  return { document: { ...document, paths }, origins };
}

/** The path as OpenAPI writes it. */
function repairPath(written: string, item: JsonObject, place: string, context: Context): string {
  const path = written.startsWith('/') ? written : `/${written}`;
  if (path !== written) {
    const message = `The path \`${written}\` does not begin with a slash`;
    context.warn('path-slash', message, place, 'It was added');
  }
  let declared: Declared | undefined;
  const plain = plainTemplate(path, () => {
    declared ??= declaredNames(item, context);
    return declared;
  });
  if (plain !== path) {
    const message = `The path \`${written}\` says more than a path template does`;
    context.warn('path-template', message, place, `It is taken as \`${plain}\``);
  }
  return plain;
}

/** A key that the path may have: with a fragment, which is never sent, where it is another path's. */
function freeKey(path: string, taken: readonly JsonObject[]): string {
  for (let number = 1; ; number++) {
    const key = number === 1 ? path : `${path}#${number}`;
    if (!taken.some((paths) => Object.hasOwn(paths, key))) return key;
  }
}

/** Parameters of a path item and of all its operations. */
function declaredNames(item: JsonObject, { parameters }: Context): Declared {
  const { additionalOperations: more } = item;
  const operations = [item, ...Object.values(item), ...Object.values(isObject(more) ? more : {})];
  const all = operations
    .map((operation) => member(operation, 'parameters') ?? [])
    .flatMap((list) => (Array.isArray(list) ? (list as readonly Json[]) : []))
    .map((written) => resolveParameter(written, parameters));
  const names = (where: string): ReadonlySet<string> =>
    new Set(all.filter((one) => member(one, 'in') === where).map((one) => String(member(one, 'name'))));
  return { path: names('path'), query: names('query') };
}

/** `seen`: method and path template without names → path. */
function clash(
  path: string,
  item: JsonObject,
  seen: Map<string, string>,
  place: string,
  { warn }: Context,
): void {
  const template = path.replaceAll(/\{[^{}]*\}/g, '{}');
  const others = new Set<string>();
  for (const method of METHODS) {
    if (item[method] === undefined) continue;
    const other = seen.get(`${method} ${template}`);
    if (other === undefined) seen.set(`${method} ${template}`, path);
    else others.add(other);
  }
  for (const other of others) {
    warn('path-clash', `\`${path}\` and \`${other}\` are the same path to a server`, place);
  }
}

function checkPathItem(item: JsonObject, path: string, written: string, context: Context): JsonObject {
  const place = pointerTo('/paths', path);
  const holes = new Set(holesOf(path));
  const shared = checkList(item.parameters, holes, place, context);
  const undeclared = new Map<string, string[]>();
  const checked: MutableObject = {};
  const check = (operation: JsonObject, method: string, at: string): JsonObject => {
    const own = checkList(operation.parameters, holes, at, context);
    const declared = new Set([...shared.declared, ...own.declared]);
    const missing = [...holes].filter((name) => !declared.has(name));
    const added = missing.map((name, position) => {
      undeclared.set(name, [...(undeclared.get(name) ?? []), method.toUpperCase()]);
      const origin = originAt(context.origins, place);
      context.origins.set(pointerTo(at, 'parameters', own.list.length + position), origin);
      return { name, in: 'path', required: true, schema: { type: 'string' } };
    });
    if (operation.parameters === undefined && added.length === 0) return operation;
    return { ...operation, parameters: [...own.list, ...added] };
  };
  for (const [name, value] of Object.entries(item)) {
    if (name === 'parameters') checked.parameters = shared.list;
    else if (name === 'additionalOperations' && isObject(value)) {
      const operations: MutableObject = {};
      for (const [method, operation] of Object.entries(value)) {
        const at = pointerTo(place, name, method);
        setMember(operations, method, isObject(operation) ? check(operation, method, at) : operation);
      }
      checked[name] = operations;
    } else if (METHODS.has(name) && isObject(value)) {
      checked[name] = check(value, name, pointerTo(place, name));
    } else setMember(checked, name, value);
  }
  for (const [name, methods] of undeclared) {
    const message = `The path parameter \`${name}\` is not declared (${methods.join(', ')})`;
    context.warn('path-parameter-undeclared', message, written, 'It is taken as a required string');
  }
  return checked;
}

/** The names in a path template; a `#fragment` is no part of what is sent. */
function holesOf(path: string): string[] {
  const sent = path.replace(/#.*$/s, '');
  return [...sent.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
}

/** Leaves out what cannot be sent. `declared`: names of the path parameters. */
function checkList(
  parameters: Json | undefined,
  holes: ReadonlySet<string>,
  place: string,
  context: Context,
): { readonly list: readonly Json[]; readonly declared: ReadonlySet<string> } {
  const list: Json[] = [];
  const seen = new Set<string>();
  const declared = new Set<string>();
  if (!Array.isArray(parameters)) return { list, declared };
  for (const [position, written] of (parameters as readonly Json[]).entries()) {
    const at = pointerTo(place, 'parameters', position);
    const parameter = resolveParameter(written, context.parameters);
    const { name, in: where } = isObject(parameter) ? parameter : {};
    const key = `${String(where)} ${String(name)}`;
    if (typeof name !== 'string' || !PLACES.has(where)) {
      context.warn('parameter-incomplete', incomplete(name, where), at, hintFor(where));
    } else if (where === 'path' && !holes.has(name)) {
      const message = `The path does not hold the path parameter \`${name}\``;
      context.warn('path-parameter-unused', message, at, 'It is left out');
    } else if (seen.has(key)) {
      context.warn('parameter-duplicate', `The ${where} parameter \`${name}\` is declared twice`, at);
    } else {
      if (where === 'path') declared.add(name);
      if (list.length !== position) {
        context.origins.set(pointerTo(place, 'parameters', list.length), originAt(context.origins, at));
      }
      list.push(written);
      seen.add(key);
    }
  }
  return { list, declared };
}

function resolveParameter(written: Json, parameters: Json | undefined): Json | undefined {
  let current: Json | undefined = written;
  for (let hop = 0; hop < 100; hop++) {
    const reference = member(current, '$ref');
    if (typeof reference !== 'string') return current;
    const name = decodeURIComponent(reference.replace(/^#\/components\/parameters\//, ''));
    current = member(parameters, name.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return undefined;
}

function incomplete(name: Json | undefined, where: Json | undefined): string {
  if (typeof name !== 'string') return 'A parameter has no name';
  if (where === undefined) return `The parameter \`${name}\` does not say where it is sent (\`in\`)`;
  return `The parameter \`${name}\` is in \`${JSON.stringify(where)}\`, which is no place of a request`;
}

function hintFor(where: Json | undefined): string {
  return where === 'body' || where === 'formData'
    ? 'It is left out; OpenAPI 3 describes the body by `requestBody`'
    : 'It is left out; `in` is path, query, header or cookie';
}
