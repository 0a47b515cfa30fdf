type Headers = { readonly [name: string]: string };

/**
 * Parts a bearer token that comes from the environment (`Authorization: Bearer ${NAME}`, in any case) from the other headers:
 * what expands nothing inside of a header takes it by the name of its variable.
 */
export function partBearer(headers: Headers): {
  readonly variable: string | undefined;
  readonly others: Headers;
} {
  const entries = Object.entries(headers);
  const token = entries.find(([name, value]) => name.toLowerCase() === 'authorization' && BEARER.test(value));
  return {
    variable: token && BEARER.exec(token[1])?.[1],
    others: Object.fromEntries(entries.filter((entry) => entry !== token)),
  };
}

const BEARER = /^Bearer \$\{(\w+)\}$/;
