import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, compile } from '../../src/build.ts';
import { verifyPlan } from '../../src/verify/run.ts';
import { sampleValues } from '../../src/verify/sample.ts';
import { mcpgen } from '../support/cli.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { needs } from '../support/require.ts';
import { smallSpec } from '../support/specs.ts';

async function built(spec: string) {
  const folder = temporaryFolder();
  writeFiles(folder, { 'a.json': spec });
  const file = join(folder, 'a.json');
  const out = join(folder, 'out');
  await build([file], { out, mode: 'write', force: false });
  const { value } = await compile(file);
  if (value === undefined) throw new Error('the spec does not compile');
  const { plan } = value;
  return {
    plan,
    wrapper: join(out, 'agent/bin', plan.name),
    bundle: join(out, 'servers', plan.name, 'dist/server.mjs'),
  };
}

describe.skipIf(needs('jq', 'curl'))('verify', () => {
  it('finds every call equal on every path, and exits 0', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'a.json': smallSpec('alpha') });
    const { status, stdout, stderr } = await mcpgen(['verify', 'a.json'], { cwd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^3 +12 +3 +12 +0 +0 +0$/m);
    const json = JSON.parse((await mcpgen(['verify', 'a.json', '--json'], { cwd })).stdout);
    expect(json).toMatchObject({ equal: 12, repaired: 0, different: 0, skipped: 0 });
    expect(json.verdicts).toContainEqual({
      operation: 'get-thing',
      case: 'refused by the API',
      outcome: 'equal',
      differences: [],
    });
  });

  it('names what differs: here the command sends another path', async () => {
    const target = await built(smallSpec('alpha'));
    const text = readFileSync(target.wrapper, 'utf8');
    const changed = text.replace(/(^#@ list-things\n[^#]*?)\/things$/m, '$1/thongs');
    expect(changed).not.toBe(text);
    writeFileSync(target.wrapper, changed);
    const verdicts = await verifyPlan(target, () => undefined);
    const different = verdicts.filter(({ outcome }) => outcome === 'different');
    expect(new Set(different.map(({ operation }) => operation))).toEqual(new Set(['list-things']));
    expect(different[0]?.differences).toContainEqual({
      path: 'server',
      what: 'target: "/things" instead of "/thongs"',
    });
  });

  it('makes calls with 1 for an input with errors', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'a.json': '{' });
    expect((await mcpgen(['verify', 'a.json'], { cwd })).status).toBe(1);
  });
});

describe('sampled values', () => {
  it('obey the schema and are the same in every run', async () => {
    const properties = {
      n: { type: 'integer', minimum: 10, maximum: 30, multipleOf: 7 },
      e: { enum: ['a', 'b'] },
      p: { type: 'string', pattern: '^[a-f]{3}-\\d+$', maxLength: 8 },
      s: { type: 'string', minLength: 3, maxLength: 5 },
      l: { type: 'array', minItems: 2, uniqueItems: true, items: { type: 'integer' } },
      o: {
        type: 'object',
        required: ['x'],
        properties: { x: { type: 'boolean' }, y: { $ref: '#/components/schemas/T' } },
      },
    };
    const post = {
      operationId: 'make',
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: { type: 'object', properties, required: Object.keys(properties) } },
        },
      },
      responses: { 204: { description: 'ok' } },
    };
    const recursive = { type: 'object', properties: { next: { $ref: '#/components/schemas/T' } } };
    const { plan } = await built(
      smallSpec('alpha', {
        components: { schemas: { T: recursive } },
        security: [],
        paths: { '/x': { post } },
      }),
    );
    const [operation] = plan.operations;
    if (operation === undefined) throw new Error('no operation');
    const values = Object.fromEntries(sampleValues(operation, plan.schemas, true, 0) ?? []);
    expect(values).toEqual({
      n: expect.toBeOneOf([14, 21, 28]),
      e: expect.toBeOneOf(['a', 'b']),
      p: expect.stringMatching(/^[a-f]{3}-\d+$/),
      s: expect.stringMatching(/^.{3,5}$/s),
      l: expect.any(Array),
      o: expect.objectContaining({ x: expect.any(Boolean) }),
    });
    expect(Object.fromEntries(sampleValues(operation, plan.schemas, true, 0) ?? [])).toEqual(values);
    const list = values.l;
    expect(Array.isArray(list) && list.length >= 2 && new Set(list).size === list.length).toBe(true);
  });
});
