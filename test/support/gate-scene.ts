/**
 * A small image with something of everything that a policy can ask about, judged by the real
 * stations.
 */

import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import type { Advisory, VulnerabilityFacts } from '../../src/core/model/advisory/advisory.ts';
import type { Diagnostic } from '../../src/core/model/finding/finding.ts';
import type { Contradiction, Distro, Package } from '../../src/core/model/package/package.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { rematch, type runScan } from '../../src/scan/pipeline/index.ts';
import { affects, anAdvisory, aPackage, below, NO_EVIDENCE } from './model.ts';
import { testImage, testReport, testResult } from './reports.ts';

/** The day on which it is judged. */
export const SCENE_DAY = '2025-06-01';

const TAMPERED: Contradiction = {
  kind: 'content',
  claimed: 'the digest of its manifest',
  found: 'another',
  location: { path: '/usr/bin/curl', layer: 0 },
  isSevere: true,
};

const debian = {
  ecosystem: 'debian',
  locations: [{ path: '/var/lib/dpkg/status', layer: 0 }],
} as const;
const verified = { ...NO_EVIDENCE, level: 'verified' } as const;

/** Of the base image: openssl and curl; of the app: two npm packages, one of them copyleft. */
export const SCENE_PACKAGES = {
  openssl: aPackage('openssl', '3.0.1', {
    ...debian,
    id: 'pkg:deb/debian/openssl@3.0.1',
    evidence: verified,
    licenses: ['OpenSSL'],
  }),
  curl: aPackage('curl', '8.0.0', {
    ...debian,
    id: 'pkg:deb/debian/curl@8.0.0',
    evidence: verified,
    licenses: ['curl'],
  }),
  stdcxx: aPackage('libstdc++6', '12.2.0', {
    ...debian,
    id: 'pkg:deb/debian/libstdc%2B%2B6@12.2.0',
    evidence: verified,
  }),
  left: aPackage('left', '1.0.0', {
    introducedIn: 1,
    licenses: ['AGPL-3.0-only'],
    locations: [{ path: '/app/package-lock.json', layer: 1 }],
    presence: 'declared',
  }),
  right: aPackage('@acme/right', '1.0.0', {
    introducedIn: 1,
    licenses: ['MIT OR GPL-3.0-only'],
    locations: [{ path: '/app/tools/package-lock.json', layer: 1 }],
    evidence: { ...NO_EVIDENCE, level: 'consistent' },
  }),
} satisfies Record<string, Package>;

const inDebian = { ecosystem: 'debian', release: '12' } as const;

/**
 * High, exploited and fixable since long in openssl; medium, new and without a fix in curl;
 * critical, fixable and new in `left`; low and fixable in `@acme/right`.
 */
export const SCENE_ADVISORIES: readonly Advisory[] = [
  anAdvisory('CVE-2024-0001', {
    publishedAt: '2024-01-01T00:00:00Z',
    ratings: [{ by: 'nvd', severity: 'high', score: 8.8 }],
    exploited: { since: '2024-02-01', ransomware: false },
    epss: 0.5,
    affected: [affects('openssl', [below('3.0.2')], inDebian)],
  }),
  anAdvisory('CVE-2025-0002', {
    publishedAt: '2025-05-22T00:00:00Z',
    ratings: [{ by: 'nvd', severity: 'medium', score: 5 }],
    epss: 0.01,
    affected: [affects('curl', [{ introduced: '0' }], { ...inDebian, status: 'willNotFix' })],
  }),
  anAdvisory('CVE-2025-0003', {
    publishedAt: '2025-05-27T00:00:00Z',
    ratings: [{ by: 'nvd', severity: 'critical', score: 9.8 }],
    epss: 0.02,
    affected: [affects('left', [below('1.0.1')])],
  }),
  anAdvisory('CVE-2023-0004', {
    ratings: [{ by: 'nvd', severity: 'low', score: 2 }],
    affected: [affects('@acme/right', [below('2.0.0')])],
  }),
];

export interface SceneChanges {
  readonly packages?: readonly Package[];
  readonly advisories?: readonly Advisory[];
  readonly distro?: Distro;
  readonly diagnostics?: readonly Diagnostic[];
  /** Content of curl contradicts its metadata. */
  readonly isTampered?: boolean;
  /** Neither KEV nor EPSS is loaded. */
  readonly isWithoutFacts?: boolean;
  /** What scanning throws. */
  readonly error?: Error;
}

/** That of a vulnerability of nothing here, so that its feed counts as loaded. */
function factOfAnother(feed: string): VulnerabilityFacts {
  return { id: 'CVE-1999-0001', feed, summary: '', ratings: [], references: [], cwes: [] };
}

/** The scene before it is judged. */
function sceneReport(changes: SceneChanges = {}): Report {
  const {
    packages = Object.values(SCENE_PACKAGES),
    diagnostics = [],
    isTampered = false,
  } = changes;
  const image = testImage();
  const inventory = {
    inventoryVersion: 1,
    distro: changes.distro ?? { id: 'debian', versionId: '12' },
    packages: packages.map((pkg) =>
      isTampered && pkg.name === 'curl'
        ? {
            ...pkg,
            evidence: {
              ...NO_EVIDENCE,
              level: 'contradicted' as const,
              contradictions: [TAMPERED],
            },
          }
        : pkg,
    ),
  };
  const artifact = {
    ...image,
    ...(image.image && {
      image: { ...image.image, baseHint: { layerCount: 1, by: 'history' as const } },
    }),
  };
  return testReport({ results: [testResult({ artifact, inventory, diagnostics })] });
}

/** A scan of the scene: matching, decision and cure are those of the product. */
export function sceneScan(changes: SceneChanges = {}): typeof runScan {
  const { advisories = SCENE_ADVISORIES, error, isWithoutFacts = false } = changes;
  const facts = isWithoutFacts ? [] : ['kev', 'epss'].map(factOfAnother);
  return (request, context) => {
    if (error !== undefined) return Promise.reject(error);
    if (request.advisories === undefined) throw new AssayError('USAGE', 'no advisories asked');
    const base = { open: () => Promise.resolve(createMemoryReader(advisories, undefined, facts)) };
    return rematch(sceneReport(changes), { ...request, advisories: base }, context);
  };
}
