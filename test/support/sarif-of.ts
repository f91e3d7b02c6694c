/** SARIF of a report, read back. */

import { expect } from 'vitest';

import type { Severity } from '../../src/core/model/advisory/advisory.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { rendered } from './rendered.ts';
import { testFinding, testPackage, testReport, testResult } from './reports.ts';
import type { SarifLog, SarifRun } from './sarif-tools.ts';

export function sarifText(report: Report): Promise<string> {
  return rendered(report, 'sarif');
}

export async function sarifOf(report: Report): Promise<SarifLog> {
  return JSON.parse(await sarifText(report)) as SarifLog;
}

export async function onlyRun(report: Report): Promise<SarifRun> {
  const { runs } = await sarifOf(report);
  return runs[0] ?? expect.fail('no run');
}

/** A report of one package with these findings. */
export function reportOf(
  findings: readonly (readonly [string, Severity])[],
  path = '/lib/apk/db/installed',
): Report {
  const pkg = testPackage('openssl', '1.1.1a-r0', { locations: [{ path, layer: 0, line: 1 }] });
  return testReport({
    results: [
      testResult({
        inventory: { inventoryVersion: 1, packages: [pkg] },
        findings: findings.map(([id, severity], index) =>
          testFinding(pkg, id, severity, { id: `${id}-${index}` }),
        ),
      }),
    ],
  });
}
