/** Flags of `assay base`: those of a scan, without those of a gate. */

import type { Flag } from '../../../config/flag.ts';
import { ADVISORY_FLAGS } from '../../shell/options/advisory-flags.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { INPUT_FLAG, TARGET_FLAGS } from '../../shell/options/target-flags.ts';

/** All flags of the command. */
export const BASE_FLAGS: readonly Flag[] = [
  {
    name: 'format',
    short: 'f',
    value: 'NAME',
    group: 'Report',
    help: 'table (default), markdown or json',
  },
  INPUT_FLAG,
  ...TARGET_FLAGS,
  ...REGISTRY_FLAGS,
  ...ADVISORY_FLAGS.filter(({ name }) => name !== 'download-db-only'),
];
