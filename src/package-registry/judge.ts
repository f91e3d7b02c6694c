/**
 * Judges all versions of a package at once: they are one inventory that is matched with the
 * advisories, and each version is then decided by the policy.
 */

import { appendTo } from '../core/base/maps.ts';
import { prepareMatch } from '../scan/match/match-inventory.ts';
import type { AdvisoryReader } from '../core/model/advisory/advisory.ts';
import type { Ecosystem } from '../core/model/package/ecosystem.ts';
import type { VulnerabilityFinding } from '../core/model/finding/finding.ts';
import { NO_EVIDENCE, type Package } from '../core/model/package/package.ts';
import { purlOf } from '../core/model/purl/purl.ts';
import { decideVersion, type VersionDecision } from '../scan/policy/decide-version.ts';
import type { PackagePolicy, RuleKind } from '../scan/policy/package-policy.ts';
import type { VersionFacts } from '../scan/policy/version-facts.ts';
import { historyOf, type HistoricRow } from './history.ts';
import { nameFacts } from './name-facts.ts';
import type { ServedEcosystem } from './settings.ts';

/** A version as a registry describes it. */
export interface ListedVersion
  extends
    HistoricRow,
    Pick<
      VersionFacts,
      | 'hasInstallScript'
      | 'deprecated'
      | 'licenses'
      | 'signatureProblem'
      | 'attestationProblem'
      | 'unsigned'
      | 'unusable'
    > {
  /** Names the row in the result; default: the version. Each file of a version can be a row. */
  readonly key?: string;
}

/** What versions are judged by. */
export interface Judging {
  readonly policy: PackagePolicy;
  readonly advisories: AdvisoryReader;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Whether the name belongs to the organization. */
  readonly isOwn: boolean;
}

/** Returns the decision on each row, by its key. */
export async function judgeVersions(
  { ecosystem, name }: { readonly ecosystem: ServedEcosystem; readonly name: string },
  versions: readonly ListedVersion[],
  { policy, advisories, now, isOwn }: Judging,
): Promise<ReadonlyMap<string, VersionDecision>> {
  const packages = new Map(
    versions.map(({ version }) => [version, packageOf(ecosystem, name, version)] as const),
  );
  const prepared = prepareMatch(
    { inventoryVersion: 1, packages: [...packages.values()] },
    advisories,
    {
      severitySources: [],
      needsScore: policy.rules.some(({ conditions = [] }) =>
        conditions.some(({ minCvss }) => minCvss !== undefined),
      ),
    },
  );
  const elsewhere =
    prepared.unscoredIds.length === 0
      ? undefined
      : await advisories.ratingsElsewhere?.(prepared.unscoredIds);
  const { matches } = prepared.finish(advisories, elsewhere);
  const findings = new Map<string, VulnerabilityFinding[]>();
  for (const finding of matches.findings) appendTo(findings, finding.packageId, finding);
  const uncertain = new Map<string, string[]>();
  for (const { gap, location, message } of matches.diagnostics) {
    if (gap === 'unorderedVersion' && location !== undefined) {
      appendTo(uncertain, location.path, message);
    }
  }
  const ofName = await nameFacts({ ecosystem, name }, policy, isOwn);
  const isHistoric = policy.rules.some(({ kind }) => HISTORIC_RULES.has(kind));
  const history = isHistoric ? historyOf(ecosystem, versions) : undefined;
  const decisions = new Map<string, VersionDecision>();
  for (const listed of versions) {
    const pkg = packages.get(listed.version);
    if (pkg === undefined) continue;
    const facts = {
      ...listed,
      ...ofName,
      ...history?.get(listed),
      pkg,
      findings: findings.get(pkg.id) ?? [],
      advisories: matches.advisories,
      uncertain: uncertain.get(listed.version) ?? [],
      possibleMalice: prepared.possibleMalice.get(pkg.id) ?? [],
    };
    decisions.set(listed.key ?? listed.version, decideVersion(facts, policy, now));
  }
  return decisions;
}

/** Rules that compare a version with those before it. */
export const HISTORIC_RULES: ReadonlySet<RuleKind> = new Set([
  'lost-provenance',
  'changed-maintainers',
]);

/**
 * Returns a package of a registry for matching. Its location is its version, by which diagnostics
 * are told apart.
 */
export function packageOf(ecosystem: Ecosystem, name: string, version: string): Package {
  return {
    id: purlOf({ ecosystem, name, version, qualifiers: new Map() }),
    ecosystem,
    name,
    version,
    qualifiers: new Map(),
    presence: 'installed',
    dependsOn: [],
    licenses: [],
    evidence: NO_EVIDENCE,
    locations: [{ path: version, layer: 0 }],
    digests: [],
    introducedIn: 0,
    foundBy: 'registry/listing',
  };
}
