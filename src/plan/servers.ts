import type { Server } from '../model/api.ts';
import type { ServerPlan } from '../model/plan.ts';
import { safeText } from './text.ts';
import { words } from './words.ts';

/** Plans a base URL: its text made safe to send, its variables with the environment variables that set them. */
export function planServer(server: Server, prefix: string): ServerPlan {
  const pieces = server.url.split(/(\{[^{}]+\})/).flatMap((piece): ServerPlan['pieces'] => {
    if (piece === '') return [];
    const name = /^\{([^{}]+)\}$/.exec(piece)?.[1];
    const variable = server.variables.find((candidate) => candidate.name === name);
    if (name === undefined || variable === undefined) return [safeUrlText(piece)];
    return [
      {
        env: `${prefix}_SERVER_${words(name).join('_').toUpperCase() || 'VARIABLE'}`,
        default: safeUrlText(variable.default),
        ...(variable.enum === undefined ? {} : { enum: variable.enum.map(safeUrlText) }),
      },
    ];
  });
  const filled = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.default)).join('');
  const url = isAbsolute(filled) ? filled : '';
  return { url, pieces, source: server };
}

/** Text of a URL with everything percent-encoded that no URL holds (RFC 3986 section 2); control characters are dropped. */
export function safeUrlText(text: string): string {
  return safeText(text)
    .replace(/[\n\t]/g, '')
    .replace(/[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/gu, encodeURIComponent);
}

function isAbsolute(url: string): boolean {
  return /^https?:\/\/[^/]/i.test(url) && URL.canParse(url);
}

/** A URL of the document (a token URL) made absolute by the server's; as it is where that cannot be. */
export function absoluteUrl(url: string, server: ServerPlan): string {
  const safe = safeUrlText(url);
  if (URL.canParse(safe) || server.url === '') return safe;
  return URL.canParse(safe, server.url) ? new URL(safe, server.url).href : safe;
}
