import { exactJson } from '../model/json.ts';
import type { OperationPlan, Plan } from '../model/plan.ts';
import { type Environment, startServer } from '../processes.ts';
import { type Answered, type Caller, connectTools, hubCaller, startInHub, wrapperCaller } from './callers.ts';
import {
  type Answer,
  around,
  compareRequests,
  type RecordedRequest,
  type Recorder,
  startRecorder,
} from './recorder.ts';
import { sampleValue, sampleValues, type Values } from './sample.ts';

/** One call of one operation, made on every path. */
export interface Verdict {
  readonly operation: string;
  /** Which arguments were given, and what the API answered. */
  readonly case: string;
  /** `repaired`: an old script's request was broken where the new one is not; `skipped`: no valid arguments were found. */
  readonly outcome: 'equal' | 'repaired' | 'different' | 'skipped';
  /** What differs, by path. */
  readonly differences: readonly { readonly path: string; readonly what: string }[];
}

export interface VerifyTarget {
  readonly plan: Plan;
  /** Path of the command. */
  readonly wrapper: string;
  /** Path of `dist/server.mjs`. */
  readonly bundle: string;
  /** A hub that knows the server, with the port at which it does. */
  readonly hub?: { readonly url: string; readonly port: number };
}

interface Case {
  readonly name: string;
  readonly all: boolean;
  readonly answer: (operation: OperationPlan, plan: Plan) => Answer;
}

const CASES: readonly Case[] = [
  { name: 'required arguments', all: false, answer: success },
  { name: 'all arguments', all: true, answer: success },
  { name: 'refused by the API', all: false, answer: refusal },
  { name: 'failure of the API', all: false, answer: () => json(500, { message: 'broken' }) },
];

/** How often other values are tried when the server finds the first ones invalid. */
const ROUNDS = 5;

/**
 * Calls every operation on every path and compares the requests that arrive, the answers and the exit statuses that come back.
 * @param progress told how far it is
 */
export async function verifyPlan(
  target: VerifyTarget,
  progress: (done: number, total: number) => void,
): Promise<readonly Verdict[]> {
  const { plan, hub } = target;
  const jobs = plan.operations.flatMap((operation) => CASES.map((each) => ({ operation, each })));
  const verdicts = new Map<number, Verdict>();
  let next = 0;
  const work = async () => {
    const bench = await openBench(target);
    try {
      for (let index = next++; index < jobs.length; index = next++) {
        const job = jobs[index];
        if (job === undefined) break;
        verdicts.set(index, await verifyCase(job.operation, job.each, plan, bench));
        progress(verdicts.size, jobs.length);
      }
    } finally {
      await bench.close();
    }
  };
  // A hub knows one server at one port, so there is one bench then.
  const workers = hub === undefined ? Math.min(4, plan.operations.length) : 1;
  await Promise.all(Array.from({ length: workers }, work));
  return jobs.flatMap((_, index) => verdicts.get(index) ?? []);
}

/** One stand-in for the API per side, so that requests are told apart: the direct one is what all others are held to. */
interface Bench {
  readonly direct: { readonly recorder: Recorder; readonly call: Caller };
  readonly served: Recorder;
  readonly others: readonly { readonly path: string; readonly call: Caller }[];
  readonly close: () => Promise<void>;
}

async function openBench({ plan, wrapper, bundle, hub }: VerifyTarget): Promise<Bench> {
  const [direct, served] = [await startRecorder(), await startRecorder()];
  const base = `${plan.envPrefix}_BASE_URL`;
  const environment = madeUpEnvironment(plan);
  const server = await startServer(bundle, {
    ...environment,
    [base]: served.url,
    LOG: '0',
    ...(hub === undefined ? {} : { PORT: String(hub.port) }),
  });
  // A hub does not try a server again that was down at its start.
  if (hub !== undefined) await startInHub(hub.url, plan.name);
  const tools = await connectTools(server.url);
  const mcp = { [`${plan.envPrefix}_VIA`]: 'mcp', [`${plan.envPrefix}_MCP_URL`]: server.url };
  const route = { [`${plan.envPrefix}_VIA`]: 'direct', [base]: direct.url };
  return {
    direct: { recorder: direct, call: wrapperCaller(wrapper, { ...environment, ...route }, plan.schemas) },
    served,
    others: [
      { path: 'mcp', call: wrapperCaller(wrapper, mcp, plan.schemas) },
      { path: 'server', call: tools.call },
      ...(hub === undefined ? [] : [{ path: 'hub', call: hubCaller(hub.url, plan.name) }]),
    ],
    close: async () => {
      await tools.close();
      await server.stop();
      await Promise.all([direct.close(), served.close()]);
    },
  };
}

