import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, type JsonObject, member } from '../../src/model/json.ts';
import type { ListEntry } from '../../src/plan/list.ts';
import { asJson, type Data, type Given, isList, isRecord } from './data.ts';
import type { Random } from './random.ts';

type ListArgument = ListEntry['args'][number];

/** A value and the argument that takes it. */
export interface Filled {
  readonly argument: ListArgument;
  readonly value: Data;
}

/**
 * Finds the argument for every value, by the places that `mcpgen list --json` tells.
 * @returns them, and the places that no argument fills
 */
export function fill(entry: ListEntry, given: Given): { filled: Filled[]; unreachable: string[] } {
  const filled: Filled[] = [];
  const left = new Map(given.parameters);
  const body = given.body?.value;
  const members = new Map(isRecord(body) ? Object.entries(body) : []);
  let whole = body === undefined || (isRecord(body) && members.size === 0);
  const single = entry.args.filter(({ at }) => at[0] === 'body');
  let spread: ListArgument | undefined;
  for (const argument of entry.args) {
    const [place, name, ...deeper] = argument.at;
    if (place === 'body') {
      if (name === undefined) {
        if (single.length > 1) spread = argument;
        else if (body !== undefined) {
          filled.push({ argument, value: body });
          whole = true;
        }
        continue;
      }
      const value = members.get(name);
      if (deeper.length > 0 || value === undefined) continue;
      filled.push({ argument, value });
      members.delete(name);
      continue;
    }
    const key = [...left.keys()].find(
      (each) => each === `${place} ${name}` || (place === 'querystring' && each.startsWith('querystring ')),
    );
    const value = key === undefined ? undefined : left.get(key);
    if (key !== undefined && value !== undefined) {
      filled.push({ argument, value });
      left.delete(key);
    } else if (place === 'header' && name === 'Content-Type' && given.body !== undefined) {
      // Within a range any type will do.
      const mediaType = given.body.mediaType.replace('*/', 'application/').replace('*', 'x-sample');
      filled.push({ argument, value: mediaType });
    }
  }
  if (spread !== undefined && members.size > 0) {
    filled.push({ argument: spread, value: Object.fromEntries(members) });
    members.clear();
  }
  if (members.size === 0 && isRecord(body)) whole = true;
  const unreachable = [
    ...left.keys(),
    ...(whole ? [] : members.size > 0 ? [...members.keys()].map((name) => `body ${name}`) : ['body']),
  ];
  return { filled, unreachable };
}

/** The words of a command line, as somebody would write them; bytes are put into files. */
export function commandLine(filled: readonly Filled[], folder: string, random: Random): string[] {
  return filled.flatMap(({ argument, value }, index) => {
    const { flag, schema } = argument;
    const file = (bytes: Uint8Array, part: number): string => {
      const path = join(folder, `bytes-${index}-${part}`);
      writeFileSync(path, bytes);
      return path;
    };
    const scalar = (data: Data, of: JsonObject, part: number): string | undefined => {
      if (data instanceof Uint8Array) return file(data, part);
      if (typeof data === 'string' && isEncoded(of)) return file(Buffer.from(data, 'base64'), part);
      const type = typesOf(of);
      if (typeof data === 'string') return type.length === 1 && type[0] === 'string' ? data : undefined;
      if (typeof data === 'number')
        return type.includes('string') || type.length !== 1 ? undefined : JSON.stringify(data);
      if (typeof data === 'boolean')
        return type.length === 1 && type[0] === 'boolean' ? JSON.stringify(data) : undefined;
      return undefined;
    };
    const one = scalar(value, schema, 0);
    if (one !== undefined) {
      // A flag takes the next word whatever it begins with; both forms are tried.
      return typeof value === 'boolean' || random.chance(0.3) ? [`--${flag}=${one}`] : [`--${flag}`, one];
    }
    if (isList(value) && typesOf(schema).join() === 'array' && value.length > 0) {
      const items = member(schema, 'items');
      const words = value.map((item, part) => scalar(item, items as JsonObject, part + 1));
      if (words.every((word) => word !== undefined)) return words.flatMap((word) => [`--${flag}`, word]);
    }
    if (isRecord(value) && typesOf(schema).join() === 'object' && random.chance(0.5))
      return [`--${flag}`, JSON.stringify(asJson(value))];
    return [`--${flag}-json`, JSON.stringify(asJson(value))];
  });
}

/** The arguments of a tool call. */
export function toolArguments(filled: readonly Filled[]): { [key: string]: Json } {
  return Object.fromEntries(filled.map(({ argument, value }) => [argument.key, asJson(value)]));
}

function isEncoded(schema: JsonObject): boolean {
  return schema.contentEncoding !== undefined;
}

/** Types of a schema of `mcpgen list`; null beside another type counts for nothing here. */
function typesOf(schema: JsonObject): string[] {
  const { type } = schema;
  if (Array.isArray(schema.enum))
    return [...new Set(schema.enum.filter((value) => value !== null).map((value) => typeof value))];
  const types = Array.isArray(type) ? type : [type];
  return types
    .filter((each): each is string => typeof each === 'string' && each !== 'null')
    .map((each) => (each === 'integer' ? 'number' : each));
}
