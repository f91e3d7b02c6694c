import { describe, expect, it } from 'vitest';
import { belowFloor, describeResult, raisedFloor, runSuites, selectSuites } from './harness.ts';
import type { Suite, SuiteResult } from './suite.ts';

const result = (suite: string, passed: number, total: number): SuiteResult => ({
  suite,
  passed,
  total,
  misses: Array.from({ length: total - passed }, (_, index) => ({
    case: `case ${index}`,
    reason: 'wrong',
  })),
});
const suite = (id: string, run: Suite['run']): Suite => ({ id, run });

describe('selectSuites', () => {
  const suites = ['versions-deb', 'versions-apk', 'cvss'].map((id) =>
    suite(id, () => Promise.resolve(undefined)),
  );
  it.each([
    ['all without names', [], ['versions-deb', 'versions-apk', 'cvss']],
    ['by id', ['cvss'], ['cvss']],
    ['by the beginning of ids', ['versions'], ['versions-deb', 'versions-apk']],
    ['none for another name', ['tar'], []],
  ])('takes %s', (_, names, ids) => {
    expect(selectSuites(suites, names).map(({ id }) => id)).toEqual(ids);
  });
});

describe('runSuites', () => {
  it('leaves out suites without cases and reports one that breaks', async () => {
    const suites = [
      suite('none', () => Promise.resolve(undefined)),
      suite('some', () => Promise.resolve(result('some', 1, 1))),
      suite('broken', () => Promise.reject(new Error('no such file'))),
    ];
    const results: SuiteResult[] = [];
    for await (const one of runSuites(suites, '.')) results.push(one);
    expect(results).toEqual([
      result('some', 1, 1),
      {
        suite: 'broken',
        passed: 0,
        total: 1,
        misses: [{ case: 'the suite', reason: 'no such file' }],
      },
    ]);
  });
});

describe('the floor', () => {
  it('catches a share that fell, whatever the number of cases', () => {
    const floor = { a: { passed: 9, total: 10 } };
    expect(belowFloor([result('a', 18, 20)], floor)).toEqual([]);
    expect(belowFloor([result('a', 17, 20)], floor)).toEqual(['a fell to 17/20 from 9/10']);
    expect(belowFloor([result('b', 0, 20)], floor)).toEqual([]);
  });

  it('only rises', () => {
    const floor = { b: { passed: 5, total: 10 }, c: { passed: 1, total: 1 } };
    expect(raisedFloor([result('b', 4, 10), result('a', 1, 2), result('c', 2, 2)], floor)).toEqual({
      a: { passed: 1, total: 2 },
      b: { passed: 5, total: 10 },
      c: { passed: 2, total: 2 },
    });
  });
});

describe('describeResult', () => {
  it('shows the score and the first misses', () => {
    expect(describeResult(result('a', 7, 10), 2)).toBe(
      'a 7/10\n  case 0: wrong\n  case 1: wrong\n  and 1 more',
    );
  });
});
