import { describe, expect, it } from 'vitest';

import {
  testImage,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import { onlyRun, reportOf, sarifOf } from '../../../../test/support/sarif-of.ts';

describe('limits of code scanning', () => {
  it('leaves out the least severe of more than 25,000 results, and counts them', async () => {
    const high = Array.from({ length: 20_000 }, (_, i) => [`CVE-${i}`, 'high'] as const);
    const low = Array.from({ length: 6000 }, (_, i) => [`LOW-${i}`, 'low'] as const);
    const { results, invocations, tool } = await onlyRun(reportOf([...low, ...high]));
    expect(results).toHaveLength(25_000);
    expect(tool.driver.rules).toHaveLength(25_000);
    expect(results.filter(({ level }) => level === 'error')).toHaveLength(20_000);
    expect(invocations[0].toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
      expect.stringContaining('1000 findings are left out, least severe first'),
    ]);
  });

  it('leaves out the artifacts with the least severe findings of more than 20', async () => {
    const results = Array.from({ length: 23 }, (_, index) => {
      const [result = testResult()] = reportOf([['CVE-1', index < 4 ? 'low' : 'high']]).results;
      return { ...result, artifact: testImage({ reference: `app-${index}:1` }) };
    });
    const { runs } = await sarifOf(testReport({ results }));
    const ids = runs.map(({ automationDetails }) => automationDetails.id);
    expect(ids).toHaveLength(20);
    expect(ids[0]).toBe('assay/image/app-0/linux/amd64/');
    expect(ids[1]).toBe('assay/image/app-4/linux/amd64/');
    expect(runs.at(-1)?.invocations[0].toolExecutionNotifications.at(-1)?.message.text).toContain(
      '3 artifacts with 3 findings are left out',
    );
  });

  it('gives two artifacts of one name two categories', async () => {
    const { runs } = await sarifOf(testReport({ results: [testResult(), testResult()] }));
    expect(runs.map(({ automationDetails }) => automationDetails.id)).toEqual([
      'assay/image/app/linux/amd64/',
      'assay/image/app/linux/amd64/2/',
    ]);
  });

  it('has at most 1,000 places for a result', async () => {
    const report = reportOf([['CVE-1', 'high']]);
    const [result = testResult()] = report.results;
    const [pkg = testPackage('a', '1')] = result.inventory.packages;
    const more = Array.from({ length: 1500 }, (_, i) => ({ path: `/jar-${i}`, layer: 0 }));
    const packages = [{ ...pkg, locations: [{ path: '/a', layer: 0 }, ...more] as const }];
    const inventory = { ...result.inventory, packages };
    const run = await onlyRun({ ...report, results: [{ ...result, inventory }] });
    expect(run.results[0]?.locations).toHaveLength(1000);
    expect(run.invocations[0].toolExecutionNotifications[0]?.message.text).toContain('1000');
  });
});
