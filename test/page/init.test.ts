import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runInit } from '../../src/init.ts';
import { mcpgen } from '../support/cli.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { smallSpec } from '../support/specs.ts';

const SCRIPT = `#!/usr/bin/env bash
curl -sS -H "Authorization: Bearer $SHOP_KEY" "https://shop.example.com/v1/items/$1"
`;

describe('init', () => {
  it('writes an overlay that extends a document, and that builds', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'vendor/a.json': smallSpec('alpha') });
    const made = await mcpgen(['init', '--from', 'vendor/a.json', '--name', 'shop', '--env', 'SHOP_TOKEN'], {
      cwd,
    });
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(made.stdout).toMatch(
      /^specs\/shop\.yaml: 3 operations, \d+ tokens\nnext: mcpgen build specs\/shop\.yaml\n$/,
    );
    expect(parse(readFileSync(join(cwd, 'specs/shop.yaml'), 'utf8'))).toMatchObject({
      extends: '../vendor/a.json',
      'x-mcpgen': { name: 'shop' },
    });
    expect(await mcpgen(['build', 'specs/shop.yaml'], { cwd })).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(cwd, 'out/agent/bin/shop'), 'utf8')).toContain('SHOP_TOKEN');

    const again = await mcpgen(['init', '--from', 'vendor/a.json', '--name', 'shop'], { cwd });
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('error[init-exists]') });
  });

  it('calls the variable of the secret after the name that it is given', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'a.json': smallSpec('alpha') });
    await mcpgen(['init', '--from', 'a.json', '--name', 'my-shop'], { cwd });
    const spec = readFileSync(join(cwd, 'specs/my-shop.yaml'), 'utf8');
    expect(spec).toContain('MY_SHOP_API_KEY');
    expect(spec).not.toContain('ALPHA');
  });

  it('gives a document without security a bearer token', async () => {
    const cwd = temporaryFolder();
    const { security: _, components: __, ...open } = JSON.parse(smallSpec('alpha'));
    writeFiles(cwd, { 'a.json': JSON.stringify(open) });
    await mcpgen(['init', '--from', 'a.json', '--env', 'MY_TOKEN', '-o', 'spec.yaml'], { cwd });
    await mcpgen(['build', 'spec.yaml'], { cwd });
    const wrapper = await mcpgen(['list', 'spec.yaml'], { cwd });
    expect(wrapper.status).toBe(0);
    expect(readFileSync(join(cwd, 'out/hub/compose.yaml'), 'utf8')).toContain('MY_TOKEN');
  });

  it.each([
    [{ type: 'http', scheme: 'basic' }, 'ALPHA_USERNAME'],
    [{ type: 'mutualTLS' }, 'ALPHA_CLIENT_CERT'],
  ])('names the secret part of %j, and adds no other way to sign in', async (key, other) => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'a.json': smallSpec('alpha', { components: { securitySchemes: { key } } }) });
    await mcpgen(['init', '--from', 'a.json', '--env', 'MY_SECRET', '-o', 'spec.yaml'], { cwd });
    await mcpgen(['build', 'spec.yaml'], { cwd });
    const manifest = JSON.parse(readFileSync(join(cwd, 'out/servers/alpha/manifest.json'), 'utf8'));
    expect(manifest.requiredSecrets.toSorted()).toEqual([other, 'MY_SECRET'].toSorted());
  });

  it('writes the document of a script', async () => {
    const cwd = temporaryFolder();
    writeFiles(cwd, { 'shop.sh': SCRIPT });
    const made = await mcpgen(['init', '--from', 'shop.sh', '--name', 'shop'], { cwd });
    expect(made).toMatchObject({ status: 0 });
    const written = parse(readFileSync(join(cwd, 'specs/shop.yaml'), 'utf8'));
    expect(written).toMatchObject({ openapi: expect.stringMatching(/^3\.1/), 'x-mcpgen': { name: 'shop' } });
    expect(Object.keys(written.paths)).toHaveLength(1);
  });

  it('pins what it downloads, and downloads it once', async () => {
    const cwd = temporaryFolder();
    const output = join(cwd, 'specs/pets.yaml');
    let asked = 0;
    const get = async () => {
      asked += 1;
      return new Response(smallSpec('pets'));
    };
    const cache = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = join(cwd, 'cache');
    try {
      expect(await runInit({ from: 'https://pets.example.com/pets.json', output }, undefined, get)).toBe(0);
    } finally {
      if (cache === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = cache;
    }
    expect(asked).toBe(1);
    const written = parse(readFileSync(output, 'utf8'));
    expect(written.extends).toBe('https://pets.example.com/pets.json');
    expect(written['x-mcpgen'].sha256).toMatch(/^[0-9a-f]{64}$/);
    const env = { XDG_CACHE_HOME: join(cwd, 'cache') };
    expect(await mcpgen(['list', output], { cwd, env })).toMatchObject({ status: 0, stderr: '' });
  });

  it('asks a person what flags do not say', async () => {
    const cwd = temporaryFolder();
    const file = join(cwd, 'a.json');
    const output = join(cwd, 'spec.yaml');
    writeFiles(cwd, { 'a.json': smallSpec('alpha') });
    // The variable's proposal follows the name that was given before it.
    const answers = [file, 'shop', 'SHOP_KEY'];
    const proposed: (string | undefined)[] = [];
    const ask = async (_: string, fallback?: string) => {
      proposed.push(fallback);
      return answers.shift();
    };
    expect(await runInit({ output }, ask)).toBe(0);
    expect(proposed).toEqual([undefined, 'alpha', 'SHOP_API_KEY']);
    expect(readFileSync(output, 'utf8')).toContain('env: SHOP_KEY');
    expect(await runInit({ output: join(cwd, 'none.yaml') }, async () => undefined)).toBe(130);
  });

  it.each([
    [['init'], 2, /--from/],
    [['init', '--from', 'nope.yaml'], 1, /error\[file-not-found\]/],
    [['init', '--from', 'http://a.example/b.yaml'], 1, /error\[init-url\]/],
    [['init', '--from', 'https://u:p@a.example/b.yaml'], 1, /error\[init-url\]/],
  ])('%j exits %i', async (args, status, message) => {
    const outcome = await mcpgen(args, { cwd: temporaryFolder() });
    expect(outcome).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) });
  });
});
