import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/cli.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Many tests start processes of their own: two workers keep a small machine responsive.
    maxWorkers: 2,
  },
});
