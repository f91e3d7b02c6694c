/** Flags of the commands that look up vulnerabilities. */

import type { Flag } from '../../../config/flag.ts';
import { ECOSYSTEM_IDS } from '../../../../core/model/package/ecosystem.ts';

/** `--ecosystem`: records of one ecosystem only. */
export const ECOSYSTEM_FLAG: Flag = {
  name: 'ecosystem',
  value: 'NAME',
  group: 'Target',
  help: `show only this ecosystem: ${ECOSYSTEM_IDS.join(', ')}`,
};

/** `--release`: records of one release of a distribution only. */
export const RELEASE_FLAG: Flag = {
  name: 'release',
  value: 'RELEASE',
  group: 'Target',
  help: 'show only this release of a distribution, as in 12 or 3.19',
};
