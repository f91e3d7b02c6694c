import { describe, expect, it } from 'vitest';
import { aResult, aRuleDraft } from '../../../test/support/model.ts';
import { testReport } from '../../../test/support/reports.ts';
import { onlyRun } from '../../../test/support/sarif-of.ts';
import type { Report } from '../../core/model/report/report.ts';
import type { RuleDraft } from '../../core/model/rule/rule-finding.ts';
import { identifyRuleFindings } from '../../core/model/rule/rule-identity.ts';
import { fullPolicy } from '../pipeline/request.ts';
import { baselineOf } from './baseline.ts';
import { decide } from './decide.ts';
import { parseFailOn } from './fail-on.ts';
import type { PolicyOptions } from './options.ts';

type Place = readonly [path: string, line?: number, fields?: Partial<RuleDraft>];

function reportOf(...places: readonly Place[]): Report {
  const drafts = places.map(([path, line = 1, fields]) =>
    aRuleDraft({ location: { path, layer: 0, line }, ...fields }),
  );
  return testReport({ results: [aResult(identifyRuleFindings(drafts))] });
}

function compared(
  before: Report,
  after: Report,
  options: Partial<PolicyOptions> = {},
): ReturnType<typeof decide> {
  const baseline = baselineOf(before, 'before.json');
  return decide(after, fullPolicy({ baseline, ...options }), Date.parse('2026-01-01'));
}

/** Places that are new, and those that are gone. */
function changesOf(before: Report, after: Report): readonly (readonly string[])[] {
  const { baseline } = compared(before, after);
  const ids = new Set(baseline?.newIds);
  const added = after.results.flatMap(({ findings }) =>
    findings.flatMap((one) =>
      one.kind === 'rule' && ids.has(one.id) ? [`${one.location.path}:${one.location.line}`] : [],
    ),
  );
  return [added, (baseline?.fixed ?? []).map((past) => past.package)];
}

const OTHER = { fingerprint: 'e'.repeat(32) };
const BEFORE: readonly Place[] = [
  ['/src/a.py', 3],
  ['/src/b.py', 9, OTHER],
];

describe('a baseline with findings of rules', () => {
  it.each<[string, readonly Place[], readonly string[], readonly string[]]>([
    ['nothing', BEFORE, [], []],
    [
      '200 lines above',
      [
        ['/src/a.py', 203],
        ['/src/b.py', 209, OTHER],
      ],
      [],
      [],
    ],
    [
      'the name of a file',
      [
        ['/lib/z.py', 3],
        ['/src/b.py', 9, OTHER],
      ],
      [],
      [],
    ],
    [
      'all of it',
      [
        ['/lib/z.py', 203],
        ['/lib/y.py', 1, OTHER],
      ],
      [],
      [],
    ],
    ['a second equal finding in another file', [...BEFORE, ['/src/c.py']], ['/src/c.py:1'], []],
    ['one in a file that sorts first', [...BEFORE, ['/a/0.py', 7]], ['/a/0.py:7'], []],
    ['one below in the same file', [...BEFORE, ['/src/a.py', 40]], ['/src/a.py:40'], []],
    [
      'lines above, the name of a file and a second equal finding',
      [
        ['/lib/z.py', 203],
        ['/src/b.py', 209, OTHER],
        ['/lib/zz.py', 1],
      ],
      ['/lib/zz.py:1'],
      [],
    ],
    [
      'a finding of another rule',
      [...BEFORE, ['/src/a.py', 3, { rule: 'a/b' }]],
      ['/src/a.py:3'],
      [],
    ],
    [
      'another fingerprint',
      [
        ['/src/a.py', 3, { fingerprint: 'f'.repeat(32) }],
        ['/src/b.py', 9, OTHER],
      ],
      ['/src/a.py:3'],
      ['/src/a.py'],
    ],
    ['a mended finding', [['/src/b.py', 9, OTHER]], [], ['/src/a.py']],
    [
      'a deletion in a later layer',
      [
        ['/src/a.py', 3, { whitedOutIn: 1 }],
        ['/src/b.py', 9, OTHER],
      ],
      [],
      [],
    ],
    [
      'the layer of a file',
      [
        ['/src/a.py', 3, { location: { path: '/src/a.py', layer: 4 } }],
        ['/src/b.py', 9, OTHER],
      ],
      [],
      [],
    ],
  ])('and a change of %s', (_, after, added, fixed) => {
    expect(changesOf(reportOf(...BEFORE), reportOf(...after))).toEqual([added, fixed]);
  });

  it('fails on what is new alone', () => {
    const same = compared(reportOf(...BEFORE), reportOf(...BEFORE));
    expect(same.verdict.status).toBe('pass');
    const after = reportOf(...BEFORE, ['/src/c.py']);
    for (const options of [{}, { failOn: parseFailOn('high+new') }]) {
      const { verdict } = compared(reportOf(...BEFORE), after, options);
      expect([verdict.status, verdict.causes.flatMap((cause) => cause.findingIds).length]).toEqual([
        ...['fail', 1],
      ]);
    }
  });

  it('does not let a thousand equal findings hide one more', () => {
    const many = Array.from({ length: 1000 }, (_, line): Place => ['/src/a.py', line + 1]);
    const after = reportOf(['/secret.py', 5], ...many);
    expect(changesOf(reportOf(...many), after)).toEqual([['/secret.py:5'], []]);
  });

  it('knows nothing of the results of another analyzer', () => {
    const before = reportOf(['/src/a.py', 3, { tool: 'eslint' }]);
    expect(changesOf(before, reportOf(['/src/a.py', 3]))).toEqual([['/src/a.py:3'], ['/src/a.py']]);
  });

  it('counts what an exception set aside before as known', () => {
    const [id = ''] = reportOf(...BEFORE).results.flatMap(({ findings }) =>
      findings.map((f) => f.id),
    );
    const ignore = [{ id, from: '.assayignore:1' }];
    const { baseline } = compared(reportOf(...BEFORE), reportOf(...BEFORE), { ignore });
    expect(baseline).toMatchObject({ newIds: [], unchangedCount: 1, fixed: [] });
  });

  it('has the same SARIF fingerprints after the change', async () => {
    const fingerprints = async (report: Report): Promise<readonly unknown[]> =>
      (await onlyRun(report)).results.map((result) => result.partialFingerprints);
    const before = await fingerprints(reportOf(...BEFORE));
    const after = await fingerprints(reportOf(['/lib/z.py', 203], ['/src/b.py', 209, OTHER]));
    expect(after).toEqual(expect.arrayContaining([...before]));
    expect(new Set(before.map((one) => JSON.stringify(one))).size).toBe(2);
    const twice = await fingerprints(reportOf(...BEFORE, ['/src/c.py']));
    expect(new Set(twice.map((one) => JSON.stringify(one))).size).toBe(3);
  });
});
