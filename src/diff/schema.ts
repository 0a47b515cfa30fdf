import { exactJson, isObject, type Json, type JsonObject, member } from '../model/json.ts';

/** One difference of two schemas. */
export interface SchemaChange {
  /** The way to the changed part: `.items[].state`; '' for the whole. */
  readonly path: string;
  /** What was valid may no longer be. */
  readonly narrower: boolean;
  /** What was not valid may be so now. */
  readonly wider: boolean;
  /** What the difference is about. `gone`, `new`: a member; `required`, `optional`: a member; `closed`: members that are not named. */
  readonly about: 'type' | 'values' | 'limit' | 'form' | 'gone' | 'new' | 'required' | 'optional' | 'closed';
  readonly message: string;
}

/** The way to a changed part, for people: `items[].state`. */
export function whereOf(path: string): string {
  return path.replace(/^\./, '');
}

/**
 * Compares what two JSON Schemas allow, keyword by keyword. What it cannot judge (a keyword of EXACT that changes) is called narrower:
 * a warning too many is better than a caller that breaks.
 * @returns the differences; titles, descriptions, examples and defaults do not count
 */
export function compareSchemas(
  before: Json | undefined,
  after: Json | undefined,
  path = '',
): readonly SchemaChange[] {
  if (same(before, after)) return [];
  const [old, fresh] = [asSchema(before), asSchema(after)];
  if (isUnion(old) || isUnion(fresh)) return compareForms(old, fresh, path);
  const types = compareTypes(old, fresh, path);
  // There is nothing more to say of two types that have nothing in common.
  if (
    !typesOf(old).some((type) => accepts(fresh, type)) &&
    !typesOf(fresh).some((type) => accepts(old, type))
  )
    return types;
  const changes: SchemaChange[] = [
    ...types,
    ...compareValues(old, fresh, path),
    ...LIMITS.flatMap((limit) => compareLimit(limit, old, fresh, path)),
    ...compareExact(old, fresh, path),
    ...compareMembers(old, fresh, path),
  ];
  if (isObject(old.items) || isObject(fresh.items)) {
    changes.push(...compareSchemas(old.items ?? {}, fresh.items ?? {}, `${path}[]`));
  }
  return changes;
}

type Verdict = Pick<SchemaChange, 'narrower' | 'wider'>;
const NARROWER: Verdict = { narrower: true, wider: false };
const WIDER: Verdict = { narrower: false, wider: true };

function asSchema(schema: Json | undefined): JsonObject {
  return isObject(schema) ? schema : {};
}

const ALL_TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object'];

function typesOf(schema: JsonObject): readonly string[] {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  return valuesOf(schema)?.map(typeOfValue) ?? ALL_TYPES;
}

