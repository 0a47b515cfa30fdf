import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { runCommand } from '../../src/processes.ts';
import { haveCounterparts, newNode, packageFile } from './counterparts.ts';
import { type Served, serveFolder } from './world.ts';

/** The official suite, by revision of the protocol. Its newer line tests the older revision with more checks. */
const suites = [
  { suite: 'conformance-0.1', revision: '2025-11-25', options: [] },
  { suite: 'conformance-0.2', revision: '2025-11-25', options: ['--spec-version', '2025-11-25'] },
  { suite: 'conformance-0.2', revision: '2026-07-28', options: ['--spec-version', '2026-07-28'] },
] as const;

type Revision = (typeof suites)[number]['revision'];

/** What a server that has tools, and nothing but tools, must do. */
const applicable: { readonly [revision in Revision]: readonly string[] } = {
  '2025-11-25': [
    'server-initialize',
    'ping',
    'tools-list',
    'tools-call-simple-text',
    'tools-call-embedded-resource',
    'tools-call-error',
    'server-sse-multiple-streams',
    'dns-rebinding-protection',
  ],
  '2026-07-28': [
    'server-stateless',
    'tools-list',
    'tools-call-simple-text',
    'tools-call-embedded-resource',
    'tools-call-error',
    'server-sse-multiple-streams',
    'dns-rebinding-protection',
    'caching',
    'http-header-validation',
    'input-required-result-unsupported-methods',
    'input-required-result-validate-input',
  ],
};

/** Scenarios that only the newer line of the suite has for the older revision. */
const added: readonly string[] = ['server-session-lifecycle'];

/** The checks within applicable scenarios that look for something which these servers do not have. */
const exempt: { readonly [scenario: string]: readonly string[] } = {
  // A tool that asks the client's model for something.
  'server-stateless': [
    'sep-2575-server-rejects-undeclared-capability',
    'sep-2575-missing-capability-http-400',
  ],
  // Prompts and resources.
  caching: [
    'sep-2549-prompts-list-caching-hints',
    'sep-2549-resources-list-caching-hints',
    'sep-2549-resources-templates-list-caching-hints',
    'sep-2549-resources-read-caching-hints',
  ],
};

/** Why the other scenarios say nothing about these servers. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^resources-|^sep-2164-/, 'an API has operations, which are tools; there are no resources'],
  [/^prompts-|^completion-/, 'there are no prompts'],
  [/logging/, 'what happens is logged for the operator, not sent to the client'],
  [/sampling|elicitation|^input-required-result-/, 'a tool is one request to an API and asks nothing back'],
  [/progress/, 'an API says nothing before its answer'],
  [/^server-sse-polling$/, 'answers come whole, as JSON: there is no stream to resume'],
  [/^tools-call-(image|audio|mixed-content)$/, 'bytes come as embedded resources, of whatever type they are'],
  [/^json-schema-2020-12$/, 'input schemas are plain: older clients fail on $schema, $defs and $ref'],
  [/^http-custom-header-server-validation$/, 'no tool asks for its arguments a second time, as headers'],
];

interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

type Results = ReadonlyMap<string, readonly Check[]>;

async function run(suite: string, options: readonly string[], url: string): Promise<Results> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-conformance-'));
  const file = packageFile(suite, 'dist/index.js');
  const args = [file, 'server', '--url', url, '--suite', 'all', '--output-dir', folder, ...options];
  const { stdout, stderr } = await runCommand(newNode(), args);
  const results = readdirSync(folder).map((name): [string, Check[]] => [
    /^server-(.*)-\d{4}-\d\d-\d\dT.*$/.exec(name)?.[1] ?? name,
    JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8')),
  ]);
  rmSync(folder, { recursive: true });
  if (results.length === 0) throw new Error(`the suite did not run:\n${stdout}${stderr}`);
  return new Map(results);
}

const here = await haveCounterparts();
let out: string;
let upstream: Server;
let server: Served;

beforeAll(async () => {
  if (!here) return;
  out = mkdtempSync(join(tmpdir(), 'mcpgen-conformance-'));
  await build(['test/interop/conformance.yaml'], { out, mode: 'write', force: false });
  upstream = createServer((request, response) => {
    response.setHeader('Content-Type', request.url === '/file' ? 'application/octet-stream' : 'text/plain');
    response.statusCode = request.url === '/failure' ? 500 : 200;
    response.end(request.url === '/file' ? Buffer.from([0, 159, 146, 150]) : `This is ${request.url}.`);
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
});

afterAll(() => {
  upstream?.close();
  if (here) rmSync(out, { recursive: true });
});

describe.skipIf(!here).each(['1', '0'])('the official conformance suite (DIRECT=%s)', (direct) => {
  beforeAll(async () => {
    const { port } = upstream.address() as AddressInfo;
    server = await serveFolder(join(out, 'servers/conformance'), {
      CONFORMANCE_BASE_URL: `http://127.0.0.1:${port}`,
      DIRECT: direct,
    });
  });
  afterAll(() => server.stop());

  describe.each(suites)('$suite, revision $revision', ({ suite, revision, options }) => {
    const scenarios = [...applicable[revision]];
    if (suite === 'conformance-0.2' && revision === '2025-11-25') scenarios.push(...added);
    let results: Results;
    beforeAll(async () => {
      results = await run(suite, options, server.url);
    });

    it.each(scenarios)('%s', (scenario) => {
      const checks = results.get(scenario) ?? [];
      const counted = checks.filter(({ id }) => !exempt[scenario]?.includes(id));
      const wrong = counted.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
      expect(wrong.map(({ id, errorMessage }) => `${id}: ${errorMessage}`)).toEqual([]);
      expect(counted.some(({ status }) => status === 'SUCCESS')).toBe(true);
    });

    it('has no other scenario that could apply', () => {
      const others = [...results.keys()].filter((scenario) => !scenarios.includes(scenario));
      const unexplained = others.filter((scenario) => !reasons.some(([names]) => names.test(scenario)));
      expect(unexplained).toEqual([]);
      expect(results.size).toBeGreaterThanOrEqual(30);
    });

    it('sees messages that follow the schema of the protocol, in every scenario', () => {
      const messages = [...results.values()].flat().filter(({ id }) => id.startsWith('wire-schema'));
      expect(messages.filter(({ status }) => status !== 'SUCCESS')).toEqual([]);
      if (suite === 'conformance-0.2') expect(messages.length).toBeGreaterThan(20);
    });
  });
});
