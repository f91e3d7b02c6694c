/**
 * Symbolic links that lead out of a scanned directory. In a directory an absolute target is a path
 * of the machine, so it must not be looked up below the directory, as it is in an image or a root
 * filesystem.
 */

/** No file of a disk has this in its name, so that nothing inside can stand for what is outside. */
const OUTSIDE = '/\u0000';

/** Returns the target of a link that leads to `path`, outside of the artifact. */
export function formatOutsideTarget(path: string): string {
  return `${OUTSIDE}${path}`;
}

/** Returns the path outside of the artifact; `undefined` for a target inside. */
export function parseOutsideTarget(target: string): string | undefined {
  return target.startsWith(OUTSIDE) ? target.slice(OUTSIDE.length) : undefined;
}
