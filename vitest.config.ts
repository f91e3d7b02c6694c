import { defineConfig } from 'vitest/config';

import { SkippedTests } from './test/support/skipped-tests.ts';
import { SlowFiles } from './test/support/slow-files.ts';

/** In CI the counts are also written to a file, from which the closing line is made. */
const results = process.env['ASSAY_TEST_RESULTS'] ?? 'dist/test-results.json';

const FILES = '{src,test,tools}/**/*.test.ts';
/**
 * Test files that change what all files of a process have in common, such as modules by `vi.mock`.
 */
const ISOLATED = '{src,test,tools}/**/*.isolated.test.ts';

/** Of all test files. `maxWorkers` is not among them, so that the flag `--maxWorkers` decides. */
const EACH = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: [
    'test/support/property-seed.ts',
    'test/support/put-back.ts',
    'test/support/file-cpu.ts',
  ],
  // Real tools fetch and unpack whole systems, on machines that do other work besides.
  testTimeout: 300_000,
  hookTimeout: 600_000,
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: [
      'default',
      new SlowFiles(),
      new SkippedTests(),
      ...(process.env['CI'] === undefined
        ? []
        : [['json', { outputFile: results }] as ['json', { outputFile: string }]]),
    ],
    // Starting a process and importing the sources again for each of hundreds of files takes longer
    // than most of the tests.
    projects: [
      { test: { ...EACH, name: 'shared', isolate: false, include: [FILES], exclude: [ISOLATED] } },
      { test: { ...EACH, name: 'isolated', include: [ISOLATED] } },
    ],
  },
});
