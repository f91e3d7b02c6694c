/**
 * CVSS versions 3.0 and 3.1, which differ in rounding and in the impact of a modified scope.
 * Source: FIRST, "Common Vulnerability Scoring System v3.1: Specification Document", section 7 and
 * appendix A, and the same sections of v3.0. Metrics may stand in any order (section 6).
 */

import { metricTable, readMetrics, weightOf } from './cvss-vector.ts';

const BASE = [
  'AV N A L P',
  'AC L H',
  'PR N L H',
  'UI N R',
  'S U C',
  'C H L N',
  'I H L N',
  'A H L N',
];
const METRICS = metricTable(BASE, [
  'E X H F P U',
  'RL X U W T O',
  'RC X C R U',
  'CR X H M L',
  'IR X H M L',
  'AR X H M L',
  ...BASE.map((line) => `M${line} X`),
]);

const ATTACK_VECTOR = { N: 0.85, A: 0.62, L: 0.55, P: 0.2 };
const ATTACK_COMPLEXITY = { L: 0.77, H: 0.44 };
const PRIVILEGES = { N: 0.85, L: 0.62, H: 0.27 };
const PRIVILEGES_SCOPE_CHANGED = { N: 0.85, L: 0.68, H: 0.5 };
const USER_INTERACTION = { N: 0.85, R: 0.62 };
const IMPACT = { H: 0.56, L: 0.22, N: 0 };
const EXPLOIT_MATURITY = { H: 1, F: 0.97, P: 0.94, U: 0.91 };
const REMEDIATION_LEVEL = { U: 1, W: 0.97, T: 0.96, O: 0.95 };
const REPORT_CONFIDENCE = { C: 1, R: 0.96, U: 0.92 };
const REQUIREMENT = { H: 1.5, M: 1, L: 0.5 };

type Version = '3.0' | '3.1';
type Metrics = ReadonlyMap<string, string>;

/**
 * Returns base, temporal and environmental score. In 3.1 the environmental score of a vector
 * without environmental metrics can differ from its base score where the scope changes: its formula
 * is another one.
 * @throws {@link CvssError}
 */
export function scoreV3(vector: string, version: Version): readonly [number, number, number] {
  const metrics = readMetrics(vector, {
    prefix: `CVSS:${version}/`,
    table: METRICS,
    isOrdered: false,
  });
  const roundUp = version === '3.0' ? roundUpV30 : roundUpV31;
  const temporalFactor =
    weightOf(EXPLOIT_MATURITY, metrics.get('E')) *
    weightOf(REMEDIATION_LEVEL, metrics.get('RL')) *
    weightOf(REPORT_CONFIDENCE, metrics.get('RC'));

  const isChanged = metrics.get('S') === 'C';
  const impact = baseImpact(metrics, isChanged);
  const base = roundUp(combine(impact, exploitability(metrics, isChanged), isChanged));

  const modified = modifiedMetrics(metrics);
  const isModifiedChanged = modified.get('S') === 'C';
  const modifiedImpact = environmentalImpact(modified, isModifiedChanged, version);
  const raw = combine(
    modifiedImpact,
    exploitability(modified, isModifiedChanged),
    isModifiedChanged,
  );
  return [base, roundUp(base * temporalFactor), roundUp(roundUp(raw) * temporalFactor)];
}

/** Returns each base metric, replaced by its modified twin where one is defined. */
function modifiedMetrics(metrics: Metrics): Metrics {
  const modified = new Map(metrics);
  for (const [key, value] of metrics) {
    if (key.startsWith('M') && value !== 'X') modified.set(key.slice(1), value);
  }
  return modified;
}

function exploitability(metrics: Metrics, isScopeChanged: boolean): number {
  return (
    8.22 *
    weightOf(ATTACK_VECTOR, metrics.get('AV')) *
    weightOf(ATTACK_COMPLEXITY, metrics.get('AC')) *
    weightOf(isScopeChanged ? PRIVILEGES_SCOPE_CHANGED : PRIVILEGES, metrics.get('PR')) *
    weightOf(USER_INTERACTION, metrics.get('UI'))
  );
}

function baseImpact(metrics: Metrics, isScopeChanged: boolean): number {
  const sub = 1 - product(['C', 'I', 'A'].map((key) => 1 - weightOf(IMPACT, metrics.get(key))));
  return isScopeChanged ? 7.52 * (sub - 0.029) - 3.25 * (sub - 0.02) ** 15 : 6.42 * sub;
}

function environmentalImpact(metrics: Metrics, isScopeChanged: boolean, version: Version): number {
  const untouched = ['C', 'I', 'A'].map(
    (key) => 1 - weightOf(IMPACT, metrics.get(key)) * weightOf(REQUIREMENT, metrics.get(`${key}R`)),
  );
  const sub = Math.min(1 - product(untouched), 0.915);
  if (!isScopeChanged) return 6.42 * sub;
  const excess = version === '3.0' ? (sub - 0.02) ** 15 : (sub * 0.9731 - 0.02) ** 13;
  return 7.52 * (sub - 0.029) - 3.25 * excess;
}

function combine(impact: number, exploit: number, isScopeChanged: boolean): number {
  if (impact <= 0) return 0;
  return Math.min(isScopeChanged ? 1.08 * (impact + exploit) : impact + exploit, 10);
}

function product(factors: readonly number[]): number {
  return factors.reduce((total, factor) => total * factor, 1);
}

/** Returns the smallest tenth that is not below the score. */
function roundUpV30(score: number): number {
  return Math.ceil(score * 10) / 10;
}

/** Returns the same, made exact for binary fractions (appendix A). */
function roundUpV31(score: number): number {
  const scaled = Math.round(score * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}
