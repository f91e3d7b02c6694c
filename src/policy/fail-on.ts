/** Reads `--fail-on`. */

import type { FailCondition } from './options.ts';

/** @throws AssayError `USAGE` */
export function parseFailOn(_text: string): readonly FailCondition[] {
  throw new Error('not written yet');
}
