import type { JsonObject } from '../../model/json.ts';
import { isCredential, isSecretName } from './naming.ts';
import type { Header } from './request.ts';
import type { State } from './state.ts';
import { argumentKey, constant, type Hole, holesOf, splitFirst, type Value } from './value.ts';

/** One way of authentication that a call uses. */
export interface Credential {
  /** OpenAPI security scheme object. */
  readonly scheme: JsonObject;
  /** What the scheme is called where its name is free. */
  readonly id: string;
  /** Holes that bring the secret. */
  readonly holes: readonly Hole[];
  /** The secret itself stands in the script. */
  readonly literal?: number;
}

/** What is known about the variables of a call. */
export interface Held {
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly vars: State['vars'];
}

/** Reads a header as authentication; undefined for ordinary headers. */
export function headerCredential(header: Header, held: Held): Credential | undefined {
  const { name, value } = header;
  const authorization = name.toLowerCase() === 'authorization';
  const encoded = value.find((part) => part.kind === 'hole' && part.source.kind === 'command');
  if (
    authorization &&
    value[0]?.kind === 'text' &&
    /^basic\s*$/i.test(value[0].text) &&
    encoded?.kind === 'hole' &&
    encoded.source.kind === 'command' &&
    encoded.source.input !== undefined
  )
    return userCredential(encoded.source.input, held);
  const first = value[0]?.kind === 'text' ? value[0].text : '';
  const holes = holesOf(value);
  const known = constant(value);
  const secret =
    authorization ||
    ((isSecretName(name) ||
      holes.some(
        (hole) =>
          hole.source.kind === 'env' &&
          isSecretName(hole.source.name) &&
          /key|token|auth|secret/i.test(hole.source.name),
      )) &&
      !/^(?:idempotency-key|x-request-key|if-.*)$/i.test(name));
  if (!secret) return undefined;
  if (known !== undefined && known.trim() === '') return undefined;
  if (!authorization && known !== undefined && !looksSecret(known)) return undefined;
  const place = known === undefined ? {} : { literal: placeOf(value) };
  const word =
    /^([A-Za-z][\w-]*\s+token=)$/.exec(first)?.[1] ??
    /^([A-Za-z][\w-]*)\s+(?:"?token=)?/.exec(first)?.[1] ??
    (/^([A-Za-z][\w-]*)$/.exec(first.trim())?.[1] && holes.length > 0 && /\s$/.test(first)
      ? first.trim()
      : undefined);
  const extension = environment(value, held);
  if (!authorization)
    return {
      id: 'apiKey',
      scheme: {
        type: 'apiKey',
        in: 'header',
        name,
        ...extended({ ...extension, ...(word !== undefined && holes.length > 0 ? { scheme: word } : {}) }),
      },
      holes,
      ...place,
    };
  if (word?.toLowerCase() === 'bearer')
    return {
      id: 'bearer',
      scheme: { type: 'http', scheme: 'bearer', ...extended(extension) },
      holes,
      ...place,
    };
  if (word?.toLowerCase() === 'basic')
    return {
      id: 'basic',
      scheme: { type: 'http', scheme: 'basic', ...extended(basicEnvironment(extension)) },
      holes,
      ...place,
    };
  return {
    id: 'apiKey',
    scheme: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      ...extended({
        ...extension,
        ...(word === undefined || (known !== undefined && !/\s/.test(known)) ? {} : { scheme: word }),
      }),
    },
    holes,
    ...place,
  };
}

/** `-u user:password`: the user name, the password or both can be a secret, a variable or a constant. */
export function userCredential(user: Value, held: Held): Credential {
  const known = constant(user);
  const [name, password] = splitUser(user);
  const scheme = {
    ...(password === undefined ? {} : environment(password, held)),
    ...(password !== undefined && name.length === 0 && password.length > 0
      ? { username: { default: '' } }
      : named(name, held)),
    // A key as the user name goes without a password.
    ...(password !== undefined && password.length === 0 && name.length > 0
      ? { password: { default: '' } }
      : {}),
  };
  return {
    id: 'basic',
    scheme: {
      type: 'http',
      scheme: 'basic',
      ...(Object.keys(scheme).length === 0 ? {} : { 'x-mcpgen': scheme }),
    },
    holes: holesOf(user),
    ...(known?.includes(':') && !known.endsWith(':') ? { literal: placeOf(user) } : {}),
  };
}

