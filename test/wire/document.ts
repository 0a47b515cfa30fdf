import { isObject, type Json, type JsonObject, member, pointerTokens } from '../../src/model/json.ts';

/** Methods of a Path Item with a field of their own. */
export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/** Every operation of a document: key in `paths`, method, and the id by which `mcpgen list` calls it. */
export function operationsOf(document: JsonObject): { path: string; method: string; id: string }[] {
  const paths = member(document, 'paths');
  const ids = new Map<string, number>();
  const found = Object.entries(isObject(paths) ? paths : {}).flatMap(([path, item]) => {
    const target = dereference(document, item);
    const additional = member(target, 'additionalOperations');
    const methods = [
      ...Object.keys(isObject(target) ? target : {}).filter((key) => METHODS.includes(key)),
      ...Object.keys(isObject(additional) ? additional : {}),
    ];
    return path.startsWith('x-') ? [] : methods.map((method) => ({ path, method }));
  });
  const named = found.map(({ path, method }) => {
    const id = member(documentOperation(document, path, method), 'operationId');
    if (typeof id === 'string') ids.set(id, (ids.get(id) ?? 0) + 1);
    return { path, method, id };
  });
  return named.map(({ path, method, id }) => ({
    path,
    method,
    id: typeof id === 'string' && ids.get(id) === 1 ? id : `${method.toUpperCase()} ${path}`,
  }));
}

export function documentOperation(document: JsonObject, path: string, method: string): JsonObject {
  const item = dereference(document, member(member(document, 'paths'), path) ?? null);
  const operation = METHODS.includes(method)
    ? member(item, method)
    : member(member(item, 'additionalOperations'), method);
  const target = dereference(document, operation ?? null);
  return isObject(target) ? target : {};
}

/** Parameters of the path item and of the operation, which wins by name and place (OpenAPI 4.10); without the headers that OpenAPI has other fields for. */
export function parametersOf(document: JsonObject, path: string, method: string): JsonObject[] {
  const item = dereference(document, member(member(document, 'paths'), path) ?? null);
  const found = new Map<string, JsonObject>();
  for (const owner of [item, documentOperation(document, path, method)]) {
    const list = member(owner, 'parameters');
    for (const entry of Array.isArray(list) ? list : []) {
      const parameter = dereference(document, entry);
      if (!isObject(parameter)) continue;
      const ignored =
        parameter.in === 'header' && /^(accept|content-type|authorization)$/i.test(String(parameter.name));
      if (!ignored) found.set(`${parameter.in} ${parameter.name}`, parameter);
    }
  }
  return [...found.values()];
}

/** Follows `$ref`s; members beside a `$ref` of a schema are added. */
export function dereference(document: JsonObject, value: Json | undefined): Json {
  let current: Json = value ?? null;
  let beside: JsonObject = {};
  for (let hops = 0; hops < 50; hops++) {
    const reference = member(current, '$ref');
    if (!isObject(current) || typeof reference !== 'string') break;
    const { $ref: _reference, ...rest } = current;
    beside = { ...rest, ...beside };
    current = lookUp(document, reference) ?? null;
  }
  return isObject(current) ? { ...current, ...beside } : current;
}

export function lookUp(document: JsonObject, reference: string): Json | undefined {
  if (!reference.startsWith('#')) return undefined;
  let fragment = reference.slice(1);
  try {
    fragment = decodeURIComponent(fragment);
  } catch {}
  return pointerTokens(fragment).reduce<Json | undefined>(
    (value, token) => (Array.isArray(value) ? value[Number(token)] : member(value, token)),
    document,
  );
}

/** A schema with its `allOf` merged into it: properties and required together, of the rest the last one. */
export function allOf(document: JsonObject, schema: Json, depth = 0): JsonObject {
  const target = dereference(document, schema);
  if (!isObject(target)) return {};
  const parts = member(target, 'allOf');
  if (!Array.isArray(parts) || depth > 30) return target;
  const { allOf: _parts, ...own } = target;
  return [...parts.map((part) => allOf(document, part, depth + 1)), own].reduce<JsonObject>(mergeSchemas, {});
}

/** Two schemas that both hold, as far as one schema can say it. */
export function mergeSchemas(a: JsonObject, b: JsonObject): JsonObject {
  const merged: { [key: string]: Json } = { ...a, ...b };
  if (isObject(a.properties) && isObject(b.properties)) {
    merged.properties = { ...a.properties, ...b.properties };
    for (const [key, value] of Object.entries(b.properties)) {
      const other = member(a.properties, key);
      if (other !== undefined)
        (merged.properties as { [key: string]: Json })[key] = { allOf: [other, value] };
    }
  }
  if (Array.isArray(a.required) && Array.isArray(b.required))
    merged.required = [...a.required, ...b.required];
  for (const key of ['oneOf', 'anyOf']) {
    const [left, right] = [a[key], b[key]];
    if (left !== undefined && right !== undefined) merged[key] = left;
  }
  if (Array.isArray(a.enum) && Array.isArray(b.enum)) {
    const both = a.enum.filter((value) => JSON.stringify(b.enum).includes(JSON.stringify(value)));
    merged.enum = both.length > 0 ? both : b.enum;
  }
  const types = [a.type, b.type].map((type) =>
    Array.isArray(type) ? type : type === undefined ? undefined : [type],
  );
  if (types[0] && types[1]) merged.type = types[0].filter((type) => types[1]?.includes(type));
  for (const [key, pick] of [
    ['minimum', Math.max],
    ['maximum', Math.min],
    ['minLength', Math.max],
    ['maxLength', Math.min],
    ['minItems', Math.max],
    ['maxItems', Math.min],
  ] as const) {
    const [left, right] = [a[key], b[key]];
    if (typeof left === 'number' && typeof right === 'number') merged[key] = pick(left, right);
  }
  return merged;
}

/** Types that a schema allows; without `type`, those that its other keywords speak of. */
export function typesOf(schema: JsonObject): string[] {
  if (typeof schema.type === 'string') return [schema.type];
  if (Array.isArray(schema.type)) return schema.type.filter((type) => typeof type === 'string');
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return ['object'];
  if (schema.items !== undefined || schema.prefixItems !== undefined) return ['array'];
  return [];
}

/** The schema of a member: its property's, else what the object says of further members. */
export function memberSchema(document: JsonObject, object: JsonObject, name: string): JsonObject {
  const declared = member(object.properties, name);
  if (declared !== undefined) return allOf(document, declared);
  return isObject(object.additionalProperties)
    ? allOf(document, object.additionalProperties)
    : { type: 'string' };
}

/** `bytes`: raw bytes; `encoded`: text that stands for bytes; else `json`. */
export function schemaKind(schema: JsonObject): 'bytes' | 'encoded' | 'json' {
  const types = typesOf(schema).filter((type) => type !== 'null');
  if (
    schema.oneOf !== undefined ||
    schema.anyOf !== undefined ||
    schema.enum !== undefined ||
    schema.const !== undefined
  )
    return 'json';
  if (types.length === 0) return 'bytes';
  if (types.length > 1 || types[0] !== 'string') return types[0] === 'file' ? 'bytes' : 'json';
  // RFC 2045 section 6.2: these say that nothing is encoded.
  if (schema.contentEncoding === 'binary' || schema.contentEncoding === '8bit') return 'bytes';
  if (schema.contentEncoding !== undefined || schema.format === 'byte' || schema.format === 'base64url')
    return 'encoded';
  const media = schema.contentMediaType;
  return schema.format === 'binary' || (typeof media === 'string' && !/^text\/|json/.test(media))
    ? 'bytes'
    : 'json';
}
