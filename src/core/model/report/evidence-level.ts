/** The order of evidence levels. */

import type { EvidenceLevel } from '../package/package.ts';

/** Weakest first; a contradicted package is worth less than an unchecked one. */
export const EVIDENCE_LEVELS: readonly EvidenceLevel[] = [
  'contradicted',
  'claimed',
  'consistent',
  'verified',
  'proven',
];

/** Returns 0 for `contradicted`, 4 for `proven`. */
export function evidenceRank(level: EvidenceLevel): number {
  return EVIDENCE_LEVELS.indexOf(level);
}
