/** Flags of `assay push`. */

import type { Flag } from '../../../config/flag.ts';
import { BASE_FLAGS } from '../../shell/options/base-flags.ts';
import { IDENTITY_TOKEN_FLAG } from '../../shell/options/identity-token.ts';
import { LEDGER_FLAG } from '../../shell/options/ledger-options.ts';
import { INPUT_FLAG } from '../../shell/options/target-flags.ts';
import { SCAN_FLAGS } from '../scan/flags.ts';
import { SKIPPING_FLAGS } from '../scan/scan-skipping.ts';
import { REPOSITORY_FLAG, VEX_KEY_FLAG } from '../sign/flags.ts';
import { SIGNATORY_FLAGS } from '../sign/named-signatory.ts';
import { COMMITS_FLAG } from './push-commits.ts';

/**
 * Flags of a scan that a push lacks or defines itself: all platforms are judged and pushed, and
 * each run scans.
 */
const NOT_OF_A_PUSH: ReadonlySet<string> = new Set([
  'platform',
  ...SIGNATORY_FLAGS.map(({ name }) => name),
  LEDGER_FLAG.name,
  ...SKIPPING_FLAGS.map(({ name }) => name),
]);

/** A token in the environment is ignored: a push signs only if a flag requests it. */
const PUSH_TOKEN_FLAG: Flag = {
  ...IDENTITY_TOKEN_FLAG,
  help: 'sign without a key, by the OpenID Connect token in this file, or - for standard input',
};

/** A registry has the name already. */
const PUSH_REPOSITORY_FLAG: Flag = {
  ...REPOSITORY_FLAG,
  help: 'use this repository for the trust file and signatures, if REF is an OCI layout',
};

/** Flags of `assay push`. */
export const PUSH_FLAGS: readonly Flag[] = [
  ...SIGNATORY_FLAGS.map((flag) => (flag === IDENTITY_TOKEN_FLAG ? PUSH_TOKEN_FLAG : flag)),
  {
    name: 'tag-only-if-absent',
    group: 'Target',
    help: 'do not move an existing tag of REF to another image',
  },
  {
    name: 'with-signatures',
    group: 'Trust',
    help: 'also copy signatures, attestations and referrers of SRC, from a registry or an OCI layout',
  },
  COMMITS_FLAG,
  VEX_KEY_FLAG,
  PUSH_REPOSITORY_FLAG,
  INPUT_FLAG,
  ...BASE_FLAGS,
  ...SCAN_FLAGS.filter(({ name }) => !NOT_OF_A_PUSH.has(name)),
];
