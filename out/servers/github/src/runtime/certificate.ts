import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Credentials } from './credentials.ts';
import type { Secrets } from './settings.ts';

export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * The certificate and the key by which this server shows the API who it is: each as PEM text, as the path of a PEM file, or by
 * `*_FILE`.
 * @returns them where both are given, and what is wrong with them in words for the operator
 */
export function readClientCertificate(
  credentials: Credentials,
  secrets: Secrets,
): { readonly tls?: ClientCertificate; readonly problems: readonly string[] } {
  for (const one of Object.values(credentials)) {
    if (one.kind !== 'mutualTls') continue;
    const names = [one.env.certificate, one.env.key] as const;
    const [certificate, key] = names.map((name) => secrets(name));
    if (certificate === undefined || key === undefined) continue;
    try {
      const tls = { cert: pem(names[0], certificate), key: pem(names[1], key) };
      createSecureContext(tls);
      return { tls, problems: [] };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { problems: [error instanceof Unreadable ? message : `${names.join(' and ')}: ${message}`] };
    }
  }
  return { problems: [] };
}

class Unreadable extends Error {}

function pem(name: string, value: string): string {
  if (value.includes('-----BEGIN')) return value;
  try {
    return readFileSync(value, 'utf8');
  } catch (error) {
    // Not the value: it may be a key that somebody has cut.
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new Unreadable(
      `${name} is neither PEM text nor the path of a file that can be read (${String(code)})`,
    );
  }
}
