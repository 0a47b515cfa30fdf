import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import type { ListEntry } from '../../src/plan/list.ts';
import { needs } from '../support/require.ts';
import { type RunningServer, startServer } from '../wire/callers.ts';
import { mcpgen } from '../wire/cli.ts';
import { type PowerDns, SCHEMA, startPowerDns } from './powerdns.ts';

type Values = { readonly [name: string]: Json };

/** What a caller sees of a call. */
interface Answer {
  readonly ok: boolean;
  readonly text: string;
  /** What a refusal says. */
  readonly message: string;
}

let folder = '';
let dns: PowerDns;
let server: RunningServer;
let entries: ListEntry[] = [];
let environment: { [name: string]: string } = {};
const wrapper = (): string => join(folder, 'out/agent/bin/powerdns');

/** Runs a command of the wrapper. */
function runWrapper(
  command: string,
  values: Values,
  ...more: string[]
): Promise<Answer & { status: number }> {
  const entry = entries.find((each) => each.command === command);
  const words = Object.entries(values).flatMap(([key, value]) => {
    const flag = entry?.args.find((argument) => argument.key === key)?.flag ?? key;
    return typeof value === 'string' ? [`--${flag}`, value] : [`--${flag}-json`, JSON.stringify(value)];
  });
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, ...environment };
    const child = execFile(wrapper(), [command, ...words, ...more], { env }, (error, stdout, stderr) => {
      const status = typeof error?.code === 'number' ? error.code : 0;
      resolve({ ok: status === 0, text: stdout, status, message: stderr });
    });
    child.stdin?.end();
  });
}

const callers: { title: string; call: (command: string, values: Values) => Promise<Answer> }[] = [
  { title: 'the wrapper, direct', call: (command, values) => runWrapper(command, values) },
  { title: 'the wrapper, by MCP', call: (command, values) => runWrapper(command, values, '--via', 'mcp') },
  {
    title: 'an MCP client',
    call: async (command, values) => {
      const outcome = await server.call(command.replaceAll('-', '_'), values);
      return { ok: outcome.status === 0, text: outcome.message, message: outcome.message };
    },
  },
];

describe.skipIf(needs('pdns_server', 'sqlite3', SCHEMA))(
  'PowerDNS, from the document that it serves itself',
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'mcpgen-powerdns-out-'));
      dns = await startPowerDns();
      const spec = join(folder, 'powerdns.yaml');
      writeFileSync(spec, dns.document);
      const built = await mcpgen(['build', spec, '--out', join(folder, 'out'), '--no-mcp']);
      expect(built.status, built.stderr).toBe(0);
      entries = JSON.parse((await mcpgen(['list', spec, '--json'])).stdout);
      environment = { POWERDNS_BASE_URL: `${dns.url}/api/v1`, POWERDNS_API_KEY: dns.key };
      server = await startServer(join(folder, 'out/servers/powerdns/dist/server.mjs'), {
        ...environment,
        LOG: '0',
      });
      environment.POWERDNS_MCP_URL = server.url;
    });

    afterAll(async () => {
      await server?.stop();
      await dns?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('has every operation as command and as tool', async () => {
      expect(dns.document).toContain("swagger: '2.0'");
      expect(entries.length).toBeGreaterThan(30);
      expect(await server.tools()).toEqual(entries.map((entry) => entry.tool));
      expect(readdirSync(join(folder, 'out/agent/bin'))).toEqual(['powerdns']);
      expect(readFileSync(wrapper(), 'utf8')).not.toContain(dns.key);
    });

    for (const [index, { title, call }] of callers.entries()) {
      const zone = `zone-${index}.example.org.`;
      const www = `www.${zone}`;
      const path = `/api/v1/servers/localhost/zones/${zone}`;
      const on = { server_id: 'localhost', zone_id: zone };
      const record = (content: string): Json => ({
        name: www,
        type: 'A',
        ttl: 60,
        changetype: 'REPLACE',
        records: [{ content, disabled: false }],
        comments: [],
      });
      const held = async (): Promise<unknown> => {
        const { body } = await dns.ask(path);
        const { rrsets } = body as { rrsets: { name: string; records: { content: string }[] }[] };
        return rrsets.find((set) => set.name === www)?.records.map((each) => each.content);
      };

      it(`creates, reads, changes and deletes a zone and its records by ${title}`, async () => {
        const made = await call('create-zone', {
          server_id: 'localhost',
          name: zone,
          kind: 'Native',
          nameservers: [`ns1.${zone}`],
        });
        expect(made, made.text).toMatchObject({ ok: true });
        expect((await dns.ask(path)).body).toMatchObject({ name: zone, kind: 'Native' });

        expect(await call('patch-zone', { ...on, rrsets: [record('192.0.2.1')] })).toMatchObject({
          ok: true,
        });
        expect(await held()).toEqual(['192.0.2.1']);

        const read = await call('list-zone', on);
        expect(JSON.parse(read.text)).toMatchObject({ name: zone });
        expect(read.text).toContain('192.0.2.1');
        const found = await call('search-data', {
          server_id: 'localhost',
          q: `www.${zone.slice(0, -1)}*`,
          max: 5,
        });
        expect(JSON.parse(found.text)).toMatchObject([{ name: www, content: '192.0.2.1' }]);

        expect(await call('patch-zone', { ...on, rrsets: [record('192.0.2.2')] })).toMatchObject({
          ok: true,
        });
        expect(await held()).toEqual(['192.0.2.2']);

        const gone = { name: www, type: 'A', ttl: 60, changetype: 'DELETE', records: [], comments: [] };
        expect(await call('patch-zone', { ...on, rrsets: [gone] })).toMatchObject({ ok: true });
        expect(await held()).toBeUndefined();

        const listed = await call('list-zones', { server_id: 'localhost', zone });
        expect(JSON.parse(listed.text)).toHaveLength(1);
        expect(await call('delete-zone', on)).toMatchObject({ ok: true });
        expect((await dns.ask(path)).status).toBe(404);
      });

      it(`says what the server refuses by ${title}`, async () => {
        const refused = await call('create-zone', {
          server_id: 'localhost',
          name: 'no-dot-at-the-end.example',
          kind: 'Native',
        });
        expect(refused.ok).toBe(false);
        expect(refused.message).toContain('canonical');
        expect((await call('list-zone', { ...on, zone_id: '../../zones' })).ok).toBe(false);
      });
    }

    it('gives the exit statuses of refusals', async () => {
      const zone = { server_id: 'localhost', zone_id: 'nowhere.example.org.' };
      expect((await runWrapper('list-zone', zone)).status).toBe(4);
      expect((await runWrapper('list-zone', zone, '--via', 'mcp')).status).toBe(4);
      expect((await runWrapper('list-zone', {})).status).toBe(2);
      environment.POWERDNS_API_KEY = 'wrong';
      expect((await runWrapper('list-servers', {})).status).toBe(3);
      environment.POWERDNS_API_KEY = dns.key;
    });
  },
);
