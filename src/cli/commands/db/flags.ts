/** Flags of `assay db`. */

import type { Flag } from '../../../config/flag.ts';

/** `--with`: large feeds that are loaded on request only. */
export const WITH_FLAG: Flag = {
  name: 'with',
  value: 'LIST',
  group: 'Advisory data',
  help: 'large feeds too, which lend texts and ratings: cve,nvd; once loaded they stay up to date',
};

/** Keys that must have signed a bundle: `db import`, `db verify`. */
export const VERIFY_FLAGS: readonly Flag[] = [
  {
    name: 'verify-key',
    value: 'FILE',
    group: 'Advisory data',
    help: 'Ed25519 public key (PEM) that must have signed the bundle; repeat or separate by commas',
  },
  {
    name: 'threshold',
    value: 'N',
    group: 'Advisory data',
    help: 'how many of the keys must have signed (default: all)',
  },
];

/** `--forget-keys` of `db import`. */
export const FORGET_KEYS_FLAG: Flag = {
  name: 'forget-keys',
  group: 'Advisory data',
  help: 'take what is unsigned, older, or signed by other keys than the base was loaded with',
};

/** Keys, expiry and version of a new bundle: `db export`. */
export const EXPORT_FLAGS: readonly Flag[] = [
  {
    name: 'sign-key',
    value: 'FILE',
    group: 'Advisory data',
    help: 'Ed25519 private key (PEM) to sign with; repeat or separate by commas; ASSAY_KEY_PASSWORD opens encrypted ones',
  },
  {
    name: 'expires',
    value: 'DURATION|DATE',
    group: 'Advisory data',
    help: 'when importing is refused: so long after the newest data was loaded (default: 30d), a date, or never',
  },
  {
    name: 'bundle-version',
    value: 'N',
    group: 'Advisory data',
    help: 'version that must not go backwards (default: the second of the newest data, as in 20260131120000)',
  },
];

/** All flags about bundles, for the reader of command lines. */
export const BUNDLE_FLAGS: readonly Flag[] = [...VERIFY_FLAGS, ...EXPORT_FLAGS, FORGET_KEYS_FLAG];
