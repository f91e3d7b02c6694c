/**
 * The switch of tests that start external tools many times. They take minutes, so they run only if
 * `ASSAY_TEST_INTEROP` is set, as one step of `.ci/run` does.
 */

import { missingTool } from './tools.ts';

/**
 * Returns what such tests lack here: the name of the variable if it is not set, or the first tool
 * that is not installed. `undefined` if they can run.
 */
export function missingForInterop(...tools: readonly string[]): string | undefined {
  if (process.env['ASSAY_TEST_INTEROP'] === undefined) return 'ASSAY_TEST_INTEROP';
  return missingTool(...tools);
}
