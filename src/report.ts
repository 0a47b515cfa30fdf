import yoctoSpinner, { type Spinner } from 'yocto-spinner';
import type { Diagnostic, Origin, Severity } from './model/diagnostic.ts';

/** A place in a file as people count: from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Finds where an origin stands. A file that cannot be read gives line 1, column 1. */
export type Locate = (origin: Origin) => Position;

/** What the printer writes to, so that tests need no process. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Whether standard error is a terminal: colours are for people. */
  readonly terminal: boolean;
  /** Shows what is being done, in place of what was shown before; '' takes it away. Absent where nobody looks. */
  readonly progress?: (text: string) => void;
}

/** The only printer: messages to standard error, results to standard output; with `json` every event is one line of JSON on standard output. */
export interface Reporter {
  /** Prints messages sorted by place, the same message at the same place once. */
  readonly diagnostics: (diagnostics: readonly Diagnostic[], locate: Locate) => void;
  /** A result for people; says nothing with `json`. */
  readonly line: (text: string) => void;
  /** An event for machines; says nothing without `json`. */
  readonly event: (event: string, data: object) => void;
  /** A result that is printed the same in both modes, e.g. a document. */
  readonly raw: (text: string) => void;
  /** What is being done, on a terminal only; each text takes the place of the one before, '' removes it. */
  readonly progress: (text: string) => void;
}

/**
 * Makes the printer.
 * @param streams where to; processStreams() in the program
 * @param options `json`: NDJSON on standard output; `colors`: defaults to a terminal without NO_COLOR
 */
export function createReporter(
  streams: Streams,
  options: { readonly json?: boolean; readonly colors?: boolean } = {},
): Reporter {
  const json = options.json ?? false;
  const colors = options.colors ?? (streams.terminal && !process.env.NO_COLOR);
  const progress = (text: string) => {
    if (!json) streams.progress?.(escapeControls(text));
  };
  const event = (name: string, data: object) => {
    if (json) streams.out(`${JSON.stringify({ event: name, ...data })}\n`);
  };
  return {
    diagnostics: (diagnostics, locate) => {
      progress('');
      for (const located of sortDiagnostics(diagnostics, locate)) {
        if (json) event('diagnostic', flatten(located));
        else streams.error(`${formatDiagnostic(located, colors)}\n`);
      }
    },
    line: (text) => {
      progress('');
      if (!json) streams.out(`${text}\n`);
    },
    event,
    raw: (text) => {
      progress('');
      streams.out(text);
    },
    progress,
  };
}

/** The streams of this process. Writing to a pipe whose reader is gone ends the program as it ends other filters. */
export function processStreams(): Streams {
  return {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY === true,
    ...(process.stderr.isTTY && process.env.TERM !== 'dumb' && !process.env.CI ? { progress: spin() } : {}),
  };
}

/** A spinner on standard error, which is gone when the process ends. */
function spin(): (text: string) => void {
  let spinner: Spinner | undefined;
  return (text) => {
    if (text === '') {
      spinner?.stop();
      return;
    }
    if (spinner === undefined) {
      spinner = yoctoSpinner({ handleSignals: false });
      process.once('exit', () => spinner?.stop());
    }
    spinner.text = text;
    if (!spinner.isSpinning) spinner.start();
  };
}

/** A diagnostic with its place resolved. */
export interface Located {
  readonly diagnostic: Diagnostic;
  readonly position?: Position;
}

/** Resolves places, sorts by them (messages without a place last) and drops repetitions. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[], locate: Locate): readonly Located[] {
  const located = new Map<string, Located>();
  for (const diagnostic of diagnostics) {
    const position = diagnostic.origin === undefined ? undefined : locate(diagnostic.origin);
    const key = JSON.stringify([position, diagnostic.code, diagnostic.message]);
    if (!located.has(key)) {
      located.set(key, position === undefined ? { diagnostic } : { diagnostic, position });
    }
  }
  return [...located.values()].sort(comparePlaces);
}

function comparePlaces(a: Located, b: Located): number {
  const [x, y] = [a.position, b.position];
  if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
  if (x.file !== y.file) return x.file < y.file ? -1 : 1;
  return x.line - y.line || x.column - y.column;
}

const COLORS: { readonly [severity in Severity]: string } = {
  error: '\u001b[31m',
  warning: '\u001b[33m',
  info: '\u001b[36m',
};

/**
 * `file:line:column: error[code]: message`, and the hint on a second line.
 * @returns text without the last line end; inert in a terminal whatever the input holds, but for the colours asked for
 */
export function formatDiagnostic({ diagnostic, position }: Located, colors: boolean): string {
  const { severity, code, message, hint } = diagnostic;
  const paint = (start: string, text: string) => (colors ? `${start}${text}\u001b[0m` : text);
  const place =
    position === undefined ? '' : `${escapeControls(position.file)}:${position.line}:${position.column}: `;
  const head = paint(COLORS[severity], `${severity}[${code}]`);
  const first = `${paint('\u001b[1m', place)}${head}: ${escapeControls(message)}`;
  return hint === undefined ? first : `${first}\n  hint: ${escapeControls(hint)}`;
}

function flatten({ diagnostic, position }: Located): object {
  const { code, severity, message, hint } = diagnostic;
  return { code, severity, message, ...(hint === undefined ? {} : { hint }), ...position };
}

/**
 * Makes text from the input harmless in a terminal: control characters (C0, DEL, C1), line separators, direction marks and lone surrogates
 * become escapes that can be read. Everything else stays as it is.
 */
export function escapeControls(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu,
    (character) => {
      if (character === '\n') return '\\n';
      if (character === '\t') return '\\t';
      if (character === '\r') return '\\r';
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}

/** A number and what it counts, as people write it: `1 tool`, `1,223 tools`. */
export function quantity(number: number, singular: string): string {
  return `${number.toLocaleString('en')} ${singular}${number === 1 ? '' : 's'}`;
}

/** Lays out rows as columns, each as wide as its widest cell. Cells are made harmless. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(escapeControls));
  const widths: number[] = [];
  for (const row of clean) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  }
  return clean
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
