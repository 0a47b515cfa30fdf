import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../generators/assets.ts';
import { bundleServer } from '../../generators/server/bundle.ts';
import { emitServer } from '../../generators/server/emit.ts';
import type { Json } from '../../src/model/json.ts';
import type { Schema } from '../../src/model/schema.ts';
import { callTool, standIn, start, writeServer } from './harness.ts';
import { any, argument, bind, boolean, integer, operation, parameter, planOf, string } from './plans.ts';

/** Text that breaks whatever quotes badly. */
const hostile = `'"\`\${process.exit(9)}\\ */ //\n\r\u2028\u2029\u0000\u202e<!-- --> </script> {{x}} {% y %} 🦊`;

const queryName = hostile.replace('\0', '');

const nasty = operation(
  'do_it',
  'POST',
  "/a'b/{x}",
  [
    argument('x', string, { required: true, description: hostile }),
    argument('toString', { kind: 'enum', values: [hostile, 'ok'] }, { description: '*/ evil(); /*' }),
    argument('with.dot-and-dash', { kind: 'string', pattern: `(${hostile}` }),
    argument('constructor_', {
      kind: 'object',
      additional: false,
      properties: [{ name: '__proto__', schema: string, required: false }],
    }),
    argument('default', string, { default: hostile, env: 'DEMO_DEFAULT' }),
  ],
  {
    parameters: [parameter('path', 'x'), parameter('query', queryName)],
    body: { required: true, requires: [], media: [{ kind: 'json', mediaType: 'application/json' }] },
    bindings: [
      bind(['path', 'x']),
      bind(['query', queryName], 'toString'),
      bind(['body', '__proto__'], 'with.dot-and-dash'),
      {
        at: ['body', hostile],
        kind: 'constant',
        value: { ['__proto__']: hostile, list: [hostile, 1e21, -0] } as Json,
      },
      { at: ['body', 'text'], kind: 'template', parts: [hostile, { arg: 'x' }], type: 'string' },
      bind(['body', '10'], 'default'),
      bind(['body', '9'], 'constructor_'),
    ],
  },
  { summary: hostile.replaceAll(/[\n\r\u0000]/g, ' '), description: hostile },
);

const tree: Schema = {
  kind: 'object',
  additional: { kind: 'any' },
  properties: [
    { name: 'name', schema: string, required: true },
    {
      name: 'children',
      schema: { kind: 'array', items: { kind: 'ref', id: 'request/Tree' } },
      required: false,
    },
  ],
};
const rich = operation(
  'save_tree',
  'PUT',
  '/trees',
  [
    argument('tree', { kind: 'ref', id: 'request/Tree' }, { required: true }),
    argument('when', { kind: 'union', mode: 'oneOf', members: [string, { ...integer, nullable: true }] }),
    argument('tags', { kind: 'array', items: { kind: 'enum', values: ['a', 'b'] } }),
    argument('force', boolean),
    argument('more', any),
  ],
  {
    body: { required: true, requires: [], media: [{ kind: 'json', mediaType: 'application/json' }] },
    bindings: [
      bind(['body', 'tree']),
      bind(['body', 'tags']),
      bind(['body', 'when']),
      { at: ['body'], kind: 'spread', arg: 'more' },
    ],
  },
  { group: 'trees' },
);

