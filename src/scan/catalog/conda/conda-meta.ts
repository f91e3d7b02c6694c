/**
 * Packages installed by conda, mamba or pixi: `conda-meta/NAME-VERSION-BUILD.json` in each
 * environment.
 *
 * Source: conda documentation, "Conda package metadata" and CEP 34 (`paths_data`); PURL type
 * `conda`. The file names every file of the package with its digest as installed; compiled Python
 * and links have none. Its own name, `fn` and `url` state the version once more. Python packages of
 * conda leave a `dist-info` as well, which they own. Refused: what is no JSON object with name and
 * version.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { OwnedFile, VersionClaim } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const FOLDER = '/conda-meta/';
const PACKAGE_ENDING = /\.(?<type>conda|tar\.bz2|json)$/;
const SHA256 = /^[0-9a-f]{64}$/;
const MD5 = /^[0-9a-f]{32}$/;
const HARD_LINK = 'hardlink';
const SOFT_LINK = 'softlink';

export const condaMeta: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    // Beside the packages lies the history of the environment.
    if (file.path.includes(FOLDER) && !file.path.endsWith('.json')) return result.done();
    const document = readJsonDocument(file.path, await file.bytes());
    const { root } = document;
    const { name, version, license } = readStrings(root, ['name', 'version', 'license']);
    if (name === undefined || version === undefined || name === '' || version === '') {
      throw new ParseError(file.path, 'no name and version');
    }
    const line = document.lineOfRootKey('name');
    const claims = claimsOf(file.path, root);
    const owns = ownedFiles(file.path, root, result);
    const digests = digestsOf(root);
    const dependsOn = dependenciesOf(root['depends']);
    result.add({
      name,
      version,
      ...(line !== undefined && { line }),
      qualifiers: qualifiersOf(root),
      ...(license !== undefined && license !== '' && { licenses: [license] }),
      ...(dependsOn.length > 0 && { dependsOn }),
      ...(digests.length > 0 && { digests }),
      ...(owns.length > 0 && { ownedFiles: owns }),
      ...(claims.length > 0 && { versionClaims: claims }),
    });
    return result.done();
  },
};

function qualifiersOf(root: JsonObject): ReadonlyMap<string, string> {
  const { build, build_string, channel, subdir, fn } = readStrings(root, [
    'build',
    'build_string',
    'channel',
    'subdir',
    'fn',
  ]);
  const type = PACKAGE_ENDING.exec(fn ?? '')?.groups?.['type'];
  const qualifiers = new Map<string, string>();
  for (const [key, value] of [
    ['build', build ?? build_string],
    ['channel', channel === undefined ? undefined : channelName(channel)],
    ['subdir', subdir],
    ['type', type],
  ] as const) {
    if (value !== undefined && value !== '') qualifiers.set(key, value);
  }
  return qualifiers;
}

/** Returns the channel: `conda-forge` of `https://conda.anaconda.org/conda-forge/linux-64`. */
function channelName(channel: string): string {
  if (!channel.includes('://')) return channel;
  const parts = channel.split('/').filter((part) => part !== '');
  const isPlatform = /^(?:noarch|(?:linux|osx|win)-[a-z0-9_]+)$/.test(parts.at(-1) ?? '');
  return (isPlatform ? parts.at(-2) : parts.at(-1)) ?? '';
}

function claimsOf(path: string, root: JsonObject): readonly VersionClaim[] {
  const { fn, url } = readStrings(root, ['fn', 'url']);
  const { build, build_string } = readStrings(root, ['build', 'build_string']);
  const places = [
    ['file name', path],
    ['package file', fn],
    ['address', url],
  ] as const;
  const claims: VersionClaim[] = [];
  for (const [by, text] of places) {
    const stated = identityIn(text, build ?? build_string);
    if (stated !== undefined) claims.push({ by, weight: 'binding', ...stated });
  }
  return claims;
}

/**
 * Returns the parts of `NAME-VERSION-BUILD.json`, where its end is the build that the record has.
 * Versions have no dash in them.
 */
function identityIn(
  text: string | undefined,
  build: string | undefined,
): Pick<VersionClaim, 'version' | 'name'> | undefined {
  if (text === undefined || build === undefined || build === '') return undefined;
  const word = baseName(text).replace(PACKAGE_ENDING, '');
  if (!word.endsWith(`-${build}`)) return undefined;
  const stem = word.slice(0, -build.length - 1);
  const dash = stem.lastIndexOf('-');
  const [name, version] = [stem.slice(0, Math.max(dash, 0)), stem.slice(dash + 1)];
  return name === '' || version === '' ? undefined : { name, version };
}

/** Returns the digests of the package's archive. */
function digestsOf(root: JsonObject): readonly Digest[] {
  const { sha256 = '', md5 = '' } = readStrings(root, ['sha256', 'md5']);
  return [
    ...(SHA256.test(sha256) ? [`sha256:${sha256}` as const] : []),
    ...(MD5.test(md5) ? [`md5:${md5}` as const] : []),
  ];
}

/**
 * Returns the names in `depends`; those with two underscores are properties of the machine, such as
 * `__glibc`.
 */
function dependenciesOf(depends: JsonValue | undefined): readonly string[] {
  const names = new Set<string>();
  for (const row of isJsonArray(depends) ? depends : []) {
    const [name = ''] = typeof row === 'string' ? row.trim().split(/[\s=<>!~]/, 1) : [];
    if (name !== '' && !name.startsWith('__')) names.add(name);
  }
  return [...names];
}

function ownedFiles(path: string, root: JsonObject, result: CatalogBuilder): readonly OwnedFile[] {
  const prefix = path.includes(FOLDER) ? path.slice(0, path.lastIndexOf(FOLDER)) : undefined;
  const data = root['paths_data'];
  const rows = isJsonObject(data) ? data['paths'] : undefined;
  if (prefix === undefined || !isJsonArray(rows)) return [];
  const isSignedAnew = readStrings(root, ['subdir']).subdir?.startsWith('osx-') === true;
  const owns: OwnedFile[] = [];
  for (const row of rows) {
    const { _path: relative = '', path_type: type } = readStrings(row, ['_path', 'path_type']);
    if (type !== HARD_LINK && type !== SOFT_LINK) continue;
    const parts = relative.split('/');
    if (relative === '' || parts.includes('..') || relative.startsWith('/')) {
      result.note(`not a path of the environment: "${relative.slice(0, 200)}"`);
      continue;
    }
    const own = `${prefix}/${parts.filter((part) => part !== '.').join('/')}`;
    owns.push(toOwned(own, row, isSignedAnew));
  }
  return owns;
}

function toOwned(path: string, row: JsonValue, isSignedAnew: boolean): OwnedFile {
  const { path_type, sha256, sha256_in_prefix, prefix_placeholder } = readStrings(row, [
    'path_type',
    'sha256',
    'sha256_in_prefix',
    'prefix_placeholder',
  ]);
  if (path_type === SOFT_LINK) return { path, kind: 'link' };
  // The text of the environment's own folder is put into files that have a mark for it. Apple's are
  // signed anew besides.
  const isRewritten = prefix_placeholder !== undefined || isSignedAnew;
  const digest = (isRewritten ? (sha256_in_prefix ?? sha256) : (sha256 ?? sha256_in_prefix)) ?? '';
  return {
    path,
    kind: 'file',
    ...(SHA256.test(digest) && { digest: `sha256:${digest}` as const }),
  };
}
