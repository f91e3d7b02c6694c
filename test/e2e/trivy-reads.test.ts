/**
 * A real trivy reads what Assay writes as trivy-json: the numbers of each section, filters, exit
 * codes, its own formats.
 */

import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Artifact } from '../../src/core/model/artifact/artifact.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { SEVERITIES } from '../../src/core/model/severity/severity.ts';
import { applyDisplayFilter } from '../../src/core/model/report/display-filter.ts';
import { coherentReports } from '../support/coherent-reports.ts';
import { rendered } from '../support/rendered.ts';
import { ruleResult } from '../support/rule-results.ts';
import { testFinding, testImage, testPackage, testReport, testResult } from '../support/reports.ts';
import { needs } from '../support/tools.ts';
import { missingTrivy, trivyConvert, trivySections } from '../support/trivy-convert.ts';
import { written, type TrivyDocument } from '../support/trivy-document.ts';

const missing = missingTrivy();

const openssl = testPackage('openssl', '1.1.1a-r0');
const npm = (name: string, ...paths: readonly [string, ...string[]]): typeof openssl =>
  testPackage(name, '1.0.0', {
    id: `pkg:npm/${name}@1.0.0`,
    ecosystem: 'npm',
    locations: paths.map((place) => ({ path: place, layer: 2 })) as unknown as [
      { path: string; layer: number },
    ],
  });
const lodash = npm(
  'lodash',
  '/a/node_modules/lodash/package.json',
  '/b/node_modules/lodash/package.json',
);
const locked = { ...npm('left-pad', '/app/yarn.lock'), presence: 'declared' as const };
const accepted = testFinding(locked, 'CVE-2020-4', 'critical');
const REPORT = testReport({
  results: [
    testResult({
      artifact: testImage(),
      inventory: {
        inventoryVersion: 1,
        distro: { id: 'alpine', versionId: '3.19.4' },
        packages: [openssl, lodash, locked],
      },
      findings: [
        testFinding(openssl, 'CVE-2020-1', 'high', { fixedVersions: ['2'], status: 'fixed' }),
        testFinding(openssl, 'CVE-2020-2', 'low', { status: 'unimportant' }),
        testFinding(lodash, 'CVE-2020-3', 'medium'),
        testFinding(locked, 'CVE-2020-5', 'unknown', { severityBy: 'none' }),
        accepted,
      ],
      suppressed: [{ findingId: accepted.id, by: 'ignore', reason: 'not reachable' }],
    }),
  ],
});

const DIFF_ID = `sha256:${'0123456789abcdef'.repeat(4)}` as const;
/**
 * The layers have a command, a command that is cut within a character, a digest, a digest that is
 * too short, and nothing.
 */
const LAYERED = testImage({
  layers: [
    { createdBy: 'COPY . /app # buildkit', diffId: DIFF_ID },
    { createdBy: `RUN ${'ä'.repeat(40)}` },
    { createdBy: `RUN x${'ä'.repeat(40)}` },
    { diffId: DIFF_ID },
    { diffId: 'sha256:abc' },
    {},
  ],
});
const DIRECTORY: Artifact = { kind: 'directory', reference: 'app', layers: [{}] };

