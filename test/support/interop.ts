/**
 * Tests that start other people's tools many times. They take minutes in all, so they run where `ASSAY_TEST_INTEROP` is set,
 * as one of the wider checks does.
 */

import { missingTool } from './tools.ts';

/**
 * What keeps tests with foreign tools from running here: the variable that is not set, or the first tool that is not
 * installed. Undefined: they run.
 */
export function missingForInterop(...tools: readonly string[]): string | undefined {
  if (process.env['ASSAY_TEST_INTEROP'] === undefined) return 'ASSAY_TEST_INTEROP';
  return missingTool(...tools);
}
