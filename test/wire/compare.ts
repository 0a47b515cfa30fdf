import { isDeepStrictEqual } from 'node:util';
import { asJson } from './data.ts';
import type { Recorded } from './recorder.ts';
import type { Claim, Expected } from './reference.ts';
import type { Part } from './reference-body.ts';

/** One thing that stands otherwise on the wire than the document says. */
export interface Difference {
  readonly feature: string;
  readonly expected: string;
  readonly actual: string;
}

/** A secret and where the document wants it. */
export interface ExpectedCredential {
  readonly in: 'header' | 'query' | 'cookie';
  readonly name: string;
  /** `Bearer ` */
  readonly prefix: string;
  /** The part behind the prefix is one of these. */
  readonly secrets: readonly string[];
}

/** Headers that every HTTP client may send. */
const USUAL = new Set([
  'host',
  'connection',
  'user-agent',
  'accept',
  'accept-encoding',
  'content-type',
  'content-length',
  'transfer-encoding',
  'cookie',
]);

/**
 * Compares a request with what the document says.
 * @returns every difference; none is an exact request
 */
export function compare(
  expected: Expected,
  actual: Recorded,
  credentials: readonly ExpectedCredential[],
): Difference[] {
  const differences: Difference[] = [];
  const differ = (feature: string, want: string, got: string): void => {
    if (want !== got) differences.push({ feature, expected: want, actual: got });
  };
  differ('method', expected.method, actual.method);
  const [path = '', query] = splitOnce(actual.target, '?');
  if (!expected.path.open) differ(expected.path.feature, normal(expected.path.wire.join('')), normal(path));
  if (path.includes('#') || (query ?? '').includes('#')) differ('raw #', '', actual.target);

  const secrets = credentials.filter((credential) => credential.in === 'query');
  const pairs = (query === undefined || query === '' ? [] : query.split('&')).filter(
    (pair) =>
      !secrets.some(({ name, secrets: values }) => values.some((value) => pair === `${name}=${value}`)),
  );
  if (query === '') differ('query', 'no `?` without a query', actual.target);
  if (expected.querystring !== undefined) {
    const { feature, wire, pairs: form } = expected.querystring;
    if (form === undefined) differ(feature, wire.join(''), pairs.join('&'));
    else differ(feature, decoded(form).join('\n'), decoded(pairs).join('\n'));
  } else compareClaims(expected.query, pairs, 'query', differ);

  const cookies = (actual.headers.get('cookie') ?? []).join('; ');
  compareClaims(
    expected.cookies,
    (cookies === '' ? [] : cookies.split('; ')).filter(
      (pair) =>
        !credentials.some(
          (each) => each.in === 'cookie' && each.secrets.some((value) => pair === `${each.name}=${value}`),
        ),
    ),
    'cookie',
    differ,
  );
  compareHeaders(expected, actual, credentials, differ);
  compareBody(expected, actual, differ);
  return differences;
}

type Differ = (feature: string, want: string, got: string) => void;

/** Pairs of different parameters may come in any order, those of one parameter in theirs. */
function compareClaims(
  claims: readonly Claim[],
  pairs: readonly string[],
  place: string,
  differ: Differ,
): void {
  const rest = pairs.map(normal);
  const open = claims.filter((claim) => claim.open);
  for (const claim of claims) {
    if (claim.open) continue;
    const wanted = claim.wire.map(normal);
    const first = rest.indexOf(wanted[0] ?? '');
    const found = first < 0 ? [] : rest.slice(first, first + wanted.length);
    if (isDeepStrictEqual(found, wanted)) rest.splice(first, wanted.length);
    else differ(claim.feature, wanted.join('&'), `not in ${pairs.join('&')}`);
  }
  if (rest.length > 0 && open.length === 0) differ(`${place} extra`, '', rest.join('&'));
}

function compareHeaders(
  expected: Expected,
  actual: Recorded,
  credentials: readonly ExpectedCredential[],
  differ: Differ,
): void {
  const known = new Set(USUAL);
  for (const claim of expected.headers) {
    known.add(claim.name.toLowerCase());
    if (claim.open || claim.wire.length === 0) continue;
    const values = actual.headers.get(claim.name.toLowerCase()) ?? [];
    differ(claim.feature, claim.wire.join(''), Buffer.from(values.join(', '), 'latin1').toString());
  }
  for (const { in: place, name, prefix, secrets } of credentials) {
    if (place !== 'header') continue;
    known.add(name.toLowerCase());
    const value = (actual.headers.get(name.toLowerCase()) ?? []).join(', ');
    if (!secrets.some((secret) => value === `${prefix}${secret}`))
      differ(`credential ${prefix}`, `${name}: ${prefix}…`, value);
  }
  for (const { in: place, name, secrets } of credentials) {
    const text =
      place === 'query'
        ? actual.target
        : place === 'cookie'
          ? (actual.headers.get('cookie') ?? []).join()
          : undefined;
    if (text !== undefined && !secrets.some((secret) => text.includes(`${name}=${secret}`)))
      differ(`credential ${place}`, name, text);
  }
  for (const [name, values] of actual.headers)
    if (!known.has(name)) differ('header extra', '', `${name}: ${values.join(', ')}`);
}

