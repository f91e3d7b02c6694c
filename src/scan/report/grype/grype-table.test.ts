import { describe, expect, it } from 'vitest';

import { rendered } from '../../../../test/support/rendered.ts';
import {
  testAdvisory,
  testFinding,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import type { Advisory, Severity } from '../../../core/model/advisory/advisory.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { grypeRisk } from './grype-risk.ts';

type Facts = Parameters<typeof grypeRisk>[1];

const facts = (
  epss: number | undefined,
  scores: readonly number[] = [],
  part: Facts | object = {},
): Facts => ({
  ...(epss !== undefined && { epss }),
  ratings: scores.map((score) => ({ by: 'nvd', severity: 'high' as const, score })),
  ...part,
});

describe('risk', () => {
  // The first five are rows that a maintainer of grype showed in its issue 1511, with the CVSS
  // scores of NVD.
  it.each<[string, Severity, Facts, string, string]>([
    ['CVE-2025-1974', 'critical', facts(0.8374, [9.8]), '83.7%', '82.1'],
    ['CVE-2025-0665', 'critical', facts(0.0092, [9.8]), '0.9%', '0.9'],
    ['CVE-2024-32760', 'medium', facts(0.0145, [6.5]), '1.5%', '0.9'],
    ['CVE-2024-31079', 'medium', facts(0.0145, [4.8]), '1.5%', '0.7'],
    ['CVE-2024-35200', 'medium', facts(0.0125, [5.3]), '1.3%', '0.7'],
    ['a small one', 'low', facts(0.0004, [3]), '< 0.1%', '< 0.1'],
    ['without CVSS', 'high', facts(0.5), '50.0%', '40.0'],
    ['with two scores', 'high', facts(0.5, [6, 8]), '50.0%', '35.0'],
    ['without EPSS', 'critical', facts(undefined, [9.8]), 'N/A', 'N/A'],
    [
      'exploited',
      'high',
      facts(0.5, [8], { exploited: { since: '2025-01-01', ransomware: false } }),
      '50.0%',
      '42.0',
    ],
    [
      'used by ransomware',
      'high',
      facts(0.5, [8], { exploited: { since: '2025-01-01', ransomware: true } }),
      '50.0%',
      '44.0',
    ],
    [
      'never above 100',
      'critical',
      facts(0.99, [10], { exploited: { since: '2025-01-01', ransomware: true } }),
      '99.0%',
      '100.0',
    ],
    ['no advisory', 'critical', undefined, 'N/A', 'N/A'],
  ])('of %s', (...[, severity, advisory, epss, text]) => {
    expect(grypeRisk({ severity }, advisory)).toMatchObject({ epss, text });
  });
});

function reportOf(
  rows: readonly (readonly [
    ecosystem: Ecosystem,
    id: string,
    finding: object,
    advisory: Partial<Advisory>,
  ])[],
): Report {
  const made = rows.map(([ecosystem, id, part, advisory], index) => {
    const pkg = testPackage(`name-${index}`, '1.0', { ecosystem, id: `pkg:${index}` });
    return {
      pkg,
      finding: testFinding(pkg, id, 'high', part),
      advisory: { ...testAdvisory(id, ''), ratings: [], ...advisory },
    };
  });
  return testReport({
    results: [
      testResult({
        inventory: { inventoryVersion: 1, packages: made.map(({ pkg }) => pkg) },
        findings: made.map(({ finding }) => finding),
      }),
    ],
    advisories: new Map(made.map(({ advisory }) => [advisory.id, advisory])),
  });
}

const grype = (report: Report, view = {}): Promise<string> =>
  rendered(report, 'table', { ...view, compat: 'grype' });

describe('the table of grype', () => {
  it('has its columns, highest risk first, what has none last', async () => {
    const exploited = { since: '2025-01-01', ransomware: false };
    const text = await grype(
      reportOf([
        ['debian', 'CVE-2024-1', { status: 'willNotFix' }, {}],
        ['pypi', 'CVE-2024-2', { fixedVersions: ['2.0', '3.1'], status: 'fixed' }, { epss: 0.01 }],
        ['go', 'GHSA-aaaa-bbbb-cccc', {}, { epss: 0.5, exploited }],
        ['alpine', 'CVE-2024-4', { severity: 'low', status: 'unimportant' }, { epss: 0.0001 }],
      ]),
    );
    expect(text.split('\n')).toEqual([
      'NAME    INSTALLED  FIXED IN     TYPE       VULNERABILITY        SEVERITY    EPSS    RISK',
      'name-2  1.0                     go-module  GHSA-aaaa-bbbb-cccc  High         50.0%   42.0  (kev)',
      'name-1  1.0        2.0, 3.1     python     CVE-2024-2           High          1.0%    0.8',
      'name-3  1.0                     apk        CVE-2024-4           Negligible  < 0.1%  < 0.1',
      "name-0  1.0        (won't fix)  deb        CVE-2024-1           High           N/A    N/A",
      '',
    ]);
  });

  it.each<[Ecosystem, string]>([
    ['debian', 'deb'],
    ['wolfi', 'apk'],
    ['rocky', 'rpm'],
    ['npm', 'npm'],
    ['maven', 'java-archive'],
    ['rubygems', 'gem'],
    ['cargo', 'rust-crate'],
    ['packagist', 'php-composer'],
    ['nuget', 'dotnet'],
    ['program', 'binary'],
    ['hex', 'hex'],
  ])('calls a package of %s %s', async (ecosystem, type) => {
    const text = await grype(reportOf([[ecosystem, 'CVE-2024-1', {}, {}]]));
    expect(text).toMatch(new RegExp(` ${type} `, 'u'));
  });

  it('has equal rows once', async () => {
    const report = reportOf([['npm', 'CVE-2024-1', {}, {}]]);
    const [result] = report.results;
    if (result === undefined) throw new Error('no result');
    const [pkg] = result.inventory.packages;
    const [finding] = result.findings;
    if (pkg === undefined || finding === undefined) throw new Error('no finding');
    const packages = [pkg, { ...pkg, id: 'other' }];
    const findings = [finding, { ...finding, id: 'f2', packageId: 'other' }];
    const results = [{ ...result, inventory: { ...result.inventory, packages }, findings }];
    expect((await grype({ ...report, results })).trimEnd().split('\n')).toHaveLength(2);
  });

  it('says that there is nothing', async () => {
    expect(await grype(reportOf([]))).toBe('No vulnerabilities found\n');
  });

  it.each([
    ['vex', '(suppressed by VEX)'],
    ['ignore', '(suppressed)'],
  ] as const)('lists what was set aside by %s where it is asked for', async (by, note) => {
    const report = reportOf([['npm', 'CVE-2024-1', {}, {}]]);
    const results = report.results.map((one) => ({
      ...one,
      suppressed: one.findings.map(({ id }) => ({ findingId: id, by, reason: '' })),
    }));
    expect(await grype({ ...report, results })).toBe('No vulnerabilities found\n');
    expect(await grype({ ...report, results }, { showSuppressed: true })).toContain(note);
  });
});
