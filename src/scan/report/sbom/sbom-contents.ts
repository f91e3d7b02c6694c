/**
 * The content of a report in bills of materials, whatever their format: packages with their package
 * URLs, the properties that make reading them back exact (`core/model/package/sbom-properties.ts`), and their
 * dependencies.
 */

import { compareKeys } from '../../../core/base/compare.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { createHash } from 'node:crypto';

import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import type { Diagnostic, Finding } from '../../../core/model/finding/finding.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';
import type { Distro, Package } from '../../../core/model/package/package.ts';
import {
  PackageUrlError,
  parsePackageUrl,
  purlOf,
  type PackageUrl,
} from '../../../core/model/purl/purl.ts';
import { packageNameOf } from '../../../core/model/purl/purl-package.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { SBOM_PROPERTY } from '../../../core/model/package/sbom-properties.ts';
import { dependencyLookup } from '../../../core/model/package/dependency-ids.ts';

/** One artifact of the report. References are unique in the report. */
export interface BomArtifact {
  readonly ref: string;
  readonly artifact: Artifact;
  /** Name and value. */
  readonly properties: readonly (readonly [string, string])[];
  readonly system?: BomSystem;
  /** The packages of the inventory, in its order. */
  readonly inventory: readonly Package[];
  /** The packages. Those of a large artifact are created anew for each iteration. */
  readonly packages: Iterable<BomPackage>;
  /** Each package with the references of what it depends on. */
  readonly edges: Iterable<Pick<BomPackage, 'ref' | 'dependsOn'>>;
  /** Makes what is written of one of its packages. */
  readonly contentsOf: (pkg: Package) => BomPackage;
  /** Returns the reference of one of its packages. */
  readonly refOf: (pkg: Package) => string;
  /** Returns the references of the dependencies of one of its packages. */
  readonly dependsOn: (pkg: Package) => readonly string[];
  /**
   * Makes the reference and the package URL of one of its packages, without the rest of its
   * contents.
   */
  readonly identityOf: (pkg: Package) => Pick<BomPackage, 'ref' | 'purl'>;
  /**
   * References of what nothing else leads to: the system, direct dependencies, and what no edge
   * reaches.
   */
  readonly contains: readonly string[];
}

/** The operating system of an artifact as a component of a bill of materials. */
export interface BomSystem {
  readonly ref: string;
  readonly distro: Distro;
  /** References of its packages. */
  readonly contains: readonly string[];
}

/** A package as a component of a bill of materials. */
export interface BomPackage {
  readonly ref: string;
  readonly pkg: Package;
  /** Absent where name and version cannot be written as one. */
  readonly purl?: string;
  /** A scope of npm, a group of Maven, a vendor of Composer; empty for others. */
  readonly group: string;
  /** Without the group. */
  readonly name: string;
  /** Name and value, sorted by meaning; places are not among them. */
  readonly properties: readonly (readonly [string, string])[];
  readonly dependsOn: readonly string[];
}

/** Before the name, in the ecosystem's own writing. */
const GROUP_ENDS: ReadonlyMap<string, string> = new Map([
  ['composer', '/'],
  ['maven', ':'],
  ['npm', '/'],
]);

/** Packages that are held as they are written; each takes two kilobytes. */
const MAX_HELD_PACKAGES = 5000;

/** Returns the contents, an artifact after the other. */
export function bomContents({ results }: Report): readonly BomArtifact[] {
  return results.map((result, index) =>
    artifactOf(result, results.length > 1 ? `${index + 1}:` : ''),
  );
}

/**
 * Returns a UUID that is made of a text, given in pieces: of the same text the same one, on every
 * machine (RFC 9562, version 8).
 */
export function uuidOf(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  const hex = hash.digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return parts.join('-');
}

