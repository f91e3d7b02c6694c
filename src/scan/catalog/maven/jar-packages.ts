/**
 * The packages of one Java archive, and other statements in it about their versions.
 *
 * Maven's files (`pom.properties`, else `pom.xml`) name packages first, one per directory: the
 * archive's own project, and everything that was shaded in. A directory is the archive's own if its
 * artifact has the name of the file or the name in the manifest, or if it is the only one and
 * nothing contradicts it. The manifest and the file name identify archives that have no folder of
 * their own.
 */

import type { CatalogedPackage, VersionClaim } from '../../../core/model/catalog/catalog.ts';
import { isIdentifier, isResolved, mavenName } from './coordinates.ts';
import type { JarFacts, MavenDescriptor } from './jar-facts.ts';
import {
  attributeVersion,
  BUNDLE_VERSION,
  FILE_NAME,
  hasManifestNames,
  identifyByManifest,
  IMPLEMENTATION_VERSION,
  hasRelatedName,
  hasArtifactName,
  type MavenIdentity,
  type VersionSource,
} from './manifest-identity.ts';
import {
  effectiveCoordinates,
  effectiveDependencies,
  inheritedCoordinates,
} from './pom-effective.ts';
import type { Pom } from './pom-model.ts';
import { compareStatedVersions } from './stated-versions.ts';

/** A package of the archive, and what its project needs at run time. */
export interface JarPackage {
  readonly pkg: CatalogedPackage;
  /** Whether it is the archive's own project, and not shaded into it. */
  readonly isOwn: boolean;
  /** Names of packages; only some of them may be in the same file. */
  readonly needs: readonly string[];
}

/** A failed conclusion about an archive. */
export interface JarProblem {
  readonly path: string;
  readonly reason: string;
}

const MAX_LICENSES = 16;
/** Longer ones are texts of licences. */
const MAX_LICENSE_LENGTH = 100;

/**
 * Derives the packages of a Java archive from its facts, the strongest source of coordinates
 * first. `doubts` lists what contradicts them or cannot be used.
 */
export function packagesOf(facts: JarFacts): {
  readonly packages: readonly JarPackage[];
  readonly doubts: readonly JarProblem[];
} {
  const doubts: JarProblem[] = [];
  const described: Described[] = [];
  for (const descriptor of facts.descriptors) {
    const identity = identityOf(descriptor, facts);
    if (identity === undefined) {
      doubts.push({ path: descriptor.path, reason: 'no group, artifact and version' });
    } else described.push({ descriptor, identity });
  }
  const own = ownOf(facts, described);
  const packages = described.map((row) => toJarPackage(facts, row, row === own));
  for (const row of described) packages.push(...renamed(row));
  if (own === undefined) {
    const identity = identifyByManifest(facts);
    if (identity !== undefined) packages.unshift(ownByManifest(facts, identity));
  }
  return { packages, doubts };
}

interface Described {
  readonly descriptor: MavenDescriptor;
  readonly identity: MavenIdentity;
}

function identityOf(
  { properties, pom }: MavenDescriptor,
  facts: JarFacts,
): MavenIdentity | undefined {
  const fromPom = pom === undefined ? {} : effectiveCoordinates([pom]);
  const group = [properties?.get('groupId'), fromPom.groupId].find(isIdentifier);
  const artifact = [properties?.get('artifactId'), fromPom.artifactId].find(isIdentifier);
  if (group === undefined || artifact === undefined) return undefined;
  const version = [properties?.get('version'), fromPom.version].find(isResolved);
  if (version !== undefined) return { group, artifact, version };
  // A version that only the build knew: the manifest may have it, where this is the archive's own
  // folder.
  const fallback = hasRelatedName(facts, artifact)
    ? (attributeVersion(facts, IMPLEMENTATION_VERSION) ?? facts.fileName.version)
    : undefined;
  return { group, artifact, version: fallback ?? '' };
}

function ownOf(facts: JarFacts, described: readonly Described[]): Described | undefined {
  const { stem } = facts.fileName;
  const byFile = described.find(({ identity }) => identity.artifact === stem);
  if (byFile !== undefined) return byFile;
  const [first, second] = described;
  if (first !== undefined && second === undefined) {
    return isOnlyOnesOwn(facts, first) ? first : undefined;
  }
  const named = described.filter(({ identity }) => hasArtifactName(facts, identity.artifact));
  const called = described.filter(
    ({ identity }) => hasRelatedName(facts, identity.artifact) && hasVersionOf(facts, identity),
  );
  return [named, called].find(({ length }) => length === 1)?.[0];
}

/**
 * A file can have any name; one with another name and version, or a manifest with other names, is
 * another project's.
 */
function isOnlyOnesOwn(facts: JarFacts, { identity }: Described): boolean {
  if (hasRelatedName(facts, identity.artifact) || hasVersionOf(facts, identity)) return true;
  return !hasManifestNames(facts) && facts.fileName.version === undefined;
}

function hasVersionOf(facts: JarFacts, { version }: MavenIdentity): boolean {
  const stated = attributeVersion(facts, IMPLEMENTATION_VERSION) ?? facts.fileName.version;
  return stated !== undefined && compareStatedVersions(version, stated) === 'same';
}

