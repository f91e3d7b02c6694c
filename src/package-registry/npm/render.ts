/**
 * The document of a package for a client: the full and the abbreviated form without hidden
 * versions.
 *
 * Source: npm registry, "Package metadata", abbreviated form
 * (`application/vnd.npm.install-v1+json`). `time` is served in both forms, because package managers
 * with a minimum age need it. Addresses of files lead to this registry.
 */

import type { JsonObject, JsonValue } from '../../formats/text/json/json.ts';
import { isJsonObject } from '../../formats/text/json/json.ts';
import { compareVersions } from '../../core/version/index.ts';
import { encodedNpmName } from '../../clients/package-index/npm-registry.ts';
import { tarballName } from './names.ts';
import type { Packument, PackumentVersion } from './packument.ts';

/** A form of the document. */
export type PackumentForm = 'full' | 'abbreviated';

/** Keys of the document in the full form. Others could contain whole versions. */
const DOCUMENT_KEYS = [
  ...['_id', '_rev', 'name', 'description', 'maintainers', 'author', 'contributors', 'keywords'],
  ...['repository', 'homepage', 'bugs', 'license', 'readme', 'readmeFilename', 'users'],
];

/** Keys of a manifest in the abbreviated form. */
const ABBREVIATED_KEYS = [
  ...['name', 'version', 'deprecated', 'dependencies', 'optionalDependencies', 'devDependencies'],
  ...['bundleDependencies', 'bundledDependencies', 'peerDependencies', 'peerDependenciesMeta'],
  ...['acceptDependencies', 'bin', 'directories', 'engines', 'os', 'cpu', 'libc', '_hasShrinkwrap'],
  ...['funding', 'dist'],
];

/**
 * Returns the document with these versions only. `base` is the address of this registry, with a
 * slash at its end.
 */
export function renderPackument(
  packument: Packument,
  isVisible: (version: string) => boolean,
  { form, base }: { readonly form: PackumentForm; readonly base: string },
): JsonObject {
  const { name, document, versions } = packument;
  const visible = [...versions.values()].filter(({ version }) => isVisible(version));
  const rows = visible.map(
    (row) => [row.version, renderManifest(name, row, { form, base })] as const,
  );
  const shared = {
    name,
    'dist-tags': Object.fromEntries(repairTags(packument, isVisible)),
    versions: objectOf(rows),
    time: objectOf(timesOf(document, new Set(visible.map(({ version }) => version)))),
  };
  if (form === 'full') return { ...pick(document, DOCUMENT_KEYS), ...shared };
  const { time } = document;
  const modified = isJsonObject(time) ? time['modified'] : undefined;
  return { ...shared, ...(typeof modified === 'string' && { modified }) };
}

/** Returns the manifest of a version with the address of its file at this registry. */
export function renderManifest(
  name: string,
  { version, manifest, hasInstallScript }: PackumentVersion,
  { form, base }: { readonly form: PackumentForm; readonly base: string },
): JsonObject {
  const own = isJsonObject(manifest['dist']) ? manifest['dist'] : {};
  const tarball = `${base}${encodedNpmName(name).replace('%2F', '/')}/-/${encodeURIComponent(tarballName(name, version)).replaceAll('%2B', '+')}`;
  const { attestations } = own;
  const url = `${base}${attestationsPath(name, version)}`;
  const dist = {
    ...own,
    tarball,
    ...(isJsonObject(attestations) && { attestations: { ...attestations, url } }),
  };
  const kept = form === 'full' ? manifest : pick(manifest, ABBREVIATED_KEYS);
  return {
    ...kept,
    ...((hasInstallScript || manifest['hasInstallScript'] !== undefined) && { hasInstallScript }),
    dist,
  };
}

/** Returns the path of the attestations of a version below the address of a registry. */
export function attestationsPath(name: string, version: string): string {
  return `-/npm/v1/attestations/${encodedNpmName(name)}@${encodeURIComponent(version)}`;
}

/**
 * Returns the tags of a package. A tag of a hidden version leads to the newest visible version
 * below it that is no prerelease; if there is none, the tag is left out.
 */
export function repairTags(
  { tags, versions }: Packument,
  isVisible: (version: string) => boolean,
): ReadonlyMap<string, string> {
  const repaired = new Map<string, string>();
  for (const [tag, target] of tags) {
    const found = isVisible(target) ? target : newestBelow(target, versions.keys(), isVisible);
    if (found !== undefined) repaired.set(tag, found);
  }
  return repaired;
}

/** Returns the newest visible version below another one that is no prerelease. */
function newestBelow(
  target: string,
  versions: Iterable<string>,
  isVisible: (version: string) => boolean,
): string | undefined {
  let best: string | undefined;
  for (const version of versions) {
    if (isPrerelease(version) || !isVisible(version)) continue;
    if (compareVersions('npm', version, target) !== -1) continue;
    if (best === undefined || compareVersions('npm', version, best) === 1) best = version;
  }
  return best;
}

/** A hyphen in front of build data. */
function isPrerelease(version: string): boolean {
  return version.split('+', 1)[0]?.includes('-') === true;
}

function timesOf(
  { time }: JsonObject,
  visible: ReadonlySet<string>,
): readonly (readonly [string, JsonValue])[] {
  if (!isJsonObject(time)) return [];
  return Object.entries(time).flatMap(([key, value]) => {
    const isKept = key === 'created' || key === 'modified' || visible.has(key);
    return isKept && typeof value === 'string' ? [[key, value] as const] : [];
  });
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return objectOf(
    keys.flatMap((key) => {
      const value = object[key];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/** `__proto__` is a key like any other. */
function objectOf(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(entries);
}
