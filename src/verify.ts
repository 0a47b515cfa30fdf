import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, compile, createLocate } from './build.ts';
import { diagnostic } from './model/codes.ts';
import { type Diagnostic, hasErrors } from './model/diagnostic.ts';
import { createReporter, escapeControls, formatTable, processStreams } from './report.ts';
import { missingSandbox, verifyAgainst } from './verify/against.ts';
import { type Verdict, verifyPlan } from './verify/run.ts';

export interface VerifyArguments {
  /** An old script to compare with. */
  readonly against?: string | undefined;
  readonly hub?: string | undefined;
  readonly port?: number | undefined;
  readonly json?: boolean | undefined;
}

/**
 * `mcpgen verify`: builds a spec into a temporary folder and calls every operation directly, by MCP and as a tool, against a stand-in of the API.
 * With a script, the script and the command are called with the same words too. Nothing is sent to the real API.
 * @returns exit status: 0; 1 the input has errors; 3 two paths differ
 */
export async function runVerify(spec: string, args: VerifyArguments): Promise<number> {
  const reporter = createReporter(processStreams());
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-verify-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const problems = [
    ...(args.against === undefined ? [] : await scriptProblems(args.against)),
    ...(args.hub === undefined ? [] : await hubProblems(args.hub)),
  ];
  if (problems.length > 0) {
    reporter.diagnostics(problems, createLocate());
    return 1;
  }
  reporter.progress('building');
  const compiled = await compile(spec);
  const { diagnostics } = await build([spec], { out: folder, mode: 'write', force: false });
  reporter.diagnostics(diagnostics, createLocate());
  if (compiled.value === undefined || hasErrors(diagnostics)) return 1;
  const { plan } = compiled.value;
  const wrapper = join(folder, 'agent/bin', plan.name);
  const compared = await verifyPlan(
    {
      plan,
      wrapper,
      bundle: join(folder, 'servers', plan.name, 'dist/server.mjs'),
      ...(args.hub === undefined
        ? {}
        : { hub: { url: args.hub.replace(/\/$/, ''), port: args.port ?? 8080 } }),
    },
    (done, total) => reporter.progress(`${done} of ${total} calls`),
  );
  if (args.against !== undefined) reporter.progress(`running ${args.against}`);
  const former = args.against === undefined ? [] : await verifyAgainst(plan, wrapper, args.against);
  const verdicts = [...compared, ...former];
  const count = (outcome: Verdict['outcome']) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const totals = {
    equal: count('equal'),
    repaired: count('repaired'),
    different: count('different'),
    skipped: count('skipped'),
  };
  if (args.json) reporter.raw(`${JSON.stringify({ ...totals, verdicts }, null, 2)}\n`);
  else
    reporter.line(
      asText(verdicts, totals, 3 + Number(args.hub !== undefined) + Number(args.against !== undefined)),
    );
  return totals.different > 0 ? 3 : 0;
}

async function scriptProblems(script: string): Promise<readonly Diagnostic[]> {
  if (!existsSync(script)) return [diagnostic('file-not-found', `\`${script}\` does not exist`)];
  const missing = await missingSandbox();
  if (missing === undefined) return [];
  const hint = 'install bubblewrap, and run where it may make namespaces';
  return [diagnostic('no-sandbox', `\`${script}\` is not run: ${missing}`, { hint })];
}

async function hubProblems(hub: string): Promise<readonly Diagnostic[]> {
  const hint = 'start it with an entry of the name of the API and the URL http://127.0.0.1:PORT/mcp';
  try {
    const response = await fetch(`${hub}/api/health`);
    return response.ok
      ? []
      : [diagnostic('hub-unreachable', `\`${hub}\` answers ${response.status}`, { hint })];
  } catch {
    return [diagnostic('hub-unreachable', `no hub answers at \`${hub}\``, { hint })];
  }
}

/** What is not equal, line by line, and a line that says it all. */
function asText(
  verdicts: readonly Verdict[],
  { equal, repaired, different, skipped }: { readonly [outcome in Verdict['outcome']]: number },
  paths: number,
): string {
  const details = verdicts.flatMap(({ operation, case: name, outcome, differences }) => {
    if (outcome === 'equal') return [];
    const head = `${outcome.padEnd(9)}  ${operation}, ${name}`;
    if (outcome === 'skipped') return [`${head}: no call to compare was found`];
    return differences.map(({ path, what }) => escapeControls(`${head}, ${path}: ${what}`));
  });
  const operations = new Set(verdicts.map(({ operation }) => operation)).size;
  const table = formatTable([
    ['operations', 'calls', 'paths', 'equal', 'repaired', 'different', 'skipped'],
    [operations, verdicts.length, paths, equal, repaired, different, skipped].map(String),
  ]);
  return [...details, table].join('\n');
}
