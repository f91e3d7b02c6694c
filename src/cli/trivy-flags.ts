/**
 * Flags of trivy that a scan takes and that do nothing here, with the reason, and those whose time will come: a run that
 * relies on them must not look as if it had done what they ask.
 */

import type { Flag } from './flag.ts';

export const TRIVY_FLAGS: readonly Flag[] = [
  {
    name: 'clear-cache',
    group: 'General',
    help: 'remove the results of earlier scans, and scan nothing',
  },
  unused('offline-scan', 'scanning asks nobody about packages anyway'),
  unused('ignore-policy', 'Rego is not run; --policy and --fail-on decide', 'FILE'),
  unused('skip-java-db-update', 'there is no database of Java archives by itself'),
  unused('java-db-repository', 'there is no database of Java archives by itself', 'LIST'),
  unused(
    'db-repository',
    "it names trivy's database; --mirror names where Assay's data lies",
    'LIST',
  ),
  unused('cache-backend', 'results of scans lie in --cache-dir', 'NAME'),
  unused('token', 'it belongs to --server', 'SECRET'),
  unused('token-header', 'it belongs to --server', 'NAME'),
  unused('ignored-licenses', 'no scanner of licences runs', 'LIST'),
  unused('license-full', 'no scanner of licences runs'),
  unused('secret-config', 'no scanner of secrets runs', 'FILE'),
  unused(
    'pkg-relationships',
    'all are scanned; --include-dev-deps adds development dependencies',
    'LIST',
  ),
  {
    name: 'template',
    short: 't',
    value: 'TEMPLATE',
    group: 'Report',
    help: 'with -f template: @contrib/junit.tpl or @contrib/gitlab.tpl, which mean the formats of these names',
  },
  later('server', 'Scan here: leave it out.', { value: 'URL' }),
];

function unused(name: string, why: string, value?: string): Flag {
  return {
    name,
    ...(value === undefined ? {} : { value }),
    group: 'General',
    effect: 'none',
    why,
    help: 'accepted; has no effect',
  };
}

function later(
  name: string,
  why: string,
  form: { readonly value: string; readonly short?: string },
): Flag {
  return { name, ...form, group: 'General', effect: 'later', why, help: 'not there yet' };
}
