/** The result of checking signatures or sources, for a verdict. */

import type { DecidingCauseId } from './exit-codes.ts';

/** Causes about signatures and sources. */
export type TrustCauseId = Extract<
  DecidingCauseId,
  'signatureRefused' | 'noCertificate' | 'noImage' | 'unsigned' | 'untrustedSource'
>;

/** One thing that is not signed as asked for, or comes from a source that is not allowed. */
export interface TrustProblem {
  readonly cause: TrustCauseId;
  /** The subject and the reason for its rejection, with a remedy. */
  readonly message: string;
  /** Findings that say the same in the report; absent: none. */
  readonly findingIds?: readonly string[];
}

/**
 * The outcome of a check. A problem or something that holds asks for a verdict, with or without a
 * gate on findings.
 */
export interface TrustOutcome {
  readonly problems: readonly TrustProblem[];
  /** Passed checks, for the verdict of a pass. */
  readonly held: readonly { readonly group: 'signature' | 'source'; readonly message: string }[];
  /**
   * Reasons that make the verdict less certain, such as a trust file that is part of the scanned
   * tree; absent: none.
   */
  readonly warnings?: readonly string[];
}

/** Joins the outcomes of checks, all of which must hold. */
export function joinedOutcomes(all: readonly (TrustOutcome | undefined)[]): TrustOutcome {
  const warnings = all.flatMap((one) => one?.warnings ?? []);
  return {
    problems: all.flatMap((one) => one?.problems ?? []),
    held: all.flatMap((one) => one?.held ?? []),
    ...(warnings.length > 0 && { warnings }),
  };
}

/**
 * Joins the outcome of a check with that of the sources of a scan. What holds of sources asks for
 * no verdict by itself: without a gate, nothing judges the findings of the same scan.
 */
export function joinOutcomes(
  checked: TrustOutcome | undefined,
  sources: TrustOutcome | undefined,
  hasGate: boolean,
): TrustOutcome | undefined {
  if (sources === undefined) return checked;
  const { problems, held, warnings = [] } = sources;
  const all = [...(checked?.warnings ?? []), ...warnings];
  return {
    problems: [...(checked?.problems ?? []), ...problems],
    held: [...(checked?.held ?? []), ...(hasGate ? held : [])],
    ...(all.length > 0 && { warnings: all }),
  };
}
