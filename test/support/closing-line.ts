import type { Reporter, TestModule } from 'vitest/node';

/** A vitest reporter that ends the run with one plain line, `12 passed, 0 failed`: easy to find for people and machines. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A file that could not be loaded has no tests to count.
      counts.failed += module.errors().length;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    const skipped = counts.skipped + counts.pending;
    const rest = skipped === 0 ? '' : `, ${skipped} skipped`;
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${rest}\n`);
  }
}
