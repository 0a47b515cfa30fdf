import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { needs } from '../support/require.ts';
import { useShopApi } from './shop-api.ts';
import { run, wrapperOf } from './support.ts';

const api = useShopApi();

describe.skipIf(needs('openssl'))('mutual TLS', () => {
  it('shows the certificate that the environment names, and says what is wrong with it', async () => {
    const bank = await wrapperOf({
      openapi: '3.1.0',
      info: { title: 'Bank', version: '1' },
      servers: [{ url: 'https://bank.example' }],
      'x-mcpgen': { name: 'bank' },
      security: [{ tls: [] }],
      components: { securitySchemes: { tls: { type: 'mutualTLS' } } },
      paths: { '/me': { get: { operationId: 'whoami', responses: { 200: { description: 'ok' } } } } },
    });
    const openssl = (...words: string[]) =>
      execFileSync('openssl', words, { cwd: bank.folder, stdio: 'pipe' });
    const request = (name: string, ...more: string[]) =>
      openssl(
        'req',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        `/CN=${name}`,
        '-keyout',
        `${name}.key`,
        ...more,
      );
    request('authority', '-x509', '-days', '1', '-out', 'authority.pem');
    writeFileSync(join(bank.folder, 'names'), 'subjectAltName=IP:127.0.0.1\n');
    for (const name of ['server', 'agent']) {
      request(name, '-out', `${name}.csr`);
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'authority.pem',
        '-CAkey',
        'authority.key',
        '-CAcreateserial',
        '-days',
        '1',
        '-extfile',
        'names',
        '-out',
        `${name}.pem`,
      );
    }
    const file = (name: string) => join(bank.folder, name);
    const options = {
      key: readFileSync(file('server.key')),
      cert: readFileSync(file('server.pem')),
      ca: readFileSync(file('authority.pem')),
      requestCert: true,
      rejectUnauthorized: true,
    };
    const server = createServer(options, (incoming, response) =>
      response.end(JSON.stringify((incoming.socket as TLSSocket).getPeerCertificate().subject.CN)),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = {
      BANK_BASE_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      BANK_RETRIES: '0',
      // What curl itself reads.
      SSL_CERT_FILE: file('authority.pem'),
    };
    const both = { BANK_CLIENT_CERT: file('agent.pem'), BANK_CLIENT_KEY: file('agent.key') };
    const call = (more: Record<string, string>) => run(bank.path, ['whoami'], { env: { ...env, ...more } });
    expect(await call(both)).toMatchObject({ status: 0, stderr: '', stdout: Buffer.from('"agent"') });
    expect(await call({})).toMatchObject({ status: 3, stderr: expect.stringContaining('BANK_CLIENT_CERT') });
    expect(await call({ ...both, BANK_CLIENT_KEY: '/nowhere' })).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('BANK_CLIENT_KEY names a file that cannot be read'),
    });
    expect(await call({ ...both, BANK_CLIENT_KEY: file('server.key') })).toMatchObject({ status: 6 });
    expect(await call({ ...both, SSL_CERT_FILE: file('agent.pem') })).toMatchObject({
      status: 6,
      stderr: expect.stringContaining('no secure connection'),
    });
    await new Promise((resolve) => server.close(resolve));
    bank.remove();
  });
});

