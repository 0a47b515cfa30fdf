import type { GraphQLSchema } from 'graphql';
import type { OutputExtension } from '../../model/document.ts';
import { type Argument, Arguments } from './arguments.ts';
import { type Body, jsonPlaces, readBody, unique } from './body.ts';
import { type GraphqlRequest, graphqlBody } from './graphql-body.ts';
import type { Call } from './machine.ts';
import { apiNameOfHost, argumentName, secretSegment } from './naming.ts';
import { type Bound, bindPlaces, type Place, type Problem } from './places.ts';
import { isPathIdentifier, preset, presetOf } from './presets.ts';
import type { Request } from './request.ts';
import type { Variant } from './resolve.ts';
import type { Command } from './scan.ts';
import {
  bearerCredential,
  type Credential,
  headerCredential,
  queryCredential,
  userCredential,
} from './security.ts';
import { readForm, readUrl } from './url.ts';
import type { UsageArgument } from './usage.ts';
import {
  argumentKey,
  constant,
  derivedKey,
  filtered,
  hole,
  holesOf,
  keyOf,
  type Part,
  soleHole,
  text,
  type Value,
} from './value.ts';

/** A request as an operation of the API, before it has a name. */
export interface Draft {
  readonly command: Command;
  readonly call: Call;
  readonly variant: Variant;
  readonly request: Request;
  readonly method: string;
  readonly server: { readonly url: string; readonly variables: readonly string[] };
  readonly host: string;
  readonly path: string;
  readonly bound: Bound;
  readonly arguments: readonly Argument[];
  readonly positionals: readonly string[];
  readonly mediaType?: string;
  readonly accept: string;
  readonly credentials: readonly Credential[];
  readonly graphql?: GraphqlRequest;
  readonly output?: OutputExtension;
  readonly problems: readonly Problem[];
  readonly body?: Body;
  /** Variables of the environment that could change the server in the script. */
  readonly chosenBy: readonly string[];
  /** Where keys stand in the URL. */
  readonly leaked: readonly number[];
  /** Holes that the request is made of, the secrets left out. */
  readonly url: Value;
}

export interface DraftOptions {
  readonly schema: GraphQLSchema | undefined;
  readonly usage: ReadonlyMap<number, UsageArgument>;
  /** What the operation will most likely be called, '' where only its content can say. */
  readonly operationName: (host: string) => string;
  readonly output: OutputExtension | undefined;
}

const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']);

