import { describe, expect, test } from 'vitest';
import { BASH_CODES } from '../../src/model/codes/bash.ts';
import { CODES } from '../../src/model/codes.ts';
import { readBash } from '../../src/sources/bash/read.ts';

const SDL = 'type Query { issue(id: ID!): Issue } type Issue { id: ID! title: String }';
const GRAPHQL = "-H 'Content-Type: application/json'";

const LOOPS = ['a', 'b', 'c', 'd', 'e'].map(
  (name) => `for ${name} in ${Array.from({ length: 20 }, (_, at) => `w.${at}`).join(' ')}; do`,
);

/** `[code, line, lines of a script]`: the smallest scripts that have something to be told. */
const cases: [code: string, line: number, lines: string[]][] = [
  ['argument-place', 2, ['', `curl https://h.example/a ${GRAPHQL} -d "{\\"n\\":[1,{\\"any\\":$1},2]}"`]],
  ['base-url', 2, ['', 'curl "$HOST/a"']],
  ['bash-syntax', 2, ['curl https://h.example/a', 'if true; then']],
  ['budget', 1, [...LOOPS, 'curl "https://h.example/$a/$e"', ...LOOPS.map(() => 'done')]],
  ['crlf', 1, ['curl https://h.example/a\r', '']],
  ['curl-option', 3, ['', '', 'curl --interface eth0 https://h.example/a']],
  ['dynamic-dispatch', 2, ['', '"$PROGRAM" https://h.example/a', 'curl https://h.example/b']],
  ['env-not-checked', 2, ['', 'curl -H "Authorization: Bearer $TOKEN" https://h.example/a']],
  ['eval', 2, ['', 'eval "curl https://h.example/$1"']],
  ['fixed-page-size', 2, ['', 'curl "https://h.example/a?limit=50"']],
  [
    'graphql-type-guessed',
    1,
    [
      `curl https://h.example/graphql ${GRAPHQL} -d "{\\"query\\":\\"{ issue(id: \\\\\\"$1\\\\\\") { id } }\\"}"`,
    ],
  ],
  [
    'graphql-unknown-field',
    2,
    ['', `curl https://h.example/graphql ${GRAPHQL} -d '{"query":"{ issue(id: 1) { name } }"}'`],
  ],
  [
    'graphql-invalid',
    2,
    ['', `curl https://h.example/graphql ${GRAPHQL} -d '{"query":"{ issue(key: 1) { id } }"}'`],
  ],
  ['hard-coded-id', 2, ['', 'curl "https://h.example/a?team_id=0b9a7e5e-9d4c-4b1e-8a51-4a5f6f0f7a11"']],
  ['http-errors-hidden', 2, ['', 'curl -s https://h.example/a']],
  ['imported', 1, ['curl https://h.example/a']],
  ['json-invalid', 3, ['', '', `curl https://h.example/a ${GRAPHQL} -d '{"a": 1,}'`]],
  ['json-raw-newline', 2, ['', `curl https://h.example/a ${GRAPHQL} -d '{"a": "one`, `two"}'`]],
  [
    'literal-credential',
    2,
    ['', 'curl -H "Authorization: Bearer sk-abcdefghijklmnop1234" https://h.example/a'],
  ],
  ['local-command', 2, ['', 'curl "https://h.example/a/$(hostname)"']],
  ['lossy-derivation', 1, ['x=$1', 'curl "https://h.example/a/${x^^}"']],
  ['missing-arg-not-checked', 2, ['', 'curl "https://h.example/a/$1"']],
  ['no-calls', 1, ['echo nothing']],
  ['no-timeout', 2, ['', 'curl https://h.example/a']],
  ['response-chain', 2, ['id=$(curl https://h.example/a | jq -r .id)', 'curl "https://h.example/b/$id"']],
  ['secret-in-argv', 2, ['', 'curl -H "Authorization: Bearer $TOKEN" https://h.example/a']],
  ['several-calls', 1, ['for x in one two; do', '  curl "https://h.example/$x"', 'done']],
  ['sourced-file', 2, ['', '. ./settings.sh', 'curl https://h.example/a']],
  ['unescaped-interpolation', 2, ['', 'curl "https://h.example/a?q=$1"']],
  ['unreached-call', 2, ['curl https://h.example/a', 'false && curl https://h.example/b']],
  ['unresolved', 2, ['', 'curl -X "$1" https://h.example/a']],
  ['unused-argument', 1, ['# usage: show.sh ID COLOUR', 'curl "https://h.example/a/$1"']],
];

describe('every diagnostic of the import', () => {
  test('has a case here and a text for `mcpgen explain`', () => {
    const covered = new Set(cases.map(([code]) => code));
    expect(Object.keys(BASH_CODES).filter((code) => !covered.has(code))).toEqual([]);
    for (const [code] of cases)
      expect(CODES[code as keyof typeof CODES].doc.length, code).toBeGreaterThan(60);
  });

  test.each(cases)('%s is told at line %i', async (code, line, lines) => {
    const { diagnostics } = await readBash(
      'show.sh',
      lines.join('\n'),
      /issue/.test(lines.join()) && code !== 'graphql-type-guessed' ? { schema: SDL } : {},
    );
    const found = diagnostics.filter((one) => one.code === code);
    expect(found.map(({ origin }) => (origin !== undefined && 'line' in origin ? origin.line : 0))).toContain(
      line,
    );
  });
});
