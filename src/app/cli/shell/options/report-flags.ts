/**
 * Flags that decide what a report shows and where it goes. Those that trivy has too keep its names
 * and meaning.
 */

import type { Flag } from '../../../config/flag.ts';
import { FORMAT_NAMES } from '../../../../scan/report/list.ts';

/** `--format` of commands that print a table or JSON. */
export const FORMAT_FLAG: Flag = {
  name: 'format',
  short: 'f',
  value: 'NAME',
  group: 'Report',
  help: 'use one of these formats: table, json (default: table)',
};

/** `--output`: files and formats of reports. */
export const OUTPUT_FLAG: Flag = {
  name: 'output',
  short: 'o',
  value: 'OUT',
  group: 'Report',
  help: 'write the report to PATH, or the format NAME to PATH with NAME=PATH; repeatable',
};

/** Flags that change tables only. */
export const TABLE_FLAGS: readonly Flag[] = [
  {
    name: 'group',
    value: 'BY',
    group: 'Report',
    help: 'group the findings of tables by package, cve, origin or fix (default: package)',
  },
  {
    name: 'rows',
    value: 'N|all',
    group: 'Report',
    help: 'list this many findings per artifact in tables; those that decide are always listed (default: 20 in a terminal, else all)',
  },
  {
    name: 'width',
    value: 'N',
    group: 'Report',
    help: 'wrap tables at this many columns (default: those of the terminal, else COLUMNS, else 140)',
  },
];

/** `--compat`: output in the form of another scanner. */
export const COMPAT_FLAG: Flag = {
  name: 'compat',
  value: 'TOOL',
  group: 'Report',
  help: 'print the table of trivy or grype; with trivy, -f json writes its JSON',
};

/** Formats, files and display filters of reports. */
export const REPORT_FLAGS: readonly Flag[] = [
  { ...FORMAT_FLAG, help: `use one of these formats: ${FORMAT_NAMES.join(', ')} (default: table)` },
  OUTPUT_FLAG,
  {
    name: 'severity',
    short: 's',
    value: 'LIST',
    group: 'Report',
    help: 'show only these severities, as in HIGH,CRITICAL; without --fail-on they also decide',
  },
  {
    name: 'only',
    value: 'ORIGIN',
    group: 'Report',
    help: 'show only findings that come from the app or from the base; without --fail-on they also decide',
  },
  { name: 'show-suppressed', group: 'Report', help: 'list suppressed findings with their reasons' },
  {
    name: 'table-mode',
    value: 'LIST',
    group: 'Report',
    help: 'show these parts of tables: summary, detailed (default: detailed)',
  },
  ...TABLE_FLAGS,
  { name: 'list-all-pkgs', group: 'Report', help: 'list all packages; json always does' },
  {
    name: 'dependency-tree',
    group: 'Report',
    help: 'show which dependencies pull in each package with findings',
  },
  {
    name: 'vuln-severity-source',
    value: 'LIST',
    group: 'Report',
    help: 'take severities from these sources, in this order, as in debian,nvd',
  },
];
