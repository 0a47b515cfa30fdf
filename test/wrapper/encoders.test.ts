import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { run } from './support.ts';

const runtime = resolve('generators/wrapper/runtime');
/** Values per encoder, in one process of bash: all of them in CI. */
const COUNT = Number(process.env.WRAPPER_ENCODERS ?? (process.env.MCPGEN_REQUIRE_ALL === '1' ? 10_000 : 400));

/** Runs a function of the runtime over many texts in one process. Texts and answers are separated by NUL. */
async function each(words: string, inputs: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-encoders-'));
  const file = join(folder, 'in');
  writeFileSync(file, inputs.map((text) => `${text}\0`).join(''));
  const script = `LC_ALL=C; set -uf; shopt -u patsub_replacement 2>/dev/null
    usage() { R="REFUSED $1"; }; load() { :; }
    . ${runtime}/text.sh; . ${runtime}/parse.sh; . ${runtime}/parts/json.sh; . ${runtime}/parts/bodies.sh; . ${runtime}/parts/xml.sh; . ${runtime}/parts/style.sh
    kept() { reserved "$1" ':/?@!$'\\''()*+,;='; }
    read_json() { if json_read "$1"; then R=$JSON; else R=REFUSED; fi; }
    items() {
      local at; json_read "$1" && json_items; R=
      for ((at = 0; at < \${#JSON_ITEMS[@]}; at++)); do R+=\${JSON_KEYS[at]+\${JSON_KEYS[at]}:}\${JSON_ITEMS[at]}$'\\n'; done
    }
    decode() { json_read "$1" && text_of_json "$JSON"; }
    while IFS= read -r -d '' text; do ${words} "$text"; printf '%s\\0' "$R"; done <${file}`;
  const outcome = await run('bash', ['--norc', '-c', script]);
  rmSync(folder, { recursive: true });
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  return outcome.stdout.toString().split('\0').slice(0, -1);
}

const texts = fc
  .sample(
    fc.oneof(
      { weight: 100, arbitrary: fc.string({ unit: 'binary' }) },
      { weight: 100, arbitrary: fc.string({ unit: 'binary-ascii' }) },
      { weight: 1, arbitrary: fc.string({ minLength: 900, maxLength: 1500, unit: 'grapheme' }) },
    ),
    COUNT,
  )
  .map((text) => text.replaceAll('\0', ''));

it('writes strings as JSON.stringify does, and reads them back', async () => {
  const written = await each('json_string', texts);
  expect(written).toEqual(texts.map((text) => JSON.stringify(text)));
  expect(await each('decode', written)).toEqual(texts);
});

it('encodes for URLs and forms', async () => {
  const strict = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  expect(await each('percent', texts)).toEqual(texts.map(strict));
  const form = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
  expect(await each('form_encode', texts)).toEqual(texts.map(form));
});

it('keeps reserved characters and what is encoded already where it may', async () => {
  const inputs = [...texts, ':@@', '%3A%3a:', '%', '%%', '100% ', '/?', '%e', '%zz', ' %', '%41%'];
  const expected = inputs.map((text) =>
    text.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~:/?@!$'()*+,;=]/gu, (piece) =>
      piece.length === 3 && piece.startsWith('%') ? piece : encodeURIComponent(piece),
    ),
  );
  expect(await each('kept', inputs)).toEqual(expected);
});

it('escapes for XML, or refuses what XML cannot hold', async () => {
  const escaped = await each('xml_escape', texts);
  for (const [index, text] of texts.entries()) {
    const forbidden = /[\u0001-\u0008\u000b\u000c\u000e-\u001f]/.test(text);
    const expected = text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('\r', '&#13;');
    if (!forbidden) expect(escaped[index]).toBe(expected);
  }
});

/** JSON short and long: what is long is read by other means than what is short. */
const documents = fc.sample(
  fc.oneof(
    { weight: 10, arbitrary: fc.json({ maxDepth: 4 }) },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.json({ maxDepth: 3 }), { minLength: 8, maxLength: 40 })
        .map((values) => `[${values}]`),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.tuple(fc.string({ unit: 'binary' }), fc.json({ maxDepth: 3 })), {
          minLength: 8,
          maxLength: 40,
        })
        .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`)}}`),
    },
  ),
  COUNT / 2,
);

it('accepts exactly the JSON that there is, and makes it compact', async () => {
  // What repeats a name is JSON too, and is sent as it is.
  const compact = documents.map((text) => (hasTwice(text) ? '0' : JSON.stringify(JSON.parse(text))));
  const spaced = compact.map((text) => JSON.stringify(JSON.parse(text), null, '\t'));
  expect(await each('read_json', spaced)).toEqual(compact);
  // One character more, less or other: mostly no JSON any more.
  const random = fc.sample(
    fc.tuple(fc.nat(), fc.constantFrom('"', '\\', ',', '}', '[', ':', '0', 'e', '.', '-', ' ', '\n', '')),
    compact.length,
  );
  const broken = compact.map((text, index) => {
    const [at = 0, piece = ''] = random[index] ?? [];
    // By characters: half of one could not even be handed over.
    const characters = Array.from(text);
    const place = at % (characters.length + 1);
    return [...characters.slice(0, place), piece, ...characters.slice(place + (at % 2))].join('');
  });
  const read = await each('read_json', broken);
  for (const [index, text] of broken.entries())
    expect([text, read[index] !== 'REFUSED']).toEqual([text, isJson(text)]);
});

it('takes JSON apart into its members', async () => {
  const containers = documents.filter((text) => /^[[{]/.test(text) && !hasTwice(text));
  const items = await each('items', containers);
  for (const [index, text] of containers.entries()) {
    const value = JSON.parse(text);
    const expected = Array.isArray(value)
      ? value.map((item) => JSON.stringify(item))
      : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${JSON.stringify(item)}`);
    expect(items[index]).toBe(expected.map((item) => `${item}\n`).join(''));
  }
});

it('reads long JSON, whatever it is made of', async () => {
  const count = 4_000;
  const list = <Item>(item: (index: number) => Item) =>
    Array.from({ length: count }, (_, index) => item(index));
  const large = [
    Object.fromEntries(list((index) => [`k${index}`, index])),
    list((index) => ({ id: `i${index}`, names: [index, { none: null }] })),
    list((index) => ({ nodes: [{ deep: [index, { deeper: true }] }] })),
    list((index) => [[{ a: [[{ b: [] }, index]] }]]),
    JSON.parse(`[${Array(200).fill(`${'['.repeat(60)}${']'.repeat(60)}`)}]`),
    list((index) => index),
    { text: 'x"\\\n'.repeat(count * 4) },
    { text: 'é'.repeat(count * 4) },
  ];
  expect(
    await each(
      'read_json',
      large.map((value) => JSON.stringify(value, null, 1)),
    ),
  ).toEqual(large.map((value) => JSON.stringify(value)));
});

/** Whether an object in a JSON text has two members of one name, or one that JavaScript would move: then its text is not what JSON.stringify writes. */
function hasTwice(text: string): boolean {
  const names = (at: string): number => at.split('":').length;
  return names(JSON.stringify(JSON.parse(text))) !== names(text) || /"(?:\d+|__proto__)":/.test(text);
}

function isJson(text: string): boolean {
  try {
    // What is half a surrogate pair cannot be sent as text.
    return !/\\ud[89a-f]/.test(JSON.stringify(JSON.parse(text)));
  } catch {
    return false;
  }
}
