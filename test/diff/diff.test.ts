import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/diff/change.ts';
import { compareApis } from '../../src/diff/compare.ts';
import { compareSchemas } from '../../src/diff/schema.ts';
import type { ArgumentDetails, Surface, SurfaceArgument, SurfaceOperation } from '../../src/diff/surface.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { mcpgen } from '../support/cli.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { smallSpec } from '../support/specs.ts';

function operation(change: Partial<SurfaceOperation> = {}): SurfaceOperation {
  return {
    id: 'a',
    command: 'get-a',
    tool: 'get_a',
    request: 'GET /a',
    hidden: false,
    readOnly: true,
    args: [],
    ...change,
  };
}

function argument(change: Partial<SurfaceArgument> = {}): SurfaceArgument {
  return { key: 'x', flag: 'x', required: false, schema: { type: 'string' }, ...change };
}

/** An argument of a spec, of which more is known than of a manifest's. */
function known(change: Partial<ArgumentDetails> = {}): SurfaceArgument {
  const details = { place: 'query', bodyNeeds: false, schema: { type: 'string' }, ...change };
  return argument({ details });
}

function changes(before: readonly SurfaceOperation[], after: readonly SurfaceOperation[]): readonly Change[] {
  const api = (operations: readonly SurfaceOperation[]): Surface => ({
    name: 'api',
    baseUrl: 'https://api.example.com',
    secrets: [],
    requiredSecrets: [],
    operations,
  });
  return compareApis(api(before), api(after));
}

function withArgument(
  before: SurfaceArgument | undefined,
  after: SurfaceArgument | undefined,
): readonly string[] {
  const of = (one: SurfaceArgument | undefined) => [operation({ args: one === undefined ? [] : [one] })];
  return changes(of(before), of(after)).map(({ kind, breaking }) => `${kind}${breaking ? '!' : ''}`);
}

describe('what breaks callers', () => {
  it.each([
    ['an operation that is gone', [operation()], [], ['removed!']],
    ['a new operation', [], [operation()], ['added']],
    ['another command', [operation()], [operation({ command: 'fetch-a', tool: 'fetch_a' })], ['renamed!']],
    [
      'another id of the same request',
      [operation()],
      [operation({ id: 'b', command: 'b', tool: 'b' })],
      ['renamed!'],
    ],
    ['another request', [operation()], [operation({ request: 'GET /v2/a' })], ['behaviour']],
    ['no longer offered', [operation()], [operation({ hidden: true })], ['behaviour!']],
    ['no longer read-only', [operation()], [operation({ readOnly: false })], ['behaviour!']],
    ['nothing', [operation()], [operation()], []],
  ])('%s', (_, before, after, expected) => {
    expect(changes(before, after).map(({ kind, breaking }) => `${kind}${breaking ? '!' : ''}`)).toEqual(
      expected,
    );
  });

  it.each([
    ['gone', argument(), undefined, ['argument-removed!']],
    ['new', undefined, argument(), ['argument-added']],
    ['new and required', undefined, argument({ required: true }), ['argument-added!']],
    ['required now', argument(), argument({ required: true }), ['argument-required!']],
    ['optional now', argument({ required: true }), argument(), ['argument-optional']],
    ['another flag', argument(), argument({ flag: 'y' }), ['argument-renamed!']],
    ['another key', argument(), argument({ key: 'y' }), ['argument-renamed!']],
    ['no longer positional', known({ positional: 0 }), known(), ['argument-position!']],
    ['positional now', known(), known({ positional: 0 }), []],
    ['positional, which a manifest does not say', known({ positional: 0 }), argument(), []],
    ['elsewhere in the request', known(), known({ place: 'header' }), ['argument-moved']],
    ['what an optional body needs now', known(), known({ bodyNeeds: true }), ['argument-required!']],
    ['called otherwise in both ways', known(), { ...known(), key: 'y', flag: 'y' }, ['argument-renamed!']],
    [
      'something else under another name',
      known(),
      { ...known({ place: 'header' }), key: 'y', flag: 'y' },
      ['argument-removed!', 'argument-added'],
    ],
    [
      'of another default',
      argument({ schema: { default: 1 } }),
      argument({ schema: { default: 2 } }),
      ['argument-default!'],
    ],
    [
      'of a default now',
      argument(),
      argument({ schema: { type: 'string', default: 2 } }),
      ['argument-default'],
    ],
    ['narrower', argument(), argument({ schema: { type: 'string', maxLength: 9 } }), ['argument-narrowed!']],
    ['unknown schema', argument(), { key: 'x', flag: 'x', required: false }, []],
  ])('an argument that is %s', (_, before, after, expected) => {
    expect(withArgument(before, after)).toEqual(expected);
  });

  it('an answer that no longer holds what it held', () => {
    const answer = (properties: JsonObject) => operation({ output: { type: 'object', properties } });
    const [was, is] = [answer({ id: { type: 'string' } }), answer({ id: { type: 'number' }, more: {} })];
    expect(changes([was], [answer({})])).toMatchObject([{ kind: 'output', breaking: true }]);
    expect(changes([was], [is])).toMatchObject([{ breaking: true }, { breaking: false }]);
    expect(changes([was], [operation()])).toEqual([]);
    expect(changes([was], [answer({ id: { type: ['string', 'null'] } })])).toMatchObject([
      { breaking: true },
    ]);
  });
});

