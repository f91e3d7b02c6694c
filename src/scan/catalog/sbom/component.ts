/** One component of a document as a package. */

import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import { splitGemPlatform } from '../../../core/model/purl/foreign-purl.ts';
import { packageNameOf, packageVersionOf } from '../../../core/model/purl/purl-package.ts';
import type { PackageUrl } from '../../../core/model/purl/purl.ts';
import type { SbomComponent } from './sbom-document.ts';
import { isVersionMismatch } from './version-mismatch.ts';
import { sourceOf } from './source-package.ts';

/**
 * Folded into version, source package and system, or what only the document's own tool understands.
 */
const NOT_KEPT: ReadonlySet<string> = new Set(['epoch', 'package-id', 'rpmmod', 'upstream']);
/**
 * Under which the module of an RPM package is kept (`nodejs:16:8060020220:ad008a3a`); syft writes
 * `rpmmod`.
 */
const MODULE = 'modularitylabel';
const PLATFORM = 'platform';
const MODULE_PROPERTIES = [
  'Modularitylabel',
  'rpm:modularitylabel',
  'syft:metadata:modularityLabel',
];
const EPOCH = /^\d+:/;

/** Lockfiles, by trivy's property `PkgType` and by the names of syft's catalogers. */
const FROM_LOCKFILE =
  /^(?:bun|bundler|cargo|cocoapods|composer|conan|gomod|gradle|hex|npm|nuget|packages-config|pip|pipenv|pnpm|poetry|pom|pub|pylock|sbt|swift|uv|yarn)$|-lock-cataloger$|-mod-file-cataloger$/;
const FROM_BINARY = /^(?:gobinary|rustbinary)$|-binary-cataloger$/;

/** A component that is a package, with the parts that need more than a look. */
export interface ReadComponent {
  readonly component: SbomComponent;
  readonly purl: PackageUrl;
  readonly ecosystem: Ecosystem;
}

/** Returns the package that a component is. Its dependencies stand elsewhere in the document. */
export function toCataloged(read: ReadComponent, isOfInstalled: boolean): CatalogedPackage {
  const { component, purl, ecosystem } = read;
  const { line, licenses, digests, properties } = component;
  const isOfSystem = ECOSYSTEMS[ecosystem].kind === 'os';
  const name = packageNameOf(purl, spellingsOf(component));
  const version = versionOf(component, purl, isOfSystem);
  const stated = packageVersionOf(purl.type, component.version);
  const isTwo = isVersionMismatch(
    ecosystem,
    stated,
    packageVersionOf(purl.type, purl.version ?? ''),
  );
  const scope = scopeOf(component);
  const source = isOfSystem
    ? sourceOf({ name, version }, properties, purl.qualifiers.get('upstream'))
    : undefined;
  const qualifiers = qualifiersOf(purl, properties);
  return {
    ecosystem,
    name,
    version,
    presence: presenceOf(properties, isOfInstalled || isOfSystem),
    ...(line !== undefined && { line }),
    ...(scope !== undefined && { scope }),
    ...(source !== undefined && { source }),
    ...(qualifiers.size > 0 && { qualifiers }),
    ...(licenses.length > 0 && { licenses }),
    ...(digests.length > 0 && { digests }),
    ...(isTwo && { evidencedVersion: stated }),
  };
}

/** Returns the spelling of a name that the package URL may have folded. */
export function spellingsOf({ group, name }: SbomComponent): readonly string[] {
  return group === '' ? [name] : [`${group}/${name}`, name];
}

/**
 * Returns the package URL's version, in the component's spelling where the URL only folded its
 * case. The epoch of a system's package stands in front, in a qualifier, or only in the component.
 */
function versionOf(component: SbomComponent, purl: PackageUrl, isOfSystem: boolean): string {
  const stated = packageVersionOf(purl.type, component.version);
  const written = packageVersionOf(purl.type, purl.version ?? stated);
  const version = stated.toLowerCase() === written.toLowerCase() ? stated : written;
  if (!isOfSystem || version === '' || EPOCH.test(version)) return version;
  const inComponent = stated.endsWith(`:${version}`) ? EPOCH.exec(stated)?.[0].slice(0, -1) : '0';
  const epoch = purl.qualifiers.get('epoch') ?? inComponent ?? '0';
  return epoch === '0' ? version : `${epoch}:${version}`;
}

function qualifiersOf(
  { type, version = '', qualifiers }: PackageUrl,
  properties: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const kept = new Map([...qualifiers].filter(([key]) => !NOT_KEPT.has(key)));
  const platform = type === 'gem' ? splitGemPlatform(version)?.platform : undefined;
  if (platform !== undefined && !kept.has(PLATFORM)) kept.set(PLATFORM, platform);
  const told = MODULE_PROPERTIES.map((key) => properties.get(key) ?? '').find(
    (text) => text !== '',
  );
  const module = qualifiers.get('rpmmod') ?? told;
  if (module !== undefined && !kept.has(MODULE)) kept.set(MODULE, module);
  return kept;
}

/**
 * `excluded` is what is not part of the delivered thing (tests, build tools): development. npm's
 * own documents say it by a property.
 */
export function scopeOf({ scope, properties }: SbomComponent): CatalogedPackage['scope'] {
  if (properties.get('cdx:npm:package:development') === 'true') return 'development';
  switch (scope) {
    case 'excluded':
      return 'development';
    case 'optional':
      return 'optional';
    case 'required':
      return 'runtime';
    default:
      return undefined;
  }
}

function presenceOf(
  properties: ReadonlyMap<string, string>,
  isInstalled: boolean,
): NonNullable<CatalogedPackage['presence']> {
  const foundBy = properties.get('PkgType') ?? properties.get('syft:package:foundBy') ?? '';
  if (FROM_BINARY.test(foundBy)) return 'embedded';
  if (FROM_LOCKFILE.test(foundBy)) return 'declared';
  return isInstalled ? 'installed' : 'declared';
}
