/**
 * `npm run corpus [-- name…]`: every document of the corpus builds and its output holds; every hostile document gives what its expectation says.
 * Prints two tables, and ends with 1 on any miss.
 */
import { existsSync } from 'node:fs';
import { columns } from '../wire/report.ts';
import { ADVERSARIAL_HEAD, adversarialCases, checkCase } from './adversarial.ts';
import { checkDocument, corpus, corpusEntries, HEAD, type Row } from './corpus.ts';

if (!existsSync(corpus)) {
  console.warn(`skipped: ${corpus} is not here`);
} else {
  const names = process.argv.slice(2);
  const wanted = (name: string): boolean => names.length === 0 || names.some((each) => name.startsWith(each));
  const documents = await table(
    corpusEntries().filter(({ name }) => wanted(name)),
    checkDocument,
    2,
  );
  const hostile = await table(
    adversarialCases().filter(({ file }) => wanted(file)),
    checkCase,
    1,
  );
  if (documents.length > 0) print(HEAD, documents);
  if (hostile.length > 0) print(ADVERSARIAL_HEAD, hostile);
  const misses = [...documents, ...hostile].flatMap((row) => row.misses);
  for (const miss of misses) console.log(`✗ ${miss}`);
  const good = (rows: readonly Row[]): string =>
    `${rows.filter((row) => row.misses.length === 0).length} of ${rows.length}`;
  console.log(`${good(documents)} documents, ${good(hostile)} hostile documents as they should be`);
  process.exitCode = misses.length > 0 ? 1 : 0;
}

/** Checks a few at a time, and keeps their order. */
async function table<T>(
  items: readonly T[],
  check: (item: T) => Promise<Row>,
  workers: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  const queue = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const row = await check(next[1]);
      rows[next[0]] = row;
      const lines = [`${row.misses.length === 0 ? '✓' : '✗'} ${row.name}`, ...row.misses];
      process.stderr.write(`${lines.join('\n    ')}\n`);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return rows;
}

function print(head: readonly string[], rows: readonly Row[]): void {
  console.log(columns([head, ...rows.map((row) => [row.name, ...row.cells])]));
  console.log();
}
