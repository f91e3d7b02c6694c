/** The lowest version that clears findings of a package. */

import type { Advisory, Affected } from '../../core/model/advisory/advisory.ts';
import { advisoryPackageOf, advisoryNameOf } from '../../core/model/advisory/advisory-name.ts';
import { mayApply } from '../../core/model/advisory/applicability.ts';
import { advisoryNeed } from '../../core/model/distro/distro.ts';
import {
  ECOSYSTEMS,
  ecosystemRow,
  type Ecosystem,
  type SchemeId,
} from '../../core/model/package/ecosystem.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import { thirdPartyProgramOf } from '../../core/model/program/third-party-program.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { programOf } from '../../core/model/program/program.ts';
import { compareVersions, isAffected } from '../../core/version/index.ts';

/** A package, what it was found to suffer from, and the advisories to ask. */
export interface VulnerablePackage {
  readonly pkg: Package;
  /** The system it is installed in; distribution packages are judged by its release. */
  readonly distro: Distro | undefined;
  readonly advisories: ReadonlyMap<string, Advisory>;
}

/** A version that fixes a finding. */
export interface Fix {
  /** The version of the source package, if the package is a distribution's. */
  readonly version: string;
  /** Ids of the findings that it clears; never empty. */
  readonly clears: readonly string[];
}

/**
 * Returns the lowest version above the installed one that no record of the finding's vulnerability
 * calls affected; `undefined` where none is known. Versions of the installed line come first by
 * their order: 2.1.4 before 3.0.1 for 2.0.5.
 */
export function lowestFix(
  patient: VulnerablePackage,
  finding: VulnerabilityFinding,
): string | undefined {
  return bestFix(patient, [finding])?.version;
}

/**
 * Returns the lowest version that clears all the findings or, where no version does, as many as
 * possible; `undefined` where no version clears any. Every candidate is judged anew against the
 * advisories: the fix of one flaw may be older than the beginning of another.
 */
export function bestFix(
  patient: VulnerablePackage,
  findings: readonly VulnerabilityFinding[],
): Fix | undefined {
  let best: Fix | undefined;
  for (const version of candidates(patient.pkg, findings)) {
    const clears = clearedBy(patient, findings, version);
    if (clears.length > (best?.clears.length ?? 0)) best = { version, clears };
  }
  return best;
}

/**
 * Returns the ids of the findings whose advisories do not affect another version of the package.
 */
export function clearedBy(
  patient: VulnerablePackage,
  findings: readonly VulnerabilityFinding[],
  version: string,
): readonly string[] {
  return findings.filter((finding) => isCleared(patient, finding, version)).map(({ id }) => id);
}

/** Returns the fixing versions above the installed one, lowest first. */
function candidates(pkg: Package, findings: readonly VulnerabilityFinding[]): readonly string[] {
  const { scheme } = ECOSYSTEMS[pkg.ecosystem];
  const { version: installed } = advisoryPackageOf(pkg);
  const versions = new Set(findings.flatMap(({ fixedVersions }) => fixedVersions));
  return [...versions]
    .filter((version) => (compareVersions(scheme, version, installed) ?? 0) > 0)
    .sort((a, b) => compareVersions(scheme, a, b) ?? 0);
}

function isCleared(
  patient: VulnerablePackage,
  finding: VulnerabilityFinding,
  version: string,
): boolean {
  const advisory = patient.advisories.get(finding.advisoryId);
  if (advisory === undefined) return false;
  const entries = entriesOf(patient, advisory);
  // Where nothing is known of the package, nothing is known of the version either.
  return (
    entries.length > 0 &&
    entries.every(
      ({ ecosystem, ranges, versions }) =>
        isAffected(schemeOf(patient.pkg, ecosystem), version, ranges, versions) === false,
    )
  );
}

/**
 * Returns the version order of matching: a system's package may have been matched as the program in
 * it.
 */
function schemeOf(pkg: Package, ecosystem: Ecosystem): SchemeId {
  const { kind, scheme } = ECOSYSTEMS[pkg.ecosystem];
  return kind === 'os' ? ECOSYSTEMS[ecosystem].scheme : scheme;
}

function entriesOf({ pkg, distro }: VulnerablePackage, advisory: Advisory): readonly Affected[] {
  const isSystem = ECOSYSTEMS[pkg.ecosystem].kind === 'os';
  const release = isSystem && distro !== undefined ? advisoryNeed(distro)?.release : undefined;
  const names = advisedNames(pkg);
  return advisory.affected.filter(
    (entry) =>
      names.some(({ ecosystem, name }) => entry.ecosystem === ecosystem && entry.name === name) &&
      entry.status !== 'notAffected' &&
      mayApply(entry, pkg) &&
      (entry.release === undefined || entry.release === release),
  );
}

/** Returns all names under which matching looks up a package. */
function advisedNames(pkg: Package): readonly Pick<Affected, 'ecosystem' | 'name'>[] {
  const { ecosystem } = pkg;
  const names = [{ ecosystem, name: advisoryNameOf(ecosystem, advisoryPackageOf(pkg).name) }];
  if (ecosystemRow(ecosystem).isAdvisedByBoth === true) names.push({ ecosystem, name: pkg.name });
  const foreign = thirdPartyProgramOf(pkg)?.program;
  if (foreign !== undefined) {
    const own = foreign.ecosystem ?? 'program';
    names.push({ ecosystem: own, name: advisoryNameOf(own, foreign.name) });
  }
  const { bitnami } = foreign ?? (ecosystem === 'program' ? programOf(pkg.name) : undefined) ?? {};
  if (bitnami !== undefined) names.push({ ecosystem: 'bitnami', name: bitnami });
  return names;
}
