import type { Application } from './application.ts';
import { createCaller } from './call.ts';
import { readClientCertificate } from './certificate.ts';
import { type Credentials, createAuthorizer, needed } from './credentials.ts';
import { createGuard, isLoopback } from './guards.ts';
import type { Hooks } from './hooks.ts';
import { createHttpServer } from './http.ts';
import { createLog } from './log.ts';
import { createMcpEndpoint } from './mcp.ts';
import { createMetrics } from './metrics.ts';
import {
  createSecrets,
  type Environment,
  readSettings,
  type Secrets,
  type SettingHelp,
  settingsHelp,
} from './settings.ts';
import { serveOverStdio } from './stdio.ts';
import { variablesOf } from './supply.ts';
import { createTokens } from './tokens.ts';
import type { ServerUrl, Tool } from './tool.ts';
import { createUpstream } from './upstream.ts';
import { createViews } from './views.ts';

/** One API, as `main.ts` describes it. */
export interface Api {
  /** `linear`. */
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** `LINEAR`: what the API's own environment variables begin with. */
  readonly env: string;
  readonly server: ServerUrl;
  readonly credentials: Credentials;
  readonly mode: 'list' | 'search';
  readonly tools: readonly Tool[];
  /** The text of tools.json. */
  readonly list: string;
  readonly hooks: Hooks;
}

const memoryCap = 16 * 1024 * 1024;

