/** Flags that only tables obey. */

import type { Flag } from '../config/flag.ts';

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
