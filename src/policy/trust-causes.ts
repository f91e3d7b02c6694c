/** What signatures and sources contribute to a verdict: the states that end with exit codes 7 and 10 to 13. */

import type { DecidingCauseId } from '../model/exit-codes.ts';
import type { Verdict } from '../model/report.ts';

type Cause = Verdict['causes'][number];

/** Causes about signatures and sources. */
export type TrustCauseId = Extract<
  DecidingCauseId,
  'signatureRefused' | 'noCertificate' | 'noImage' | 'unsigned' | 'untrustedSource'
>;

/** One thing that is not signed as asked for, or comes from a source that is not allowed. */
export interface TrustProblem {
  readonly cause: TrustCauseId;
  /** What it is about and why it does not count, with the way out. */
  readonly message: string;
  /** Findings that say the same in the report; absent: none. */
  readonly findingIds?: readonly string[];
}

/** The outcome of a check of signatures or sources. Its presence asks for a verdict, with or without a gate on findings. */
export interface TrustOutcome {
  readonly problems: readonly TrustProblem[];
  /** What holds, for the verdict of a pass. */
  readonly held: readonly { readonly group: 'signature' | 'source'; readonly message: string }[];
}

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

/** Returns what a pass says of signatures and sources. */
export function passedTrustRules(
  outcome: TrustOutcome | undefined,
): readonly { readonly rule: string; readonly message: string }[] {
  return (outcome?.held ?? []).map(({ group, message }) => ({ rule: group, message }));
}
