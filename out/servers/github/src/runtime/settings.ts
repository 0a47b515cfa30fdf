import { readFileSync, statSync } from 'node:fs';

/** What the server is told from outside: environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that can be set, read once at start. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Clients must show MCP_TOKEN, whatever its file holds at the moment. */
  readonly tokenIsSet: boolean;
  readonly tokensFile: string | undefined;
  /** Requests per second and caller; 0: no limit. */
  readonly rateLimit: number;
  readonly rateBurst: number;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly maxConcurrency: number;
  readonly maxQueue: number;
  readonly upstreamTimeout: number;
  readonly shutdownTimeout: number;
  readonly toolsets: readonly string[] | undefined;
  readonly readOnly: boolean;
  readonly mode: 'list' | 'search';
  readonly log: boolean;
  /** Plain requests take the short way, or each goes through a server of the SDK. */
  readonly direct: boolean;
  /** Header of the client → the environment variable whose secret it replaces. */
  readonly userHeaders: readonly { readonly header: string; readonly secret: string }[];
}

/** One line of `--help`. */
export interface SettingHelp {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** The settings that every server has; the API's own (secrets, base URL) come on top. */
export const settingsHelp: readonly SettingHelp[] = [
  { name: 'HOST', value: '127.0.0.1', text: 'address to listen on; anything but loopback needs a token' },
  { name: 'PORT', value: '8080', text: 'port to listen on' },
  { name: 'MCP_TOKEN', value: '', text: 'clients must send it as `Authorization: Bearer …`' },
  {
    name: 'MCP_TOKENS_FILE',
    value: '',
    text: 'JSON file of several tokens: [{name, sha256, toolsets?, tools?, readOnly?}]',
  },
  { name: 'ALLOWED_HOSTS', value: '', text: 'Host headers to answer besides the address itself; * for any' },
  { name: 'ALLOWED_ORIGINS', value: '', text: 'browser origins to answer; none by default' },
  { name: 'TOOLSETS', value: '', text: 'offer these toolsets only, e.g. issues,projects' },
  { name: 'READ_ONLY', value: '0', text: '1: offer only tools that change nothing' },
  {
    name: 'TOOLS',
    value: 'list',
    text: 'search: offer search_tools, describe_tool and call_tool instead of the list',
  },
  { name: 'RATE_LIMIT', value: '0', text: 'requests per second that one caller may send; 0: any number' },
  {
    name: 'RATE_BURST',
    value: '',
    text: 'requests that may come at once before RATE_LIMIT counts; default 2 × RATE_LIMIT',
  },
  { name: 'MAX_REQUEST_BYTES', value: '4194304', text: 'larger requests are refused' },
  { name: 'MAX_RESPONSE_BYTES', value: '1048576', text: 'longer answers of the API are cut' },
  { name: 'MAX_CONCURRENCY', value: '128', text: 'requests to the API at once; more of them wait' },
  { name: 'MAX_QUEUE', value: '10000', text: 'calls that may wait; more of them are refused' },
  { name: 'UPSTREAM_TIMEOUT', value: '30', text: 'seconds until a request to the API is given up' },
  { name: 'SHUTDOWN_TIMEOUT', value: '25', text: 'seconds that running calls get after SIGTERM' },
  {
    name: 'USER_HEADERS',
    value: '',
    text: "take a secret from the client's header: X-Api-Key=EXAMPLE_API_KEY,…",
  },
  { name: 'LOG', value: '1', text: '0: no log line per call' },
  { name: 'DIRECT', value: '1', text: '0: the SDK answers every request (slower, the same answers)' },
];

/**
 * Reads the settings.
 * @returns them, and what is wrong with the environment in words for the operator
 */
export function readSettings(
  env: Environment,
  defaults: { readonly mode: 'list' | 'search' },
): { readonly settings: Settings; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const number = (name: string, fallback: number, least: number): number => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (Number.isFinite(value) && value >= least) return value;
    problems.push(`${name} must be a number of at least ${least}, not \`${text}\``);
    return fallback;
  };
  const list = (name: string): string[] => (env[name] ?? '').split(',').flatMap((item) => item.trim() || []);
  const flag = (name: string, fallback: boolean): boolean => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    if (/^(1|true|yes|on)$/i.test(text)) return true;
    if (/^(0|false|no|off)$/i.test(text)) return false;
    problems.push(`${name} must be 1 or 0, not \`${text}\``);
    return fallback;
  };
  const mode = env.TOOLS === undefined || env.TOOLS === '' ? defaults.mode : env.TOOLS;
  if (mode !== 'list' && mode !== 'search') problems.push(`TOOLS must be list or search, not \`${mode}\``);
  const userHeaders = list('USER_HEADERS').flatMap((entry) => {
    const [header, secret] = entry.split('=', 2);
    if (header && secret && !/^(authorization|cookie|host)$/i.test(header)) {
      return [{ header: header.toLowerCase(), secret }];
    }
    problems.push(
      `USER_HEADERS must be a list of Header=VARIABLE, not \`${entry}\`; Authorization is the MCP token's`,
    );
    return [];
  });
  const rateLimit = number('RATE_LIMIT', 0, 0);
  const toolsets = list('TOOLSETS');
  const settings: Settings = {
    host: env.HOST || '127.0.0.1',
    port: number('PORT', 8080, 0),
    allowedHosts: list('ALLOWED_HOSTS').map((host) => host.toLowerCase()),
    allowedOrigins: list('ALLOWED_ORIGINS').map((origin) => origin.toLowerCase()),
    tokenIsSet: Boolean(env.MCP_TOKEN || env.MCP_TOKEN_FILE),
    tokensFile: env.MCP_TOKENS_FILE || undefined,
    rateLimit,
    rateBurst: number('RATE_BURST', Math.max(1, 2 * rateLimit), 1),
    maxRequestBytes: number('MAX_REQUEST_BYTES', 4 * 1024 * 1024, 1),
    maxResponseBytes: number('MAX_RESPONSE_BYTES', 1024 * 1024, 1),
    maxConcurrency: number('MAX_CONCURRENCY', 128, 1),
    maxQueue: number('MAX_QUEUE', 10_000, 0),
    upstreamTimeout: number('UPSTREAM_TIMEOUT', 30, 0.001) * 1000,
    shutdownTimeout: number('SHUTDOWN_TIMEOUT', 25, 0) * 1000,
    toolsets: toolsets.length === 0 ? undefined : toolsets,
    readOnly: flag('READ_ONLY', false),
    mode: mode === 'search' ? 'search' : 'list',
    log: flag('LOG', true),
    direct: flag('DIRECT', true),
    userHeaders,
  };
  return { settings, problems };
}

/** Reads a secret by the name of its variable: `X`, or the file that `X_FILE` names. */
export type Secrets = (name: string) => string | undefined;

/** Files are read again when they have changed, so that a mounted secret can be rotated. */
export function createSecrets(env: Environment): Secrets {
  const files = new Map<string, { checked: number; modified: number; text: string | undefined }>();
  return (name) => {
    const direct = env[name];
    if (direct !== undefined && direct !== '') return direct;
    const file = env[`${name}_FILE`];
    if (file === undefined || file === '') return undefined;
    const now = Date.now();
    const known = files.get(file);
    if (known !== undefined && now - known.checked < 1000) return known.text;
    try {
      const modified = statSync(file).mtimeMs;
      const text =
        known !== undefined && known.modified === modified
          ? known.text
          : readFileSync(file, 'utf8').replace(/[\r\n]+$/, '') || undefined;
      files.set(file, { checked: now, modified, text });
      return text;
    } catch {
      // Between two versions of a mounted secret the file may be gone for a moment: the last one stays.
      if (known !== undefined) known.checked = now;
      return known?.text;
    }
  };
}
