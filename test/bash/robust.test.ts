import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBash } from '../../src/sources/bash/read.ts';

const folder = join(import.meta.dirname, 'fixtures');
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.sh'))
  .map((name) => readFileSync(join(folder, name), 'utf8'));
/** Milliseconds of processor time, so that a busy machine does not matter. */
const LIMIT = 2_000;

async function within(text: string): Promise<void> {
  const start = process.cpuUsage();
  const { value, diagnostics } = await readBash('x.sh', text);
  expect(process.cpuUsage(start).user / 1_000).toBeLessThan(LIMIT);
  if (value === undefined) expect(diagnostics.some((one) => one.severity === 'error')).toBe(true);
  else JSON.stringify(value.document);
}

/** Pieces that scripts are made of, in any order. */
const piece = fc.constantFrom(
  'curl ',
  '-d ',
  '"{\\"a\\":\\"$1\\"}" ',
  "'",
  '"',
  '$(',
  ')',
  '`',
  '${1:-',
  '}',
  '{',
  '[[ ',
  ' ]] ',
  '&& ',
  '|| ',
  '; ',
  '\n',
  'case "$1" in ',
  'a) ',
  ';; ',
  'esac ',
  'while ',
  'do ',
  'done ',
  'if ',
  'then ',
  'fi ',
  'f() { ',
  'f "$@" ',
  'for x in a b ',
  'eval ',
  '$x',
  'x=$x$x$x ',
  '<<EOF\n',
  'EOF\n',
  '| jq . ',
  'local ',
  'shift ',
  '"$@" ',
  '${a[@]} ',
  'a+=(x) ',
  'https://h/$1?a=$2 ',
  '-H "A: $B" ',
  '$((x+1)) ',
  '${x//a/b}',
  '(( ',
  ' )) ',
  'return ',
  'exit ',
  'printf "%s" ',
  'jq -n --arg a "$1" ',
  "'{a:$a}' ",
  '\\',
  '\u{1F600}',
  '\u0000',
  '\uE000',
);

