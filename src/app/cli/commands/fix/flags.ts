/**
 * Flags of `assay fix`: those of a scan of a directory and of its gate, and what bounds the plan.
 */

import type { Flag } from '../../../config/flag.ts';
import { ADVISORY_FLAGS } from '../../shell/options/advisory-flags.ts';
import { GATE_FLAGS } from '../../shell/options/gate-flags.ts';
import { FORMAT_FLAG, OUTPUT_FLAG, REPORT_FLAGS } from '../../shell/options/report-flags.ts';
import { ALLOW_EMPTY_FLAG, TARGET_FLAGS } from '../../shell/options/target-flags.ts';

/** Formats of the answer. */
export const FIX_FORMATS = ['table', 'json', 'markdown'] as const;

/** Flags of a target that a directory has. */
const TARGET_NAMES: readonly string[] = [
  ...['include-dev-deps', 'skip-dirs', 'skip-files', 'file-patterns', 'detection-priority'],
  ...['memory', 'max-file-size', 'max-files', 'max-packages', 'max-findings'],
];
const REPORT_NAMES: readonly string[] = ['severity', 'vuln-severity-source'];

/** Flags of `assay fix`. */
export const FIX_FLAGS: readonly Flag[] = [
  {
    name: 'apply',
    group: 'Target',
    help: 'write all manifests and lockfiles of the plan, or none',
  },
  { name: 'diff', group: 'Report', help: 'print the changes as one unified diff' },
  {
    name: 'id',
    value: 'ID',
    group: 'Target',
    help: 'fix only the vulnerability with this ID or alias; repeatable',
  },
  {
    name: 'package',
    value: 'NAME',
    group: 'Target',
    help: 'fix only findings in this package; repeatable',
  },
  {
    name: 'allow',
    value: 'LEVEL',
    group: 'Target',
    help: 'allow version changes up to patch, minor or major; NAME:LEVEL sets it for one package (default: minor)',
  },
  {
    name: 'test',
    value: 'CMD',
    group: 'Target',
    help: 'with --apply, run this shell command after each step, and undo the steps with which it fails',
  },
  {
    name: 'force-dirty',
    group: 'Target',
    help: 'with --apply, overwrite manifests and lockfiles with uncommitted changes',
  },
  ...TARGET_FLAGS.filter(({ name }) => TARGET_NAMES.includes(name)),
  ALLOW_EMPTY_FLAG,
  // What a fix leaves is judged alone, without a baseline.
  ...GATE_FLAGS.filter(({ name }) => name !== 'baseline'),
  ...REPORT_FLAGS.filter(({ name }) => REPORT_NAMES.includes(name)),
  { ...FORMAT_FLAG, help: `use one of these formats: ${FIX_FORMATS.join(', ')} (default: table)` },
  OUTPUT_FLAG,
  ...ADVISORY_FLAGS.filter(({ name }) => name !== 'download-db-only'),
];
