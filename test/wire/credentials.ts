import { isObject, type Json, type JsonObject, member } from '../../src/model/json.ts';
import type { ExpectedCredential } from './compare.ts';
import { dereference, documentOperation } from './document.ts';

/** The values of the environment variables for secrets, by name; certificates are left out, so that what needs them is not chosen. */
export function secretsOf(names: readonly string[]): { [name: string]: string } {
  const usable = names.filter((name) => !/_CLIENT_(CERT|KEY|ID|SECRET)$/.test(name));
  return Object.fromEntries(usable.map((name, index) => [name, `s3cret-${index}`]));
}

/** Whether every alternative of an operation's security needs a client certificate. */
export function needsCertificate(document: JsonObject, path: string, method: string): boolean {
  const security = member(documentOperation(document, path, method), 'security') ?? document.security;
  const alternatives = Array.isArray(security) ? security.filter(isObject) : [];
  const mutual = (name: string): boolean =>
    member(dereference(document, member(member(document.components, 'securitySchemes'), name)), 'type') ===
    'mutualTLS';
  return alternatives.length > 0 && alternatives.every((each) => Object.keys(each).some(mutual));
}

/**
 * What the first alternative of an operation's security puts into the request (OpenAPI 4.30 Security Requirement Object).
 * An alternative that needs a client certificate cannot be met here.
 */
export function expectedCredentials(
  document: JsonObject,
  path: string,
  method: string,
  secrets: { readonly [name: string]: string },
): ExpectedCredential[] {
  const security = member(documentOperation(document, path, method), 'security') ?? document.security;
  const schemes = member(document.components, 'securitySchemes');
  const values = Object.values(secrets);
  const alternatives = (Array.isArray(security) ? security : [])
    .filter((each): each is JsonObject => isObject(each) && Object.keys(each).length > 0)
    .map((each) => Object.keys(each).map((name) => dereference(document, member(schemes, name))))
    .filter((each) => each.every((scheme) => isObject(scheme) && member(scheme, 'type') !== 'mutualTLS'));
  return (alternatives[0] ?? []).flatMap((scheme) => credentialOf(scheme, values));
}

function credentialOf(scheme: Json, values: readonly string[]): ExpectedCredential[] {
  const type = member(scheme, 'type');
  if (type === 'apiKey') {
    const place = member(scheme, 'in');
    if (place !== 'header' && place !== 'query' && place !== 'cookie') return [];
    const word = member(member(scheme, 'x-mcpgen'), 'scheme');
    const prefix = typeof word === 'string' ? `${word} ` : '';
    return [{ in: place, name: String(member(scheme, 'name')), prefix, secrets: values }];
  }
  const header = { in: 'header' as const, name: 'Authorization' };
  const http = String(member(scheme, 'scheme') ?? '').toLowerCase();
  if (type === 'http' && http === 'basic') {
    const pairs = values.flatMap((user) =>
      values.map((word) => Buffer.from(`${user}:${word}`).toString('base64')),
    );
    return [{ ...header, prefix: 'Basic ', secrets: pairs }];
  }
  const prefix = type === 'http' && http !== 'bearer' ? `${member(scheme, 'scheme')} ` : 'Bearer ';
  return [{ ...header, prefix, secrets: values }];
}
