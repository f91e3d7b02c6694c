/**
 * What other statements say of a package's version: agreement raises it, a binding disagreement contradicts it, and a doubt
 * has the other version matched as well.
 */

import { appendAll } from '../base/append-all.ts';
import type { VersionClaim } from '../model/catalog.ts';
import { ECOSYSTEMS, type Ecosystem } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import { compareVersions } from '../version/index.ts';
import type { FileOwners } from './file-owners.ts';
import type { IntegrityInput, LocatedClaim, Subject, Subjects } from './input.ts';
import { packageLabel } from './package-label.ts';
import { isSameUpstreamVersion, upstreamVersionOf } from '../model/upstream-version.ts';

/** Gives statements of files about their owners to these: a library that names its product and version. */
export function assignClaimsToOwners(
  input: IntegrityInput,
  subjects: Subjects,
  owners: FileOwners,
): void {
  for (const { at, products, claims } of subjects.ofOwners) {
    const seen = input.root.lookUp(at.path, true);
    if (seen.kind !== 'file') continue;
    const { body } = seen;
    const owner = owners.matched.get(body) ?? owners.mismatched.get(body) ?? owners.named.get(body);
    if (owner === undefined || !isProductOf(owner.pkg, products)) continue;
    for (const claim of claims) owner.claims.push({ ...claim, at });
  }
}

/** A program may carry the library of another product: only its own maker's word binds. */
export function isProductOf({ name, source }: Package, products: readonly string[]): boolean {
  return products.includes(name) || (source !== undefined && products.includes(source.name));
}

/** Weighs all statements about one package. */
export function compareVersionClaims(subject: Subject): void {
  const { pkg, claims, findings } = subject;
  const disagreeing: LocatedClaim[] = [];
  const doubting: LocatedClaim[] = [];
  const agreeing = new Set<string>();
  for (const claim of claims) {
    const isAnother = isOfAnother(pkg, claim);
    if (isAnother) contradictName(subject, claim);
    const isSame = agrees(pkg, claim);
    if (isSame === undefined || (isSame && isAnother)) continue;
    if (isSame) agreeing.add(claim.by);
    else if (claim.weight === 'binding') disagreeing.push(claim);
    else {
      findings.isDoubted = true;
      if (claim.weight === 'doubt' && doubting.length < MAX_REPORTED_CLAIMS) doubting.push(claim);
    }
  }
  for (const by of agreeing) findings.reasons.push(`version: ${by} agrees`);
  findings.agreeing += agreeing.size;
  for (const claim of disagreeing) {
    contradictVersion(subject, { found: claim.version, by: claim.by, at: placeOf(claim) });
  }
  for (const { by, version } of doubting) {
    findings.reasons.push(`version: ${by} says ${version}`);
  }
  appendAll(findings.evidenced, byCertainty(disagreeing));
  appendAll(findings.evidenced, byCertainty(doubting));
}

/** The most certain first: a whole version needs no completion. */
function byCertainty(claims: readonly LocatedClaim[]): readonly string[] {
  // Nearly all packages are so.
  if (claims.length === 0) return [];
  return (['whole', 'source', 'upstream'] as const).flatMap((part) =>
    claims.filter((claim) => (claim.part ?? 'whole') === part).map(({ version }) => version),
  );
}

/** How many statements about one version are told, of each kind: a hostile database holds any number. */
export const MAX_REPORTED_CLAIMS = 100;

/** Records that something gives another version than the one that is claimed. */
export function contradictVersion(
  { pkg, findings }: Subject,
  {
    found,
    by,
    at,
  }: { readonly found: string; readonly by: string; readonly at: { path: string; layer: number } },
): void {
  findings.isContradicted = true;
  findings.versionCount += 1;
  if (findings.versionCount > MAX_REPORTED_CLAIMS) return;
  findings.contradictions.push({
    kind: 'version',
    claimed: pkg.version === '' ? 'no version' : pkg.version,
    found: `${found} by ${by}`,
    location: { path: at.path, layer: at.layer },
    isSevere: true,
  });
}

/** Whoever gives a package another name hides it from every advisory, whatever its version. */
function isOfAnother({ name, source }: Package, claim: VersionClaim): boolean {
  if (claim.name === undefined || claim.weight !== 'binding') return false;
  return claim.name !== (claim.part === 'source' ? (source?.name ?? name) : name);
}

function contradictName({ pkg, findings }: Subject, claim: LocatedClaim): void {
  const { name, source } = pkg;
  const isSource = claim.part === 'source';
  findings.isContradicted = true;
  findings.versionCount += 1;
  if (findings.versionCount > MAX_REPORTED_CLAIMS) return;
  findings.contradictions.push({
    kind: 'version',
    claimed: isSource ? `built from ${source?.name ?? name}` : packageLabel(pkg),
    found: `${claim.name ?? ''} ${claim.version} by ${claim.by}`,
    location: placeOf(claim),
    isSevere: true,
  });
}

function placeOf(claim: LocatedClaim): { path: string; layer: number } {
  return { path: claim.path ?? claim.at.path, layer: claim.at.layer };
}

/** `undefined`: it cannot be told. */
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

/** Their registries publish no package without a version, so a record that has none was changed or made by hand. */
const ALWAYS_VERSIONED: ReadonlySet<Ecosystem> = new Set(['npm']);

/** Whether a statement gives the version that the record of an installed package lacks. */
function isAboutRemoved({ ecosystem }: Package, { weight, part }: VersionClaim): boolean {
  return ALWAYS_VERSIONED.has(ecosystem) && weight === 'binding' && (part ?? 'whole') === 'whole';
}

/** Marks of a release that mean nothing for its order, as builders of jars write them. */
const JAR_MARK = /[.-](?:final|release|ga|jre|android|qualifier|spec)$/iu;

export function isSameVersion(ecosystem: Ecosystem, a: string, b: string): boolean {
  if (a === b) return true;
  const { scheme } = ECOSYSTEMS[ecosystem];
  if (scheme === 'maven') {
    return compareVersions(scheme, a.replace(JAR_MARK, ''), b.replace(JAR_MARK, '')) === 0;
  }
  return compareVersions(scheme, a, b) === 0;
}
