import { FAILSAFE_SCHEMA, type LoadOptions, load, Type, YAMLException } from 'js-yaml';
import { parseAllDocuments, type YAMLError } from 'yaml';
import { diagnostic } from '../../model/codes.ts';
import { type Diagnostic, hasErrors, type Result } from '../../model/diagnostic.ts';
import { isObject, type Json } from '../../model/json.ts';
import { duplicateMembers, holdsLargeInteger, lineAndColumn, scanJson } from './json-scan.ts';
import { measure } from './measure.ts';
import { respell } from './spelling.ts';

/** How deep values may be nested. Stages recurse over documents; this keeps all of them far from the end of the stack. */
export const MAX_DEPTH = 500;

/** How many syntax errors and repeated members of one file are reported. */
const MAX_MESSAGES = 100;
/** Longer YAML is not given to the lenient parser, which needs a hundred bytes for each. */
const MAX_LOOSE = 10_000_000;

/** How many members `<<` may copy. */
const MAX_MERGED = 1_000_000;

/**
 * YAML 1.2's core schema (section 10.3.2) and merge keys, without what JSON cannot express: `.inf` and `.nan` stay text.
 * js-yaml's own core schema also takes YAML 1.1's `1_000` and `0b1` as numbers.
 */
const CORE = FAILSAFE_SCHEMA.extend({
  implicit: [
    scalar('null', /^(?:~|null|Null|NULL|)$/, () => null),
    scalar('bool', /^(?:true|True|TRUE|false|False|FALSE)$/, (text) => text.toLowerCase() === 'true'),
    scalar('int', /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/, Number),
    scalar('float', /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/, finite),
    new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text) => text === '<<' }),
  ],
});

/** The same, with every other tag ignored. */
const TOLERANT = CORE.extend(
  (['scalar', 'sequence', 'mapping'] as const).map(
    (kind) => new Type('', { kind, multi: true, construct: (value: Json) => value }),
  ),
);

function scalar(name: string, pattern: RegExp, construct: (text: string) => Json): Type {
  return new Type(`tag:yaml.org,2002:${name}`, {
    kind: 'scalar',
    resolve: (text) => pattern.test(text ?? ''),
    construct: (text) => construct(text ?? ''),
  });
}

