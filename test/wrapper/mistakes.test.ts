import { afterAll, beforeAll, expect, it } from 'vitest';
import { shop } from './shop.ts';
import { run, type Wrapper, wrapperOf } from './support.ts';

/** What a newcomer does wrong, and what helps. Nothing of it reaches the API, which is not there. */
let wrapper: Wrapper;

beforeAll(async () => {
  wrapper = await wrapperOf(shop);
});
afterAll(() => wrapper.remove());

const env = { SHOP_BASE_URL: 'http://127.0.0.1:1', SHOP_API_KEY: 'k' };

it.each([
  [['items'], 'items is a group of commands', '`shop --help items` lists them.'],
  [['photo'], 'unknown command photo', 'Did you mean'],
  [['itemz'], 'unknown command itemz', 'Did you mean --help items?'],
  [['--hlep'], 'unknown flag --hlep before the command', 'Did you mean --help?'],
  [['-x', 'ping'], 'unknown flag -x', 'shop --help'],
  [[''], 'the command is empty', 'shop --help'],
  [['get-item', 'a=1 b'], '', ''],
  [['get-item=8,6 x'], 'unknown command', 'shop --help'],
  [['ping', 'x'], '"x" is one argument too many', '`shop ping --help` shows what it takes.'],
  [['ping', '-v'], 'unknown flag -v', 'Did you mean --verbose?'],
  [['ping', '-o', 'file'], 'unknown flag -o', 'Did you mean --output?'],
  [['ping', '-xz'], 'unknown flag -xz', 'two hyphens'],
  [['list-items', '--per-page', '3'], 'unknown flag --per-page', 'Did you mean --limit?'],
  [['list-items', '-n', '3'], 'unknown flag -n', 'Did you mean --limit?'],
  [['create-item', '--title', 'x'], 'unknown flag --title', 'Did you mean --name?'],
  [['create-item', '--json', '{}'], 'unknown flag --json', 'Did you mean --data?'],
  [['create-item', '--price', 'x'], '--price is a number', '--price In euros.'],
  [['create-item'], 'missing: --name', '--name What it is called.'],
  [['get-item', 'two', 'words'], '"words" is one argument too many', 'quotation marks'],
  [['get-item', '--id', 'two', 'words'], '"words" is one argument too many', 'quotation marks'],
  [['item', 'create', '--name', 'x'], 'unknown command item', 'Did you mean create-item?'],
  [['create', 'item', '--name', 'x'], 'unknown command create', 'Did you mean create-item?'],
  [['items', 'list'], 'items is a group of commands', 'Did you mean list-items?'],
  [['list'], 'unknown command list', 'Did you mean list-items, list-links, list-pages?'],
  [['ping', '--'], '', ''],
  [['list-items', '--state='], '--state cannot be ""', 'It is one of: open, closed'],
  [['list-items', '--error-format', 'xml'], '--error-format is text or json', ''],
  [['get-item', 'x', '--timeout', '-1'], '--timeout is a number of seconds', ''],
  [['list-items', '--state-json', '"x"'], '--state cannot be "x"', 'It is one of: open, closed'],
  [['list-items', '--limit-json', '0'], '--limit is at least 1, not "0"', ''],
  [['create-item', '--name', 'x', '--code-json', '"a"'], '--code is text that matches', ''],
  [['create-item', '--name', 'x', '--tags-json', '["a",1]'], '--tags is a JSON string, not "1"', ''],
  [['create-item', '--name', 'x', '--size-json', '[]'], 'is a JSON object, not a JSON array', ''],
  [['create-item', '--name', 'x', '--size', '{'], '--size is JSON, not "{": it ends too early', ''],
  [['create-item', '--name', 'x', '--data', '{}'], '--data is the whole body', 'flags alone'],
  [['create-item', '--name', 'x', '--size.unit', 'a', '--size.unit', 'b'], '--size.unit is given twice', ''],
  [['create-item', '--name', 'x', '--size.a.b', '1', '--size.a', '2'], '--size.a is given twice', ''],
  [['create-item', '--name', 'x', '--size.a', '1', '--size.a.b', '2'], '--size.a.b is given twice', ''],
  [['create-item', '--name', 'x', '--size..', '1'], '--size.. lacks the name of a member', ''],
  [['get-item', 'x', '--all'], 'get-item has no pages', ''],
])('%j', async (words, message, hint) => {
  const outcome = await run(wrapper.path, words, { env });
  const rejected = message !== '';
  expect([outcome.status, outcome.stdout.length]).toEqual([rejected ? 2 : 6, 0]);
  expect(outcome.stderr).toContain(message);
  expect(outcome.stderr).toContain(hint);
  const json = await run(wrapper.path, [...words.slice(0, 1), '--error-format=json', ...words.slice(1)], {
    env,
  });
  const after = await run(wrapper.path, words, { env: { ...env, SHOP_ERROR_FORMAT: 'json' } });
  for (const { stderr } of rejected && !words.includes('xml') && !words[0]?.startsWith('-') && words[0] !== ''
    ? [json, after]
    : [after]) {
    if (words.includes('xml')) continue;
    expect(JSON.parse(stderr)).toMatchObject({
      status: rejected ? 2 : 6,
      message: expect.stringContaining(message),
    });
  }
});

