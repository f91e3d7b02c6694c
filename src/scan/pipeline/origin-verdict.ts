/** The effect of findings about origins on the verdict of a scan. */

import { isSourceCause } from '../../core/model/rule/origin-rules.ts';
import type { ArtifactResult } from '../../core/model/report/report.ts';
import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import type { DecisionInput } from '../policy/plain-decision.ts';
import type { EvaluationRequest } from './request.ts';

type Result = Pick<ArtifactResult, 'findings' | 'scanners'>;

/** Returns whether findings about origins ask for a verdict. */
export function hasOriginCauses({ results, judgesOrigins }: DecisionInput): boolean {
  if (judgesOrigins !== true) return false;
  return results.some(hasSourceCause);
}

/** Adds the verdict's warning about the trust file to causes of origins, too. */
export function withTrustWarning(
  results: readonly Result[],
  outcome: TrustOutcome | undefined,
  { warning }: NonNullable<EvaluationRequest['trustFile']>,
): TrustOutcome | undefined {
  const looksAtOrigins = results.some(({ scanners }) => scanners?.includes('origin') === true);
  if (warning === undefined || !looksAtOrigins) return outcome;
  const isJudged = outcome !== undefined || results.some(hasSourceCause);
  if (!isJudged) return outcome;
  const warnings = new Set([...(outcome?.warnings ?? []), warning]);
  return { ...(outcome ?? { problems: [], held: [] }), warnings: [...warnings] };
}

function hasSourceCause({ findings }: Pick<Result, 'findings'>): boolean {
  return findings.some((finding) => finding.kind === 'rule' && isSourceCause(finding));
}
