import { globbed } from './curl-glob.ts';
import { type CurlMeaning, longOption, shortOption } from './curl-options.ts';
import { expandOptions } from './curl-variables.ts';
import type { FormPart, Header, Piece, Request } from './request.ts';
import type { Argument, Variant } from './resolve.ts';
import {
  concat,
  constant,
  type Hole,
  hole,
  join,
  keyOf,
  type Part,
  print,
  soleHole,
  text,
  type Value,
} from './value.ts';

/** The options of one curl command, in order. */
interface Option {
  readonly name: string;
  readonly meaning: CurlMeaning | 'unknown';
  readonly value: Value;
  readonly optional: boolean;
  readonly expand?: boolean;
}

/**
 * Reads the arguments of curl.
 * @param variant the call, without choices
 * @param readFile gives the content of a file, as far as the script itself wrote it
 */
export function readCurl(variant: Variant, readFile: (path: Value) => Value): Request[] {
  const problems: string[] = [];
  const requests: Option[][] = [[]];
  const given = withConfig(split(variant.argv, problems), readFile, problems);
  for (const option of expandOptions(given, readFile))
    if (option.meaning === 'next') requests.push([]);
    else requests.at(-1)?.push(option);
  return requests.map((options) => requestOf(options, readFile, [...problems]));
}

function requestOf(
  options: readonly Option[],
  readFile: (path: Value) => Value,
  problems: string[],
): Request {
  const last = (meaning: CurlMeaning): Option | undefined =>
    options.findLast((option) => option.meaning === meaning);
  const all = (...meanings: CurlMeaning[]): Option[] =>
    options.filter((option) => (meanings as string[]).includes(option.meaning));
  const isJson = last('json') !== undefined;
  const data = joinJson(
    all('data', 'data-raw', 'data-binary', 'data-urlencode', 'json').map((option) => piece(option, readFile)),
    isJson,
  );
  const get = last('get') !== undefined;
  const query = [...all('url-query').map(queryPiece), ...(get ? data : [])];
  const form = all('form', 'form-string').map((option) => formPart(option, readFile, problems));
  const hasBody = (data.length > 0 && !get) || form.length > 0;
  const upload = last('upload')?.value;
  const head = last('head') !== undefined;
  const given = last('method')?.value;
  const method = given ?? text(head ? 'HEAD' : hasBody ? 'POST' : upload !== undefined ? 'PUT' : 'GET', 0);
  const headers = all('header').flatMap((option) => header(option, readFile, problems));
  const agent = last('user-agent');
  if (agent !== undefined) headers.push({ name: 'User-Agent', value: agent.value, optional: agent.optional });
  const referer = last('referer');
  if (referer !== undefined)
    headers.push({ name: 'Referer', value: referer.value, optional: referer.optional });
  const range = last('range');
  if (range !== undefined)
    headers.push({ name: 'Range', value: concat(text('bytes=', 0), range.value), optional: range.optional });
  const writeOut = constant(last('write-out')?.value ?? []) ?? '';
  return {
    urls: all('url').map((option) => (last('globoff') === undefined ? globbed(option.value) : option.value)),
    method,
    headers,
    query,
    data: get ? [] : data,
    form,
    user: last('user')?.value,
    bearer: last('bearer')?.value,
    cookies: all('cookie').flatMap((option) => (isFile(option.value) ? [] : [option.value])),
    netrc: last('netrc') !== undefined,
    clientCertificate: last('cert') !== undefined,
    defaultType: isJson
      ? 'application/json'
      : form.length > 0
        ? 'multipart/form-data'
        : hasBody
          ? 'application/x-www-form-urlencoded'
          : undefined,
    accept: isJson ? 'application/json' : undefined,
    upload,
    recorded: [
      ...new Set(
        [
          ...all('record', 'request-target'),
          // Cookies that an earlier call has left in a file.
          ...all('cookie').filter(({ value }) => value.length > 0 && isFile(value)),
        ].map((option) => option.name),
      ),
    ],
    problems,
    fails: last('fail') !== undefined,
    timeout: last('timeout') !== undefined,
    status: /http_code|response_code/.test(writeOut),
    toFile: all('output').some(
      (option) => constant(option.value) !== '/dev/stdout' && constant(option.value) !== '-',
    ),
  };
}

