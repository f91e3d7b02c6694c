import { describe, expect, it } from 'vitest';

import { recordOf } from '../../../test/support/integrity.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { RecordBudget } from './record-budget.ts';

/** A record with so many files, each with these packages. */
function record(fileCount: number, names: readonly string[]): LayerRecord {
  const packages = names.map((name) => ({ name, version: '1' }));
  const cataloged = Array.from({ length: fileCount }, (_, index) => ({
    path: `/${String(index)}`,
    foundBy: 'npm/node-package',
    result: { packages },
  }));
  return { ...recordOf({}), cataloged, diagnostics: [] };
}

function names(count: number, prefix = 'p'): readonly string[] {
  return Array.from({ length: count }, (_, index) => prefix + String(index));
}

function taken(
  records: readonly LayerRecord[],
  { packages = 10, files = 100 } = {},
): readonly [files: number, rows: number, gaps: readonly string[]][] {
  const budget = new RecordBudget({ maxPackages: packages, maxReadFiles: files, maxFindings: 10 });
  return records.map((one, layer) => {
    const { cataloged, diagnostics } = budget.take(one, layer);
    expect(diagnostics.every(({ gap }) => gap === 'limit')).toBe(true);
    const rows = cataloged.reduce((sum, { result }) => sum + result.packages.length, 0);
    return [cataloged.length, rows, diagnostics.map(({ message }) => message)];
  });
}

describe('what the records of an artifact hold', () => {
  it('is all taken where there is little of it', () => {
    expect(taken([record(2, names(3)), record(1, names(4))])).toEqual([
      [2, 6, []],
      [1, 4, []],
    ]);
  });

  it('may name the same packages in many layers', () => {
    const layers = Array.from({ length: 15 }, () => record(1, names(10)));
    expect(taken(layers).every(([, rows, gaps]) => rows === 10 && gaps.length === 0)).toBe(true);
  });

  it.each<[string, readonly LayerRecord[], number, string]>([
    ['one file with many packages', [record(1, names(25))], 10, '15 packages left out'],
    ['many files with one', [record(1, names(8)), record(1, names(8, 'q'))], 10, '6 packages'],
    ['many copies of one', [record(100, names(10))], 200, '800 packages left out'],
    [
      'a package of absurd many layers',
      Array.from({ length: 30 }, () => record(1, names(10))),
      200,
      '10 packages left out',
    ],
    ['many files', [record(150, ['p'])], 100, '50 files left out'],
    ['many files in layers', [record(80, ['p']), record(80, ['p'])], 100, '60 files left out'],
  ])('is bounded: %s', (_name, records, rowCount, gap) => {
    const found = taken(records);
    expect(found.reduce((sum, [, rows]) => sum + rows, 0)).toBe(rowCount);
    const [first] = found.flatMap(([, , gaps]) => gaps);
    expect(first).toContain(gap);
    expect(first).toContain('"limits: { ');
  });
});
