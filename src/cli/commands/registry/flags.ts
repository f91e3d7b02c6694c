/** Flags of the commands of the package registry. */

import type { Flag } from '../../../config/flag.ts';
import { ADVISORY_FLAGS } from '../../shell/options/advisory-flags.ts';
import { TRUST_FLAG } from '../../shell/options/trust-options.ts';

/** `--data`: where the registry stores things. */
const DATA_FLAG: Flag = {
  name: 'data',
  value: 'DIR',
  isTypedOnly: true,
  group: 'Target',
  help: 'directory of what the registry stores (default: registry.data of assay.yaml, else a folder in the cache directory)',
};

/** `--uplink`: where packages come from. */
const UPLINK_FLAG: Flag = {
  name: 'uplink',
  value: 'URL',
  isTypedOnly: true,
  group: 'Target',
  help: 'registry that packages come from; repeatable, asked in order (default: that of the npm configuration of the user)',
};

/** Flags of all commands of the registry. */
export const POLICY_SOURCE_FLAGS: readonly Flag[] = [
  DATA_FLAG,
  UPLINK_FLAG,
  TRUST_FLAG,
  ...ADVISORY_FLAGS.filter(({ name }) => name !== 'download-db-only'),
];

/** Flags of `assay registry`. */
export const SERVE_FLAGS: readonly Flag[] = [
  {
    name: 'listen',
    value: 'HOST:PORT',
    isTypedOnly: true,
    group: 'Target',
    help: 'where it listens (default: 127.0.0.1:4873); port 0 is any free one',
  },
  {
    name: 'url',
    value: 'URL',
    isTypedOnly: true,
    group: 'Target',
    help: 'address that clients use, if it is another one; required with a public address',
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
