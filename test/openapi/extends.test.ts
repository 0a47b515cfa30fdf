import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { originText } from '../../src/sources/read.ts';
import { folderWith, ok, openapi, readWhole, said } from './support.ts';

const base = JSON.stringify(openapi({ ...(ok as JsonObject), operationId: 'remote' }));
const pin = createHash('sha256').update(base).digest('hex');
const overlay = (more: JsonObject): JsonObject => ({
  overlay: '1.1.0',
  info: { title: 'O', version: '1' },
  actions: [],
  ...more,
});

describe('an overlay with a base in the same tree', () => {
  it('gives the base and the overlays in the order of application', async () => {
    const cwd = folderWith({
      'top.yaml': overlay({ extends: 'more/middle.json', 'x-mcpgen': { name: 'n', root: '.' } }),
      'more/middle.json': overlay({ extends: '../base.json' }),
      'base.json': base,
    });
    const { value, diagnostics } = await readWhole('top.yaml', { cwd });
    expect(said(diagnostics)).toEqual([]);
    expect(value?.source.inputs.map(({ file }) => file)).toEqual(['base.json']);
    expect(value?.overlays.map(({ inputs }) => inputs[0]?.file)).toEqual(['more/middle.json', 'top.yaml']);
    expect(value?.overlays[1]?.document['x-mcpgen']).toEqual({ name: 'n' });
    expect(value?.overlays[1]?.origins.get('')).toEqual({ file: 'top.yaml', pointer: '' });
  });

  const problems: readonly { title: string; given: JsonObject; want: RegExp }[] = [
    { title: 'no extends', given: {}, want: /extends-invalid a\.json# .*does not say by `extends`/ },
    { title: 'no text', given: { extends: 5 }, want: /extends-invalid a\.json#\/extends/ },
    {
      title: 'itself',
      given: { extends: './a.json' },
      want: /extends-invalid a\.json#\/extends .*extends this overlay itself/,
    },
    {
      title: 'nothing',
      given: { extends: 'none.json' },
      want: /file-not-found a\.json#\/extends .*`none\.json` does not exist/,
    },
    {
      title: 'http',
      given: { extends: 'http://127.0.0.1:9/a.json', sha256: pin },
      want: /extends-invalid a\.json#\/extends mcpgen cannot extend/,
    },
    {
      title: 'a URL without a pin',
      given: { extends: 'https://h.test/a.json' },
      want: /extends-invalid .*is not pinned/,
    },
    {
      title: 'a package without a version',
      given: { extends: 'npm:x/a.json', sha256: pin },
      want: /extends-invalid .*cannot extend/,
    },
    {
      title: 'a package that is an option',
      given: { extends: 'npm:--x@1.0.0/a.json', sha256: pin },
      want: /cannot extend|cannot be fetched/,
    },
    {
      title: 'a pin that is none',
      given: { extends: 'https://h.test/a.json', sha256: 'abc' },
      want: /extends-invalid .*64 hexadecimal digits/,
    },
  ];
  it.each(problems)('$title is an error', async ({ given, want }) => {
    const cwd = folderWith({ 'a.json': overlay(given) });
    const unreachable = () => Promise.reject(new Error('no network in this test'));
    const { value, diagnostics } = await readWhole('a.json', {
      cwd,
      cacheDir: join(cwd, 'cache'),
      fetch: unreachable,
    });
    expect(value).toBeUndefined();
    expect(said(diagnostics).join('\n')).toMatch(want);
  });
});

describe('an overlay with a base at a URL', () => {
  const url = 'https://h.test/api.json';
  const respond = (body: string, status = 200) => {
    const asked: string[] = [];
    const fetch = async (input: string | URL | Request): Promise<Response> => {
      asked.push(String(input));
      return new Response(body, { status });
    };
    return { asked, fetch };
  };

  it('is fetched once, then taken from the cache', async () => {
    const cwd = folderWith({
      'a.json': overlay({ extends: url, 'x-mcpgen': { sha256: pin.toUpperCase() } }),
    });
    const { asked, fetch } = respond(base);
    for (let round = 0; round < 2; round++) {
      const { value } = await readWhole('a.json', { cwd, cacheDir: join(cwd, 'cache'), fetch });
      expect(value?.source.inputs).toEqual([{ file: url, sha256: pin }]);
      expect(value?.source.origins.get('')).toEqual({ file: url, pointer: '' });
      expect(value?.overlays[0]?.document['x-mcpgen']).toEqual({});
    }
    expect(asked).toEqual([url]);
    expect(readdirSync(join(cwd, 'cache'))).toEqual([expect.stringMatching(`^[0-9a-f]{16}-${pin}$`)]);
  });

  it('is refused and not kept if its hash is another', async () => {
    const cwd = folderWith({ 'a.json': overlay({ extends: url, sha256: pin }) });
    const { fetch } = respond(`${base}\n`);
    const { value, diagnostics } = await readWhole('a.json', { cwd, cacheDir: join(cwd, 'cache'), fetch });
    expect(value).toBeUndefined();
    expect(said(diagnostics)).toEqual([
      expect.stringMatching(/^error extends-hash a\.json#\/extends .*is pinned$/),
    ]);
    expect(readdirSync(cwd)).toEqual(['a.json']);
  });

  it('says why it cannot be fetched', async () => {
    const cwd = folderWith({ 'a.json': overlay({ extends: url, sha256: pin }) });
    const { fetch } = respond('', 404);
    const { diagnostics } = await readWhole('a.json', { cwd, cacheDir: join(cwd, 'cache'), fetch });
    expect(said(diagnostics)).toEqual([
      `error extends-fetch a.json#/extends \`${url}\` cannot be fetched: HTTP status 404`,
    ]);
  });

  it('does not trust a cache that was changed', async () => {
    const cwd = folderWith({ 'a.json': overlay({ extends: url, sha256: pin }) });
    const cacheDir = join(cwd, 'cache');
    const { asked, fetch } = respond(base);
    await readWhole('a.json', { cwd, cacheDir, fetch });
    const [file = ''] = readdirSync(cacheDir);
    writeFileSync(join(cacheDir, file), '{"openapi": "3.1.0"}');
    const { value } = await readWhole('a.json', { cwd, cacheDir, fetch });
    expect(asked).toEqual([url, url]);
    expect(value?.source.document.paths).toHaveProperty(['/a', 'get', 'operationId'], 'remote');
    expect(readFileSync(join(cacheDir, file), 'utf8')).toBe(base);
    // Messages can show where in it something stands.
    expect(originText(url, { cwd, cacheDir })).toBe(base);
    expect(originText('https://h.test/other.json', { cwd, cacheDir })).toBeUndefined();
  });

  it('is one file: it refers to no other', async () => {
    const text = JSON.stringify(openapi({ requestBody: { $ref: 'b.json' } }));
    const sha256 = createHash('sha256').update(text).digest('hex');
    const cwd = folderWith({ 'a.json': overlay({ extends: url, sha256 }), 'b.json': {} });
    const { fetch } = respond(text);
    const { diagnostics } = await readWhole('a.json', { cwd, cacheDir: join(cwd, 'cache'), fetch });
    expect(said(diagnostics).join()).toContain('a base that was fetched is one file');
  });
});

describe('an overlay with a base in an npm package', () => {
  let registry: Server;
  let requests: string[] = [];
  const saved = { ...process.env };

  beforeAll(async () => {
    const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    const script = `mkdir -p package/deep && printf %s "$BASE" > package/deep/api.json && echo no > package/other
      echo '{"name": "@test/specs", "version": "1.2.3"}' > package/package.json && tar czf archive.tgz package`;
    execFileSync('sh', ['-c', script], { cwd: folder, env: { ...process.env, BASE: base } });
    const archive = readFileSync(join(folder, 'archive.tgz'));
    execFileSync('rm', ['-r', folder]);
    registry = createServer((request, response) => {
      requests.push(request.url ?? '');
      const { port } = registry.address() as AddressInfo;
      if (request.url?.endsWith('.tgz')) return response.end(archive);
      if (request.url !== '/@test%2fspecs') return response.writeHead(404).end('{}');
      const dist = {
        tarball: `http://127.0.0.1:${port}/archive.tgz`,
        shasum: createHash('sha1').update(archive).digest('hex'),
      };
      const version = { name: '@test/specs', version: '1.2.3', dist };
      response.setHeader('content-type', 'application/json');
      return response.end(
        JSON.stringify({
          name: '@test/specs',
          'dist-tags': { latest: '1.2.3' },
          versions: { '1.2.3': version },
        }),
      );
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    process.env.npm_config_registry = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
    process.env.npm_config_fetch_retries = '0';
  });
  afterAll(() => {
    process.env = saved;
    registry.close();
  });

  const reading = async (path: string, cwdFiles = {}) => {
    requests = [];
    const text = `npm:@test/specs@1.2.3/${path}`;
    const cwd = folderWith({ 'a.json': overlay({ extends: text, sha256: pin }), ...cwdFiles });
    process.env.npm_config_cache = join(cwd, 'npm');
    const first = await readWhole('a.json', { cwd, cacheDir: join(cwd, 'cache') });
    return { text, cwd, first };
  };

  it('is taken from the registry that npm is configured for, as one file', async () => {
    const { text, cwd, first } = await reading('deep/api.json');
    expect(said(first.diagnostics)).toEqual([]);
    expect(first.value?.source.inputs).toEqual([{ file: text, sha256: pin }]);
    expect(readdirSync(join(cwd, 'cache'))).toEqual([expect.stringMatching(`^[0-9a-f]{16}-${pin}$`)]);
    expect(requests.length).toBeGreaterThan(0);
    requests = [];
    expect((await readWhole('a.json', { cwd, cacheDir: join(cwd, 'cache') })).value).toBeDefined();
    expect(requests).toEqual([]);
  });

  it('says what is missing', async () => {
    const { text, first } = await reading('none.json');
    expect(said(first.diagnostics)).toEqual([
      `error extends-fetch a.json#/extends \`${text}\` cannot be fetched: the package has no file \`none.json\``,
    ]);
    const cwd = folderWith({ 'a.json': overlay({ extends: 'npm:none@1.0.0/a.json', sha256: pin }) });
    const { diagnostics } = await readWhole('a.json', { cwd, cacheDir: join(cwd, 'cache') });
    expect(said(diagnostics)).toEqual([
      expect.stringMatching(/^error extends-fetch .*`npm:none@1\.0\.0\/a\.json` cannot be fetched: .*404/),
    ]);
  });
});