function artifactOf(
  { artifact, inventory, findings, diagnostics }: ArtifactResult,
  prefix: string,
): BomArtifact {
  const { distro } = inventory;
  const idsOf = dependencyLookup(inventory);
  const reached = new Set<string>();
  for (const pkg of inventory.packages) for (const id of idsOf(pkg)) reached.add(id);
  const malice = maliceOf(findings);
  const dependsOn = (pkg: Package): readonly string[] =>
    prefix === '' ? idsOf(pkg) : idsOf(pkg).map((id) => prefix + id);
  const contentsOf = (pkg: Package): BomPackage =>
    packageOf(pkg, artifact, { distro, prefix, malice }, dependsOn);
  const roots = inventory.packages.filter(
    ({ id, relationship }) => relationship === 'direct' || !reached.has(id),
  );
  const isOfSystem = (pkg: Package): boolean => ECOSYSTEMS[pkg.ecosystem].kind === 'os';
  const systemRef = `${prefix}operating-system`;
  const refOf = ({ id }: Package): string => prefix + id;
  const refs = (list: readonly Package[]): readonly string[] => list.map(refOf);
  return {
    ref: `${prefix}artifact`,
    artifact,
    properties: [...gapProperties(diagnostics)],
    ...(distro !== undefined && {
      system: { ref: systemRef, distro, contains: refs(inventory.packages.filter(isOfSystem)) },
    }),
    inventory: inventory.packages,
    packages: packagesOf(inventory.packages, contentsOf),
    edges: edgesOf(inventory.packages, refOf, dependsOn),
    contentsOf,
    refOf,
    dependsOn,
    identityOf: (pkg) => {
      const written = purlOf(pkg, distro);
      return { ref: refOf(pkg), ...(parsed(written) !== undefined && { purl: written }) };
    },
    contains:
      distro === undefined
        ? refs(roots)
        : [systemRef, ...refs(roots.filter((pkg) => !isOfSystem(pkg)))],
  };
}

/** A hostile artifact can have any number of gaps. */
const MAX_GAPS = 1000;

/** Yields the gaps of the scan. A reader of the document looks up advisories and systems again. */
function* gapProperties(diagnostics: readonly Diagnostic[]): Generator<readonly [string, string]> {
  const gaps = diagnostics.flatMap(({ stage, gap, message, location }) =>
    gap === undefined || ASKED_AGAIN.has(stage)
      ? []
      : [[gap, location === undefined ? message : `${location.path}: ${message}`] as const],
  );
  if (gaps.length === 0) return;
  const rest = gaps.length - MAX_GAPS;
  const written = gaps.slice(0, MAX_GAPS);
  if (rest > 0) written.push([gaps[MAX_GAPS]?.[0] ?? 'unreadable', pluralize(rest, 'more gap')]);
  yield [SBOM_PROPERTY.gaps, JSON.stringify(written)];
}

const ASKED_AGAIN: ReadonlySet<Diagnostic['stage']> = new Set(['advisory', 'match', 'policy']);

interface Surroundings {
  readonly distro: Distro | undefined;
  readonly prefix: string;
  /** Records that report a package as malicious, by its id. */
  readonly malice: ReadonlyMap<string, readonly string[]>;
}

function packagesOf(
  packages: readonly Package[],
  contentsOf: (pkg: Package) => BomPackage,
): Iterable<BomPackage> {
  let held: readonly BomPackage[] | undefined;
  return {
    *[Symbol.iterator]() {
      if (packages.length <= MAX_HELD_PACKAGES) yield* (held ??= packages.map(contentsOf));
      else for (const pkg of packages) yield contentsOf(pkg);
    },
  };
}

function edgesOf(
  packages: readonly Package[],
  refOf: (pkg: Package) => string,
  dependsOn: (pkg: Package) => readonly string[],
): BomArtifact['edges'] {
  return {
    *[Symbol.iterator]() {
      for (const pkg of packages) yield { ref: refOf(pkg), dependsOn: dependsOn(pkg) };
    },
  };
}

function maliceOf(findings: readonly Finding[]): Surroundings['malice'] {
  const byPackage = new Map<string, readonly string[]>();
  for (const { packageId, malicious } of findings.filter(isMalicious)) {
    const known = byPackage.get(packageId) ?? [];
    byPackage.set(packageId, [...new Set([...known, ...malicious.by])].sort());
  }
  return byPackage;
}

