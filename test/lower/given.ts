import { lower } from '../../src/lower/lower.ts';
import type { Api, Operation } from '../../src/model/api.ts';
import type { Diagnostic, Result } from '../../src/model/diagnostic.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

/** Lowers a document of which only the interesting members are given. */
export function lowered(document: JsonObject): Result<Api> {
  const whole: JsonObject = {
    openapi: '3.1.0',
    info: { title: 'Test', version: '1' },
    paths: {},
    ...document,
  };
  return lower({ document: whole, origins: new Map([['', { file: 'spec.yaml', pointer: '' }]]), inputs: [] });
}

/** The Api of a document that must have no errors. */
export function api(document: JsonObject): Api {
  const { value, diagnostics } = lowered(document);
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return value;
}

/** The only operation of a document with `POST /x`. */
export function post(operation: JsonObject, rest: JsonObject = {}): Operation {
  return only(api({ paths: { '/x': { post: operation } }, ...rest }).operations);
}

/** `POST /x` with a JSON body of this schema. */
export function body(
  schema: Json,
  components: JsonObject = {},
  requestBody: JsonObject = { required: true },
): Operation {
  return post(
    { requestBody: { ...requestBody, content: { 'application/json': { schema } } } },
    { components: { schemas: components } },
  );
}

/** `GET /x` with parameters. */
export function get(parameters: readonly Json[], rest: JsonObject = {}): Operation {
  return only(api({ paths: { '/x': { get: { parameters } } }, ...rest }).operations);
}

export function only<T>(list: readonly T[]): T {
  const [first, ...rest] = list;
  if (first === undefined || rest.length > 0) throw new Error(`expected one, got ${list.length}`);
  return first;
}

/** `severity code` of each diagnostic, without the note about missing security. */
export function codes(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .filter(({ code }) => code !== 'security-missing')
    .map(({ severity, code }) => `${severity} ${code}`);
}

/** Lowers one schema as the JSON of `{value: …}`, so that it is not flattened. */
export function lowerOne(schema: Json, components: JsonObject = {}): unknown {
  const { operations } = api({
    paths: {
      '/x': {
        post: {
          requestBody: {
            content: { 'application/json': { schema: { type: 'object', properties: { value: schema } } } },
          },
        },
      },
    },
    components: { schemas: components },
  });
  return withoutPointers(operations[0]?.arguments[0]?.schema);
}

function withoutPointers(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, entry) =>
      typeof entry === 'bigint' ? `${entry}n` : key === 'pointer' ? undefined : entry,
    ),
  );
}
