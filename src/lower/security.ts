import type { SecurityScheme } from '../model/api.ts';
import type { SecuritySchemeExtension } from '../model/document.ts';
import { isObject, type Json, member } from '../model/json.ts';
import { type Context, child, deref, entries, items, type Node, origin, report, text } from './context.ts';
import { isToken } from './parameters.ts';

/**
 * Lowers the security schemes of the document (OpenAPI 3.1 section 4.8.27).
 * Reports schemes of a kind that does not exist.
 * @param operations the operations that are generated: their requirements say which scopes a client-credentials grant asks for
 */
export function lowerSecuritySchemes(
  context: Context,
  operations: readonly Node[],
): readonly SecurityScheme[] {
  const root: Node = { value: context.document, pointer: '' };
  const components = child(root, 'components');
  const schemes = components === undefined ? undefined : child(components, 'securitySchemes');
  return entries(schemes).flatMap(([id, stated]) => {
    const node = deref(context, stated);
    const scheme = node === undefined ? undefined : lowerScheme(context, id, node, [root, ...operations]);
    return scheme === undefined ? [] : [scheme];
  });
}

function lowerScheme(
  context: Context,
  id: string,
  node: Node,
  askers: readonly Node[],
): SecurityScheme | undefined {
  const raw = member(node.value, 'x-mcpgen');
  const extension: SecuritySchemeExtension = isObject(raw) ? raw : {};
  const base = {
    id,
    description: text(node, 'description'),
    origin: origin(context, node.pointer),
    ...(extension.env === undefined ? {} : { env: extension.env }),
  };
  const word = extension.scheme;
  const authorization = { kind: 'key', in: 'header', name: 'Authorization' } as const;
  switch (text(node, 'type')) {
    case 'apiKey': {
      const place = text(node, 'in');
      const name = text(node, 'name');
      if (!isToken(name) && place !== 'query') break;
      if (name === '' || (place !== 'header' && place !== 'query' && place !== 'cookie')) break;
      return { ...base, kind: 'key', in: place, name, prefix: word === undefined ? '' : before(word) };
    }
    case 'http': {
      const scheme = text(node, 'scheme');
      if (scheme.toLowerCase() === 'basic' && word === undefined) {
        const { username, password } = extension;
        return {
          ...base,
          kind: 'basic',
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { password }),
        };
      }
      if (scheme === '' && word === undefined) break;
      const bearer = scheme.toLowerCase() === 'bearer' ? 'Bearer' : scheme;
      return { ...base, ...authorization, prefix: before(word ?? bearer) };
    }
    case 'oauth2': {
      const grant = clientCredentials(node);
      const tokenUrl = text(grant, 'tokenUrl');
      const offered = grant === undefined ? [] : entries(child(grant, 'scopes')).map(([scope]) => scope);
      const asked = new Set(askers.flatMap((asker) => scopesOf(asker, id)));
      return {
        ...base,
        kind: 'oauth2',
        ...(tokenUrl === '' ? {} : { tokenUrl }),
        scopes: offered.filter((scope) => asked.has(scope)),
      };
    }
    case 'openIdConnect':
      return { ...base, kind: 'oauth2', scopes: [] };
    case 'mutualTLS':
      return { ...base, kind: 'mutualTls' };
  }
  report(
    context,
    'security-unknown',
    `Security scheme \`${id}\` is of no kind that OpenAPI knows`,
    node.pointer,
    'It is an apiKey with `in` and `name`, http with `scheme`, oauth2, openIdConnect or mutualTLS',
  );
  return undefined;
}

/** What stands before the secret: a word and a space, or `Token token=` and nothing. */
function before(word: string): string {
  return word.endsWith('=') ? word : `${word} `;
}

function clientCredentials(node: Node): Node | undefined {
  const flows = child(node, 'flows');
  return flows === undefined ? undefined : child(flows, 'clientCredentials');
}

function scopesOf(asker: Node, id: string): readonly string[] {
  return items(child(asker, 'security')).flatMap((alternative) => {
    const scopes = member(alternative.value, id);
    return Array.isArray(scopes)
      ? scopes.filter((scope: Json): scope is string => typeof scope === 'string')
      : [];
  });
}

/**
 * The security of an operation: its own, else the document's. Alternatives are kept in order, schemes within one go together.
 * Reports alternatives that name an unknown scheme, which are left out.
 */
export function lowerSecurity(
  context: Context,
  operation: Node,
  schemes: readonly SecurityScheme[],
): readonly (readonly string[])[] {
  const known = new Set(schemes.map((scheme) => scheme.id));
  const own = child(operation, 'security') ?? child({ value: context.document, pointer: '' }, 'security');
  return items(own).flatMap((alternative) => {
    const ids = entries(alternative).map(([id]) => id);
    const unknown = ids.find((id) => !known.has(id));
    if (unknown === undefined) return [ids];
    report(
      context,
      'security-unknown',
      `Security scheme \`${unknown}\` is not declared`,
      alternative.pointer,
      known.size > 0 ? `Declared are: ${[...known].join(', ')}` : 'Declare it in components.securitySchemes',
    );
    return [];
  });
}
