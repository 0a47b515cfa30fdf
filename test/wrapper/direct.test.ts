import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, useShopApi } from './shop-api.ts';
import type { Behaviour } from './support.ts';

const api = useShopApi();

describe('a call', () => {
  it('sends path, query, header and secret, and prints the body as it is', async () => {
    api.recorder.behave(answer(200, '{"a": 1.0,\n "b":12345678901234567890}\n\n'));
    const outcome = await api.call([
      'get-item',
      'a/b c',
      '--fields-wanted',
      'x',
      '--fields-wanted',
      'y&z',
      '--x-trace',
      't 1',
    ]);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(outcome.stdout.toString()).toBe('{"a": 1.0,\n "b":12345678901234567890}\n\n');
    const [request] = api.recorder.requests;
    expect(request?.method).toBe('GET');
    expect(request?.url).toBe('/v1/items/a%2Fb%20c?fields_wanted=x&fields_wanted=y%26z');
    expect(request?.headers).toMatchObject({
      'x-trace': 't 1',
      'x-api-key': 's3cret',
      'user-agent': 'mcpgen/shop',
    });
  });

  it('builds a JSON body of flags, in the order of the document', async () => {
    const words = [
      'create-item',
      '--name',
      'it\'s "x"',
      '--price',
      '1.50',
      '--no-active',
      '--tags',
      'a',
      '--tags=b,c',
      '--size.width',
      '3',
    ];
    expect((await api.call(words)).status).toBe(0);
    expect(api.recorder.requests[0]?.body.toString()).toBe(
      '{"name":"it\'s \\"x\\"","price":1.50,"active":false,"tags":["a","b,c"],"size":{"width":3}}',
    );
    expect(api.recorder.requests[0]?.headers['content-type']).toBe('application/json');
  });

  it('knows null, empty lists and empty text from nothing', async () => {
    await api.call(['create-item', '--name', '', '--tags-json', '[]', '--note-json', 'null']);
    expect(api.recorder.requests[0]?.body.toString()).toBe('{"name":"","tags":[],"note":null}');
  });

  it('takes the next word as the value, whatever it begins with', async () => {
    await api.call(['create-item', '--name', '--help', '--note=-x']);
    expect(JSON.parse(api.recorder.requests[0]?.body.toString() ?? '')).toEqual({
      name: '--help',
      note: '-x',
    });
    await api.call(['get-item', '--', '--id']);
    expect(api.recorder.requests[1]?.url).toBe('/v1/items/--id');
  });

  it('accepts snake case for commands and flags, and flags before the command', async () => {
    expect((await api.call(['--timeout', '20', 'get_item', '--id', 'x', '--x_trace', 't'])).status).toBe(0);
    expect(api.recorder.requests[0]?.headers['x-trace']).toBe('t');
  });

  it('reads arguments and bodies from files and from the standard input', async () => {
    const file = join(api.wrapper.folder, 'name.txt');
    writeFileSync(file, 'two\nlines\n');
    await api.call(['create-item', '--name-file', file]);
    await api.call(['create-item', '--name-file', '-'], {}, 'from stdin\n');
    await api.call(['create-item', '--data', '{"name": "whole"}']);
    await api.call(['create-item', '--data', '-'], {}, '{"name":"piped"}');
    await api.call(['create-item', '--data', `@${file}.json`]);
    const bodies = api.recorder.requests.map(({ body }) => body.toString());
    expect(bodies).toEqual([
      '{"name":"two\\nlines\\n"}',
      '{"name":"from stdin\\n"}',
      '{"name": "whole"}',
      '{"name":"piped"}',
    ]);
  });

  it('sends and saves bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 256));
    const file = join(api.wrapper.folder, 'in put.bin');
    writeFileSync(file, bytes);
    await api.call(['put-photo', 'i1', '--body', file]);
    await api.call(['put-photo', 'i1', '--body', '-'], {}, bytes);
    await api.call(['put-photo', 'i1', `--body=@${file}`]);
    expect(api.recorder.requests.map(({ body }) => body.equals(bytes))).toEqual([true, true, true]);
    api.recorder.behave((_request, response) => response.setHeader('content-type', 'image/png').end(bytes));
    expect((await api.call(['get-photo', 'i1'])).stdout.equals(bytes)).toBe(true);
    const saved = join(api.wrapper.folder, 'out.bin');
    expect(await api.call(['get-photo', 'i1', '--output', saved])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(saved).equals(bytes)).toBe(true);
  });

  it('keeps the file that is there when the API refuses', async () => {
    const saved = join(api.wrapper.folder, 'kept.bin');
    writeFileSync(saved, 'precious');
    api.recorder.behave(answer(404, '{"message":"no photo"}'));
    const outcome = await api.call(['get-photo', 'i1', '--output', saved]);
    expect(outcome).toMatchObject({ status: 4, stderr: expect.stringContaining('HTTP 404: no photo') });
    expect(readFileSync(saved, 'utf8')).toBe('precious');
    expect(readdirSync(api.wrapper.folder).filter((name) => name.includes('part'))).toEqual([]);
    expect((await api.call(['get-photo', 'i1'])).stdout.length).toBe(0);
  });

  it('sends multipart forms with files, types and names', async () => {
    const file = join(api.wrapper.folder, 'a "b";c.txt');
    writeFileSync(file, 'file\0text');
    const big = 'ä"\\\n'.repeat(20_000);
    writeFileSync(join(api.wrapper.folder, 'big'), big);
    const outcome = await api.call([
      'upload',
      '--file',
      file,
      '--title-file',
      join(api.wrapper.folder, 'big'),
      '--meta',
      '{"a":1}',
    ]);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    const [request] = api.recorder.requests;
    const form = await new Response(new Uint8Array(request?.body ?? []), {
      headers: { 'content-type': String(request?.headers['content-type']) },
    }).formData();
    const sent = form.get('file');
    if (typeof sent === 'string' || sent === null) throw new Error('no file');
    expect([sent.name, await sent.text()]).toEqual(['a "b";c.txt', 'file\0text']);
    expect(form.get('title')).toBe(big);
    expect(request?.body.toString()).toContain(
      'name="meta"\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n',
    );
  });
});

