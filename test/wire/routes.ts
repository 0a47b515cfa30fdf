import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exactJson, type Json, type JsonObject } from '../../src/model/json.ts';
import { callWrapper, type RunningServer, startServer } from './callers.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { buildSpec } from './wire.ts';

/** One call, by the words of the wrapper and by the arguments of the tool, and what must arrive. */
export interface Case {
  readonly name: string;
  readonly words: readonly string[];
  readonly values: { readonly [key: string]: Json };
  readonly sent: {
    readonly method?: string;
    readonly target?: string;
    readonly body?: string;
    readonly type?: string;
    readonly cookie?: string;
  };
}

/** The two routes of an API, and where their requests arrive: those of the wrapper under `w`, those of the server under `s`. */
export interface Routes {
  readonly recorder: Recorder;
  readonly server: RunningServer;
  readonly wrapper: string;
}

/**
 * Builds a document of these paths, and tests that every call arrives alike by wrapper and by server.
 * @returns the routes, for further tests
 */
export function bothRoutes(
  paths: JsonObject,
  cases: readonly Case[],
  components: JsonObject = {},
): () => Routes {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-routes-'));
  let running: Routes;

  beforeAll(async () => {
    const recorder = await startRecorder();
    const spec = join(folder, 'routes.json');
    const info = { title: 'Routes', version: '1' };
    const servers = [{ url: 'https://routes.example' }];
    const about = { openapi: '3.2.0', info, servers, security: [], 'x-mcpgen': { name: 'routes' } };
    const document = { ...about, paths, components };
    writeFileSync(spec, exactJson(document));
    const { out } = await buildSpec(spec, join(folder, 'built'));
    const server = await startServer(join(out, 'servers/routes/dist/server.mjs'), {
      ROUTES_BASE_URL: `${recorder.url}/s`,
      LOG: '0',
    });
    running = { recorder, server, wrapper: join(out, 'agent/bin/routes') };
  }, 120_000);
  afterAll(async () => {
    await running.server.stop();
    await running.recorder.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(cases)('$name', async ({ words, values, sent }) => {
    const byWrapper = await callWrapper(running.wrapper, words, {
      ROUTES_BASE_URL: `${running.recorder.url}/w`,
    });
    const byServer = await running.server.call(words[0] ?? '', values);
    expect([byWrapper, byServer.status]).toEqual([{ status: 0, message: '' }, 0]);
    for (const mark of ['w', 's']) {
      const [request] = running.recorder.take(mark);
      expect({
        mark,
        method: request?.method,
        target: request?.target,
        body: request?.body.toString(),
        type: request?.headers.get('content-type')?.[0],
        cookie: request?.headers.get('cookie')?.[0],
      }).toMatchObject({ mark, ...sent, type: sent.type ?? (sent.body ? expect.any(String) : undefined) });
    }
  });

  return () => running;
}