describe.skipIf(missing)(`a report in the form of trivy, read by trivy${needs(missing)}`, () => {
  let folder: string;
  let document: TrivyDocument;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-trivy-reads-'));
    document = await written(REPORT);
    writeFileSync(path.join(folder, 'report.json'), JSON.stringify(document));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const convert = (...args: readonly string[]): ReturnType<typeof trivyConvert> =>
    trivyConvert(folder, 'report.json', ...args);

  it.each([
    [
      'everything',
      [],
      { 'app:1.2 (alpine 3.19.4)': 2, 'Node.js (node-pkg)': 2, 'app/yarn.lock (yarn)': 1 },
    ],
    ['what is high', ['--severity', 'HIGH,CRITICAL'], { 'app:1.2 (alpine 3.19.4)': 1 }],
    ['what is medium', ['--severity', 'MEDIUM'], { 'Node.js (node-pkg)': 2 }],
  ])('prints our numbers of %s', (_name, args, expected) => {
    expect(trivySections(folder, 'report.json', ...args)).toEqual(expected);
  });

  it.each([
    ['findings', [], 7],
    ['high findings', ['--severity', 'HIGH'], 7],
    ['critical findings, of which the only one was set aside', ['--severity', 'CRITICAL'], 0],
  ])('ends with its exit code for %s', (_name, args, expected) => {
    expect(convert('--exit-code', '7', ...args).status).toBe(expected);
  });

  describe('prints the table of --compat trivy, byte for byte', () => {
    /** What trivy prints for a report, and what Assay does. */
    async function both(
      report: Report,
      flags: readonly string[] = [],
    ): Promise<readonly [theirs: string, ours: string]> {
      const shown = applyDisplayFilter(report);
      writeFileSync(path.join(folder, 'table.json'), await rendered(shown, 'trivy-json'));
      // A full list of severities is the same as none.
      const severities = shown.shownSeverities.map((one) => one.toUpperCase()).join(',');
      const { stdout } = trivyConvert(folder, 'table.json', '--severity', severities, ...flags);
      const dependencyTree = flags.includes('--dependency-tree');
      return [stdout, await rendered(shown, 'table', { compat: 'trivy', dependencyTree })];
    }

    /**
     * Of a report without a verdict, because trivy does not show what decides beside the severities
     * that are shown.
     */
    function undecided(report: Report): Report {
      return { ...report, verdict: { status: 'notAsked', exitCode: 0, causes: [] } };
    }

    /**
     * Whether everything that is shown has one of the severities that are shown; malicious packages
     * always are.
     */
    function isFiltered(report: Report): boolean {
      return applyDisplayFilter(report).results.every(({ findings }) =>
        findings.every(({ severity }) => report.shownSeverities.includes(severity)),
      );
    }

    const reports = fc
      .sample(coherentReports, { numRuns: 100, seed: 17 })
      .map(undecided)
      .filter((report) => report.shownSeverities.length > 0 && isFiltered(report))
      .slice(0, 50);

    it('of fifty reports', () => {
      expect(reports).toHaveLength(50);
    });

    it.each(reports.map((report, index) => [index, report] as const))(
      'of generated report %i',
      async (index, report) => {
        const flags = index % 5 === 0 ? ['--dependency-tree'] : [];
        const [theirs, ours] = await both(report, flags);
        expect(ours).toBe(theirs);
      },
    );

    it.each([
      ['all', REPORT, []],
      ['with the tree of dependents', REPORT, ['--dependency-tree']],
      ['some severities', { ...REPORT, shownSeverities: ['high', 'unknown'] as const }, []],
    ])('of one report: %s', async (_name, report, flags) => {
      const [theirs, ours] = await both(report, flags);
      expect(theirs).toContain('Total: ');
      expect(ours).toBe(theirs);
    });

    it.each([
      ['an image', [LAYERED], SEVERITIES, []],
      ['a directory', [DIRECTORY], SEVERITIES, []],
      ['some severities', [LAYERED], ['medium', 'high'], []],
      ['several artifacts, with the tree', [LAYERED, DIRECTORY], ['low'], ['--dependency-tree']],
    ] as const)('of rule findings of %s', async (_name, artifacts, shownSeverities, flags) => {
      const results = artifacts.map(ruleResult);
      const [theirs, ours] = await both(testReport({ results, shownSeverities }), flags);
      expect(theirs).toContain('EXCEPTIONS: 0)');
      expect(theirs).toContain('(secrets)');
      expect(ours).toBe(theirs);
    });
  });

  it('writes SARIF and CycloneDX', () => {
    expect(convert('-f', 'sarif', '-o', 'out.sarif').status).toBe(0);
    const { runs } = JSON.parse(readFileSync(path.join(folder, 'out.sarif'), 'utf8')) as {
      readonly runs: readonly { readonly results: readonly unknown[] }[];
    };
    expect(runs[0]?.results).toHaveLength(5);
    expect(convert('-f', 'cyclonedx', '-o', 'out.cdx').status).toBe(0);
    const { vulnerabilities } = JSON.parse(readFileSync(path.join(folder, 'out.cdx'), 'utf8')) as {
      readonly vulnerabilities: readonly { readonly id: string }[];
    };
    expect(vulnerabilities.map(({ id }) => id).sort()).toEqual([
      'CVE-2020-1',
      'CVE-2020-2',
      'CVE-2020-3',
      'CVE-2020-5',
    ]);
  });
});
