import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListEntry } from '../../src/plan/list.ts';
import { needs } from '../support/require.ts';
import { fill, toolArguments } from './arguments.ts';
import { callWrapper, startServer } from './callers.ts';
import { root } from './cli.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { wireTable } from './report.ts';
import type { Mode } from './sample-scalar.ts';
import { buildSpec, type WireReport, wire } from './wire.ts';

const rounds: Mode[] = ['required', 'all', 'some', 'some'];
let recorder: Recorder;

beforeAll(async () => {
  recorder = await startRecorder();
});
afterAll(() => recorder.close());

const NO_ENTRY: ListEntry = { id: '', command: '', tool: '', method: '', path: '', args: [], tokens: 0 };

/** Values that would be another path, another header or another cookie if they were sent. */
const BREAKOUTS: { readonly operation: string; readonly parameters: { readonly [place: string]: string } }[] =
  [
    ...['', '.', '..', '%2e%2E', '.%2e'].map((name) => ({
      operation: 'pathReserved',
      parameters: { 'path name': name },
    })),
    ...['a\r\nX-Evil: 1', 'a\nb', 'a\rb', '\u0001'].map((value) => ({
      operation: 'headers',
      parameters: { 'header X-Scalar': value },
    })),
    ...['a; admin=1', 'a\r\nX-Evil: 1', 'a\nb'].map((value) => ({
      operation: 'cookieStyle',
      parameters: { 'cookie scalar': value },
    })),
  ];

async function report(spec: string): Promise<WireReport> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-wire-'));
  try {
    return await wire(spec, folder, recorder, rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('requests on the wire', () => {
  it('are what the document says, by wrapper and by server, in every style, place and body', {
    timeout: 300_000,
  }, async () => {
    const result = await report(join(root, 'test/wire/torture.yaml'));
    expect(result.findings, wireTable([result], 3)).toEqual([]);
    expect(result.unsampled).toEqual([]);
    expect(result.sampled).toBe(69);
  });

  it('refuse what would leave its place, and send nothing', { timeout: 300_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mcpgen-wire-'));
    const built = await buildSpec(join(root, 'test/wire/torture.yaml'), folder);
    const base = `${built.prefix}_BASE_URL`;
    const bundle = join(built.out, 'servers', built.name, 'dist/server.mjs');
    const server = await startServer(bundle, {
      ...built.environment,
      [base]: `${recorder.url}/refused`,
      LOG: '0',
    });
    for (const { operation, parameters } of BREAKOUTS) {
      const entry = built.entries.find(({ id }) => id === operation);
      const { filled, unreachable } = fill(entry ?? NO_ENTRY, {
        parameters: new Map(Object.entries(parameters)),
      });
      expect(unreachable).toEqual([]);
      const words = filled.flatMap(({ argument, value }) => [`--${argument.flag}`, String(value)]);
      const env = { ...built.environment, [base]: `${recorder.url}/refused` };
      const label = JSON.stringify(parameters);
      const byWrapper = await callWrapper(
        join(built.out, 'agent/bin', built.name),
        [entry?.command ?? '', ...words],
        env,
      );
      expect(byWrapper, label).toMatchObject({ status: 2 });
      const byServer = await server.call(entry?.tool ?? '', toolArguments(filled));
      expect(byServer.status, label).not.toBe(0);
      expect(recorder.take('refused'), label).toEqual([]);
    }
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const small = ['museum-31', 'readme-parameters-style-30'];
  const corpus = join(root, '../shared/corpus/specs');
  it.skipIf(needs('../shared/corpus/specs')).each(small)(
    'are exact for %s',
    { timeout: 300_000 },
    async (name) => {
      const spec = ['cafe.yaml', 'openapi.yaml', 'parameters-style.json']
        .map((file) => join(corpus, name, file))
        .find(existsSync);
      const result = await report(spec ?? '');
      expect(result.findings, wireTable([result], 3)).toEqual([]);
    },
  );
});
