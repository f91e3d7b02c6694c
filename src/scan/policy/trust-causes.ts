/**
 * The contribution of signatures and sources to a verdict: the states that end with exit codes 7
 * and 10 to 13.
 */

import type { Verdict } from '../../core/model/report/report.ts';
import type { TrustCauseId, TrustOutcome } from '../../core/model/report/trust-outcome.ts';

type Cause = Verdict['causes'][number];

/** The rules as they stand in a verdict. */
const RULES: Readonly<Record<TrustCauseId, string>> = {
  signatureRefused: 'signature/refused',
  noCertificate: 'signature/no-certificate',
  noImage: 'signature/no-image',
  unsigned: 'signature/none',
  untrustedSource: 'source/untrusted',
};

/** Returns the causes of one kind, one for each problem. */
export function trustCauses(
  outcome: TrustOutcome | undefined,
  cause: TrustCauseId,
): readonly Cause[] {
  if (outcome === undefined) return [];
  return outcome.problems
    .filter((problem) => problem.cause === cause)
    .map(({ message, findingIds = [] }) => ({ rule: RULES[cause], findingIds, message }));
}

/** Returns the messages of a pass about signatures and sources. */
export function passedTrustRules(
  outcome: TrustOutcome | undefined,
): readonly { readonly rule: string; readonly message: string }[] {
  return (outcome?.held ?? []).map(({ group, message }) => ({ rule: group, message }));
}
