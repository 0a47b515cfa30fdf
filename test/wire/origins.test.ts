import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { callWrapper, startServer } from './callers.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { type Built, buildSpec } from './wire.ts';

const responses = { 200: { description: 'ok' } };
const operation = (operationId: string, more: JsonObject = {}): JsonObject => ({
  operationId,
  responses,
  ...more,
});

let recorder: Recorder;
let folder: string;
let built: Built;

beforeAll(async () => {
  recorder = await startRecorder();
  folder = mkdtempSync(join(tmpdir(), 'mcpgen-origins-'));
  const document: JsonObject = {
    openapi: '3.1.0',
    info: { title: 'Origins', version: '1' },
    'x-mcpgen': { name: 'origins' },
    servers: [
      {
        url: `${recorder.url}/main/{stage}/v{major}/`,
        variables: { stage: { default: 'live', enum: ['live', 'test'] }, major: { default: '1' } },
      },
      { url: 'https://never.example' },
    ],
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Key' },
        sid: { type: 'apiKey', in: 'cookie', name: 'sid' },
        login: { type: 'http', scheme: 'basic' },
      },
    },
    paths: {
      '/a': { get: operation('plain') },
      '/b': {
        servers: [{ url: `${recorder.url}/path` }],
        get: operation('ofPath'),
        post: operation('ofOperation', {
          servers: [{ url: `${recorder.url}/own/{tenant}`, variables: { tenant: { default: 'acme' } } }],
        }),
      },
      '/both': { get: operation('both', { security: [{ key: [], sid: [] }] }) },
      '/either': { get: operation('either', { security: [{ key: [], sid: [] }, { login: [] }] }) },
      '/maybe': { get: operation('maybe', { security: [{ key: [] }, {}] }) },
      '/odd': {
        servers: [{ url: `${recorder.url}/own/{odd}`, variables: { odd: { default: 'a b;c%20' } } }],
        get: operation('odd'),
      },
    },
  };
  const spec = join(folder, 'origins.json');
  writeFileSync(spec, JSON.stringify(document));
  built = await buildSpec(spec, folder);
}, 300_000);

afterAll(async () => {
  await recorder.close();
  rmSync(folder, { recursive: true, force: true });
});

type Environment = { readonly [name: string]: string };

/** Where a call of each command arrives, by both routes: the target with the server's part of the path, and its credentials; or the refusal. */
async function arrivals(commands: readonly string[], environment: Environment): Promise<string[][]> {
  const bundle = join(built.out, 'servers', built.name, 'dist/server.mjs');
  const server = await startServer(bundle, { ...environment, LOG: '0' });
  const found: string[][] = [];
  for (const command of commands) {
    const byWrapper = await callWrapper(join(built.out, 'agent/bin', built.name), [command], environment);
    const one = arrived() ?? `exit ${byWrapper.status}`;
    const byServer = await server.call(command.replaceAll('-', '_'), {});
    found.push([one, arrived() ?? `refused ${byServer.status === 0 ? '' : 'with an error'}`]);
  }
  await server.stop();
  return found;
}

/** The request that came, whatever its mark. */
function arrived(): string | undefined {
  for (const mark of ['main', 'path', 'own', 'other']) {
    const [request] = recorder.take(mark);
    if (request === undefined) continue;
    const secrets = ['x-key', 'cookie', 'authorization'].flatMap((name) => request.headers.get(name) ?? []);
    return [`/${mark}${request.target}`, ...secrets].join(' ');
  }
  return undefined;
}

const twice = (texts: readonly string[]): string[][] => texts.map((text) => [text, text]);

describe('a request goes to', () => {
  const commands = ['plain', 'of-path', 'of-operation'];

  it('the first server of the operation, else of the path, else of the document', async () => {
    expect(await arrivals(commands, {})).toEqual(twice(['/main/live/v1/a', '/path/b', '/own/acme/b']));
  });

  it('a server whose variables have odd defaults', async () => {
    expect(await arrivals(['odd'], {})).toEqual(twice(['/own/a%20b;c%20/odd']));
  });

  it('a server whose variables the environment sets', async () => {
    const environment = {
      ORIGINS_SERVER_STAGE: 'test',
      ORIGINS_SERVER_MAJOR: '2',
      ORIGINS_SERVER_TENANT: 'x',
    };
    expect(await arrivals(commands, environment)).toEqual(twice(['/main/test/v2/a', '/path/b', '/own/x/b']));
  });

  it('the one that the environment names, from every operation', async () => {
    const environment = { ORIGINS_BASE_URL: `${recorder.url}/other/base` };
    expect(await arrivals(commands, environment)).toEqual(
      twice(['/other/base/a', '/other/base/b', '/other/base/b']),
    );
  });
});

describe('a request carries', () => {
  const commands = ['both', 'either', 'maybe'];
  const key = 'ORIGINS_KEY_API_KEY';
  const sid = 'ORIGINS_SID_API_KEY';

  it('all schemes of the first alternative whose variables are set', async () => {
    expect(await arrivals(commands, { [key]: 'k', [sid]: 's' })).toEqual(
      twice(['/main/live/v1/both k sid=s', '/main/live/v1/either k sid=s', '/main/live/v1/maybe k']),
    );
  });

  it('those of the next one where a variable is missing', async () => {
    const environment = { [key]: 'k', ORIGINS_USERNAME: 'u', ORIGINS_PASSWORD: 'p' };
    const basic = `Basic ${Buffer.from('u:p').toString('base64')}`;
    const [both, ...others] = await arrivals(commands, environment);
    expect(both).toEqual(['exit 3', 'refused with an error']);
    expect(others).toEqual(twice([`/main/live/v1/either ${basic}`, '/main/live/v1/maybe k']));
  });

  it('nothing where that is an alternative and no variable is set', async () => {
    const [, , maybe] = await arrivals(commands, {});
    expect(maybe).toEqual(['/main/live/v1/maybe', '/main/live/v1/maybe']);
  });
});
