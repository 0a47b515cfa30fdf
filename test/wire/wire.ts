import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { curate } from '../../src/curate/curate.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { ListEntry } from '../../src/plan/list.ts';
import { readSpec } from '../../src/sources/read.ts';
import { commandLine, fill, toolArguments } from './arguments.ts';
import { callWrapper, type RunningServer, startServer } from './callers.ts';
import { mcpgen } from './cli.ts';
import { compare, type Difference, type ExpectedCredential } from './compare.ts';
import { expectedCredentials, needsCertificate, secretsOf } from './credentials.ts';
import type { Given } from './data.ts';
import { operationsOf } from './document.ts';
import { judgeOf } from './judge.ts';
import { seeded } from './random.ts';
import type { Recorder } from './recorder.ts';
import { type Expected, expectedRequest } from './reference.ts';
import { sampleRequest } from './sample.ts';
import type { Mode } from './sample-scalar.ts';

export type RouteName = 'wrapper' | 'server';

/** Something that is not as the document says, or could not be said at all. */
export interface Finding extends Difference {
  readonly route: RouteName;
  readonly operation: string;
  /** How to do it again. */
  readonly call: string;
}

/** What became of one document. */
export interface WireReport {
  readonly name: string;
  readonly operations: number;
  /** Operations for which at least one request could be made. */
  readonly sampled: number;
  readonly requests: number;
  /** Operations all of whose requests were exact. */
  readonly exact: { readonly [route in RouteName]: number };
  /** How many requests showed a feature. */
  readonly features: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
  /** Requests for which no valid values were found, and why. */
  readonly unsampled: readonly string[];
}

/** What has been built of a spec. */
export interface Built {
  readonly name: string;
  readonly out: string;
  readonly document: JsonObject;
  readonly entries: readonly ListEntry[];
  readonly environment: { readonly [name: string]: string };
  readonly prefix: string;
}

/** Builds a spec by the command line, into a folder of its own. */
export async function buildSpec(
  spec: string,
  folder: string,
  route: '--mcp' | '--no-mcp' = '--no-mcp',
): Promise<Built> {
  const out = join(folder, 'out');
  mkdirSync(folder, { recursive: true });
  const built = await mcpgen(['build', resolve(spec), '--out', out, route], { cwd: dirname(resolve(spec)) });
  if (built.status !== 0) throw new Error(`build of ${spec} ended with ${built.status}:\n${built.stderr}`);
  const listed = await mcpgen(['list', resolve(spec), '--json'], { cwd: dirname(resolve(spec)) });
  if (listed.status !== 0) throw new Error(`list of ${spec} ended with ${listed.status}:\n${listed.stderr}`);
  const name = readdirSync(join(out, 'servers'))[0] ?? '';
  const manifest = JSON.parse(readFileSync(join(out, 'servers', name, 'manifest.json'), 'utf8'));
  const { value: read } = await readSpec(resolve(spec));
  const curated = read && curate(read.source, read.overlays).value;
  return {
    name,
    out,
    document: curated?.document ?? {},
    entries: JSON.parse(listed.stdout),
    environment: secretsOf(manifest.secrets),
    prefix: name.toUpperCase().replaceAll('-', '_'),
  };
}

/** Sends every operation of a spec by wrapper and by server, with values that its schemas allow, and compares what arrives with what the document says. */
export async function wire(
  spec: string,
  folder: string,
  recorder: Recorder,
  rounds: readonly Mode[],
): Promise<WireReport> {
  const built = await buildSpec(spec, folder);
  const { document, prefix, environment } = built;
  const judge = judgeOf(document);
  const server = await startServer(join(built.out, 'servers', built.name, 'dist', 'server.mjs'), {
    ...environment,
    [`${prefix}_BASE_URL`]: `${recorder.url}/server`,
    LOG: '0',
  }).catch((error: unknown) => String(error));
  const entries = new Map(built.entries.map((entry) => [entry.id, entry]));
  const operations = operationsOf(document);
  const tally = newTally();
  const jobs: Job[] = [];
  for (const operation of operations) {
    const entry =
      entries.get(operation.id) ?? entries.get(`${operation.method.toUpperCase()} ${operation.path}`);
    for (const [round, mode] of rounds.entries()) {
      const given = needsCertificate(document, operation.path, operation.method)
        ? 'it needs a client certificate'
        : sampleRequest(document, operation, mode, round, judge);
      if (typeof given === 'string') {
        tally.unsampled.add(`${operation.id}: ${given}`);
        continue;
      }
      const expected = expectedRequest(document, operation.path, operation.method, given);
      const credentials = expectedCredentials(document, operation.path, operation.method, environment);
      jobs.push({ id: operation.id, round, entry, given, expected, credentials, folder });
    }
  }
  const sendByServer = async (): Promise<void> => {
    for (const job of jobs) await byServer(job, server, recorder, tally);
  };
  const queue = [...jobs.entries()];
  const sendByWrapper = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      await byWrapper(next[1], next[0], built, recorder, tally);
  };
  await Promise.all([sendByServer(), sendByWrapper(), sendByWrapper()]);
  if (typeof server !== 'string') await server.stop();
  const bad = (route: RouteName): number =>
    new Set(tally.findings.filter((finding) => finding.route === route).map((finding) => finding.operation))
      .size;
  const sampled = new Set(jobs.map((job) => job.id)).size;
  return {
    name: basename(dirname(resolve(spec))),
    operations: operations.length,
    sampled,
    requests: jobs.length,
    exact: { wrapper: sampled - bad('wrapper'), server: sampled - bad('server') },
    features: tally.features,
    findings: tally.findings,
    unsampled: [...tally.unsampled],
  };
}