/** At the colon; a value without one (`-u "$AUTH"`) is a pair in one variable, which counts as the password. */
function splitUser(user: Value): readonly [Value, Value | undefined] {
  const split = splitFirst(user, /:/);
  return split === undefined ? [[], user] : [split[0], split[2]];
}

function named(name: Value, held: Held): { username?: JsonObject } {
  const known = constant(name);
  if (known !== undefined) return known === '' || isCredential(known) ? {} : { username: { default: known } };
  const { env } = environment(name, held);
  const fallback =
    name.length === 1 && name[0]?.kind === 'hole' ? constant(name[0].fallback ?? []) : undefined;
  const found: JsonObject = {
    ...(env === undefined ? {} : { env }),
    ...(fallback === undefined || fallback === '' ? {} : { default: fallback }),
  };
  return Object.keys(found).length === 0 ? {} : { username: found };
}

/** A query parameter that holds a key. */
export function queryCredential(name: string, value: Value, held: Held): Credential | undefined {
  const holes = holesOf(value);
  const known = constant(value);
  const byName =
    /^(?:api_?-?key|apikey|key|token|access_?token|auth|auth_token|appid|app_id|app_key|api_token|secret|password|passwd|sig|client_secret|private_token)$/i.test(
      name,
    );
  const fromEnv =
    holes.length === 1 &&
    value.length === 1 &&
    holes.every((hole) => hole.source.kind === 'env' && isSecretName(hole.source.name));
  const literal = known !== undefined && byName && looksSecret(known);
  if (!(fromEnv || literal || (byName && holes.length === 1 && holes[0]?.source.kind === 'env')))
    return undefined;
  return {
    id: 'apiKey',
    scheme: { type: 'apiKey', in: 'query', name, ...extended(environment(value, held)) },
    holes,
    ...(literal ? { literal: placeOf(value) } : {}),
  };
}

/** The credential of a bearer token: where its text comes from, and where it stands if the script itself holds it. */
export function bearerCredential(token: Value, held: Held): Credential {
  const literal = constant(token);
  return {
    id: 'bearer',
    scheme: { type: 'http', scheme: 'bearer', ...extended(environment(token, held)) },
    holes: holesOf(token),
    ...(literal === undefined ? {} : { literal: placeOf(token) }),
  };
}

/** Whether a constant in a place for secrets is a secret, and not a placeholder or a word. */
export function looksSecret(value: string): boolean {
  const plain = value.replace(/^(?:bearer|token|basic|apikey|key)\s+/i, '');
  if (isCredential(plain)) return true;
  return (
    plain.length >= 8 &&
    !/^(?:<.*>|your[-_ ].*|x{3,}|\*+|no-cache|null|undefined|application\/.*|text\/.*|change-?me.*)$/i.test(
      plain,
    ) &&
    /[0-9]|[A-Z].*[a-z]/.test(plain)
  );
}

/** Where the secret stands: in the longest piece. */
function placeOf(value: Value): number {
  const texts = value.flatMap((part) => (part.kind === 'text' ? [part] : []));
  return texts.sort((a, b) => b.text.length - a.text.length)[0]?.at ?? 0;
}

function environment(value: Value, held: Held): { env?: string } {
  for (const hole of holesOf(value)) {
    if (hole.source.kind === 'env') return { env: hole.source.name };
    const name = (held.names.get(argumentKey(hole)) ?? []).find((one) =>
      /^[A-Z][A-Z\d_]*_[A-Z\d_]+$/.test(one),
    );
    if (name !== undefined && hole.source.kind !== 'positional' && hole.source.kind !== 'flag')
      return { env: name };
  }
  const known = constant(value);
  if (known === undefined || known === '') return {};
  const bare = known.replace(/^\S+\s+/, '');
  for (const [name, variable] of held.vars) {
    const text = variable.kind === 'text' ? constant(variable.value) : undefined;
    if (
      /^[A-Z][A-Z\d_]*_[A-Z\d_]+$/.test(name) &&
      !/^(?:API|AUTH|ACCESS|BEARER|SECRET|PRIVATE|AUTH_API|API_AUTH)_(?:KEY|TOKEN|HEADER|SECRET)$/.test(
        name,
      ) &&
      (text === known || text === bare)
    )
      return { env: name };
  }
  return {};
}

function basicEnvironment(extension: { env?: string }): { env?: string } {
  return extension.env !== undefined && /user/i.test(extension.env) ? {} : extension;
}

function extended(extension: { env?: string; scheme?: string }): { 'x-mcpgen'?: JsonObject } {
  return Object.keys(extension).length === 0 ? {} : { 'x-mcpgen': { ...extension } };
}
