/**
 * Flags of grype under another name here. They are not accepted, because their values differ; the
 * error for one of them names the flag to use.
 *
 * Source: grype's documentation, "Command line reference".
 */
export const GRYPE_FLAGS: ReadonlyMap<string, string> = new Map([
  ['--only-fixed', '--ignore-unfixed'],
  ['--only-notfixed', '--ignore-status fixed'],
  ['--ignore-states', '--ignore-status LIST'],
  ['--exclude', '--skip-dirs GLOB, --skip-files GLOB'],
  ['--file', '-o FORMAT=FILE'],
  ['--by-cve', 'nothing: findings are named by their CVE where they have one'],
  ['--add-cpes-if-none', 'nothing: packages are matched by their names and versions'],
  ['--scope', 'nothing: all layers are read, and files that a later layer deletes do not count'],
  ['--from', '--image-src LIST'],
  ['--sort-by', 'nothing: tables are sorted by severity'],
]);

/** Returns what replaces a flag of grype, for a hint. */
export function counterpartOf(flag: string): string | undefined {
  return GRYPE_FLAGS.get(flag);
}