function compareBody({ body }: Expected, actual: Recorded, differ: Differ): void {
  const contentType = (actual.headers.get('content-type') ?? []).join(', ');
  const text = actual.body.toString();
  if (body === undefined) {
    differ('no body', '', text);
    if (contentType !== '' && text === '') differ('no body', 'no Content-Type', contentType);
    return;
  }
  const feature = `body ${body.kind}`;
  if (body.kind === 'multipart') {
    const boundary = /;\s*boundary="?([^";]+)"?/.exec(contentType)?.[1];
    differ(`${feature} type`, body.contentType, contentType.split(';', 1).join(''));
    const parts = boundary === undefined ? undefined : readMultipart(actual.body, boundary);
    if (parts === undefined) differ(feature, 'a multipart body', text.slice(0, 200));
    else compareParts(body.parts, parts, differ);
    return;
  }
  const wanted = body.contentType.toLowerCase();
  if (!matchesRange(wanted, contentType.toLowerCase()))
    differ(`${feature} type`, wanted, contentType.toLowerCase());
  if (body.kind === 'bytes') {
    if (!actual.body.equals(body.data))
      differ(feature, Buffer.from(body.data).toString('latin1'), actual.body.toString('latin1'));
  } else if (body.kind === 'xml') differ(feature, body.text, text.replace(/^<\?xml[^>]*\?>\s*/, ''));
  else if (body.kind === 'form') {
    const raw = text === '' ? [] : text.split('&');
    differ(feature, decoded(body.pairs).join('\n'), decoded(raw).join('\n'));
    if (/[^A-Za-z0-9*\-._~+%&=,:/?@!$'();[\]]/.test(text)) differ(feature, 'percent-encoded', text);
  } else {
    const want = asJson(body.value);
    if (!isDeepStrictEqual(parsed(text), want)) differ(feature, JSON.stringify(want), text);
  }
}

/** RFC 9110 section 12.5.1: whether a media type is within a range, which may be itself. */
function matchesRange(range: string, type: string): boolean {
  const [before = '', after] = range.replace('*/*', '*').split('*');
  if (after === undefined) return range === type;
  return type.includes('/') && !type.includes('*') && type.startsWith(before) && type.endsWith(after);
}

function compareParts(want: readonly Part[], got: readonly ReadPart[], differ: Differ): void {
  differ('multipart names', want.map((part) => part.name).join(), got.map((part) => part.name).join());
  for (const [index, part] of want.entries()) {
    const other = got[index];
    if (other === undefined || other.name !== part.name) continue;
    const feature = `multipart ${part.file ? 'file' : part.contentType}`;
    differ(`${feature} type`, part.contentType, other.contentType ?? 'text/plain');
    if (part.file && !other.file) differ(feature, 'a filename', 'none');
    if (part.encoded) {
      const bytes = Buffer.from(Buffer.from(part.data).toString(), 'base64');
      if (other.data.equals(bytes)) continue;
    }
    const [text, wanted] = [other.data.toString(), Buffer.from(part.data).toString()];
    const same =
      part.contentType === 'application/json'
        ? isDeepStrictEqual(parsed(text), parsed(wanted))
        : other.data.equals(part.data) || text.replace(/^<\?xml[^>]*\?>\s*/, '') === wanted;
    if (!same) differ(feature, Buffer.from(part.data).toString('latin1'), other.data.toString('latin1'));
  }
}

interface ReadPart {
  readonly name: string;
  readonly file: boolean;
  readonly contentType?: string;
  readonly data: Buffer;
}

/** RFC 2046 section 5.1.1. */
function readMultipart(body: Buffer, boundary: string): ReadPart[] | undefined {
  const text = `\r\n${body.toString('latin1')}`;
  const pieces = text.split(`\r\n--${boundary}`);
  if (!pieces.at(-1)?.startsWith('--')) return undefined;
  return pieces.slice(1, -1).map((piece) => {
    const [head = '', data = ''] = splitOnce(piece.replace(/^[ \t]*\r\n/, ''), '\r\n\r\n');
    const header = (name: string): string | undefined =>
      new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.replace(/\r$/, '');
    const disposition = Buffer.from(header('content-disposition') ?? '', 'latin1').toString();
    const name = /;\s*name="([^"]*)"/.exec(disposition)?.[1] ?? '';
    const contentType = header('content-type');
    return {
      name: name.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n'),
      file: /;\s*filename\*?=/.test(disposition),
      ...(contentType === undefined ? {} : { contentType }),
      data: Buffer.from(data, 'latin1'),
    };
  });
}

/** RFC 3986 section 6.2.2: upper-case digits, no needless triples. */
function normal(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (triple) => {
    const character = String.fromCharCode(Number.parseInt(triple.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : triple.toUpperCase();
  });
}

/** Pairs of a form, decoded: `+` and `%20` mean the same there. */
function decoded(pairs: readonly string[]): string[] {
  return pairs.map((pair) =>
    Buffer.from(
      pair
        .replaceAll('+', ' ')
        .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
          String.fromCharCode(Number.parseInt(digits, 16)),
        )
        .replace(/[^\x00-\xff]/g, '?'),
      'latin1',
    ).toString(),
  );
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