function packageOf(
  pkg: Package,
  artifact: Artifact,
  { distro, prefix, malice }: Surroundings,
  dependsOn: (pkg: Package) => readonly string[],
): BomPackage {
  const written = purlOf(pkg, distro);
  const purl = parsed(written);
  const parts = groupAndName(pkg);
  return {
    ref: prefix + pkg.id,
    pkg,
    ...(purl !== undefined && { purl: written }),
    ...parts,
    properties: [
      ...identityProperties(pkg, purl, parts),
      ...foundProperties(pkg, artifact),
      ...maliceProperties(malice.get(pkg.id)),
    ],
    dependsOn: dependsOn(pkg),
  };
}

function parsed(written: string): PackageUrl | undefined {
  try {
    return parsePackageUrl(written);
  } catch (error) {
    if (error instanceof PackageUrlError) return undefined;
    throw error;
  }
}

function groupAndName({ ecosystem, name }: Package): { group: string; name: string } {
  const end = GROUP_ENDS.get(ECOSYSTEMS[ecosystem].purlType);
  const at = end === undefined ? -1 : name.lastIndexOf(end);
  return at <= 0 || at === name.length - 1
    ? { group: '', name }
    : { group: name.slice(0, at), name: name.slice(at + 1) };
}

/** Yields the identity of the package beyond its package URL. */
function* identityProperties(
  pkg: Package,
  purl: PackageUrl | undefined,
  parts: { readonly group: string; readonly name: string },
): Generator<readonly [string, string]> {
  const { ecosystem, name, version, source, presence, scope, relationship, ownedBy, maintainer } =
    pkg;
  yield [SBOM_PROPERTY.ecosystem, ecosystem];
  const spellings = parts.group === '' ? [parts.name] : [`${parts.group}/${parts.name}`];
  const isNameTold =
    purl === undefined ? parts.group === '' : packageNameOf(purl, spellings) === name;
  if (!isNameTold) yield [SBOM_PROPERTY.name, name];
  if (source !== undefined) {
    yield [SBOM_PROPERTY.sourceName, source.name];
    if (source.version !== version) yield [SBOM_PROPERTY.sourceVersion, source.version];
  }
  if (maintainer !== undefined) yield [SBOM_PROPERTY.maintainer, maintainer];
  if (!areQualifiersTold(pkg, purl)) {
    const qualifiers = [...pkg.qualifiers].sort(compareKeys);
    yield [SBOM_PROPERTY.qualifiers, JSON.stringify(Object.fromEntries(qualifiers))];
  }
  yield [SBOM_PROPERTY.presence, presence];
  if (scope !== undefined) yield [SBOM_PROPERTY.scope, scope];
  if (relationship !== undefined) yield [SBOM_PROPERTY.relationship, relationship];
  if (ownedBy !== undefined) yield [SBOM_PROPERTY.ownedBy, ownedBy];
}

/**
 * Returns whether the package URL has the qualifiers of the package; it may have `distro` besides.
 */
function areQualifiersTold({ qualifiers }: Package, purl: PackageUrl | undefined): boolean {
  const told = purl?.qualifiers ?? new Map<string, string>();
  const ownCount = told.size - (told.has('distro') ? 1 : 0);
  if (ownCount !== qualifiers.size) return false;
  for (const [key, value] of qualifiers) {
    if (key === 'distro' || told.get(key) !== value) return false;
  }
  return true;
}

function* maliceProperties(
  by: readonly string[] | undefined,
): Generator<readonly [string, string]> {
  if (by !== undefined) yield [SBOM_PROPERTY.malicious, by.join(' ')];
}

/** Yields the trust in the package, and its origin. */
function* foundProperties(
  { evidence, introducedIn, foundBy }: Package,
  { kind, layers }: Artifact,
): Generator<readonly [string, string]> {
  yield [SBOM_PROPERTY.evidence, evidence.level];
  if (evidence.evidencedVersion !== undefined) {
    yield [SBOM_PROPERTY.evidencedVersion, evidence.evidencedVersion];
  }
  if (kind === 'image') {
    yield [SBOM_PROPERTY.layer, String(introducedIn)];
    const digest = layers[introducedIn]?.diffId;
    if (digest !== undefined) yield [SBOM_PROPERTY.layerDigest, digest];
  }
  yield [SBOM_PROPERTY.foundBy, foundBy];
}
