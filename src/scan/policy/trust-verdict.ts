/** The verdict of a command that checks signatures or sources and nothing else. */

import type { Verdict } from '../../core/model/report/report.ts';
import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import { evaluateGate } from './gate-verdict.ts';
import { NO_POLICY } from './options.ts';

/** Returns the verdict on an outcome. `now` is in milliseconds since the Unix epoch. */
export function trustVerdict(trust: TrustOutcome, now: number): Verdict {
  return evaluateGate({
    subjects: [],
    gaps: [],
    results: [],
    withoutEffect: [],
    options: { ...NO_POLICY, command: '' },
    trust,
    now,
  });
}
