/** Flags of the commands that scan. */

import type { Flag } from '../../../config/flag.ts';
import { TARGET_FLAGS } from '../../shell/options/target-flags.ts';
import { LEDGER_FLAG } from '../../shell/options/ledger-options.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { GATE_FLAGS } from '../../shell/options/gate-flags.ts';
import { REPORT_FLAGS, COMPAT_FLAG } from '../../shell/options/report-flags.ts';
import { ADVISORY_FLAGS } from '../../shell/options/advisory-flags.ts';
import { TRIVY_FLAGS } from '../../../config/trivy-flags.ts';

/** `--lazy` of images in registries. */
export const LAZY_FLAG: Flag = {
  name: 'lazy',
  group: 'Target',
  help: 'fetch only the table of contents and the package files of zstd:chunked layers; not for gates',
};

/** The branch, tag or commit of a repository. */
export const REVISION_FLAGS: readonly Flag[] = [
  { name: 'branch', value: 'NAME', group: 'Target', help: 'scan this branch' },
  { name: 'tag', value: 'NAME', group: 'Target', help: 'scan this tag' },
  {
    name: 'commit',
    value: 'ID',
    group: 'Target',
    help: 'scan this commit: its ID, the first digits of it, or HEAD',
  },
];

/** Flags of every command that scans. */
export const SCAN_FLAGS: readonly Flag[] = [
  ...TARGET_FLAGS,
  ...REGISTRY_FLAGS,
  ...GATE_FLAGS,
  ...REPORT_FLAGS,
  LEDGER_FLAG,
  ...ADVISORY_FLAGS,
  COMPAT_FLAG,
  ...TRIVY_FLAGS,
];
