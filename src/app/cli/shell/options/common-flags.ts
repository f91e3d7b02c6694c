/** Flags of every command. */

import type { Flag } from '../../../config/flag.ts';

/** Flags that every command has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: 'quiet', short: 'q', group: 'General', help: 'print only the report and errors' },
  { name: 'debug', short: 'd', group: 'General', help: 'print debug messages and stack traces' },
  { name: 'no-progress', group: 'General', help: 'do not show progress' },
  { name: 'no-color', group: 'General', help: 'do not print colors, as with NO_COLOR=1' },
  {
    name: 'cache-dir',
    value: 'DIR',
    group: 'General',
    help: "keep advisory data and scan results in this folder (default: the user's cache folder)",
  },
  {
    name: 'timeout',
    value: 'DURATION',
    group: 'General',
    help: 'stop after this time, as in 90s, 5m or 1h30m (default: never)',
  },
  { name: 'offline', group: 'General', help: 'do not open network connections' },
  {
    name: 'trace-http',
    group: 'General',
    help: 'print each HTTP request and response, without credentials and bodies',
  },
  {
    name: 'cacert',
    value: 'FILE',
    group: 'General',
    help: 'trust these certificate authorities (PEM) in addition to those of the system',
  },
  {
    name: 'as-of',
    value: 'DATE',
    group: 'General',
    help: 'set the clock, as in 2025-06-01 (start of the day in UTC); the loaded advisory data does not change',
  },
  {
    name: 'config',
    short: 'c',
    value: 'FILE',
    group: 'General',
    help: 'read this configuration file; none reads none (default: assay.yaml, else trivy.yaml)',
  },
];
