/** Packages and findings with evidence, for tests of what is decided and shown. */

import type { IntegrityFinding } from '../../src/core/model/finding/finding.ts';
import type {
  Contradiction,
  EvidenceLevel,
  Package,
} from '../../src/core/model/package/package.ts';

export function packageOf(
  name: string,
  level: EvidenceLevel,
  presence: Package['presence'] = 'installed',
): Package {
  return {
    id: `pkg:pypi/${name}@1.0`,
    ecosystem: 'pypi',
    name,
    version: '1.0',
    qualifiers: new Map(),
    presence,
    dependsOn: [],
    licenses: [],
    evidence: {
      level,
      reasons: [],
      contradictions: [],
      files: { matchedCount: 0, mismatchedCount: 0, missingCount: 0, excludedCount: 0 },
    },
    locations: [{ path: `/usr/lib/${name}`, layer: 0 }],
    digests: [],
    introducedIn: 0,
    foundBy: 'pypi/dist-info',
  };
}

export function integrityFindingOf({
  id,
  packageId,
  ...contradiction
}: {
  readonly id: string;
  readonly packageId?: string;
} & Partial<Contradiction>): IntegrityFinding {
  const isSevere = contradiction.isSevere ?? true;
  return {
    id,
    kind: 'integrity',
    severity: isSevere ? 'high' : 'low',
    ...(packageId !== undefined && { packageId }),
    contradiction: {
      kind: 'content',
      claimed: 'md5:1',
      found: 'md5:2',
      location: { path: '/usr/bin/tar', layer: 1 },
      ...contradiction,
      isSevere,
    },
  };
}
