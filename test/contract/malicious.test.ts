/**
 * Records of malicious packages of every kind, through matching and the gate, in every format of a
 * report.
 */

import { beforeAll, describe, expect, it } from 'vitest';

import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { decodeReport, encodeReport } from '../../src/core/codec/codec.ts';
import type { Advisory } from '../../src/core/model/advisory/advisory.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { applyDisplayFilter } from '../../src/core/model/report/display-filter.ts';
import { parseFailOn } from '../../src/scan/policy/fail-on.ts';
import type { PolicyOptions } from '../../src/scan/policy/options.ts';
import { REPORTERS } from '../../src/scan/report/list.ts';
import { compareReports } from '../../src/tasks/compare/compare-reports.ts';
import { rematch } from '../../src/scan/pipeline/index.ts';
import { gateReports } from '../../src/scan/pipeline/reports/gate-reports.ts';
import { differenceLines } from '../../src/scan/report/text/difference-text.ts';
import { explainReportFinding, findingsIn } from '../../src/tasks/explain/explain-report.ts';
import { explanationLines } from '../../src/tasks/explain/explain-text.ts';
import { affects, anAdvisory, anInventory, aPackage, below } from '../support/model.ts';
import { rendered } from '../support/rendered.ts';
import { testReport, testResult } from '../support/reports.ts';

const ALL = [{ introduced: '0' }];
const ONE_BAD = [{ introduced: '3.3.6', fixed: '4.0.0' }];
const stream = (ranges: Parameters<typeof affects>[1], versions: readonly string[] = []) => ({
  affected: [affects('stream', ranges, { versions })],
});

/** Records that make `stream` 3.3.6 malicious. */
const RECORDS: readonly (readonly [string, readonly Advisory[]])[] = [
  ['under a MAL id', [anAdvisory('MAL-2024-1', stream(ALL))]],
  [
    'under GHSA with a MAL alias',
    [anAdvisory('GHSA-1', { aliases: ['MAL-2024-1'], ...stream(ALL) })],
  ],
  [
    'under a MAL id with an alias',
    [anAdvisory('MAL-2024-1', { aliases: ['GHSA-1'], ...stream(ALL) })],
  ],
  ['with CWE-506', [anAdvisory('GHSA-1', { cwes: ['CWE-506'], ...stream(ONE_BAD) })]],
  [
    'with a LOW score',
    [
      anAdvisory('MAL-2024-1', {
        ratings: [{ by: 'osv', severity: 'low', score: 1 }],
        ...stream(ALL),
      }),
    ],
  ],
  ['with one bad version among good ones', [anAdvisory('MAL-2024-1', stream([], ['3.3.6']))]],
];

/** Records that do not. */
const OTHERS: readonly (readonly [string, readonly Advisory[]])[] = [
  ['withdrawn', [anAdvisory('MAL-2024-1', { withdrawnAt: '2024-02-01', ...stream(ALL) })]],
  ['of other versions', [anAdvisory('MAL-2024-1', stream([], ['3.3.5', '3.3.7']))]],
  ['of an ordinary vulnerability', [anAdvisory('GHSA-1', { cwes: ['CWE-79'], ...stream(ALL) })]],
];

const GATES: readonly (readonly [string, Partial<PolicyOptions>])[] = [
  ['--fail-on high', { failOn: parseFailOn('high+fixable+kev+new') }],
  ['--fail-on with --severity', { failOn: parseFailOn('epss>=0.9'), severities: ['low'] }],
  ['--exit-code with filters', { exitCode: 1, severities: ['low'], ignoreUnfixed: true }],
  ['--min-evidence', { minEvidence: 'claimed' }],
  ['a policy', { policy: 'prod', failOn: parseFailOn('package=other') }],
];

async function judged(
  advisories: readonly Advisory[],
  policy: Partial<PolicyOptions> = {},
  packages = [aPackage('aaa', '1.0.0'), aPackage('stream', '3.3.6')],
): Promise<Report> {
  const stored = testReport({ results: [testResult({ inventory: anInventory(packages) })] });
  // A critical vulnerability of another package, which stands before it by name.
  const other = anAdvisory('CVE-2024-0001', {
    ratings: [{ by: 'nvd', severity: 'critical', score: 9.8 }],
    affected: [affects('aaa', [below('2.0.0')])],
  });
  const reader = createMemoryReader([...advisories, other]);
  const base = { open: () => Promise.resolve(reader) };
  return rematch(stored, { advisories: base, policy }, quietContext());
}

const shown = (report: Report, format: string): Promise<string> =>
  rendered(applyDisplayFilter(report), format);

