import { describe, expect, it } from 'vitest';

import { aFinding, anAdvisory, anInventory, aPackage } from '../../../test/support/model.ts';
import { testReport, testResult } from '../../../test/support/reports.ts';
import { findingsIn } from './explain-report.ts';
import { readPackageSpec } from './package-spec.ts';

const packages = [
  aPackage('tj-actions/changed-files', 'v45', { ecosystem: 'githubactions' }),
  aPackage('lodash', '1.0.0'),
];
const findings = packages.map(({ id }, at) => aFinding(`${at}`.repeat(16), { packageId: id }));
const report = testReport({
  results: [testResult({ inventory: anInventory(packages), findings })],
  advisories: new Map([['CVE-2024-0001', anAdvisory('CVE-2024-0001', { aliases: ['GHSA-1'] })]]),
});

describe('findings of a report that explain is asked for', () => {
  it.each<[string, string | undefined, readonly string[]]>([
    ['0000000000000000', undefined, ['tj-actions/changed-files']],
    ['000000', undefined, ['tj-actions/changed-files']],
    ['00000', undefined, []],
    ['ghsa-1', undefined, ['tj-actions/changed-files', 'lodash']],
    ['CVE-2024-0001', 'lodash', ['lodash']],
    ['known-vulnerable-actions', undefined, ['tj-actions/changed-files']],
    ['KNOWN-vulnerable-actions', undefined, ['tj-actions/changed-files']],
    ['known-vulnerable-actions', 'lodash', []],
    ['known-vulnerable', undefined, []],
  ])('%s, package %s', (asked, text, expected) => {
    const spec = text === undefined ? undefined : readPackageSpec(text);
    expect(findingsIn(report, asked, spec).map(({ pkg }) => pkg.name)).toEqual(expected);
  });
});
