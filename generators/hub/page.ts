import { createHash } from 'node:crypto';
import { isRemote } from '../../src/model/document.ts';
import type { ApiManifest, ApiRoute, ExternalServer, Linkage } from '../../src/model/file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { readAsset } from '../assets.ts';
import { htmlText, scriptJson } from '../quote/html.ts';
import { oneLine } from '../quote/markdown.ts';
import type { PageApi, PageData } from './runtime/types.ts';

const STYLES = ['page.css', 'parts.css', 'list.css'];

/** The page's script: modules in the order of their imports, put together as one. */
const SCRIPTS = ['dom.js', 'search.js', 'chart.js', 'try.js', 'list.js', 'cards.js', 'page.js'];

/**
 * Makes the overview page: one HTML file that needs nothing else and asks nobody, with every API and operation.
 * Text from specs is data in it, never markup, and its content security policy lets no other script run.
 * @param schemas input schema of each tool: the page of `mcpgen serve`, which calls tools at `/mcp` beside it
 */
export function overviewPage(linkage: Linkage, schemas?: { readonly [tool: string]: JsonObject }): string {
  const data: PageData = {
    apis: linkage.apis.map(pageApi),
    external: linkage.external.map(pageServer),
    ...(schemas === undefined ? {} : { schemas }),
  };
  const style = STYLES.map((name) => readAsset(`hub/runtime/${name}`)).join('');
  const script = SCRIPTS.map((name) => withoutModules(readAsset(`hub/runtime/${name}`))).join('\n');
  const holes: { readonly [name: string]: string } = {
    policy: htmlText(contentPolicy(style, script, schemas === undefined ? "'none'" : "'self'")),
    title: htmlText(title(data)),
    style,
    data: scriptJson(data),
    script,
  };
  return readAsset('hub/runtime/page.html').replace(/\{\{(\w+)\}\}/g, (_, name: string) => holes[name] ?? '');
}

/** What the page of `mcpgen serve` must be sent with: what a policy in the page itself cannot say. */
export const PAGE_HEADERS: { readonly [name: string]: string } = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

function title({ apis }: PageData): string {
  const names = apis.map(({ name }) => name);
  return names.length === 0 || names.length > 3
    ? 'Tools for agents'
    : `${names.join(', ')}: tools for agents`;
}

/** Exactly this style and this script may run; `connect` says who may be asked. */
function contentPolicy(style: string, script: string, connect: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    'img-src data:',
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Makes a module part of one script: its imports are the files before it. */
function withoutModules(code: string): string {
  return code.replace(/^import .*?;\n/gms, '').replace(/^export /gm, '');
}

function pageApi(api: ApiManifest & ApiRoute): PageApi {
  const groups = [...new Set(api.operations.map(({ group }) => group))];
  const numbers = new Map(groups.map((group, index) => [group, index]));
  return {
    name: api.name,
    title: oneLine(api.title),
    version: oneLine(api.version),
    description: api.description,
    base: api.baseUrl,
    route: api.route,
    ...(api.hub === undefined ? {} : { hub: api.hub }),
    mode: api.toolMode,
    tokens: api.tokens,
    secrets: api.secrets,
    token: `${api.envPrefix}_MCP_TOKEN`,
    spec: specOf(api),
    groups,
    operations: api.operations.map((operation) => [
      operation.command,
      operation.tool === operation.command.replaceAll('-', '_') ? 0 : operation.tool,
      numbers.get(operation.group) ?? 0,
      operation.method,
      operation.path,
      operation.summary,
      operation.tokens,
      Number(operation.readOnly) + 2 * Number(operation.hidden),
      operation.args.map(({ flag, required }) => (required ? `${flag}!` : flag)).join(' '),
    ]),
  };
}

/** The one local document among the inputs, if there is just one: that is what the user named. */
function specOf({ inputs }: ApiManifest): string {
  const local = inputs.filter(({ path }) => !isRemote(path) && !/\.(?:graphqls?|gql)$/.test(path));
  const [only, ...others] = local;
  return only === undefined || others.length > 0 ? '' : only.path;
}

function pageServer(server: ExternalServer): PageData['external'][number] {
  const { name, description } = server;
  const address = server.kind === 'http' ? server.url : [server.command, ...server.args].join(' ');
  return { name, description, address };
}
