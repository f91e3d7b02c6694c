/** The shortest change that flips a verdict. */

import type { Advisory } from '../model/advisory.ts';
import type { ArtifactResult, Verdict } from '../model/report.ts';

/** `undefined` where the gate passed or was not asked. `command` is what the user typed, to check again with. */
export function cureOf(
  _verdict: Verdict,
  _results: readonly ArtifactResult[],
  _advisories: ReadonlyMap<string, Advisory>,
  _command: string,
): Verdict['cure'] | undefined {
  throw new Error('not written yet');
}
