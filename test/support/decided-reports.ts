/**
 * Generated reports as a gate decides them: with `--severity`, `--only`, `--ignore-unfixed`,
 * `--ignore-status`, exceptions, corrections, statements (VEX), a baseline, and conditions.
 */

import fc from 'fast-check';

import { quietContext } from '../../src/core/base/context.ts';
import type { AffectedStatus } from '../../src/core/model/advisory/advisory.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { parsePackageUrl } from '../../src/core/model/purl/purl.ts';
import { SEVERITIES } from '../../src/core/model/severity/severity.ts';
import { baselineOf } from '../../src/scan/policy/baseline.ts';
import { parseFailOn } from '../../src/scan/policy/fail-on.ts';
import type { PolicyOptions } from '../../src/scan/policy/options.ts';
import type { VexDocument } from '../../src/scan/policy/vex/statement.ts';
import { gateReports } from '../../src/scan/pipeline/reports/gate-reports.ts';
import { coherentReports } from './coherent-reports.ts';

const CLOCK = { ...quietContext(), now: () => Date.parse('2025-06-01T00:00:00Z') };
const CONDITIONS = ['high', 'low+fixable', 'new', 'critical,low+new', 'cvss>=4'] as const;

/** Questions to a gate about the findings of a report. */
function policies(found: Report): fc.Arbitrary<Partial<PolicyOptions>> {
  const findings = found.results.flatMap((result) =>
    result.findings.flatMap((one) => (one.kind === 'vulnerability' ? [one] : [])),
  );
  const some = fc.subarray(findings);
  return fc
    .record({
      severities: fc.subarray([...SEVERITIES], { minLength: 1 }),
      only: fc.constantFrom(undefined, 'app', 'base'),
      ignoreUnfixed: fc.boolean(),
      ignoreStatuses: fc.subarray<AffectedStatus>(['willNotFix', 'unimportant']),
      ignored: some,
      corrected: fc.boolean(),
      denied: some,
      known: some,
      isCompared: fc.boolean(),
      failOn: fc.option(fc.constantFrom(...CONDITIONS), { nil: undefined }),
      exitCode: fc.constantFrom(undefined, 0, 3),
    })
    .map(({ only, ignored, corrected, denied, known, isCompared, failOn, exitCode, ...rest }) => ({
      ...rest,
      ...(only !== undefined && { only }),
      ...(exitCode !== undefined && { exitCode }),
      ignore: ignored.map(({ id }, index) => ({ id, reason: 'not used', from: `ignore:${index}` })),
      // Corrections set aside what the stored report says that they removed.
      overrides: corrected
        ? findings.map(({ advisoryId }) => ({ id: advisoryId, from: 'corrections.json' }))
        : [],
      vex: [vexOf(denied)],
      failOn: failOn === undefined ? [] : parseFailOn(failOn),
      ...(isCompared && { baseline: baselineOf(withFindings(found, known), 'before.json') }),
    }));
}

function vexOf(
  denied: readonly { readonly advisoryId: string; readonly packageId: string }[],
): VexDocument {
  return {
    path: 'vex.json',
    form: 'OpenVEX',
    problems: [],
    statements: denied.map(({ advisoryId, packageId }, index) => ({
      vulnerabilities: [advisoryId],
      products: [{ identity: { purl: parsePackageUrl(packageId) }, subcomponents: [] }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      at: index,
      from: `vex.json, statement ${index + 1}`,
    })),
  };
}

/** The report before: it had these findings alone. */
function withFindings(report: Report, known: readonly { readonly id: string }[]): Report {
  const ids = new Set(known.map(({ id }) => id));
  return {
    ...report,
    results: report.results.map((result) => ({
      ...result,
      findings: result.findings.filter(({ id }) => ids.has(id)),
    })),
  };
}

/** Reports whose decisions follow from a policy. */
export const decidedReports: fc.Arbitrary<Report> = coherentReports.chain((found) =>
  policies(found).map((policy) =>
    gateReports([{ name: 'found.json', report: found }], { policy, allowEmpty: true }, CLOCK),
  ),
);
