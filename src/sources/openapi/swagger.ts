import type { Origin } from '../../model/diagnostic.ts';
import { originAt } from '../../model/document.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  type MutableObject,
  member,
  objectAt,
  pointerTo,
  setMember,
} from '../../model/json.ts';
import type { Bundle } from './bundle.ts';
import {
  fileSchema,
  isBodyParameter,
  parameterSchema,
  upgradeBody,
  upgradeParameter,
} from './swagger-parameters.ts';

/** What the conversion of an operation needs of the document around it. */
export interface Swagger {
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** The document's first server. */
  readonly server: string;
  /** The document's parameters, as 2.0 has them. */
  readonly parameters: JsonObject;
  /** Where a part of the 2.0 document came from. */
  readonly originOf: (pointer: string) => Origin;
  /** Says where a part of the new document came from. */
  readonly setOrigin: (pointer: string, origin: Origin) => void;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/** Members of the 2.0 root that stay as they are. */
const KEPT = ['info', 'tags', 'security', 'externalDocs', 'paths'];

/**
 * Turns a bundled Swagger 2.0 document into OpenAPI 3.1. Its schemas are already those of 3.1, its definitions already components.
 * Body and formData parameters become request bodies, `collectionFormat` becomes style and explode, host and schemes become servers.
 */
export function upgradeSwagger(bundle: Bundle): Bundle {
  const { document } = bundle;
  const origins = new Map(bundle.origins);
  const components = member(document, 'components');
  const servers = upgradeServers(document);
  const context: Swagger = {
    consumes: texts(document.consumes),
    produces: texts(document.produces),
    server: servers[0]?.url ?? '',
    parameters: objectAt(components, 'parameters'),
    originOf: (pointer) => originAt(bundle.origins, pointer),
    setOrigin: (pointer, origin) => origins.set(pointer, origin),
  };
  const upgraded: MutableObject = { openapi: '3.1.0' };
  for (const name of Object.keys(document)) {
    if (KEPT.includes(name) || name.startsWith('x-')) setMember(upgraded, name, document[name] as Json);
  }
  upgraded.servers = servers;
  upgraded.paths = mapObjects(document.paths, (item, name) =>
    name.startsWith('x-') ? item : upgradePathItem(item, pointerTo('/paths', name), context),
  );
  upgraded.components = upgradeComponents(components, context);
  return { document: upgraded, origins };
}

function upgradeComponents(components: Json | undefined, context: Swagger): JsonObject {
  const parameters: MutableObject = {};
  for (const [name, parameter] of Object.entries(context.parameters)) {
    if (!isObject(parameter) || isBodyParameter(parameter)) continue;
    const place = pointerTo('/components/parameters', name);
    setMember(parameters, name, upgradeParameter(parameter, place, place, context));
  }
  const responses = mapObjects(objectAt(components, 'responses'), (response, name) =>
    upgradeResponse(response, pointerTo('/components/responses', name), context.produces, context),
  );
  // 2.0 has no components for headers, but a `$ref` where a header should stand makes one.
  const headers = mapObjects(objectAt(components, 'headers'), (header, name) =>
    upgradeHeader(header, pointerTo('/components/headers', name), context),
  );
  return {
    schemas: objectAt(components, 'schemas'),
    headers,
    parameters,
    responses,
    securitySchemes: mapObjects(objectAt(components, 'securitySchemes'), upgradeSecurityScheme),
  };
}

/** Swagger 2.0 `host`, `basePath` and `schemes`. https is put first where it is offered; without `host`, URLs are relative to the document's. */
function upgradeServers(document: JsonObject): { readonly url: string }[] {
  const path = `/${textOf(document.basePath)}`.replace(/^\/+/, '/').replace(/\/+$/, '');
  const host = textOf(document.host)
    .replace(/^[a-z]+:\/\//, '')
    .replace(/\/+$/, '');
  if (host === '') return [{ url: path === '' ? '/' : path }];
  const local = /^(?:localhost|127\.|\[::1\])/.test(host) ? 'http' : 'https';
  const schemes = httpSchemes(document.schemes);
  return (schemes.length > 0 ? schemes : [local]).map((scheme) => ({ url: `${scheme}://${host}${path}` }));
}

function httpSchemes(value: Json | undefined): string[] {
  const schemes = texts(value);
  return ['https', 'http'].filter((scheme) => schemes.includes(scheme));
}

function upgradePathItem(item: JsonObject, place: string, context: Swagger): JsonObject {
  const upgraded: MutableObject = {};
  const shared = listParameters(item, place, context);
  for (const name of Object.keys(item)) {
    const value = item[name] as Json;
    if (METHODS.includes(name) && isObject(value)) {
      setMember(upgraded, name, upgradeOperation(value, pointerTo(place, name), shared, context));
    } else if (name !== 'parameters') setMember(upgraded, name, value);
  }
  const parameters = placeParameters(shared, place, context);
  if (parameters.length > 0) upgraded.parameters = parameters;
  return upgraded;
}

/** A 2.0 parameter: as written, what it refers to, and where it stands. */
export interface Listed {
  readonly written: Json;
  readonly parameter: JsonObject;
  readonly place: string;
}

function listParameters(holder: JsonObject, place: string, context: Swagger): readonly Listed[] {
  const { parameters } = holder;
  if (!Array.isArray(parameters)) return [];
  return (parameters as readonly Json[]).flatMap((written, position) => {
    const name = String(member(written, '$ref') ?? '').replace(/^#\/components\/parameters\//, '');
    const key = decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~');
    const parameter = name === '' ? written : member(context.parameters, key);
    const at = name === '' ? pointerTo(place, 'parameters', position) : `/components/parameters/${name}`;
    return isObject(parameter) ? [{ written, parameter, place: at }] : [];
  });
}

/** Parameters that stay parameters, at their new positions. */
function placeParameters(listed: readonly Listed[], place: string, context: Swagger): Json[] {
  return listed
    .filter(({ parameter }) => !isBodyParameter(parameter))
    .map(({ written, parameter, place: from }, position) => {
      const to = pointerTo(place, 'parameters', position);
      if (written !== parameter) return written;
      return upgradeParameter(parameter, from, to, context);
    });
}

function upgradeOperation(
  operation: JsonObject,
  place: string,
  shared: readonly Listed[],
  context: Swagger,
): JsonObject {
  const { parameters: _parameters, consumes, produces, schemes, responses, ...rest } = operation;
  const own = listParameters(operation, place, context);
  const names = new Set(own.map(({ parameter }) => `${String(parameter.in)} ${String(parameter.name)}`));
  const inherited = shared.filter(
    ({ parameter }) => !names.has(`${String(parameter.in)} ${String(parameter.name)}`),
  );
  const forBody = [...inherited, ...own].filter(({ parameter }) => isBodyParameter(parameter));
  const upgraded: MutableObject = { ...rest };
  const parameters = placeParameters(own, place, context);
  if (parameters.length > 0) upgraded.parameters = parameters;
  const media = consumes === undefined ? context.consumes : texts(consumes);
  if (forBody.length > 0) upgraded.requestBody = upgradeBody(forBody, media, place, context);
  const answers = produces === undefined ? context.produces : texts(produces);
  upgraded.responses = mapObjects(responses, (response, status) =>
    status.startsWith('x-')
      ? response
      : upgradeResponse(response, pointerTo(place, 'responses', status), answers, context),
  );
  const offered = httpSchemes(schemes);
  const [scheme] = offered;
  const usual = /^[a-z]+(?=:)/.exec(context.server)?.[0];
  if (scheme !== undefined && usual !== undefined && !offered.includes(usual)) {
    upgraded.servers = [{ url: scheme + context.server.slice(usual.length) }];
  }
  return upgraded;
}

function upgradeResponse(
  response: JsonObject,
  place: string,
  produces: readonly string[],
  context: Swagger,
): JsonObject {
  if (response.$ref !== undefined) return response;
  const { schema, headers, examples, ...rest } = response;
  const upgraded: MutableObject = { description: '', ...rest };
  const origin = context.originOf(place);
  if (headers !== undefined) {
    upgraded.headers = mapObjects(headers, (header, name) =>
      upgradeHeader(header, pointerTo(place, 'headers', name), context),
    );
  }
  if (schema === undefined) return upgraded;
  const isFile = member(schema, 'type') === 'file';
  const fallback = isFile ? 'application/octet-stream' : 'application/json';
  const content: MutableObject = {};
  for (const mediaType of produces.length > 0 ? produces : [fallback]) {
    const example = member(examples, mediaType);
    const shown = isFile ? fileSchema : schema;
    setMember(content, mediaType, { schema: shown, ...(example === undefined ? {} : { example }) });
    if ('pointer' in origin) {
      const from = { file: origin.file, pointer: `${origin.pointer}/schema` };
      context.setOrigin(pointerTo(place, 'content', mediaType, 'schema'), from);
    }
  }
  upgraded.content = content;
  return upgraded;
}

function upgradeHeader(header: JsonObject, place: string, context: Swagger): JsonObject {
  if (header.$ref !== undefined) return header;
  context.setOrigin(`${place}/schema`, context.originOf(place));
  const { description } = header;
  return { ...(description === undefined ? {} : { description }), schema: parameterSchema(header) };
}

const FLOWS: { readonly [flow: string]: string } = {
  application: 'clientCredentials',
  accessCode: 'authorizationCode',
};

function upgradeSecurityScheme(scheme: JsonObject): JsonObject {
  if (scheme.type === 'basic') return { ...scheme, type: 'http', scheme: 'basic' };
  if (scheme.type !== 'oauth2') return scheme;
  const { flow, authorizationUrl, tokenUrl, scopes, ...rest } = scheme;
  const name = textOf(flow);
  const details: MutableObject = { scopes: isObject(scopes) ? scopes : {} };
  if (authorizationUrl !== undefined) details.authorizationUrl = authorizationUrl;
  if (tokenUrl !== undefined) details.tokenUrl = tokenUrl;
  return { ...rest, flows: { [(Object.hasOwn(FLOWS, name) ? FLOWS[name] : name) || 'implicit']: details } };
}

function mapObjects(
  value: Json | undefined,
  change: (value: JsonObject, name: string) => JsonObject,
): JsonObject {
  const out: MutableObject = {};
  if (!isObject(value)) return out;
  for (const name of Object.keys(value)) {
    const item = value[name] as Json;
    setMember(out, name, isObject(item) ? change(item, name) : item);
  }
  return out;
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
