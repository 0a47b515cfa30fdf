import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needs } from '../support/require.ts';
import { answer, secrets, useShopApi } from './shop-api.ts';
import { run } from './support.ts';

const api = useShopApi();

describe('what the wrapper tells', () => {
  it('help on three levels, version, commands and completion', async () => {
    const top = await api.call(['--help']);
    expect(top.stdout.toString()).toContain('list-items');
    expect((await api.call(['--help', 'items'])).stdout.toString()).toContain('create-item');
    const help = (await api.call(['create-item', '--help'])).stdout.toString();
    expect(help).toContain('--name TEXT (required)  What it is called.');
    expect((await api.call(['help', 'create-item'])).stdout.toString()).toBe(help);
    expect((await api.call(['--version'])).stdout.toString()).toMatch(
      /^shop 1\.2 \(mcpgen [0-9a-f]{16}\)\n$/,
    );
    for (const words of [
      ['ping', '--version'],
      ['get-item', 'x', '--version'],
    ])
      expect(await api.call(words)).toEqual(await api.call(['--version']));
    const commands = JSON.parse((await api.call(['commands', '--json'])).stdout.toString());
    expect(commands.map(({ command }: { command: string }) => command)).toEqual(
      api.wrapper.plan.operations.map(({ command }) => command),
    );
    expect(commands[0].args[0]).toMatchObject({
      flag: 'state',
      key: 'state',
      required: false,
      enum: ['open', 'closed'],
    });
    const completion = (await api.call(['completion', 'bash'])).stdout.toString();
    const script = join(api.wrapper.folder, 'complete.sh');
    writeFileSync(
      script,
      `${completion}\nCOMP_WORDS=(${api.wrapper.path} cre) COMP_CWORD=1; _complete_shop; printf '%s\\n' "\${COMPREPLY[@]}"\n`,
    );
    expect((await run('bash', [script])).stdout.toString()).toBe('create-item\n');
  });

  it('the request, without secrets', async () => {
    const dry = await api.call(['create-item', '--name', 'x', '--dry-run', '--verbose']);
    expect(dry.stdout.toString()).toBe(
      `POST ${api.recorder.url}/v1/items\nAccept: application/json\nContent-Type: application/json\nX-Api-Key: *** (from SHOP_API_KEY)\n\n{"name":"x"}\n`,
    );
    const verbose = await api.call(['create-item', '--name', 'x', '--verbose']);
    expect(verbose.stderr).toContain('> POST');
    expect(verbose.stderr).toContain('X-Api-Key: ***');
    expect(dry.stdout + dry.stderr + verbose.stderr).not.toContain('s3cret');
  });

  it('any other request by `api`', async () => {
    expect(
      (
        await api.call([
          'api',
          'post',
          '/other?a=1',
          '--query',
          'q=x y',
          '--header',
          'X-A: b',
          '--data',
          '{"a":1}',
        ])
      ).status,
    ).toBe(0);
    expect(api.recorder.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/other?a=1&q=x%20y',
      headers: { 'x-a': 'b', 'x-api-key': 's3cret' },
    });
    const own = ['--header', 'content-type: text/plain', '--header', 'Accept: text/html'];
    const request = ['api', 'POST', '/x', ...own, '--data', 'no JSON'];
    expect(await api.call(request)).toMatchObject({ status: 0, stderr: '' });
    const sent = api.recorder.requests[1]?.rawHeaders.join('\n') ?? '';
    expect(sent.match(/content-type|accept/gi)).toHaveLength(2);
    expect(api.recorder.requests[1]?.body.toString()).toBe('no JSON');
    for (const words of [
      ['api', 'GET', 'http://evil.example/'],
      ['api', 'GET', '//evil.example/'],
      ['api', 'GET', '/x', '--via', 'mcp'],
    ])
      expect((await api.call(words)).status).toBe(2);
  });

  it('that an answer has bytes which it cannot print', async () => {
    api.recorder.behave(answer(200, '{"a":1}\0\n'));
    const outcome = await api.call(['get-item', 'x']);
    expect(outcome).toMatchObject({ status: 0, stderr: expect.stringContaining('NUL') });
    expect(outcome.stdout.toString()).toBe('{"a":1}\n');
  });

  it('when it was edited', async () => {
    const edited = join(api.wrapper.folder, 'edited');
    const { text } = api.wrapper;
    for (const other of [
      text.replace('#@ list-items\n', '#@ list-items\n\n'),
      text.replace('#@ get-item\n', '#@ get-item\n\n'),
      text.replace('#: errors\n', '#: other\n'),
      text.replace('#: errors\n', '#: errors\n\n'),
    ]) {
      writeFileSync(edited, other, { mode: 0o755 });
      const env = { ...secrets, SHOP_BASE_URL: 'http://127.0.0.1:1', SHOP_RETRIES: '0' };
      for (const more of [[], ['--error-format', 'json']])
        expect(await run(edited, ['get-item', 'x', ...more], { env })).toMatchObject({
          status: 1,
          stdout: Buffer.alloc(0),
          stderr: expect.stringContaining('was changed after it was generated'),
        });
    }
  });
});

