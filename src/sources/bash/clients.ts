import type { FormPart, Header, Piece, Request } from './request.ts';
import type { Argument, Variant } from './resolve.ts';
import { type Member, type Node, printNode } from './template.ts';
import { concat, constant, soleHole, splitFirst, text, type Value } from './value.ts';

const EMPTY: Request = {
  urls: [],
  method: undefined,
  headers: [],
  query: [],
  data: [],
  form: [],
  user: undefined,
  bearer: undefined,
  cookies: [],
  netrc: false,
  clientCertificate: false,
  defaultType: undefined,
  accept: undefined,
  upload: undefined,
  recorded: [],
  problems: [],
  fails: true,
  timeout: true,
  status: true,
  toFile: false,
};

/** Options of wget that take the next word when it is not attached. */
const WGET_SHORT_VALUES = new Set('OoaitTwQPUlARDIXBe');
const WGET_LONG_VALUES =
  /^--(?:output-document|output-file|append-output|tries|timeout|wait|header|user|password|http-user|http-password|user-agent|post-data|post-file|method|body-data|body-file|referer|load-cookies|save-cookies|directory-prefix|limit-rate|ca-certificate|certificate|private-key|max-redirect|connect-timeout|read-timeout|dns-timeout|level|accept|reject)$/;

/**
 * Reads the arguments of wget.
 * @param readFile gives the content of a file, as far as the script itself wrote it
 */
export function readWget(variant: Variant, readFile: (path: Value) => Value): Request {
  const urls: Value[] = [];
  const headers: Header[] = [];
  const data: Piece[] = [];
  const problems: string[] = [];
  let method: Value | undefined;
  let user: Value | undefined;
  let password: Value | undefined;
  let timeout = false;
  const option = (name: string, value: Value, optional: boolean): void => {
    if (name === '--header') headers.push(...headerOf(value, optional, problems));
    else if (name === '--method') method = value;
    else if (name === '--post-data' || name === '--body-data') data.push({ kind: 'text', value, optional });
    else if (name === '--post-file' || name === '--body-file')
      data.push({ kind: 'binary-file', value: readFile(value), optional });
    else if (name === '--user' || name === '--http-user') user = value;
    else if (name === '--password' || name === '--http-password') password = value;
    else if (name === '--referer') headers.push({ name: 'Referer', value, optional });
    else if (/timeout$|^-T$/.test(name)) timeout = true;
    else if (name === '-i') problems.push('the URLs stand in a file');
    if (/^--post/.test(name)) method ??= text('POST', 0);
  };
  eachOption(
    variant.argv,
    (word) =>
      word.startsWith('--') ? WGET_LONG_VALUES.test(word) : WGET_SHORT_VALUES.has(word.at(-1) ?? ''),
    option,
    (value) => urls.push(value),
  );
  return {
    ...EMPTY,
    urls,
    method: method ?? text('GET', 0),
    headers,
    data,
    user: user === undefined ? undefined : concat(user, text(':', 0), password ?? []),
    defaultType: data.length > 0 ? 'application/x-www-form-urlencoded' : undefined,
    problems,
    timeout,
  };
}

/** Pairs options with their values. */
function eachOption(
  argv: readonly Argument[],
  takesValue: (word: string) => boolean,
  option: (name: string, value: Value, optional: boolean) => void,
  plain: (value: Value, optional: boolean) => void,
): void {
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index];
    if (argument === undefined) return;
    const [head] = argument.value;
    const word = head?.kind === 'text' ? head.text : '';
    if (!word.startsWith('-') || word === '-') {
      plain(argument.value, argument.optional);
      continue;
    }
    const attached = word.startsWith('--') ? splitFirst(argument.value, /=/) : undefined;
    const name = attached === undefined ? undefined : constant(attached[0]);
    if (attached !== undefined && name !== undefined) {
      option(name, attached[2], argument.optional);
      continue;
    }
    if (!word.startsWith('--') && argument.value.length > 1) {
      option(word, argument.value.slice(1), argument.optional);
      continue;
    }
    if (!takesValue(word)) {
      // `-qO-`: the letter takes the rest of the word.
      option(word, [], argument.optional);
      continue;
    }
    index += 1;
    option(word, argv[index]?.value ?? [], argument.optional);
  }
}

function headerOf(value: Value, optional: boolean, problems: string[]): Header[] {
  const split = splitFirst(value, /:\s*/);
  const name = split === undefined ? undefined : constant(split[0]);
  if (split === undefined || name === undefined) {
    problems.push('a whole header is an argument');
    return [];
  }
  return [{ name: name.trim(), value: split[2], optional }];
}

