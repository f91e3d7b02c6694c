/**
 * A small report with one of each that templates read. A template runs over it before anything is
 * scanned.
 */

import type { Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { NO_FINDINGS, SEVERITIES } from '../../../core/model/severity/severity.ts';

const PACKAGE: Package = {
  id: 'pkg:npm/example@1.0.0',
  ecosystem: 'npm',
  name: 'example',
  version: '1.0.0',
  qualifiers: new Map(),
  presence: 'installed',
  dependsOn: [],
  licenses: ['MIT'],
  evidence: {
    level: 'claimed',
    reasons: [],
    contradictions: [],
    files: { matchedCount: 0, mismatchedCount: 0, missingCount: 0, excludedCount: 0 },
  },
  locations: [{ path: '/app/node_modules/example/package.json', layer: 0, line: 1 }],
  digests: [],
  introducedIn: 0,
  foundBy: 'npm/node-package',
};

const VULNERABILITY = {
  kind: 'vulnerability',
  severity: 'high',
  packageId: PACKAGE.id,
  matchedVersion: PACKAGE.version,
  status: 'fixed',
  severityBy: 'ghsa',
  fixedVersions: ['1.0.1'],
  matchedBy: 'ecosystem',
} as const;

const RULE_FINDING: RuleFinding = {
  kind: 'rule',
  id: 'finding-4',
  severity: 'medium',
  category: 'misconfiguration',
  rule: 'image/root-user',
  title: 'The image runs as root',
  message: 'USER names root',
  location: { path: '/app/Dockerfile', layer: 0, line: 3 },
  range: { startLine: 3, startColumn: 6, endLine: 3, endColumn: 10 },
  excerpt: 'USER root',
  cwe: [250],
  aliases: ['CIS-DI-0001'],
  remedy: 'Name another user.',
  helpUri: 'https://rules.example/root-user',
  fingerprint: '0'.repeat(32),
  tool: 'linter',
  confidence: 'high',
  steps: [{ location: { path: '/app/build.sh', layer: 0, line: 1 }, message: 'It is set here' }],
  fix: {
    description: 'Writes another user.',
    edits: [{ path: '/app/Dockerfile', startOffset: 20, endOffset: 24, replacement: 'app' }],
  },
  instruction: 'USER root',
  comments: [{ syntax: 'assay', line: 2, rules: ['image/root-user'], reason: 'a test' }],
  whitedOutIn: 0,
};

const RESULT: ArtifactResult = {
  artifact: {
    kind: 'image',
    reference: 'example:1.0',
    layers: [{ createdBy: 'COPY . /app' }],
    image: {
      configDigest: `sha256:${'0'.repeat(64)}`,
      platform: { os: 'linux', architecture: 'amd64' },
      tags: ['example:1.0'],
      repoDigests: [],
      env: [],
      entrypoint: [],
      user: '',
      labels: new Map(),
    },
  },
  inventory: {
    inventoryVersion: 1,
    distro: { id: 'debian', versionId: '12' },
    packages: [PACKAGE],
  },
  findings: [
    { ...VULNERABILITY, id: 'finding-1', advisoryId: 'CVE-2025-0001' },
    { ...VULNERABILITY, id: 'finding-2', advisoryId: 'CVE-2025-0002', severity: 'low' },
    {
      kind: 'integrity',
      id: 'finding-3',
      severity: 'high',
      packageId: PACKAGE.id,
      contradiction: {
        kind: 'content',
        claimed: '1',
        found: '2',
        location: { path: '/app/example.js', layer: 0 },
        isSevere: true,
      },
    },
    RULE_FINDING,
  ],
  suppressed: [{ findingId: 'finding-2', by: 'ignore', reason: 'not reachable' }],
  diagnostics: [{ stage: 'catalog', message: 'a lockfile that cannot be read', gap: 'unreadable' }],
  notShown: NO_FINDINGS,
};

/** Returns the sample. */
export function sampleReport(): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'assay', version: '1.0.0' },
    results: [RESULT],
    advisories: new Map([
      [
        'CVE-2025-0001',
        {
          id: 'CVE-2025-0001',
          aliases: ['GHSA-0000-0000-0000'],
          summary: 'An example',
          details: 'It has two lines.\nThis is the second.',
          ratings: [{ by: 'nvd', severity: 'high', score: 7.5, vector: 'CVSS:3.1/AV:N' }],
          affected: [],
          references: ['https://advisory.example/1'],
          cwes: ['CWE-79'],
          modifiedAt: '2025-01-02T00:00:00Z',
          publishedAt: '2025-01-01T00:00:00Z',
          feed: 'osv',
        },
      ],
    ]),
    coverage: [],
    shownSeverities: SEVERITIES,
    verdict: {
      status: 'fail',
      exitCode: 1,
      causes: [
        {
          rule: '--fail-on high',
          findingIds: ['finding-1'],
          message: '1 finding is at least high',
        },
      ],
    },
    startedAt: '2025-06-01T00:00:00.000Z',
    durationMs: 1200,
  };
}
