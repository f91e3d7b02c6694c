/**
 * Image references: `oci-references/cases.jsonl`, suites `parse` (the grammar) and normalised
 * names.
 */

import { parseImageReference, parseWrittenReference } from '../../src/clients/oci/index.ts';
import { judgeRows, mustEqual, mustRefuse, readRows, textOf, type Row } from './cases.ts';
import type { Suite, SuiteResult } from './suite.ts';

export const referenceSuites: readonly Suite[] = [
  {
    id: 'oci-references',
    run(folder: string): Promise<SuiteResult | undefined> {
      const rows = readRows(folder, 'oci-references/cases.jsonl');
      if (rows === undefined) return Promise.resolve(undefined);
      const contradicted = contradictions(rows);
      const result = judgeRows('oci-references', rows, judge, label);
      const misses = result.misses.map((miss) =>
        contradicted.has(miss.case)
          ? { ...miss, reason: `${miss.reason} (another case of the file wants it refused)` }
          : miss,
      );
      return Promise.resolve({ ...result, misses });
    },
  },
];

function label(row: Row): string {
  const wish = row['error'] === true ? 'refuse' : 'accept';
  return `${String(row['suite'])} ${wish} ${JSON.stringify(row['input'])}`;
}

/**
 * Labels of cases that must be accepted although another case wants the same input refused: nobody
 * can pass both.
 */
function contradictions(rows: readonly Row[]): ReadonlySet<string> {
  const refused = new Set(rows.filter((row) => row['error'] === true).map(keyOf));
  return new Set(rows.filter((row) => row['error'] !== true && refused.has(keyOf(row))).map(label));
}

function keyOf(row: Row): string {
  return JSON.stringify([row['suite'], row['input']]);
}

function judge(row: Row): string | undefined {
  const input = textOf(row, 'input');
  if (row['suite'] === 'parse') return judgeParse(row, input);
  if (row['error'] === true) return mustRefuse(() => parseImageReference(input));
  parseImageReference(input);
  return undefined;
}

function judgeParse(row: Row, input: string): string | undefined {
  if (row['error'] === true) return mustRefuse(() => parseWrittenReference(input));
  const { domain, path, tag, digest } = parseWrittenReference(input);
  const repository = domain === undefined ? path : `${domain}/${path}`;
  return mustEqual(
    [repository, domain, tag, digest],
    [row['repository'], row['domain'], row['tag'], row['digest']],
  );
}
