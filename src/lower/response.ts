import type { ResponseShape } from '../model/api.ts';
import { exactJson } from '../model/json.ts';
import type { Schema } from '../model/schema.ts';
import { type Context, child, deref, entries, type Node } from './context.ts';
import { essence, isJson, isMediaType, jsonFirst, kindOf } from './media.ts';
import { lowerSchema } from './schema.ts';

/** The success of an operation, and the Accept header that asks for it. */
export interface LoweredResponse {
  readonly shape: ResponseShape;
  readonly accept: string;
}

/**
 * Lowers the successful responses of an operation: those of the 2xx range, else `default`.
 * @returns kind `text` without a media type where a success is documented without saying what it contains
 */
export function lowerResponse(context: Context, operation: Node): LoweredResponse {
  const all = entries(child(operation, 'responses'));
  const successes = all.filter(([status]) => /^2(\d\d|XX)$/i.test(status));
  const chosen = successes.length > 0 ? successes : all.filter(([status]) => status === 'default');
  const responses = chosen.flatMap(([status, stated]) => {
    const node = deref(context, stated);
    return node === undefined ? [] : [{ status, node }];
  });
  const headers = [
    ...new Set(
      responses.flatMap(({ node }) => entries(child(node, 'headers')).map(([name]) => name.toLowerCase())),
    ),
  ];
  const media = responses
    .flatMap(({ node }) => entries(child(node, 'content')))
    .filter(([type]) => isMediaType(type));
  const types = jsonFirst([...new Set(media.map(([name]) => name))]);
  const [first] = types;
  if (first === undefined) {
    const silent = responses.length > 0 && responses.every(({ status }) => /^20[45]$/.test(status));
    return { shape: { kind: silent ? 'none' : 'text', mediaType: '', headers }, accept: '*/*' };
  }
  const kind = kindOf(first);
  const mixed =
    types.length > 1 || responses.some(({ node }) => entries(child(node, 'content')).length === 0);
  if (kind !== 'json' && kind !== undefined) {
    const bytes = kind === 'binary' || kind === 'multipart';
    return {
      shape: { kind: bytes ? 'binary' : 'text', mediaType: first, headers },
      accept: types.join(', '),
    };
  }
  const schema = schemaOf(
    context,
    media.flatMap(([name, node]) => (name === first ? [node] : [])),
  );
  const bytes = schema?.kind === 'string' && schema.binary === 'raw' && kind === undefined;
  return {
    shape: {
      kind: bytes ? 'binary' : 'json',
      mediaType: essence(first) === 'application/*' ? 'application/json' : first,
      ...(schema === undefined || bytes ? {} : { schema }),
      ...(mixed ? { mixed } : {}),
      headers,
    },
    accept: isJson(first) && !first.includes('*') ? first : '*/*',
  };
}

/** The schema of a success; any of them where several statuses differ. */
function schemaOf(context: Context, media: readonly Node[]): Schema | undefined {
  const schemas = media.flatMap((stated) => {
    const medium = deref(context, stated);
    const node = medium === undefined ? undefined : child(medium, 'schema');
    return node === undefined ? [] : [lowerSchema(context, node, 'response')];
  });
  const [first, ...rest] = schemas;
  if (first === undefined || rest.length === 0) return first;
  const key = exactJson(first);
  const different = rest.filter((schema) => exactJson(schema) !== key);
  return different.length === 0 ? first : { kind: 'union', mode: 'anyOf', members: [first, ...different] };
}
