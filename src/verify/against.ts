import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Json } from '../model/json.ts';
import type { ArgumentPlan, OperationPlan, Plan } from '../model/plan.ts';
import { resolveSchema } from '../model/schema.ts';
import { type Environment, runCommand } from '../processes.ts';
import { compareMeaning } from './meaning.ts';
import { type RecordedRequest, type Recorder, startRecorder } from './recorder.ts';
import { madeUpEnvironment, type Verdict } from './run.ts';
import { sampleValue, textToTakeApart } from './sample.ts';

/** Why a script cannot be run in a sandbox here; undefined where it can. */
export async function missingSandbox(): Promise<string | undefined> {
  try {
    const { status, stderr } = await runCommand('bwrap', [...SANDBOX, 'true'], { timeout: 10_000 });
    return status === 0 ? undefined : stderr.trim() || `bwrap ended with ${status}`;
  } catch {
    return 'bwrap (bubblewrap) is not installed';
  }
}

/** No network, every file read-only but an empty /tmp, no way to outlive its parent. */
const SANDBOX = [
  ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp'],
  ...['--unshare-net', '--unshare-pid', '--unshare-ipc', '--die-with-parent', '--new-session'],
];

/**
 * Runs an old script and the new command with the same words and compares what they send. The script runs in a sandbox, with a `curl` before the real
 * one that sends everything to a recorder.
 * @param wrapper path of the new command
 * @returns per operation, with ordinary values and with such as break bad quoting: `repaired` where the old request was broken in itself
 */
