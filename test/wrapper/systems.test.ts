import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../support/require.ts';
import { shop } from './shop.ts';
import { type Recorder, run, startRecorder, type Wrapper, wrapperOf } from './support.ts';
import { alpine, debian, here, type System } from './systems.ts';

let recorder: Recorder;
let wrapper: Wrapper;

beforeAll(async () => {
  recorder = await startRecorder();
  wrapper = await wrapperOf(shop);
});
afterAll(async () => {
  await recorder.close();
  wrapper.remove();
});
beforeEach(() => {
  recorder.requests.length = 0;
});

const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 256));
const base = { SHOP_API_KEY: 's3cret', SHOP_RETRIES: '1', LANG: 'C.UTF-8' };

interface Call {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  /** The call cannot do without it. */
  readonly jq?: boolean;
}

const long = 'ä"\\\n'.repeat(3000);
const calls: readonly Call[] = [
  { words: ['--help'] },
  { words: ['--help', 'items'] },
  { words: ['create-item', '--help'] },
  { words: ['commands', '--json'] },
  { words: ['--version'] },
  { words: ['get-itm', 'x'] },
  { words: ['list-items', '--state', 'opne'] },
  { words: ['list-items', '--limit', '0', '--error-format', 'json'] },
  { words: ['get-item', 'a/b ü', '--fields-wanted', 'x', '--fields-wanted', 'y&z', '--x-trace', 't'] },
  {
    words: [
      'create-item',
      '--name',
      'it\'s "x" & `id` \u001b',
      '--price',
      '1.50',
      '--tags',
      'a',
      '--size.width',
      '3',
    ],
  },
  { words: ['create-item', '--name', long] },
  { words: ['create-item', '--name', 'x', '--size', '{"unit": "\\u00e9", "width": 1}'] },
  { words: ['create-item', '--name', 'x', '--size', '1,"admin":true'] },
  { words: ['create-item', '--data', '-'], input: `{"name": ${JSON.stringify(long)}}` },
  { words: ['create-item', '--name-file', '-'], input: 'two\nlines\n' },
  { words: ['put-photo', 'i', '--body', '-'], input: bytes },
  { words: ['upload', '--title', 't"\\;', '--file', '-'], input: bytes },
  { words: ['get-photo', 'i'] },
  { words: ['get-photo', 'i', '--output', '-'] },
  { words: ['get-item', 'x', '--output', '-'] },
  { words: ['get-item', 'missing'] },
  { words: ['get-item', 'busy'] },
  { words: ['api', 'GET', '/v1/me', '--query', 'a=b c'] },
  { words: ['create-item', '--name', 'x', '--dry-run'] },
  { words: ['ping', '--verbose'] },
  { words: ['list-items', '--all'], jq: true },
  { words: ['list-links', '--all'], jq: true },
  { words: ['get-item', 'x', '--jq', '.ok'], jq: true },
  { words: ['get-item', 'x', '--fields', 'ok'], jq: true },
  { words: ['get-item', 'a "b"', '--x-trace', 't', '--via', 'mcp'], jq: true },
  { words: ['put-photo', 'i', '--body', '-', '--via', 'mcp'], input: bytes, jq: true },
];

/** An API and an MCP server in one, with something of everything. */
function behave(): void {
  const tried = new Set<string>();
  recorder.behave(({ method, url, body, headers }, response) => {
    response.setHeader('content-type', 'application/json');
    if (url.endsWith('/mcp')) {
      const content = [{ type: 'text', text: '{"by":"mcp ü"}' }];
      const result = { content, _meta: { 'mcpgen/status': 200 } };
      response.end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body.toString()).id, result }));
    } else if (url.endsWith('/missing')) response.writeHead(404).end('{"error":{"message":"no such item"}}');
    else if (url.endsWith('/busy') && !tried.has(url)) {
      tried.add(url);
      response.writeHead(429, { 'retry-after': '0' }).end('{}');
    } else if (url.endsWith('/photo') && method === 'GET') response.end(bytes);
    else if (url.endsWith('/links')) {
      response.setHeader('link', `<${url}?page=2>; rel="next"`);
      response.end('[1]');
    } else if (url.startsWith('/v1/items') && method === 'GET' && !url.includes('/items/'))
      response.end(url.includes('cursor') ? '{"items":[2]}' : '{"items":[1],"next":"c 2"}');
    else
      response.end(
        JSON.stringify({ ok: true, type: headers['content-type'] ?? null }).replace(/-{4,}\w+/, ''),
      );
  });
}

/** What is long is told by its sum, so that a difference can be read. */
function brief(text: string): string {
  if (text.length < 2000) return text;
  return `${text.slice(0, 40)}… ${text.length} ${createHash('sha256').update(text).digest('hex')}`;
}

