/** Flags that decide the verdict. Those that trivy has too keep its names and meaning. */

import type { Flag } from '../../../config/flag.ts';

/** `--dry-run`: print the verdict and exit with 0. */
export const DRY_RUN_FLAG: Flag = {
  name: 'dry-run',
  group: 'Gate',
  help: 'print what would fail, and end with 0 instead',
};

/** `--ignorefile`: files with exceptions. */
export const IGNOREFILE_FLAG: Flag = {
  name: 'ignorefile',
  value: 'FILE',
  group: 'Gate',
  help: 'exceptions, in any of the forms of docs/exceptions.md; repeatable (default: .trivyignore and .assayignore in the working folder, also with .yaml)',
};

/** `--overrides`: a file with corrections of advisories. */
export const OVERRIDES_FLAG: Flag = {
  name: 'overrides',
  value: 'FILE',
  group: 'Gate',
  help: 'corrections of advisories (default: advisories.override.json in the working folder); none applies none',
};

/** Conditions, exceptions and exit codes of a gate. */
export const GATE_FLAGS: readonly Flag[] = [
  {
    name: 'policy',
    value: 'NAME',
    group: 'Gate',
    help: 'the gate of that name in the configuration file',
  },
  {
    name: 'fail-on',
    value: 'CONDITIONS',
    group: 'Gate',
    help: 'fail on any of these: high, high+fixable, kev, epss>=0.1, cvss>=8, age>30d; all words: docs/policies.md',
  },
  {
    name: 'exit-code',
    value: 'N',
    group: 'Gate',
    help: 'exit code of a failing gate; without --fail-on, anything left after the filters fails',
  },
  {
    name: 'exit-on-eol',
    value: 'N',
    group: 'Gate',
    help: 'exit code when the system is past its end of life',
  },
  {
    name: 'min-evidence',
    value: 'LEVEL',
    group: 'Gate',
    help: 'fail on any package that is less than consistent, verified or proven; lockfile entries are exempt',
  },
  {
    name: 'fail-on-tamper',
    group: 'Gate',
    help: 'fail with exit code 5 where content contradicts its metadata',
  },
  DRY_RUN_FLAG,
  {
    name: 'allow-incomplete',
    value: 'KIND,...',
    valueIfBare: 'all',
    group: 'Gate',
    help: 'let gaps pass: all, or the kinds named, as in --allow-incomplete=end-of-life',
  },
  { name: 'ignore-unfixed', group: 'Gate', help: 'set aside what has no fix' },
  {
    name: 'ignore-status',
    value: 'LIST',
    group: 'Gate',
    help: 'set aside by status, as in will_not_fix,end_of_life',
  },
  IGNOREFILE_FLAG,
  OVERRIDES_FLAG,
  {
    name: 'baseline',
    value: 'WHAT',
    group: 'Gate',
    help: 'tell what is new from what was there: a JSON report, an image by digest, a bill of materials, a folder, or a git revision of the target; without --fail-on, anything new fails',
  },
  {
    name: 'fail-on-stale-ignore',
    group: 'Gate',
    help: 'fail where an exception has no effect: nothing needs it, it has expired, or it is malformed',
  },
  {
    name: 'vex',
    value: 'FILE|oci',
    group: 'Gate',
    help: 'statements on what is not affected or fixed: OpenVEX, CycloneDX or CSAF; oci reads signed attestations of the image; repeatable',
  },
];

/** Flags that bear on the verdict. */
export const POLICY_FLAGS: readonly Pick<Flag, 'name'>[] = [
  ...GATE_FLAGS,
  { name: 'severity' },
  { name: 'only' },
];