/** Understands a request as an operation: server, path, places, authentication, body. */
export function draft(
  command: Command,
  call: Call,
  variant: Variant,
  request: Request,
  url: Value,
  options: DraftOptions,
): Draft {
  const problems: Problem[] = request.problems.map((message) => ({ code: 'unresolved', message }));
  for (const held of holesIn(request, url)) {
    if (held.source.kind === 'unknown')
      problems.push({
        code: 'unresolved',
        message: `\`${held.source.text}\` is not known without running the script`,
        at: held.at,
      });
    if (held.source.kind === 'count')
      problems.push({
        code: 'unresolved',
        message: 'the number of arguments is a part of the request',
        at: held.at,
      });
  }
  const held = { names: command.names, vars: variant.vars };
  const parsed = readUrl(url);
  problems.push(...parsed.problems.map((message): Problem => ({ code: 'unresolved', message })));
  const arguments_ = new Arguments(command, call.facts, options.usage);
  const credentials: Credential[] = [];
  const places: Place[] = [];

  const server = serverOf(parsed.server);
  const open = withoutSecrets(parsed.path, server.host);
  const { path, pathPlaces } = pathOf(open.path, arguments_, command.names);
  places.push(...pathPlaces);

  const messages: string[] = [];
  const pairs = [
    ...parsed.query,
    ...request.query.flatMap((piece) => readForm(piece.value, piece.kind === 'urlencode', messages)),
  ];
  problems.push(...messages.map((message): Problem => ({ code: 'unresolved', message })));
  const query: Place[] = [];
  for (const pair of pairs) {
    const credential = queryCredential(pair.name, pair.value, held);
    if (credential !== undefined) credentials.push(credential);
    else {
      const fixed = presetOf(pair.value, pair.name);
      query.push({
        at: ['query', pair.name],
        content: { value: fixed === undefined ? pair.value : [fixed] },
      });
    }
  }
  places.push(...unique(query, problems));

  let contentType: string | undefined;
  let accept = request.accept ?? 'application/json';
  for (const header of request.headers) {
    const name = header.name.toLowerCase();
    const known = constant(header.value);
    if (name === '') {
      const inner = soleHole(header.value);
      const secret =
        inner !== undefined &&
        (command.names.get(argumentKey(inner)) ?? [])
          .concat(inner.source.kind === 'env' ? inner.source.name : '')
          .some((one) => /auth|token|key/i.test(one));
      if (secret)
        credentials.push(
          headerCredential({ ...header, name: 'Authorization' }, held) ??
            bearerCredential(header.value, held),
        );
      else problems.push({ code: 'unresolved', message: 'a whole header is an argument' });
    } else if (name === 'content-type') contentType = known ?? contentType;
    else if (name === 'accept') accept = known ?? accept;
    else if (
      name !== 'user-agent' &&
      name !== 'host' &&
      name !== 'content-length' &&
      name !== 'connection' &&
      name !== 'expect'
    ) {
      const credential = headerCredential(header, held);
      if (credential !== undefined) credentials.push(credential);
      else if (known !== '')
        places.push({ at: ['header', header.name], content: { value: dispensable(header.value) } });
    }
  }
  if (request.user !== undefined) credentials.push(userCredential(request.user, held));
  if (parsed.user !== undefined) credentials.push(userCredential(parsed.user, held));
  if (request.bearer !== undefined) credentials.push(bearerCredential(request.bearer, held));
  if (request.netrc) credentials.push({ id: 'basic', scheme: { type: 'http', scheme: 'basic' }, holes: [] });
  if (request.clientCertificate)
    credentials.push({ id: 'clientCertificate', scheme: { type: 'mutualTLS' }, holes: [] });
  for (const cookie of request.cookies) {
    const [pair] = readForm(cookie, false, []);
    if (pair === undefined) continue;
    const credential = headerCredential({ name: `x-${pair.name}`, value: pair.value, optional: false }, held);
    if (credential !== undefined && /sess|token|auth/i.test(pair.name))
      credentials.push({
        ...credential,
        scheme: { ...credential.scheme, type: 'apiKey', in: 'cookie', name: pair.name },
      });
    else places.push({ at: ['cookie', pair.name], content: { value: pair.value } });
  }

  const body = readBody(request, contentType, problems);
  if (body?.invalid !== undefined && body.node === undefined)
    problems.push({
      code: 'json-invalid',
      message: `the body is not JSON: ${body.invalid.message}`,
      at: body.invalid.at,
    });
  let graphql: Draft['graphql'];
  let bodyPlaces: readonly Place[] = body?.places ?? [];
  if (body?.node !== undefined) {
    const lifted = graphqlBody(body.node, arguments_, problems, server.host, options);
    graphql = lifted?.graphql;
    bodyPlaces = lifted?.places ?? jsonPlaces(body.node, problems);
  } else if (body?.mediaType === 'application/graphql')
    problems.push({ code: 'unresolved', message: 'the body is bare GraphQL, which only some servers take' });
  places.push(...bodyPlaces);

  const method = (constant(request.method ?? []) ?? '').toUpperCase();
  if (!/^[A-Z]+$/.test(method))
    problems.push({ code: 'unresolved', message: 'the HTTP method is an argument' });
  else if (!METHODS.has(method))
    problems.push({ code: 'unresolved', message: `OpenAPI has no place for the HTTP method ${method}` });
  const bound = bindPlaces(places, arguments_);
  describe(arguments_.all(), command);
  return {
    command,
    call,
    variant,
    request,
    method: METHODS.has(method) ? method : 'GET',
    server,
    host: server.host,
    path,
    bound,
    arguments: arguments_.all(),
    positionals: arguments_.positionals(),
    ...(body === undefined ? {} : { mediaType: body.mediaType, body }),
    accept,
    credentials,
    ...(graphql === undefined ? {} : { graphql }),
    ...(options.output === undefined ? {} : { output: options.output }),
    problems: distinct(problems),
    leaked: open.leaked,
    chosenBy: parsed.chosenBy.filter((name) => !arguments_.all().some(({ env }) => env === name)),
    url,
  };
}

/** `X-Request-Id: $(uuidgen)`: the request is complete without a header that no caller gives. */
function dispensable(value: Value): Value {
  const held = soleHole(value);
  return held?.source.kind === 'command' ? [{ ...held, optional: true }] : value;
}

/** Keys in the path of the URL become arguments that a variable of the environment gives. */
function withoutSecrets(
  path: Value,
  host: string,
): { readonly path: Value; readonly leaked: readonly number[] } {
  const leaked: number[] = [];
  const api = (apiNameOfHost(host) ?? 'api').replaceAll('-', '_').toUpperCase();
  let before = host;
  const open = path.flatMap((part): Part[] => {
    if (part.kind !== 'text') return [part];
    let at = part.at;
    return part.text.split(/(\/)/).flatMap((segment): Part[] => {
      const found = secretSegment(segment, before);
      const place = at;
      at += segment.length;
      before += segment;
      if (found === undefined) return text(segment, place) as Part[];
      leaked.push(place + found.from);
      const name = `${api}_${/hook|services/i.test(before) ? 'WEBHOOK' : 'TOKEN'}`;
      return [...text(segment.slice(0, found.from), place), hole({ kind: 'env', name }, place + found.from)];
    });
  });
  return { path: leaked.length === 0 ? path : open, leaked };
}

function describe(list: readonly Argument[], command: Command): void {
  for (const argument of list) {
    const { source } = argument.hole;
    const lossy = argument.hole.filters.find((filter) => filter.kind === 'other');
    if (source.kind === 'command' && source.text !== '')
      argument.description = 'A value that the script took from a local program.';
    else if (source.kind === 'flag' && source.flag.length === 2)
      argument.description = `Was ${source.flag} in the script.`;
    else if (lossy !== undefined)
      argument.description = 'As the API wants it: the script changed it before sending.';
    else if (source.kind === 'rest' && command.words.length >= 0)
      argument.description = 'One value; quote it if it has spaces.';
  }
}