/** Runs the server: HTTP, or stdio with `--stdio`. Does not return before it has stopped. */
export async function serve(
  api: Api,
  argv = process.argv.slice(2),
  // A copy: each look into process.env is a call into the system's library.
  env: Environment = { ...process.env },
): Promise<void> {
  const unknown = argv.find((word) => !['--stdio', '--help', '-h', '--version'].includes(word));
  if (unknown !== undefined) return fail([`unknown argument ${unknown}; see --help`]);
  if (argv.includes('--help') || argv.includes('-h')) return print(help(api));
  if (argv.includes('--version')) return print(`${api.name} ${api.version}`);

  const stdio = argv.includes('--stdio');
  const { settings, problems } = readSettings(env, { mode: api.mode });
  const secrets = createSecrets(env);
  // stdout belongs to the protocol when it runs over stdio.
  const log = createLog(api.name, settings.log, (text) =>
    (stdio ? process.stderr : process.stdout).write(text),
  );
  const { tokens, problems: tokenProblems } = createTokens(secrets, settings, (message) =>
    log({ level: 'error', message }),
  );
  const found = [...problems, ...tokenProblems];
  const baseUrl = resolveUrl(api.server, env, api.env);
  if (baseUrl === '') found.push(`the API's address is not documented: set ${api.env}_BASE_URL`);
  else if (!/^https?:\/\/[^/?#]+/i.test(baseUrl) || !URL.canParse(baseUrl)) {
    const whose = env[`${api.env}_BASE_URL`] ? `${api.env}_BASE_URL` : `the API's address \`${baseUrl}\``;
    found.push(`${whose} must be an http(s) URL; ${api.env}_BASE_URL sets it`);
  }
  if (!stdio && !isLoopback(settings.host) && !tokens.required) {
    found.push(`HOST=${settings.host} can be reached from elsewhere: set MCP_TOKEN or MCP_TOKENS_FILE`);
  }
  const groups = new Set(api.tools.map((tool) => tool.group));
  for (const name of settings.toolsets ?? []) {
    if (!groups.has(name)) found.push(`TOOLSETS: \`${name}\` is none of ${[...groups].join(', ')}`);
  }
  const { tls, problems: tlsProblems } = readClientCertificate(api.credentials, secrets);
  found.push(...tlsProblems);
  if (found.length > 0) return fail(found);

  const upstream = createUpstream({
    connections: settings.maxConcurrency,
    timeout: settings.upstreamTimeout,
    ...(tls === undefined ? {} : { tls }),
  });
  const metrics = createMetrics();
  const caller = createCaller({
    name: api.name,
    settings,
    env,
    baseUrl: (own) =>
      own === undefined || env[`${api.env}_BASE_URL`] ? baseUrl : resolveUrl(own, env, api.env),
    upstream,
    authorizer: createAuthorizer(api.credentials, upstream),
    hooks: api.hooks,
  });
  const application: Application = {
    name: api.name,
    title: api.title,
    version: api.version,
    instructions: api.description,
    viewOf: createViews(api.tools, api.list, settings),
    run: caller.run,
    metrics,
    log,
    secrets,
    limit: settings.maxResponseBytes,
    fullLimit: Math.max(settings.maxResponseBytes, memoryCap),
    hasRoom: () => metrics.inFlight() < settings.maxConcurrency + settings.maxQueue,
  };
  if (stdio) {
    serveOverStdio(application);
    return;
  }
  const endpoint = createMcpEndpoint(application, { direct: settings.direct });
  const http = createHttpServer({ application, settings, guard: createGuard(settings, tokens), endpoint });
  let port: number;
  try {
    port = await http.listen();
  } catch (error) {
    return fail([
      `cannot listen on ${settings.host}:${settings.port}: ${error instanceof Error ? error.message : error}`,
    ]);
  }
  const stop = async (signal: string) => {
    log({ level: 'info', message: `${signal}: finishing ${metrics.inFlight()} calls` });
    const whole = await http.drain();
    await endpoint.close();
    upstream.close();
    if (!whole) log({ level: 'error', message: 'calls were still running at the end of SHUTDOWN_TIMEOUT' });
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
  const address = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  log({ level: 'info', message: 'listening', url: `http://${address}:${port}/mcp`, tools: api.tools.length });
  warnAboutSecrets(api, secrets, log);
}

/** A server's URL with the values of its variables; `<API>_BASE_URL` replaces all of it. */
function resolveUrl(url: ServerUrl, env: Environment, prefix: string): string {
  const whole = env[`${prefix}_BASE_URL`];
  if (whole !== undefined && whole !== '') return whole;
  return url.map((piece) => (typeof piece === 'string' ? piece : env[piece.env] || piece.default)).join('');
}

/** Says at start which secrets are missing: calls will say it too, but later. */
function warnAboutSecrets(api: Api, secrets: Secrets, log: (line: Record<string, unknown>) => void): void {
  const names = Object.values(api.credentials).flatMap((one) => needed(one));
  if (names.length > 0 && names.every((name) => secrets(name) === undefined)) {
    log({ level: 'warn', message: `no credentials for the API: set ${names.join(' or ')}` });
  }
}

function help(api: Api): string {
  const own = [
    { name: `${api.env}_BASE_URL`, value: '', text: "the API's address, in place of the documented one" },
    ...Object.values(api.credentials).flatMap((one) =>
      Object.values(one.env).map((name) => ({
        name,
        value: '',
        text: `secret of the API (or ${name}_FILE)`,
      })),
    ),
    ...serverVariables(api),
    ...argumentVariables(api),
  ];
  const all = [...own, ...settingsHelp];
  const width = Math.max(...all.map(({ name }) => name.length));
  const lines = all.map(
    ({ name, value, text }) => `  ${name.padEnd(width)}  ${text}${value === '' ? '' : ` (${value})`}`,
  );
  return [
    `${api.title} as an MCP server: ${api.tools.length} tools on POST /mcp`,
    '',
    'Usage: node server.mjs [--stdio | --help | --version]',
    '',
    'Environment:',
    ...lines,
  ].join('\n');
}

function serverVariables(api: Api): SettingHelp[] {
  const pieces = api.server.filter((piece) => typeof piece !== 'string');
  return pieces.map((piece) => ({
    name: piece.env,
    value: piece.default,
    text: "part of the API's address",
  }));
}

function argumentVariables(api: Api): SettingHelp[] {
  const names = new Set(api.tools.flatMap((tool) => [...variablesOf(tool).values()]));
  return [...names].map((name) => ({
    name,
    value: '',
    text: 'taken for arguments that a caller leaves out',
  }));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`error: ${problem}\n`);
  process.exitCode = 2;
}
