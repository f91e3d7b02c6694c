/**
 * CVSS version 4.0. Source: FIRST, "Common Vulnerability Scoring System v4.0: Specification
 * Document", section 7 (vector string: every other order of metrics is invalid) and section 8
 * (scoring by macro vectors, tables 24 to 30).
 *
 * A vector belongs to a macro vector: six equivalence classes, "EQ1" to "EQ6", each a level from 0
 * (worst). The table scores each macro vector at its worst; the score then goes down by how far the
 * vector lies below that worst.
 */

import { metricTable, readMetrics } from './cvss-vector.ts';

const METRICS = metricTable(
  [
    'AV N A L P',
    'AC L H',
    'AT N P',
    'PR N L H',
    'UI N P A',
    'VC H L N',
    'VI H L N',
    'VA H L N',
    'SC H L N',
    'SI H L N',
    'SA H L N',
  ],
  [
    'E X A P U',
    'CR X H M L',
    'IR X H M L',
    'AR X H M L',
    'MAV X N A L P',
    'MAC X L H',
    'MAT X N P',
    'MPR X N L H',
    'MUI X N P A',
    'MVC X H L N',
    'MVI X H L N',
    'MVA X H L N',
    'MSC X H L N',
    'MSI X S H L N',
    'MSA X S H L N',
    'S X N P',
    'AU X N Y',
    'R X A U I',
    'V X D C',
    'RE X L M H',
    'U X Clear Green Amber Red',
  ],
);

/**
 * Tenths of a point. One row for each EQ1, EQ2 and joint level of EQ3 and EQ6 (00, 01, 10, 11, 21),
 * the last running fastest; in a row EQ4, and within it EQ5.
 */
const MACRO_SCORES: readonly string[] = [
  '100 98 95 100 93 91 93 89 81',
  '99 95 92 96 87 81 90 80 68',
  '98 95 90 93 89 81 88 78 69',
  '95 92 84 92 81 65 80 70 48',
  '92 82 72 79 69 50 69 55 27',
  '99 95 92 95 90 84 92 82 72',
  '97 92 85 91 83 71 81 71 53',
  '95 92 85 92 80 70 84 71 50',
  '93 85 73 82 72 59 70 52 30',
  '86 75 52 71 52 29 63 29 17',
  '98 94 91 94 86 77 87 74 63',
  '95 87 81 89 74 64 75 63 49',
  '94 88 76 86 74 59 72 57 52',
  '89 77 67 76 58 50 57 52 25',
  '83 70 54 65 58 26 53 21 13',
  '95 88 76 90 75 61 77 68 52',
  '90 76 70 77 62 53 66 59 30',
  '89 76 62 74 57 47 61 57 24',
  '78 67 58 59 57 23 52 29 16',
  '71 59 30 58 26 15 23 13 6',
  '93 86 75 86 74 56 70 52 40',
  '87 72 58 74 61 34 54 40 22',
  '85 74 62 72 55 46 53 34 19',
  '75 55 51 57 41 19 36 19 8',
  '64 51 20 47 21 11 24 9 4',
  '88 73 60 73 59 41 54 45 20',
  '75 53 50 55 40 20 43 22 11',
  '75 58 40 61 48 20 46 17 8',
  '55 45 21 51 18 9 18 7 2',
  '53 24 14 24 12 5 10 3 1',
];

const JOINT_LEVELS = ['00', '01', '10', '11', '21'] as const;
/** Joint levels one step below each; where there are two, the higher score counts. */
const NEXT_JOINT_LEVELS: readonly (readonly number[])[] = [[1, 2], [3], [3], [4], []];

/** Values of each metric from worst to best; a step is a distance of one. */
const STEPS: ReadonlyMap<string, string> = new Map([
  ['AV', 'NALP'],
  ['PR', 'NLH'],
  ['UI', 'NPA'],
  ['AC', 'LH'],
  ['AT', 'NP'],
  ['VC', 'HLN'],
  ['VI', 'HLN'],
  ['VA', 'HLN'],
  ['SC', 'SHLN'],
  ['SI', 'SHLN'],
  ['SA', 'SHLN'],
  ['CR', 'HML'],
  ['IR', 'HML'],
  ['AR', 'HML'],
]);

