import { describe, expect, it } from 'vitest';
import { decode } from '../../src/sources/openapi/decode.ts';
import { parseText } from '../../src/sources/openapi/parse.ts';
import { said } from './support.ts';

const utf16be = (text: string): Uint8Array => Buffer.from(text, 'utf16le').swap16();

describe('bytes to text', () => {
  const cases: readonly { title: string; given: Uint8Array; want: string }[] = [
    { title: 'UTF-8', given: Buffer.from('a: ü'), want: 'a: ü' },
    { title: 'UTF-8 with a byte order mark', given: Buffer.from('\ufeffa: ü'), want: 'a: ü' },
    { title: 'UTF-16 LE with a mark', given: Buffer.from('\ufeffa: ü', 'utf16le'), want: 'a: ü' },
    { title: 'UTF-16 LE without', given: Buffer.from('a: ü', 'utf16le'), want: 'a: ü' },
    { title: 'UTF-16 BE with a mark', given: utf16be('\ufeffa: ü'), want: 'a: ü' },
    { title: 'UTF-16 BE without', given: utf16be('a: ü'), want: 'a: ü' },
    { title: 'nothing', given: new Uint8Array(), want: '' },
  ];
  it.each(cases)('$title', ({ given, want }) => {
    expect(decode('a.yaml', given)).toEqual({ value: want, diagnostics: [] });
  });

  it('reads what is neither as Windows-1252 and says so', () => {
    const { value, diagnostics } = decode('a.yaml', Uint8Array.from([0x61, 0x3a, 0x20, 0xfc]));
    expect(value).toBe('a: ü');
    expect(said(diagnostics)).toEqual(['warning file-encoding a.yaml:1:1 The file is not UTF-8 text']);
  });
});

