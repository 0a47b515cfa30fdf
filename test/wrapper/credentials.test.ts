import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Recorder, run, startRecorder, type Wrapper, wrapperOf } from './support.ts';

let recorder: Recorder;
let wrapper: Wrapper;

beforeAll(async () => {
  recorder = await startRecorder();
  const ok = { 200: { description: 'ok', content: { 'application/json': { schema: {} } } } };
  const operation = (operationId: string, security: object[]) => ({
    get: { operationId, security, responses: ok },
  });
  const flow = { tokenUrl: `${recorder.url}/token`, scopes: { read: 'Read', write: 'Write' } };
  wrapper = await wrapperOf({
    openapi: '3.1.0',
    info: { title: 'Vault', version: '1' },
    'x-mcpgen': { name: 'vault' },
    servers: [
      {
        url: 'http://{host}:{port}/v2',
        variables: { host: { default: 'localhost' }, port: { default: '1', enum: ['1', '8080'] } },
      },
    ],
    components: {
      securitySchemes: {
        query: { type: 'apiKey', in: 'query', name: 'api key', 'x-mcpgen': { env: 'VAULT_QUERY' } },
        cookie: { type: 'apiKey', in: 'cookie', name: 'sid', 'x-mcpgen': { env: 'VAULT_SID' } },
        bearer: { type: 'http', scheme: 'bearer', 'x-mcpgen': { env: 'VAULT_BEARER' } },
        basic: { type: 'http', scheme: 'basic' },
        oauth: { type: 'oauth2', flows: { clientCredentials: flow } },
      },
    },
    paths: {
      '/both': operation('both', [{ query: [], cookie: [] }]),
      '/either': operation('either', [{ bearer: [] }, { basic: [] }]),
      '/maybe': operation('maybe', [{}, { bearer: [] }]),
      '/oauth': operation('oauth', [{ oauth: ['read'] }]),
    },
  } as never);
});
afterAll(async () => {
  await recorder.close();
  wrapper.remove();
});
beforeEach(() => {
  recorder.requests.length = 0;
  recorder.behave((_request, response) => response.end('{}'));
});

function call(words: readonly string[], env: Record<string, string>) {
  return run(wrapper.path, words, { env: { VAULT_BASE_URL: recorder.url, VAULT_RETRIES: '0', ...env } });
}

it('sends keys in query and cookie together', async () => {
  expect((await call(['both'], { VAULT_QUERY: 'a&b', VAULT_SID: 'x;y' })).status).toBe(0);
  expect(recorder.requests[0]?.url).toBe('/both?api%20key=a%26b');
  expect(recorder.requests[0]?.headers.cookie).toBe('sid=x%3By');
  expect(await call(['both'], { VAULT_QUERY: 'a' })).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('VAULT_SID'),
  });
});

it('takes the first alternative that is set, and none where that is allowed', async () => {
  await call(['either'], { VAULT_USERNAME: 'ü', VAULT_PASSWORD: 'p"w\\' });
  await call(['either'], { VAULT_USERNAME: 'u', VAULT_PASSWORD: 'p', VAULT_BEARER: 't' });
  await call(['maybe'], { VAULT_BEARER: 't' });
  await call(['maybe'], {});
  expect(recorder.requests.map(({ headers }) => headers.authorization)).toEqual([
    `Basic ${Buffer.from('ü:p"w\\').toString('base64')}`,
    'Bearer t',
    'Bearer t',
    undefined,
  ]);
  expect((await call(['either'], { VAULT_BEARER: 'a\nb' })).status).toBe(3);
});

