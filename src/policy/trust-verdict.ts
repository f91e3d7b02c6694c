/** The verdict of a command that checks signatures or sources and nothing else. */

import type { Verdict } from '../model/report.ts';
import { SEVERITIES } from '../model/severity.ts';
import type { TrustOutcome } from '../model/trust-outcome.ts';
import { evaluateGate } from './gate-verdict.ts';

/** Returns the verdict on an outcome. `now` is in milliseconds since the Unix epoch. */
export function trustVerdict(trust: TrustOutcome, now: number): Verdict {
  const verdict = evaluateGate({
    subjects: [],
    gaps: [],
    results: [],
    withoutEffect: [],
    options: {
      severities: SEVERITIES,
      ignoreUnfixed: false,
      ignoreStatuses: [],
      ignore: [],
      failOn: [],
      allowIncomplete: [],
      command: '',
    },
    trust,
    now,
  });
  const { warnings = [] } = trust;
  return warnings.length === 0 ? verdict : { ...verdict, warnings };
}
