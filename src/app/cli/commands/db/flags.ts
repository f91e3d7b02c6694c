/** Flags of `assay db`. */

import type { Flag } from '../../../config/flag.ts';

/** `--with`: large feeds that are loaded on request only. */
export const WITH_FLAG: Flag = {
  name: 'with',
  value: 'LIST',
  group: 'Advisory data',
  help: 'also load these large feeds with texts and ratings: cve,nvd; later updates include them',
};

/** Keys that must have signed a bundle: `db import`, `db verify`. */
export const VERIFY_FLAGS: readonly Flag[] = [
  {
    name: 'verify-key',
    value: 'FILE',
    group: 'Advisory data',
    help: 'require that this Ed25519 public key (PEM) signed the bundle; repeat or separate by commas',
  },
  {
    name: 'threshold',
    value: 'N',
    group: 'Advisory data',
    help: 'require signatures by this many of the keys (default: all)',
  },
];

/** `--forget-keys` of `db import`. */
export const FORGET_KEYS_FLAG: Flag = {
  name: 'forget-keys',
  group: 'Advisory data',
  help: 'accept data that is unsigned, older, or signed by other keys than before',
};

/** Keys, expiry and version of a new bundle: `db export`. */
export const EXPORT_FLAGS: readonly Flag[] = [
  {
    name: 'sign-key',
    value: 'FILE',
    group: 'Advisory data',
    help: 'sign with this Ed25519 private key (PEM), decrypted by ASSAY_KEY_PASSWORD; repeatable',
  },
  {
    name: 'expires',
    value: 'DURATION|DATE',
    group: 'Advisory data',
    help: 'let imports fail after this date, or this time after the newest data; never disables it (default: 30d)',
  },
  {
    name: 'bundle-version',
    value: 'N',
    group: 'Advisory data',
    help: 'set the version, which must never decrease (default: the time of the newest data, as in 20260131120000)',
  },
];

/** All flags about bundles, for the reader of command lines. */
export const BUNDLE_FLAGS: readonly Flag[] = [...VERIFY_FLAGS, ...EXPORT_FLAGS, FORGET_KEYS_FLAG];
