/**
 * `npm run wire [-- document… | file…] [--rounds N]`: the wire test over whole documents, of the corpus by name, or any file. Prints per document how many operations
 * are exact by each route, and every difference per feature. Ends with 1 where less than 98 % are exact.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from './cli.ts';
import { startRecorder } from './recorder.ts';
import { wireDifferences, wireTable } from './report.ts';
import type { Mode } from './sample-scalar.ts';
import { type WireReport, wire } from './wire.ts';

const corpus = resolve(root, '../shared/corpus');
const words = process.argv.slice(2);
const rounds = words.includes('--rounds') ? Number(words.splice(words.indexOf('--rounds'), 2)[1]) : 3;
const modes: Mode[] = [
  'required',
  'all',
  ...Array.from({ length: Math.max(0, rounds - 2) }, () => 'some' as const),
];
const documents: { name: string; entry: string }[] = existsSync(corpus)
  ? JSON.parse(readFileSync(join(corpus, 'index.json'), 'utf8'))
  : [];
const chosen =
  words.length === 0
    ? documents.map(({ name, entry }) => ({ name, entry: join(corpus, entry) }))
    : words.map((word) => {
        const found = documents.find(({ name }) => name === word);
        return found === undefined
          ? { name: word, entry: resolve(word) }
          : { name: word, entry: join(corpus, found.entry) };
      });

const recorder = await startRecorder();
const reports: WireReport[] = [];
const failures: string[] = [];
for (const { name, entry } of chosen) {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-wire-'));
  const start = performance.now();
  try {
    const report = await wire(entry, folder, recorder, modes.slice(0, rounds));
    reports.push({ ...report, name });
    const took = ((performance.now() - start) / 1000).toFixed(0);
    const { exact, sampled, requests } = report;
    process.stderr.write(
      `${name}: ${requests} requests, ${took} s, exact ${exact.wrapper} and ${exact.server} of ${sampled}\n`,
    );
    // What is known so far is worth having when somebody ends the run.
    if (report.findings.length > 0) process.stderr.write(`${wireDifferences([report], 1)}\n`);
  } catch (error) {
    failures.push(`${name}: ${String(error)}`);
  }
  rmSync(folder, { recursive: true, force: true });
}
await recorder.close();
console.log(wireTable(reports, Number(process.env.WIRE_EXAMPLES ?? 1)));
for (const { name, unsampled } of reports)
  for (const line of unsampled) console.log(`not sampled: ${name} ${line}`);
for (const failure of failures) console.log(`failed: ${failure}`);
const sampled = reports.reduce((sum, report) => sum + report.sampled, 0);
const exact = (['wrapper', 'server'] as const).map((route) =>
  reports.reduce((sum, report) => sum + report.exact[route], 0),
);
process.exitCode = failures.length > 0 || exact.some((count) => count < 0.98 * sampled) ? 1 : 0;
