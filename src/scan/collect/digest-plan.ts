/**
 * Chooses the digests of a file before its body is read: those that the package manifest which may
 * own the file records. A wrong guess costs a second walk over the layer, never a wrong result.
 *
 * Source: dpkg `md5sums(5)`; apk `apk-installed(5)`, `Z:` lines; rpm tags 1035 and 5011; "Recording
 * installed projects" of the Python packaging specifications (`RECORD`).
 */

import { directoryOf } from '../../core/base/artifact-path.ts';
import type { LayerEntry } from '../../core/model/artifact/artifact.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import {
  isInSystemFolder,
  isInRecordedTree,
  NODE_TREE,
} from '../../core/model/package/owned-paths.ts';

/** The package database of an operating system. */
export type PackageDatabase = 'dpkg' | 'apk' | 'rpm';

/** Algorithms that manifests of installed packages use. */
export type DigestAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512';

/**
 * Returns whether a name is that of a {@link DigestAlgorithm}. Manifests can name others, which are
 * not taken.
 */
export function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return name === 'md5' || name === 'sha1' || name === 'sha256' || name === 'sha512';
}

/** The digest that package managers of languages record (pip, conda, RubyGems). */
const LANGUAGES_ONLY: readonly DigestAlgorithm[] = ['sha256'];
const NO_ALGORITHMS: readonly DigestAlgorithm[] = [];

/**
 * Digests by package database: for the system's own folders, and for folders that it shares with
 * languages.
 */
const PLANS: Readonly<
  Record<
    PackageDatabase,
    { readonly system: readonly DigestAlgorithm[]; readonly shared: readonly DigestAlgorithm[] }
  >
> = {
  dpkg: { system: ['md5'], shared: ['md5', 'sha256'] },
  apk: { system: ['sha1'], shared: ['sha1', 'sha256'] },
  rpm: { system: ['sha256'], shared: ['sha256'] },
};

/** The directory of npm itself and of its global packages, which conda records in its prefixes. */
const COMMON_NODE_TREE = '/lib/node_modules/';

/** FHS 3.13: packages of other vendors, and trees of other package managers such as conda. */
const OPTIONAL = '/opt/';

/**
 * Paths that only one kind of system has. Debian's `/etc/dpkg` and Alpine's `/etc/apk` come early
 * in a layer.
 */
const MARKS: readonly (readonly [string, PackageDatabase])[] = [
  ['/etc/dpkg', 'dpkg'],
  ['/etc/debian_version', 'dpkg'],
  ['/var/lib/dpkg', 'dpkg'],
  ['/usr/share/dpkg', 'dpkg'],
  ['/etc/apk', 'apk'],
  ['/etc/alpine-release', 'apk'],
  ['/lib/apk', 'apk'],
  ['/usr/lib/apk', 'apk'],
  ['/etc/rpm', 'rpm'],
  ['/usr/lib/rpm', 'rpm'],
  ['/usr/lib/sysimage/rpm', 'rpm'],
  ['/var/lib/rpm', 'rpm'],
];
const MARK_OF = new Map(MARKS);

/** The parent directories of the marks. */
const MARKED_FOLDERS = new Set(MARKS.map(([path]) => directoryOf(path)));

/** Returns whether a path directly in the directory may identify the package database. */
export function mayRevealPackageDatabase(folder: string): boolean {
  return MARKED_FOLDERS.has(folder);
}

/** Returns the package database that an entry identifies; `undefined` for most entries. */
export function packageDatabaseOfEntry(entry: LayerEntry): PackageDatabase | undefined {
  const mark = MARK_OF.get(entry.path);
  if (mark !== undefined) return mark;
  // The first entries of Alpine are links to busybox, which follows them.
  return entry.type === 'symlink' &&
    entry.target === '/bin/busybox' &&
    (entry.path.startsWith('/bin/') || entry.path.startsWith('/usr/bin/'))
    ? 'apk'
    : undefined;
}

/**
 * Returns the package database that the record of a layer identifies, for the walks over the layers
 * above it.
 */
export function packageDatabaseOfRecord(
  record: Pick<LayerRecord, 'directories' | 'files'>,
): PackageDatabase | undefined {
  for (const path of record.directories) {
    const mark = MARK_OF.get(path);
    if (mark !== undefined) return mark;
  }
  for (const { path } of record.files) {
    const mark = MARK_OF.get(path) ?? MARK_OF.get(directoryOf(path));
    if (mark !== undefined) return mark;
  }
  return undefined;
}

/**
 * Returns the digests to compute of one file. If packages of the system and of a language share its
 * directory, as in Alpine's `/usr/lib/python3.12/site-packages`, both may record it. Without a
 * known package database, the digest of dpkg is chosen, which is the cheapest.
 */
export function digestAlgorithms(
  path: string,
  packaging: PackageDatabase | undefined,
): readonly DigestAlgorithm[] {
  const plan = PLANS[packaging ?? 'dpkg'];
  if (!isInSystemFolder(path)) return isOfNpmAlone(path) ? NO_ALGORITHMS : LANGUAGES_ONLY;
  return path.startsWith(OPTIONAL) || isInRecordedTree(path) ? plan.shared : plan.system;
}

function isOfNpmAlone(path: string): boolean {
  return path.includes(NODE_TREE) && !path.includes(COMMON_NODE_TREE) && !isInRecordedTree(path);
}

/** Returns the digests of a file by the plan of a walk; see `CollectorOptions.digests`. */
export function plannedDigestAlgorithms(
  path: string,
  digests: 'full' | 'none' | ReadonlyMap<string, readonly DigestAlgorithm[]>,
  packaging: PackageDatabase | undefined,
): readonly DigestAlgorithm[] {
  if (digests === 'full') return digestAlgorithms(path, packaging);
  return digests === 'none' ? NO_ALGORITHMS : (digests.get(path) ?? NO_ALGORITHMS);
}
