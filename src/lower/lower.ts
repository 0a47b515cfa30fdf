import type { Api, Server } from '../model/api.ts';
import { diagnostic } from '../model/codes.ts';
import { hasErrors, type Result } from '../model/diagnostic.ts';
import { METHODS, type RootExtension, type SourceDocument } from '../model/document.ts';
import { isObject, member } from '../model/json.ts';
import {
  type Context,
  child,
  createContext,
  deref,
  entries,
  type Node,
  origin,
  report,
  text,
} from './context.ts';
import { typesDocument } from './document.ts';
import { type FoundOperation, lowerOperation, operationExtension } from './operation.ts';
import { isToken } from './parameters.ts';
import { lowerWaiting } from './schema.ts';
import { lowerSecuritySchemes } from './security.ts';
import { lowerServers } from './servers.ts';

/**
 * Turns a document into the Api: every operation with its arguments, request, response and security, and the schemas that they use.
 * Reports what cannot be meant; operations that the import could not resolve are left out with a warning.
 * @param source OpenAPI 3.1 with 3.2's additions, every `$ref` local
 */
export function lower(source: SourceDocument): Result<Api> {
  const context = createContext(source.document, source.origins);
  const root: Node = { value: source.document, pointer: '' };
  const found = findOperations(context, root);
  const schemes = lowerSecuritySchemes(
    context,
    found.map((operation) => operation.node),
  );
  const repeated = repeatedIds(context, found);
  const operations = found.map((operation) =>
    lowerOperation(context, operation, !repeated.has(text(operation.node, 'operationId')), schemes),
  );
  lowerWaiting(context);
  checkSecurity(
    context,
    schemes.length > 0,
    operations.length > 0 && operations.every((operation) => operation.security.length === 0),
  );
  const extension = rootExtension(root);
  const info = child(root, 'info');
  const api: Api = {
    ...(extension.name === undefined ? {} : { name: extension.name }),
    title: text(info, 'title'),
    version: String(member(info?.value, 'version') ?? ''),
    description: text(info, 'description') || text(info, 'summary'),
    ...(extension.route === undefined ? {} : { route: extension.route }),
    toolMode: extension.tools ?? 'list',
    ...(extension.output === undefined ? {} : { output: extension.output }),
    servers: lowerServers(context, root) ?? [{ url: '', variables: [] } satisfies Server],
    securitySchemes: schemes,
    operations,
    schemas: context.store.schemas,
    document: typesDocument(source.document, keptPaths(found), repeated),
    origin: origin(context, ''),
  };
  const { diagnostics } = context;
  return hasErrors(diagnostics) ? { diagnostics } : { value: api, diagnostics };
}

function rootExtension(root: Node): RootExtension {
  const extension = member(root.value, 'x-mcpgen');
  return isObject(extension) ? (extension as RootExtension) : {};
}

/** All operations in document order, without those that the import could not resolve. */
function findOperations(context: Context, root: Node): readonly FoundOperation[] {
  return entries(child(root, 'paths')).flatMap(([pathKey, stated]) => {
    const pathItem = pathKey.startsWith('x-') ? undefined : deref(context, stated);
    if (pathItem === undefined) return [];
    const fixed = entries(pathItem).flatMap(([key, node]) =>
      METHODS.has(key) ? [{ method: key.toUpperCase(), key, node }] : [],
    );
    const additional = entries(child(pathItem, 'additionalOperations')).flatMap(([key, node]) => {
      if (isToken(key)) return [{ method: key, key, node }];
      report(context, 'parameter-invalid', `\`${key}\` is no method that HTTP can send`, node.pointer);
      return [];
    });
    return [...fixed, ...additional].flatMap(({ method, key, node }): FoundOperation[] => {
      const operation = deref(context, node);
      if (operation === undefined || !isObject(operation.value)) return [];
      const extension = operationExtension(operation);
      if (isUnresolved(context, operation, `${method} ${pathKey}`, extension)) return [];
      return [{ pathKey, pathItem, method, methodKey: key, node: operation, extension }];
    });
  });
}

function isUnresolved(
  context: Context,
  node: Node,
  name: string,
  extension: FoundOperation['extension'],
): boolean {
  const errors = (extension.diagnostics ?? []).filter(({ severity }) => severity === 'error');
  for (const { code, message } of errors) {
    const said = `\`${text(node, 'operationId') || name}\` is not generated: ${message} (${code})`;
    const at = { origin: extension.origin ?? origin(context, node.pointer) };
    context.diagnostics.push(diagnostic('operation-left-out', said, at));
  }
  return errors.length > 0;
}

/** operationIds that occur more than once, each reported with all its places. */
function repeatedIds(context: Context, found: readonly FoundOperation[]): ReadonlySet<string> {
  const places = new Map<string, FoundOperation[]>();
  for (const operation of found) {
    const id = text(operation.node, 'operationId');
    if (id === '') continue;
    const list = places.get(id);
    if (list === undefined) places.set(id, [operation]);
    else list.push(operation);
  }
  const repeated = [...places].filter(([, list]) => list.length > 1);
  for (const [id, list] of repeated) {
    const names = list.map(({ method, pathKey }) => `${method} ${pathKey}`);
    report(
      context,
      'operation-duplicate',
      `operationId \`${id}\` is used by ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`,
      list[1]?.node.pointer ?? '',
      'Each is named by its method and path instead; set `x-mcpgen.name` to name it yourself',
    );
  }
  return new Set(repeated.map(([id]) => id));
}

/** Says so where no secret will ever be sent: most often the document is silent, not the API open. */
function checkSecurity(context: Context, declared: boolean, silent: boolean): void {
  if (!silent || Array.isArray(context.document.security)) return;
  if (declared) {
    report(context, 'security-unused', 'No operation asks for one of the declared security schemes', '');
  } else {
    report(context, 'security-missing', 'The document declares no security scheme', '');
  }
}

function keptPaths(found: readonly FoundOperation[]): ReadonlyMap<string, ReadonlySet<string>> {
  const kept = new Map<string, Set<string>>();
  for (const { pathKey, methodKey } of found) {
    const known = kept.get(pathKey);
    if (known === undefined) kept.set(pathKey, new Set([methodKey]));
    else known.add(methodKey);
  }
  return kept;
}
