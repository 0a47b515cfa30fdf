import type { SecurityScheme } from '../model/api.ts';
import type { Credential } from '../model/plan.ts';
import { safeText } from './text.ts';
import { words } from './words.ts';

/**
 * Gives each secret its environment variable. Two schemes that would share one get their own name in it, unless the document names the variable.
 * @param schemes those that operations ask for
 * @param prefix the API's name in upper case
 * @param absolute makes a token URL absolute
 */
export function planCredentials(
  schemes: readonly SecurityScheme[],
  prefix: string,
  absolute: (url: string) => string,
): readonly Credential[] {
  const plain = schemes.map((scheme) => credential(scheme, prefix, absolute));
  const uses = new Map<string, number>();
  for (const planned of plain)
    for (const name of variables(planned)) uses.set(name, (uses.get(name) ?? 0) + 1);
  return schemes.map((scheme, index) => {
    const planned = plain[index] ?? credential(scheme, prefix, absolute);
    const chosen = [scheme.env, scheme.kind === 'basic' ? scheme.username?.env : undefined];
    const shared = variables(planned).some((name) => !chosen.includes(name) && (uses.get(name) ?? 0) > 1);
    if (!shared) return planned;
    const own = words(scheme.id).join('_').toUpperCase() || `SCHEME${index + 1}`;
    return credential(scheme, `${prefix}_${own}`, absolute);
  });
}

function variables(planned: Credential): readonly string[] {
  return Object.values(planned.env);
}

function credential(scheme: SecurityScheme, prefix: string, absolute: (url: string) => string): Credential {
  const base = { id: scheme.id, description: safeText(scheme.description) };
  switch (scheme.kind) {
    case 'key': {
      const { kind, name } = scheme;
      const word = scheme.prefix === '' ? 'API_KEY' : 'TOKEN';
      return {
        ...base,
        kind,
        in: scheme.in,
        name,
        prefix: scheme.prefix,
        env: { secret: scheme.env ?? `${prefix}_${word}` },
      };
    }
    case 'basic': {
      const { username, password } = scheme;
      const defaults = {
        ...(username?.default === undefined ? {} : { username: username.default }),
        ...(password === undefined ? {} : { password: password.default }),
      };
      return {
        ...base,
        kind: 'basic',
        env: {
          username: username?.env ?? `${prefix}_USERNAME`,
          password: scheme.env ?? `${prefix}_PASSWORD`,
        },
        ...(Object.keys(defaults).length === 0 ? {} : { defaults }),
      };
    }
    case 'oauth2':
      return {
        ...base,
        kind: 'oauth2',
        ...(scheme.tokenUrl === undefined ? {} : { tokenUrl: absolute(scheme.tokenUrl) }),
        scopes: scheme.scopes,
        env: {
          token: scheme.env ?? `${prefix}_TOKEN`,
          clientId: `${prefix}_CLIENT_ID`,
          clientSecret: `${prefix}_CLIENT_SECRET`,
        },
      };
    case 'mutualTls':
      return {
        ...base,
        kind: 'mutualTls',
        env: { certificate: `${prefix}_CLIENT_CERT`, key: scheme.env ?? `${prefix}_CLIENT_KEY` },
      };
  }
}