describe('--output', () => {
  const routes = ['direct', 'mcp'];
  it.skipIf(needs('jq')).each(routes)('saves what would be printed, and only that: %s', async (route) => {
    const text = '{"saved": "é\\n"}\n\n';
    let status = 200;
    api.recorder.behave(({ url }, response) => {
      if (!url.endsWith('/mcp')) response.writeHead(status).end(text);
      else {
        const result = {
          content: [{ type: 'text', text }],
          isError: status !== 200,
          _meta: { 'mcpgen/status': status },
        };
        response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
      }
    });
    const env = {
      SHOP_BASE_URL: api.recorder.url,
      SHOP_MCP_URL: `${api.recorder.url}/mcp`,
      SHOP_API_KEY: 'k',
      SHOP_VIA: route,
      SHOP_RETRIES: '0',
    };
    const file = join(api.wrapper.folder, `saved ${route}`);
    const call = (...more: string[]) =>
      run(api.wrapper.path, ['get-item', 'x', '--output', file, ...more], { env });
    expect(await call()).toMatchObject({ status: 0, stdout: Buffer.alloc(0), stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await call('--jq', '.saved')).toMatchObject({ status: 0, stdout: Buffer.alloc(0) });
    expect(readFileSync(file, 'utf8')).toBe('é\n\n');
    status = 404;
    expect(await call()).toMatchObject({ status: 4, stdout: Buffer.alloc(0) });
    expect(readFileSync(file, 'utf8')).toBe('é\n\n');
    status = 200;
    api.recorder.requests.length = 0;
    for (const [output, message] of [
      [join(api.wrapper.folder, 'no/such/file'), 'there is no folder'],
      [api.wrapper.folder, '--output is a folder'],
      ['', '--output is the path of a file'],
    ] as const)
      expect(await run(api.wrapper.path, ['get-item', 'x', '--output', output], { env })).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(message),
      });
    expect(api.recorder.requests).toEqual([]);
    const printed = await run(api.wrapper.path, ['get-item', 'x', '--output', '-', '--jq', '.saved'], {
      env,
    });
    expect(printed.stdout.toString()).toBe('é\n\n');
  });

  it.skipIf(needs('jq')).each(routes)('keeps the permissions and links of a file: %s', async (route) => {
    const result = { content: [{ type: 'text', text: '{}' }], _meta: { 'mcpgen/status': 200 } };
    api.recorder.behave(({ url }, response) =>
      response.end(url.endsWith('/mcp') ? JSON.stringify({ jsonrpc: '2.0', id: 1, result }) : '{}'),
    );
    const urls = { SHOP_BASE_URL: api.recorder.url, SHOP_MCP_URL: `${api.recorder.url}/mcp` };
    const env = { ...urls, SHOP_API_KEY: 'k', SHOP_VIA: route };
    const file = join(api.wrapper.folder, `private ${route}`);
    const link = join(api.wrapper.folder, `link ${route}`);
    writeFileSync(file, 'precious', { mode: 0o600 });
    symlinkSync(file, link);
    expect((await run(api.wrapper.path, ['get-item', 'x', '--output', link], { env })).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('{}');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it.skipIf(needs('jq'))('takes all pages, and no half of them', async () => {
    let pages = 2;
    api.recorder.behave((request, response) => {
      const at = request.url.includes('cursor=') ? 2 : 1;
      if (at > pages) response.writeHead(400).end();
      else response.end(`{"items":[${at}],"next":${at === 1 ? '"c"' : null}}`);
    });
    const file = join(api.wrapper.folder, 'pages');
    const env = { SHOP_BASE_URL: api.recorder.url, SHOP_API_KEY: 'k' };
    const call = () => run(api.wrapper.path, ['list-items', '--all', '--output', file], { env });
    expect(await call()).toMatchObject({ status: 0, stdout: Buffer.alloc(0) });
    const both = '{"items":[1],"next":"c"}\n{"items":[2],"next":null}\n';
    expect(readFileSync(file, 'utf8')).toBe(both);
    pages = 1;
    expect(await call()).toMatchObject({ status: 4, stdout: Buffer.alloc(0) });
    expect(readFileSync(file, 'utf8')).toBe(both);
    expect(readdirSync(api.wrapper.folder).filter((name) => name.includes('.part-'))).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'leaves no half of a file when it is ended by %s',
    async (signal) => {
      const file = join(api.wrapper.folder, `photo-${signal}`);
      writeFileSync(file, 'precious');
      const before = readdirSync(api.wrapper.folder);
      const started = new Promise<void>((resolve) =>
        api.recorder.behave((_request, response) => {
          response.writeHead(200, { 'content-length': '1000000' }).write('x'.repeat(100_000));
          resolve();
        }),
      );
      const env = { PATH: process.env.PATH ?? '', SHOP_BASE_URL: api.recorder.url, SHOP_API_KEY: 'k' };
      // A group of its own, as a terminal or a container ends it.
      const child = spawn(api.wrapper.path, ['get-photo', 'x', '--output', file], {
        env,
        detached: true,
        stdio: 'ignore',
      });
      await started;
      while (!readdirSync(api.wrapper.folder).some((name) => name.includes('.part-')))
        await new Promise((resolve) => setTimeout(resolve, 20));
      const ended = new Promise((resolve) => child.once('close', (_code, by) => resolve(by)));
      process.kill(-(child.pid ?? 0), signal);
      expect(await ended).toBe(signal);
      expect(readdirSync(api.wrapper.folder)).toEqual(before);
      expect(readFileSync(file, 'utf8')).toBe('precious');
    },
  );
});

describe.skipIf(needs('zsh'))('completion of zsh', () => {
  it('offers commands, flags and files', async () => {
    const script = (await run(api.wrapper.path, ['completion', 'zsh'])).stdout.toString();
    const file = join(api.wrapper.folder, '_shop');
    writeFileSync(file, script);
    // What zsh would call, with its builtins written down instead.
    const ask = (current: number, ...words: string[]) =>
      execFileSync(
        'zsh',
        [
          '-f',
          '-c',
          `compdef() { :; }; compadd() { [[ $1 == -a ]] && print -l -- "\${(@P)2}" }; _files() { print FILES }
        source ${file}; words=(${api.wrapper.path} ${words.join(' ')}); CURRENT=${current}; _complete_shop`,
        ],
        { encoding: 'utf8' },
      )
        .trim()
        .split('\n');
    expect(ask(2, "''")).toEqual(expect.arrayContaining(['list-items', 'create-item', 'api', 'completion']));
    expect(ask(3, 'create-item', '--')).toEqual(expect.arrayContaining(['--name', '--size', '--dry-run']));
    expect(ask(4, 'upload', '--file', "''")).toEqual(['FILES']);
    execFileSync('zsh', ['-n', file]);
    expect(existsSync(file)).toBe(true);
  });
});