/** Made-up secrets, and made-up values of the variables that supply arguments: the same on every path. */
export function madeUpEnvironment({ credentials, operations }: Plan): Environment {
  const secrets = credentials.flatMap((credential): readonly string[] => {
    if (credential.kind === 'mutualTls') return [];
    // Client and secret would be traded for a token at the real address.
    return credential.kind === 'oauth2' ? [credential.env.token] : Object.values(credential.env);
  });
  const variables = operations.flatMap(({ arguments: all }) => all.flatMap(({ env }) => env ?? []));
  return Object.fromEntries([...secrets, ...variables].map((name) => [name, `verify-${name.toLowerCase()}`]));
}

async function verifyCase(operation: OperationPlan, each: Case, plan: Plan, bench: Bench): Promise<Verdict> {
  const verdict = (outcome: Verdict['outcome'], differences: Verdict['differences'] = []): Verdict => ({
    operation: operation.command,
    case: each.name,
    outcome,
    differences,
  });
  const answer = each.answer(operation, plan);
  bench.direct.recorder.answerWith(answer);
  bench.served.answerWith(answer);
  for (let round = 0; round < ROUNDS; round++) {
    const values = sampleValues(operation, plan.schemas, each.all, round);
    if (values === undefined) return verdict('skipped');
    const calls = await callAll(operation, values, bench);
    // The server checks more than bash can: values that it finds invalid prove nothing.
    if (calls.others.every(({ answered, requests }) => answered.refused && requests.length === 0)) continue;
    const differences = calls.others.flatMap(({ path, answered, requests }) =>
      [
        ...compareRequests(calls.direct.requests, requests),
        ...compareAnswers(calls.direct.answered, answered),
      ].map((what) => ({ path, what })),
    );
    return verdict(differences.length === 0 ? 'equal' : 'different', differences);
  }
  return verdict('skipped');
}

interface Called {
  readonly path: string;
  readonly answered: Answered;
  readonly requests: readonly RecordedRequest[];
}

async function callAll(
  operation: OperationPlan,
  values: Values,
  { direct, served, others }: Bench,
): Promise<{ readonly direct: Called; readonly others: readonly Called[] }> {
  const first = direct.call(operation, values);
  const called: Called[] = [];
  for (const { path, call } of others) {
    // A hidden operation is no tool: only the command knows it.
    if (operation.hidden && path !== 'mcp') continue;
    const answered = await call(operation, values);
    called.push({ path, answered, requests: served.take() });
  }
  const answered = await first;
  return { direct: { path: 'direct', answered, requests: direct.recorder.take() }, others: called };
}

function compareAnswers(expected: Answered, actual: Answered): readonly string[] {
  const differences: string[] = [];
  if (expected.ok !== actual.ok) {
    const state = ({ ok, message }: Answered) => (ok ? 'worked' : `failed (${message.split('\n')[0]})`);
    differences.push(`it ${state(actual)}, directly it ${state(expected)}`);
  }
  if (expected.status !== undefined && actual.status !== undefined && expected.status !== actual.status) {
    differences.push(`exit status ${actual.status} instead of ${expected.status}`);
  }
  // Of an answer without a body a tool says so in words.
  const silent = actual.status === undefined && expected.text === '';
  if (expected.ok && actual.ok && !silent) {
    // A tool has no final line end; commands must agree to the byte.
    const [one, other] =
      actual.status === undefined
        ? [expected.text.trimEnd(), actual.text.trimEnd()]
        : [expected.text, actual.text];
    if (one !== other) differences.push(`answer ${around(other, one)} instead of ${around(one, other)}`);
  }
  return differences;
}

function json(status: number, body: object): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

/** An answer as documented, with what naive clients spoil: large integers, escapes, text that is not ASCII. */
function success({ graphql, response }: OperationPlan, { schemas }: Plan): Answer {
  if (graphql !== undefined) {
    const fields = graphql.fields.map((field) => [field, { success: true, id: 'é "quoted"' }]);
    return json(200, { data: Object.fromEntries(fields) });
  }
  switch (response.kind) {
    case 'none':
      return { status: 204, contentType: '', body: '' };
    case 'text':
      return { status: 200, contentType: response.mediaType, body: 'text: é "quoted" <a>\n' };
    case 'binary':
      return { status: 200, contentType: response.mediaType, body: 'bytes' };
    case 'json': {
      const sample = response.schema === undefined ? undefined : sampleValue(response.schema, schemas);
      const body =
        sample === undefined ? '{"id":12345678901234567890,"t":"\\u00e9 \\"q\\" é"}' : exactJson(sample);
      return { status: 200, contentType: response.mediaType, body };
    }
  }
}

function refusal({ graphql }: OperationPlan): Answer {
  return graphql === undefined
    ? json(404, { message: 'not here' })
    : json(200, { errors: [{ message: 'refused', extensions: { code: 'INVALID_INPUT' } }] });
}