/** What formats say about a malicious package, where it is more than the word. */
const MARKS: Readonly<Record<string, RegExp>> = {
  table: /\[malicious\]/u,
  json: /"malicious":\s*\{/u,
  verdict: /"maliciousCount":\s*1/u,
  cyclonedx: /"assay:malicious"/u,
  'spdx-json': /assay:malicious/u,
  'trivy-json': /"malicious":\s*\[/u,
  'cosign-vuln': /"malicious":\s*\[/u,
};

const markOf = (format: string): RegExp => MARKS[format] ?? /malicious/iu;

describe.each(RECORDS)('a record %s', (_name, advisories) => {
  it.each(GATES)('fails the gate: %s', async (_gate, policy) => {
    const { verdict, results } = await judged(advisories, policy);
    expect([verdict.status, verdict.exitCode]).toEqual(['fail', 1]);
    expect(verdict.causes[0]?.rule).toBe('malicious');
    expect(verdict.cure?.change).toMatch(/^remove the malicious package stream 3\.3\.6/u);
    expect(verdict.cure?.removals).toContain('pkg:npm/stream@3.3.6');
    expect(results[0]?.suppressed).toEqual([]);
    const stored = decodeReport(JSON.parse(JSON.stringify(encodeReport(await judged(advisories)))));
    const again = gateReports([{ name: 'r.json', report: stored }], { policy }, quietContext());
    expect(again.verdict.causes[0]).toEqual(verdict.causes[0]);
  });

  it.each(REPORTERS.map(({ id }) => id))(
    'is in the format %s, whatever is shown',
    async (format) => {
      const report = await judged(advisories, { severities: ['low'], only: 'base' });
      expect(await shown(report, format)).toMatch(markOf(format));
    },
  );
});

describe.each(OTHERS)('a record %s', (_name, advisories) => {
  it.each(REPORTERS.map(({ id }) => id))('has no mark in the format %s', async (format) => {
    expect(await shown(await judged(advisories), format)).not.toMatch(markOf(format));
  });

  it('does not fail a gate by itself', async () => {
    const { verdict } = await judged(advisories, { failOn: parseFailOn('id=X') });
    expect(verdict.status).toBe('pass');
  });
});

describe('what people read', () => {
  let report: Report;
  beforeAll(async () => {
    report = await judged([anAdvisory('MAL-2024-1', stream(ALL))]);
  });

  it('lists malicious packages first, with a line of the verdict', async () => {
    const table = await shown(report, 'table');
    expect(table.indexOf('stream')).toBeLessThan(table.indexOf('aaa'));
    expect(table).toMatch(
      /Malware\s+1 finding of known malicious packages: stream 3\.3\.6 \(MAL-2024-1\)/u,
    );
    expect(table).toContain('(remove it)');
  });

  it('has the line of an exception that accepts one', async () => {
    const entry = { id: 'MAL-2024-1', scope: { package: 'stream' }, from: '.assayignore:1' };
    const accepted = await judged([anAdvisory('MAL-2024-1', stream(ALL))], {
      failOn: parseFailOn('id=X'),
      ignore: [entry],
    });
    expect(accepted.verdict.status).toBe('pass');
    expect(await shown(accepted, 'table')).toMatch(
      /Malware\s+accepted by exceptions: stream 3\.3\.6 \(MAL-2024-1\) by \.assayignore:1/u,
    );
  });

  it('explains it', () => {
    const [place] = findingsIn(report, 'mal-2024-1', undefined);
    const explanation = place && explainReportFinding(place, undefined, Date.parse('2026-01-01'));
    expect(explanation?.vulnerability.malicious).toEqual(['MAL-2024-1']);
    const text = (explanation ? explanationLines(explanation, { now: 0 }) : []).join('\n');
    expect(text).toContain('reported by MAL-2024-1; fails every gate');
    expect(text).toContain('MAL-2024-1 package:stream exp:2026-04-01');
    expect(text).not.toContain('.trivyignore');
  });

  it('is in the difference of two reports', async () => {
    const before = await judged([]);
    const difference = compareReports({ name: 'a', report: before }, { name: 'b', report });
    expect(difference.findings.added).toMatchObject([{ name: 'MAL-2024-1', isMalicious: true }]);
    expect(differenceLines(difference).join('\n')).toContain('stream 3.3.6 (malicious)');
  });
});

describe('a development dependency', () => {
  const packages = [
    aPackage('aaa', '1.0.0', { dependsOn: [] }),
    aPackage('stream', '3.3.6', { scope: 'development' }),
    aPackage('other', '1.0.0', { scope: 'development' }),
  ];
  const ordinary = anAdvisory('CVE-2024-0002', { affected: [affects('other', ALL)] });

  it.each(RECORDS)('counts though it is left out, by a record %s', async (_name, advisories) => {
    const report = await judged(
      [...advisories, ordinary],
      { failOn: parseFailOn('id=X') },
      packages,
    );
    expect(report.verdict.causes.map(({ rule }) => rule)).toEqual(['malicious']);
    const [result] = report.results;
    expect(result?.inventory.packages.map(({ name }) => name)).toEqual(['aaa', 'stream']);
    expect(result?.findings.map((one) => one.kind === 'vulnerability' && one.packageId)).toEqual([
      'pkg:npm/aaa@1.0.0',
      'pkg:npm/stream@3.3.6',
    ]);
    const stored = decodeReport(JSON.parse(JSON.stringify(encodeReport(report))));
    const asked = { policy: { failOn: parseFailOn('id=X') } };
    const again = gateReports([{ name: 'r.json', report: stored }], asked, quietContext());
    expect(again.verdict.status).toBe('fail');
  });

  it.each(OTHERS)('is left out, with a record %s', async (_name, advisories) => {
    const report = await judged(advisories, { failOn: parseFailOn('id=X') }, packages);
    expect(report.verdict.status).toBe('pass');
    expect(report.results[0]?.inventory.packages.map(({ name }) => name)).toEqual(['aaa']);
  });
});