function toJarPackage(facts: JarFacts, row: Described, isOwn: boolean): JarPackage {
  const { descriptor, identity } = row;
  const claims = [
    ...pomClaims(descriptor, identity),
    ...rivalClaims(descriptor),
    ...(isOwn ? ownClaims(facts, identity) : []),
  ];
  const licenses = licensesOf(descriptor.pom);
  return {
    pkg: {
      name: mavenName(identity.group, identity.artifact),
      version: identity.version,
      ...(!isOwn && { presence: 'embedded' as const }),
      ...(licenses.length > 0 && { licenses }),
      ...(claims.length > 0 && { versionClaims: claims }),
    },
    isOwn,
    needs: needsOf(descriptor.pom),
  };
}

/**
 * Only what stands in the file literally binds; a property can be set when the project is built.
 */
function pomClaims(
  { properties, pom }: MavenDescriptor,
  identity: MavenIdentity,
): readonly VersionClaim[] {
  if (properties === undefined || pom === undefined) return [];
  const { version: literal = '' } = inheritedCoordinates(pom);
  const { version } = effectiveCoordinates([pom]);
  if (!isResolved(version) || identity.version === '') return [];
  const weight = literal === version ? 'binding' : 'hint';
  return [{ by: 'pom.xml', version, weight, path: pom.path }];
}

function rivalClaims({ rivals, path }: MavenDescriptor): readonly VersionClaim[] {
  return rivals.map((version) => ({
    by: 'another member of the same name',
    version,
    weight: 'binding',
    path,
  }));
}

function ownClaims(facts: JarFacts, identity: MavenIdentity): readonly VersionClaim[] {
  const isBinding = hasArtifactName(facts, identity.artifact) || !hasManifestNames(facts);
  const path = `${facts.path}!/META-INF/MANIFEST.MF`;
  return [
    ...manifestClaim(facts, identity, {
      attribute: IMPLEMENTATION_VERSION,
      isBinding,
      path,
    }),
    ...manifestClaim(facts, identity, { attribute: BUNDLE_VERSION, isBinding: false, path }),
    ...fileNameClaim(facts, identity),
  ];
}

/**
 * Returns the manifest's version as a claim, in the package's spelling if both mean the same; no
 * claim if that cannot be decided.
 */
function manifestClaim(
  facts: JarFacts,
  identity: MavenIdentity,
  from: { readonly attribute: string; readonly isBinding: boolean; readonly path: string },
): readonly VersionClaim[] {
  const version = spelledAlike(attributeVersion(facts, from.attribute), identity);
  if (version === undefined) return [];
  return [
    {
      by: from.attribute === BUNDLE_VERSION ? 'Bundle-Version' : 'Implementation-Version',
      version,
      weight: from.isBinding ? 'binding' : 'hint',
      path: from.path,
    },
  ];
}

function fileNameClaim(facts: JarFacts, identity: MavenIdentity): readonly VersionClaim[] {
  const version = spelledAlike(facts.fileName.version, identity);
  return version === undefined ? [] : [{ by: 'file name', version, weight: 'hint' }];
}

function spelledAlike(stated: string | undefined, { version }: MavenIdentity): string | undefined {
  if (stated === undefined || version === '') return undefined;
  const verdict = compareStatedVersions(version, stated);
  if (verdict === 'unclear') return undefined;
  return verdict === 'same' ? version : stated;
}

function ownByManifest(
  facts: JarFacts,
  identity: MavenIdentity & { readonly from: VersionSource },
): JarPackage {
  const path = `${facts.path}!/META-INF/MANIFEST.MF`;
  const second = identity.from === BUNDLE_VERSION ? [] : [BUNDLE_VERSION];
  const claims = [
    ...second.flatMap((attribute) =>
      manifestClaim(facts, identity, { attribute, isBinding: false, path }),
    ),
    ...(identity.from === FILE_NAME ? [] : fileNameClaim(facts, identity)),
  ];
  return {
    pkg: {
      name: mavenName(identity.group, identity.artifact),
      version: identity.version,
      ...(claims.length > 0 && { versionClaims: claims }),
    },
    isOwn: true,
    needs: [],
  };
}

/**
 * Returns the packages of a directory. If `pom.xml` names another package than the `pom.properties`
 * beside it, one of them was changed, and both are listed.
 */
function renamed({ descriptor, identity }: Described): readonly JarPackage[] {
  const { properties, pom } = descriptor;
  if (properties === undefined || pom === undefined) return [];
  const { groupId, artifactId, version } = effectiveCoordinates([pom]);
  if (!isIdentifier(groupId) || !isIdentifier(artifactId) || !isResolved(version)) return [];
  const name = mavenName(groupId, artifactId);
  if (name === mavenName(identity.group, identity.artifact)) return [];
  const pkg: CatalogedPackage = { name, version, presence: 'embedded' };
  return [{ pkg, isOwn: false, needs: [] }];
}

function licensesOf(pom: Pom | undefined): readonly string[] {
  const names = (pom?.licenses ?? []).slice(0, MAX_LICENSES);
  return [...new Set(names.filter((name) => name !== '' && name.length <= MAX_LICENSE_LENGTH))];
}

function needsOf(pom: Pom | undefined): readonly string[] {
  const names = new Set<string>();
  for (const row of pom === undefined ? [] : effectiveDependencies([pom])) {
    const { groupId, artifactId, scope = 'compile', optional } = row;
    const isRuntime = scope === 'compile' || scope === 'runtime';
    if (!isRuntime || optional === 'true') continue;
    if (isIdentifier(groupId) && isIdentifier(artifactId))
      names.add(mavenName(groupId, artifactId));
  }
  return [...names];
}
