/** Flags that decide what a report shows and where it goes. Those that trivy has too keep its names and meaning. */

import type { Flag } from '../../../config/flag.ts';
import { FORMAT_NAMES } from '../../../report/list.ts';

/** `--format` of commands that print a table or JSON. */
export const FORMAT_FLAG: Flag = {
  name: 'format',
  short: 'f',
  value: 'NAME',
  group: 'Report',
  help: 'table (default) or json',
};

/** `--output`: files and formats of reports. */
export const OUTPUT_FLAG: Flag = {
  name: 'output',
  short: 'o',
  value: 'OUT',
  group: 'Report',
  help: 'PATH, NAME=PATH for that format to that file, or NAME for that format here; repeatable',
};

/** Flags that change tables only. */
export const TABLE_FLAGS: readonly Flag[] = [
  {
    name: 'group',
    value: 'BY',
    group: 'Report',
    help: 'package (default), cve, origin or fix: what the findings of a table are grouped by',
  },
  {
    name: 'rows',
    value: 'N|all',
    group: 'Report',
    help: 'findings that a table lists for an artifact, beside those that decide (default: 20 in a terminal, else all)',
  },
  {
    name: 'width',
    value: 'N',
    group: 'Report',
    help: 'columns of the lines of a table (default: those of the terminal, else COLUMNS, else 140)',
  },
];

/** `--compat`: output in the form of another scanner. */
export const COMPAT_FLAG: Flag = {
  name: 'compat',
  value: 'TOOL',
  group: 'Report',
  help: "trivy, grype: print the tool's own table; with trivy, -f json writes its JSON",
};

/** Formats, files and display filters of reports. */
export const REPORT_FLAGS: readonly Flag[] = [
  { ...FORMAT_FLAG, help: `${FORMAT_NAMES.join(', ')}; default: table` },
  OUTPUT_FLAG,
  {
    name: 'severity',
    short: 's',
    value: 'LIST',
    group: 'Report',
    help: 'severities to show, as in HIGH,CRITICAL; without --fail-on also what fails',
  },
  {
    name: 'only',
    value: 'ORIGIN',
    group: 'Report',
    help: 'app or base: findings of that origin, where it is known; without --fail-on also what fails',
  },
  { name: 'show-suppressed', group: 'Report', help: 'list what was set aside, and why' },
  {
    name: 'table-mode',
    value: 'LIST',
    group: 'Report',
    help: 'summary, detailed (default) or both: what tables show',
  },
  ...TABLE_FLAGS,
  { name: 'list-all-pkgs', group: 'Report', help: 'list all packages (json always does)' },
  {
    name: 'dependency-tree',
    group: 'Report',
    help: 'say of each package with findings what pulls it in (json has the shortest way)',
  },
  {
    name: 'vuln-severity-source',
    value: 'LIST',
    group: 'Report',
    help: 'whose severity is shown, in order of trust, as in debian,nvd',
  },
];
