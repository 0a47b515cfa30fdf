import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needs } from '../support/require.ts';
import { secrets, useShopApi } from './shop-api.ts';
import { run } from './support.ts';

const api = useShopApi();
const get = ['get-item', 'a b', '--x-trace', 'İı'];
const fine = { status: 0, stdout: Buffer.from('{"ok":true}') };

/** Runs a script of bash in which $shop is the wrapper. */
function script(text: string, env: Readonly<Record<string, string>> = {}) {
  const base = { SHOP_BASE_URL: api.recorder.url, SHOP_RETRIES: '0', ...secrets, shop: api.wrapper.path };
  return run('bash', ['--norc', '-c', text], { env: { ...base, ...env } });
}

describe('what is set for every bash', () => {
  it.each([
    ['SHELLOPTS', 'errexit:nounset:pipefail:noclobber:allexport'],
    ['SHELLOPTS', 'posix'],
    ['POSIXLY_CORRECT', '1'],
    ['BASHOPTS', 'nocasematch:nullglob:failglob:extglob:expand_aliases:xpg_echo'],
    ['BASH_COMPAT', '3.1'],
    ['BASH_COMPAT', '4.2'],
    ['IFS', 'ax'],
    ['CDPATH', '/:/tmp'],
    ['LC_ALL', 'C'],
    ['LC_ALL', 'tr_TR.UTF-8'],
    ['LC_ALL', 'ja_JP.eucJP'],
    ['GLOBIGNORE', '*'],
    ['HISTFILE', '/dev/full'],
  ])('does not matter: %s=%s', async (name, value) => {
    expect(await api.call(get, { [name]: value })).toMatchObject(fine);
    const create = ['create-item', '--name', 'x & "y" \\ z', '--tags', '日本'];
    expect(await api.call(create, { [name]: value })).toMatchObject(fine);
    const [got, created] = api.recorder.requests;
    expect(got?.url).toBe('/v1/items/a%20b');
    expect(JSON.parse(created?.body.toString() ?? '')).toEqual({ name: 'x & "y" \\ z', tags: ['日本'] });
    expect((await api.call(['list-items', '--state', 'OPEN'], { [name]: value })).status).toBe(2);
  });

  it('by a file of BASH_ENV neither', async () => {
    const file = join(api.wrapper.folder, 'bash-env');
    writeFileSync(file, 'set -e; IFS=a; shopt -s nocasematch expand_aliases; alias curl=false local=false\n');
    expect(await api.call(get, { BASH_ENV: file })).toMatchObject(fine);
  });

  it('cannot make it tell its secrets, nor give them to its children', async () => {
    for (const SHELLOPTS of ['xtrace', 'verbose:xtrace']) {
      const traced = await api.call(get, { SHELLOPTS });
      expect(traced).toMatchObject(fine);
      expect(traced.stderr).not.toContain('s3cret');
    }
    expect((await script('bash -x "$shop" get-item x 2>&1')).stdout.toString()).not.toContain('s3cret');
    const folder = join(api.wrapper.folder, 'spy');
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'curl'),
      `#!/bin/sh\nenv >'${folder}/seen'\ncat >/dev/null\nprintf '\\n200 |'\n`,
      { mode: 0o755 },
    );
    const env = { SHELLOPTS: 'allexport', PATH: `${folder}:${process.env.PATH}` };
    expect((await api.call(get, env)).status).toBe(0);
    const seen = readFileSync(join(folder, 'seen'), 'utf8');
    expect(seen).toContain('SHOP_BASE_URL');
    expect(seen).not.toContain('s3cret');
  });

  it('of curl: ~/.curlrc', async () => {
    const home = join(api.wrapper.folder, 'home');
    mkdirSync(home);
    const rules = ['url = "http://127.0.0.1:1/"', `output = "${home}/stolen"`, 'include', 'insecure'];
    writeFileSync(join(home, '.curlrc'), `${rules.join('\n')}\n`);
    expect(await api.call(get, { HOME: home, CURL_HOME: home, XDG_CONFIG_HOME: home })).toMatchObject(fine);
  });
});

