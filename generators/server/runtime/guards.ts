import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from './settings.ts';
import { anonymous, type Caller, type Tokens } from './tokens.ts';

/** A request that is turned away. */
export interface Refusal {
  readonly status: 401 | 403 | 429;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** Whether an address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

/**
 * Checks who asks and where from, in this order: Host (against DNS rebinding), Origin, token, rate.
 * @returns the caller, or how the request is turned away
 */
export function createGuard(settings: Settings, tokens: Tokens, now: () => number = () => performance.now()) {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const anyHost =
    settings.allowedHosts.includes('*') || (!isLoopback(settings.host) && settings.allowedHosts.length === 0);
  const hosts = new Set([...loopback, settings.host.toLowerCase(), ...settings.allowedHosts]);
  const origins = new Set(settings.allowedOrigins);

  function hostIsAllowed(header: string | undefined): boolean {
    if (anyHost) return true;
    if (header === undefined) return false;
    const host = header.toLowerCase();
    return hosts.has(host) || hosts.has(host.replace(/:\d+$/, ''));
  }

  /** A page that this very address has served may ask, where the address is one that we know. */
  function originIsAllowed(origin: string, host: string | undefined): boolean {
    if (origins.has(origin) || origins.has('*')) return true;
    return !anyHost && host !== undefined && origin.replace(/^https?:\/\//, '') === host.toLowerCase();
  }

  function takeToken(key: string): number {
    const { rateLimit, rateBurst } = settings;
    const time = now();
    const bucket = buckets.get(key) ?? { tokens: rateBurst, at: time };
    bucket.tokens = Math.min(rateBurst, bucket.tokens + ((time - bucket.at) / 1000) * rateLimit);
    bucket.at = time;
    if (buckets.size > 10_000) buckets.clear();
    buckets.set(key, bucket);
    if (bucket.tokens < 1) return (1 - bucket.tokens) / rateLimit;
    bucket.tokens -= 1;
    return 0;
  }

  return (headers: IncomingHttpHeaders, address: string): Caller | Refusal => {
    if (!hostIsAllowed(headers.host)) {
      return {
        status: 403,
        message: `The Host \`${headers.host ?? ''}\` is not served here; see ALLOWED_HOSTS`,
      };
    }
    const { origin } = headers;
    if (origin !== undefined && !originIsAllowed(origin.toLowerCase(), headers.host)) {
      return { status: 403, message: `The Origin \`${origin}\` is not allowed; see ALLOWED_ORIGINS` };
    }
    let caller = anonymous;
    if (tokens.required) {
      const shown = /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')?.[1];
      const found = shown === undefined ? undefined : tokens.find(shown);
      if (found === undefined) {
        const message =
          shown === undefined ? 'A token is needed: Authorization: Bearer …' : 'The token is not known here';
        const challenge = shown === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
        return { status: 401, message, headers: { 'WWW-Authenticate': challenge } };
      }
      caller = found;
    }
    if (settings.rateLimit > 0) {
      const wait = takeToken(caller.name ?? address);
      if (wait > 0) {
        return {
          status: 429,
          message: 'Too many requests from this caller',
          headers: { 'Retry-After': String(Math.ceil(wait)) },
        };
      }
    }
    return caller;
  };
}
