/** The flag that asks for output in the form of another tool. */

import type { Flag } from './flag.ts';

/** `--compat`. */
export const COMPAT_FLAG: Flag = {
  name: 'compat',
  value: 'TOOL',
  group: 'Report',
  help: "trivy: -f json writes trivy's JSON; tables are the same as without",
};
