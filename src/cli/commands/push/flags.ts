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

/** Flags of a scan that a push lacks or defines itself: all platforms are judged and pushed, and each run scans. */
const NOT_OF_A_PUSH: ReadonlySet<string> = new Set([
  'platform',
  ...SIGNATORY_FLAGS.map(({ name }) => name),
  LEDGER_FLAG.name,
  ...SKIPPING_FLAGS.map(({ name }) => name),
]);

/** A token in the environment is ignored: a push signs only if a flag requests it. */
const PUSH_TOKEN_FLAG: Flag = {
  ...IDENTITY_TOKEN_FLAG,
  help: 'file with an OpenID Connect identity token to sign without a key, or - for standard input; variables with a token are not used',
};

/** A registry has the name already. */
const PUSH_REPOSITORY_FLAG: Flag = {
  ...REPOSITORY_FLAG,
  help: 'repository that the trust file judges and that signatures name, if REF is an OCI layout',
};

/** Flags of `assay push`. */
export const PUSH_FLAGS: readonly Flag[] = [
  ...SIGNATORY_FLAGS.map((flag) => (flag === IDENTITY_TOKEN_FLAG ? PUSH_TOKEN_FLAG : flag)),
  {
    name: 'tag-only-if-absent',
    group: 'Target',
    help: 'refuse to move the tag of REF: push only if it is not there, or leads to the same image',
  },
  {
    name: 'with-signatures',
    group: 'Trust',
    help: 'copy the signatures, attestations and referrers of SRC too, from a registry or an OCI layout in a folder',
  },
  COMMITS_FLAG,
  VEX_KEY_FLAG,
  PUSH_REPOSITORY_FLAG,
  INPUT_FLAG,
  ...BASE_FLAGS,
  ...SCAN_FLAGS.filter(({ name }) => !NOT_OF_A_PUSH.has(name)),
];
