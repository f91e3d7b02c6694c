/** The paths of a root filesystem that a manifest of an installed package may name. */

/**
 * Folders whose content is installed by a language's package manager that records it, whatever the
 * system is.
 */
const RECORDED_TREES: readonly string[] = ['/site-packages/', '/dist-packages/', '/gems/'];

/** npm installs without a list of the files, so nothing would be compared with their digests. */
export const NODE_TREE = '/node_modules/';

/**
 * Folders that packages of the operating system install into (Filesystem Hierarchy Standard 3.0,
 * chapter 3).
 */
const SYSTEM_FOLDERS: ReadonlySet<string> = new Set([
  'bin',
  'boot',
  'etc',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'opt',
  'sbin',
  'usr',
]);

/** FHS 4.9: never touched by the packages of the system. */
const LOCAL = '/usr/local/';

/**
 * Returns whether a manifest of a package may name the file. Executables are kept besides, wherever
 * they lie.
 */
export function mayBeOwned(path: string): boolean {
  return isInSystemFolder(path) || path.includes(NODE_TREE) || isInRecordedTree(path);
}

/** Returns whether packages of the operating system install into the path's top directory. */
export function isInSystemFolder(path: string): boolean {
  const end = path.indexOf('/', 1);
  return end > 0 && SYSTEM_FOLDERS.has(path.slice(1, end)) && !path.startsWith(LOCAL);
}

/**
 * Returns whether a language's package manager records the digests of what is below the path's
 * directory.
 */
export function isInRecordedTree(path: string): boolean {
  return RECORDED_TREES.some((tree) => path.includes(tree));
}
