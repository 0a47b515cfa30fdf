import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';

/** Whether a value is what a schema of the document allows in a request. */
export type Judge = (schema: Json, value: Json) => boolean;

/** A validator that is nobody's but the test's: samples have to be valid, whoever is to take them. */
export function judgeOf(document: JsonObject): Judge {
  const ajv = new Ajv2020({
    strict: false,
    unicodeRegExp: false,
    validateSchema: false,
    addUsedSchema: false,
    inlineRefs: false,
    // A member may be called `constructor`, which every JavaScript object seems to have.
    ownProperties: true,
    logger: false,
    code: { regExp: lenient },
  });
  // Formats tell alternatives apart (`oneOf` of date and date-time).
  for (const [name, pattern] of Object.entries(FORMATS)) ajv.addFormat(name, pattern);
  ajv.addSchema(
    { components: prepared(document.components ?? {}), paths: prepared(document.paths ?? {}) },
    'document',
  );
  const compiled = new Map<Json, (value: Json) => boolean>();
  return (schema, value) => {
    let test = compiled.get(schema);
    if (test === undefined) {
      try {
        const validate = ajv.compile(prepared(schema, 'document') as JsonObject);
        test = (each) => validate(each) === true;
      } catch {
        // A dangling reference or a schema that is none: nobody can judge.
        test = () => true;
      }
      compiled.set(schema, test);
    }
    return test(value);
  };
}

const FORMATS: { readonly [name: string]: RegExp } = {
  date: /^\d{4}-\d\d-\d\d$/,
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d/,
  uuid: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
  email: /@/,
  uri: /^[a-z][a-z0-9+.-]*:/i,
};

/** A copy without what no validator should see (identifiers, examples, extensions) and without members that requests leave out. */
function prepared(value: Json, base = ''): Json {
  if (Array.isArray(value)) return value.map((item) => prepared(item, base));
  if (!isObject(value)) return value;
  const copy: { [key: string]: Json } = {};
  for (const [key, child] of Object.entries(value)) {
    if (
      ['$id', '$anchor', '$dynamicAnchor', 'example', 'examples', 'discriminator'].includes(key) &&
      typeof child !== 'object'
    )
      continue;
    if (['example', 'examples', 'discriminator', 'default'].includes(key) || key.startsWith('x-')) continue;
    if (key === '__proto__') continue;
    copy[key] =
      key === '$ref' && typeof child === 'string' && child.startsWith('#/')
        ? `${base}${child}`
        : prepared(child, base);
  }
  const { properties, required } = copy;
  if (isObject(properties) && Array.isArray(required)) {
    const kept = required.filter((name) => typeof name !== 'string' || !isReadOnly(properties[name]));
    copy.required = kept;
  }
  return copy;
}

function isReadOnly(schema: Json | undefined): boolean {
  if (!isObject(schema)) return false;
  return (
    schema.readOnly === true || (Array.isArray(schema.allOf) && schema.allOf.some((part) => isReadOnly(part)))
  );
}

/** Patterns that JavaScript does not know match everything. */
function lenient(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return /(?:)/;
  }
}
lenient.code = 'new RegExp';
