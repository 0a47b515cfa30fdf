import {
  concat,
  constant,
  filtered,
  type Hole,
  holesOf,
  type Part,
  splitFirst,
  splitValue,
  text,
  type Value,
} from './value.ts';

export interface Url {
  /** Origin, and the base path where the script keeps both in one variable; holes are server variables. */
  readonly server: Value;
  readonly path: Value;
  readonly query: readonly Pair[];
  /** `user:password@` of the URL. */
  readonly user: Value | undefined;
  /** Variables of the environment that could change the server. */
  readonly chosenBy: readonly string[];
  readonly problems: readonly string[];
}
export interface Pair {
  readonly name: string;
  readonly value: Value;
  /** Nothing says `=`. */
  readonly bare: boolean;
}

/** Takes a URL apart. */
export function readUrl(value: Value): Url {
  const problems: string[] = [];
  const whole = leading(value);
  const withoutFragment = splitFirst(whole, /#/)?.[0] ?? whole;
  const [beforeQuery, , query] = splitFirst(withoutFragment, /\?/) ?? [withoutFragment, '', []];
  const { server, path } = splitServer(beforeQuery);
  const at = splitFirst(server, /:\/\/[^/@]*@?/);
  const authority = at === undefined ? undefined : /:\/\/([^/@]*)@/.exec(at[1])?.[1];
  const inHoles = authority === undefined ? credentialHoles(server) : undefined;
  return {
    server:
      authority !== undefined && at !== undefined
        ? concat(at[0], text('://', 0), at[2])
        : (inHoles?.server ?? server),
    path: decodePath(path),
    query: splitValue(query, '&').flatMap((pair) => readPair(pair, problems)),
    chosenBy: value
      .slice(0, 2)
      .flatMap((part) =>
        part.kind === 'hole' && part.source.kind === 'env' && part.fallback !== undefined
          ? [part.source.name]
          : [],
      ),
    user: authority === undefined ? inHoles?.user : text(authority, 0),
    problems,
  };
}

/** A base URL from a variable with a default is that default: the generated command has its own variable for the base URL. */
function leading(value: Value): Value {
  const [first, ...rest] = value;
  if (first?.kind === 'hole' && first.fallback !== undefined && first.fallback.length > 0) {
    const inner = leading(first.fallback);
    const base = inner[0]?.kind === 'text' ? inner : [first];
    return [...base, ...rest];
  }
  const scheme = schemeLength(value);
  if (scheme > 1) {
    const head = value.slice(0, scheme).map((part) => (part.kind === 'text' ? part.text : ''));
    return leading([
      { kind: 'text', text: head.join(''), at: first?.kind === 'text' ? first.at : 0 },
      ...value.slice(scheme),
    ]);
  }
  const [, host] = value;
  if (
    first?.kind === 'text' &&
    /^[a-z]+:\/\/[^/?#]*$/i.test(first.text) &&
    host?.kind === 'hole' &&
    host.fallback !== undefined &&
    constant(host.fallback) &&
    !(value[2]?.kind === 'text' && /^[^/?#]*@/.test(value[2].text))
  ) {
    // A host, or a part of one, with a default is that default.
    return leading([{ ...first, text: `${first.text}${constant(host.fallback)}` }, ...value.slice(2)]);
  }
  if (first?.kind === 'text' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(first.text)) {
    const scheme = /^(localhost|127\.|\[|[\w-]+:\d)/.test(first.text)
      ? 'http://'
      : first.text.startsWith('/')
        ? ''
        : 'http://';
    return [{ ...first, text: `${scheme}${first.text.replace(/^\/\//, '')}` }, ...rest];
  }
  return value;
}

/** How many pieces of text the scheme and `://` are spread over. */
function schemeLength(value: Value): number {
  let text = '';
  for (const [index, part] of value.entries()) {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return index;
    if (part.kind !== 'text') return 0;
    text += part.text;
    if (/[/?]/.test(text) && !/^[a-z]+:\/?\/?/i.test(text)) return 0;
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? value.length : 0;
}

function splitServer(value: Value): { server: Value; path: Value } {
  const [first, second] = value;
  if (first?.kind === 'text') {
    const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(first.text)?.[0] ?? '';
    const after = first.text.slice(origin.length);
    // The script keeps the base URL in a variable of its own: what follows begins a piece of its own.
    const isBase =
      after !== '' &&
      second !== undefined &&
      second.kind === 'text' &&
      second.text.startsWith('/') &&
      !after.endsWith('/');
    if (isBase && !/\.(php|json|cgi|asp)$/.test(after)) return { server: [first], path: value.slice(1) };
    if (after !== '' || origin === '')
      return {
        server: text(origin, first.at),
        path: [...text(after, first.at + origin.length), ...value.slice(1)],
      };
    if (second?.kind === 'text' && second.text.startsWith('/'))
      return { server: [first], path: value.slice(1) };
  }
  // Holes belong to the authority until a slash begins the path.
  const server: Part[] = [];
  for (const [index, part] of value.entries()) {
    if (part.kind === 'text') {
      const from = index === 0 ? (/^[a-z][a-z0-9+.-]*:\/\//i.exec(part.text)?.[0].length ?? 0) : 0;
      const slash = part.text.indexOf('/', from);
      if (slash !== -1) {
        server.push(...(text(part.text.slice(0, slash), part.at) as Part[]));
        return {
          server,
          path: [...text(part.text.slice(slash), part.at + slash), ...value.slice(index + 1)],
        };
      }
    }
    if (index > 0 && part.kind === 'hole' && isWholeServer(server))
      return { server, path: value.slice(index) };
    server.push(part);
  }
  return { server, path: [] };
}

/** A base that a hole follows at once: `"$API$ENDPOINT"`. */
function isWholeServer(server: Value): boolean {
  const [first] = server;
  if (server.length !== 1 || first === undefined) return false;
  if (first.kind === 'hole') return true;
  return first.kind === 'text' && /:\/\/[^/]*\.[a-z]{2,}(:\d+)?$/i.test(first.text);
}

/** `https://$USER:$PASS@host` */
function credentialHoles(server: Value): { server: Value; user: Value } | undefined {
  const split = splitFirst(server, /@/);
  const scheme = split === undefined ? undefined : splitFirst(split[0], /:\/\//);
  if (split === undefined || scheme === undefined || holesOf(scheme[2]).length === 0) return undefined;
  return { server: concat(scheme[0], text('://', 0), split[2]), user: scheme[2] };
}

function readPair(pair: Value, problems: string[]): Pair[] {
  if (pair.length === 0) return [];
  const split = splitFirst(pair, /=/);
  if (split === undefined) {
    const name = constant(pair);
    if (name !== undefined) return [{ name: decode(name), value: [], bare: true }];
    problems.push('a whole piece of the query string is an argument');
    return [];
  }
  const name = constant(split[0]);
  if (name === undefined) {
    problems.push('the name of a query parameter is an argument');
    return [];
  }
  return [
    {
      name: decode(name),
      value: split[2].map((part) => (part.kind === 'text' ? { ...part, text: decode(part.text) } : part)),
      bare: false,
    },
  ];
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

function decodePath(path: Value): Value {
  return path.map((part) => {
    if (part.kind !== 'text' || !part.text.includes('%')) return part;
    try {
      const decoded = decodeURIComponent(part.text);
      // An encoded slash or brace would read as another path.
      return /[{}?#]/.test(decoded) || decoded.split('/').length !== part.text.split('/').length
        ? part
        : { ...part, text: decoded };
    } catch {
      return part;
    }
  });
}

/** Pairs of a form body or of `--data-urlencode`. */
export function readForm(value: Value, encoded: boolean, problems: string[]): Pair[] {
  if (!encoded) return splitValue(value, '&').flatMap((pair) => readPair(pair, problems));
  const split = splitFirst(value, /=/);
  const name = split === undefined ? undefined : constant(split[0]);
  if (split === undefined || name === undefined || name === '') {
    problems.push('the name of a form field is an argument');
    return [];
  }
  const content: Value = split[2].map((part): Part => (part.kind === 'hole' ? escaped(part) : part));
  return [{ name, value: content, bare: false }];
}

function escaped(held: Hole): Hole {
  return filtered(held, { kind: 'escape', of: 'url' });
}
