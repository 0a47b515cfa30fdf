import type { Authorization } from './credentials.ts';
import { pathOf } from './request.ts';
import type { Outgoing, RequestParts } from './tool.ts';

/** What a request gets beside what its tool says. */
export interface Surroundings {
  /** `mcpgen/linear`. */
  readonly userAgent: string;
  /** Of the API, or of the operation's own server. */
  readonly baseUrl: string;
  readonly authorization: Authorization;
  readonly trace: readonly (readonly [string, string])[];
}

/** Puts a request together: base URL, path, query, headers, body; credentials replace what a caller sends in their place. */
export function outgoing(
  sent: RequestParts,
  { userAgent, baseUrl, authorization, trace }: Surroundings,
): Outgoing {
  const queryAt = baseUrl.indexOf('?');
  const root = queryAt < 0 ? baseUrl : baseUrl.slice(0, queryAt);
  const query = joined('&', queryAt < 0 ? '' : baseUrl.slice(queryAt + 1), sent.query, authorization.query);
  const cookies = joined('; ', '', sent.cookies, authorization.cookies);
  const headers: (readonly [string, string])[] = [
    ['Accept', sent.accept],
    ['User-Agent', userAgent],
  ];
  for (const header of sent.headers ?? []) {
    if (header !== undefined && !isIn(authorization.headers, header[0])) headers.push(header);
  }
  if (cookies !== '') headers.push(['Cookie', cookies]);
  headers.push(...authorization.headers, ...trace);
  const { body, method } = sent;
  if (body !== undefined) headers.push(['Content-Type', body.contentType]);
  const length = body?.bytes.length ?? (/^(POST|PUT|PATCH)$/.test(method) ? 0 : undefined);
  if (length !== undefined) headers.push(['Content-Length', String(length)]);
  const url = `${root.replace(/\/+$/, '')}${pathOf(sent.path)}${query === '' ? '' : `?${query}`}`;
  return body === undefined ? { method, url, headers } : { method, url, headers, body: body.bytes };
}

function isIn(headers: readonly (readonly [string, string])[], name: string): boolean {
  return headers.some(([other]) => other.toLowerCase() === name.toLowerCase());
}

/** Pieces behind each other; what is left out leaves no separator. */
function joined(
  separator: string,
  first: string,
  pieces: readonly (string | undefined)[] = [],
  others: readonly string[],
): string {
  let text = first;
  for (const list of [pieces, others]) {
    for (const piece of list) if (piece !== undefined) text += text === '' ? piece : separator + piece;
  }
  return text;
}
