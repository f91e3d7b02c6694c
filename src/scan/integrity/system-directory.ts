/**
 * The directories in which packages of the operating system install files (FHS 3.0, chapters 3 and
 * 4).
 */

const SYSTEM_DIRECTORIES: readonly string[] = ['/usr/', '/lib/', '/lib64/', '/bin/', '/sbin/'];
const LOCAL = '/usr/local/';

/**
 * Returns whether packages of the system install files there; false for the directories of
 * applications.
 */
export function isInSystemDirectory(path: string): boolean {
  return (
    SYSTEM_DIRECTORIES.some((directory) => path.startsWith(directory)) && !path.startsWith(LOCAL)
  );
}
