import { describe, expect, it } from 'vitest';

import {
  fullReport,
  places,
  resultWith,
  testAdvisory,
  testFinding,
  testImage,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import { written } from '../../../../test/support/trivy-document.ts';
import { FEEDS } from '../../../advisories/feeds/list.ts';
import type { Advisory, AffectedStatus, Rating } from '../../../core/model/advisory/advisory.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import type { ArtifactResult, Report, Suppressed } from '../../../core/model/report/report.ts';
import { trivyDataSource } from './trivy-names.ts';

type Json = Readonly<Record<string, unknown>>;

describe('a system', () => {
  it.each<[Distro, string, string]>([
    [{ id: 'debian', versionId: '12.5' }, 'debian', '12.5'],
    [{ id: 'alpine', versionId: '3.19.4' }, 'alpine', '3.19.4'],
    [{ id: 'rhel', versionId: '9.4' }, 'redhat', '9.4'],
    [{ id: 'almalinux', versionId: '9.4' }, 'alma', '9.4'],
    [{ id: 'ol', versionId: '8.9' }, 'oracle', '8.9'],
    [{ id: 'amzn', versionId: '2023' }, 'amazon', '2023'],
    [{ id: 'opensuse-leap', versionId: '15.5' }, 'opensuse.leap', '15.5'],
    [{ id: 'wolfi', versionId: '' }, 'wolfi', ''],
  ])('%j is called %s', async (distro, family, version) => {
    const inventory = { inventoryVersion: 1, distro, packages: [testPackage('a', '1')] };
    const report = testReport({ results: [testResult({ inventory })] });
    const { Metadata: metadata, Results: results } = await written(report);
    expect(metadata['OS']).toEqual({ Family: family, Name: version });
    expect(results[0]?.Target).toBe(`app:1.2 (${`${family} ${version}`.trim()})`);
    expect(results[0]?.Type).toBe(family);
  });

  it('says that it is past its end of life', async () => {
    const diagnostics = [{ stage: 'policy', message: 'past', gap: 'endOfLife' } as const];
    const { Metadata: metadata } = await written(
      testReport({ results: [testResult({ diagnostics })] }),
    );
    expect(metadata['OS']).toEqual({ Family: 'alpine', Name: '3.19.4', EOSL: true });
  });
});

describe('versions', () => {
  it.each<[Ecosystem, string, Json]>([
    ['debian', '1:2.5.2-3', { Version: '2.5.2', Release: '3', Epoch: 1 }],
    ['debian', '3.0.4', { Version: '3.0.4' }],
    ['debian', '1.2-3-4', { Version: '1.2-3', Release: '4' }],
    ['debian', '0:1.2-3', { Version: '0:1.2-3' }],
    ['debian', '1.2-', { Version: '1.2-' }],
    ['redhat', '2:8.0-5.el9', { Version: '8.0', Release: '5.el9', Epoch: 2 }],
    ['alpine', '1.2.4-r2', { Version: '1.2.4-r2' }],
    ['npm', '1.0.0-rc.1', { Version: '1.0.0-rc.1' }],
  ])('of %s: %s', async (ecosystem, version, expected) => {
    const report = testReport({ results: [resultWith(testPackage('a', version, { ecosystem }))] });
    const { Results: results } = await written(report);
    expect(results[0]?.Packages[0]).toMatchObject(expected);
    expect(results[0]?.Packages[0]).toMatchObject({ ID: `a@${version}` });
  });
});

/** A report with one finding. */
function reportOf(
  finding: Parameters<typeof testFinding>[3],
  advisory: Partial<Advisory> = {},
  more: Partial<ArtifactResult> = {},
): Report {
  const pkg = testPackage('openssl', '1.1.1a-r0');
  const inventory = {
    inventoryVersion: 1,
    distro: { id: 'alpine', versionId: '3.19.4' },
    packages: [pkg],
  };
  const findings = [testFinding(pkg, 'CVE-2019-1543', 'high', finding)];
  return testReport({
    results: [testResult({ inventory, findings, ...more })],
    advisories: new Map([
      ['CVE-2019-1543', { ...testAdvisory('CVE-2019-1543', 'A summary'), ...advisory }],
    ]),
  });
}

async function vulnerabilityOf(report: Report): Promise<Json> {
  const { Results: results } = await written(report);
  return results[0]?.Vulnerabilities?.[0] ?? {};
}

describe('vulnerabilities', () => {
  it.each<[AffectedStatus, string]>([
    ['affected', 'affected'],
    ['fixed', 'fixed'],
    ['notAffected', 'not_affected'],
    ['underInvestigation', 'under_investigation'],
    ['willNotFix', 'will_not_fix'],
    ['deferred', 'fix_deferred'],
    ['endOfLife', 'end_of_life'],
    ['unimportant', 'affected'],
  ])('status %s is %s', async (status, expected) => {
    expect(await vulnerabilityOf(reportOf({ status }))).toMatchObject({ Status: expected });
  });

  it.each<[string, string | undefined]>([
    ['debian-tracker', 'debian'],
    ['alpine-secdb', 'alpine'],
    ['almalinux', 'alma'],
    ['ghsa', 'ghsa'],
    ['cna', 'cna'],
    ['none', undefined],
  ])('severity by %s', async (severityBy, expected) => {
    expect((await vulnerabilityOf(reportOf({ severityBy })))['SeveritySource']).toBe(expected);
  });

  it.each<[string, readonly Rating[], Json]>([
    [
      'two versions of CVSS by one source',
      [
        { by: 'nvd', severity: 'high', vector: 'CVSS:3.1/AV:N', score: 7.5 },
        { by: 'nvd', severity: 'medium', vector: 'AV:N/AC:L', score: 5 },
      ],
      {
        VendorSeverity: { nvd: 3 },
        CVSS: {
          nvd: { V3Vector: 'CVSS:3.1/AV:N', V3Score: 7.5, V2Vector: 'AV:N/AC:L', V2Score: 5 },
        },
      },
    ],
    [
      'CVSS 4, and a word',
      [
        { by: 'cna', severity: 'critical', vector: 'CVSS:4.0/AV:N', score: 9.3 },
        { by: 'almalinux', severity: 'low' },
      ],
      {
        VendorSeverity: { cna: 4, alma: 1, nvd: 3 },
        CVSS: { cna: { V40Vector: 'CVSS:4.0/AV:N', V40Score: 9.3 } },
      },
    ],
    [
      'a source whose name is a trap',
      [{ by: '__proto__', severity: 'low', vector: 'CVSS:3.1/AV:N' }],
      { CVSS: JSON.parse('{"__proto__":{"V3Vector":"CVSS:3.1/AV:N"}}') as unknown },
    ],
  ])('ratings: %s', async (_name, ratings, expected) => {
    expect(await vulnerabilityOf(reportOf({}, { ratings }))).toMatchObject(expected);
  });

  it.each<[string, string | undefined]>([
    ['2019-03-06T21:29:00Z', '2019-03-06T21:29:00Z'],
    ['2019-03-31T21:29:00Z', '2019-03-31T21:29:00Z'],
    ['2019-03-06T21:29:00.123456Z', '2019-03-06T21:29:00.123Z'],
    ['2019-03-06T21:29:00+02:00', '2019-03-06T19:29:00Z'],
    ['2019-03-06', undefined],
    ['2019-13-06T21:29:00Z', undefined],
    ['2019-03-06T25:29:00Z', undefined],
    ['0000-01-01T00:00:00Z', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('an instant of %j', async (publishedAt, expected) => {
    const row = await vulnerabilityOf(reportOf({}, { publishedAt }));
    expect(row['PublishedDate']).toBe(expected);
  });

  it.each([
    ['CVE-2019-1543', [], 'https://nvd.nist.gov/vuln/detail/CVE-2019-1543'],
    ['GHSA-35jh-r3h4-6jhm', [], 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm'],
    ['ALBA-2024:1', ['https://example.org/1'], 'https://example.org/1'],
    ['CVE-2019-1"onclick=', [], undefined],
  ])('the page of %s', async (id, references, expected) => {
    const report = reportOf({ advisoryId: id });
    const advisories = new Map([[id, { ...testAdvisory(id, ''), references }]]);
    expect((await vulnerabilityOf({ ...report, advisories }))['PrimaryURL']).toBe(expected);
  });

  it('have all that trivy has, and what only Assay knows', async () => {
    const report = reportOf(
      { fixedVersions: ['1.1.1b-r1', '1.1.2-r0'], status: 'fixed', ownedBy: 'pkg:apk/alpine/x' },
      {
        details: 'In detail.',
        cwes: ['CWE-327'],
        aliases: ['GHSA-1'],
        references: ['https://example.org/1'],
        exploited: { since: '2025-01-01', ransomware: false },
        epss: 0.5,
      },
    );
    const [finding] = report.results[0]?.findings ?? [];
    const causes = [{ rule: 'a', findingIds: [finding?.id ?? ''], message: 'm' }];
    const row = await vulnerabilityOf({
      ...report,
      verdict: { status: 'fail', exitCode: 1, causes },
    });
    expect(row).toMatchObject({
      VulnerabilityID: 'CVE-2019-1543',
      VendorIDs: ['GHSA-1'],
      PkgID: 'openssl@1.1.1a-r0',
      PkgName: 'openssl',
      PkgIdentifier: { PURL: 'pkg:apk/alpine/openssl@1.1.1a-r0?distro=alpine-3.19.4' },
      InstalledVersion: '1.1.1a-r0',
      FixedVersion: '1.1.1b-r1, 1.1.2-r0',
      Severity: 'HIGH',
      DataSource: { ID: 'alpine', Name: 'Alpine Secdb' },
      Title: 'A summary',
      Description: 'In detail.',
      CweIDs: ['CWE-327'],
      References: ['https://example.org/1'],
      Assay: {
        id: finding?.id,
        evidence: 'claimed',
        ownedBy: 'pkg:apk/alpine/x',
        exploitedSince: '2025-01-01',
        epss: 0.5,
        decides: true,
      },
    });
    expect((row['PkgIdentifier'] as Json)['UID']).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('what was set aside', () => {
  it.each<[string, Omit<Suppressed, 'findingId'>, Json]>([
    [
      'an ignore file',
      { by: 'ignore', reason: 'not reachable', from: '.trivyignore:3', owner: 'web' },
      { Status: 'ignored', Statement: 'not reachable', Source: '.trivyignore:3' },
    ],
    [
      'VEX',
      { by: 'vex', reason: '', justification: 'vulnerable_code_not_present', from: 'vex.json' },
      { Status: 'not_affected', Statement: 'vulnerable_code_not_present', Source: 'vex.json' },
    ],
    [
      '--ignore-unfixed',
      { by: 'unfixed', reason: 'no fix' },
      { Status: 'ignored', Statement: 'no fix', Source: '--ignore-unfixed' },
    ],
    [
      'a status',
      { by: 'status', reason: 'will_not_fix' },
      { Status: 'ignored', Source: '--ignore-status' },
    ],
    ['a baseline', { by: 'baseline', reason: 'known' }, { Status: 'ignored', Source: 'baseline' }],
  ])('by %s', async (_name, aside, expected) => {
    const report = reportOf({});
    const findingId = report.results[0]?.findings[0]?.id ?? '';
    const suppressed = [{ findingId, ...aside }];
    const results = report.results.map((result) => ({ ...result, suppressed }));
    const [result] = (await written({ ...report, results })).Results;
    expect(result?.Vulnerabilities).toBeUndefined();
    expect(result?.ExperimentalModifiedFindings).toHaveLength(1);
    expect(result?.ExperimentalModifiedFindings?.[0]).toMatchObject({
      Type: 'vulnerability',
      ...expected,
      Finding: { VulnerabilityID: 'CVE-2019-1543', Assay: { id: findingId } },
      Assay: { by: aside.by, reason: aside.reason },
    });
  });
});

describe('a document', () => {
  it.each<[Artifact['kind'], string]>([
    ['image', 'container_image'],
    ['directory', 'filesystem'],
    ['rootfs', 'filesystem'],
    ['repository', 'repository'],
    ['sbom', 'filesystem'],
  ])('of %s', async (kind, expected) => {
    const artifact: Artifact = { kind, reference: 'x', layers: [] };
    const report = testReport({ results: [testResult({ artifact })] });
    expect(await written(report)).toMatchObject({ ArtifactName: 'x', ArtifactType: expected });
  });

  it('leaves out digests and names of images that readers would refuse', async () => {
    const digest = `sha256:${'ab'.repeat(32)}` as const;
    const { image, ...base } = testImage();
    if (image === undefined) throw new Error('no image');
    const artifact: Artifact = {
      ...base,
      layers: [{ diffId: 'sha256:short' }, { diffId: digest }],
      image: {
        ...image,
        repoDigests: ['a b@sha256:x', `app@${digest}`],
        createdAt: 'never',
      },
    };
    const { Metadata: metadata } = await written(
      testReport({ results: [testResult({ artifact })] }),
    );
    expect(metadata).toMatchObject({
      RepoDigests: [`app@${digest}`],
      ImageConfig: { rootfs: { diff_ids: [digest] } },
    });
    expect(metadata['ImageConfig']).not.toHaveProperty('created');
  });

  it('of several artifacts names them before its results', async () => {
    const npm = testPackage('a', '1', {
      ecosystem: 'npm',
      locations: places('/node_modules/a/package.json'),
    });
    const report = testReport({
      results: [
        resultWith(npm, { reference: 'one' }),
        resultWith(testPackage('b', '1'), { reference: 'two' }),
      ],
    });
    const document = await written(report);
    expect(document).toMatchObject({ ArtifactName: 'one, two', Metadata: {} });
    expect(document.Results.map(({ Target: target }) => target)).toEqual([
      'one: Node.js',
      'two (alpine)',
    ]);
  });

  it('has the verdict, gaps, contradictions and what is not shown under the key of Assay', async () => {
    const location = { path: '/bin/ls', layer: 0 };
    const report = fullReport();
    const [first] = report.results;
    if (first === undefined) throw new Error('no result');
    const contradiction = {
      kind: 'content' as const,
      claimed: 'md5:1',
      found: 'md5:2',
      location,
      isSevere: true,
    };
    const integrity = {
      kind: 'integrity' as const,
      id: 'i1',
      severity: 'critical' as const,
      contradiction,
    };
    const results = [{ ...first, findings: [...first.findings, integrity] }];
    const { Assay: own } = await written({ ...report, results });
    expect(own.verdict).toMatchObject({ kind: 'assay-verdict', status: 'fail', exitCode: 1 });
    expect(own.artifacts[0]).toMatchObject({
      reference: 'app:1.2',
      system: { id: 'alpine', versionId: '3.19.4' },
      notShown: { low: 0 },
      gaps: [
        {
          kind: 'unreadable',
          stage: 'catalog',
          message: 'a package without a version',
          path: '/lib/apk/db/installed',
        },
      ],
      findings: [{ id: 'i1', kind: 'integrity', contradiction: 'content', path: '/bin/ls' }],
    });
  });
});

describe('data sources', () => {
  it.each(FEEDS.filter(({ gives, id }) => gives === 'advisories' || id === 'nvd' || id === 'cve'))(
    'name $id',
    ({ id }) => {
      const source = trivyDataSource({ ...testAdvisory('CVE-2020-1', ''), feed: id });
      expect(source).toHaveProperty('URL');
    },
  );
});
