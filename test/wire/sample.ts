import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';
import { asJson, type Data, type Given, isList, isRecord } from './data.ts';
import { allOf, dereference, documentOperation, memberSchema, parametersOf, schemaKind } from './document.ts';
import type { Judge } from './judge.ts';
import { type Random, seeded } from './random.ts';
import type { Mode, Place, Sampler } from './sample-scalar.ts';
import { sample, Unsampled } from './sample-value.ts';

/**
 * Values for one request of an operation, valid by its schemas.
 * @returns the values, or why there are none
 */
export function sampleRequest(
  document: JsonObject,
  operation: { readonly path: string; readonly method: string },
  mode: Mode,
  round: number,
  judge: Judge,
): Given | string {
  const { path, method } = operation;
  const parameters = new Map<string, Data>();
  let failed = '';
  for (const parameter of parametersOf(document, path, method)) {
    const [place, name] = [String(parameter.in), String(parameter.name)];
    const required = parameter.required === true || place === 'path';
    // A header cannot have such a name at all (RFC 9110 section 5.1).
    if (place === 'header' && !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) continue;
    const random = seeded(path, method, place, name, round);
    if (!required && (mode === 'required' || (mode === 'some' && random.chance(0.5)))) continue;
    const content = member(parameter, 'content');
    const media = isObject(content) ? Object.values(content)[0] : undefined;
    const schema =
      (media === undefined ? parameter.schema : member(dereference(document, media), 'schema')) ?? {};
    const sampler: Sampler = { document, random, mode, place: placeOf(parameter) };
    const value = valid(sampler, schema, judge, (data) => fits(data, sampler.place, media !== undefined));
    if (value !== undefined) parameters.set(`${place} ${name}`, value);
    else if (required) failed = `${place} ${name}`;
  }
  if (failed !== '') return `no valid value for ${failed}`;
  const body = dereference(document, documentOperation(document, path, method).requestBody);
  const content = member(body, 'content');
  if (!isObject(content) || Object.keys(content).length === 0) return { parameters };
  const required = member(body, 'required') === true;
  const random = seeded(path, method, 'body', round);
  if (!required && mode === 'required') return { parameters };
  const types = Object.keys(content);
  const preferred = types.find((type) => /[/+]json/.test(type)) ?? types[0] ?? '';
  const mediaType = mode === 'some' ? (random.pick(types) ?? preferred) : preferred;
  const media = dereference(document, member(content, mediaType));
  const value = sampleBody({ document, random, mode, place: bodyPlace(mediaType) }, mediaType, media, judge);
  // Nothing given for an optional body is no body.
  if (isRecord(value) && Object.keys(value).length === 0 && !required) return { parameters };
  if (value !== undefined) return { parameters, body: { mediaType, value } };
  return required ? `no valid body as ${mediaType}` : { parameters };
}
function placeOf(parameter: JsonObject): Place {
  if (parameter.in === 'cookie') return parameter.style === 'cookie' ? 'raw cookie' : 'cookie';
  return parameter.in === 'path' || parameter.in === 'header' ? parameter.in : 'query';
}

function bodyPlace(mediaType: string): Place {
  if (/[/+]json/.test(mediaType)) return 'json';
  if (/[/+]xml/.test(mediaType)) return 'xml';
  return mediaType.startsWith('application/x-www-form') || mediaType.startsWith('multipart/')
    ? 'form'
    : 'text';
}

function sampleBody(sampler: Sampler, mediaType: string, media: Json, judge: Judge): Data | undefined {
  const schema = member(media, 'schema');
  const item = member(media, 'itemSchema');
  if (schema === undefined && item !== undefined) {
    const value = valid(sampler, { type: 'array', items: item, minItems: 1 }, judge, () => true);
    return value;
  }
  const json = /[/+]json/.test(mediaType);
  const structured = json || /[/+]xml|jsonl|ndjson|^multipart\/|x-www-form/.test(mediaType);
  const kind = schemaKind(allOf(sampler.document, schema ?? {}));
  const form = mediaType.startsWith('application/x-www-form');
  if ((!structured && schema === undefined) || ((!structured || form) && kind === 'bytes'))
    return bytes(sampler.random);
  const value = valid(
    sampler,
    schema ?? {},
    judge,
    (data) => !mediaType.startsWith('application/x-www-form') || flatForm(data),
  );
  if (!mediaType.startsWith('multipart/') || !isRecord(value)) return value;
  // Members of a multipart body that are bytes.
  const object = allOf(sampler.document, schema ?? {});
  return Object.fromEntries(
    Object.entries(value).map(([name, data]) => {
      const declared = memberSchema(sampler.document, object, name);
      if (schemaKind(declared) === 'bytes') return [name, bytes(sampler.random)];
      const items = allOf(sampler.document, member(declared, 'items') ?? {});
      if (isList(data) && schemaKind(items) === 'bytes') return [name, data.map(() => bytes(sampler.random))];
      return [name, data];
    }),
  );
}

function flatForm(data: Data): boolean {
  return isRecord(data) || typeof data !== 'object';
}

/** A value that its schema allows and that its place can carry; some tries are made. */
function valid(
  sampler: Sampler,
  schema: Json,
  judge: Judge,
  carries: (data: Data) => boolean,
): Data | undefined {
  for (let attempt = 0; attempt < 8; attempt++) {
    try {
      const value = sample(sampler, schema, 0);
      if (carries(value) && judge(schema, asJson(value))) return value;
    } catch (error) {
      if (!(error instanceof Unsampled)) throw error;
    }
  }
  return undefined;
}

/** Whether a styled place has something to write for a value, and may hold it. */
function fits(data: Data, place: Place, content: boolean): boolean {
  if (content) return place !== 'header' || typeof data !== 'string' || headerText(data);
  if (data === null) return false;
  const members = isList(data) ? data : isRecord(data) ? Object.values(data) : undefined;
  if (members?.every((item) => item === null)) return false;
  return place !== 'path' || (data !== '' && data !== '.' && data !== '..');
}

function headerText(text: string): boolean {
  return !/[\x00-\x08\x0a-\x1f\x7f]|^[ \t]|[ \t]$/.test(text);
}

function bytes(random: Random): Uint8Array {
  const length = 1 + random.below(40);
  return Uint8Array.from([0, 255, 10, 13, ...Array.from({ length }, () => random.below(256))]);
}
