/** Flags of every command. */

import type { Flag } from '../../../config/flag.ts';

/** Flags that every command has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: 'quiet', short: 'q', group: 'General', help: 'print nothing but the report and errors' },
  { name: 'debug', short: 'd', group: 'General', help: 'print details of the run, and stacks' },
  { name: 'no-progress', group: 'General', help: 'show no progress' },
  { name: 'no-color', group: 'General', help: 'print no colors, as with NO_COLOR=1' },
  {
    name: 'cache-dir',
    value: 'DIR',
    group: 'General',
    help: 'folder for advisory data and results of scans (default: the cache folder of the user)',
  },
  {
    name: 'timeout',
    value: 'DURATION',
    group: 'General',
    help: 'give up after this time, as in 90s, 5m or 1h30m (default: never)',
  },
  { name: 'offline', group: 'General', help: 'open no network connection' },
  {
    name: 'trace-http',
    group: 'General',
    help: 'print each request to the network and its answer, without credentials and contents',
  },
  {
    name: 'cacert',
    value: 'FILE',
    group: 'General',
    help: 'certificates of authorities in PEM, trusted beside those of the system',
  },
  {
    name: 'as-of',
    value: 'DATE',
    group: 'General',
    help: 'set the clock: 2025-06-01 is the start of that day in UTC; advisory data stays what is loaded',
  },
  {
    name: 'config',
    short: 'c',
    value: 'FILE',
    group: 'General',
    help: 'configuration file (default: assay.yaml, else trivy.yaml, of the working folder); none reads none',
  },
];
