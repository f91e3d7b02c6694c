/** A small decided report for tests of reporters and of the command line. */

import type { Advisory, Severity } from '../../src/core/model/advisory/advisory.ts';
import type { Artifact, Location } from '../../src/core/model/artifact/artifact.ts';
import type { VulnerabilityFinding } from '../../src/core/model/finding/finding.ts';
import type { Package } from '../../src/core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../src/core/model/report/report.ts';
import { NO_FINDINGS, SEVERITIES } from '../../src/core/model/severity/severity.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}` as const;

/** An image of three layers, pulled by tag. */
export function testImage(overrides: Partial<Artifact> = {}): Artifact {
  return {
    kind: 'image',
    reference: 'app:1.2',
    layers: [
      { createdBy: '/bin/sh -c #(nop) ADD file:5ec6 in / ' },
      { createdBy: 'RUN /bin/sh -c apk add openssl # buildkit' },
      { createdBy: 'COPY . /app # buildkit' },
    ],
    image: {
      manifestDigest: DIGEST,
      configDigest: DIGEST,
      platform: { os: 'linux', architecture: 'amd64' },
      tags: ['app:1.2'],
      repoDigests: [],
      env: [],
      entrypoint: [],
      user: '',
      labels: new Map(),
    },
    ...overrides,
  };
}

export function testPackage(
  name: string,
  version: string,
  overrides: Partial<Package> = {},
): Package {
  return {
    id: `pkg:apk/alpine/${name}@${version}`,
    ecosystem: 'alpine',
    name,
    version,
    qualifiers: new Map(),
    presence: 'installed',
    dependsOn: [],
    licenses: [],
    evidence: {
      level: 'claimed',
      reasons: [],
      contradictions: [],
      files: { matchedCount: 0, mismatchedCount: 0, missingCount: 0, excludedCount: 0 },
    },
    locations: [{ path: '/lib/apk/db/installed', layer: 1, line: 12 }],
    digests: [],
    introducedIn: 1,
    foundBy: 'alpine/apk-installed',
    ...overrides,
  };
}

export function testFinding(
  pkg: Package,
  advisoryId: string,
  severity: Severity,
  overrides: Partial<VulnerabilityFinding> = {},
): VulnerabilityFinding {
  return {
    kind: 'vulnerability',
    id: `${advisoryId}@${pkg.id}`,
    severity,
    packageId: pkg.id,
    advisoryId,
    matchedVersion: pkg.version,
    status: 'affected',
    severityBy: 'nvd',
    fixedVersions: [],
    matchedBy: 'ecosystem',
    ...overrides,
  };
}

export function testAdvisory(id: string, summary: string): Advisory {
  return {
    id,
    aliases: [],
    summary,
    ratings: [],
    affected: [],
    references: [],
    cwes: [],
    modifiedAt: '2025-05-01T00:00:00Z',
    feed: 'alpine-secdb',
  };
}

export function testResult(overrides: Partial<ArtifactResult> = {}): ArtifactResult {
  return {
    artifact: testImage(),
    inventory: {
      inventoryVersion: 1,
      distro: { id: 'alpine', versionId: '3.19.4' },
      packages: [],
    },
    findings: [],
    suppressed: [],
    diagnostics: [],
    notShown: NO_FINDINGS,
    ...overrides,
  };
}

/** Returns an image, or an artifact with these facts, in which one package was found. */
export function resultWith(pkg: Package, artifact: Partial<Artifact> = {}): ArtifactResult {
  return testResult({
    artifact: testImage(artifact),
    inventory: { inventoryVersion: 1, packages: [pkg] },
  });
}

/** Returns locations in the lowest layer. */
export function places(...paths: readonly [string, ...string[]]): Package['locations'] {
  return paths.map((path): Location => ({ path, layer: 0 })) as [Location, ...Location[]];
}

export function testReport(overrides: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'assay', version: '0.1.0' },
    results: [testResult()],
    advisories: new Map(),
    coverage: [
      {
        feed: 'alpine-secdb',
        ecosystem: 'alpine',
        release: '3.19',
        recordCount: 1234,
        dataAt: '2025-05-30T00:00:00Z',
        fetchedAt: '2025-05-31T00:00:00Z',
      },
    ],
    shownSeverities: SEVERITIES,
    verdict: { status: 'notAsked', exitCode: 0, causes: [] },
    startedAt: '2025-06-01T00:00:00.000Z',
    durationMs: 1200,
    ...overrides,
  };
}

/** Everything that a table can show, in one failing report. */
export function fullReport(): Report {
  const openssl = testPackage('openssl', '1.1.1a-r0');
  const lodash = testPackage('lodash', '4.17.20', {
    id: 'pkg:npm/lodash@4.17.20',
    ecosystem: 'npm',
    presence: 'declared',
    introducedIn: 2,
    locations: [
      { path: '/app/package-lock.json', layer: 2, line: 345 },
      { path: '/app/node_modules/lodash/package.json', layer: 2 },
    ],
  });
  const busybox = testPackage('busybox', '1.29.3-r10');
  const critical = testFinding(openssl, 'CVE-2019-1543', 'high', {
    fixedVersions: ['1.1.1b-r1'],
    status: 'fixed',
  });
  const unfixed = testFinding(openssl, 'CVE-2019-9999', 'medium', { status: 'willNotFix' });
  const library = testFinding(lodash, 'GHSA-35jh-r3h4-6jhm', 'critical', {
    fixedVersions: ['4.17.21'],
    status: 'fixed',
  });
  const ignored = testFinding(busybox, 'CVE-2018-20679', 'low');
  return testReport({
    results: [
      testResult({
        inventory: {
          inventoryVersion: 1,
          distro: { id: 'alpine', versionId: '3.19.4' },
          packages: [openssl, lodash, busybox],
        },
        findings: [unfixed, critical, library, ignored],
        suppressed: [
          {
            findingId: ignored.id,
            by: 'ignore',
            reason: 'not reachable',
            until: '2025-12-31',
            from: '.trivyignore:3',
            owner: 'web',
          },
        ],
        diagnostics: [
          {
            stage: 'catalog',
            message: 'a package without a version',
            location: { path: '/lib/apk/db/installed', layer: 1, line: 99 },
            gap: 'unreadable',
          },
          { stage: 'catalog', message: 'a package.json without a name' },
          { stage: 'catalog', message: 'a package.json without a name' },
        ],
      }),
    ],
    advisories: new Map([
      [
        'CVE-2019-1543',
        testAdvisory(
          'CVE-2019-1543',
          'ChaCha20-Poly1305 with long nonces: nonce values longer than 12 bytes are not rejected as they should be',
        ),
      ],
      [
        'GHSA-35jh-r3h4-6jhm',
        {
          ...testAdvisory('GHSA-35jh-r3h4-6jhm', 'Command injection in lodash'),
          exploited: { since: '2025-01-01', ransomware: false },
        },
      ],
    ]),
    verdict: {
      status: 'fail',
      exitCode: 1,
      causes: [
        {
          rule: '--fail-on high+fixable',
          findingIds: [critical.id, library.id],
          message: '2 findings are at least high and have a fix',
        },
      ],
      cure: {
        change: 'lodash 4.17.20 -> 4.17.21, openssl 1.1.1a-r0 -> 1.1.1b-r1',
        clears: [library.id, critical.id],
        upgrades: [
          { packageId: lodash.id, version: '4.17.21' },
          { packageId: openssl.id, version: '1.1.1b-r1' },
        ],
        command: 'assay image --input app.tar --fail-on high+fixable',
      },
    },
  });
}
