/** Flags that decide the verdict. Those that trivy has too keep its names and meaning. */

import type { Flag } from '../../../config/flag.ts';

/** `--dry-run`: print the verdict and exit with 0. */
export const DRY_RUN_FLAG: Flag = {
  name: 'dry-run',
  group: 'Gate',
  help: 'print what would fail, and exit with 0',
};

/** `--ignorefile`: files with exceptions. */
export const IGNOREFILE_FLAG: Flag = {
  name: 'ignorefile',
  value: 'FILE',
  group: 'Gate',
  help: 'read exceptions from this file; repeatable (default: .trivyignore and .assayignore, also with .yaml)',
};

/** `--overrides`: a file with corrections of advisories. */
export const OVERRIDES_FLAG: Flag = {
  name: 'overrides',
  value: 'FILE',
  group: 'Gate',
  help: 'correct advisories by this file; none reads none (default: advisories.override.json)',
};

/** Conditions, exceptions and exit codes of a gate. */
export const GATE_FLAGS: readonly Flag[] = [
  {
    name: 'policy',
    value: 'NAME',
    group: 'Gate',
    help: 'apply the policy with this name from the configuration file',
  },
  {
    name: 'fail-on',
    value: 'CONDITIONS',
    group: 'Gate',
    help: 'fail if a finding meets a condition, as in high+fixable,kev or epss>=0.1; see docs/conditions.md',
  },
  {
    name: 'exit-code',
    value: 'N',
    group: 'Gate',
    help: 'exit with this code when the gate fails; without --fail-on, any finding that is shown fails',
  },
  {
    name: 'exit-on-eol',
    value: 'N',
    group: 'Gate',
    help: 'exit with this code when the operating system is past its end of life',
  },
  {
    name: 'min-evidence',
    value: 'LEVEL',
    group: 'Gate',
    help: 'fail on packages with weaker evidence: consistent, verified or proven; lockfile entries are exempt',
  },
  {
    name: 'fail-on-tamper',
    group: 'Gate',
    help: 'fail with exit code 5 if content contradicts its metadata',
  },
  DRY_RUN_FLAG,
  {
    name: 'allow-incomplete',
    value: 'KIND,...',
    valueIfBare: 'all',
    group: 'Gate',
    help: 'accept an incomplete scan: all gaps, or only these kinds, as in --allow-incomplete=end-of-life',
  },
  { name: 'ignore-unfixed', group: 'Gate', help: 'suppress findings without a fix' },
  {
    name: 'ignore-status',
    value: 'LIST',
    group: 'Gate',
    help: 'suppress findings with these statuses, as in will_not_fix,end_of_life',
  },
  IGNOREFILE_FLAG,
  OVERRIDES_FLAG,
  {
    name: 'baseline',
    value: 'WHAT',
    group: 'Gate',
    help: 'mark findings that this baseline does not have: a JSON report, image digest, SBOM, folder or git revision; new ones fail',
  },
  {
    name: 'fail-on-stale-ignore',
    group: 'Gate',
    help: 'fail if an exception is unused, expired or malformed',
  },
  {
    name: 'vex',
    value: 'FILE|oci',
    group: 'Gate',
    help: 'apply VEX statements (OpenVEX, CycloneDX, CSAF); oci reads signed attestations of the image; repeatable',
  },
];

/** Flags that bear on the verdict. */
export const POLICY_FLAGS: readonly Pick<Flag, 'name'>[] = [
  ...GATE_FLAGS,
  { name: 'severity' },
  { name: 'only' },
];