describe('schemas', () => {
  const enumOf = (...values: readonly string[]) => ({ type: 'string', enum: values });
  const object = (properties: JsonObject, rest: JsonObject = {}) => ({ type: 'object', properties, ...rest });
  it.each<[string, JsonObject, JsonObject, string[]]>([
    ['words do not count', { type: 'string', description: 'a' }, { description: 'b', type: 'string' }, []],
    ['type', { type: 'integer' }, { type: 'number' }, ['type wider']],
    ['type', { type: 'number' }, { type: 'integer' }, ['type narrower']],
    ['type', { type: 'string' }, { type: ['string', 'null'] }, ['type wider']],
    ['type', { type: 'string' }, {}, ['type wider']],
    ['values', enumOf('a', 'b'), enumOf('b', 'c'), ['values narrower', 'values wider']],
    ['values', { type: 'string' }, enumOf('a'), ['values narrower']],
    ['values', { const: 'a' }, { type: 'string' }, ['values wider']],
    ['type', { type: 'integer', minimum: 1 }, { type: 'string' }, ['type narrower']],
    ['type', { type: 'array', items: { type: 'string' } }, { type: 'string' }, ['type narrower']],
    ['forms', { anyOf: [{ const: 'a' }, { const: 'b' }] }, { const: 'a' }, ['type narrower']],
    ['forms', { const: 'a' }, { anyOf: [{ const: 'a' }, { const: 'b' }] }, ['type wider']],
    [
      'forms',
      { oneOf: [enumOf('a'), { type: 'object' }] },
      { oneOf: [enumOf('a', 'b'), { type: 'object' }] },
      ['values wider'],
    ],
    ['forms', { type: ['string', 'null'] }, { anyOf: [{ type: 'string' }, { type: 'null' }] }, []],
    ['forms', { type: 'string' }, { anyOf: [{ type: 'string' }, { type: 'null' }] }, ['type wider']],
    ['limit', { minimum: 1 }, { minimum: 2 }, ['limit narrower']],
    ['limit', { maximum: 1 }, { maximum: 2 }, ['limit wider']],
    ['limit', { maxLength: 1 }, {}, ['limit wider']],
    ['form', {}, { pattern: 'a' }, ['form narrower']],
    [
      'items',
      { type: 'array', items: enumOf('a') },
      { type: 'array', items: enumOf('a', 'b') },
      ['values wider'],
    ],
    ['members', object({ a: {} }), object({ b: {} }), ['gone wider', 'new wider']],
    [
      'members',
      object({ a: {} }),
      object({}, { additionalProperties: false }),
      ['gone narrower', 'closed narrower'],
    ],
    ['members', object({ a: {} }), object({ a: {} }, { required: ['a'] }), ['required narrower']],
  ])('%s %#', (_, before, after, expected) => {
    const found = compareSchemas(before, after).map(
      (each) => `${each.about} ${each.narrower ? 'narrower' : 'wider'}`,
    );
    expect(found).toEqual(expected);
  });
});

