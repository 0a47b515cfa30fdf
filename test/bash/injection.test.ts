import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBash } from '../../src/sources/bash/read.ts';
import { type Recorded, type Recorder, run, startRecorder, wrapperOf } from '../wrapper/support.ts';
import { curlTo } from './old.ts';

interface Case {
  /** Where the script pastes `$1`. */
  readonly into: string;
  readonly script: string;
  /** Values that break the script or change what it asks for. */
  readonly values: readonly string[];
  /** Where the value arrives; undefined where the request cannot be read at all. */
  readonly arrived: (request: Recorded) => unknown;
}

const QUOTES = ['Fix "login"', 'a\\b', 'two\nlines', 'x", "admin": true, "y": "z', '$(id) `id`'];
const json = (request: Recorded): { readonly [name: string]: unknown } | undefined => {
  try {
    return JSON.parse(request.body.toString());
  } catch {
    return undefined;
  }
};
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inner, name) => (inner as { [name: string]: unknown } | undefined)?.[name], value);

const cases: readonly Case[] = [
  {
    into: 'JSON',
    script: `curl -s -H 'Content-Type: application/json' -d "{\\"title\\": \\"$1\\"}" https://api.example.com/notes`,
    values: QUOTES.slice(0, 4),
    arrived: (request) => {
      const body = json(request);
      return body !== undefined && Object.keys(body).length === 1 ? body.title : undefined;
    },
  },
  {
    into: 'a GraphQL document',
    script: `curl -s -H 'Content-Type: application/json' https://api.example.com/graphql -d "{\\"query\\": \\"mutation { noteCreate(title: \\\\\\"$1\\\\\\") { id } }\\"}"`,
    values: [...QUOTES.slice(0, 3), 'x\\") { id } noteDelete(id: \\"1'],
    arrived: (request) => {
      const body = json(request);
      return Object.values(Object(at(body, 'variables')))[0];
    },
  },
  {
    into: 'the query string',
    script: `curl -s "https://api.example.com/search?q=$1&limit=5"`,
    values: ['a&limit=1000', 'a#b', 'a+b', '100%25'],
    arrived: ({ url }) => {
      const { searchParams } = new URL(url, 'http://host');
      return searchParams.getAll('limit').length === 1 && searchParams.get('limit') === '5'
        ? searchParams.get('q')
        : undefined;
    },
  },
  {
    into: 'the path',
    script: `curl -s "https://api.example.com/notes/$1"`,
    values: ['a?admin=true', 'a#b', 'x/../../users/1', '%2e%2e'],
    arrived: ({ url }) => {
      const [path = '', query] = url.replace(/^http:..[^/]*/, '').split('?');
      const [, notes, value = '', ...more] = path.split('/');
      return notes === 'notes' && query === undefined && more.length === 0
        ? decodeURIComponent(value)
        : undefined;
    },
  },
  {
    into: 'a form',
    script: `curl -s -d "text=$1&channel=dev" https://api.example.com/post`,
    values: ['a&channel=all', 'a+b', '50%41'],
    arrived: (request) => {
      const form = new URLSearchParams(request.body.toString());
      return form.getAll('channel').length === 1 ? form.get('text') : undefined;
    },
  },
];

describe('a value that breaks the script arrives intact through the generated command', () => {
  let recorder: Recorder;
  let folder: string;
  let bin: string;
  beforeAll(async () => {
    recorder = await startRecorder();
    recorder.behave((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{"data":{}}');
    });
    bin = curlTo(recorder);
    folder = mkdtempSync(join(tmpdir(), 'mcpgen-injection-'));
  });
  afterAll(async () => {
    await recorder.close();
    rmSync(bin, { recursive: true });
    rmSync(folder, { recursive: true });
  });

  const last = async (act: () => Promise<unknown>): Promise<Recorded | undefined> => {
    recorder.requests.length = 0;
    await act();
    return recorder.requests[0];
  };

  test.each(cases)('$into', async ({ script, values, arrived }) => {
    const text = `#!/bin/bash\n[ -n "$1" ] || exit 2\n${script}\n`;
    const old = join(folder, 'send-text.sh');
    writeFileSync(old, text, { mode: 0o755 });
    const read = await readBash('send-text.sh', text);
    expect(read.diagnostics.map((one) => one.code)).toContain('unescaped-interpolation');
    if (read.value === undefined) throw new Error('nothing imported');
    const wrapper = await wrapperOf(read.value.document);
    const [command] = wrapper.plan.operations;
    for (const value of values) {
      const before = await last(() => run(old, [value], { env: { PATH: `${bin}:${process.env.PATH}` } }));
      if (before !== undefined) expect(arrived(before)).not.toBe(value);
      const after = await last(() =>
        run(wrapper.path, [command?.command ?? '', value], { env: { EXAMPLE_BASE_URL: recorder.url } }),
      );
      if (after === undefined) throw new Error(`nothing was sent for ${value}`);
      expect(arrived(after)).toBe(value);
    }
    wrapper.remove();
  });
});