interface Job {
  readonly id: string;
  readonly round: number;
  readonly entry: ListEntry | undefined;
  readonly given: Given;
  readonly expected: Expected;
  readonly credentials: readonly ExpectedCredential[];
  readonly folder: string;
}

interface Tally {
  readonly features: Map<string, number>;
  readonly findings: Finding[];
  readonly unsampled: Set<string>;
}

function newTally(): Tally {
  return { features: new Map(), findings: [], unsampled: new Set() };
}

async function byWrapper(
  job: Job,
  index: number,
  built: Built,
  recorder: Recorder,
  tally: Tally,
): Promise<void> {
  if (job.entry === undefined) return missing(job, 'wrapper', tally);
  const folder = join(job.folder, `files-${index % 4}-${job.round}`);
  mkdirSync(folder, { recursive: true });
  const { filled, unreachable } = fill(job.entry, job.given);
  const words = [job.entry.command, ...commandLine(filled, folder, seeded(job.id, job.round))];
  const call = words
    .map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
  for (const place of unreachable)
    note(tally, job, 'wrapper', call, { feature: 'no argument', expected: place, actual: '' });
  const mark = `w${index}`;
  const outcome = await callWrapper(join(built.out, 'agent', 'bin', built.name), words, {
    ...built.environment,
    [`${built.prefix}_BASE_URL`]: `${recorder.url}/${mark}`,
  });
  judge(job, 'wrapper', call, outcome.message, recorder.take(mark), tally);
}

async function byServer(
  job: Job,
  server: RunningServer | string,
  recorder: Recorder,
  tally: Tally,
): Promise<void> {
  for (const feature of featuresOf(job.expected))
    tally.features.set(feature, (tally.features.get(feature) ?? 0) + 1);
  if (job.entry === undefined) return missing(job, 'server', tally);
  if (typeof server === 'string')
    return note(tally, job, 'server', '', { feature: 'server does not start', expected: '', actual: server });
  const { filled, unreachable } = fill(job.entry, job.given);
  const values = toolArguments(filled);
  const call = `${job.entry.tool} ${JSON.stringify(values)}`;
  for (const place of unreachable)
    note(tally, job, 'server', call, { feature: 'no argument', expected: place, actual: '' });
  const outcome = await server.call(job.entry.tool, values);
  judge(job, 'server', call, outcome.message, recorder.take('server'), tally);
}

function judge(
  job: Job,
  route: RouteName,
  call: string,
  message: string,
  requests: ReturnType<Recorder['take']>,
  tally: Tally,
): void {
  const [request, ...more] = requests;
  if (request === undefined) {
    note(tally, job, route, call, { feature: 'refused', expected: 'a request', actual: message });
    return;
  }
  if (more.length > 0)
    note(tally, job, route, call, { feature: 'sent twice', expected: '1', actual: String(more.length + 1) });
  for (const difference of compare(job.expected, request, job.credentials))
    note(tally, job, route, call, difference);
}

function missing(job: Job, route: RouteName, tally: Tally): void {
  note(tally, job, route, '', { feature: 'operation not listed', expected: job.id, actual: '' });
}

function note(tally: Tally, job: Job, route: RouteName, call: string, difference: Difference): void {
  tally.findings.push({ ...difference, route, operation: job.id, call });
}

function featuresOf(expected: Expected): string[] {
  const claims = [
    expected.path,
    ...expected.query,
    ...expected.headers,
    ...expected.cookies,
    ...(expected.querystring ? [expected.querystring] : []),
  ];
  return [
    ...claims.map((claim) => claim.feature),
    ...(expected.body === undefined ? [] : [`body ${expected.body.kind}`]),
  ];
}