describe.skipIf(needs('jq'))('shaping with jq', () => {
  it('--jq, --fields and --raw', async () => {
    api.recorder.behave(
      answer(200, '{"items":[{"id":1,"name":"a","size":{"w":1,"h":2}},{"id":2,"name":"b"}],"next":null}'),
    );
    expect((await api.call(['list-items', '--jq', '.items[].id'])).stdout.toString()).toBe('1\n2\n');
    expect((await api.call(['list-items', '--fields', 'id,size.w'])).stdout.toString()).toBe(
      '[{"id":1,"size":{"w":1}},{"id":2}]\n',
    );
    expect((await api.call(['list-items', '--jq', '.items[].id', '--raw'])).stdout.toString()).toContain(
      '"next":null',
    );
    expect((await api.call(['list-items', '--jq', '.['])).status).toBe(1);
    api.recorder.behave(answer(204, ''));
    for (const words of [
      ['--fields', 'name'],
      ['--jq', '.name'],
    ])
      expect(await api.call(['list-items', ...words])).toMatchObject({ status: 0, stdout: Buffer.alloc(0) });
    api.recorder.behave(answer(200, '{"items":[{"name":"a"},{"name":"b"}],"next":null}'));
    const both = ['list-items', '--fields', 'name', '--jq', '.[].name'];
    expect((await api.call(both)).stdout.toString()).toBe('a\nb\n');
  });

  it('--fields from the top of the answer too, and what there is where it finds nothing', async () => {
    api.recorder.behave(answer(200, '{"items":[{"id":1,"name":"a"}],"next":null}'));
    const found = await api.call(['list-items', '--fields', 'items.id']);
    expect(found).toMatchObject({ status: 0, stderr: '', stdout: Buffer.from('[{"id":1}]\n') });
    const lost = await api.call(['list-items', '--fields', 'title,state']);
    expect(lost).toMatchObject({ status: 0, stdout: Buffer.from('[{}]\n') });
    expect(lost.stderr).toContain('found none of title,state; there are: id, name');
  });

  it('--all follows a cursor and stops when it repeats', async () => {
    const pages = [
      '{"items":[1],\n"next":"c1"}',
      '{"items":[2],"next":"c2"}',
      '{"items":[12345678901234567890],"next":"c1"}',
    ];
    api.recorder.behave((_request, response) => response.end(pages[api.recorder.requests.length - 1]));
    const outcome = await api.call(['list-items', '--all', '--state', 'open']);
    expect(outcome.stdout.toString().split('\n')).toEqual([
      '{"items":[1], "next":"c1"}',
      pages[1],
      pages[2],
      '',
    ]);
    expect(api.recorder.requests.map(({ url }) => url)).toEqual([
      '/v1/items?state=open',
      '/v1/items?state=open&cursor=c1',
      '/v1/items?state=open&cursor=c2',
    ]);
  });

  it('--all follows Link headers, but not to another origin', async () => {
    api.recorder.behave((request, response) => {
      const page = Number(/p=(\d)/.exec(request.url)?.[1] ?? 1);
      const next = page === 3 ? 'http://evil.example/x' : `${api.recorder.url}/v1/other?p=${page + 1}`;
      response
        .setHeader('link', `<${api.recorder.url}/first>; rel="first", <${next}>; rel="next"`)
        .end(`[${page}]`);
    });
    const outcome = await api.call(['list-links', '--all']);
    expect(outcome).toMatchObject({ status: 1, stderr: expect.stringContaining('evil.example') });
    expect(outcome.stdout.toString()).toBe('[1]\n[2]\n[3]\n');
    expect(api.recorder.requests.map(({ url }) => url)).toEqual([
      '/v1/links',
      '/v1/other?p=2',
      '/v1/other?p=3',
    ]);
  });

  it('--all counts pages and offsets', async () => {
    api.recorder.behave((request, response) => {
      const page = Number(new URL(request.url, api.recorder.url).searchParams.get('page') ?? 1);
      response.end(JSON.stringify(page < 3 ? [page, page] : [page]));
    });
    const outcome = await api.call(['list-pages', '--all', '--per-page', '2']);
    expect(outcome.stdout.toString()).toBe('[1,1]\n[2,2]\n[3]\n');
  });
});