it('says it as JSON wherever the flag stands', async () => {
  for (const words of [
    ['get-itm', 'x', '--error-format', 'json'],
    ['--error-format', 'json', 'get-itm'],
    ['list-items', '--limit', 'x', '--error-format=json'],
    ['list-items', '--error-format=json', '--limit', 'x'],
    ['create-item', '--error-format', 'json'],
  ]) {
    const { status, stderr } = await run(wrapper.path, words, { env });
    expect([words, status, JSON.parse(stderr)]).toEqual([
      words,
      2,
      { status: 2, code: 'usage', message: expect.any(String), hint: expect.any(String), http: null },
    ]);
  }
});

it('explains a command wherever --help stands behind it', async () => {
  const { stdout } = await run(wrapper.path, ['get-item', '--help']);
  for (const words of [
    ['get-item', '-h'],
    ['get-item', 'x', '--help'],
    ['get-item', '--help', 'x'],
    ['get-item', '--x-trace', 't', '-h'],
    ['help', 'get-item'],
    ['--help', 'get_item'],
    ['get_item', '--help'],
  ]) {
    const outcome = await run(wrapper.path, words);
    expect([words, outcome.status, outcome.stdout.toString()]).toEqual([words, 0, stdout.toString()]);
  }
  const group = await run(wrapper.path, ['--help', 'items']);
  for (const words of [
    ['items', '--help'],
    ['items', '-h'],
    ['help', 'items'],
  ])
    expect([words, (await run(wrapper.path, words)).stdout]).toEqual([words, group.stdout]);
  const top = await run(wrapper.path, ['--help']);
  for (const words of [[], ['-h'], ['help'], ['--verbose', '--help']])
    expect((await run(wrapper.path, words)).stdout.toString()).toBe(top.stdout.toString());
  for (const variable of ['SHOP_API_KEY', 'SHOP_BASE_URL', '_RETRIES', '_TIMEOUT', '_ERROR_FORMAT'])
    expect(top.stdout.toString()).toContain(variable);
});

it('tells a list that is given as one value from the value', async () => {
  const create = ['create-item', '--name', 'x', '--dry-run'];
  const told = await run(wrapper.path, [...create, '--tags', '["a","b"]'], { env });
  expect(told).toMatchObject({ status: 0, stderr: expect.stringContaining(`--tags-json '["a","b"]'`) });
  expect(told.stdout.toString()).toContain(String.raw`"tags":["[\"a\",\"b\"]"]`);
  const json = await run(wrapper.path, [...create, '--tags', '["a"]', '--error-format', 'json'], { env });
  expect(JSON.parse(json.stderr)).toEqual({ note: expect.stringContaining('--tags-json') });
  for (const words of [
    ['--tags', '[x]'],
    ['--tags', '["x'],
    ['--tags-json', '["a"]'],
    ['--note', '["a"]'],
  ])
    expect(await run(wrapper.path, [...create, ...words], { env })).toMatchObject({ status: 0, stderr: '' });
});
