import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A name server of our own on loopback, with an empty database. */
export interface PowerDns {
  /** Without a path. */
  readonly url: string;
  readonly key: string;
  /** Its own description of its API, as it serves it. */
  readonly document: string;
  /** What it answers to a plain request, to see what it really holds. */
  ask(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  stop(): Promise<void>;
}

/** Where Debian's package pdns-backend-sqlite3 has the tables. */
export const SCHEMA = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';

export async function startPowerDns(): Promise<PowerDns> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-powerdns-'));
  const key = 'a "quoted" k3y';
  const [web, dns] = [await freePort(), await freePort()];
  execFileSync('sqlite3', [join(folder, 'db.sqlite3'), `.read ${SCHEMA}`]);
  const settings = {
    launch: 'gsqlite3',
    'gsqlite3-database': join(folder, 'db.sqlite3'),
    'local-address': '127.0.0.1',
    'local-port': dns,
    webserver: 'yes',
    api: 'yes',
    'api-key': key,
    'webserver-address': '127.0.0.1',
    'webserver-port': web,
    'webserver-allow-from': '127.0.0.1',
    'socket-dir': folder,
    daemon: 'no',
    guardian: 'no',
  };
  writeFileSync(
    join(folder, 'pdns.conf'),
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const child = spawn('pdns_server', [`--config-dir=${folder}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${web}`;
  const get = (path: string): Promise<Response> => fetch(`${url}${path}`, { headers: { 'X-API-Key': key } });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    const response = await get('/api/docs').catch(() => undefined);
    if (response?.ok) {
      return {
        url,
        key,
        document: await response.text(),
        ask: async (path) => {
          const answer = await get(path);
          const text = await answer.text();
          return { status: answer.status, body: answer.ok ? JSON.parse(text) : text };
        },
        stop,
      };
    }
    if (tries > 200 || child.exitCode !== null) {
      await stop();
      throw new Error(`pdns_server does not answer: ${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