/** Reads the arguments of HTTPie (and xh): `METHOD URL Header:value query==value member=value member:=json file@path`. */
export function readHttpie(variant: Variant): Request {
  const plain: { value: Value; optional: boolean }[] = [];
  const problems: string[] = [];
  const headers: Header[] = [];
  let user: Value | undefined;
  let bearer: Value | undefined;
  let form = false;
  let multipart = false;
  let authType = '';
  let timeout = false;
  let fails = false;
  let https = false;
  eachOption(
    variant.argv,
    (word) =>
      /^(?:-[aoAps]|--(?:auth|auth-type|output|print|session|session-read-only|timeout|pretty|style|max-redirects|proxy|verify|cert|cert-key|format-options|raw))$/.test(
        word,
      ),
    (name, value) => {
      if (name === '-a' || name === '--auth') user = value;
      else if (name === '-A' || name === '--auth-type') authType = constant(value) ?? '';
      else if (name === '-f' || name === '--form') form = true;
      else if (name === '--multipart') multipart = true;
      else if (name === '--timeout') timeout = true;
      else if (name === '--check-status') fails = true;
      else if (name === '--raw') plain.push({ value, optional: false });
      else if (name === '--mcpgen-https') https = true;
    },
    (value, optional) => plain.push({ value, optional }),
  );
  if (authType === 'bearer') {
    bearer = user;
    user = undefined;
  }
  const first = plain[0] === undefined ? undefined : constant(plain[0].value);
  const named = first !== undefined && /^[A-Z]+$/.test(first) ? first : undefined;
  const [target, ...items] = named === undefined ? plain : plain.slice(1);
  const query: Piece[] = [];
  const members: Member[] = [];
  const parts: FormPart[] = [];
  for (const item of items) readItem(item, { headers, query, members, parts, problems });
  const hasBody = members.length > 0 || parts.length > 0;
  const node: Node = { kind: 'object', members };
  const asForm = form || multipart || parts.some((part) => part.kind === 'file');
  const fields = members.flatMap((member): FormPart[] =>
    'value' in member.node && typeof member.node.value === 'object' && member.node.value !== null
      ? [{ name: member.name, kind: 'text', value: member.node.value, optional: false }]
      : [],
  );
  return {
    ...EMPTY,
    urls: target === undefined ? [] : [withScheme(target.value, https)],
    method: text(named ?? (hasBody ? 'POST' : 'GET'), 0),
    headers,
    query,
    data:
      !hasBody || (asForm && (multipart || parts.length > 0))
        ? []
        : asForm
          ? fields.map(
              (field): Piece => ({
                kind: 'urlencode',
                value: concat(text(`${field.name}=`, 0), field.value),
                optional: false,
              }),
            )
          : [{ kind: 'text', value: printNode(node), optional: false }],
    form: asForm && (multipart || parts.length > 0) ? [...fields, ...parts] : [],
    user,
    bearer,
    defaultType: hasBody
      ? asForm
        ? multipart || parts.length > 0
          ? 'multipart/form-data'
          : 'application/x-www-form-urlencoded'
        : 'application/json'
      : undefined,
    problems,
    fails,
    timeout,
  };
}

function withScheme(url: Value, https: boolean): Value {
  const [first] = url;
  if (first?.kind !== 'text' || /^[a-z]+:\/\//i.test(first.text)) return url;
  const host = first.text.startsWith(':') ? `localhost${first.text.replace(/^:(?=\/|$)/, '')}` : first.text;
  return [{ ...first, text: `${https ? 'https' : 'http'}://${host}` }, ...url.slice(1)];
}

interface Items {
  readonly headers: Header[];
  readonly query: Piece[];
  readonly members: Member[];
  readonly parts: FormPart[];
  readonly problems: string[];
}

/** One request item: the separator says what it is. */
function readItem(item: { value: Value; optional: boolean }, into: Items): void {
  const split = splitFirst(item.value, /:=@|:=|==|=@|=|@|:/);
  const name = split === undefined ? undefined : constant(split[0]);
  if (split === undefined || name === undefined) {
    into.problems.push('a request item of HTTPie is an argument');
    return;
  }
  const [, separator, value] = split;
  const at = value[0] !== undefined && value[0].kind !== 'choice' ? value[0].at : 0;
  if (separator === ':') into.headers.push({ name, value, optional: item.optional });
  else if (separator === '==')
    into.query.push({
      kind: 'urlencode',
      value: concat(text(`${name}=`, at), value),
      optional: item.optional,
    });
  else if (separator === '=') into.members.push({ name, node: { kind: 'string', value, at } });
  else if (separator === ':=') into.members.push({ name, node: rawNode(value, at) });
  else if (separator === '@') into.parts.push({ name, kind: 'file', value, optional: item.optional });
  else into.problems.push(`\`${name}${separator}\` reads a file into the body`);
}

function rawNode(value: Value, at: number): Node {
  const known = constant(value);
  if (known === 'true' || known === 'false') return { kind: 'constant', value: known === 'true', at };
  if (known === 'null') return { kind: 'constant', value: null, at };
  if (known !== undefined && /^-?\d+(\.\d+)?$/.test(known))
    return { kind: 'constant', value: Number(known), at };
  return { kind: 'raw', value: soleHole(value) === undefined ? value : [...value], at };
}