/** Makes every call on a system. @returns what each printed, and what it sent */
async function everything(system: System, file: string, chosen: readonly Call[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const { words, env = {}, input } of chosen) {
    behave();
    recorder.requests.length = 0;
    const [program = '', ...before] = [...system.enter, 'env', '-i'];
    const all = {
      ...base,
      PATH: system.path,
      SHOP_BASE_URL: `${recorder.url}/v1`,
      SHOP_MCP_URL: `${recorder.url}/mcp`,
      ...env,
    };
    const set = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    const outcome = await run(
      program,
      [...before, ...set, file, ...words],
      input === undefined ? {} : { input },
    );
    const requests = recorder.requests.map(({ method, url, body, headers }) => [
      method,
      url,
      brief(body.toString('latin1').replace(/-{4,}\w+/g, '')),
      headers['x-api-key'],
      headers['content-type']?.replace(/-{4,}\w+/, ''),
    ]);
    const { status, stdout, stderr } = outcome;
    found.push({
      words,
      status,
      stdout: brief(stdout.toString('latin1')),
      stderr: stderr.replaceAll(file, 'FILE'),
      requests,
    });
  }
  return found;
}

describe('the same on every system', () => {
  it.skipIf(needs('jq'))('is something: every call here does what it should', async () => {
    const found = (await everything(here, wrapper.path, calls)) as { words: string[]; status: number }[];
    const failed = found.filter(({ status }) => status !== 0).map(({ words, status }) => [words[0], status]);
    expect(failed).toEqual([
      ['get-itm', 2],
      ['list-items', 2],
      ['list-items', 2],
      ['create-item', 2],
      ['get-item', 4],
    ]);
  });

  it.skipIf(needs('busybox', 'jq'))('Alpine with bash and curl: nothing of GNU, no jq', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mcpgen-alpine-'));
    const chosen = calls.filter(({ jq }) => jq !== true);
    expect(await everything(alpine(folder), wrapper.path, chosen)).toEqual(
      await everything(here, wrapper.path, chosen),
    );
    const [without] = await everything({ ...here, path: folder }, wrapper.path, [
      { words: ['get-item', 'x', '--jq', '.'] },
    ]);
    expect(without).toMatchObject({ status: 1, stderr: expect.stringContaining('apk add jq') });
    rmSync(folder, { recursive: true });
  });

  const root = process.getuid?.() === 0;
  if (!root) console.warn('skipped: other releases of Debian are entered as root');
  it.skipIf(!root || needs('debootstrap', 'unshare')).each(['bullseye', 'trixie'])(
    'Debian %s',
    async (suite) => {
      if (process.env.MCPGEN_REQUIRE_ALL !== '1' && !existsSync(`.cache/debian-${suite}`)) {
        console.warn(`skipped: .cache/debian-${suite} is not here; with MCPGEN_REQUIRE_ALL=1 it is made`);
        return;
      }
      const system = debian(suite);
      const folder = mkdtempSync(join(system.root, 'tmp', 'mcpgen-'));
      const inside = folder.slice(system.root.length);
      cpSync(wrapper.path, join(folder, 'shop'));
      expect(await everything(system, join(inside, 'shop'), calls)).toEqual(
        await everything(here, wrapper.path, calls),
      );
      rmSync(folder, { recursive: true });
    },
  );
});

describe('what is older', () => {
  /** The wrapper as a bash that is older would run it: what it decides by the version, and what bash offers to behave as before. */
  it('takes the ways of bash 3.2 where it has to, and they do the same', async () => {
    const old = join(wrapper.folder, 'old');
    const text = readFileSync(wrapper.path, 'utf8')
      .replace(' BASH_COMPAT=\n', ' BASH_COMPAT=3.2\n')
      .replaceAll('BASH_VERSINFO[0] >= 4', '3 >= 4')
      .replaceAll('BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]', '302');
    expect(text).not.toContain('BASH_VERSINFO');
    writeFileSync(old, text, { mode: 0o755 });
    expect(text).toContain('BASH_COMPAT=3.2');
    expect(await everything(here, old, calls)).toEqual(await everything(here, wrapper.path, calls));
  });

  it('a curl that does not know what it is asked for is named', async () => {
    const folder = join(wrapper.folder, 'old-curl');
    mkdirSync(folder);
    const curl = join(folder, 'curl');
    writeFileSync(
      curl,
      '#!/bin/sh\ncase "$*" in --version) echo "curl 7.29.0 (x86_64)" ;; *) cat >/dev/null; echo "curl: option --x: is unknown" >&2; exit 2 ;; esac\n',
    );
    chmodSync(curl, 0o755);
    const env = { ...base, SHOP_BASE_URL: recorder.url, PATH: `${folder}:${process.env.PATH}` };
    const outcome = await run(wrapper.path, ['get-item', 'x'], { env });
    expect(outcome).toMatchObject({ status: 1, stdout: Buffer.alloc(0) });
    expect(outcome.stderr).toContain('this curl is too old: 7.29.0');
    expect(outcome.stderr).toContain('Install curl 7.74 or later.');
  });
});
