/**
 * Claims beside the metadata of a Python package: the name of its directory, its own code, and its
 * installation source.
 *
 * Source: Python packaging specifications, "Recording installed projects" (folder names), "Direct
 * URL data structure"; setuptools documentation, "The Internal Structure of Python Eggs"
 * (`NAME-VERSION-pyX.Y.egg-info`). A folder's name is made from name and version by the installer,
 * so it binds; `__version__` is kept by hand in many projects, so it is a hint.
 */

import {
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type {
  CatalogFile,
  CatalogedPackage,
  Siblings,
  VersionClaim,
} from '../../../core/model/catalog/catalog.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';

/** The folder or file that an installer named; below it at most one file. */
const NAMED =
  /^(?<site>.*)\/(?<stem>[^/]+)\.(?<kind>dist-info|egg-info|egg)(?:\/(?:EGG-INFO\/)?[^/]*)?$/s;
const EGG_PARTS = /^(?<name>[^-]+)-(?<version>[^-]+)(?:-py\d.*)?$/s;
const DIST_PARTS = /^(?<name>.+)-(?<version>[^-]+)$/s;
/** Matches characters that installers replace in a directory's name. */
const ESCAPED = /[^A-Za-z0-9.]+/g;

const CODE_VERSION =
  /^__version__(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(?<quote>['"])(?<version>v?\d[^'"\s]{0,63})\k<quote>/m;
const MODULE = /^[A-Za-z_]\w*$/;
/** `__version__` stands in the first lines; some packages have a megabyte behind it. */
const MAX_CODE_BYTES = 64 * 1024;
const MAX_SMALL_FILE_BYTES = 64 * 1024;

const SHA256 = /^[0-9a-f]{64}$/;
const USER = /^(?<scheme>[a-z+]+:\/\/)[^/@]*@/;
const VCS = /^[a-z]+$/;

type Python = Pick<CatalogedPackage, 'name' | 'version'>;

/**
 * Returns the name and version in the name of a package's directory. Eggs of old tools may be
 * called otherwise: they say nothing then.
 */
export function folderClaim(path: string, pkg: Python): readonly VersionClaim[] {
  const { stem = '', kind } = NAMED.exec(path)?.groups ?? {};
  const parts = (kind === 'dist-info' ? DIST_PARTS : EGG_PARTS).exec(stem)?.groups;
  const version = parts?.['version'];
  const name = normalizePythonName(parts?.['name'] ?? '');
  if (version === undefined || (name !== pkg.name && kind !== 'dist-info')) return [];
  const isSame = escape(version) === escape(pkg.version);
  return [
    {
      by: 'directory name',
      version: isSame ? pkg.version : version,
      weight: 'binding',
      name,
      path,
    },
  ];
}

/** Returns the version that the package's main module states; none if it is computed. */
export async function codeClaim(
  path: string,
  pkg: Python,
  siblings: Siblings,
): Promise<readonly VersionClaim[]> {
  const { site, stem = '', kind = '' } = NAMED.exec(path)?.groups ?? {};
  if (site === undefined || kind === 'egg') return [];
  const module = await mainModule(siblings.get(`${site}/${stem}.${kind}/top_level.txt`), pkg.name);
  const code = siblings.get(`${site}/${module}/__init__.py`);
  if (code === undefined) return [];
  const head = await code.readAt(0, Math.min(code.sizeBytes, MAX_CODE_BYTES));
  const version = CODE_VERSION.exec(new TextDecoder().decode(head))?.groups?.['version'];
  if (version === undefined) return [];
  return [{ by: '__version__', version, weight: 'hint', path: code.path }];
}

/** Returns the one module that the package states, else the one of its name. */
async function mainModule(topLevel: CatalogFile | undefined, name: string): Promise<string> {
  const own = name.replaceAll('-', '_');
  if (topLevel === undefined || topLevel.sizeBytes > MAX_SMALL_FILE_BYTES) return own;
  const modules = new TextDecoder()
    .decode(await topLevel.bytes())
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => MODULE.test(line));
  return modules.length === 1 ? (modules[0] ?? own) : own;
}

/**
 * Returns the repository and commit, or digest of the archive, of a package that does not come from
 * an index.
 */
export async function directUrl(
  path: string,
  siblings: Siblings,
): Promise<Pick<CatalogedPackage, 'qualifiers' | 'digests'>> {
  const file = siblings.get(path.replace(/\/METADATA$/, '/direct_url.json'));
  if (file === undefined || file.sizeBytes > MAX_SMALL_FILE_BYTES) return {};
  const root = await readObject(file);
  const { url } = readStrings(root, ['url']);
  const { vcs, commit_id: commit } = readStrings(root['vcs_info'], ['vcs', 'commit_id']);
  if (url !== undefined && vcs !== undefined && VCS.test(vcs)) {
    const repository = url.replace(USER, '$<scheme>');
    const reference = `${vcs}+${repository}${commit === undefined ? '' : `@${commit}`}`;
    return { qualifiers: new Map([['vcs_url', reference]]) };
  }
  const digest = archiveDigest(root['archive_info']);
  return digest === undefined ? {} : { digests: [digest] };
}

/** Returns an empty object where the file is none: it is no part of the inventory. */
async function readObject(file: CatalogFile): Promise<JsonObject> {
  try {
    return readJsonDocument(file.path, await file.bytes()).root;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return {};
  }
}

/**
 * Returns the digest of an archive: `hashes` is the newer form, `hash` with `sha256=` before it the
 * older.
 */
function archiveDigest(info: JsonObject[string] | undefined): Digest | undefined {
  if (!isJsonObject(info)) return undefined;
  const { sha256 } = readStrings(info['hashes'], ['sha256']);
  const { hash } = readStrings(info, ['hash']);
  const hex = sha256 ?? (hash?.startsWith('sha256=') === true ? hash.slice('sha256='.length) : '');
  return SHA256.test(hex) ? `sha256:${hex}` : undefined;
}

function escape(version: string): string {
  return version.toLowerCase().replaceAll(ESCAPED, '_');
}
