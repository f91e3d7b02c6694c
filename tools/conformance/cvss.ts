/**
 * CVSS: `cvss/vectors.jsonl`, vectors with their scores, and malformed ones that must be refused.
 */

import { cvssScores } from '../../src/core/model/index.ts';
import { judgeRows, mustRefuse, readRows, textOf, type Row } from './cases.ts';
import type { Suite, SuiteResult } from './suite.ts';

export const cvssSuites: readonly Suite[] = [
  {
    id: 'cvss',
    run(folder: string): Promise<SuiteResult | undefined> {
      const rows = readRows(folder, 'cvss/vectors.jsonl');
      if (rows === undefined) return Promise.resolve(undefined);
      return Promise.resolve(judgeRows('cvss', rows, judge, label));
    },
  },
];

function label(row: Row): string {
  return `${String(row['version'])} ${JSON.stringify(row['vector'])}`;
}

function judge(row: Row): string | undefined {
  const vector = textOf(row, 'vector');
  if (row['error'] === true) return mustRefuse(() => cvssScores(vector));
  const want = row['scores'] as (number | null)[];
  const { base, temporal, environmental } = cvssScores(vector);
  // Version 4.0 has one score, that of the whole vector.
  const got = want.length === 1 ? [environmental] : [base, temporal, environmental];
  // `null` says that there are no metrics of that kind; ours then repeats the score before it.
  const agrees = want.every((score, index) => (score ?? got[index - 1]) === got[index]);
  return agrees ? undefined : `got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`;
}
