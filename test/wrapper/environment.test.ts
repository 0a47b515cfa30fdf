import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { useShopApi } from './shop-api.ts';
import { run, wrapperOf } from './support.ts';

const runtime = resolve('generators/wrapper/runtime');
/** Every word of the runtime and of a wrapper's head that could be a variable, but for those that bash or curl itself reads. */
const names = [
  ...new Set(
    [
      'API PREFIX SELF TITLE VERSION HASH ROUTE_DEFAULT MCP_URL SERVER AUTH SECRETS PARTS PARTS_SIZE INDEX_SIZE TOPICS COMMANDS ENVIRONMENT VARIABLES',
      ...[runtime, join(runtime, 'parts')].flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => name.endsWith('.sh'))
          .map((name) => readFileSync(join(folder, name), 'utf8').replace(/^ *# .*$/gm, '')),
      ),
    ].flatMap((text) => text.match(/\b[A-Za-z_][A-Za-z0-9_]*\b/g) ?? []),
  ),
].filter(
  (name) =>
    !/^(PATH|IFS|LC_ALL|RANDOM|LINENO|OSTYPE|HOME|_|NO_COLOR|BASH.*|COMP.*|MCPGEN.*|CURL_.*|.*_(proxy|PROXY))$/.test(
      name,
    ),
);

const api = useShopApi();

function operation(parameter: JsonObject): JsonObject {
  return {
    openapi: '3.1.0',
    info: { title: 'Named', version: '1' },
    servers: [{ url: 'https://named.example' }],
    'x-mcpgen': { name: 'named' },
    paths: {
      '/x': {
        get: { operationId: 'look', parameters: [parameter], responses: { 200: { description: 'ok' } } },
      },
    },
  };
}

describe('variables of the environment', () => {
  it('that are called as those of the runtime change nothing', async () => {
    const env = {
      SHOP_BASE_URL: api.recorder.url,
      SHOP_API_KEY: 'k',
      SHOP_MCP_URL: `${api.recorder.url}/mcp`,
    };
    const poison = Object.fromEntries(names.map((name) => [name, '7 poison']));
    for (const words of [
      ['get-item', 'a b', '--fields-wanted', 'x'],
      ['create-item', '--name', 'x', '--size.width', '1', '--tags', 'a', '--dry-run'],
      ['upload', '--title', 't', '--file', '-'],
      ['create-item', '--name', 'x', '--via', 'mcp', '--dry-run'],
      ['create-item', '--help'],
      ['create-item', '--nmae'],
      ['--help'],
      ['commands', '--json'],
      ['api', 'GET', '/v1/me'],
    ]) {
      const requests: unknown[] = [];
      const outcomes = [];
      for (const more of [{}, poison]) {
        api.recorder.requests.length = 0;
        const { status, stdout, stderr } = await run(api.wrapper.path, words, {
          env: { ...more, ...env },
          input: 'bytes',
        });
        outcomes.push({ status, stdout: stdout.toString(), stderr });
        requests.push(
          api.recorder.requests.map(({ method, url, body }) => [
            method,
            url,
            body.toString().replace(/-{4,}\w+/g, ''),
          ]),
        );
      }
      expect([words, outcomes[1], requests[1]]).toEqual([words, outcomes[0], requests[0]]);
    }
  });

  it('are read for arguments and secrets whatever they are called', async () => {
    const argument = { name: 'q', in: 'query', required: true, schema: { type: 'string' } };
    for (const name of [
      'STATE',
      'R',
      'BODY',
      'QUERY',
      'VIA',
      'LINES',
      'PIECES',
      'VERSION',
      'ENVIRONMENT',
      'VARIABLES',
      'name',
      'at',
      'option',
    ]) {
      const named = await wrapperOf({
        ...operation({ ...argument, 'x-mcpgen': { env: name } }),
        security: [{ key: [] }],
        components: {
          securitySchemes: {
            key: { type: 'apiKey', in: 'header', name: 'X-Key', 'x-mcpgen': { env: `${name}S` } },
          },
        },
      });
      const env = { NAMED_BASE_URL: api.recorder.url, [name]: 'from outside', [`${name}S`]: 'secret' };
      api.recorder.requests.length = 0;
      const outcome = await run(named.path, ['look'], { env });
      named.remove();
      expect([name, outcome.status, outcome.stderr]).toEqual([name, 0, '']);
      expect(api.recorder.requests[0]?.url).toBe('/x?q=from%20outside');
      expect(api.recorder.requests[0]?.headers['x-key']).toBe('secret');
    }
  });

  it('carry nothing of the call into the environment of curl', async () => {
    const folder = join(api.wrapper.folder, 'path');
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'curl'),
      `#!/bin/sh\nenv >>'${folder}/seen'\ncat >/dev/null\nprintf '\\n200 |'\n`,
    );
    chmodSync(join(folder, 'curl'), 0o755);
    const poison = Object.fromEntries(names.map((name) => [name, 'p']));
    const env = {
      ...poison,
      PATH: `${folder}:${process.env.PATH}`,
      SHOP_BASE_URL: 'http://x',
      SHOP_API_KEY: 's3cret',
    };
    const outcome = await run(api.wrapper.path, ['create-item', '--name', 'pr1vate'], { env });
    expect(outcome.status).toBe(0);
    const seen = readFileSync(join(folder, 'seen'), 'utf8');
    expect(seen).toContain('SHOP_BASE_URL=http://x');
    expect(seen).not.toContain('s3cret');
    expect(seen).not.toContain('pr1vate');
  });
});

