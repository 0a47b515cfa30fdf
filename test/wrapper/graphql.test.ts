import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeServer } from '../server/harness.ts';
import { needs } from '../support/require.ts';
import { type RunningServer, startServer } from '../wire/callers.ts';
import { type Recorder, run, startRecorder, type Wrapper, wrapperOf } from './support.ts';

const query = 'mutation save($n: Int) {\n  save(n: $n) { success }\n}';
const document = {
  openapi: '3.1.0',
  info: { title: 'Graph', version: '1' },
  servers: [{ url: 'https://graph.example' }],
  paths: {
    '/graphql#save': {
      post: {
        operationId: 'save',
        summary: 'Save',
        'x-mcpgen': {
          arguments: [{ name: 'n', schema: { type: 'integer' } }],
          bindings: [
            { at: ['body', 'query'], value: [query] },
            { at: ['body', 'variables', 'n'], value: [{ arg: 'n' }] },
          ],
          graphql: { kind: 'mutation', fields: ['save'], success: ['save'] },
        },
        requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
        responses: {
          200: { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } },
        },
      },
    },
  },
  'x-mcpgen': { name: 'graph' },
};

let recorder: Recorder;
let wrapper: Wrapper;
let server: RunningServer;
beforeAll(async () => {
  recorder = await startRecorder();
  wrapper = await wrapperOf(document);
  const folder = await writeServer(wrapper.plan);
  const env = { GRAPH_BASE_URL: recorder.url, LOG: '0' };
  server = await startServer(join(folder, 'dist/server.mjs'), env);
}, 120_000);
afterAll(async () => {
  await server.stop();
  await recorder.close();
  wrapper.remove();
});

const fill = (length: number) =>
  JSON.stringify(Array.from({ length }, (_, index) => ({ errors: `"errors":${index}\\`, x: [null] })));
const filler = fill(400);
/** From here on jq decides, if it is there. */
const much = fill(4000);

const routes = needs('jq') ? ['direct'] : ['direct', 'mcp'];
describe.each(routes)('the %s route', (route) =>
  it.each([
    ['{"data":{"save":{"success":true}}}', 0, ''],
    ['{"data":{"save":{"success":true,"note":"\\"errors\\":[1]"}}}', 0, ''],
    [`{"data":{"save":{"success":true,"all":${filler}}}}`, 0, ''],
    ['{"data":{"save":{"success":false}}}', 4, 'success: false'],
    ['{"errors":[{"message":"no \\"x\\""}]}', 4, 'no "x"'],
    ['{"data":null,"errors":[{"message":"nothing"}]}', 4, 'nothing'],
    [`{"data":{"all":${filler}},\n "errors" : [{"message":"half"}]}`, 8, 'half'],
    ['{"errors":[],"data":{"save":{"success":true}}}', 0, ''],
    ['{"errors":[{"message":"slow","extensions":{"code":"RATELIMITED"}}]}', 9, 'slow'],
    [`{"data":{"save":{"success":true,"all":${much}}}}`, 0, ''],
    [`{"data":{"save":{"success":false,"all":${much}}}}`, 4, 'success: false for save'],
    [`{"data":{"all":${much}},"errors":[{"message":"half \\"x\\""}]}`, 8, 'half "x"'],
    [`{"data":{"all":null},"errors":[{"message":"none","path":${much}}]}`, 4, 'none'],
  ])('%#: exit status from the answer', async (body, status, message) => {
    recorder.behave((_request, response) => response.end(body));
    const env = {
      GRAPH_BASE_URL: recorder.url,
      GRAPH_RETRIES: '0',
      GRAPH_VIA: route,
      GRAPH_MCP_URL: server.url,
    };
    const outcome = await run(wrapper.path, ['save', '--n', '1'], { env });
    expect([outcome.status, outcome.stderr]).toEqual([status, expect.stringContaining(message)]);
    expect(outcome.stdout.toString()).toBe(status === 0 || status === 8 ? body : '');
    expect(JSON.parse(recorder.requests.at(-1)?.body.toString() ?? '')).toEqual({
      query,
      variables: { n: 1 },
    });
  }),
);

it('wants of --data a whole request', async () => {
  const env = { GRAPH_BASE_URL: recorder.url };
  recorder.behave((_request, response) => response.end('{"data":{"save":{"success":true}}}'));
  recorder.requests.length = 0;
  expect(await run(wrapper.path, ['save', '--data', '{"n":1}'], { env })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('holds the query'),
  });
  expect(recorder.requests).toEqual([]);
  const whole = ['save', '--data', '{"query":"{ me }"}'];
  expect((await run(wrapper.path, whole, { env })).status).toBe(0);
  expect(recorder.requests[0]?.body.toString()).toBe('{"query":"{ me }"}');
});

it.skipIf(needs('jq'))('takes --fields from what the operation gives', async () => {
  const env = { GRAPH_BASE_URL: recorder.url };
  recorder.behave((_request, response) =>
    response.end('{"data":{"save":{"success":true,"thing":{"id":1}}}}'),
  );
  for (const fields of ['thing.id', 'data.save.thing.id', 'thing.id , data.save.nothing']) {
    const outcome = await run(wrapper.path, ['save', '--fields', fields], { env });
    expect([fields, outcome.stdout.toString()]).toEqual([fields, '{"thing":{"id":1}}\n']);
  }
});

it('nests its variables whatever bash is told to be', async () => {
  recorder.behave((_request, response) => response.end('{"data":{"save":{"success":true}}}'));
  for (const BASH_COMPAT of ['3.1', '4.0', '4.2']) {
    recorder.requests.length = 0;
    const env = { GRAPH_BASE_URL: recorder.url, BASH_COMPAT };
    expect((await run(wrapper.path, ['save', '--n', '1'], { env })).status).toBe(0);
    expect(JSON.parse(recorder.requests[0]?.body.toString() ?? '')).toEqual({ query, variables: { n: 1 } });
  }
});
