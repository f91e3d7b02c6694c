/** Flags of the commands of the package registry. */

import type { Flag } from '../../../config/flag.ts';
import { ADVISORY_FLAGS } from '../../shell/options/advisory-flags.ts';
import { TRUST_FLAG } from '../../shell/options/trust-options.ts';
import { TRUSTED_ROOT_FLAG } from '../../shell/options/trusted-root.ts';

/** `--data`: where the registry stores things. */
const DATA_FLAG: Flag = {
  name: 'data',
  value: 'DIR',
  isTypedOnly: true,
  group: 'Target',
  help: 'store packages and decisions in this directory (default: registry.data of assay.yaml, else a directory in the cache)',
};

/** `--uplink`: where packages come from. */
const UPLINK_FLAG: Flag = {
  name: 'uplink',
  value: 'URL',
  isTypedOnly: true,
  group: 'Target',
  help: 'take packages from this registry; repeatable, tried in order (default: the registry of your npm configuration)',
};

/** The root that attestations are verified by. */
const ROOT_FLAG: Flag = {
  ...TRUSTED_ROOT_FLAG,
  help: 'verify the attestations of packages by this trusted root (default: the trusted-roots of the trust file; without them attestations are not verified)',
};

/** Flags of all commands of the registry. */
export const POLICY_SOURCE_FLAGS: readonly Flag[] = [
  DATA_FLAG,
  UPLINK_FLAG,
  TRUST_FLAG,
  ROOT_FLAG,
  ...ADVISORY_FLAGS.filter(({ name }) => name !== 'download-db-only'),
];

/** Address that clients use. */
const URL_FLAG: Flag = {
  name: 'url',
  value: 'URL',
  isTypedOnly: true,
  group: 'Target',
  help: 'address that clients use (default: registry.url of assay.yaml, else where the registry listens)',
};

/** Flags of `assay registry use`. */
export const USE_FLAGS: readonly Flag[] = [
  URL_FLAG,
  { name: 'apply', group: 'Target', help: 'write the configuration file' },
  {
    name: 'undo',
    isTypedOnly: true,
    group: 'Target',
    help: 'take the lines of the registry out of the configuration file',
  },
];

/** Flags of `assay registry`. */
export const SERVE_FLAGS: readonly Flag[] = [
  {
    name: 'listen',
    value: 'HOST:PORT',
    isTypedOnly: true,
    group: 'Target',
    help: 'listen on this address; port 0 takes a free one (default: 127.0.0.1:4873)',
  },
  {
    name: 'url',
    value: 'URL',
    isTypedOnly: true,
    group: 'Target',
    help: 'name this address in answers, if clients reach the registry by another one; required with a public address',
  },
  {
    name: 'dry-run',
    isTypedOnly: true,
    group: 'Gate',
    help: 'log what the policy decides, and serve everything',
  },
  {
    name: 'allow-incomplete',
    isTypedOnly: true,
    group: 'Gate',
    help: 'start without advisory data for what is served: known malicious versions are served then',
  },
  ...POLICY_SOURCE_FLAGS,
];

/** Flags of `assay registry warm`. */
export const WARM_FLAGS: readonly Flag[] = [
  {
    name: 'allow-incomplete',
    isTypedOnly: true,
    group: 'Gate',
    help: 'pass although packages could not be fetched, or a lockfile could not be read whole',
  },
  ...POLICY_SOURCE_FLAGS,
];
