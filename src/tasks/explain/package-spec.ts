/** A package as people name it: a package URL, `NAME@VERSION`, or `NAME`. */

import { AssayError, errorMessage } from '../../core/base/errors.ts';
import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import { advisoryNameOf } from '../../core/model/advisory/advisory-name.ts';
import { advisoryNeed } from '../../core/model/distro/distro.ts';
import { ECOSYSTEM_IDS, ecosystemRow, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Package } from '../../core/model/package/package.ts';
import {
  ecosystemOfPurl,
  packageNameOf,
  packageVersionOf,
} from '../../core/model/purl/purl-package.ts';
import { parsePackageUrl, type PackageUrl } from '../../core/model/purl/purl.ts';

/** A package as a user names it. */
export interface PackageSpec {
  /** The text as it was typed. */
  readonly text: string;
  /** Names under which advisories may know it: as typed, and as an ecosystem writes it. */
  readonly names: readonly string[];
  readonly version?: string;
  readonly ecosystem?: Ecosystem;
  readonly release?: string;
}

/**
 * Parses a package URL, `NAME@VERSION` or `NAME`.
 *
 * @throws AssayError `USAGE` for a malformed package URL, or one of an ecosystem that is not known
 */
export function readPackageSpec(text: string): PackageSpec {
  if (/^pkg:/i.test(text)) return readPurl(text);
  // A name may begin with the sign, as npm's scopes do.
  const at = text.lastIndexOf('@');
  const name = at > 0 ? text.slice(0, at) : text;
  const version = at > 0 ? text.slice(at + 1) : '';
  if (name === '') throw new AssayError('USAGE', 'no package named', { hint: SPEC_HINT });
  // Python takes `Foo_Bar` for `foo-bar`, .NET `Newtonsoft.Json` for `newtonsoft.json`.
  const names = new Set(ECOSYSTEM_IDS.map((ecosystem) => advisoryNameOf(ecosystem, name)));
  return {
    text,
    names: [...names.add(name)],
    ...(version === '' ? {} : { version }),
  };
}

/** The notation of a package, for the hint of an error. */
export const SPEC_HINT =
  'Write NAME@VERSION, as in minimist@1.2.5, or a package URL, as in pkg:npm/minimist@1.2.5.';

const SOURCE_RPM = /^(?<name>.+)-(?<version>[^-]+-[^-]+)\.(?:src|nosrc)\.rpm$/;
const EPOCH = /^\d+:/;

function readPurl(text: string): PackageSpec {
  const purl = parse(text);
  const ecosystem = ecosystemOfPurl(purl);
  if (ecosystem === undefined) {
    throw new AssayError('USAGE', `no advisories are known for packages of "pkg:${purl.type}"`, {
      hint: SPEC_HINT,
    });
  }
  const { isAdvisedByPackage, isAdvisedByBoth } = ecosystemRow(ecosystem);
  const source = isAdvisedByPackage === true ? undefined : sourceOf(purl);
  const name = source?.name ?? packageNameOf(purl);
  const others = isAdvisedByBoth === true ? [packageNameOf(purl)] : [];
  const version =
    source?.version ?? (purl.version && packageVersionOf(purl.type, withEpoch(purl, purl.version)));
  const release = releaseOf(purl, ecosystem);
  return {
    text,
    names: [...new Set([name, advisoryNameOf(ecosystem, name), ...others])],
    ecosystem,
    ...(version === undefined ? {} : { version }),
    ...(release === undefined ? {} : { release }),
  };
}

function parse(text: string): PackageUrl {
  try {
    return parsePackageUrl(text);
  } catch (error) {
    throw new AssayError('USAGE', errorMessage(error), { hint: SPEC_HINT, cause: error });
  }
}

/**
 * Reads `upstream=openssl`, `upstream=openssl@3.0.1` or `upstream=openssl-3.0.1-2.src.rpm`: the
 * source package, by which advisories of systems are stored.
 */
function sourceOf({
  qualifiers,
}: PackageUrl): { readonly name: string; readonly version?: string } | undefined {
  const upstream = qualifiers.get('upstream');
  if (upstream === undefined) return undefined;
  const rpm = SOURCE_RPM.exec(upstream)?.groups;
  if (rpm !== undefined) {
    return { name: rpm['name'] ?? '', version: withEpoch({ qualifiers }, rpm['version'] ?? '') };
  }
  const [name = '', version] = upstream.split('@');
  return version === undefined || version === '' ? { name } : { name, version };
}

/**
 * Adds the `epoch=1` that the version of a system's package omits in the URLs of trivy and syft.
 */
function withEpoch({ qualifiers }: Pick<PackageUrl, 'qualifiers'>, version: string): string {
  const epoch = qualifiers.get('epoch') ?? '0';
  return epoch === '0' || EPOCH.test(version) ? version : `${epoch}:${version}`;
}

/** Reads the release, as in `distro=debian-12.5`. */
function releaseOf({ qualifiers }: PackageUrl, ecosystem: Ecosystem): string | undefined {
  const [, id = '', versionId = ''] = /^([a-z]+)-(.+)$/.exec(qualifiers.get('distro') ?? '') ?? [];
  const need: AdvisoryNeed | undefined = advisoryNeed({ id, versionId });
  return need?.ecosystem === ecosystem ? need.release : undefined;
}

/**
 * Returns whether a package of a report is the one that was named: by its package URL, its name or
 * its source package.
 */
export function matchesSpec(pkg: Package, spec: PackageSpec): boolean {
  if (pkg.id === spec.text) return true;
  const isVersion =
    spec.version === undefined ||
    [pkg.version, pkg.source?.version, pkg.evidence.evidencedVersion].includes(spec.version);
  const isEcosystem = spec.ecosystem === undefined || spec.ecosystem === pkg.ecosystem;
  const known = [pkg.name, advisoryNameOf(pkg.ecosystem, pkg.name), pkg.source?.name];
  const isName = spec.names.some((name) => known.includes(name));
  return isVersion && isEcosystem && isName;
}
