/** Turns findings and gaps into a verdict. */

import type { Advisory } from '../model/advisory.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { ArtifactResult, Suppressed, Verdict } from '../model/report.ts';
import type { PolicyOptions } from './options.ts';

export interface DecisionInput {
  readonly results: readonly Pick<ArtifactResult, 'inventory' | 'findings' | 'diagnostics'>[];
  readonly advisories: ReadonlyMap<string, Advisory>;
}

export interface Decision {
  /** One list for each result, in their order. */
  readonly suppressed: readonly (readonly Suppressed[])[];
  /** What deciding found out (end of life, stale exceptions), to be added to each result, in their order. */
  readonly diagnostics: readonly (readonly Diagnostic[])[];
  /** Without a cure; see `remediation/cure.ts`. */
  readonly verdict: Verdict;
}

/** `now` is in milliseconds since the Unix epoch. */
export function decide(_input: DecisionInput, _options: PolicyOptions, _now: number): Decision {
  throw new Error('not written yet');
}
