/** Flags of `assay pin`. */

import type { Flag } from '../../../config/flag.ts';
import { ACTIONS_URL_FLAG } from '../../shell/options/actions-url.ts';
import { LEDGER_FLAG } from '../../shell/options/ledger-options.ts';
import { ADVISORY_FLAGS } from '../../shell/options/advisory-flags.ts';
import { GATE_FLAGS } from '../../shell/options/gate-flags.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { FORMAT_FLAG, OUTPUT_FLAG } from '../../shell/options/report-flags.ts';
import { ALLOW_EMPTY_FLAG, TARGET_FLAGS } from '../../shell/options/target-flags.ts';

/** Formats of the answer. */
export const PIN_FORMATS = ['table', 'json', 'sarif', 'github'] as const;

/**
 * Flags of a gate that judge a newer digest; `--baseline` is the pinned one, and codes are those of
 * the command.
 */
const GATE_NAMES: readonly string[] = [
  ...['policy', 'fail-on', 'min-evidence', 'fail-on-tamper', 'allow-incomplete'],
  ...['ignore-unfixed', 'ignore-status', 'ignorefile', 'overrides', 'vex'],
];
const TARGET_NAMES: readonly string[] = [
  ...['platform', 'image-src', 'docker-host', 'podman-host', 'pkg-types', 'verify'],
];

/** Flags of `assay pin`. */
export const PIN_FLAGS: readonly Flag[] = [
  { name: 'apply', group: 'Target', help: 'write the digests to the files' },
  {
    name: 'check',
    group: 'Target',
    help: 'list references that are not pinned, and exit with 1 if there are any; needs no network',
  },
  {
    name: 'update',
    group: 'Target',
    help: 'also update pinned references to newer digests and tags that pass the gate',
  },
  { name: 'diff', group: 'Report', help: 'print the changes as one unified diff' },
  {
    name: 'exclude',
    value: 'GLOB',
    group: 'Target',
    help: 'exclude files by path or references by name, as in action:acme/*; repeatable',
  },
  {
    name: 'min-age',
    value: 'DURATION',
    group: 'Gate',
    help: 'with --update, accept only digests that the ledger has known for this time, as in 7d',
  },
  {
    name: 'branch-only',
    group: 'Gate',
    help: 'refuse action commits that are reachable from a tag only, and not from a branch',
  },
  ACTIONS_URL_FLAG,
  {
    name: 'layout',
    value: 'DIR',
    group: 'Target',
    help: 'resolve images in this OCI layout instead of registries; needs no network',
  },
  LEDGER_FLAG,
  ...TARGET_FLAGS.filter(({ name }) => TARGET_NAMES.includes(name)),
  ALLOW_EMPTY_FLAG,
  ...REGISTRY_FLAGS,
  ...GATE_FLAGS.filter(({ name }) => GATE_NAMES.includes(name)),
  { ...FORMAT_FLAG, help: `use one of these formats: ${PIN_FORMATS.join(', ')} (default: table)` },
  OUTPUT_FLAG,
  ...ADVISORY_FLAGS.filter(({ name }) => name !== 'download-db-only'),
];
