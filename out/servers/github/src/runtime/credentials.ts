import { Client } from './client.ts';
import { encode } from './encode.ts';
import { memberAt } from './json.ts';
import type { Secrets } from './settings.ts';
import type { Answer } from './tool.ts';
import { cancelled, NoAnswer, type Upstream } from './upstream.ts';

/** A secret of the API and how it gets into a request. */
export type Credential =
  | {
      readonly kind: 'key';
      readonly in: 'header' | 'query' | 'cookie';
      readonly name: string;
      readonly prefix: string;
      readonly env: { readonly secret: string };
    }
  | {
      readonly kind: 'basic';
      readonly env: { readonly username: string; readonly password: string };
      readonly defaults?: { readonly username?: string; readonly password?: string };
    }
  | {
      readonly kind: 'oauth2';
      readonly tokenUrl?: string;
      readonly scopes: readonly string[];
      readonly env: { readonly token: string; readonly clientId: string; readonly clientSecret: string };
    }
  | { readonly kind: 'mutualTls'; readonly env: { readonly certificate: string; readonly key: string } };

export type Credentials = Readonly<Record<string, Credential>>;

/** What the credentials add to a request. */
export interface Authorization {
  readonly headers: readonly (readonly [string, string])[];
  readonly query: readonly string[];
  readonly cookies: readonly string[];
  /** The token, if it came by the client-credentials grant: a 401 may mean that it has been revoked. */
  readonly granted: string | undefined;
}

/** The server has no secret for an operation. */
export class MissingSecret extends Error {
  readonly variables: readonly string[];
  constructor(variables: readonly string[]) {
    super(`this server has no credentials for the API: set ${variables.join(' and ')} in its environment`);
    this.variables = variables;
  }
}

const nothing: Authorization = { headers: [], query: [], cookies: [], granted: undefined };

