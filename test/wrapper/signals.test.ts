import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needs } from '../support/require.ts';
import { secrets, useShopApi } from './shop-api.ts';

/** What kills the command alone, as a program does that has waited long enough for it. */
const api = useShopApi();

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the API saw its connection end before it had answered. */
  readonly left: boolean;
}

/** Calls, sends the signal once the API has the request, and waits for the end of all that the command had open. */
async function killed(
  signal: NodeJS.Signals,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<End> {
  let left: Promise<void> | undefined;
  const arrived = new Promise<void>((resolve) =>
    api.recorder.behave((_request, response) => {
      left = new Promise((gone) => response.once('close', gone));
      resolve();
    }),
  );
  const child = spawn(api.wrapper.path, words, {
    cwd: api.wrapper.folder,
    env: {
      PATH: process.env.PATH,
      SHOP_BASE_URL: `${api.recorder.url}/v1`,
      SHOP_TIMEOUT: '60',
      ...secrets,
      ...env,
    },
  });
  const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (...end) => resolve(end)),
  );
  await arrived;
  child.kill(signal);
  const [code, by] = await closed;
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, 5000, false).unref());
  return { code, signal: by, left: await Promise.race([left?.then(() => true) ?? late, late]) };
}

describe.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s to the command alone', (signal) => {
  it.each([
    ['a JSON answer', ['get-item', 'x'], {}],
    ['a large body', ['create-item', '--name', 'x'.repeat(100_000)], {}],
    ['bytes', ['get-photo', 'x'], {}],
    ['bytes to a file', ['get-photo', 'x', '--output', 'photo'], {}],
    ['a JSON answer to a file', ['get-item', 'x', '--output', 'item'], {}],
  ] as const)('ends curl too, at once: %s', async (_title, words, env) => {
    expect(await killed(signal, words, env)).toEqual({ code: null, signal, left: true });
    expect(readdirSync(api.wrapper.folder).filter((name) => /^(photo|item)/.test(name))).toEqual([]);
  });

  it.skipIf(needs('jq'))('ends curl too, at once: on the MCP route', async () => {
    const env = { SHOP_VIA: 'mcp', SHOP_MCP_URL: `${api.recorder.url}/mcp` };
    expect(await killed(signal, ['get-item', 'x'], env)).toEqual({ code: null, signal, left: true });
  });

  it.skipIf(needs('jq'))('ends curl too, at once: all pages to a file', async () => {
    const words = ['list-items', '--all', '--output', 'pages'];
    expect(await killed(signal, words)).toEqual({ code: null, signal, left: true });
    expect(existsSync(join(api.wrapper.folder, 'pages'))).toBe(false);
  });
});

it('nobody waits for the pause before another attempt', async () => {
  api.recorder.behave((_request, response) => response.writeHead(429, { 'retry-after': '30' }).end());
  const env = { PATH: process.env.PATH, SHOP_BASE_URL: `${api.recorder.url}/v1`, ...secrets };
  const child = spawn(api.wrapper.path, ['get-item', 'x', '--verbose'], { env });
  await new Promise<void>((resolve) =>
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('next one in')) resolve();
    }),
  );
  // It says so before it begins to sleep.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const closed = new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)));
  child.kill('SIGTERM');
  expect(await closed).toBe('SIGTERM');
}, 10_000);
