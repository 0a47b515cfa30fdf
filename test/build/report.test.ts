import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { createReporter, escapeControls, formatTable, type Locate, quantity } from '../../src/report.ts';

const locate: Locate = (origin) => ('line' in origin ? origin : { file: origin.file, line: 7, column: 3 });

function record(terminal = false) {
  const printed = { out: '', error: '' };
  const streams = {
    out: (text: string) => {
      printed.out += text;
    },
    error: (text: string) => {
      printed.error += text;
    },
    terminal,
  };
  return { printed, streams };
}

function error(message: string, origin?: Diagnostic['origin'], hint?: string): Diagnostic {
  return {
    code: 'edited',
    severity: 'error',
    message,
    ...(origin === undefined ? {} : { origin }),
    ...(hint === undefined ? {} : { hint }),
  };
}

describe('a number of things', () => {
  it('has a plural but for one, and its thousands apart', () => {
    const said = [0, 1, 2, 1223].map((number) => quantity(number, 'tool'));
    expect(said).toEqual(['0 tools', '1 tool', '2 tools', '1,223 tools']);
  });
});

describe('the printer', () => {
  it('prints place, severity, code, message and hint, sorted by place and without repetitions', () => {
    const { printed, streams } = record();
    const second = error('second', { file: 'b.yaml', line: 2, column: 1 });
    createReporter(streams).diagnostics(
      [
        error('no place'),
        second,
        error('tenth', { file: 'a.yaml', line: 10, column: 1 }),
        error('by pointer', { file: 'a.yaml', pointer: '/paths' }, 'do this'),
        second,
      ],
      locate,
    );
    expect(printed.error).toBe(
      [
        'a.yaml:7:3: error[edited]: by pointer',
        '  hint: do this',
        'a.yaml:10:1: error[edited]: tenth',
        'b.yaml:2:1: error[edited]: second',
        'error[edited]: no place',
        '',
      ].join('\n'),
    );
    expect(printed.out).toBe('');
  });

  it('is inert in a terminal, whatever the input holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, name) => {
        const { printed, streams } = record();
        createReporter(streams).diagnostics(
          [error(message, { file: name, line: 1, column: 1 }, name)],
          locate,
        );
        expect(printed.error.split('\n')).toHaveLength(3);
        expect(printed.error).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
      }),
    );
    expect(escapeControls('a\u001b[2J\n\u202eb é 🎉')).toBe('a\\u001b[2J\\n\\u202eb é 🎉');
  });

  it('uses colours and progress on a terminal only, and no colours with NO_COLOR', () => {
    const pipe = record();
    const reporter = createReporter(pipe.streams);
    reporter.progress('compiling');
    reporter.diagnostics([error('x')], locate);
    expect(pipe.printed.error).toBe('error[edited]: x\n');

    const shown: string[] = [];
    const watched = { ...record(true).streams, progress: (text: string) => void shown.push(text) };
    createReporter(watched).progress('com\u001bpiling');
    createReporter(watched).line('done');
    createReporter(watched, { json: true }).progress('compiling');
    expect(shown).toEqual(['com\\u001bpiling', '']);

    const terminal = record(true);
    createReporter(terminal.streams, { colors: true }).diagnostics([error('x')], locate);
    expect(terminal.printed.error).toContain('\u001b[31merror[edited]\u001b[0m');

    process.env.NO_COLOR = '1';
    try {
      const plain = record(true);
      createReporter(plain.streams).diagnostics([error('x')], locate);
      expect(plain.printed.error).not.toContain('\u001b[31m');
    } finally {
      delete process.env.NO_COLOR;
    }
  });

  it('writes one JSON event per line on standard output with --json', () => {
    const { printed, streams } = record();
    const reporter = createReporter(streams, { json: true });
    reporter.diagnostics([error('x\ny', { file: 'a', pointer: '' }, 'h')], locate);
    reporter.line('for people');
    reporter.event('summary', { status: 1 });
    expect(
      printed.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        event: 'diagnostic',
        code: 'edited',
        severity: 'error',
        message: 'x\ny',
        hint: 'h',
        file: 'a',
        line: 7,
        column: 3,
      },
      { event: 'summary', status: 1 },
    ]);
    expect(printed.error).toBe('');
  });

  it('lays out tables', () => {
    expect(
      formatTable([
        ['a', 'bb'],
        ['ccc', 'd\n'],
      ]),
    ).toBe('a    bb\nccc  d\\n');
  });
});