it('sends any secret byte for byte, and none that would make a second header', async () => {
  for (const secret of ['a"b\\c', '$(id)`id`', '@/etc/passwd', '-x;y=%41&z', "it's", 'é日本', '{{a}}[1-3]']) {
    recorder.requests.length = 0;
    expect((await call(['both'], { VAULT_QUERY: secret, VAULT_SID: secret })).status).toBe(0);
    expect((await call(['either'], { VAULT_BEARER: secret })).status).toBe(0);
    const [both, either] = recorder.requests;
    expect(new URL(both?.url ?? '', recorder.url).searchParams.get('api key')).toBe(secret);
    expect(both?.headers.cookie).toBe(`sid=${encodeURIComponent(secret).replace(/[!'()*]/g, escape)}`);
    expect(Buffer.from(either?.headers.authorization ?? '', 'latin1').toString()).toBe(`Bearer ${secret}`);
  }
  recorder.requests.length = 0;
  for (const secret of ['k\r', 'k\n', 'k\nX-Evil: 1', '\u007f', 'a\tb'])
    expect([secret, await call(['either'], { VAULT_BEARER: secret })]).toMatchObject([
      secret,
      {
        status: 3,
        stderr: expect.stringContaining('VAULT_BEARER holds a line break or a control character'),
      },
    ]);
  expect(recorder.requests).toEqual([]);
});

it('shows no secret, whoever repeats it', async () => {
  const env = { VAULT_QUERY: 'query&secret', VAULT_SID: 'cookie secret', VAULT_BEARER: 'bearer-secret' };
  recorder.behave((request, response) => {
    const location = `https://elsewhere.example${request.url}`;
    const message = `no: ${request.headers.authorization ?? ''}`;
    response.writeHead(request.url?.startsWith('/both') ? 301 : 401, { location });
    response.end(JSON.stringify({ message }));
  });
  const outcomes = [
    await call(['both', '--verbose'], env),
    await call(['both', '--error-format', 'json'], env),
    await call(['either', '--verbose'], env),
  ];
  expect(outcomes.map(({ status }) => status)).toEqual([4, 4, 3]);
  expect(outcomes[0]?.stderr).toContain('to https://elsewhere.example/both?api%20key=***');
  expect(outcomes[2]?.stderr).toContain('no: Bearer ***');
  for (const { stderr } of outcomes) expect(stderr).not.toMatch(/secret(?! \()/);
  const withPassword = { ...env, VAULT_BASE_URL: recorder.url.replace('//', '//me:pass@') };
  for (const words of [['maybe', '--dry-run'], ['maybe', '--verbose'], ['maybe']]) {
    const { stdout, stderr } = await call(words, withPassword);
    expect(stdout + stderr).not.toContain('pass');
  }
});

it('gets a token by the client-credentials grant', async () => {
  recorder.behave((request, response) =>
    response.end(request.url === '/token' ? '{"access_token":"tok"}' : '{}'),
  );
  const env = { VAULT_CLIENT_ID: 'id', VAULT_CLIENT_SECRET: 's e' };
  expect((await call(['oauth'], env)).status).toBe(0);
  const [token, request] = recorder.requests;
  expect(token?.headers.authorization).toBe(`Basic ${Buffer.from('id:s+e').toString('base64')}`);
  expect(new URLSearchParams(token?.body.toString()).get('grant_type')).toBe('client_credentials');
  expect(request?.headers.authorization).toBe('Bearer tok');
  await call(['oauth'], { ...env, VAULT_TOKEN: 'ready' });
  expect(recorder.requests[2]).toMatchObject({ url: '/oauth', headers: { authorization: 'Bearer ready' } });
  recorder.behave((_request, response) => response.writeHead(400).end('{"error":"invalid_client"}'));
  const outcome = await call(['oauth'], env);
  expect(outcome).toMatchObject({ status: 3, stderr: expect.stringContaining('invalid_client') });
  expect(outcome.stderr).not.toContain('s e');
});

it('takes the variables of the address from the environment', async () => {
  const port = new URL(recorder.url).port;
  const env = { VAULT_BASE_URL: '', VAULT_SERVER_HOST: '127.0.0.1', VAULT_SERVER_PORT: port };
  expect((await call(['maybe'], env)).status).toBe(0);
  expect(recorder.requests[0]?.url).toBe('/v2/maybe');
  expect((await call(['maybe'], { ...env, VAULT_SERVER_HOST: 'evil/@' })).status).toBe(2);
});

it('ignores the settings of curl', async () => {
  writeFileSync(join(wrapper.folder, '.curlrc'), 'user-agent = "other"\nproxy = "http://127.0.0.1:1"\n');
  expect((await call(['maybe'], { HOME: wrapper.folder, CURL_HOME: wrapper.folder })).status).toBe(0);
  expect(recorder.requests[0]?.headers['user-agent']).toBe('mcpgen/vault');
});
