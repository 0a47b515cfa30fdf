/** How things are called: the API after its host, operations after their commands, arguments after the variables that held them. */

const HOST_NOISE = new Set([
  'api',
  'apis',
  'www',
  'rest',
  'app',
  'hooks',
  'gateway',
  'graph',
  'v1',
  'v2',
  'v3',
  'dev',
  'prod',
  'staging',
  'us',
  'eu',
  'com',
  'co',
  'rapid',
  'management',
  'cloud',
]);
/** Names of programs that companies run on hosts of their own. */
const PRODUCTS = new Set([
  'gitlab',
  'gitea',
  'forgejo',
  'jira',
  'confluence',
  'jenkins',
  'grafana',
  'sonarqube',
  'vault',
  'consul',
  'nexus',
  'bitbucket',
  'artifactory',
  'prometheus',
  'harbor',
  'keycloak',
  'mattermost',
  'redmine',
]);
const TWO_LEVEL = /\.(?:co|com|org|net|gov|ac)\.[a-z]{2}$/;

/** The API's name from a host: `api.linear.app` → `linear`. */
export function apiNameOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (
    !/[a-z]/.test(name) ||
    !name.includes('.') ||
    /^[\d.]+$/.test(name) ||
    name.endsWith('.local') ||
    name.endsWith('.invalid')
  )
    return undefined;
  const labels = name.split('.');
  const end = labels.length - (TWO_LEVEL.test(name) ? 2 : 1);
  const product = labels.find((label) => PRODUCTS.has(label));
  if (product !== undefined) return product;
  const shown =
    labels[end - 1] === 'example'
      ? labels.slice(0, end - 1).findLast((label) => !HOST_NOISE.has(label))
      : undefined;
  const own = shown ?? labels[end - 1];
  if (own === undefined || own.includes('{')) return undefined;
  const better = HOST_NOISE.has(own) ? labels.slice(0, end).findLast((label) => !HOST_NOISE.has(label)) : own;
  return kebab(better ?? own) || undefined;
}

/** The name of a script without its ending and without words that say nothing. */
export function baseName(file: string): string {
  return kebab(file.replace(/^.*[\\/]/, '').replace(/\.(?:sh|bash|zsh|command)$/i, ''));
}

/** The API's name by the script's file: the first word that is not about its being a script. */
export function apiNameOfFile(file: string): string {
  const words = baseName(file)
    .split('-')
    .filter((word) => !/^(?:wrapper|cli|script|api|client|tool|sh|bash|curl|run|main)$/.test(word));
  return words[0] ?? (baseName(file) || 'script');
}

/** `createIssue` → `create-issue`. */
export function kebab(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** `create-issue` → `createIssue`, always beginning with a letter: an `operationId`. */
export function camel(name: string): string {
  const joined = kebab(name).replace(/-([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
  return /^[a-z]/.test(joined) ? joined : `op${joined.slice(0, 1).toUpperCase()}${joined.slice(1)}`;
}

/** The name of an operation of a script that does one thing: the script's name without the API's. */
export function withoutApiName(name: string, api: string): string {
  const words = name.split('-');
  const head = api.split('-');
  const rest = head.every((word, index) => words[index] === word)
    ? words.slice(head.length)
    : words.filter((word) => word !== api);
  const useful = rest.filter(
    (word) => !/^(?:wrapper|cli|script|api|curl|sh|cmd|do|main|handle|handler)$/.test(word),
  );
  return useful.join('-');
}

/** Variables whose names say only how they are used. */
const GENERIC =
  /^(?:_*|arg\d*|args|opt|option|val|value|var|tmp|temp|x|y|i|key|param|params|input|data|str|string|s|line|item|1|first|second|REPLY)$/i;

/** An argument's name: lower case, with what separates words kept. */
export function argumentName(candidates: readonly string[]): string | undefined {
  const clean = candidates
    .map((name) => cleanName(name))
    // `LABELS_JSON` holds the labels in another form.
    .map((name) => name.replace(/_(?:json|escaped|encoded|enc|esc)$|^(?:escaped|encoded|safe)_/i, ''))
    .filter((name) => name !== '');
  return clean.find((name) => !GENERIC.test(name)) ?? clean[0];
}

/** A variable's name as one of an argument: `TEAM_ID` → `team_id`, with nothing in it that a name cannot hold. */
export function cleanName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z\d_.-]+/g, '_')
    .replace(/^[_\-.\d]+|[_\-.]+$/g, '')
    .replace(/[-.]+/g, '_');
  return /[a-z]/.test(plain) && !/^[A-Z]/.test(plain) ? plain : plain.toLowerCase();
}

/** Whether a variable's or header's name says that it holds a secret. */
export function isSecretName(name: string): boolean {
  return /(?:^|_|-|\b)(?:token|secret|passw(?:or)?d|pwd|pass|credentials?|pat|jwt|bearer|auth|authorization|api_?-?key|apikey|access_?-?key|private_?-?(?:key|token)|key|apitoken|webhook(?:_url)?)s?(?:$|_|-|\b)|token$|apikey$|secret$/i.test(
    name,
  );
}

/** Texts that are keys, whatever they are called. */
export function isCredential(value: string): boolean {
  return credentialIn(value) !== undefined;
}

const KEY =
  /(?:gh[pousr]_|github_pat_|glpat-|lin_(?:api|oauth)_|sk-(?:ant-|proj-)?|sk_live_|sk_test_|rk_live_|pk_live_|xox[abprs]-|ya29\.|AKIA|ASIA|SG\.|dop_v1_|hf_|npm_|pypi-|AIza|key-[0-9a-f]{16}|EAA[A-Za-z0-9]{20})[A-Za-z0-9_\-.]{6,}/;

/** Where a key begins in a text. */
export function credentialIn(value: string): number | undefined {
  const found = KEY.exec(value) ?? /^eyJ[\w-]+\.[\w-]+\./.exec(value);
  return found?.index;
}

/**
 * The part of a URL's segment that is a key: of a bot (`bot123456:AA…`), a webhook, or of any other kind.
 * @param before the path up to the segment, with the host
 */
export function secretSegment(segment: string, before: string): { from: number; to: number } | undefined {
  const bot = /^bot(\d{6,12}:[\w-]{30,})$/.exec(segment)?.[1];
  if (bot !== undefined) return { from: 3, to: segment.length };
  if (credentialIn(segment) === 0) return { from: 0, to: segment.length };
  const random = segment.length >= 20 && /[a-z]/.test(segment) && /[A-Z]/.test(segment) && /\d/.test(segment);
  return random && /hook|services|token|secret|[/.]key/i.test(before) && /^[\w-]+$/.test(segment)
    ? { from: 0, to: segment.length }
    : undefined;
}

/** Takes keys out of a text that is copied into the document. */
export function redact(value: string): string {
  return value
    .replace(
      /(?:gh[pousr]_|github_pat_|glpat-|lin_(?:api|oauth)_|sk-(?:ant-|proj-)?|sk_live_|sk_test_|rk_live_|pk_live_|xox[abprs]-|ya29\.|AKIA|ASIA|SG\.|dop_v1_|hf_|npm_|pypi-|AIza|EAA)[A-Za-z0-9_\-.]{10,}/g,
      'REDACTED',
    )
    .replace(/eyJ[\w-]{10,}\.[\w-]+\.[\w-]*/g, 'REDACTED');
}
