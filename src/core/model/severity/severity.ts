/** Severities: order, names and how a rating becomes one. */

import type { Severity } from '../advisory/advisory.ts';

/** From least to most severe. */
export const SEVERITIES: readonly Severity[] = ['unknown', 'low', 'medium', 'high', 'critical'];

/** Returns the position in {@link SEVERITIES}, 0 to 4; for sorting and for "at least". */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/**
 * Returns the qualitative rating of a CVSS base score. Source: CVSS v3.1 specification, section 5;
 * a score of 0.0 (None) counts as low, because the publisher did list it.
 */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return 'low';
}

/** No findings of any severity. */
export const NO_FINDINGS: Readonly<Record<Severity, number>> = {
  unknown: 0,
  low: 0,
  medium: 0,
  high: 0,
  critical: 0,
};
