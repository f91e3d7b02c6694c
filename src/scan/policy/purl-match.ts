/**
 * Decides whether the package URL of a statement names a package.
 *
 * Type, namespace and name must be equal; of version and qualifiers those that the statement gives.
 * So `pkg:npm/left` names every version, and there are no wildcards: `*` is a character like any
 * other. Source: ECMA-427; OpenVEX 0.2.0, "Product".
 */

import { advisoryNeed, ecosystemOfSystem } from '../../core/model/distro/distro.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { parsePackageUrl, purlOf, type PackageUrl } from '../../core/model/purl/purl.ts';
import { ecosystemOfPurl } from '../../core/model/purl/purl-package.ts';

/**
 * A package, and which of its versions a finding is about: where the content proves another than
 * the label says.
 */
export interface PackageAtVersion {
  readonly pkg: Package;
  readonly version: string;
  readonly distro: Distro | undefined;
}

/**
 * Returns whether a package URL of an exception or VEX document names a package. Components that it
 * leaves out match any.
 */
export function namesPackage(
  wanted: PackageUrl,
  { pkg, version, distro }: PackageAtVersion,
): boolean {
  const own = ownPurl(pkg, distro);
  if (own === undefined || wanted.type !== own.type) return false;
  if (wanted.qualifiers.get('arch') === 'source') return namesSource(wanted, pkg, distro);
  return (
    isSameText(wanted.name, own.name, own.type) &&
    isSameNamespace(wanted, own, pkg) &&
    isSameVersion(wanted, version, pkg) &&
    hasQualifiers(wanted, own.qualifiers, distro)
  );
}

/** A statement on a source package is one on all that was built of it. */
function namesSource(wanted: PackageUrl, pkg: Package, distro: Distro | undefined): boolean {
  const own = ownPurl(pkg, distro);
  const { source } = pkg;
  if (own === undefined || source === undefined) return false;
  const qualifiers = new Map(own.qualifiers).set('arch', 'source');
  return (
    wanted.name === source.name &&
    isSameNamespace(wanted, own, pkg) &&
    isSameVersion(wanted, source.version, pkg) &&
    hasQualifiers(wanted, qualifiers, distro)
  );
}

const purls = new WeakMap<Package, PackageUrl>();

function ownPurl(pkg: Package, distro: Distro | undefined): PackageUrl | undefined {
  const known = purls.get(pkg);
  if (known !== undefined) return known;
  try {
    const purl = parsePackageUrl(purlOf(pkg, distro));
    purls.set(pkg, purl);
    return purl;
  } catch {
    // A name that no package URL can have is named by none.
    return undefined;
  }
}

/** Systems are called by several names, as `redhat` and `rhel`; both must be known. */
function isSameNamespace(wanted: PackageUrl, own: PackageUrl, pkg: Package): boolean {
  if (isSameText(wanted.namespace, own.namespace, own.type)) return true;
  if (ECOSYSTEMS[pkg.ecosystem].kind !== 'os' || wanted.namespace === undefined) return false;
  const isKnown =
    ecosystemOfSystem(wanted.namespace) !== undefined || wanted.namespace === pkg.ecosystem;
  return isKnown && ecosystemOfPurl(wanted) === pkg.ecosystem;
}

/**
 * Many package URLs of Go are in lower case, as their type asked for until 2026. No two modules
 * differ in case alone: Go refuses to build with both. Packages of npm do (`base64` and `Base64`).
 */
function isSameText(wanted: string | undefined, own: string | undefined, type: string): boolean {
  return wanted === own || (type === 'golang' && wanted === own?.toLowerCase());
}

const EPOCH = /^\d{1,9}:/;

function isSameVersion(wanted: PackageUrl, version: string, pkg: Package): boolean {
  if (wanted.version === undefined || wanted.version === version) return true;
  if (wanted.type === 'golang') return withoutV(wanted.version) === withoutV(version);
  if (wanted.type !== 'rpm') return false;
  return withEpoch(wanted.version, wanted.qualifiers) === withEpoch(version, pkg.qualifiers);
}

/**
 * Returns the version with its epoch, which rpm keeps in the version or in a qualifier; none is 0.
 */
function withEpoch(version: string, qualifiers: ReadonlyMap<string, string>): string {
  return EPOCH.test(version) ? version : `${qualifiers.get('epoch') ?? '0'}:${version}`;
}

function withoutV(version: string): string {
  return version.startsWith('v') ? version.slice(1) : version;
}

function hasQualifiers(
  wanted: PackageUrl,
  own: ReadonlyMap<string, string>,
  distro: Distro | undefined,
): boolean {
  for (const [key, value] of wanted.qualifiers) {
    if (key === 'epoch' && wanted.type === 'rpm') continue;
    if (own.get(key) === value) continue;
    if (key === 'distro' && distro !== undefined && isSystem(value, distro)) continue;
    return false;
  }
  return true;
}

/**
 * Returns whether a text names the system: `debian-12` for a system that calls itself 12.5, and
 * `bookworm`.
 */
function isSystem(text: string, distro: Distro): boolean {
  if (text === distro.codename || text === distro.id) return true;
  if (!text.startsWith(`${distro.id}-`)) return false;
  const release = text.slice(distro.id.length + 1);
  return release === distro.versionId || release === advisoryNeed(distro)?.release;
}
