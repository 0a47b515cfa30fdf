import { join } from 'node:path';
import { type BuildOptions, type BuildResult, type BuiltApi, build, compile, createLocate } from './build.ts';
import { diagnostic } from './model/codes.ts';
import { hasErrors } from './model/diagnostic.ts';
import { isRemote } from './model/document.ts';
import { exactJson } from './model/json.ts';
import { DEFAULT_HUB } from './model/route.ts';
import { toolTokens } from './model/tool.ts';
import { listEntries } from './plan/list.ts';
import { createReporter, formatTable, processStreams, quantity, type Reporter } from './report.ts';
import type { Change } from './write.ts';

export interface BuildArguments {
  readonly spec: readonly string[];
  readonly out: string;
  readonly mcp?: boolean | undefined;
  /** '' is the hub of the compose file. */
  readonly hub?: string | false | undefined;
  readonly check?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly watch?: boolean | undefined;
  readonly config?: string | undefined;
  readonly profile?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

/**
 * `mcpgen build`.
 * @returns exit status: 0; 1 the input has errors; 3 `--check` found the output stale
 */
export async function runBuild(args: BuildArguments): Promise<number> {
  const reporter = createReporter(processStreams(), { json: args.json ?? false });
  const hub = args.hub === '' ? DEFAULT_HUB : args.hub && normalizeHub(args.hub);
  if (hub === undefined && args.hub !== undefined) {
    const hint = 'for example --hub=http://mcp-hub:37373';
    reporter.diagnostics(
      [diagnostic('hub-invalid', `\`${args.hub}\` is no URL of a hub`, { hint })],
      createLocate(),
    );
    return 1;
  }
  const options: BuildOptions = {
    out: args.out,
    mcp: args.mcp,
    hub,
    mode: args.check ? 'check' : args.dryRun ? 'dry-run' : 'write',
    force: args.force ?? false,
    config: args.config,
    profiles: args.profile,
    progress: reporter.progress,
  };
  const once = async () => {
    reporter.progress(`reading ${args.spec.join(', ')}`);
    const result = await build(args.spec, options);
    const status = reportBuild(result, options, reporter, args.watch ?? false);
    if (args.watch) reporter.progress('watching; Ctrl+C ends');
    return { result, status };
  };
  const first = await once();
  if (!args.watch) return first.status;
  const { watchFiles } = await import('./watch.ts');
  return new Promise<never>((_, reject) => {
    watchFiles(filesToWatch(args, first.result), async () => {
      try {
        return filesToWatch(args, (await once()).result);
      } catch (bug) {
        reject(bug);
        return [];
      }
    });
  });
}

/** A hub is named without a path: wrapper and MCP clients need different ones. */
function normalizeHub(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) return undefined;
  return `${url.origin}${url.pathname.replace(/\/(?:mcp)?\/?$/, '')}`;
}

