/**
 * Every flag that may stand before the command, in the environment or in a configuration file,
 * whatever takes it.
 */

import type { Flag } from '../../config/flag.ts';
import { COMMON_FLAGS } from './options/common-flags.ts';
import { WITH_FLAG, BUNDLE_FLAGS } from '../commands/db/flags.ts';
import { TRUST_FLAG } from './options/trust-options.ts';
import { INPUT_FLAG } from './options/target-flags.ts';
import { LAZY_FLAG, REVISION_FLAGS, SCAN_FLAGS } from '../commands/scan/flags.ts';

/** Every flag that the environment or a configuration file may set. */
export const ALL_FLAGS: readonly Flag[] = [
  ...COMMON_FLAGS,
  ...SCAN_FLAGS,
  INPUT_FLAG,
  LAZY_FLAG,
  ...REVISION_FLAGS,
  WITH_FLAG,
  ...BUNDLE_FLAGS,
  TRUST_FLAG,
];
