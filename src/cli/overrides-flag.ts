/** The flag of the file of corrections. */

import type { Flag } from '../config/flag.ts';

/** Named apart from its reader, which few runs load. */
export const OVERRIDES_FLAG: Flag = {
  name: 'overrides',
  value: 'FILE',
  group: 'Gate',
  help: 'corrections of advisories (default: advisories.override.json in the working folder); none applies none',
};