/** Pairs options with their values as curl's own parser does. */
function split(argv: readonly Argument[], problems: string[]): Option[] {
  const options: Option[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index];
    if (argument === undefined) break;
    const [head] = argument.value;
    const word = head?.kind === 'text' ? head.text : '';
    const { optional } = argument;
    if (!word.startsWith('-') || word === '-') {
      const passed = soleHole(argument.value);
      if (passed?.source.kind === 'rest')
        problems.push('further options of curl are arguments of the script (`"$@"`)');
      else if (passed !== undefined && holdsOptions(passed)) options.push(further(passed));
      else if (argument.value.length > 0)
        options.push({ name: 'url', meaning: 'url', value: argument.value, optional });
      continue;
    }
    const value = (): Value => {
      index += 1;
      const next = argv[index];
      if (next === undefined) problems.push(`\`${word}\` has no value`);
      return next?.value ?? [];
    };
    if (word.startsWith('--')) {
      // curl 8.16 and later take `--request=POST`.
      const [name = '', attached] = splitOnce(word.slice(2));
      if (name === '') continue;
      const option = longOption(name);
      if (option === undefined) problems.push(`\`--${name.slice(0, 40)}\` is no option of curl`);
      else {
        const own = (): Value =>
          attached === undefined ? value() : concat(text(attached, placeOf(head)), argument.value.slice(1));
        options.push({
          name: `--${name}`,
          meaning: option.meaning,
          value: option.value ? own() : [],
          optional,
          ...(option.expand === true ? { expand: true } : {}),
        });
      }
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? '';
      const option = shortOption(letter);
      if (option === undefined) {
        problems.push(`\`-${letter}\` is no option of curl`);
        break;
      }
      if (!option.value) {
        options.push({ name: `-${letter}`, meaning: option.meaning, value: [], optional });
        continue;
      }
      const rest = word.slice(at + 1);
      const attached = argument.value.length > 1 || rest !== '';
      const own: Value =
        head?.kind === 'text' ? concat(text(rest, head.at + at + 1), argument.value.slice(1)) : [];
      options.push({
        name: `-${letter}`,
        meaning: option.meaning,
        value: attached ? own : value(),
        optional,
      });
      break;
    }
  }
  return options;
}

