/**
 * The risk of a finding on grype's scale, 0 to 100.
 *
 * Source: description of grype's pull request 2587: threat times severity. Threat is the score of
 * EPSS, raised by 5 % for what CISA lists as exploited and by 10 % for what ransomware uses.
 * Severity is the mean of the CVSS base scores; without one it is that of the word. The numbers for
 * words are the middles of the bands of CVSS 3.1.
 */

import type { Advisory, Severity } from '../../../core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';

/** EPSS and risk of a finding, as numbers and as the table shows them. */
export interface GrypeRisk {
  /** 0 to 100; -1 where no score of EPSS is known. */
  readonly value: number;
  /** `82.1`, `< 0.1`, or `N/A`. */
  readonly text: string;
  /** `47.6%`, `< 0.1%`, or `N/A`. */
  readonly epss: string;
  readonly isExploited: boolean;
}

const MIDDLES: Readonly<Record<Severity, number>> = {
  critical: 0.95,
  high: 0.8,
  medium: 0.55,
  low: 0.2,
  unknown: 0.5,
};
const EXPLOITED = 1.05;
const BY_RANSOMWARE = 1.1;
/** Smaller numbers are shown as `< 0.1`. */
const LEAST_SHOWN = 0.1;

/**
 * Returns the risk of a finding; `advisory` has its CVSS scores, its EPSS and whether it is
 * exploited.
 */
export function grypeRisk(
  { severity }: Pick<VulnerabilityFinding, 'severity'>,
  advisory: Pick<Advisory, 'epss' | 'exploited' | 'ratings'> | undefined,
): GrypeRisk {
  const isExploited = advisory?.exploited !== undefined;
  const epss = advisory?.epss;
  if (epss === undefined) return { value: -1, text: 'N/A', epss: 'N/A', isExploited };
  const factor =
    advisory?.exploited === undefined
      ? 1
      : advisory.exploited.ransomware
        ? BY_RANSOMWARE
        : EXPLOITED;
  const threat = Math.min(1, epss * factor);
  const value = 100 * threat * severityFactor(severity, advisory?.ratings ?? []);
  return { value, text: shown(value), epss: `${shown(100 * epss)}%`, isExploited };
}

function severityFactor(severity: Severity, ratings: Advisory['ratings']): number {
  const scores = ratings.flatMap(({ score }) => (score === undefined ? [] : [score]));
  if (scores.length === 0) return MIDDLES[severity];
  return scores.reduce((sum, score) => sum + score, 0) / scores.length / 10;
}

function shown(value: number): string {
  return value < LEAST_SHOWN ? '< 0.1' : value.toFixed(1);
}
