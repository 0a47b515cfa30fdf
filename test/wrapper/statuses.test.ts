import { describe, expect, it } from 'vitest';
import { answer, useShopApi } from './shop-api.ts';

const api = useShopApi();

describe('what is wrong before the call', () => {
  it.each([
    [['get-itm', 'x'], 'unknown command get-itm', 'Did you mean get-item?'],
    [['item-get', 'x'], 'unknown command item-get', 'Did you mean get-item?'],
    [['get-item', 'x', '--x-trcae', 't'], 'unknown flag --x-trcae', 'Did you mean --x-trace?'],
    [['get-item'], 'missing: id', 'get-item --help'],
    [['get-item', 'a', 'b'], '"b" is one argument too many', '--x-trace'],
    [['list-items', '--state', 'opne'], '--state cannot be "opne"', 'Did you mean open?'],
    [['list-items', '--limit', '0'], '--limit is at least 1, not "0"', ''],
    [['list-items', '--limit', '1.5'], '--limit is a whole number, not "1.5"', ''],
    [['list-items', '--limit', '99999999999999999999'], '', ''],
    [['create-item', '--name', 'x', '--size', '1,"admin":true'], '--size is JSON', ''],
    [['create-item', '--name', 'x', '--size', '[]'], '--size is a JSON object', ''],
    [['create-item', '--name-json', 'null'], '--name cannot be null', ''],
    [['create-item', '--name', 'x', '--name', 'y'], '--name is given twice', ''],
    [['create-item', '--data', '{"name":'], '--data is not JSON', ''],
    [['create-item', '--name', 'x', '--code', 'ab'], '--code is text that matches ^[A-Z]{2}$', ''],
    [['get-item', '..'], 'must not be ".."', ''],
    [['get-item', ''], 'id must not be empty', ''],
    [['get-item', 'x', '--x-trace', 'a\nb: c'], 'X-Trace must not hold line breaks', ''],
    [['put-photo', 'x', '--body', '/nowhere/at/all'], 'there is no file /nowhere/at/all', ''],
    [['list-items', '--limit'], '--limit needs a value', ''],
  ])('%j', async (words, message, hint) => {
    const outcome = await api.call(words);
    expect(outcome.status).toBe(words.includes('99999999999999999999') ? 0 : 2);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).toContain(hint);
    expect(outcome.stdout.toString()).toBe(outcome.status === 0 ? '{"ok":true}' : '');
    expect(api.recorder.requests).toHaveLength(outcome.status === 0 ? 1 : 0);
  });
});

/** Whether each status is reached, on both routes, stands in outcomes.test.ts. */
describe('the verdict on an answer', () => {
  it.each([
    [401, '{"message":"Bad credentials"}', 3, 'HTTP 401: Bad credentials'],
    [403, '{"error":"forbidden"}', 3, 'HTTP 403: forbidden'],
    [400, '{"title":"Invalid","detail":"name is too short"}', 4, 'HTTP 400: name is too short'],
    [404, '<html><body>not here</body></html>', 4, 'HTTP 404'],
    [
      422,
      '{"message":"Validation failed","errors":[{"message":"a"},{"message":"b"}]}',
      4,
      'HTTP 422: Validation failed (a; b)',
    ],
    [302, '', 4, 'Redirects are not followed'],
    [500, '{"error":{"message":"boom \\u001b[31m"}}', 5, 'HTTP 500: boom'],
    [503, '', 5, 'HTTP 503'],
    [429, '{"message":"slow down"}', 9, 'HTTP 429: slow down'],
  ])('HTTP %d %s → %d', async (status, body, exit, message) => {
    api.recorder.behave(answer(status, body, { location: 'http://evil.example/' }));
    const outcome = await api.call(['get-item', 'x']);
    expect(outcome.status).toBe(exit);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).not.toContain('\u001b');
    expect(outcome.stdout.toString()).toBe('');
    const json = await api.call(['get-item', 'x', '--error-format', 'json']);
    expect(JSON.parse(json.stderr)).toMatchObject({ status: exit, http: status, hint: expect.any(String) });
  });

  it('3 without a secret, and a dry run all the same', async () => {
    expect(await api.call(['get-item', 'x'], { SHOP_API_KEY: '' })).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('SHOP_API_KEY'),
    });
    expect((await api.call(['get-item', 'x', '--dry-run'], { SHOP_API_KEY: '' })).status).toBe(0);
    expect((await api.call(['ping'], { SHOP_API_KEY: '' })).status).toBe(0);
    expect(api.recorder.requests.map(({ url }) => url)).toEqual(['/v1/ping']);
  });
});