describe('mcpgen diff', () => {
  const old = smallSpec('alpha');
  const fresh = old
    .replace(
      '"enum": [\n                "open",\n                "done"',
      '"enum": [\n                "open"',
    )
    .replace('createThing', 'addThing');

  it('compares specs: exit 3 when something breaks, 0 otherwise; text, JSON, Markdown', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'old.json': old, 'new.json': fresh });
    const text = await mcpgen(['diff', 'old.json', 'new.json'], { cwd });
    expect(text.stderr).toBe('');
    expect(text.stdout).toMatch(/^breaking {2}alpha list-things --state: "done" is no longer allowed$/m);
    expect(text.stdout).toMatch(
      /^breaking {2}alpha create-thing: `create-thing` is called `add-thing` now$/m,
    );
    expect(text.status).toBe(3);
    const json = await mcpgen(['diff', 'old.json', 'new.json', '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({
      breaking: true,
      changes: [{ kind: 'argument-narrowed' }, {}],
    });
    const markdown = await mcpgen(['diff', 'old.json', 'new.json', '--markdown'], { cwd });
    expect(markdown.stdout).toContain('| **breaking** | `alpha list-things --state` |');
    expect(markdown.stdout).toContain('| `create-thing` is called `add-thing` now |');
    expect(await mcpgen(['diff', 'old.json', 'old.json'], { cwd })).toMatchObject({
      status: 0,
      stdout: 'nothing changed for callers\n',
    });
    expect((await mcpgen(['diff', 'old.json', 'none.json'], { cwd })).status).toBe(1);
    expect((await mcpgen(['diff', 'old.json'], { cwd })).status).toBe(2);
  });

  it('takes two files for two states of one API, whatever they are called', async () => {
    const cwd = temporaryFolder();
    const unnamed = (text: string, name?: string) => {
      const document = JSON.parse(text);
      document['x-mcpgen'] = name === undefined ? undefined : { name };
      return JSON.stringify(document);
    };
    writeFiles(cwd, {
      'before.json': unnamed(old),
      'after.json': unnamed(old),
      'named.json': old,
      'other.json': unnamed(old, 'beta'),
      'more/before.json': unnamed(old, 'beta'),
    });
    const diff = async (...sides: readonly string[]) => (await mcpgen(['diff', ...sides], { cwd })).stdout;
    const nothing = 'nothing changed for callers\n';
    expect(await diff('before.json', 'after.json')).toBe(nothing);
    expect(await diff('before.json', 'named.json')).toBe(nothing);
    expect(await diff('named.json', 'after.json')).toBe(nothing);
    expect(await diff('named.json', 'other.json')).toContain('the command `alpha` is called `beta` now');
    expect(await diff('before.json', 'more/before.json')).toContain('is called `beta` now');
    // An output says which APIs there are; one spec says nothing of the others.
    expect((await mcpgen(['build', 'named.json', 'other.json'], { cwd })).status).toBe(0);
    expect(await diff('out', 'named.json')).toBe(nothing);
    expect(await diff('named.json', 'out')).toBe(nothing);
  });

  it('tells what a caller needs to know of the new state', async () => {
    const cwd = temporaryFolder();
    const document = JSON.parse(old);
    const list = document.paths['/things'].get;
    list.deprecated = true;
    list.parameters = [{ name: 'state', in: 'header', schema: { type: 'string', default: 'open' } }];
    list.responses[200] = { description: 'ok' };
    document.servers = [{ url: 'https://elsewhere.example.com' }];
    document.components.securitySchemes = { token: { type: 'http', scheme: 'bearer' } };
    document.security = [{ token: [] }];
    writeFiles(cwd, { 'old.json': old, 'new.json': JSON.stringify(document) });
    const { stdout } = await mcpgen(['diff', 'old.json', 'new.json'], { cwd });
    expect(stdout).toContain('breaking  alpha: needs `ALPHA_TOKEN`, was `ALPHA_API_KEY`');
    expect(stdout).toContain('ok        alpha: is sent to `https://elsewhere.example.com`, was ');
    expect(stdout).toContain('ok        alpha list-things: is deprecated now');
    expect(stdout).toContain('ok        alpha list-things --state: is sent in the header, was in the query');
  });

  it('compares manifests, output folders and git revisions', async () => {
    const cwd = temporaryFolder();
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd });
    writeFiles(cwd, { 'specs/a.json': old });
    expect((await mcpgen(['build', 'specs/a.json'], { cwd })).status).toBe(0);
    git('init', '-q');
    git('add', 'specs', 'out/agent', 'out/servers/alpha/manifest.json', 'out/servers/alpha/src/tools.json');
    git('commit', '-q', '-m', 'one');
    writeFiles(cwd, { 'specs/a.json': fresh });
    const sides = [
      ['HEAD', 'specs/a.json'],
      ['HEAD:specs/a.json', 'specs/a.json'],
      ['HEAD:out', 'specs/a.json'],
      ['out', 'specs/a.json'],
      ['out/servers/alpha', 'specs/a.json'],
      ['out/servers/alpha/manifest.json', 'specs/a.json'],
    ];
    const outcomes = await Promise.all(sides.map((side) => mcpgen(['diff', ...side], { cwd })));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 3, stderr: '' });
      expect(outcome.stdout).toContain('"done" is no longer allowed');
      expect(outcome.stdout).toContain('2 breaking changes, 0 other');
    }
    const inner = await mcpgen(['diff', 'HEAD:a.json', 'a.json'], { cwd: join(cwd, 'specs') });
    expect(inner.status).toBe(3);
    expect((await mcpgen(['build', 'specs/a.json'], { cwd })).status).toBe(0);
    git('commit', '-q', '-a', '-m', 'two');
    const commits = await mcpgen(['diff', 'HEAD~1', 'HEAD'], { cwd });
    expect(commits).toMatchObject({
      status: 3,
      stdout: expect.stringContaining('2 breaking changes, 0 other'),
    });
    expect(await mcpgen(['diff', 'HEAD:nope.json', 'specs/a.json'], { cwd })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error[diff-revision]'),
    });
  });
});
