/**
 * Prints the test files that took the most CPU time. A busy machine hardly changes CPU times, so
 * `ASSAY_TEST_FILE_SECONDS` can bound them: a run in which a file takes more fails.
 */

import type { Reporter, TestModule } from 'vitest/node';

const SHOWN_COUNT = 30;
/** The reporter of smaller runs prints the time of each file. */
const LEAST_FILES = 20;

/** A reporter of vitest. The times come from `file-cpu.ts`. */
export class SlowFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const limit = Number(process.env['ASSAY_TEST_FILE_SECONDS'] ?? Infinity);
    const files = modules
      .map((module) => ({
        path: module.relativeModuleId,
        seconds: (module.meta().cpuMs ?? 0) / 1000,
      }))
      .sort((a, b) => b.seconds - a.seconds);
    const all = files.reduce((sum, { seconds }) => sum + seconds, 0);
    const line = ({ path, seconds }: (typeof files)[number]): string =>
      `${seconds.toFixed(1).padStart(8)} s  ${path}`;
    if (files.length >= LEAST_FILES) {
      console.log(`\nTime of the processor: ${all.toFixed(0)} s, of which the most in`);
      for (const file of files.slice(0, SHOWN_COUNT)) console.log(line(file));
    }
    const slow = files.filter(({ seconds }) => seconds > limit);
    if (slow.length === 0) return;
    console.error(`\nThese test files take more than ${limit} s (see CONTRIBUTING.md):`);
    for (const file of slow) console.error(line(file));
    process.exitCode = 1;
  }
}
