import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';
import { type Data, isRecord } from './data.ts';
import { allOf, mergeSchemas, typesOf } from './document.ts';
import { type Sampler, sampleNumber, sampleText } from './sample-scalar.ts';

/** Thrown when a schema cannot be sampled, and caught where a value was wanted. */
export class Unsampled extends Error {}

/**
 * A value that a schema may allow: it is made keyword by keyword and has to be judged.
 * `hops` counts unions on the way: they add no level, but may go in circles.
 */
export function sample(sampler: Sampler, schema: Json, depth: number, hops = 0): Data {
  if (schema === false || depth > 24 || hops > 30) throw new Unsampled();
  const { document, random } = sampler;
  const merged = allOf(document, schema);
  if (merged.const !== undefined) return merged.const as Data;
  // An empty list allows nothing: documents that have one mean what stands beside it.
  if (Array.isArray(merged.enum) && merged.enum.length > 0) {
    const values = merged.enum.filter((value) => value !== null);
    return random.pick(values.length > 0 ? values : [null]) ?? null;
  }
  for (const key of ['oneOf', 'anyOf']) {
    const members = merged[key];
    if (!Array.isArray(members) || members.length === 0) continue;
    const { [key]: _members, discriminator, ...rest } = merged;
    const branch = random.pick(members) ?? true;
    const target = allOf(document, branch);
    if (branch === false || (typesOf(target).length === 1 && typesOf(target)[0] === 'null')) {
      if (sampler.place === 'json' && depth > 0 && random.chance(0.2)) return null;
      const others = members.filter((each) => member(each, 'type') !== 'null');
      return sample(
        sampler,
        mergeSchemas(rest, allOf(document, random.pick(others) ?? true)),
        depth,
        hops + 1,
      );
    }
    const value = sample(sampler, mergeSchemas(rest, target), depth, hops + 1);
    // An alternative that says its value itself is right about it.
    return isRecord(value) ? { ...value, ...discriminated(discriminator, branch, target) } : value;
  }
  const types = typesOf(merged);
  const type = random.pick(types.filter((each) => each !== 'null')) ?? types[0];
  if (
    types.includes('null') &&
    sampler.place === 'json' &&
    depth > 0 &&
    sampler.mode === 'some' &&
    random.chance(0.2)
  )
    return null;
  switch (type) {
    case 'object':
      return sampleObject(sampler, merged, depth);
    case 'array':
      return sampleArray(sampler, merged, depth);
    case 'boolean':
      return random.chance(0.5);
    case 'integer':
    case 'number':
      return sampleNumber(random, merged, type === 'integer');
    case 'null':
      return null;
    case 'string':
      return textOf(sampler, merged);
    default:
      return (
        random.pick<Data>(sampler.place === 'json' ? ['any', 0, false, { a: 1 }, [1]] : ['any', 'a b']) ??
        null
      );
  }
}

function discriminated(
  discriminator: Json | undefined,
  branch: Json,
  target: JsonObject,
): { [name: string]: Data } {
  const property = member(discriminator, 'propertyName');
  const reference = member(branch, '$ref');
  if (typeof property !== 'string' || typeof reference !== 'string') return {};
  const declared = member(target.properties, property);
  if (member(declared, 'const') !== undefined || member(declared, 'enum') !== undefined) return {};
  const mapping = member(discriminator, 'mapping');
  const name = reference.split('/').at(-1) ?? '';
  const mapped = Object.entries(isObject(mapping) ? mapping : {}).find(
    ([, to]) => to === reference || to === name,
  );
  return { [property]: mapped?.[0] ?? name };
}

function sampleObject(sampler: Sampler, schema: JsonObject, depth: number): Data {
  const { document, random, mode } = sampler;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const result: { [name: string]: Data } = {};
  // An object without members leaves nothing at a styled place.
  const styled = depth === 0 && !['json', 'form', 'xml', 'text'].includes(sampler.place);
  const least = Math.max(typeof schema.minProperties === 'number' ? schema.minProperties : 0, styled ? 1 : 0);
  const most = typeof schema.maxProperties === 'number' ? schema.maxProperties : 1000;
  for (const [name, property] of Object.entries(properties)) {
    const merged = allOf(document, property);
    if (merged.readOnly === true || property === false) continue;
    const wanted = required.includes(name);
    const share = mode === 'required' ? 0 : depth === 0 ? (mode === 'all' ? 1 : 0.5) : depth < 3 ? 0.5 : 0;
    const count = Object.keys(result).length;
    if (!wanted && count >= least && (count >= most || !random.chance(share))) continue;
    try {
      Object.defineProperty(result, name, {
        value: sample(sampler, property, depth + 1),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    } catch (error) {
      if (wanted || !(error instanceof Unsampled)) throw error;
    }
  }
  for (const name of required)
    if (typeof name === 'string' && !Object.hasOwn(result, name) && properties[name] === undefined)
      result[name] = 'x';
  const { additionalProperties: more } = schema;
  const named = more === true || isObject(more);
  const wished = named && mode !== 'required' ? 1 + random.below(2) : 0;
  const missing = more === false ? 0 : Math.max(0, least - Object.keys(result).length);
  for (let index = 0; index < Math.max(wished, missing); index++) {
    const name =
      sampler.place === 'json' ? (['extra', 'a b', 'ключ'][index] ?? `k${index}`) : `extra${index}`;
    if (Object.keys(result).length < most)
      result[name] = sample(sampler, isObject(more) ? more : { type: 'string' }, depth + 1);
  }
  return result;
}

function sampleArray(sampler: Sampler, schema: JsonObject, depth: number): Data {
  const { random } = sampler;
  const least = typeof schema.minItems === 'number' ? schema.minItems : 0;
  const most = Math.min(typeof schema.maxItems === 'number' ? schema.maxItems : 3, Math.max(least, 3));
  const empty = sampler.place === 'json' && sampler.mode === 'some' && random.chance(0.15) ? 0 : 1;
  const count = Math.min(most, Math.max(least, depth > 4 ? 0 : empty === 0 ? 0 : 1 + random.below(3)));
  const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
  const items: Data[] = [];
  for (let index = 0; index < count; index++) {
    const item = sample(sampler, prefix[index] ?? schema.items ?? {}, depth + 1);
    const seen = items.some((other) => JSON.stringify(other) === JSON.stringify(item));
    if (!seen || schema.uniqueItems !== true) items.push(item);
  }
  return items;
}

function textOf(sampler: Sampler, schema: JsonObject): string {
  const text = sampleText(sampler, schema);
  if (text === undefined) throw new Unsampled();
  return text;
}
