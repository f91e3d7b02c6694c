/** The order of ids and releases as a reader expects it: runs of digits count as numbers. */

const BY_NUMBER = new Intl.Collator('en', { numeric: true });

/**
 * Orders texts by the English collation, where `3.9` comes before `3.10` and `CVE-2024-999` before
 * `CVE-2024-1000`.
 */
export function compareNatural(a: string, b: string): number {
  return BY_NUMBER.compare(a, b);
}