describe('where and how it is run', () => {
  it('by a link, from folders with any name, with no home and a short PATH', async () => {
    const folder = join(api.wrapper.folder, 'a b\n$(c)');
    mkdirSync(folder);
    cpSync(api.wrapper.path, join(folder, '-shop'));
    symlinkSync(join(folder, '-shop'), join(folder, 'link'));
    for (const name of ['-shop', 'link']) {
      const path = join(folder, name);
      expect(await script('"$it" get-item x', { it: path, HOME: '' })).toMatchObject(fine);
      expect(await script('cd "${it%/*}" && bash -- "${it##*/}" get-item x', { it: path })).toMatchObject(
        fine,
      );
      expect(
        await script('PATH="${it%/*}:$PATH" && exec -- "${it##*/}" get-item x', { it: path }),
      ).toMatchObject(fine);
    }
    const tools = join(api.wrapper.folder, 'tools');
    const make = `mkdir '${tools}' && ln -s "$(command -v bash)" "$(command -v curl)" '${tools}'`;
    expect(await script(`${make} && PATH='${tools}' bash "$shop" get-item x`)).toMatchObject(fine);
    expect((await script(`PATH='${tools}' bash "$shop" --help`)).stdout.toString()).toContain('Exit status');
  });

  it('by `sh`, which hands over to bash', async () => {
    expect(await script('sh "$shop" get-item x')).toMatchObject(fine);
    expect(await script('cd "${shop%/*}" && sh shop get-item x')).toMatchObject(fine);
    expect(await script('bash --posix "$shop" get-item x')).toMatchObject(fine);
  });

  it('not by `source` and not from a pipe, which it says without ending the shell', async () => {
    for (const text of [
      '. "$shop" get-item x; echo "on, $?"',
      'bash -s -- get-item x <"$shop"; echo "on, $?"',
    ])
      expect(await script(text)).toMatchObject({
        status: 0,
        stdout: Buffer.from('on, 2\n'),
        stderr: expect.stringContaining('shop: run this file as a command'),
      });
    expect(api.recorder.requests).toEqual([]);
  });

  it('with few files, none to write, and standard files that are closed or taken', async () => {
    for (const text of [
      'ulimit -n 10; "$shop" get-item x',
      'ulimit -f 0; "$shop" get-item x',
      'umask 777; "$shop" get-item x',
      '"$shop" get-item x <&-',
      '"$shop" get-item x 2>&-',
      'exec 3</dev/null 9</dev/null; "$shop" get-item x',
      'trap "" PIPE INT; "$shop" get-item x',
    ])
      expect([text, await script(text)]).toMatchObject([text, fine]);
  });

  it('fifty times at once', async () => {
    const text = 'for i in {1..50}; do "$shop" get-item "$i" & done; wait';
    expect((await script(text)).stdout.toString()).toBe('{"ok":true}'.repeat(50));
    const paths = new Set(api.recorder.requests.map(({ url }) => url));
    expect(paths.size).toBe(50);
  });
});

const routes = needs('jq') ? (['direct'] as const) : (['direct', 'mcp'] as const);
describe.each(routes)('a standard output that takes nothing, by the route %s', (route) => {
  const result = { content: [{ type: 'text', text: '{"items":[]}' }], _meta: { 'mcpgen/status': 200 } };
  const env = () => ({ SHOP_VIA: route, SHOP_MCP_URL: `${api.recorder.url}/mcp` });
  it.each([
    '"$shop" get-item x >&-',
    '"$shop" get-item x >/dev/full',
    '"$shop" get-item x --fields a >/dev/full',
    '"$shop" list-items --all >/dev/full',
    '"$shop" get-photo x >/dev/full',
  ])('is told: %s', async (text) => {
    if (/fields|all/.test(text) && needs('jq')) return;
    const picture = { type: 'resource', resource: { uri: 'x:y', blob: 'AAAA' } };
    api.recorder.behave(({ url, body }, response) => {
      const content = body.includes('get_photo') ? [picture] : result.content;
      const message = { jsonrpc: '2.0', id: 1, result: { ...result, content } };
      response.end(url === '/mcp' ? JSON.stringify(message) : '{"items":[]}');
    });
    expect(await script(text, env())).toMatchObject({
      status: 1,
      stderr:
        'shop: the answer could not be written\n  Check the disk, and what reads the standard output.\n',
    });
  });
});

describe('settings', () => {
  it.each([
    ['SHOP_VIA', 'both', 'SHOP_VIA is direct or mcp'],
    ['SHOP_TIMEOUT', '5\nurl = "http://127.0.0.1:1"', 'SHOP_TIMEOUT is a number of seconds'],
    ['SHOP_ERROR_FORMAT', 'xml', 'SHOP_ERROR_FORMAT is text or json'],
  ])('of the environment are checked: %s', async (name, value, message) => {
    const outcome = await api.call(get, { [name]: value });
    expect(outcome).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(api.recorder.requests).toEqual([]);
  });

  it('--data counts once', async () => {
    expect(await api.call(['create-item', '--data', '{"name":"a"}', '--data', '@-'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--data is given twice'),
    });
    const file = ['create-item', '--data', '@-'];
    expect(await api.call(file, {}, '{"name":"a"}')).toMatchObject(fine);
    expect(api.recorder.requests.map(({ body }) => body.toString())).toEqual(['{"name":"a"}']);
  });
});