describe('text to JSON', () => {
  const cases: readonly { title: string; given: string; want: unknown }[] = [
    { title: 'JSON', given: '{"a": [1, null, "x"]}', want: { a: [1, null, 'x'] } },
    { title: 'JSON with a trailing comma, which is YAML', given: '{"a": [1,], }', want: { a: [1] } },
    { title: 'CRLF', given: 'a: 1\r\nb:\r\n  - x\r\n', want: { a: 1, b: ['x'] } },
    ...(['json', 'yaml'] as const).map((form) => ({
      title: `integers of schemas that a number would round, in ${form}`,
      given:
        form === 'json'
          ? '{"a": {"type": "integer", "enum": [9007199254740993, 1], "default": -9007199254740993, "maximum": 9223372036854775807}, "b": {"const": 9007199254740993}, "c": {"schema": {"type": ["integer", "null"]}, "x-mcpgen": {"default": 9007199254740993}}, "d": {"type": "number", "examples": [9007199254740993, 1e20, 9007199254740992.0], "description": "9007199254740993"}, "e": {"type": "string", "enum": [9007199254740993]}}'
          : [
              'a: {type: integer, enum: [+9007199254740993, 1], default: -9007199254740993, maximum: 9223372036854775807}',
              'b: {const: 0x20000000000001}',
              'c: {schema: {type: [integer, "null"]}, x-mcpgen: {default: 9007199254740993}}',
              'd: {type: number, examples: [9007199254740993, 1e20, 9007199254740992.0], description: "9007199254740993"}',
              'e: {type: string, enum: [9007199254740993]}',
            ].join('\n'),
      want: {
        a: { type: 'integer', enum: ['9007199254740993', 1], default: '-9007199254740993', maximum: 2 ** 63 },
        b: { type: 'integer', const: '9007199254740993' },
        c: { schema: { type: ['integer', 'null'] }, 'x-mcpgen': { default: '9007199254740993' } },
        d: {
          type: 'number',
          examples: ['9007199254740993', 1e20, 2 ** 53],
          description: '9007199254740993',
        },
        e: { type: 'string', enum: ['9007199254740993'] },
      },
    })),
    {
      title: 'a flow mapping closed at the indentation of its parent',
      given: 'a: {\n  b: 1\n}\n',
      want: { a: { b: 1 } },
    },
    { title: 'a nested one', given: 'p:\n  a: {\n    b: 1\n  }\n', want: { p: { a: { b: 1 } } } },
    {
      title: 'dates and YAML 1.1 words stay text',
      given: 'a: 2021-02-03\nb: yes\nc: 1_000\nd: off\n',
      want: { a: '2021-02-03', b: 'yes', c: '1_000', d: 'off' },
    },
    {
      title: 'numbers of the core schema',
      given: 'a: 0x1F\nb: 0o17\nc: 1e3\nd: -.5\ne: 0123\n',
      want: { a: 31, b: 15, c: 1000, d: -0.5, e: 123 },
    },
    {
      title: 'what JSON cannot hold stays text',
      given: 'a: .inf\nb: .nan\n',
      want: { a: '.inf', b: '.nan' },
    },
    {
      title: 'what a list of texts holds is text, as it is written',
      given: 'a: {type: string, enum: [1.0, 012, True, ~, 1e3, x]}\nb: {type: number, enum: [1.0, 012]}\n',
      want: {
        a: { type: 'string', enum: ['1.0', '012', 'True', null, '1e3', 'x'] },
        b: { type: 'number', enum: [1, 12] },
      },
    },
    { title: 'keys are text', given: '200: a\ntrue: b\n', want: { 200: 'a', true: 'b' } },
    {
      title: 'anchors, aliases and merge keys',
      given: 'a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\n',
      want: { a: { p: 1, q: 2 }, b: { p: 1, q: 3 } },
    },
    { title: 'a document with markers', given: '---\na: 1\n...\n', want: { a: 1 } },
  ];
  it.each(cases)('$title', ({ given, want }) => {
    expect(parseText('a', given)).toEqual({ value: want, diagnostics: [] });
  });

  it('keeps a member that is named like the prototype', () => {
    for (const text of ['{"__proto__": {"a": 1}}', '__proto__: {a: 1}\n', '__proto__: {a: 1,\n}\n']) {
      expect(Object.keys(parseText('a', text).value ?? {})).toEqual(['__proto__']);
    }
  });

  it('names every syntax error with line and column', () => {
    const { value, diagnostics } = parseText('a.yaml', 'a: "x\nb: [1, 2\nc: }\n');
    expect(value).toBeUndefined();
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(said(diagnostics).every((line) => /^error yaml-syntax a\.yaml:\d+:\d+ /.test(line))).toBe(true);
  });

  const problems: readonly { title: string; given: string; want: string }[] = [
    {
      title: 'only the first of what follows from one mistake',
      given: 'a: {b: |+\n  x\n }\nc:\n  d: 1\n',
      want: 'error yaml-syntax a:1:8 Plain value cannot start with block scalar indicator |',
    },
    {
      title: 'JSON that is cut off',
      given: '{"a": {"b": 1}',
      want: 'error yaml-syntax a:1:15 Flow map must end with a }',
    },
    {
      title: 'a tab as indentation',
      given: 'a:\n\tb: 1\n',
      want: 'error yaml-syntax a:2:1 A tab is used as indentation',
    },
    { title: 'nothing', given: ' \n', want: 'error file-empty a:1:1 The file is empty' },
    { title: 'nothing but comments', given: '# a\n', want: 'error file-empty a:1:1 The file is empty' },
    {
      title: 'several documents',
      given: 'a: 1\n---\nb: 1\n---\nc: 1\n',
      want: 'error yaml-documents a:3:1 The file holds 3 YAML documents',
    },
    {
      title: 'a repeated member in YAML',
      given: 'p:\n  a: 1\n  a: 2\n',
      want: 'warning yaml-duplicate-key a:3:3 The member `a` occurs twice in one object',
    },
    {
      title: 'a repeated quoted member in YAML',
      given: '"a b": 1\n"a b": 2\n',
      want: 'warning yaml-duplicate-key a:2:1 The member `a b` occurs twice in one object',
    },
    {
      title: 'a repeated member in JSON',
      given: '{"p": {"a": 1,\n "a": 2}}',
      want: 'warning yaml-duplicate-key a:2:2 The member `a` occurs twice in one object',
    },
    {
      title: 'a tag without meaning',
      given: 'a: !include x.yaml\n',
      want: 'warning yaml-tag a:1:4 Unresolved tag: !include',
    },
    {
      title: 'an alias without an anchor',
      given: 'b: 1\na: *x\n',
      want: 'error yaml-syntax a:2:4 The alias `*x` has no anchor before it',
    },
    {
      title: 'an alias inside of its anchor',
      given: 'a: &x {b: *x}\n',
      want: 'error too-large a:1:1 A YAML alias stands inside of what it stands for',
    },
    {
      title: 'JSON nested too deeply',
      given: `${'['.repeat(100_000)}`,
      want: 'error nested-too-deep a:1:501 Values are nested too deeply: the limit is 500 levels',
    },
    {
      title: 'YAML nested too deeply',
      given: `a: ${'['.repeat(100_000)}`,
      want: 'error nested-too-deep a:1:503 Values are nested too deeply: the limit is 500 levels',
    },
    {
      title: 'block YAML nested too deeply',
      given: `${'- '.repeat(100_000)}`,
      want: 'error nested-too-deep a:1:1001 Values are nested too deeply: the limit is 500 levels',
    },
  ];
  it.each(problems)('says $title', ({ given, want }) => {
    expect(said(parseText('a', given).diagnostics)).toEqual([want]);
  });

  it('takes the last of repeated members', () => {
    expect(parseText('a', 'a: 1\na: 2\n').value).toEqual({ a: 2 });
    expect(parseText('a', '{"a": 1, "a": 2}').value).toEqual({ a: 2 });
  });

  it('reads lists closed at the indentation of their parent, beside repeated members and tags too', () => {
    const list = 'p:\n  l: [\n    1\n]\n';
    expect(parseText('a', list)).toEqual({ value: { p: { l: [1] } }, diagnostics: [] });
    const repeated = parseText('a', `a: 1\na: 2\n${list}`);
    expect(repeated.value).toEqual({ a: 2, p: { l: [1] } });
    expect(said(repeated.diagnostics)).toEqual([
      'warning yaml-duplicate-key a:2:1 The member `a` occurs twice in one object',
    ]);
    const tagged = parseText('a', `a: !b [x]\n${list}`);
    expect(tagged.value).toEqual({ a: ['x'], p: { l: [1] } });
    expect(said(tagged.diagnostics)).toEqual(['warning yaml-tag a:1:4 Unresolved tag: !b']);
  });

  it('stays fast on many repeated members', () => {
    const text = `{${Array(300_000).fill('"a": 1').join(',')}}`;
    const { value, diagnostics } = parseText('a', text);
    expect(value).toEqual({ a: 1 });
    expect(diagnostics).toHaveLength(100);
  }, 10_000);

  it('names the place of an error in very long YAML', () => {
    const text = `a: ${'x'.repeat(10_000_000)}\nb: [\n`;
    expect(said(parseText('a', text).diagnostics)).toEqual([
      expect.stringMatching(/^error yaml-syntax a:3:1 /),
    ]);
  });

  it('refuses merge keys that copy millions of members, to the lenient parser too', () => {
    const keys = Array.from({ length: 2000 }, (_, position) => `k${position}: 1`).join(', ');
    const merges = Array.from({ length: 2000 }, (_, position) => `m${position}: {<<: *a}`).join('\n');
    const bomb = `a: &a {${keys}}\n${merges}\n`;
    expect(parseText('a', bomb).diagnostics.map(({ code }) => code)).toEqual(['too-large']);
    expect(parseText('a', `x: 1\nx: 2\n${bomb}`).diagnostics.map(({ code }) => code)).toEqual([
      'yaml-syntax',
    ]);
  });

  it('refuses aliases that unfold to billions of values, and nesting that only aliases make', () => {
    const bomb = ['a: &l0 [x,x,x,x,x,x,x,x,x,x]'];
    const chain = ['a: &l0 {x: 1}'];
    for (let level = 1; level < 12; level++) {
      bomb.push(
        `a${level}: &l${level} [${Array(10)
          .fill(`*l${level - 1}`)
          .join(',')}]`,
      );
    }
    for (let level = 1; level < 1000; level++) chain.push(`a${level}: &l${level} {x: *l${level - 1}}`);
    expect(parseText('a', bomb.join('\n')).diagnostics.map(({ code }) => code)).toEqual(['too-large']);
    expect(parseText('a', chain.join('\n')).diagnostics.map(({ code }) => code)).toEqual(['nested-too-deep']);
  });
});
