/** Flags that say where advisory data comes from and how old it may be. */

import type { Flag } from '../../../config/flag.ts';

/** `--mirror`: a directory or HTTP server with the files of the publishers. */
export const MIRROR_FLAG: Flag = {
  name: 'mirror',
  value: 'URL|DIR',
  isNeverEmpty: true,
  group: 'Advisory data',
  help: "fetch advisory data from this folder or HTTP(S) URL with the publishers' files",
};

/** `--db-max-age`: the oldest advisory data that may decide. */
export const MAX_AGE_FLAG: Flag = {
  name: 'db-max-age',
  value: 'DURATION',
  group: 'Advisory data',
  help: 'refuse advisory data that is older than this, as in 48h or 7d',
};

/** Flags for the advisory data of a scan. */
export const ADVISORY_FLAGS: readonly Flag[] = [
  MIRROR_FLAG,
  {
    name: 'skip-db-update',
    aliases: ['skip-update'],
    group: 'Advisory data',
    help: 'do not fetch advisory data, not even missing data; --as-of implies it',
  },
  MAX_AGE_FLAG,
  {
    name: 'advisories',
    value: 'PATH',
    group: 'Advisory data',
    help: 'add your own OSV records: a file, archive or folder; repeatable',
  },
  {
    name: 'download-db-only',
    group: 'Advisory data',
    help: 'fetch advisory data for the target, or all without a target, and scan nothing',
  },
];
