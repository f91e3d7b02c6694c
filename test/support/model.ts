/**
 * Packages, advisories, findings and results for tests: every field has a plain value, and a test
 * gives those it is about.
 */

import type { Advisory, Affected, VersionRange } from '../../src/core/model/advisory/advisory.ts';
import type {
  Diagnostic,
  Finding,
  VulnerabilityFinding,
} from '../../src/core/model/finding/finding.ts';
import type { Distro, Evidence, Inventory, Package } from '../../src/core/model/package/package.ts';
import type { ArtifactResult } from '../../src/core/model/report/report.ts';
import type { RuleDraft, RuleFinding } from '../../src/core/model/rule/rule-finding.ts';
import { NO_FINDINGS } from '../../src/core/model/severity/severity.ts';

export const NO_EVIDENCE: Evidence = {
  level: 'claimed',
  reasons: [],
  contradictions: [],
  files: { matchedCount: 0, mismatchedCount: 0, missingCount: 0, excludedCount: 0 },
};

/** An installed npm package `name@version`, unless the fields say otherwise. */
export function aPackage(name: string, version: string, fields: Partial<Package> = {}): Package {
  const ecosystem = fields.ecosystem ?? 'npm';
  const architecture = fields.qualifiers?.get('arch');
  const suffix = architecture === undefined ? '' : `?arch=${architecture}`;
  return {
    id: `pkg:${ecosystem}/${name}@${version}${suffix}`,
    ecosystem,
    name,
    version,
    qualifiers: new Map(),
    presence: 'installed',
    dependsOn: [],
    licenses: [],
    evidence: NO_EVIDENCE,
    locations: [{ path: `/app/${name}`, layer: 0 }],
    digests: [],
    introducedIn: 0,
    foundBy: 'test/none',
    ...fields,
  };
}

export function anInventory(packages: readonly Package[], distro?: Distro): Inventory {
  return { inventoryVersion: 1, packages, ...(distro === undefined ? {} : { distro }) };
}

/** An advisory from a feed called `osv` that affects nothing, unless the fields say otherwise. */
export function anAdvisory(id: string, fields: Partial<Advisory> = {}): Advisory {
  return {
    id,
    aliases: [],
    summary: `${id} in a few words`,
    ratings: [],
    affected: [],
    references: [],
    cwes: [],
    modifiedAt: '2024-01-01T00:00:00Z',
    feed: 'osv',
    ...fields,
  };
}

/** The npm package `name`, affected in the ranges, unless the fields say otherwise. */
export function affects(
  name: string,
  ranges: readonly VersionRange[],
  fields: Partial<Affected> = {},
): Affected {
  return {
    ecosystem: 'npm',
    name,
    ranges,
    versions: [],
    status: 'affected',
    ratings: [],
    ...fields,
  };
}

/** Everything below a version. */
export function below(fixed: string): VersionRange {
  return { introduced: '0', fixed };
}

/** A high, fixable vulnerability of `pkg:npm/left@1.0.0`, unless the fields say otherwise. */
export function aFinding(
  id: string,
  fields: Partial<VulnerabilityFinding> = {},
): VulnerabilityFinding {
  return {
    id,
    kind: 'vulnerability',
    packageId: 'pkg:npm/left@1.0.0',
    advisoryId: 'CVE-2024-0001',
    severity: 'high',
    severityBy: 'osv',
    matchedVersion: '1.0.0',
    status: 'fixed',
    fixedVersions: ['1.0.1'],
    matchedBy: 'general/name',
    ...fields,
  };
}

export function aRuleFinding(id: string, fields: Partial<RuleFinding> = {}): RuleFinding {
  return { id, ...aRuleDraft(fields) };
}

export function aRuleDraft(fields: Partial<RuleDraft> = {}): RuleDraft {
  return {
    kind: 'rule',
    severity: 'high',
    category: 'misconfiguration',
    rule: 'dockerfile/unpinned-base',
    title: 'Base image is not pinned',
    message: 'not pinned',
    location: { path: '/Dockerfile', layer: 0, line: 1 },
    cwe: [1357],
    aliases: ['DL3006'],
    remedy: 'Add the digest of the image.',
    fingerprint: '0123456789abcdef0123456789abcdef',
    ...fields,
  };
}

export function aResult(
  findings: readonly Finding[],
  fields: Partial<ArtifactResult> = {},
): ArtifactResult {
  return {
    artifact: { kind: 'directory', reference: 'app', layers: [{}] },
    inventory: anInventory([]),
    findings,
    suppressed: [],
    diagnostics: [],
    notShown: NO_FINDINGS,
    ...fields,
  };
}

export function aGap(gap: NonNullable<Diagnostic['gap']>, message = `a gap: ${gap}`): Diagnostic {
  return { stage: 'catalog', gap, message };
}
