/** One component of a CycloneDX document as a package. */

import { isJsonArray, isJsonObject, readStrings, type JsonObject } from '../../format/json.ts';
import type { Digest } from '../../model/artifact.ts';
import type { Cataloged } from '../../model/catalog.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../model/ecosystem.ts';
import { packageNameOf } from '../../model/purl-package.ts';
import type { PackageUrl } from '../../model/purl.ts';
import { sourceOf } from './source-package.ts';

/** Folded into version, source package and system, or what only the document's own tool understands. */
const NOT_KEPT: ReadonlySet<string> = new Set(['epoch', 'package-id', 'rpmmod', 'upstream']);
/** Under which the module of an RPM package is kept (`nodejs:16:8060020220:ad008a3a`); syft writes `rpmmod`. */
const MODULE = 'modularitylabel';
const MODULE_PROPERTIES = [
  'Modularitylabel',
  'rpm:modularitylabel',
  'syft:metadata:modularityLabel',
];
const TRIVY = 'aquasecurity:trivy:';
const EPOCH = /^(?<epoch>\d+):/;

/** More than any component has; a hostile document could name a million. */
const MAX_LISTED = 64;

const DIGESTS: ReadonlyMap<
  string,
  { algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512'; digits: number }
> = new Map([
  ['MD5', { algorithm: 'md5', digits: 32 }],
  ['SHA-1', { algorithm: 'sha1', digits: 40 }],
  ['SHA-256', { algorithm: 'sha256', digits: 64 }],
  ['SHA-512', { algorithm: 'sha512', digits: 128 }],
]);
const HEX = /^[0-9a-f]+$/;

/** Lockfiles, by trivy's property `PkgType` and by the names of syft's catalogers. */
const FROM_LOCKFILE =
  /^(?:bun|bundler|cargo|cocoapods|composer|conan|gomod|gradle|hex|npm|nuget|packages-config|pip|pipenv|pnpm|poetry|pom|pub|pylock|sbt|swift|uv|yarn)$|-lock-cataloger$|-mod-file-cataloger$/;
const FROM_BINARY = /^(?:gobinary|rustbinary)$|-binary-cataloger$/;

/** What the document as a whole says of its components. */
export interface DocumentFacts {
  /** Of an image or of what was built: its packages are there, unless they say that a lockfile named them. */
  readonly isOfInstalled: boolean;
}

/** A component with the parts that need more than a look. */
export interface ReadComponent {
  readonly row: JsonObject;
  readonly line: number | undefined;
  readonly purl: PackageUrl;
  readonly ecosystem: Ecosystem;
}

/** The package that a component is. Its dependencies stand elsewhere in the document. */
export function toCataloged(component: ReadComponent, facts: DocumentFacts): Cataloged {
  const { row, line, purl, ecosystem } = component;
  const isOfSystem = ECOSYSTEMS[ecosystem].kind === 'os';
  const properties = propertiesOf(row);
  const name = packageNameOf(purl, spellingsOf(row));
  const version = versionOf(row, purl, isOfSystem);
  const scope = scopeOf(row, properties);
  const source = isOfSystem
    ? sourceOf({ name, version }, properties, purl.qualifiers.get('upstream'))
    : undefined;
  const qualifiers = qualifiersOf(purl, properties);
  const licenses = licensesOf(row);
  const digests = digestsOf(row);
  return {
    ecosystem,
    name,
    version,
    presence: presenceOf(properties, facts.isOfInstalled || isOfSystem),
    ...(line !== undefined && { line }),
    ...(scope !== undefined && { scope }),
    ...(source !== undefined && { source }),
    ...(qualifiers.size > 0 && { qualifiers }),
    ...(licenses.length > 0 && { licenses }),
    ...(digests.length > 0 && { digests }),
  };
}

/** Values by name, trivy's without their prefix; the first of equal names counts. */
export function propertiesOf(row: JsonObject): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  const list = row['properties'];
  for (const property of isJsonArray(list) ? list : []) {
    const { name, value } = readStrings(property, ['name', 'value']);
    if (name === undefined || value === undefined) continue;
    const key = name.startsWith(TRIVY) ? name.slice(TRIVY.length) : name;
    if (!properties.has(key)) properties.set(key, value);
  }
  return properties;
}

function spellingsOf(row: JsonObject): readonly string[] {
  const { group = '', name = '' } = readStrings(row, ['group', 'name']);
  return group === '' ? [name] : [`${group}/${name}`, name];
}

/**
 * The package URL's version, in the component's spelling where the URL only folded its case. The epoch of a system's
 * package stands in front, in a qualifier, or only in the component.
 */
function versionOf(row: JsonObject, purl: PackageUrl, isOfSystem: boolean): string {
  const { version: stated = '' } = readStrings(row, ['version']);
  const written = purl.version ?? stated;
  const version = stated.toLowerCase() === written.toLowerCase() ? stated : written;
  if (!isOfSystem || version === '' || EPOCH.test(version)) return version;
  const inComponent = stated.endsWith(`:${version}`) ? EPOCH.exec(stated)?.groups?.['epoch'] : '0';
  const epoch = purl.qualifiers.get('epoch') ?? inComponent ?? '0';
  return epoch === '0' ? version : `${epoch}:${version}`;
}

function qualifiersOf(
  { qualifiers }: PackageUrl,
  properties: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const kept = new Map([...qualifiers].filter(([key]) => !NOT_KEPT.has(key)));
  const told = MODULE_PROPERTIES.map((key) => properties.get(key) ?? '').find(
    (text) => text !== '',
  );
  const module = qualifiers.get('rpmmod') ?? told;
  if (module !== undefined && !kept.has(MODULE)) kept.set(MODULE, module);
  return kept;
}

/**
 * `excluded` is what is not part of the delivered thing (tests, build tools): development. npm's own documents say it
 * by a property.
 */
function scopeOf(row: JsonObject, properties: ReadonlyMap<string, string>): Cataloged['scope'] {
  if (properties.get('cdx:npm:package:development') === 'true') return 'development';
  switch (row['scope']) {
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
): NonNullable<Cataloged['presence']> {
  const foundBy = properties.get('PkgType') ?? properties.get('syft:package:foundBy') ?? '';
  if (FROM_BINARY.test(foundBy)) return 'embedded';
  if (FROM_LOCKFILE.test(foundBy)) return 'declared';
  return isInstalled ? 'installed' : 'declared';
}

function licensesOf(row: JsonObject): readonly string[] {
  const licenses = new Set<string>();
  const list = row['licenses'];
  for (const choice of isJsonArray(list) ? list.slice(0, MAX_LISTED) : []) {
    if (!isJsonObject(choice)) continue;
    const { id, name } = readStrings(choice['license'], ['id', 'name']);
    const license = readStrings(choice, ['expression']).expression ?? id ?? name ?? '';
    if (license !== '') licenses.add(license);
  }
  return [...licenses];
}

function digestsOf(row: JsonObject): readonly Digest[] {
  const digests: Digest[] = [];
  const list = row['hashes'];
  for (const hash of isJsonArray(list) ? list.slice(0, MAX_LISTED) : []) {
    const { alg = '', content = '' } = readStrings(hash, ['alg', 'content']);
    const form = DIGESTS.get(alg);
    const hex = content.toLowerCase();
    if (form?.digits === hex.length && HEX.test(hex)) digests.push(`${form.algorithm}:${hex}`);
  }
  return digests;
}
