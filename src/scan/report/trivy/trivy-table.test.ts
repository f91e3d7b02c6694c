import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { rendered, UNSAFE } from '../../../../test/support/rendered.ts';
import {
  testAdvisory,
  testFinding,
  testImage,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import { tableOf, trivyCases, trivyTables } from '../../../../test/support/trivy-sections.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { trivyRowCount } from './trivy-table.ts';

describe('the table of trivy', () => {
  const tables = trivyTables('named.txt');

  it.each(trivyCases('named.jsonl'))('is what trivy prints: $name', (one) => {
    expect(tableOf(one)).toBe(tables.get(one.name ?? ''));
  });

  it.each(trivyCases('generated.jsonl').map((one, index) => [index, one] as const))(
    'is what trivy prints for generated report %i',
    (_index, one) => {
      expect(createHash('sha256').update(tableOf(one)).digest('hex')).toBe(one.sha256);
    },
  );
});

const lodash: Package = {
  ...testPackage('lodash', '4.17.0', {
    ecosystem: 'npm',
    locations: [
      { path: '/a/node_modules/lodash/package.json', layer: 0 },
      { path: '/b/node_modules/lodash/package.json', layer: 0 },
    ],
  }),
};
const openssl = testPackage('openssl', '3.0.1-r0');

function reportOf(part: Partial<Report> = {}): Report {
  const inventory = {
    inventoryVersion: 1 as const,
    distro: { id: 'alpine', versionId: '3.19.4' },
    packages: [openssl, lodash],
  };
  const findings = [
    testFinding(openssl, 'CVE-2024-1', 'high', { fixedVersions: ['3.0.2-r0'], status: 'fixed' }),
    testFinding(lodash, 'CVE-2024-2', 'low'),
  ];
  return testReport({
    results: [testResult({ artifact: testImage(), inventory, findings })],
    advisories: new Map([['CVE-2024-1', testAdvisory('CVE-2024-1', 'A title')]]),
    ...part,
  });
}

const trivy = (report: Report, view = {}): Promise<string> =>
  rendered(report, 'table', { ...view, compat: 'trivy' });

describe('a report', () => {
  it('has a section for each result, and no verdict', async () => {
    const text = await trivy(reportOf());
    expect(text.match(/^(?:\S.*\n=+|Total: .*)$/gmu)).toEqual([
      'app:1.2 (alpine 3.19.4)\n=======================',
      'Total: 1 (UNKNOWN: 0, LOW: 0, MEDIUM: 0, HIGH: 1, CRITICAL: 0)',
      'Node.js (node-pkg)\n==================',
      'Total: 2 (UNKNOWN: 0, LOW: 2, MEDIUM: 0, HIGH: 0, CRITICAL: 0)',
    ]);
    expect(text).not.toContain('Verdict');
  });

  it('counts a package at each of its places', () => {
    expect(trivyRowCount(reportOf())).toBe(3);
  });

  it('leaves out what was set aside', async () => {
    const report = reportOf();
    const [result] = report.results;
    const findingId = result?.findings[0]?.id ?? '';
    const results = report.results.map((one) => ({
      ...one,
      suppressed: [{ findingId, by: 'ignore' as const, reason: 'tested' }],
    }));
    expect(await trivy({ ...report, results })).not.toContain('CVE-2024-1 ');
  });

  it.each([
    ['in a terminal', { color: true }],
    ['in a narrow terminal', { color: true, width: 40 }],
    ['with a width', { width: 40 }],
  ])('has the same lines %s', async (_name, view) => {
    const plain = (await trivy(reportOf())).split('\n').filter((line) => !/^=+$/u.test(line));
    const text = (await trivy(reportOf(), view)).replaceAll(/\u001b\[\d+m/gu, '');
    const lines = text.split('\n').filter((line) => !/^=+$/u.test(line));
    const isTitle = (line: string): boolean => /^\S.*\)$/u.test(line) && !line.startsWith('Total');
    // A terminal has an empty line where other outputs underline the title.
    const expected =
      'color' in view ? plain.flatMap((one) => (isTitle(one) ? [one, ''] : [one])) : plain;
    expect(lines).toEqual(expected);
  });

  it('paints severities in a terminal', async () => {
    expect(await trivy(reportOf(), { color: true })).toContain('\u001b[91mHIGH\u001b[39m');
  });

  it('keeps totals and verdict alone as they are', async () => {
    const view = { isVerdictOnly: true };
    expect(await trivy(reportOf(), view)).toBe(await rendered(reportOf(), 'table', view));
  });

  it.each([
    ['a control sequence', '\u001b[31mred'],
    ['a line end', 'a\nb'],
    ['a change of direction', 'a\u202eb'],
    ['a megabyte', 'x'.repeat(1 << 20)],
    ['a megabyte of wide characters', '中'.repeat(1 << 18)],
  ])('stays harmless with a name of %s', async (_name, name) => {
    const pkg = { ...lodash, name };
    const inventory = { inventoryVersion: 1 as const, packages: [pkg] };
    const findings = [testFinding(pkg, 'CVE-2024-2', 'low', { fixedVersions: [name] })];
    const text = await trivy(testReport({ results: [testResult({ inventory, findings })] }));
    expect(text).not.toMatch(UNSAFE);
    expect(text.length).toBeLessThan(200_000);
  });
});
