/**
 * The only members of an output that may differ between two runs of the same build. The clock is
 * fixed by `--as-of`, so start instants, and serial numbers that are digests of content, are
 * compared as they are. What is replaced:
 *
 * - `durationMs` in JSON (reports, changes of the advisory base);
 * - `end_time` in GitLab reports and `scanFinishedOn` in cosign-vuln reports: the start instant
 *   plus the duration;
 * - seconds in the closing line of `db import` and `db update`, and milliseconds of `--trace-http`;
 * - the directory that a build runs in, with its cache and its temporary directory;
 * - random parts of the names of temporary directories in it, and the shard of a cache, which
 *   depends on the directory.
 */

const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/("durationMs":\s*)\d+(?:\.\d+)?/g, '$10'],
  [/("end_time":\s*)"[^"]*"/g, '$1"<instant>"'],
  [/("scanFinishedOn":\s*)"[^"]*"/g, '$1"<instant>"'],
  [/( in )\d+(?:\.\d+)? s(?=[).]|$)/gm, '$1<time> s'],
  [/( \()\d+ ms(?=\))/g, '$1<time> ms'],
];

/** After the directory is replaced. */
const PLACE_RULES: typeof RULES = [
  [/(<directory>\/tmp\/[^\s/]*-)[0-9A-Za-z]{6}(?![0-9A-Za-z])/g, '$1XXXXXX'],
  [/(<directory>\/[^\s"]*\/layers\/)[0-9a-f]{2}(?![0-9a-f])/g, '$1XX'],
];

/**
 * Returns an output, one character for each byte, with the members above replaced. `directory` is
 * absolute.
 */
export function normalize(bytes: Buffer, directory: string): string {
  const text = replaced(bytes.toString('latin1'), RULES);
  return replaced(text.replaceAll(directory, '<directory>'), PLACE_RULES);
}

function replaced(text: string, rules: typeof RULES): string {
  return rules.reduce((result, [pattern, value]) => result.replace(pattern, value), text);
}