/**
 * An equivalence class whose levels have a depth: its metrics, the worst vectors of each level, and
 * the depths.
 */
interface EquivalenceClass {
  readonly metrics: readonly string[];
  /** Per level, values in the order of `metrics`. */
  readonly worst: readonly (readonly string[])[];
  /** Per level, the steps between its worst and its best vector, plus one. */
  readonly depth: readonly number[];
}

const EQ1: EquivalenceClass = {
  metrics: ['AV', 'PR', 'UI'],
  worst: [['NNN'], ['ANN', 'NLN', 'NNP'], ['PNN', 'ALP']],
  depth: [1, 4, 5],
};
const EQ2: EquivalenceClass = {
  metrics: ['AC', 'AT'],
  worst: [['LN'], ['HN', 'LP']],
  depth: [1, 2],
};
const EQ3_AND_EQ6: EquivalenceClass = {
  metrics: ['VC', 'VI', 'VA', 'CR', 'IR', 'AR'],
  worst: [
    ['HHHHHH'],
    ['HHLMMH', 'HHHMMM'],
    ['LHHHHH', 'HLHHHH'],
    ['LHLHMH', 'LHHHMM', 'HLHMHM', 'HLLMHH', 'LLHHHM'],
    ['LLLHHH'],
  ],
  depth: [7, 6, 8, 8, 10],
};
const EQ4: EquivalenceClass = {
  metrics: ['SC', 'SI', 'SA'],
  worst: [['HSS'], ['HHH'], ['LLL']],
  depth: [6, 5, 4],
};

type Metrics = ReadonlyMap<string, string>;

/** Level of each class; the joint one is an index into {@link JOINT_LEVELS}. */
interface MacroVector {
  readonly eq1: number;
  readonly eq2: number;
  readonly joint: number;
  readonly eq4: number;
  readonly eq5: number;
}

/**
 * Returns scores from the base metrics alone, with the threat metric, and with the environment as
 * well (CVSS-B, CVSS-BT, CVSS-BTE).
 * @throws {@link CvssError}
 */
export function scoreV4(vector: string): readonly [number, number, number] {
  const metrics = readMetrics(vector, { prefix: 'CVSS:4.0/', table: METRICS, isOrdered: true });
  const base = new Map([...metrics].filter(([key]) => METRICS.get(key)?.isRequired === true));
  const threat = metrics.get('E');
  const withThreat = threat === undefined ? base : new Map(base).set('E', threat);
  return [scoreOf(base), scoreOf(withThreat), scoreOf(effectiveMetrics(metrics))];
}

/** Returns base metrics overridden by their modified twins; `X` is as good as absent. */
function effectiveMetrics(metrics: Metrics): Metrics {
  const effective = new Map(metrics);
  for (const [key, value] of metrics) {
    if (key.startsWith('M') && value !== 'X') effective.set(key.slice(1), value);
  }
  return effective;
}

/**
 * Returns the value of a metric; an undefined one counts as its worst value (section 8, table 23).
 */
function valueOf(metrics: Metrics, key: string): string {
  const value = metrics.get(key);
  if (value !== undefined && value !== 'X') return value;
  return key === 'E' ? 'A' : 'H';
}

