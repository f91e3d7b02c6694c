/** The sources of severities that can be requested. */

import { FEEDS } from '../feeds/list.ts';

/** Authors of ratings in records of feeds that collect the ratings of others. */
const RATERS = ['ghsa', 'cna', 'cisa'];

/**
 * Returns what `--vuln-severity-source` takes besides `auto`: feeds that rate, by their ids and by
 * the names of their publishers (`debian` for `debian-tracker`), and those whose ratings other
 * feeds carry.
 */
export function severitySources(): readonly string[] {
  return [
    ...new Set([
      ...FEEDS.filter(({ gives }) => gives === 'advisories').flatMap(({ id, ecosystems }) => [
        ...ecosystems.filter((ecosystem) => id.startsWith(`${ecosystem}-`)),
        id,
      ]),
      'almalinux',
      'redhat',
      ...RATERS,
      'nvd',
    ]),
  ];
}
