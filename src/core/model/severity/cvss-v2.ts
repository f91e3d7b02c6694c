/**
 * CVSS version 2. Source: FIRST, "A Complete Guide to the Common Vulnerability Scoring System
 * Version 2.0", section 3.2. The guide gives a fixed order of metrics; published vectors do not
 * keep to it, so any order is taken.
 */

import { metricTable, readMetrics, weightOf } from './cvss-vector.ts';

const METRICS = metricTable(
  ['AV L A N', 'AC H M L', 'Au M S N', 'C N P C', 'I N P C', 'A N P C'],
  [
    'E U POC F H ND',
    'RL OF TF W U ND',
    'RC UC UR C ND',
    'CDP N L LM MH H ND',
    'TD N L M H ND',
    'CR L M H ND',
    'IR L M H ND',
    'AR L M H ND',
  ],
);

const ENVIRONMENTAL = ['CDP', 'TD', 'CR', 'IR', 'AR'];

const ACCESS_VECTOR = { L: 0.395, A: 0.646, N: 1 };
const ACCESS_COMPLEXITY = { H: 0.35, M: 0.61, L: 0.71 };
const AUTHENTICATION = { M: 0.45, S: 0.56, N: 0.704 };
const IMPACT = { N: 0, P: 0.275, C: 0.66 };
const EXPLOITABILITY = { U: 0.85, POC: 0.9, F: 0.95, H: 1 };
const REMEDIATION_LEVEL = { OF: 0.87, TF: 0.9, W: 0.95, U: 1 };
const REPORT_CONFIDENCE = { UC: 0.9, UR: 0.95, C: 1 };
const COLLATERAL_DAMAGE = { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5 };
const TARGET_DISTRIBUTION = { N: 0, L: 0.25, M: 0.75, H: 1 };
const REQUIREMENT = { L: 0.5, M: 1, H: 1.51 };

/**
 * Returns base, temporal and environmental score; the last repeats the temporal one without
 * environmental metrics.
 * @throws {@link CvssError}
 */
export function scoreV2(vector: string): readonly [number, number, number] {
  const metrics = readMetrics(vector, { prefix: '', table: METRICS, isOrdered: false });
  const temporalFactor =
    weightOf(EXPLOITABILITY, metrics.get('E')) *
    weightOf(REMEDIATION_LEVEL, metrics.get('RL')) *
    weightOf(REPORT_CONFIDENCE, metrics.get('RC'));
  const base = baseScore(metrics, impactOf(metrics));
  const temporal = roundToTenth(base * temporalFactor);
  // Its equation caps the impact at 10, which 10.0008 of an untouched vector exceeds: used without
  // reason it would lower it.
  if (!ENVIRONMENTAL.some((key) => metrics.has(key))) return [base, temporal, temporal];
  const adjustedBase = baseScore(metrics, Math.min(10, impactOf(metrics, REQUIREMENT)));
  const adjustedTemporal = roundToTenth(adjustedBase * temporalFactor);
  const damage = weightOf(COLLATERAL_DAMAGE, metrics.get('CDP'), 0);
  const distribution = weightOf(TARGET_DISTRIBUTION, metrics.get('TD'));
  return [
    base,
    temporal,
    roundToTenth((adjustedTemporal + (10 - adjustedTemporal) * damage) * distribution),
  ];
}

function impactOf(
  metrics: ReadonlyMap<string, string>,
  requirement: Readonly<Record<string, number>> = {},
): number {
  const untouched = ['C', 'I', 'A'].map(
    (key) => 1 - weightOf(IMPACT, metrics.get(key)) * weightOf(requirement, metrics.get(`${key}R`)),
  );
  return 10.41 * (1 - untouched.reduce((product, factor) => product * factor, 1));
}

function baseScore(metrics: ReadonlyMap<string, string>, impact: number): number {
  if (impact === 0) return 0;
  const exploitability =
    20 *
    weightOf(ACCESS_VECTOR, metrics.get('AV')) *
    weightOf(ACCESS_COMPLEXITY, metrics.get('AC')) *
    weightOf(AUTHENTICATION, metrics.get('Au'));
  return roundToTenth((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176);
}

/**
 * Rounds half up. The small addend takes back what binary fractions lose: 9.0 x 0.95 is 8.55, not
 * 8.549999.
 */
function roundToTenth(score: number): number {
  return Math.round(score * 10 + 1e-6) / 10;
}