it('an API without any operation still explains itself', async () => {
  const empty = await wrapperOf({
    openapi: '3.1.0',
    info: { title: 'Empty', version: '1' },
    paths: {},
    'x-mcpgen': { name: 'empty' },
    servers: [{ url: 'https://x.example' }],
  });
  const help = await run(empty.path, ['--help']);
  expect(help).toMatchObject({ status: 0, stderr: '' });
  expect(help.stdout.toString()).toContain('empty: Empty, version 1');
  for (const words of [['look'], ['--help', 'look'], ['commands', '--flags', 'x']]) {
    const { status, stderr } = await run(empty.path, words);
    expect([words, status, stderr.includes('unbound')]).toEqual([
      words,
      words[0] === 'commands' ? 0 : 2,
      false,
    ]);
  }
  expect((await run(empty.path, ['commands', '--json'])).stdout.toString().trim()).toBe('[\n]');
  expect(
    (await run(empty.path, ['api', 'GET', '/a'], { env: { EMPTY_BASE_URL: api.recorder.url } })).status,
  ).toBe(0);
  empty.remove();
});

it('explains every flag by --help --all', async () => {
  const many = Array.from({ length: 140 }, (_, index) => ({
    name: `flag${index}`,
    in: 'query',
    description: `What the flag with the number ${index} is good for.`,
    schema: { type: 'string' },
  }));
  const wide = await wrapperOf({
    openapi: '3.1.0',
    info: { title: 'Wide', version: '1' },
    servers: [{ url: 'https://wide.example' }],
    paths: {
      '/x': { get: { operationId: 'look', parameters: many, responses: { 200: { description: 'ok' } } } },
    },
  });
  const all = ['look', '--help', '--all'];
  for (const words of [['look', '--help'], all, ['look', '--all', '--help'], ['help', 'look', '--all']]) {
    const { status, stdout } = await run(wide.path, words);
    expect([words, status, stdout.includes('number 139 is')]).toEqual([words, 0, words.length === 3]);
    // At most 300 tokens of about four characters.
    if (words.length === 2) expect(stdout.length).toBeLessThanOrEqual(1200);
    if (words.length === 2) expect(stdout.toString()).toContain('`test look --help --all` explains all.');
  }
  wide.remove();
});

it('tells which variable fills an argument, and names commands where a description names tools', async () => {
  const team = {
    name: 'team',
    in: 'query',
    required: true,
    description: 'Id of the team, see list_teams; not list_things.',
    schema: { type: 'string' },
    'x-mcpgen': { env: 'WORK_TEAM' },
  };
  const responses = { 200: { description: 'ok' } };
  const work = await wrapperOf({
    openapi: '3.1.0',
    info: { title: 'Work', version: '1' },
    'x-mcpgen': { name: 'work' },
    servers: [{ url: 'https://work.example' }],
    paths: {
      '/issues': { get: { operationId: 'listIssues', parameters: [team], responses } },
      '/teams': { get: { operationId: 'listTeams', responses } },
    },
  });
  const help = (await run(work.path, ['list-issues', '--help'])).stdout.toString();
  expect(help).toContain('--team TEXT (or WORK_TEAM)  Id of the team, see list-teams; not list_things.');
  const commands = JSON.parse((await run(work.path, ['commands', '--json'])).stdout.toString());
  expect(commands[0].args[0]).toMatchObject({ flag: 'team', required: true, env: 'WORK_TEAM' });
  expect((await run(work.path, ['list-issues'])).stderr).toContain(
    '--team (or set WORK_TEAM)\n  --team Id of',
  );
  work.remove();
});
