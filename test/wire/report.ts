import type { Finding, WireReport } from './wire.ts';

/** A table of documents, and below it the differences, counted per feature with an example each. */
export function wireTable(reports: readonly WireReport[], examples = 1): string {
  const share = (part: number, whole: number): string =>
    whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
  const rows = reports.map((report) => [
    report.name,
    String(report.operations),
    String(report.requests),
    share(report.exact.wrapper, report.sampled),
    share(report.exact.server, report.sampled),
    String(report.operations - report.sampled),
  ]);
  const sum = (count: (report: WireReport) => number): number =>
    reports.reduce((total, each) => total + count(each), 0);
  const sampled = sum((each) => each.sampled);
  rows.push([
    'all',
    String(sum((each) => each.operations)),
    String(sum((each) => each.requests)),
    share(
      sum((each) => each.exact.wrapper),
      sampled,
    ),
    share(
      sum((each) => each.exact.server),
      sampled,
    ),
    String(sum((each) => each.operations - each.sampled)),
  ]);
  return [
    columns([
      ['document', 'operations', 'requests', 'wrapper exact', 'server exact', 'not sampled'],
      ...rows,
    ]),
    '',
    wireDifferences(reports, examples),
  ].join('\n');
}

/** The differences, counted per feature, with examples. */
export function wireDifferences(reports: readonly WireReport[], examples: number): string {
  const groups = new Map<string, { finding: Finding; name: string }[]>();
  for (const { name, findings } of reports) {
    for (const finding of findings) {
      const key = `${finding.route}: ${finding.feature}`;
      groups.set(key, [...(groups.get(key) ?? []), { finding, name }]);
    }
  }
  const cut = (text: string): string => JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([key, found]) => [
      `${found.length} × ${key}`,
      ...found
        .slice(0, examples)
        .flatMap(({ finding, name }) => [
          `    ${name} ${finding.operation}`,
          `      call     ${finding.call.slice(0, 300)}`,
          `      expected ${cut(finding.expected)}`,
          `      actual   ${cut(finding.actual)}`,
        ]),
    ])
    .join('\n');
}

/** Lines of columns that stand below each other. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
