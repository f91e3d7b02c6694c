/** Every flag that may stand before the command, in the environment or in a configuration file, whatever takes it. */

import { BUNDLE_FLAGS } from './bundle-flags.ts';
import type { Flag } from '../config/flag.ts';
import {
  COMMON_FLAGS,
  INPUT_FLAG,
  LAZY_FLAG,
  REVISION_FLAGS,
  SCAN_FLAGS,
  WITH_FLAG,
} from './flags.ts';

export const ALL_FLAGS: readonly Flag[] = [
  ...COMMON_FLAGS,
  ...SCAN_FLAGS,
  INPUT_FLAG,
  LAZY_FLAG,
  ...REVISION_FLAGS,
  WITH_FLAG,
  ...BUNDLE_FLAGS,
];