function splitOnce(word: string): [string, string?] {
  const at = word.indexOf('=');
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function placeOf(part: Part | undefined): number {
  return part?.kind === 'text' ? part.at : 0;
}

/** `$CURL_OPTS` from outside: what it holds is not the script's. */
function holdsOptions({ source }: Hole): boolean {
  const name = source.kind === 'env' ? source.name : source.kind === 'unknown' ? source.text : '';
  return /(?:opts?|options?|args?|arguments|flags?|params|verbose|debug|quiet|silent|insecure|proxy|ip_?version)$/i.test(
    name,
  );
}

function further({ source }: Hole): Option {
  const name = source.kind === 'env' ? `$${source.name}` : source.kind === 'unknown' ? source.text : '';
  return { name, meaning: 'record', value: [], optional: false };
}

/** Adds what a config that the script itself writes says (`-K <(printf …)`, `-K- <<< …`). */
function withConfig(
  options: readonly Option[],
  readFile: (path: Value) => Value,
  problems: string[],
): Option[] {
  return options.flatMap((option): Option[] => {
    if (option.meaning !== 'config') return [option];
    const content = readFile(option.value);
    const held = soleHole(content);
    if (held?.source.kind === 'file' || held?.source.kind === 'stdin') {
      problems.push(`options of curl stand in the file \`${keyOf(held.source).replace(/^\w+:/, '')}\``);
      return [];
    }
    return lines(content).flatMap((line): Option[] => {
      const [head] = line;
      const parsed = head?.kind === 'text' ? /^\s*-{0,2}([\w-]+)\s*[=: ]?\s*"?/.exec(head.text) : null;
      const known =
        parsed?.[1] === undefined
          ? undefined
          : parsed[1].length === 1
            ? shortOption(parsed[1])
            : longOption(parsed[1]);
      if (parsed === null || known === undefined || head?.kind !== 'text') return [];
      const rest = concat(text(head.text.slice(parsed[0].length), head.at + parsed[0].length), line.slice(1));
      const last = rest.at(-1);
      const value =
        last?.kind === 'text'
          ? [...rest.slice(0, -1), ...text(last.text.replace(/"\s*$/, ''), last.at)]
          : rest;
      return [{ name: `--${parsed[1]}`, meaning: known.meaning, value, optional: false }];
    });
  });
}

function lines(value: Value): Value[] {
  const result: Value[] = [[]];
  for (const part of value) {
    if (part.kind !== 'text') {
      result.push([...(result.pop() ?? []), part]);
      continue;
    }
    for (const [index, line] of part.text.split('\n').entries()) {
      if (index > 0) result.push([]);
      if (line !== '') result.push([...(result.pop() ?? []), { ...part, text: line }]);
    }
  }
  return result.filter((line) => line.length > 0);
}

function piece(option: Option, readFile: (path: Value) => Value): Piece {
  const { value, optional, meaning } = option;
  const [head] = value;
  const marked =
    head?.kind === 'text' &&
    head.text.startsWith('@') &&
    meaning !== 'data-raw' &&
    meaning !== 'data-urlencode';
  if (marked) {
    const path = concat(text(head.text.slice(1), head.at + 1), value.slice(1));
    const content = readFile(path);
    const held = soleHole(content);
    const outside = held?.source.kind === 'file' || held?.source.kind === 'stdin';
    return {
      kind: outside ? (meaning === 'data-binary' ? 'binary-file' : 'file') : 'text',
      value: outside || meaning === 'data-binary' ? content : withoutNewlines(content, meaning),
      optional,
    };
  }
  if (meaning === 'data-urlencode') return { kind: 'urlencode', value, optional };
  return { kind: 'text', value, optional };
}

/** `--url-query name=text` is encoded, `--url-query +text` goes as it is. */
function queryPiece({ value, optional }: Option): Piece {
  const [head] = value;
  return head?.kind === 'text' && head.text.startsWith('+')
    ? { kind: 'text', value: concat(text(head.text.slice(1), head.at + 1), value.slice(1)), optional }
    : { kind: 'urlencode', value, optional };
}

/** Several `--json` are one text, without the `&` that goes between pieces of a form. */
function joinJson(pieces: readonly Piece[], isJson: boolean): readonly Piece[] {
  const [first, ...others] = pieces;
  if (!isJson || first === undefined || pieces.some((one) => one.kind !== 'text')) return pieces;
  return [{ ...first, value: join([first, ...others].map((one) => one.value)) }];
}

/** `-d @file` drops the line ends of the file. */
function withoutNewlines(value: Value, meaning: CurlMeaning | 'unknown'): Value {
  if (meaning !== 'data') return value;
  return value.flatMap((part) =>
    part.kind === 'text' ? text(part.text.replace(/[\r\n]/g, ''), part.at) : [part],
  );
}

function formPart(option: Option, readFile: (path: Value) => Value, problems: string[]): FormPart {
  const { value, optional } = option;
  const [head, ...rest] = value;
  const equals = head?.kind === 'text' ? head.text.indexOf('=') : -1;
  if (head?.kind !== 'text' || equals === -1) {
    problems.push('the name of a form field is an argument');
    return { name: 'field', kind: 'text', value, optional };
  }
  const name = head.text.slice(0, equals);
  const content = concat(text(head.text.slice(equals + 1), head.at + equals + 1), rest);
  const [first] = content;
  if (option.meaning === 'form-string' || first?.kind !== 'text' || !/^[@<]/.test(first.text))
    return { name, kind: 'text', value: withoutType(content).value, optional, ...typeOf(content) };
  const path = withoutType(concat(text(first.text.slice(1), first.at + 1), content.slice(1)));
  const inner = readFile(path.value);
  const isText = first.text.startsWith('<');
  const held = soleHole(path.value);
  return {
    name,
    kind: isText ? 'text' : 'file',
    value:
      (held ?? false)
        ? path.value
        : inner.length > 0
          ? inner
          : [hole({ kind: 'file', path: name }, first.at)],
    optional,
    ...typeOf(content),
  };
}

/** `;type=…` and `;filename=…` behind a form field. */
function withoutType(value: Value): { value: Value } {
  const last = value.at(-1);
  if (last?.kind !== 'text') return { value };
  return {
    value: concat(
      value.slice(0, -1),
      text(last.text.replace(/;\s*(type|filename|headers|encoder)=.*$/s, ''), last.at),
    ),
  };
}
function typeOf(value: Value): { type?: string } {
  const last = value.at(-1);
  const type = last?.kind === 'text' ? /;\s*type=([^;]+)/.exec(last.text)?.[1] : undefined;
  return type === undefined ? {} : { type };
}

function header(option: Option, readFile: (path: Value) => Value, problems: string[]): Header[] {
  const [head, ...rest] = option.value;
  if (head?.kind !== 'text') {
    const held = soleHole(option.value);
    // A whole header line from outside: `-H "$AUTH_HEADER"`.
    if (held !== undefined) return [{ name: '', value: option.value, optional: option.optional }];
    if (option.value.length > 0) problems.push('a whole header is an argument');
    return [];
  }
  if (head.text.startsWith('@')) {
    const path = concat(text(head.text.slice(1), head.at + 1), rest);
    const content = readFile(path);
    const held = soleHole(content);
    if (held?.source.kind === 'file' || held?.source.kind === 'stdin') {
      problems.push(`headers stand in the file \`${print(path).slice(0, 80)}\``);
      return [];
    }
    return lines(content).flatMap((line) => header({ ...option, value: line }, () => [], problems));
  }
  const parsed = /^\s*([^:;\s]+)\s*[:;]\s*/.exec(head.text);
  if (parsed?.[1] === undefined) return [];
  const value = concat(text(head.text.slice(parsed[0].length), head.at + parsed[0].length), rest);
  return [{ name: parsed[1], value, optional: option.optional }];
}

/** Whether the value of `--cookie` names a file: it has no `=`. */
function isFile(value: Value): boolean {
  const known = constant(value);
  return known === undefined ? soleHole(value)?.source.kind === 'command' : !known.includes('=');
}
