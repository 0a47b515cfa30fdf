import { existsSync } from 'node:fs';
import { codeSpan, markdownText } from '../generators/quote/markdown.ts';
import { createLocate } from './build.ts';
import type { Change } from './diff/change.ts';
import { compareOutputs } from './diff/compare.ts';
import { isRevision, loadSides } from './diff/load.ts';
import { hasErrors } from './model/diagnostic.ts';
import { createReporter, escapeControls, processStreams } from './report.ts';

/**
 * `mcpgen diff`: what changed for callers between two specs, manifests, output folders or git revisions.
 * @param before a bare revision means `after` in that revision; two bare revisions mean `out` in each
 * @returns exit status: 0; 1 the input has errors; 3 something breaks callers
 */
export async function runDiff(
  before: string,
  after: string,
  format: { readonly json?: boolean | undefined; readonly markdown?: boolean | undefined },
): Promise<number> {
  const reporter = createReporter(processStreams());
  const { value: sides, diagnostics } = await loadSides(...inRevisions(before, after));
  reporter.diagnostics(diagnostics, createLocate());
  if (sides === undefined || hasErrors(diagnostics)) return 1;
  const changes = compareOutputs(...sides);
  const breaking = changes.some((change) => change.breaking);
  if (format.json) reporter.raw(`${JSON.stringify({ breaking, changes }, null, 2)}\n`);
  else if (format.markdown) reporter.raw(asMarkdown(changes));
  else reporter.line(asText(changes));
  return breaking ? 3 : 0;
}

function inRevisions(before: string, after: string): readonly [string, string] {
  const [old, fresh] = [before, after].map((word) => !existsSync(word) && isRevision(word));
  if (!old) return [before, after];
  return fresh ? [`${before}:out`, `${after}:out`] : [`${before}:${after}`, after];
}

/** Breaking changes first, else in the order of the operations. */
function sorted(changes: readonly Change[]): readonly Change[] {
  return [...changes].sort((a, b) => Number(b.breaking) - Number(a.breaking));
}

function summary(changes: readonly Change[]): string {
  if (changes.length === 0) return 'nothing changed for callers';
  const breaking = changes.filter((change) => change.breaking).length;
  const other = changes.length - breaking;
  return `${breaking} breaking ${breaking === 1 ? 'change' : 'changes'}, ${other} other`;
}

function asText(changes: readonly Change[]): string {
  const lines = sorted(changes).map(({ breaking, api, command, argument, message }) => {
    const place = [api, command, argument === undefined ? undefined : `--${argument}`];
    return escapeControls(
      `${breaking ? 'breaking' : 'ok      '}  ${place.filter(Boolean).join(' ')}: ${message}`,
    );
  });
  return [...lines, summary(changes)].join('\n');
}

/** A comment for a pull request. */
function asMarkdown(changes: readonly Change[]): string {
  const rows = sorted(changes).map(({ breaking, api, command, argument, message }) => {
    const place = [api, command, argument === undefined ? undefined : `--${argument}`]
      .filter(Boolean)
      .join(' ');
    return `| ${breaking ? '**breaking**' : 'ok'} | ${codeSpan(place).replaceAll('|', '\\|')} | ${messageMarkdown(message)} |`;
  });
  const table = rows.length === 0 ? [] : ['', '| | where | what |', '|---|---|---|', ...rows];
  return `${[`**API changes: ${summary(changes)}**`, ...table].join('\n')}\n`;
}

/** A message with what it quotes as code. */
function messageMarkdown(message: string): string {
  return message
    .split(/(`[^`]+`| +)/)
    .map((piece) => {
      if (piece.trim() === '') return piece;
      return piece.startsWith('`') && piece.length > 2
        ? codeSpan(piece.slice(1, -1)).replaceAll('|', '\\|')
        : markdownText(piece);
    })
    .join('');
}
