/** What stands between braces; a regular expression there may have braces itself. */
const HOLE = /\{((?:[^{}]|\{[^{}]*\})*)\}/g;

/** Names of the parameters that are declared for a path. */
export interface Declared {
  readonly path: ReadonlySet<string>;
  readonly query: ReadonlySet<string>;
}

/**
 * Makes a path template of one that says more than OpenAPI's do (3.1 section 4.8.8): URI templates (RFC 6570: `{+path}`, `{list*}`, `{?page}`),
 * patterns of routers (`{id:[0-9]+}`, `{*path}`, `{id?}`) and of gRPC gateways (`{name=projects/*}`). A hole becomes the name in it where that
 * parameter is declared; what only repeats declared query parameters is left out.
 * @param declared asked only of a path that says more
 * @returns the template as it was where nothing is known of what it holds
 */
export function plainTemplate(path: string, declared: () => Declared): string {
  const isPath = (name: string): boolean => declared().path.has(name);
  const isQuery = (name: string): boolean => declared().query.has(name) && !isPath(name);
  return path
    .replace(/\{[?&]([^{}]+)\}/g, (hole, names: string) =>
      names.split(',').every((name) => isQuery(name.replace(/\*$/, ''))) ? '' : hole,
    )
    .replace(/[?&][^?&={}]+=\{([^{}]+)\}/g, (pair, name: string) => (isQuery(name) ? '' : pair))
    .replace(HOLE, (hole, inner: string) => {
      const name = inner
        .trim()
        .replace(/^[+*]+/, '')
        .replace(/(?:[*?]|[:=].*)$/s, '');
      return name === inner || isPath(inner) || !isPath(name) ? hole : `{${name}}`;
    });
}
