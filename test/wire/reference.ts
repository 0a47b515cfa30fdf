/**
 * What a request must look like on the wire, written from the specifications alone: OpenAPI 3.2.1 (4.12 Parameter Object, 4.13 Request Body,
 * 4.15 Encoding Object, appendices B to E), RFC 6570, RFC 3986, RFC 6265, RFC 7578 and WHATWG URL section 5. It reads the document
 * and knows nothing of mcpgen's plan, of the wrapper, or of the server.
 */
import { isObject, type JsonObject, member } from '../../src/model/json.ts';
import { type Data, type Given, isList, isRecord } from './data.ts';
import { documentOperation, METHODS, parametersOf } from './document.ts';
import { bodyOf, type ExpectedBody, formPairs } from './reference-body.ts';
import {
  contentText,
  encode,
  encodeReserved,
  encodeReservedPath,
  expand,
  isJson,
  isOpen,
  keepTriples,
  plain,
} from './reference-style.ts';

/** One thing that a request must carry, and what of OpenAPI it shows. */
export interface Claim {
  /** `query form explode array`, `body json`: what differences are counted by. */
  readonly feature: string;
  readonly name: string;
  /** What stands on the wire: raw `name=value` pairs of a query or a cookie, the value of a header, the text of a path segment. */
  readonly wire: readonly string[];
  /** The specification does not say how; nothing is compared. */
  readonly open: boolean;
}

export interface Expected {
  readonly method: string;
  /** Raw, without the base path. */
  readonly path: Claim;
  readonly query: readonly Claim[];
  /** The whole query string, where a parameter is `in: querystring`. */
  readonly querystring?: Claim & { readonly pairs?: readonly string[] };
  readonly headers: readonly Claim[];
  readonly cookies: readonly Claim[];
  readonly body?: ExpectedBody;
}

/**
 * The request that a document describes for given values.
 * @param document an OpenAPI 3.1 or 3.2 document
 * @param path key in `paths`
 * @param method as documented, lower case for the fixed ones
 */
export function expectedRequest(document: JsonObject, path: string, method: string, given: Given): Expected {
  const operation = documentOperation(document, path, method);
  const parameters = parametersOf(document, path, method);
  const query: Claim[] = [];
  const headers: Claim[] = [];
  const cookies: Claim[] = [];
  let querystring: Expected['querystring'];
  const segments = new Map<string, Claim>();
  // A key of `paths` may hold a query of its own, though OpenAPI does not want it to.
  const [template = '', literal] = path.split('#', 1).join('').split('?', 2);
  for (const pair of literal?.split('&') ?? []) {
    query.push({ feature: 'query literal', name: pair, wire: [pair], open: false });
  }
  for (const parameter of parameters) {
    const name = String(parameter.name);
    const place = String(parameter.in);
    const value = given.parameters.get(`${place} ${name}`);
    if (value === undefined) continue;
    if (place === 'querystring') querystring = wholeQuery(document, parameter, value);
    else {
      const claim = claimOf(parameter, value);
      if (place === 'query') query.push(claim);
      else if (place === 'header') headers.push(claim);
      else if (place === 'cookie') cookies.push(claim);
      else segments.set(name, claim);
    }
  }
  const body = given.body && bodyOf(document, operation, given.body);
  return {
    // 4.9: the fixed fields stand for methods in upper case, a key of `additionalOperations` is the method as it is.
    method: METHODS.includes(method) ? method.toUpperCase() : method,
    path: pathOf(template, segments),
    query,
    headers,
    cookies,
    ...(querystring === undefined ? {} : { querystring }),
    ...(body === undefined ? {} : { body }),
  };
}

/** OpenAPI 4.8.2 Path Templating. What stands after `#` makes a key unique and is never sent. */
function pathOf(template: string, segments: ReadonlyMap<string, Claim>): Claim {
  // What no URI may hold is encoded in the literal parts too (RFC 3986 section 3.3).
  const literal = (text: string): string => keepTriples(text, /[A-Za-z0-9\-._~:/?@!$&'()*+,;=[\]]/);
  const text = template
    .split(/\{([^{}]*)\}/)
    .map((piece, index) =>
      index % 2 === 0 ? literal(piece) : (segments.get(piece)?.wire.join('') ?? `{${piece}}`),
    )
    .join('');
  const features = [...segments.values()].map((claim) => claim.feature);
  return {
    feature: features.join(' + ') || 'path literal',
    name: 'path',
    wire: [text],
    open: [...segments.values()].some((claim) => claim.open),
  };
}

function claimOf(parameter: JsonObject, value: Data): Claim {
  const name = String(parameter.name);
  const place = String(parameter.in);
  const content = member(parameter, 'content');
  if (isObject(content)) {
    const mediaType = Object.keys(content)[0] ?? '';
    const text = contentText(mediaType, value);
    const wire =
      place === 'header' ? text : place === 'path' ? encode(text) : `${encode(name)}=${encode(text)}`;
    return {
      feature: `${place} content ${mediaType}`,
      name,
      wire: [wire],
      open: !isJson(mediaType) && typeof value === 'object',
    };
  }
  const style = String(parameter.style ?? (place === 'query' || place === 'cookie' ? 'form' : 'simple'));
  const explode =
    typeof parameter.explode === 'boolean' ? parameter.explode : style === 'form' || style === 'cookie';
  const reserved = parameter.allowReserved === true;
  const shape = isList(value) ? 'array' : isRecord(value) ? 'object' : 'primitive';
  const feature = [
    place,
    style,
    explode && shape !== 'primitive' ? 'explode' : '',
    shape,
    reserved ? 'reserved' : '',
  ]
    .filter(Boolean)
    .join(' ');
  const write =
    place === 'header' || style === 'cookie'
      ? plain
      : reserved
        ? place === 'path'
          ? encodeReservedPath
          : encodeReserved
        : encode;
  const label = place === 'header' || style === 'cookie' ? plain(name) : encode(name);
  const open = isOpen(style, explode, shape, value);
  const pieces = expand(style, explode, label, value, write, place === 'header' ? plain : encode);
  // Swagger 2.0's collectionFormat has the delimited styles in paths and headers too, where a value has no name.
  const unnamed = (place === 'path' || place === 'header') && style.endsWith('Delimited');
  return {
    feature: open ? `${feature} (left open)` : feature,
    name,
    wire: unnamed ? pieces.map((piece) => piece.slice(label.length + 1)) : pieces,
    open,
  };
}

/** OpenAPI 4.12 `in: querystring`: the value written as its media type is the query string. */
function wholeQuery(
  document: JsonObject,
  parameter: JsonObject,
  value: Data,
): NonNullable<Expected['querystring']> {
  const content = member(parameter, 'content');
  const [mediaType, media] = Object.entries(isObject(content) ? content : {})[0] ?? [''];
  const common = { feature: `querystring ${mediaType}`, name: String(parameter.name), open: false };
  if (mediaType.startsWith('application/x-www-form-urlencoded')) {
    const pairs = formPairs(document, isObject(media) ? media : {}, value);
    return { ...common, wire: [pairs.join('&')], pairs };
  }
  return { ...common, wire: [encode(contentText(mediaType, value))] };
}
