// How much of real scripts the import understands: node test/run.mjs test/bash/survey.ts FOLDER
// Prints one line per script that is not understood whole, then totals.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, member } from '../../src/model/json.ts';
import { readBash } from '../../src/sources/bash/read.ts';

const [, , folder = '.'] = process.argv;
const total = { scripts: 0, sites: 0, unreached: 0, operations: 0, unresolved: 0, chained: 0, crashed: 0 };
let slowest = { file: '', ms: 0 };

for (const file of filesBelow(folder)) {
  const text = readFileSync(file, 'utf8');
  if (!/\b(?:curl|wget|https?)\b/.test(text)) continue;
  total.scripts++;
  const start = performance.now();
  try {
    const { value, diagnostics } = await readBash(file, text);
    const count = (code: string): number => diagnostics.filter((one) => one.code === code).length;
    const operations = Object.values(member(value?.document, 'paths') ?? {}).flatMap((item) =>
      isObject(item) ? Object.values(item) : [],
    );
    const open = operations.filter((one) => member(member(one, 'x-mcpgen'), 'diagnostics') !== undefined);
    const summary = diagnostics.find((one) => one.code === 'imported')?.message ?? '';
    const sites = Number(/from (\d+)/.exec(summary)?.[1] ?? 0);
    total.sites += sites + count('unreached-call');
    total.unreached += count('unreached-call');
    total.operations += operations.length;
    total.unresolved += open.length;
    total.chained += count('response-chain');
    const reasons = diagnostics
      .filter((one) =>
        [
          'unresolved',
          'argument-place',
          'unreached-call',
          'no-calls',
          'json-invalid',
          'graphql-invalid',
          'budget',
          'bash-syntax',
          'eval',
        ].includes(one.code),
      )
      .map(
        (one) =>
          `    ${one.origin !== undefined && 'line' in one.origin ? one.origin.line : ''} ${one.code}: ${one.message}`,
      );
    if (reasons.length > 0)
      console.log(`${file}: ${summary}\n${[...new Set(reasons)].slice(0, 8).join('\n')}`);
  } catch (error) {
    total.crashed++;
    console.log(`${file}: crashed: ${error instanceof Error ? error.stack : error}`);
  }
  const ms = performance.now() - start;
  if (ms > slowest.ms) slowest = { file, ms };
}
const share = (part: number, whole: number): string =>
  `${whole === 0 ? 100 : Math.round((part / whole) * 1000) / 10} %`;
console.log(
  `${total.scripts} scripts, ${total.crashed} crashed, slowest ${Math.round(slowest.ms)} ms (${slowest.file})`,
);
console.log(
  `calls reached: ${total.sites - total.unreached} of ${total.sites}, ${share(total.sites - total.unreached, total.sites)}`,
);
console.log(
  `operations complete: ${total.operations - total.unresolved} of ${total.operations}, ${share(total.operations - total.unresolved, total.operations)}; ${total.chained} left out for an earlier answer`,
);

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter(
      (file) =>
        statSync(file, { throwIfNoEntry: false })?.isFile() === true &&
        /\.(?:sh|bash)$|^[^.]+$/.test(file.replace(/^.*\//, '')),
    );
}