export async function verifyAgainst(
  plan: Plan,
  wrapper: string,
  script: string,
): Promise<readonly Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-against-'));
  const socket = join(folder, 'recorder.sock');
  const [old, fresh] = [await startRecorder(socket), await startRecorder()];
  try {
    await writeCurl(folder);
    const path = plan.server.url === '' ? '' : new URL(plan.server.url).pathname.replace(/\/$/, '');
    const values = madeUpEnvironment(plan);
    const bench: Bench = {
      plan,
      script: readFileSync(script, 'utf8'),
      old,
      fresh,
      runOld: (words) => runScript(script, folder, words, values),
      runNew: (words) => {
        const env = {
          ...values,
          [`${plan.envPrefix}_VIA`]: 'direct',
          [`${plan.envPrefix}_BASE_URL`]: fresh.url + path,
        };
        return runCommand(wrapper, words, { env, timeout: 30_000 });
      },
    };
    const verdicts: Verdict[] = [];
    for (const operation of plan.operations) {
      verdicts.push(...(await compareOperation(operation, bench)));
    }
    return verdicts;
  } finally {
    await Promise.all([old.close(), fresh.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

const ORDINARY = 'ordinary';
const HOSTILE = 'He said "no": \'$HOME\' `id` & more';

interface Bench {
  readonly plan: Plan;
  /** Text of the script. */
  readonly script: string;
  readonly old: Recorder;
  readonly fresh: Recorder;
  readonly runOld: (words: readonly string[]) => Promise<unknown>;
  readonly runNew: (words: readonly string[]) => Promise<unknown>;
}

/** The `curl` that the script finds: the real one, which is told to send everything to the recorder's socket in the clear. */
async function writeCurl(folder: string): Promise<void> {
  const real = (await runCommand('bash', ['-c', 'command -v curl'])).stdout.trim();
  mkdirSync(join(folder, 'bin'));
  const text = `#!/bin/bash
words=()
while (($#)); do
  case $1 in
  -K | --config | -[!-]*K)
    [[ \${2-} == - ]] && file=/dev/stdin || file=\${2-}
    copy=/tmp/config.$$.\${#words[@]}
    sed -E '/^[[:space:]]*-{0,2}url/s#https://#http://#' "$file" >"$copy"
    words+=("$1" "$copy")
    shift
    ;;
  *) words+=("\${1/#https:\\/\\//http://}") ;;
  esac
  shift
done
exec ${real} --unix-socket /tmp/mcpgen/recorder.sock "\${words[@]}"
`;
  writeFileSync(join(folder, 'bin/curl'), text);
  chmodSync(join(folder, 'bin/curl'), 0o755);
}

function runScript(
  script: string,
  folder: string,
  words: readonly string[],
  env: Environment,
): Promise<unknown> {
  const file = resolve(script);
  const PATH = `/tmp/mcpgen/bin:${process.env.PATH ?? ''}`;
  // The script itself may lie in /tmp, which the sandbox has empty.
  const places = ['--ro-bind', dirname(file), dirname(file), '--bind', folder, '/tmp/mcpgen'];
  const args = [...SANDBOX, ...places, '--chdir', dirname(file), '--', 'bash', file, ...words];
  return runCommand('bwrap', args, { env: { ...env, PATH }, timeout: 30_000 });
}

async function compareOperation(operation: OperationPlan, bench: Bench): Promise<readonly Verdict[]> {
  const ordinary = await compareWords(operation, ORDINARY, oldCommands(operation, bench.script), bench);
  const hasText = operation.arguments.some(
    (argument) =>
      isFreeText(argument, bench.plan) &&
      (argument.positional !== undefined || oldFlag(argument, operation, bench.script) !== undefined),
  );
  if (ordinary.head === undefined || !hasText) return [ordinary.verdict];
  return [ordinary.verdict, (await compareWords(operation, HOSTILE, [ordinary.head], bench)).verdict];
}

/** Calls both sides with the same words: the script by each of its possible commands, until one of them means the same. */
async function compareWords(
  operation: OperationPlan,
  text: string,
  heads: readonly (readonly string[])[],
  bench: Bench,
): Promise<{ readonly verdict: Verdict; readonly head?: readonly string[] }> {
  const verdict = (outcome: Verdict['outcome'], ...what: readonly string[]): Verdict => ({
    operation: operation.command,
    case: text === HOSTILE ? 'quotes and shell characters' : 'ordinary values',
    outcome,
    differences: what.map((line) => ({ path: 'script', what: line })),
  });
  const words = oldWords(operation, text, bench);
  if (words === undefined) return { verdict: verdict('skipped') };
  await bench.runNew([operation.command, ...words]);
  const [sent] = bench.fresh.take();
  if (sent === undefined) return { verdict: verdict('skipped') };
  let first: { readonly verdict: Verdict; readonly head: readonly string[] } | undefined;
  for (const head of heads) {
    await bench.runOld([...head, ...words]);
    const [was] = bench.old.take();
    if (was === undefined) {
      if (text === HOSTILE) return { verdict: verdict('repaired', 'the script sends nothing'), head };
      continue;
    }
    const found = judge(was, sent, text === HOSTILE, verdict);
    if (found.outcome !== 'different') return { verdict: found, head };
    first ??= { verdict: found, head };
  }
  return first ?? { verdict: verdict('skipped') };
}

/** How an old script may be told to do the operation: by a word, by several, or not at all where it does one thing only. */
function oldCommands({ command, aliases }: OperationPlan, script: string): readonly (readonly string[])[] {
  const parts = command.split('-');
  const former = (aliases?.commands ?? []).map((words) => words.split(' '));
  const words = [...former, [command], ...(parts.length > 1 ? [[command.replaceAll('-', '_')], parts] : [])];
  const dispatches = words.some(([word = '']) => script.includes(word));
  return dispatches ? [...words, []] : [[], ...words];
}

function judge(
  was: RecordedRequest,
  sent: RecordedRequest,
  hostile: boolean,
  verdict: (outcome: Verdict['outcome'], ...what: readonly string[]) => Verdict,
): Verdict {
  const { differences, oldBody } = compareMeaning(was, sent);
  if (oldBody !== undefined) return verdict('repaired', `the script's request was broken: ${oldBody}`);
  if (differences.length === 0) return verdict('equal');
  // With ordinary values the same operation is compared too: what differs here alone is the script's quoting.
  return verdict(hostile ? 'repaired' : 'different', ...differences);
}

/** The words of an old command line: the flags that the script has, then its positional words; undefined where they do not give everything that is required. */
function oldWords(
  operation: OperationPlan,
  text: string,
  { plan, script }: Bench,
): readonly string[] | undefined {
  const visible = operation.arguments.filter(({ hidden }) => !hidden);
  const flags: string[] = [];
  for (const argument of visible) {
    if (argument.positional !== undefined) continue;
    const former = oldFlag(argument, operation, script);
    if (former === undefined) {
      if (argument.required) return undefined;
      continue;
    }
    const { kind } = resolveSchema(argument.schema, plan.schemas);
    const bare = former.value !== undefined || kind === 'boolean';
    flags.push(former.flag, ...(bare ? [] : [word(argument, operation, text, plan)]));
  }
  const positional = visible
    .filter(({ positional }) => positional !== undefined)
    .sort((a, b) => (a.positional ?? 0) - (b.positional ?? 0))
    .map((argument) => word(argument, operation, text, plan));
  return [...flags, ...positional];
}

/** The flag by which a script takes an argument: as the import has noted it, else the one of today if it stands in the script. */
function oldFlag(
  argument: ArgumentPlan,
  { aliases }: OperationPlan,
  script: string,
): { readonly flag: string; readonly value?: string } | undefined {
  const former = (aliases?.flags ?? []).find((one) => one.argument === argument.flag);
  if (former !== undefined) return former;
  const today = `--${argument.flag}`;
  const at = script.indexOf(today);
  return at !== -1 && !/[\w-]/.test(script[at + today.length] ?? '') ? { flag: today } : undefined;
}

function word(argument: ArgumentPlan, operation: OperationPlan, text: string, plan: Plan): string {
  const taken = textToTakeApart(argument, operation);
  if (taken !== undefined) return taken;
  if (isFreeText(argument, plan)) return text;
  const target = resolveSchema(argument.schema, plan.schemas);
  // A script takes one item of a list at a time.
  if (target.kind === 'array') return word({ ...argument, schema: target.items }, operation, text, plan);
  const value: Json = sampleValue(argument.schema, plan.schemas) ?? text;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Text that is sent as it is, so that anything can stand in it. */
function isFreeText({ schema }: ArgumentPlan, plan: Plan): boolean {
  const target = resolveSchema(schema, plan.schemas);
  if (target.kind === 'any') return true;
  return (
    target.kind === 'string' &&
    target.pattern === undefined &&
    target.format === undefined &&
    target.binary === undefined
  );
}