const document = {
  openapi: '3.1.0',
  info: { title: 'Demo', version: '1.2.3' },
  paths: {
    '/trees': {
      put: {
        operationId: 'save_tree',
        responses: {
          '200': {
            description: 'ok',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Tree' } } },
          },
        },
      },
    },
  },
  components: {
    schemas: { Tree: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
  },
};
const schemas = new Map([['request/Tree', tree]]);
const plan = planOf([nasty, rich], { title: hostile, description: hostile, schemas, document });

/** Type errors of a written server, under the settings that it comes with. */
function typeErrors(folder: string): string[] {
  const file = join(folder, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  const program = ts.createProgram(parsed.fileNames, parsed.options);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}

describe('what is written', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await writeServer(plan);
  });

  test('compiles under strict settings, whatever the spec says', () => {
    expect(typeErrors(folder)).toEqual([]);
  });

  test('is the same for the same plan', async () => {
    expect(await emitServer(plan)).toEqual(await emitServer(plan));
  });

  test('says so where types.ts cannot be printed, and is written all the same', async () => {
    const broken = { ...plan, document: { ...plan.document, components: { schemas: { Odd: 5 } } } };
    const { value, diagnostics } = await emitServer(broken);
    expect(diagnostics).toMatchObject([{ code: 'types-unknown', severity: 'warning' }]);
    expect(value.find(({ path }) => path.endsWith('/types.ts'))?.content).toContain("'Odd': unknown");
    expect((await emitServer(plan)).diagnostics).toEqual([]);
  });

  test('names no registry, no machine and no date', async () => {
    for (const { path, content } of (await emitServer(plan)).value) {
      expect([path, /registry\.|npmjs|\/work\/|\/tmp\//.test(content)]).toEqual([path, false]);
    }
  });

  test('fits the line, but for texts that cannot be broken', () => {
    const lines = readFileSync(join(folder, 'src/tools/trees.ts'), 'utf8').split('\n');
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
    expect(lines.filter((line) => /\s$/.test(line))).toEqual([]);
  });

  test('hostile text arrives, and runs nowhere', async () => {
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const result = await callTool(url, 'do_it', {
      x: hostile.replace('\0', ''),
      toString: hostile,
      'with.dot-and-dash': 'p',
    });
    // NUL cannot be sent in a URL: the argument is refused by name.
    expect(result._meta?.['mcpgen/error']).toBe('usage');
    const second = await callTool(url, 'do_it', {
      x: 'x',
      toString: 'ok',
      'with.dot-and-dash': 'p',
      constructor_: { ['__proto__']: 'q' },
    });
    expect(second.content?.[0]?.text).toBe('{"ok":true}');
    const [sent] = api.received;
    expect(sent?.url.startsWith("/a'b/x?")).toBe(true);
    const text = sent?.body.toString() ?? '';
    expect(text).toBe(
      `{"__proto__":"p",${JSON.stringify(hostile)}:{"__proto__":${JSON.stringify(hostile)},"list":[${JSON.stringify(hostile)},1e+21,0]},"text":${JSON.stringify(`${hostile}x`)},"10":${JSON.stringify(hostile)},"9":{"__proto__":"q"}}`,
    );
  });

  test('operations may be called like anything that the files use themselves', async () => {
    const names = ['lazy', 'z', 'schemas', 'paths', 'components', 'args', 'call', 'in_path', 'in_string'];
    const others = ['json_text', 'template', 'object', 'body', 'json', 'not', 'any_of', 'delete', 'tools'];
    const tree = argument('tree', { kind: 'ref', id: 'request/Tree' });
    const alike = await writeServer(
      planOf(
        [...names, ...others].map((name) =>
          operation(name, 'PUT', '/trees', [tree, argument('text', string)], {
            parameters: [parameter('query', 'text')],
            bindings: [
              bind(['query', 'text']),
              bind(['body', 'tree']),
              { at: ['body', 'a'], kind: 'template', parts: ['["', { arg: 'text' }, '"]'], type: 'json' },
            ],
            body: { required: true, requires: [], media: [{ kind: 'json', mediaType: 'application/json' }] },
          }),
        ),
        { schemas, document },
      ),
    );
    expect(typeErrors(alike)).toEqual([]);
  });

  test('recursive schemas are checked to the end', async () => {
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    const good = { name: 'a', children: [{ name: 'b', children: [{ name: 'c' }] }] };
    expect(
      (await callTool(url, 'save_tree', { tree: good, more: { z: 1, tags: 'kept out' }, tags: ['a'] }))
        .isError,
    ).toBeUndefined();
    expect(api.received[0]?.body.toString()).toBe(`{"tree":${JSON.stringify(good)},"tags":["a"],"z":1}`);
    const bad = { name: 'a', children: [{ name: 'b', children: [{ nam: 'c' }] }] };
    const result = await callTool(url, 'save_tree', { tree: bad });
    expect(result.content?.[0]?.text).toContain('`tree.children[0].children[0].name` is required');
  });
});

describe('hooks.ts', () => {
  const hooks = (body: string) => `import type { Hooks } from './runtime/hooks.ts';\n${body}\n`;
  const simple = planOf([
    operation('get_thing', 'GET', '/things/{id}', [argument('id', string, { required: true })], {
      parameters: [parameter('path', 'id')],
      bindings: [bind(['path', 'id'])],
    }),
  ]);

  test('changes requests and answers', async () => {
    const source = hooks(`
      export const onRequest: Hooks['onRequest'] = (request, { tool }) => ({
        ...request,
        headers: [...request.headers, ['X-Tool', tool]],
      });
      export const onResponse: Hooks['onResponse'] = async (answer) => ({
        ...answer,
        bytes: Buffer.from(answer.bytes.toString().replace('ok', 'fine')),
      });`);
    const folder = await writeServer(simple, { 'src/hooks.ts': source });
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    expect((await callTool(url, 'get_thing', { id: '1' })).content?.[0]?.text).toBe('{"fine":true}');
    expect(api.received[0]?.headers['x-tool']).toBe('get_thing');
  });

  test.each([
    ['another', 'Buffer.from(\'{"changed":true}\')', '{"changed":true}'],
    ['no', 'Buffer.alloc(0)', ''],
  ])('%s body: its length goes with it', async (_title, body, sent) => {
    const id = argument('id', string, { required: true });
    const writing = planOf([
      operation('put_thing', 'PUT', '/things', [id], {
        body: { required: true, requires: [], media: [{ kind: 'json', mediaType: 'application/json' }] },
        bindings: [bind(['body', 'id'])],
      }),
    ]);
    const source = hooks(
      `export const onRequest: Hooks['onRequest'] = (request) => ({ ...request, body: ${body} });`,
    );
    const folder = await writeServer(writing, { 'src/hooks.ts': source });
    const api = await standIn();
    const { url } = await start(folder, { DEMO_BASE_URL: api.url });
    expect((await callTool(url, 'put_thing', { id: '1' })).content?.[0]?.text).toBe('{"ok":true}');
    expect(api.received[0]?.body.toString()).toBe(sent);
  });

  test('that throws is told to the log, not to the client', async () => {
    const source = hooks(
      "export const onRequest: Hooks['onRequest'] = () => { throw new Error('my secret reason'); };",
    );
    const folder = await writeServer(simple, { 'src/hooks.ts': source });
    const server = await start(folder, { DEMO_BASE_URL: 'http://127.0.0.1:1' });
    const result = await callTool(server.url, 'get_thing', { id: '1' });
    expect(result._meta?.['mcpgen/error']).toBe('internal');
    expect(JSON.stringify(result)).not.toContain('my secret reason');
    await expect.poll(server.output).toContain('my secret reason');
  });

  test('that does not compile keeps the bundle, and is named with its place', async () => {
    const folder = await writeServer(simple);
    const bundle = join(folder, 'dist/server.mjs');
    const before = readFileSync(bundle, 'utf8');
    writeFileSync(join(folder, 'src/hooks.ts'), 'export const x = 1;\nexport const onRequest = (;\n');
    const { value, diagnostics } = await bundleServer(folder);
    expect(value).toBeUndefined();
    expect(diagnostics[0]).toMatchObject({ code: 'bundle-failed', origin: { line: 2, column: 27 } });
    const [first] = diagnostics;
    expect(first?.origin?.file).toMatch(/src\/hooks\.ts$/);
    expect(existsSync(bundle) && readFileSync(bundle, 'utf8')).toBe(before);
  });
});