function typeOfValue(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Whether every value of a type is of a schema's types. */
function accepts(schema: JsonObject, type: string): boolean {
  const types = typesOf(schema);
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

function compareTypes(old: JsonObject, fresh: JsonObject, path: string): SchemaChange[] {
  const [before, after] = [typesOf(old), typesOf(fresh)];
  const narrower = before.some((type) => !accepts(fresh, type));
  const wider = after.some((type) => !accepts(old, type));
  if (!narrower && !wider) return [];
  return [
    { path, about: 'type', narrower, wider, message: `type ${nameTypes(before)} became ${nameTypes(after)}` },
  ];
}

function nameTypes(types: readonly string[]): string {
  return types === ALL_TYPES ? 'any' : [...new Set(types)].join('|');
}

function isUnion(schema: JsonObject): boolean {
  return Array.isArray(schema.anyOf) || Array.isArray(schema.oneOf);
}

/** The forms that a value may have; of a schema that is no union the schema itself. That null may be one is left out. */
function formsOf(schema: JsonObject): readonly Json[] {
  return alternatives(schema).flatMap((form) => {
    const { type, ...rest } = asSchema(form);
    if (type === 'null') return [];
    return Array.isArray(type) ? [{ ...rest, type: type.filter((each) => each !== 'null') }] : [form];
  });
}

function alternatives(schema: JsonObject): readonly Json[] {
  return [schema.anyOf, schema.oneOf].find(Array.isArray) ?? [schema];
}

function allowsNull(schema: JsonObject): boolean {
  return alternatives(schema).some((form) => typesOf(asSchema(form)).includes('null'));
}

function compareForms(old: JsonObject, fresh: JsonObject, path: string): readonly SchemaChange[] {
  const [before, after] = [formsOf(old), formsOf(fresh)];
  const lost = before.filter((form) => !after.some((other) => same(form, other)));
  const won = after.filter((form) => !before.some((other) => same(form, other)));
  const changes: SchemaChange[] = [];
  const add = (verdict: Verdict, message: string) =>
    changes.push({ path, about: 'type', ...verdict, message });
  if (lost.length === won.length) {
    // As many as before: each in its place is another state of the same form.
    changes.push(...lost.flatMap((form, index) => compareSchemas(form, won[index], path)));
  } else {
    if (lost.length > 0) add(NARROWER, `${lost.length} of ${before.length} forms are no longer allowed`);
    if (won.length > 0)
      add(WIDER, `${won.length === 1 ? 'another form is' : `${won.length} other forms are`} allowed`);
  }
  if (allowsNull(old) && !allowsNull(fresh)) add(NARROWER, 'null is no longer allowed');
  if (!allowsNull(old) && allowsNull(fresh)) add(WIDER, 'null is allowed too');
  return changes;
}

/** The closed list of values, if there is one: `enum` or `const`. */
function valuesOf(schema: JsonObject): readonly Json[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum;
  return Object.hasOwn(schema, 'const') && schema.const !== undefined ? [schema.const] : undefined;
}

function compareValues(old: JsonObject, fresh: JsonObject, path: string): SchemaChange[] {
  const [before, after] = [valuesOf(old), valuesOf(fresh)];
  const change = (verdict: Verdict, message: string): SchemaChange => ({
    path,
    about: 'values',
    ...verdict,
    message,
  });
  if (before === undefined && after === undefined) return [];
  if (after === undefined) return [change(WIDER, 'any value is allowed now')];
  if (before === undefined) return [change(NARROWER, `only ${list(after)} is allowed now`)];
  const lost = before.filter((value) => !after.some((other) => same(value, other)));
  const won = after.filter((value) => !before.some((other) => same(value, other)));
  return [
    ...(lost.length === 0 ? [] : [change(NARROWER, `${list(lost)} is no longer allowed`)]),
    ...(won.length === 0 ? [] : [change(WIDER, `${list(won)} is allowed too`)]),
  ];
}

function list(values: readonly Json[]): string {
  return values.map((value) => exactJson(value)).join(', ');
}

interface Limit {
  readonly keyword: string;
  /** Whether a larger number allows less. */
  readonly lower: boolean;
}

const LIMITS: readonly Limit[] = [
  ...['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'].map((keyword) => ({
    keyword,
    lower: true,
  })),
  ...['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'].map((keyword) => ({
    keyword,
    lower: false,
  })),
];

function compareLimit(
  { keyword, lower }: Limit,
  old: JsonObject,
  fresh: JsonObject,
  path: string,
): SchemaChange[] {
  const [before, after] = [member(old, keyword), member(fresh, keyword)];
  if (same(before, after)) return [];
  const change = (verdict: Verdict, message: string): SchemaChange[] => [
    { path, about: 'limit', ...verdict, message: `${keyword} ${message}` },
  ];
  if (typeof after !== 'number') return change(WIDER, `${before} is gone`);
  if (typeof before !== 'number') return change(NARROWER, `${after} is new`);
  return change(after > before === lower ? NARROWER : WIDER, `${before} became ${after}`);
}

/** Keywords of which any change but their going may refuse what was valid. */
const EXACT = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'contentEncoding', 'allOf', 'not'];

function compareExact(old: JsonObject, fresh: JsonObject, path: string): SchemaChange[] {
  return EXACT.flatMap((keyword) => {
    const [before, after] = [member(old, keyword), member(fresh, keyword)];
    if (same(before, after)) return [];
    const what = after === undefined ? 'is gone' : before === undefined ? 'is new' : 'changed';
    const named = after ?? before;
    const text = typeof named === 'object' || typeof named === 'boolean' ? '' : ` ${exactJson(named)}`;
    const verdict = after === undefined ? WIDER : NARROWER;
    return [{ path, about: 'form' as const, ...verdict, message: `${keyword}${text} ${what}` }];
  });
}

function compareMembers(old: JsonObject, fresh: JsonObject, path: string): SchemaChange[] {
  const [before, after] = [asSchema(old.properties), asSchema(fresh.properties)];
  const open = fresh.additionalProperties !== false;
  const changes: SchemaChange[] = [];
  const add = (name: string, about: SchemaChange['about'], verdict: Verdict, message: string) =>
    changes.push({ path: `${path}${name}`, about, ...verdict, message });
  for (const name of Object.keys(before)) {
    if (Object.hasOwn(after, name))
      changes.push(...compareSchemas(before[name], after[name], `${path}.${name}`));
    else add(`.${name}`, 'gone', open ? WIDER : NARROWER, 'is no longer known');
  }
  for (const name of Object.keys(after)) {
    if (!Object.hasOwn(before, name)) add(`.${name}`, 'new', WIDER, 'is new');
  }
  const [must, mustNow] = [requiredOf(old), requiredOf(fresh)];
  for (const name of mustNow.filter((each) => !must.includes(each))) {
    add(`.${name}`, 'required', NARROWER, 'is required now');
  }
  for (const name of must.filter((each) => !mustNow.includes(each) && Object.hasOwn(after, each))) {
    add(`.${name}`, 'optional', WIDER, 'is no longer required');
  }
  if (old.additionalProperties !== false && !open) {
    add('', 'closed', NARROWER, 'no other members are allowed now');
  }
  return changes;
}

function requiredOf(schema: JsonObject): readonly string[] {
  return Array.isArray(schema.required) ? schema.required.map(String) : [];
}

/** Whether two JSON values say the same; the order of members does not count, nor do words for people in schemas. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  return exactJson(canonical(a)) === exactJson(canonical(b));
}

const WORDS = new Set(['title', 'description', 'examples', 'default', 'deprecated']);

function canonical(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => canonical(item) ?? null);
  if (!isObject(value)) return value;
  const entries = Object.entries(value)
    .filter(([key, inner]) => !(WORDS.has(key) && !isObject(inner)))
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([key, inner]) => [key, canonical(inner)]);
  return Object.fromEntries(entries);
}