/** Every hole that the request is made of. */
export function holesIn(request: Request, url: Value): ReturnType<typeof holesOf> {
  return [
    url,
    ...(request.method === undefined ? [] : [request.method]),
    ...request.headers.filter(({ name }) => name !== 'User-Agent').map((header) => header.value),
    ...request.query.map((piece) => piece.value),
    ...request.data.map((piece) => piece.value),
    ...request.form.map((part) => part.value),
    ...request.cookies,
    ...(request.user === undefined ? [] : [request.user]),
    ...(request.bearer === undefined ? [] : [request.bearer]),
    ...(request.upload === undefined ? [] : [request.upload]),
  ].flatMap(holesOf);
}

function pathOf(
  value: Value,
  arguments_: Arguments,
  names: Command['names'],
): { path: string; pathPlaces: Place[] } {
  const places: Place[] = [];
  let path = '';
  const list = value.flatMap(splitIdentifiers);
  for (const [index, part] of list.entries()) {
    if (part.kind === 'text')
      path += part.text.replace(/[{}]/g, (brace) => encodeURIComponent(brace)).replaceAll(' ', '%20');
    else if (part.kind === 'hole') {
      const whole = path === '' || path === '/';
      const next = list[index + 1];
      const after = list[index + 2];
      const slashed = /\/repos\/$/.test(path) && next?.kind === 'text' && after?.kind === 'text';
      if (slashed && part.filters.every((filter) => filter.kind !== 'match')) {
        // `owner/name` in one argument: two segments, so that the slash stays one.
        for (const [name, regex] of [
          ['owner', '^([^/]*)/'],
          ['repo', '/([^/]*)$'],
        ] as const) {
          const held: Part = filtered(part, { kind: 'match', regex, group: 1 });
          places.push({ at: ['path', name], content: { value: [held] } });
        }
        arguments_.of(part, { name: 'repo' });
        path += '{owner}/{repo}';
        continue;
      }
      const hint = whole
        ? 'path'
        : segmentName(path.slice(-200), next?.kind === 'text' && after?.kind === 'hole');
      const argument = arguments_.of(part, { name: hint });
      const isPart = part.filters.some((filter) => filter.kind === 'match');
      const wanted = isPart ? (argumentName(names.get(derivedKey(part)) ?? []) ?? hint) : argument.name;
      let name = wanted;
      for (let count = 2; places.some((place) => place.at[1] === name); count++) name = `${wanted}_${count}`;
      path += `{${name}}`;
      places.push({ at: ['path', name], content: { value: [part] } });
    }
  }
  if (!path.startsWith('/')) path = `/${path}`;
  return { path, pathPlaces: places };
}

/** What the hole behind a path is, after the constant segment before it. */
function segmentName(path: string, paired: boolean): string {
  if (paired && /\/repos\/$/.test(path)) return 'owner';
  if (/\/repos\/\{[^}]*\}\/$/.test(path)) return 'repo';
  const noun =
    /([A-Za-z][\w-]*)\/(?:\{[^}]*\}\/)*$/
      .exec(path)?.[1]
      ?.replace(/ies$/, 'y')
      .replace(/(?<![sui])s$/, '') ?? 'value';
  return /\}\/$/.test(path) ? `${noun}_name` : `${noun}_id`;
}

/** Takes the identifiers out of the constant segments of a path. */
function splitIdentifiers(part: Part): Part[] {
  if (part.kind !== 'text') return [part];
  let at = part.at;
  let before = '';
  return part.text.split(/(?<=\/)|(?=\/)/).flatMap((segment): Part[] => {
    const place = at;
    at += segment.length;
    const noun = before.replace(/(?<![sui])s$/, '');
    if (segment !== '/') before = segment;
    const held = isPathIdentifier(segment) ? preset(segment, `${noun || 'path'}_id`, place) : undefined;
    return held === undefined ? [{ kind: 'text', text: segment, at: place }] : [held];
  });
}

function serverOf(value: Value): { url: string; variables: string[]; host: string } {
  const variables: string[] = [];
  let url = '';
  for (const part of value) {
    if (part.kind === 'text') url += part.text;
    else if (part.kind === 'hole') {
      const { source } = part;
      const name =
        source.kind === 'env'
          ? source.name.toLowerCase()
          : source.kind === 'positional'
            ? `argument_${source.index}`
            : keyOf(source).replace(/^.*?:/, '').replace(/\W+/g, '_').slice(0, 40) || 'host';
      if (!variables.includes(name)) variables.push(name);
      url += `{${name}}`;
    }
  }
  if (url === '') {
    variables.push('base_url');
    url = '{base_url}';
  }
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)/i.exec(url)?.[1] ?? '';
  return { url: url.replace(/\/+$/, ''), variables, host };
}

/** Two holes of one word are one problem. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  const key = ({ code, message, at }: Problem): string => JSON.stringify([code, message, at]);
  return [...new Map(problems.map((one) => [key(one), one])).values()];
}