describe('sending again', () => {
  /** Behaves as told in turn, then well. */
  function inTurn(...behaviours: readonly Behaviour[]): void {
    const left = [...behaviours];
    api.recorder.behave((request, response) => {
      const next = left.shift();
      if (next === undefined) response.end('{"ok":true}');
      else next(request, response);
    });
  }

  it('waits as Retry-After says, for every method', async () => {
    inTurn(answer(429, '', { 'retry-after': '00' }), answer(503, '', { 'retry-after': '0' }));
    expect(await api.call(['create-item', '--name', 'x'], { SHOP_RETRIES: '3' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(api.recorder.requests.map(({ body }) => body.toString())).toEqual(Array(3).fill('{"name":"x"}'));
  });

  it('sends again after 502 and lost connections only what may be sent twice', async () => {
    inTurn(answer(502, ''), (_request, response) => response.socket?.destroy());
    expect((await api.call(['get-item', 'x'], { SHOP_RETRIES: '3' })).status).toBe(0);
    expect(api.recorder.requests).toHaveLength(3);
    inTurn(answer(502, ''));
    expect((await api.call(['create-item', '--name', 'x'], { SHOP_RETRIES: '3' })).status).toBe(5);
    inTurn(answer(503, ''));
    expect((await api.call(['create-item', '--name', 'x'], { SHOP_RETRIES: '3' })).status).toBe(5);
    expect(api.recorder.requests).toHaveLength(5);
  });

  it('never sends again what came from the standard input, and does not wait for long', async () => {
    inTurn(answer(429, '', { 'retry-after': '0' }));
    expect(
      (await api.call(['create-item', '--data', '-'], { SHOP_RETRIES: '3' }, '{"name":"x"}')).status,
    ).toBe(9);
    inTurn(answer(429, '', { 'retry-after': '3600' }));
    const outcome = await api.call(['get-item', 'x'], { SHOP_RETRIES: '3' });
    expect(outcome).toMatchObject({ status: 9, stderr: expect.stringContaining('3600 seconds') });
  });
});