/** Picks the first alternative whose secrets are all there and turns it into headers, query and cookies. */
export function createAuthorizer(credentials: Credentials, upstream: Upstream, now: () => number = Date.now) {
  const tokens = createTokenCache(upstream, now);

  /** A promise only where there is something to wait for: nearly every call has its one secret at hand. */
  function authorize(
    security: readonly (readonly string[])[],
    secrets: Secrets,
    client: Client,
  ): Authorization | Promise<Authorization> {
    if (security.length === 0) return nothing;
    const alternatives = security.map((ids) =>
      ids
        .map((id) => (Object.hasOwn(credentials, id) ? credentials[id] : undefined))
        .filter((one) => one !== undefined),
    );
    const usable = alternatives.find((ones) => ones.length > 0 && ones.every((one) => isSet(one, secrets)));
    if (usable !== undefined) {
      const [first, ...more] = usable;
      if (first !== undefined && more.length === 0) return present(first, secrets, client);
      // One that throws while another fetches its token must not leave that alone.
      return Promise.all(usable.map(async (one) => present(one, secrets, client))).then(together);
    }
    if (alternatives.some((ones) => ones.length === 0)) return nothing;
    throw new MissingSecret((alternatives[0] ?? []).flatMap((one) => needed(one)));
  }

  function present(
    one: Credential,
    secrets: Secrets,
    client: Client,
  ): Authorization | Promise<Authorization> {
    switch (one.kind) {
      case 'key': {
        const secret = clean(one.env.secret, secrets(one.env.secret) ?? '');
        if (one.in === 'header') return withHeader(one.name, `${one.prefix}${secret}`);
        const pair = `${encode(one.name)}=${encode(`${one.prefix}${secret}`)}`;
        return one.in === 'query' ? { ...nothing, query: [pair] } : { ...nothing, cookies: [pair] };
      }
      case 'basic': {
        const username = secrets(one.env.username) ?? one.defaults?.username ?? '';
        const pair = `${username}:${secrets(one.env.password) ?? one.defaults?.password ?? ''}`;
        return withHeader('Authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
      }
      case 'oauth2': {
        const bearer = (token: string, granted?: string) =>
          withHeader('Authorization', `Bearer ${clean(one.env.token, token)}`, granted);
        const ready = secrets(one.env.token);
        if (ready !== undefined) return bearer(ready);
        return tokens.get(one, secrets, client).then((token) => bearer(token, token));
      }
      case 'mutualTls':
        return nothing;
    }
  }

  return { authorize, forget: tokens.forget };
}

function withHeader(name: string, value: string, granted?: string): Authorization {
  return { headers: [[name, value]], query: [], cookies: [], granted };
}

/** The credentials of an alternative that go together. */
function together(parts: readonly Authorization[]): Authorization {
  return {
    headers: parts.flatMap((part) => part.headers),
    query: parts.flatMap((part) => part.query),
    cookies: parts.flatMap((part) => part.cookies),
    granted: parts.find((part) => part.granted !== undefined)?.granted,
  };
}

function isSet(one: Credential, secrets: Secrets): boolean {
  if (one.kind !== 'oauth2') return needed(one).every((name) => secrets(name) !== undefined);
  if (secrets(one.env.token) !== undefined) return true;
  return (
    one.tokenUrl !== undefined &&
    secrets(one.env.clientId) !== undefined &&
    secrets(one.env.clientSecret) !== undefined
  );
}

/** The variables that a credential needs. */
export function needed(one: Credential): readonly string[] {
  switch (one.kind) {
    case 'key':
      return [one.env.secret];
    case 'basic':
      return [
        ...(one.defaults?.username === undefined ? [one.env.username] : []),
        ...(one.defaults?.password === undefined ? [one.env.password] : []),
      ];
    case 'oauth2':
      return [one.env.token];
    case 'mutualTls':
      return [one.env.certificate, one.env.key];
  }
}

function clean(name: string, secret: string): string {
  if (/[\r\n\0]/.test(secret)) throw new Error(`the secret in ${name} holds a line break`);
  return secret;
}

type OauthCredential = Extract<Credential, { kind: 'oauth2' }>;

/** Access tokens by the client-credentials grant (RFC 6749, section 4.4), one request at a time for each. */
function createTokenCache(upstream: Upstream, now: () => number) {
  const tokens = new Map<string, { readonly token: string; readonly until: number }>();
  const pending = new Map<string, Promise<string>>();

  async function fetchToken(one: OauthCredential, id: string, secret: string): Promise<string> {
    const form = ['grant_type=client_credentials'];
    if (one.scopes.length > 0) form.push(`scope=${encode(one.scopes.join(' '))}`);
    const basic = Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64');
    const answer = await ask(basic, one.tokenUrl ?? '', form.join('&'));
    const body: unknown = safely(() => answer.json());
    const token = answer.status === 200 ? memberAt(body, ['access_token']) : undefined;
    if (typeof token !== 'string') {
      throw new NoAnswer(
        'unauthorized',
        `the token endpoint gave no token: HTTP ${answer.status}${saidBy(body)}`,
      );
    }
    const expires = memberAt(body, ['expires_in']);
    const seconds = expires === undefined ? 300 : Number(expires);
    const lifetime = Number.isFinite(seconds) ? seconds : 300;
    // A token that ends while the request travels is of no use: it is renewed a little early.
    const until = now() + Math.max(0, lifetime - Math.min(30, lifetime / 2)) * 1000;
    tokens.set(keyOf(one, id), { token, until });
    return token;
  }

  async function ask(basic: string, url: string, form: string): Promise<Answer<unknown>> {
    const headers = [
      ['Accept', 'application/json'],
      ['Authorization', `Basic ${basic}`],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ] as const;
    // Several calls may wait for the token: it is nobody's to cancel.
    const options = { client: new Client(), limit: 1 << 20 };
    const request = { method: 'POST', url, headers, body: Buffer.from(form) };
    const outcome = await upstream.send(request, options);
    if (outcome instanceof NoAnswer)
      throw new NoAnswer(outcome.reason, `the token endpoint: ${outcome.message}`);
    return outcome;
  }

  return {
    async get(one: OauthCredential, secrets: Secrets, client: Client): Promise<string> {
      const id = secrets(one.env.clientId) ?? '';
      const key = keyOf(one, id);
      const known = tokens.get(key);
      if (known !== undefined && known.until > now()) return known.token;
      let fetching = pending.get(key);
      if (fetching === undefined) {
        fetching = fetchToken(one, id, secrets(one.env.clientSecret) ?? '').finally(() =>
          pending.delete(key),
        );
        pending.set(key, fetching);
      }
      const token = await fetching;
      if (client.gone) throw cancelled();
      return token;
    },
    /** Drops a token that the API refused; one that another call has fetched since then stays. */
    forget(refused: string): void {
      for (const [key, { token }] of tokens) if (token === refused) tokens.delete(key);
    },
  };
}

/** What a token endpoint says of its refusal (RFC 6749, section 5.2). */
function saidBy(body: unknown): string {
  const words = [memberAt(body, ['error']), memberAt(body, ['error_description'])];
  return words.flatMap((word) => (typeof word === 'string' ? `, ${word.slice(0, 200)}` : '')).join('');
}

function keyOf(one: OauthCredential, id: string): string {
  return `${one.tokenUrl} ${one.env.clientId} ${id}`;
}

function safely<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}
