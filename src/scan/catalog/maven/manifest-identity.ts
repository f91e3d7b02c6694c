/**
 * The identity of an archive from its manifest and its file name, if it contains no files of Maven.
 *
 * Source: Java SE, "JAR File Specification" (`Implementation-*`, `Specification-*`), OSGi Core
 * (`Bundle-*`), Jenkins (`Short-Name`, `Group-Id`, `Plugin-Version`). The artifact is the file's
 * name where that has a version or is confirmed by the manifest. The group, which no manifest has
 * to state, comes from a table of well-known artifacts, else from the bundle's name, the vendor's
 * id, the extension's name or the module's name. Without any of these the artifact is its own
 * group, as in many older projects (`junit:junit`): advisories of other groups never match it then.
 */

import { isIdentifier } from './coordinates.ts';
import type { JarFacts } from './jar-facts.ts';
import { knownArtifact, tomcatArtifact } from './known-groups.ts';
import { compareStatedVersions } from './stated-versions.ts';

/** Maven coordinates that were derived for an archive. */
export interface MavenIdentity {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** The attribute in lower case, or the file name, that the version was read from. */
export type VersionSource = typeof FILE_NAME | (typeof VERSION_ATTRIBUTES)[number];

/** Attributes that hold the version of the archive, the most reliable first. */
export const IMPLEMENTATION_VERSION = 'implementation-version';
/** The main attribute of a manifest that states the version of an OSGi bundle, in lower case. */
export const BUNDLE_VERSION = 'bundle-version';
/** The name under which the file name of an archive is reported as the source of its version. */
export const FILE_NAME = 'file name';
const PLUGIN_VERSION = 'plugin-version';
const SPECIFICATION_VERSION = 'specification-version';
const VERSION_ATTRIBUTES = [
  IMPLEMENTATION_VERSION,
  PLUGIN_VERSION,
  BUNDLE_VERSION,
  SPECIFICATION_VERSION,
] as const;

/** `1.2.3 (build 7)` and `2.3.1 - RI` begin with a version. */
const LEADING_VERSION = /^v?\d[\w.+-]{0,200}/;
/** Directives behind the name of a bundle: `org.foo;singleton:=true`. */
const DIRECTIVES = /;.*$/s;
const SEPARATOR = /[.-]/;
/** Vendors, under whom each project has a group of its own. */
const VENDORS: ReadonlySet<string> = new Set([
  'com.google',
  'com.oracle',
  'com.sun',
  'org.apache',
  'org.codehaus',
  'org.eclipse',
  'org.jboss',
]);
const DIGITS = /\d+/g;
const OTHERS = /[^a-z0-9]+/g;
/** Shorter names are part of too many others. */
const MIN_RELATED_LENGTH = 3;

/** Returns `undefined` where neither says a version, or nothing can be a name. */
export function identifyByManifest(
  facts: JarFacts,
): (MavenIdentity & { readonly from: VersionSource }) | undefined {
  const version = versionOf(facts);
  const name = version === undefined ? undefined : nameOf(facts);
  return version && name && { ...name, ...version };
}

/** Returns the version that an attribute begins with. */
export function attributeVersion(facts: JarFacts, attribute: string): string | undefined {
  return LEADING_VERSION.exec(facts.attributes.get(attribute) ?? '')?.[0];
}

/** Returns whether the file or something in the manifest is called about like the artifact. */
export function hasRelatedName(facts: JarFacts, artifact: string): boolean {
  return isRelated(artifact, [facts.fileName.stem, ...manifestNames(facts)]);
}

/**
 * Returns whether the file or something in the manifest has the artifact's name, alone or behind
 * that of a vendor or group: `Apache Log4j Core`, `org.apache.logging.log4j.core`.
 */
export function hasArtifactName(facts: JarFacts, artifact: string): boolean {
  const own = lettersOf(artifact);
  const names = [facts.fileName.stem, ...manifestNames(facts)];
  return names.some((name) => lettersOf(name).endsWith(own));
}

/** Returns whether the manifest has any name to compare with. */
export function hasManifestNames(facts: JarFacts): boolean {
  return manifestNames(facts).length > 0;
}

function manifestNames({ attributes }: JarFacts): readonly string[] {
  const names = [
    'implementation-title',
    'bundle-symbolicname',
    'automatic-module-name',
    'extension-name',
    'bundle-name',
    'specification-title',
    'short-name',
  ].map((key) => (attributes.get(key) ?? '').replace(DIRECTIVES, ''));
  return names.filter((name) => name !== '' && !name.includes('${'));
}

/** Numbers do not count: `maven3-core` is a file of `maven-core`. */
function isRelated(artifact: string, names: readonly string[]): boolean {
  const own = lettersOf(artifact).replace(DIGITS, '');
  return names
    .map((name) => lettersOf(name).replace(DIGITS, ''))
    .filter((name) => Math.min(name.length, own.length) >= MIN_RELATED_LENGTH)
    .some((name) => name.includes(own) || own.includes(name));
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(OTHERS, '');
}

/**
 * Returns the version, in Maven's own spelling if the file name has it and the manifest means the
 * same.
 */
function versionOf(
  facts: JarFacts,
): { readonly version: string; readonly from: VersionSource } | undefined {
  const named = facts.fileName.version;
  for (const from of VERSION_ATTRIBUTES) {
    const stated = attributeVersion(facts, from);
    // What is implemented may be a specification of another version.
    if (stated === undefined || (from === SPECIFICATION_VERSION && named !== undefined)) continue;
    if (named === undefined) return { version: stated, from };
    const verdict = compareStatedVersions(named, stated);
    const isSpelling = verdict === 'unclear' && from === BUNDLE_VERSION;
    return { version: verdict === 'same' || isSpelling ? named : stated, from };
  }
  return named === undefined ? undefined : { version: named, from: FILE_NAME };
}

function nameOf(facts: JarFacts): Omit<MavenIdentity, 'version'> | undefined {
  const { attributes, fileName } = facts;
  const title = attributes.get('implementation-title');
  const plugin = attributes.get('short-name');
  const pluginGroup = attributes.get('group-id');
  if (isIdentifier(plugin) && isIdentifier(pluginGroup)) {
    return { group: pluginGroup, artifact: plugin };
  }
  const tomcat = tomcatArtifact(fileName.stem, title ?? attributes.get('specification-title'));
  for (const candidate of [tomcat, fileName.stem, attributes.get('extension-name'), title]) {
    const known = candidate === undefined ? undefined : knownArtifact(candidate);
    if (known !== undefined) return known;
  }
  const artifact = artifactOf(facts);
  return artifact === undefined ? undefined : { group: groupOf(facts, artifact), artifact };
}

function artifactOf(facts: JarFacts): string | undefined {
  const { attributes, fileName } = facts;
  const { stem } = fileName;
  const isConfirmed = fileName.version !== undefined || isRelated(stem, manifestNames(facts));
  if (isConfirmed && isIdentifier(stem)) return stem;
  const bundle = bundleName(facts);
  return [
    attributes.get('implementation-title'),
    attributes.get('bundle-name'),
    bundle?.slice(bundle.lastIndexOf('.') + 1),
    attributes.get('specification-title'),
    stem,
  ].find(isIdentifier);
}

function groupOf(facts: JarFacts, artifact: string): string {
  const { attributes } = facts;
  const moduleName = attributes.get('automatic-module-name');
  return (
    groupBefore(bundleName(facts), artifact) ??
    [attributes.get('implementation-vendor-id'), attributes.get('extension-name')].find(isGroup) ??
    groupBefore(moduleName, artifact) ??
    artifact
  );
}

function bundleName({ attributes }: JarFacts): string | undefined {
  const name = attributes.get('bundle-symbolicname')?.replace(DIRECTIVES, '').trim();
  return isIdentifier(name) ? name : undefined;
}

/**
 * Returns the group: `org.yaml` of `org.yaml.snakeyaml`; all of `org.jsoup`, whose artifact would
 * leave no group.
 */
function groupBefore(name: string | undefined, artifact: string): string | undefined {
  if (!isDotted(name)) return undefined;
  const parts = name.split('.');
  const tail = artifact.split(SEPARATOR);
  const isTail = tail.every((part, index) => part === parts[parts.length - tail.length + index]);
  const head = isTail ? parts.slice(0, parts.length - tail.length) : parts.slice(0, -1);
  return head.length >= 2 ? head.join('.') : name;
}

function isGroup(text: string | undefined): text is string {
  return isDotted(text) && !VENDORS.has(text);
}

function isDotted(text: string | undefined): text is string {
  return isIdentifier(text) && text.includes('.');
}