describe('nothing that looks like bash makes the import fail or hang', () => {
  test('random pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => within(pieces.join(''))),
      { numRuns: 400 },
    );
  }, 60_000);

  test('scripts cut off anywhere', async () => {
    const cut = fc.tuple(fc.constantFrom(...texts), fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(cut, async ([text, at]) => within(text.slice(0, Math.floor(text.length * at)))),
      { numRuns: 200 },
    );
  }, 60_000);

  test('scripts with a piece taken out', async () => {
    const hole = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.integer({ min: 1, max: 80 }));
    await fc.assert(
      fc.asyncProperty(hole, async ([text, start, length]) => {
        const at = start % Math.max(1, text.length);
        await within(text.slice(0, at) + text.slice(at + length));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test.each([
    ['deep nesting', `x=${'$('.repeat(400)}echo${')'.repeat(400)}; curl "$x"`],
    ['open substitutions', `curl ${'"$('.repeat(3_000)}`],
    ['doubling', `x=a\n${'x=$x$x\n'.repeat(60)}curl "https://h/$x"`],
    ['doubling of holes', `x=$1\n${'x=$x$x\n'.repeat(60)}curl "https://h/$x"`],
    ['recursion', 'f() { f "$1" x; curl "https://h/$1"; }\nf "$@"'],
    ['mutual recursion', 'f() { g; g; g; }\ng() { f; f; f; curl https://h; }\nf'],
    ['endless loop', 'while :; do while :; do while :; do curl "https://h/$i"; i=$((i+1)); done; done; done'],
    [
      'many functions',
      `${Array.from({ length: 400 }, (_, at) => `f${at}() { f${at + 1}; f${at + 1}; }`).join('\n')}\nf400() { curl https://h; }\nf0`,
    ],
    [
      'many branches',
      `${Array.from({ length: 300 }, (_, at) => `if [ -n "$A${at}" ]; then u="$u&a${at}=$A${at}"; fi`).join('\n')}\ncurl "https://h?$u"`,
    ],
    [
      'many choices',
      `${Array.from({ length: 60 }, (_, at) => `if [ -n "$A${at}" ]; then b${at}='{"x":${at}}'; else b${at}='{"y":${at}}'; fi\nj="$j$b${at}"`).join('\n')}\ncurl -d "$j" https://h`,
    ],
    [
      'many commands',
      `case "$1" in ${Array.from({ length: 900 }, (_, at) => `c${at}) curl "https://h/${at}/$2";;`).join('\n')} esac`,
    ],
    ['a long line', `curl -d '${'x'.repeat(900_000)}' https://h`],
    ['many words', `curl ${'-H "a: b" '.repeat(20_000)} https://h`],
    ['a list of lists', `curl -H 'Content-Type: application/json' -d '${'['.repeat(5_000)}' https://h`],
    ['eval of eval', `x='eval "$x$x"'; eval "$x"; curl https://h`],
    [
      'a hard regular expression',
      `y=$(echo "${'a'.repeat(60)}" | sed -E 's/(a+)+$/b/'); [[ "${'a'.repeat(60)}" =~ (a+)+b ]]; curl "https://h/$y"`,
    ],
    ['quotes without end', `curl -d "${'\\"'.repeat(50_000)}`],
    ['here-documents without end', `${'cat <<A\n'.repeat(2_000)}curl https://h`],
    ['braces', `curl https://h/${'{a,b}'.repeat(40)}`],
    ['a long chain of commands', `${'true && '.repeat(60_000)}curl https://h`],
    ['a long chain of tests', `${'[ -n "$1" ] || '.repeat(30_000)}curl https://h`],
    ['a long test', `[[ -n $1${' && -n $2'.repeat(30_000)} ]] && curl https://h`],
    ['choices inside each other', `${'if [ "$1" = w ]; then x=$2; fi\n'.repeat(20_000)}curl "https://h/$x"`],
    ['many variables in a word', `curl "https://h/${'$a$b$c$d'.repeat(100_000)}"`],
    ['many filters', `${'x=$(echo "$x" | tr a b)\n'.repeat(20_000)}curl "https://h/$x"`],
    ['growing by replacement', `x=aaaa\n${'x=${x//a/aaaa}\n'.repeat(40)}curl "https://h/$x"`],
    [
      'a pattern with many stars',
      `x=${'a'.repeat(3_900)}\n${'y=${x##*b*c*d*e*}\n'.repeat(300)}curl "https://h/$y"`,
    ],
    [
      'a tree of functions',
      `${Array.from({ length: 22 }, (_, at) => `f${at}() { v${at}=$1; f${at + 1} "$1a$v${at}"; f${at + 1} "$1b"; }`).join('\n')}\nf22() { curl "https://h/$1"; }\nf0 "$1"`,
    ],
    [
      'many functions that nothing calls',
      Array.from(
        { length: 6_000 },
        (_, at) => `f${at}() { local a=$1; f${at + 1} "$a"; curl "https://h/${at}/$a"; }`,
      ).join('\n'),
    ],
    [
      'many flags',
      `while [ $# -gt 0 ]; do case "$1" in\n${Array.from({ length: 8_000 }, (_, at) => `--f${at}) args+=(-d "f${at}=$2"); shift 2;;`).join('\n')}\nesac; done; curl "\${args[@]}" https://h`,
    ],
    ['a deep jq program', `curl https://h -d "$(jq -n '${'['.repeat(2_900)}')"`],
    [
      'a deep GraphQL document',
      `curl https://h/graphql -d '{"query":"${'{ a '.repeat(5_000)}${'}'.repeat(5_000)}"}'`,
    ],
    [
      'commands inside each other',
      `${'if [ -n "$A" ]; then\n'.repeat(2_000)}curl https://h\n${'fi\n'.repeat(2_000)}`,
    ],
    ['no text', ''],
    ['bytes', '\u0000\u0001\u0002curl \uFFFD'],
  ])('%s', async (_, text) => within(text));
});
