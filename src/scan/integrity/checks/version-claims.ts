/**
 * Claims of other files about the version of a package: agreement raises its level, a binding
 * disagreement contradicts it, and a doubt has the other version matched as well.
 */

import type { VersionClaim } from '../../../core/model/catalog/catalog.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Package } from '../../../core/model/package/package.ts';
import {
  isSameUpstreamVersion,
  upstreamVersionOf,
} from '../../../core/model/distro/upstream-version.ts';
import type { CheckInput, PackageCheck } from '../check.ts';
import type { ClaimLocation, LocatedClaim, Subject } from '../input.ts';
import { packageLabel } from '../package-label.ts';
import { isSameVersion } from '../same-version.ts';
import { contradictVersion, type Statement } from '../statement.ts';

/** Number of listed doubts about one version: a hostile database holds any number. */
const MAX_DOUBTS = 100;

/** Compares the version of each package with all claims about it. */
export const versionClaims: PackageCheck = {
  id: 'version-claims',
  needs: ['version claims'],
  ofPackage: compareVersionClaims,
};

/** Returns the statements that follow from all claims about the version of one package. */
export function compareVersionClaims(
  subject: Subject,
  { ownerClaims }: Pick<CheckInput, 'ownerClaims'>,
): readonly Statement[] {
  const { pkg } = subject;
  const ofOwner = ownerClaims.get(subject);
  if (subject.claims.length === 0 && ofOwner === undefined) return [];
  const contradicted: Statement[] = [];
  const disagreeing: LocatedClaim[] = [];
  const doubting: LocatedClaim[] = [];
  const agreeing = new Set<string>();
  let isDoubted = false;
  for (const claim of [...subject.claims, ...(ofOwner ?? [])]) {
    const isAnother = isOfAnother(pkg, claim);
    if (isAnother) contradicted.push(contradictName(subject, claim));
    const isSame = agrees(pkg, claim);
    if (isSame === undefined || (isSame && isAnother)) continue;
    if (isSame) agreeing.add(claim.by);
    else if (claim.weight === 'binding') disagreeing.push(claim);
    else {
      isDoubted = true;
      if (claim.weight === 'doubt' && doubting.length < MAX_DOUBTS) doubting.push(claim);
    }
  }
  for (const claim of disagreeing) {
    const { version: found, by } = claim;
    contradicted.push(contradictVersion(subject, { found, by, at: placeOf(claim) }));
  }
  return [
    ...[...agreeing].map((by): Statement => agreement(subject, by)),
    ...contradicted,
    ...(isDoubted ? [{ kind: 'doubt', subject } as const] : []),
    ...doubting.map(({ by, version }): Statement =>
      doubt(subject, `version: ${by} says ${version}`),
    ),
    ...[...byCertainty(disagreeing), ...byCertainty(doubting)].map((version): Statement => ({
      kind: 'version',
      subject,
      version,
    })),
  ];
}

function agreement(subject: Subject, by: string): Statement {
  return { kind: 'agreement', subject, reason: `version: ${by} agrees` };
}

function doubt(subject: Subject, reason: string): Statement {
  return { kind: 'doubt', subject, reason };
}

/** Returns the versions, the most certain first: a whole version needs no completion. */
function byCertainty(claims: readonly LocatedClaim[]): readonly string[] {
  return (['whole', 'source', 'upstream'] as const).flatMap((part) =>
    claims.filter((claim) => (claim.part ?? 'whole') === part).map(({ version }) => version),
  );
}

/** Another name hides a package from every advisory, whatever its version. */
function isOfAnother({ name, source }: Package, claim: VersionClaim): boolean {
  if (claim.name === undefined || claim.weight !== 'binding') return false;
  return claim.name !== (claim.part === 'source' ? (source?.name ?? name) : name);
}

function contradictName(subject: Subject, claim: LocatedClaim): Statement {
  const { pkg } = subject;
  const isSource = claim.part === 'source';
  return {
    kind: 'contradiction',
    subject,
    group: 'version',
    contradiction: {
      kind: 'version',
      claimed: isSource ? `built from ${pkg.source?.name ?? pkg.name}` : packageLabel(pkg),
      found: `${claim.name ?? ''} ${claim.version} by ${claim.by}`,
      location: placeOf(claim),
      isSevere: true,
    },
  };
}

function placeOf(claim: LocatedClaim): ClaimLocation {
  return { path: claim.path ?? claim.at.path, layer: claim.at.layer };
}

/** Returns `undefined` if the two cannot be compared. */
function agrees(pkg: Package, claim: VersionClaim): boolean | undefined {
  const { version } = claim;
  if (version === '' || version.includes('${')) return undefined;
  if (pkg.version === '') return isAboutRemoved(pkg, claim) ? false : undefined;
  switch (claim.part ?? 'whole') {
    case 'whole':
      return isSameVersion(pkg.ecosystem, pkg.version, version);
    case 'source':
      return isSameVersion(pkg.ecosystem, pkg.source?.version ?? pkg.version, version);
    case 'upstream':
      return isSameUpstreamVersion(
        upstreamVersionOf(pkg.ecosystem, pkg.version),
        upstreamVersionOf(pkg.ecosystem, version),
      );
  }
}

/**
 * Their registries publish no package without a version, so a record that has none was changed or
 * made by hand.
 */
const ALWAYS_VERSIONED: ReadonlySet<Ecosystem> = new Set(['npm']);

/** Returns whether a claim gives the version that the record of an installed package lacks. */
function isAboutRemoved({ ecosystem }: Package, { weight, part }: VersionClaim): boolean {
  return ALWAYS_VERSIONED.has(ecosystem) && weight === 'binding' && (part ?? 'whole') === 'whole';
}