/** Prints what a build did. @returns the exit status */
function reportBuild(result: BuildResult, options: BuildOptions, reporter: Reporter, brief: boolean): number {
  const { diagnostics, changes, apis } = result;
  const check = options.mode === 'check';
  const stale = changes.filter(({ kind }) => kind !== 'unchanged');
  // What --check looks for is its result and no error of the input.
  const errors = diagnostics.filter(
    ({ severity, code }) => severity === 'error' && !(check && code === 'edited'),
  );
  const status = errors.length > 0 ? 1 : check && stale.length > 0 ? 3 : 0;
  reporter.diagnostics(diagnostics, createLocate());
  for (const api of apis) reporter.event('api', api);
  for (const change of changes) reporter.event('file', change);
  const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length;
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const sum = (of: (api: BuiltApi) => number) => apis.reduce((total, api) => total + of(api), 0);
  const totals = {
    operations: sum(({ operations }) => operations),
    tools: sum(({ tools }) => tools),
    tokens: sum(({ tokens }) => tokens),
  };
  reporter.event('summary', {
    status,
    mode: options.mode,
    out: options.out,
    apis: apis.length,
    ...totals,
    files: {
      total: changes.length,
      created: count('create'),
      updated: count('update'),
      removed: count('remove'),
      unchanged: count('unchanged'),
      edited: count('edited'),
    },
    errors: errors.length,
    warnings,
  });
  if (errors.length > 0) return status;
  const written = [
    `${quantity(changes.length, 'file')}: ${count('create')} new, ${count('update')} changed, ${count('remove')} removed`,
    ...(warnings === 0 ? [] : [quantity(warnings, 'warning')]),
  ].join('; ');
  if (brief) {
    reporter.line(`${apis.map(({ name }) => name).join(', ')}: ${written}`);
    return status;
  }
  if (options.mode !== 'write') {
    for (const { path, kind } of stale)
      reporter.line(`${(check ? STALE : DRY)[kind].padEnd(9)} ${options.out}/${path}`);
    reporter.line(
      stale.length === 0 ? `${options.out} is up to date` : `${options.out}: ${stale.length} of ${written}`,
    );
    return status;
  }
  reporter.line(
    formatTable(
      apis.map((api) => [
        api.name,
        quantity(api.operations, 'command'),
        quantity(api.tools, 'tool'),
        `${quantity(api.tokens, 'token')}${api.toolMode === 'search' ? ' if listed' : ''}`,
        api.route === 'mcp' ? `by MCP${api.hub === undefined ? '' : ` through ${api.hub}`}` : 'direct',
      ]),
    ),
  );
  reporter.line(`${options.out}: ${written}`);
  const next = apis[0];
  if (next === undefined) return status;
  if (apis.length > 1) {
    const all = [
      quantity(totals.operations, 'command'),
      quantity(totals.tools, 'tool'),
      quantity(totals.tokens, 'token'),
    ];
    reporter.line(`together: ${all.join(', ')}`);
  }
  reporter.line(`see: ${options.out}/hub/index.html`);
  reporter.line(`next: ${options.out}/agent/bin/${next.name} --help`);
  return status;
}

const STALE: { readonly [kind in Change['kind']]: string } = {
  create: 'missing',
  update: 'stale',
  remove: 'obsolete',
  unchanged: 'unchanged',
  edited: 'edited',
  kept: 'edited',
};
const DRY: { readonly [kind in Change['kind']]: string } = {
  create: 'create',
  update: 'update',
  remove: 'remove',
  unchanged: 'unchanged',
  edited: 'edited',
  kept: 'keep',
};

/** What a build has read, as far as it came: its inputs, what its messages point at, and what a person may edit in the output. */
function filesToWatch({ spec, out, config }: BuildArguments, { inputs, diagnostics, apis }: BuildResult) {
  const files = [
    ...spec,
    config ?? 'mcpgen.yaml',
    ...inputs,
    ...diagnostics.flatMap(({ origin }) => (origin === undefined ? [] : [origin.file])),
    ...apis.map(({ name }) => join(out, 'servers', name, 'src/hooks.ts')),
  ];
  return files.filter((file) => file !== '' && !isRemote(file));
}

/**
 * `mcpgen list`.
 * @returns exit status: 0; 1 the input has errors
 */
export async function runList(spec: string, json: boolean): Promise<number> {
  const reporter = createReporter(processStreams());
  reporter.progress('compiling');
  const { value, diagnostics } = await compile(spec);
  reporter.diagnostics(diagnostics, createLocate());
  if (value === undefined || hasErrors(diagnostics)) return 1;
  if (json) {
    reporter.raw(`${exactJson(listEntries(value.plan), 2)}\n`);
    return 0;
  }
  const { operations, name, toolMode } = value.plan;
  const total = `${toolTokens(operations)}${toolMode === 'search' ? ' if listed' : ''}`;
  const rows = operations.map((operation) => [
    operation.command,
    operation.tool,
    `${operation.method} ${operation.path}`,
    operation.hidden ? 'hidden' : String(operation.tokens),
  ]);
  reporter.line(
    formatTable([
      ['COMMAND', 'TOOL', 'REQUEST', 'TOKENS'],
      ...rows,
      [name, quantity(operations.length, 'operation'), '', total],
    ]),
  );
  return 0;
}
