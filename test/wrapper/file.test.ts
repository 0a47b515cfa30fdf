import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bashWord } from '../../generators/quote/bash.ts';
import { needs } from '../support/require.ts';
import { shop } from './shop.ts';
import { secrets, useShopApi } from './shop-api.ts';
import { run, wrapperOf } from './support.ts';

const api = useShopApi();

describe('secrets', () => {
  it.skipIf(!existsSync('/proc/self/cmdline'))(
    'are in no argument and no environment of a child, nor in a file',
    async () => {
      const secret = 'sup3r-s3cret-value';
      const seen: string[] = [];
      api.recorder.behave((_request, response) => {
        for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
          try {
            const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
            seen.push(line);
            if (line.startsWith('curl\0'))
              seen.push(`environment ${readFileSync(`/proc/${pid}/environ`, 'utf8')}`);
          } catch {
            // It has ended.
          }
        }
        response.end('{}');
      });
      const empty = join(api.wrapper.folder, 'empty');
      mkdirSync(empty);
      const env = {
        SHOP_BASE_URL: api.recorder.url,
        SHOP_API_KEY: secret,
        HOME: empty,
        TMPDIR: join(empty, 'missing'),
      };
      const outcome = await run(api.wrapper.path, ['create-item', '--name', 'x'], { env, cwd: empty });
      api.recorder.behave((_request, response) => response.end('{"ok":true}'));
      expect(outcome).toMatchObject({ status: 0, stderr: '' });
      expect(api.recorder.requests[0]?.headers['x-api-key']).toBe(secret);
      expect(seen.some((line) => line.startsWith('curl\0'))).toBe(true);
      expect(seen.some((line) => line.startsWith('environment '))).toBe(true);
      expect(seen.filter((line) => line.includes(secret))).toEqual([]);
    },
  );

  it('need no file that can be written: read-only folders, no TMPDIR', async () => {
    const folder = join(api.wrapper.folder, 'read-only');
    mkdirSync(folder);
    chmodSync(folder, 0o555);
    const env = { ...secrets, SHOP_BASE_URL: api.recorder.url, TMPDIR: '/nonexistent', HOME: '/nonexistent' };
    for (const size of [10, 3000, 100_000]) {
      const outcome = await run(api.wrapper.path, ['create-item', '--name', 'x'.repeat(size)], {
        env,
        cwd: folder,
      });
      expect(outcome).toMatchObject({ status: 0, stderr: '' });
      expect(api.recorder.requests.at(-1)?.body.length).toBe(size + 11);
    }
  });
});

