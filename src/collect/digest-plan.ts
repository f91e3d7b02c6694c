/**
 * Which digest of a file is taken while it streams by, decided before its body is seen: the one that the manifest
 * which may own the file records. A wrong guess costs a second walk over the layer, never a wrong answer.
 *
 * Source: dpkg `md5sums(5)`; apk `apk-installed(5)`, `Z:` lines; rpm tags 1035 and 5011; "Recording installed projects"
 * of the Python packaging specifications (`RECORD`).
 */

import { directoryOf } from '../base/artifact-path.ts';
import type { LayerEntry } from '../model/artifact.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import { isInSystemFolder, isInRecordedTree, NODE_TREE } from '../model/owned-paths.ts';

/** Packaging of an operating system. */
export type PackageDatabase = 'dpkg' | 'apk' | 'rpm';

/** Algorithms that manifests of installed packages use. */
export type DigestAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512';

/** What package managers of languages record (pip, conda, RubyGems). */
const LANGUAGES_ONLY: readonly DigestAlgorithm[] = ['sha256'];
const NOBODY: readonly DigestAlgorithm[] = [];

/** By packaging: for the system's own folders, and for folders that it shares with languages. */
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

/** Where npm itself lies, and what it installs for all: also in prefixes of conda, which does record them. */
const COMMON_NODE_TREE = '/lib/node_modules/';

/** FHS 3.13: packages of other vendors, and whole trees of other package managers, such as conda's. */
const OPTIONAL = '/opt/';

/** Paths that only one packaging brings. Debian's own `/etc/dpkg` and Alpine's `/etc/apk` come early in a layer. */
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

/** Folders that such a file or folder may lie in. */
const MARKED_FOLDERS = new Set(MARKS.map(([path]) => directoryOf(path)));

/** Whether the files of a folder may give the packaging away. */
export function mayRevealPackageDatabase(folder: string): boolean {
  return MARKED_FOLDERS.has(folder);
}

/** The packaging that an entry gives away, `undefined` for nearly all. */
export function packageDatabaseOfEntry(entry: LayerEntry): PackageDatabase | undefined {
  const mark = MARK_OF.get(entry.path);
  if (mark !== undefined) return mark;
  // Alpine's first entries are links to busybox, which is stored right behind them.
  return entry.type === 'symlink' &&
    entry.target === '/bin/busybox' &&
    (entry.path.startsWith('/bin/') || entry.path.startsWith('/usr/bin/'))
    ? 'apk'
    : undefined;
}

/** The packaging that a layer's record gives away: for the walks over the layers above it. */
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
 * The digests to take of one file. Where the system's packages and those of a language share a folder, as in Alpine's
 * `/usr/lib/python3.12/site-packages`, both may record it. Without a known packaging the system's is the cheapest.
 */
export function digestAlgorithms(
  path: string,
  packaging: PackageDatabase | undefined,
): readonly DigestAlgorithm[] {
  const plan = PLANS[packaging ?? 'dpkg'];
  if (!isInSystemFolder(path)) return isOfNpmAlone(path) ? NOBODY : LANGUAGES_ONLY;
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
  return digests === 'none' ? NO_DIGESTS : (digests.get(path) ?? NO_DIGESTS);
}

const NO_DIGESTS: readonly DigestAlgorithm[] = [];
