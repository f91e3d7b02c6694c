import { defineConfig } from 'vitest/config';

/** In CI the counts are also written to a file, from which the closing line is made. */
const results = process.env['ASSAY_TEST_RESULTS'] ?? 'dist/test-results.json';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    // Real tools fetch and unpack whole systems, on machines that do other work besides.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
    reporters:
      process.env['CI'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: results }]],
  },
});