describe('the file itself', () => {
  const runtime = resolve('generators/wrapper/runtime');
  const sources = [runtime, join(runtime, 'parts')].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.sh'))
      .map((name) => join(folder, name)),
  );

  it('uses nothing that bash 3.2 does not have, but for what it asks for first', () => {
    const newer =
      /declare -[a-zA-Z]*[An]|local -[a-zA-Z]*[An]|\$\{[A-Za-z_]+(\[[^\]]*\])?(\^|,,|@[A-Z])|\[\[ -v |\|&|&>>|;&|\bcoproc\b|readarray|%\(|printf -v [A-Za-z_]+\[|\$\{[A-Za-z_]+:[^}]*:-[0-9]|EPOCH|exec \{/;
    const found = sources.flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((row) => !row.trim().startsWith('#') && newer.test(row)),
    );
    expect(found).toEqual([]);
  });

  it('expands every list so that an empty one is no error before bash 4.4', () => {
    const text = sources.map((path) => readFileSync(path, 'utf8')).join('\n');
    const bare = [...text.matchAll(/(?<!\+)"\$\{([A-Za-z_]+)\[@\](:[0-9]+)?\}"/g)].map((match) => match[1]);
    // These are never empty where they are used.
    expect([...new Set(bare)].sort()).toEqual(
      [
        'AUTH',
        'HELP_ROWS',
        'JSON_ITEMS',
        'LINES',
        'PAGE',
        'PIECES',
        'V_ITEMS',
        'XML',
        'chunks',
        'pieces',
        'items',
        'next',
        'options',
        'row',
        'rows',
        'SOURCE',
        'FORM',
      ]
        .filter((name) => bare.includes(name))
        .sort(),
    );
  });

  it('defines each function once: a part that is loaded later would take the place of another', () => {
    const names = [...api.wrapper.text.matchAll(/^([a-z_0-9]+)\(\) \{$/gm)].map((match) => match[1]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.length).toBeGreaterThan(150);
  });

  it('has no eval but of its own lines', () => {
    const evals = sources.flatMap((path) =>
      [
        ...readFileSync(path, 'utf8').matchAll(/(?:^|[;(]|\bdo|\bthen) *((?:eval|source) .*?)(?: ;;)?$/gm),
      ].map((match) => match[1]),
    );
    expect([...new Set(evals)].sort()).toEqual([
      'eval "$entry"',
      'eval "$name"',
      'eval "${LINES[start + 1]}"',
    ]);
  });

  it.skipIf(needs('shellcheck', 'shfmt'))('is clean by shellcheck and shfmt', () => {
    for (const path of [api.wrapper.path]) {
      execFileSync('shellcheck', [path], { encoding: 'utf8' });
      expect(execFileSync('shfmt', ['-i', '2', '-d', path], { encoding: 'utf8' })).toBe('');
    }
  });

  it.skipIf(needs('shellcheck'))(
    'is clean where the one word about security says that there is none',
    async () => {
      const responses = { 200: { description: 'ok' } };
      const open = await wrapperOf({
        openapi: '3.1.0',
        info: { title: 'Half', version: '1' },
        servers: [{ url: 'https://api.example.com' }],
        security: [{ key: [] }],
        components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
        paths: {
          '/closed': { get: { operationId: 'closed', responses } },
          '/open': { get: { operationId: 'open', security: [], responses } },
        },
      });
      const { stdout, status } = await run('shellcheck', [open.path]);
      open.remove();
      expect({ stdout: stdout.toString(), status }).toEqual({ stdout: '', status: 0 });
    },
  );

  it('quotes a backslash before a quotation mark so that no linter takes it for a mistake', () => {
    expect(bashWord("a\\'b\\")).toBe("$'a\\\\\\'b\\\\'");
    expect(bashWord("a'b")).toBe("'a'\\''b'");
  });

  it('quotes values that are words of bash', async () => {
    const responses = { 200: { description: 'ok' } };
    const schema = { type: 'string', enum: ['fi', 'done', 'in', 'fine'] };
    const words = await wrapperOf({
      openapi: '3.1.0',
      info: { title: 'Words', version: '1' },
      servers: [{ url: 'https://api.example.com' }],
      paths: {
        '/a': { get: { operationId: 'a', parameters: [{ name: 'q', in: 'query', schema }], responses } },
      },
    });
    words.remove();
    expect(words.text).toContain("enum 'fi' 'done' 'in' fine\n");
  });

  /** The rows of the file that are new when the document is changed. */
  async function rowsChangedBy(change: (paths: ReturnType<typeof pathsOf>) => void): Promise<string[]> {
    const changed = structuredClone(shop);
    change(pathsOf(changed));
    const [before, after] = [await wrapperOf(shop), await wrapperOf(changed)];
    const old = new Set(before.text.split('\n'));
    before.remove();
    after.remove();
    return after.text
      .split('\n')
      .filter((row) => !old.has(row) && !row.includes(after.plan.hash.slice(0, 16)));
  }
  type Operation = {
    summary: string;
    parameters: { name: string; in: string; description?: string; schema: object }[];
  };
  const pathsOf = (document: typeof shop) =>
    document.paths as unknown as Record<string, Record<string, Operation>>;

  it('changes only where an operation changes', async () => {
    const extra = { name: 'extra', in: 'query', schema: { type: 'string' } };
    const argument = await rowsChangedBy((paths) => paths['/items']?.get?.parameters.push(extra));
    expect(argument).toEqual([expect.stringMatching(/^#= .*list-items=/), 'arg extra query extra str -']);
    const words = await rowsChangedBy((paths) => {
      const get = paths['/items/{id}/photo']?.get;
      if (get !== undefined)
        get.parameters = get.parameters.map((id) => ({ ...id, description: 'Whose photo.' }));
    });
    expect(words).toEqual(['#| --id Whose photo.']);
    const operation = await rowsChangedBy((paths) => {
      const { get } = paths['/ping'] ?? {};
      if (get !== undefined)
        paths['/pong'] = { get: { ...get, operationId: 'pong', summary: 'Whether it plays' } as Operation };
    });
    expect(operation.filter((row) => !/^(#= |' COMMANDS=|# shop:|.*\bpages=)/.test(row))).toEqual([
      '#@ pong',
      'op pages GET pong',
      'path /pong',
      '#? pong',
      '#| Whether it plays',
    ]);
  });
});
