/** Flags of `assay push`. */

import type { Flag } from '../../../config/flag.ts';
import { BASE_FLAGS } from '../../shell/options/base-flags.ts';
import { KEY_PASSWORD_FLAGS } from '../../shell/options/key-password.ts';
import { LEDGER_FLAG } from '../../shell/options/ledger-options.ts';
import { INPUT_FLAG } from '../../shell/options/target-flags.ts';
import { SCAN_FLAGS } from '../scan/flags.ts';
import { SKIPPING_FLAGS } from '../scan/scan-skipping.ts';
import { SIGN_KEY_FLAG } from '../sign/flags.ts';

/** All platforms are judged and pushed, and each run scans. */
const NOT_OF_A_PUSH: ReadonlySet<string> = new Set([
  'platform',
  LEDGER_FLAG.name,
  ...SKIPPING_FLAGS.map(({ name }) => name),
]);

/** Flags of `assay push`. */
export const PUSH_FLAGS: readonly Flag[] = [
  SIGN_KEY_FLAG,
  ...KEY_PASSWORD_FLAGS,
  {
    name: 'tag-only-if-absent',
    group: 'Target',
    help: 'refuse to move the tag of REF: push only if it is not there, or leads to the same image',
  },
  INPUT_FLAG,
  ...BASE_FLAGS,
  ...SCAN_FLAGS.filter(({ name }) => !NOT_OF_A_PUSH.has(name)),
];
