/** Flags of the commands that judge, convert and compare stored reports. */

import type { Flag } from '../../../config/flag.ts';
import { FORMAT_FLAG, REPORT_FLAGS, COMPAT_FLAG } from '../../shell/options/report-flags.ts';
import { TARGET_FLAGS, ALLOW_EMPTY_FLAG } from '../../shell/options/target-flags.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { ADVISORY_FLAGS, MAX_AGE_FLAG } from '../../shell/options/advisory-flags.ts';
import { GATE_FLAGS } from '../../shell/options/gate-flags.ts';
import { TRUST_FLAG } from '../../shell/options/trust-options.ts';
import { TRIVY_FLAGS } from '../../../config/trivy-flags.ts';

/** Flags of `assay diff`: those of a scan, without those of a gate. */
export const DIFF_FLAGS: readonly Flag[] = [
  FORMAT_FLAG,
  ...TARGET_FLAGS,
  ...REGISTRY_FLAGS,
  ...ADVISORY_FLAGS.filter(({ name }) => name !== 'download-db-only'),
];

/**
 * Report flags that work on a stored report; severity sources are chosen when packages are matched.
 */
const STORED_REPORT_FLAGS: readonly Flag[] = REPORT_FLAGS.filter(
  ({ name }) => name !== 'vuln-severity-source',
);

/** Gate flags of trivy's `convert`, and those that Assay needs for them. */
const CONVERT_GATE: readonly string[] = [
  ...['exit-code', 'exit-on-eol', 'allow-incomplete'],
  ...['ignore-unfixed', 'ignore-status', 'ignorefile', 'vex'],
];

/** Flags of trivy's `convert` that have no counterpart in `assay convert`. */
const CONVERT_TRIVY: readonly string[] = [
  ...['template', 'ignore-policy', 'compliance', 'report', 'output-plugin-arg'],
  ...['disable-telemetry', 'skip-version-check', 'log-format', 'generate-default-config'],
];
const CONVERT_SCANNERS_FLAG: Flag = {
  name: 'scanners',
  value: 'LIST',
  group: 'General',
  effect: 'none',
  why: 'a stored report holds what its scan has looked for',
  help: 'accepted; has no effect',
};

/** Flags of `assay convert`. */
export const CONVERT_FLAGS: readonly Flag[] = [
  ...GATE_FLAGS.filter(({ name }) => CONVERT_GATE.includes(name)),
  ...STORED_REPORT_FLAGS,
  ALLOW_EMPTY_FLAG,
  COMPAT_FLAG,
  ...TRIVY_FLAGS.filter(({ name }) => CONVERT_TRIVY.includes(name)),
  CONVERT_SCANNERS_FLAG,
];

/** Flags of `assay gate`: those of a gate, without those of a scan. */
export const GATE_COMMAND_FLAGS: readonly Flag[] = [
  ...GATE_FLAGS,
  ...STORED_REPORT_FLAGS,
  ...TRIVY_FLAGS.filter(({ name }) => name === 'template'),
  MAX_AGE_FLAG,
  ALLOW_EMPTY_FLAG,
  TRUST_FLAG,
];
