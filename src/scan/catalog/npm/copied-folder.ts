/**
 * Directories that a project depends on, and whose dependencies its lockfile pins too.
 *
 * Source: the documentation of Yarn ("Protocols"), pnpm ("Local dependencies") and Bun ("Local
 * paths"): a directory after `file:` is copied, and one after `portal:` is linked, each with its
 * dependencies. What `link:` names is linked without them.
 */

/** A relative path; it ends at parameters: `::locator=…`, `#./…::hash=…`. */
const COPIED = /^(?:file|portal):(?<place>[^:#/~][^:#]*)/;
const ARCHIVE = /\.(?:tgz|tar(?:\.[a-z0-9]+)?)$/i;

/**
 * Returns the directory that a reference leads to, as it is written; `undefined` for all others.
 */
export function copiedFolder(reference: string): string | undefined {
  const place = COPIED.exec(reference)?.groups?.['place'];
  return place === undefined || ARCHIVE.test(place) ? undefined : place;
}