/** `1e999` is a number to YAML, but none to JSON. */
function finite(text: string): Json {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/**
 * Parses YAML 1.2 or JSON, whichever it is, to a JSON value. An empty text is an error.
 * Reports every syntax error and every repeated member with line and column, tags without meaning, several documents in one text,
 * nesting deeper than MAX_DEPTH and aliases that unfold to too much or contain themselves.
 *
 * Three parsers take turns: JSON.parse; js-yaml, which is the fastest but strict and stops at the first error; `yaml`, which
 * reads what js-yaml refuses, such as a flow mapping closed at its parent's indentation, and lists all errors.
 * @param file name for diagnostics
 */
export function parseText(file: string, text: string): Result<Json> {
  const at = (offset: number) => ({ file, ...lineAndColumn(text, offset) });
  if (/^\s*[[{]/.test(text)) {
    const scan = scanJson(text, MAX_DEPTH);
    if (scan.tooDeep !== undefined) return { diagnostics: [tooDeep(at(scan.tooDeep))] };
    const value = parseJson(text);
    if (value !== undefined) {
      const diagnostics = repeated(value, text, scan.members, at);
      if (holdsLargeInteger(text)) respell(value, text);
      return { value, diagnostics };
    }
  }
  const strict = loadStrictly(text, { schema: CORE });
  if ('tooDeep' in strict) return { diagnostics: [tooDeep(at(strict.tooDeep))] };
  const loose = 'failed' in strict ? loadAgain(file, text, strict.failed) : strict;
  if (loose.value === undefined) {
    if (hasErrors(loose.diagnostics)) return loose;
    return { diagnostics: [...loose.diagnostics, empty(file)] };
  }
  // Without an anchor there are no aliases, and the parser has bounded the depth.
  const excess = /(?:^|[\s,[{])&[^\s&]/.test(text) ? measure(file, loose.value, MAX_DEPTH) : undefined;
  if (excess !== undefined) return { diagnostics: [...loose.diagnostics, excess] };
  respell(loose.value, text);
  return loose;
}

function empty(file: string): Diagnostic {
  return diagnostic('file-empty', 'The file is empty', { origin: { file, line: 1, column: 1 } });
}

function tooDeep(origin: { file: string; line: number; column: number }): Diagnostic {
  return diagnostic('nested-too-deep', `Values are nested too deeply: the limit is ${MAX_DEPTH} levels`, {
    origin,
  });
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** JSON.parse silently keeps the last of several members of one name: they are looked for only if the numbers differ. */
function repeated(
  value: Json,
  text: string,
  members: number,
  at: (offset: number) => { file: string; line: number; column: number },
): Diagnostic[] {
  if (countMembers(value) === members) return [];
  const found = duplicateMembers(text).slice(0, MAX_MESSAGES);
  return found.map(({ name, offset }) => duplicate(name, at(offset)));
}

/** Counts the members of all objects. A value that was parsed has no enumerable members but its own. */
function countMembers(value: Json): number {
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countMembers(item);
  } else if (isObject(value)) {
    for (const name in value) {
      count++;
      const item = value[name];
      if (typeof item === 'object') count += countMembers(item);
    }
  }
  return count;
}

function duplicate(name: string, origin: { file: string; line: number; column: number }): Diagnostic {
  return diagnostic('yaml-duplicate-key', `The member \`${name}\` occurs twice in one object`, {
    origin,
    hint: 'The last one is used; remove or rename the other',
  });
}

function loadStrictly(
  text: string,
  given: Pick<LoadOptions, 'schema' | 'json'>,
): Result<Json> | { tooDeep: number } | { failed: YAMLException } {
  // The limits are not in the published types.
  const options: LoadOptions & { maxDepth: number; maxTotalMergeKeys: number } = {
    ...given,
    maxDepth: MAX_DEPTH,
    maxTotalMergeKeys: MAX_MERGED,
  };
  try {
    const value = load(text, options) as Json | undefined;
    return value === undefined || value === null ? { diagnostics: [] } : { value, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return error.reason.startsWith('nesting exceeded') ? { tooDeep: error.mark.position } : { failed: error };
  }
}

/** The lenient parser has the last word, except on text that is too much for it. */
function loadAgain(file: string, text: string, error: YAMLException): Result<Json> {
  const { line = 0, column = 0 } = error.mark ?? {};
  const origin = { file, line: line + 1, column: column + 1 };
  if (error.reason.startsWith('merge keys exceeded')) {
    const message = `Merge keys copy more than ${MAX_MERGED.toLocaleString('en')} members`;
    return { diagnostics: [diagnostic('too-large', message, { origin })] };
  }
  const merges = text.split('<<').length - 1;
  // A merge can copy a member for every four characters of the text.
  const small = text.length <= MAX_LOOSE && merges * (text.length / 4) <= 10 * MAX_MERGED;
  const loose: Result<Json> = small
    ? loadLoosely(file, text)
    : { diagnostics: [diagnostic('yaml-syntax', error.reason, { origin })] };
  if (!hasErrors(loose.diagnostics)) return loose;
  // The strict parser closes lists at the indentation of their parent, as most do; it failed at a repeated member or a tag.
  const tolerant = loadStrictly(text, { schema: TOLERANT, json: true });
  if (!('value' in tolerant)) return loose;
  const diagnostics = small
    ? loose.diagnostics.filter(({ severity }) => severity !== 'error')
    : loose.diagnostics.map((one) => ({ ...one, severity: 'warning' as const }));
  return { ...tolerant, diagnostics };
}

function loadLoosely(file: string, text: string): Result<Json> {
  try {
    const all = parseAllDocuments(text, {
      merge: true,
      prettyErrors: false,
      logLevel: 'silent',
      // `.inf` and `.nan` stay text.
      customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.test?.test('.inf') !== true),
    });
    if (!Array.isArray(all)) return { diagnostics: [] };
    const errors = all.flatMap((document) => [...withoutEchoes(document.errors), ...document.warnings]);
    const diagnostics = errors.slice(0, MAX_MESSAGES).map((error) => describe(file, text, error));
    const documents = all.filter((document) => document.contents !== null);
    const [first, second] = documents;
    if (hasErrors(diagnostics) || first === undefined) return { diagnostics };
    if (second !== undefined) {
      const message = `The file holds ${documents.length} YAML documents`;
      const hint = 'Put each into a file of its own; the second begins here';
      const origin = { file, ...lineAndColumn(text, second.contents?.range?.[0] ?? 0) };
      return { diagnostics: [...diagnostics, diagnostic('yaml-documents', message, { origin, hint })] };
    }
    const value = first.toJS({ maxAliasCount: -1 }) as Json;
    return value === null ? { diagnostics } : { value, diagnostics };
  } catch (error) {
    // Its recursion has no limit of its own; it throws ReferenceErrors for aliases without an anchor.
    if (error instanceof RangeError) return { diagnostics: [tooDeep({ file, line: 1, column: 1 })] };
    if (!(error instanceof ReferenceError)) throw error;
    const name = error.message.match(/\S+$/)?.[0] ?? '';
    const origin = { file, ...lineAndColumn(text, Math.max(0, text.indexOf(`*${name}`))) };
    return {
      diagnostics: [diagnostic('yaml-syntax', `The alias \`*${name}\` has no anchor before it`, { origin })],
    };
  }
}

/** Behind an error in the syntax the parser finds every further token unexpected, and often says the same of one place twice: only what stands first can be mended. */
function withoutEchoes(errors: readonly YAMLError[]): readonly YAMLError[] {
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  const places = new Set<number>();
  return errors.filter(({ code, pos: [offset] }, index) => {
    const echo = (code === 'UNEXPECTED_TOKEN' && errors[index] !== first) || places.has(offset);
    places.add(offset);
    return !echo;
  });
}

function describe(file: string, text: string, error: YAMLError): Diagnostic {
  const origin = { file, ...lineAndColumn(text, error.pos[0]) };
  if (error.code === 'DUPLICATE_KEY') {
    const line = text.slice(error.pos[0]).match(/^[^\n]*?(?=:[\s]|\n|$)/)?.[0] ?? '';
    return duplicate(line.replace(/^(["'])(.*)\1$/, '$2'), origin);
  }
  if (error.name === 'YAMLWarning') return diagnostic('yaml-tag', error.message, { origin });
  if (error.code === 'TAB_AS_INDENT') {
    const hint = 'Replace tabs at the beginning of lines by spaces';
    return diagnostic('yaml-syntax', 'A tab is used as indentation', { origin, hint });
  }
  return diagnostic('yaml-syntax', error.message, { origin });
}