function scoreOf(metrics: Metrics): number {
  const is = (key: string, value: string): boolean => valueOf(metrics, key) === value;
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((key) => is(key, 'N'))) return 0;
  const macro = macroVectorOf(is);
  const score = macroScore(macro) ?? 0;

  const drops = [
    drop(metrics, EQ1, macro.eq1, score - nextScore(macro, { eq1: macro.eq1 + 1 })),
    drop(metrics, EQ2, macro.eq2, score - nextScore(macro, { eq2: macro.eq2 + 1 })),
    drop(metrics, EQ3_AND_EQ6, macro.joint, score - nextJointScore(macro)),
    drop(metrics, EQ4, macro.eq4, score - nextScore(macro, { eq4: macro.eq4 + 1 })),
    // All vectors of an EQ5 level are alike: nothing to go down by, but the class takes part in the
    // mean.
    nextScore(macro, { eq5: macro.eq5 + 1 }) >= 0 ? 0 : undefined,
  ].filter((value) => value !== undefined);
  const mean = drops.length === 0 ? 0 : drops.reduce((a, b) => a + b, 0) / drops.length;
  return Math.round(Math.max(0, score - mean) + 1e-6) / 10;
}

/** Returns the macro vector, by section 8, tables 24 to 29. */
function macroVectorOf(is: (key: string, value: string) => boolean): MacroVector {
  const reach = [is('AV', 'N'), is('PR', 'N'), is('UI', 'N')];
  const isOpen = reach.every(Boolean);
  const isPartlyOpen = reach.some(Boolean) && !is('AV', 'P');
  const eq3 =
    is('VC', 'H') && is('VI', 'H') ? 0 : ['VC', 'VI', 'VA'].some((k) => is(k, 'H')) ? 1 : 2;
  const isRequired = ['C', 'I', 'A'].some((key) => is(`${key}R`, 'H') && is(`V${key}`, 'H'));
  const isSafety = is('SI', 'S') || is('SA', 'S');
  const isSubsequentHigh = ['SC', 'SI', 'SA'].some((key) => is(key, 'H'));
  const jointLevel = `${eq3}${isRequired ? 0 : 1}` as (typeof JOINT_LEVELS)[number];
  return {
    eq1: isOpen ? 0 : isPartlyOpen ? 1 : 2,
    eq2: is('AC', 'L') && is('AT', 'N') ? 0 : 1,
    joint: JOINT_LEVELS.indexOf(jointLevel),
    eq4: isSafety ? 0 : isSubsequentHigh ? 1 : 2,
    eq5: is('E', 'A') ? 0 : is('E', 'P') ? 1 : 2,
  };
}

/** Returns the score in tenths; `undefined` for a macro vector that does not exist. */
function macroScore({ eq1, eq2, joint, eq4, eq5 }: MacroVector): number | undefined {
  if (eq2 > 1 || joint > 4 || eq4 > 2 || eq5 > 2) return undefined;
  const row = MACRO_SCORES[(eq1 * 2 + eq2) * JOINT_LEVELS.length + joint];
  const score = row?.split(' ')[eq4 * 3 + eq5];
  return score === undefined ? undefined : Number(score);
}

/** Returns the score with some classes one level down; not a number if there is no such level. */
function nextScore(macro: MacroVector, lower: Partial<MacroVector>): number {
  return macroScore({ ...macro, ...lower }) ?? Number.NaN;
}

function nextJointScore(macro: MacroVector): number {
  const scores = (NEXT_JOINT_LEVELS[macro.joint] ?? []).map((joint) => nextScore(macro, { joint }));
  return scores.length === 0 ? Number.NaN : Math.max(...scores);
}

/**
 * Returns the share of the way to the next lower macro vector that the vector has gone within one
 * class, in tenths; `undefined` if there is no lower one.
 */
function drop(
  metrics: Metrics,
  { metrics: keys, worst, depth }: EquivalenceClass,
  level: number,
  available: number,
): number | undefined {
  if (Number.isNaN(available)) return undefined;
  for (const worstVector of worst[level] ?? []) {
    const distances = keys.map((key, index) => {
      const steps = STEPS.get(key) ?? '';
      return steps.indexOf(valueOf(metrics, key)) - steps.indexOf(worstVector[index] ?? '');
    });
    if (distances.every((distance) => distance >= 0)) {
      return (available * distances.reduce((a, b) => a + b, 0)) / (depth[level] ?? 1);
    }
  }
  return 0;
}
