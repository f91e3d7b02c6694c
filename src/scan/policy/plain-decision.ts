/** The decision of a run that asks for none: no gate, and nothing that sets findings aside. */

import type { Advisory, Coverage } from '../../core/model/advisory/advisory.ts';
import { EXIT_CODES } from '../../core/model/report/exit-codes.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { MatchCorrections } from '../../core/model/advisory/matches.ts';
import type {
  ArtifactResult,
  BaselineResult,
  Suppressed,
  Verdict,
} from '../../core/model/report/report.ts';
import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import { endOfLifeProgramNotes, endOfLifeDiagnostic } from './end-of-life.ts';
import { isGate } from './gate.ts';
import type { PolicyOptions } from './options.ts';
import type { RulePatternScanners } from './unlooked-categories.ts';

/** The findings of a run, before exceptions. */
export interface DecisionInput {
  readonly results: readonly (Pick<ArtifactResult, 'inventory' | 'findings' | 'diagnostics'> &
    Partial<Pick<ArtifactResult, 'artifact' | 'scanners'>> & {
      readonly corrected?: MatchCorrections;
    })[];
  readonly advisories: ReadonlyMap<string, Advisory>;
  /**
   * The advisory data that was used; shows whether EPSS and KEV are loaded. Absent: only what
   * advisories contain.
   */
  readonly coverage?: readonly Coverage[];
  /**
   * The outcome of checking signatures or sources. Absent: no check was requested; present, it
   * requires a verdict.
   */
  readonly trust?: TrustOutcome;
  /**
   * Whether findings about sources, integrity and confusion decide as an untrusted source does;
   * absent: they do not.
   */
  readonly judgesOrigins?: boolean;
  /** Sentences that the verdict of a gate repeats as warnings. */
  readonly warnings?: readonly string[];
  /**
   * The scanners that could meet the patterns of conditions on rules; absent: no condition has one.
   */
  readonly ruleScanners?: RulePatternScanners | undefined;
}

/** The outcome of a run: what is set aside, notes, and the verdict. */
export interface Decision {
  /** One list for each result, in their order. */
  readonly suppressed: readonly (readonly Suppressed[])[];
  /**
   * Diagnostics of this room (end of life, stale exceptions), to be added to each result, in their
   * order.
   */
  readonly diagnostics: readonly (readonly Diagnostic[])[];
  /** With a baseline: new and fixed findings. */
  readonly baseline?: BaselineResult;
  /** Without a cure; see `scan/remediation/cure.ts`. */
  readonly verdict: Verdict;
}

/**
 * Returns whether options ask for a gate or set findings aside; otherwise {@link plainDecision} is
 * the whole decision.
 */
export function asksForDecision(options: PolicyOptions): boolean {
  const { ignore, ignoreProblems, overrides, vex, ignoreStatuses, implicit } = options;
  const lists = [ignore, ignoreProblems, overrides, vex, ignoreStatuses, implicit];
  return (
    isGate(options) ||
    options.exitOnEol !== undefined ||
    options.ignoreUnfixed ||
    lists.some((list) => list !== undefined && list.length > 0)
  );
}

/**
 * Returns notes on ends of life and the status `notAsked`. `now` is in milliseconds since the Unix
 * epoch.
 */
export function plainDecision(
  { results }: Pick<DecisionInput, 'results'>,
  { isDryRun }: Pick<PolicyOptions, 'isDryRun'>,
  now: number,
): Decision {
  return {
    suppressed: results.map(() => []),
    diagnostics: results.map((result) => endOfLifeNotes(result, now)),
    verdict: {
      status: 'notAsked',
      exitCode: EXIT_CODES.pass,
      ...(isDryRun === true && { isDryRun }),
      causes: [],
    },
  };
}

/**
 * Returns the end of life of the system and of programs. `now` is in milliseconds since the Unix
 * epoch.
 */
export function endOfLifeNotes(
  { inventory: { distro, packages } }: DecisionInput['results'][number],
  now: number,
): readonly Diagnostic[] {
  const system = distro && endOfLifeDiagnostic(distro, now);
  const programs = endOfLifeProgramNotes(packages, now);
  return system === undefined ? programs : [system, ...programs];
}
