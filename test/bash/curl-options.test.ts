import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { longOption, shortOption } from '../../src/sources/bash/curl-options.ts';
import { readBash } from '../../src/sources/bash/read.ts';
import { project } from './project.ts';

const help = spawnSync('curl', ['--help', 'all'], { encoding: 'utf8' }).stdout ?? '';
const listed = help.split('\n').flatMap((line) => {
  const [, short, long = '', value] = /^\s*(?:-(.), )?\s*--([\w.-]+)(?: ([<[]))?/.exec(line) ?? [];
  return long === '' ? [] : [{ short, long, value: value !== undefined }];
});
if (listed.length === 0) console.warn('no curl here: its own list of options is not compared');

describe.skipIf(listed.length === 0)('every option of the curl here is known', () => {
  test.each(listed)('--$long', ({ short, long, value }) => {
    expect(longOption(long)?.value).toBe(value);
    if (short !== undefined) expect(shortOption(short)).toEqual(longOption(long));
  });
});

/** The only operation of a script of one command. */
async function requestOf(command: string): Promise<JsonObject> {
  const { value, diagnostics } = await readBash('call.sh', command);
  const { operations } = project(value?.document, diagnostics);
  return (Object.values(operations as JsonObject)[0] ?? {}) as JsonObject;
}

const POST = { request: 'POST /v1/items' };
const form = (places: JsonObject): JsonObject => ({
  places: { type: 'application/x-www-form-urlencoded', ...places },
});

describe('how curl reads its command line', () => {
  test.each<[command: string, expected: JsonObject]>([
    ['curl -sSLXPOST https://h.example/v1/items', POST],
    ['curl -sSX POST https://h.example/v1/items', POST],
    ['curl --request=POST https://h.example/v1/items', POST],
    [
      'curl --heade X-A:b --no-progress-meter -X POST --progress-meter --no-location https://h.example/v1/items',
      POST,
    ],
    ['curl --data="name=$1" https://h.example/v1/items', { ...POST, ...form({ 'body.name': '{name}' }) }],
    ['curl -dname=$1 https://h.example/v1/items', { ...POST, ...form({ 'body.name': '{name}' }) }],
    [
      'curl --json \'{"a":1\' --json \',"b":"\'"$1"\'"}\' https://h.example/v1/items',
      { ...POST, places: { type: 'application/json', 'body.a': 1, 'body.b': '{b}' } },
    ],
    [
      'curl --url-query "q=$1" --url-query "+fields=id" https://h.example/v1/items',
      { request: 'GET /v1/items', places: { 'query.q': '{q}', 'query.fields': 'id' } },
    ],
    [
      'curl --variable "item=$1" --expand-url "https://h.example/v1/items/{{item:trim:url}}"',
      { request: 'GET /v1/items/{item_id}' },
    ],
    [
      'curl --variable %REGION=eu --expand-data "region={{REGION}}" https://h.example/v1/items',
      {
        ...POST,
        arguments: { region: 'string = "eu" $REGION' },
        ...form({ 'body.region': '{region}' }),
      },
    ],
    ['curl --out-null --follow --parallel-max-host 3 -d a=1 https://h.example/v1/items', POST],
  ])('%s', async (command, expected) => expect(await requestOf(command)).toMatchObject(expected));

  test('what comes behind --next is another request', async () => {
    const command =
      'curl -X DELETE https://h.example/a --next https://h.example/b -: -d x=1 https://h.example/c';
    const { value } = await readBash('call.sh', command);
    const paths = value?.document.paths as JsonObject;
    expect(Object.entries(paths).map(([path, item]) => [path, ...Object.keys(item as JsonObject)])).toEqual([
      ['/a', 'delete'],
      ['/b', 'get'],
      ['/c', 'post'],
    ]);
  });

  test.each([
    ['--cacert ca.pem', '--cacert'],
    ['--httpsig-keyid me', '--httpsig-keyid'],
    ['-x http://proxy:3128', '-x'],
  ])('%s is recorded', async (words, name) => {
    const { diagnostics } = await readBash('call.sh', `curl ${words} https://h.example/v1/items`);
    expect(diagnostics.find((one) => one.code === 'curl-option')?.message).toContain(name);
  });

  test('a word that is no option of curl is told', async () => {
    const { diagnostics } = await readBash('call.sh', 'curl --nonsense https://h.example/v1/items');
    expect(diagnostics.find((one) => one.code === 'unresolved')?.message).toContain('--nonsense');
  });
});
