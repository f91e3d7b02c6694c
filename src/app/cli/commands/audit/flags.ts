/** Flags of the commands that look at a tree by rules. */

import type { Flag } from '../../../config/flag.ts';
import { TRIVY_FLAGS } from '../../../config/trivy-flags.ts';
import { GATE_FLAGS } from '../../shell/options/gate-flags.ts';
import { COMPAT_FLAG, REPORT_FLAGS } from '../../shell/options/report-flags.ts';
import { FIX_FLAGS } from './fix.ts';
import { ACTIONS_URL_FLAG } from '../../shell/options/actions-url.ts';
import { TRUST_FLAG } from '../../shell/options/trust-options.ts';
import { TARGET_FLAGS } from '../../shell/options/target-flags.ts';

/** Flags of targets that have a meaning where no package is looked for. */
const TARGET_NAMES: readonly string[] = [
  ...['skip-dirs', 'skip-files', 'memory', 'max-file-size', 'max-files', 'max-findings'],
];

/** Who wants to see findings of pipelines. */
const PERSONA_FLAG: Flag = {
  name: 'persona',
  value: 'NAME',
  group: 'Target',
  help: 'show findings of pipelines and repositories for this persona of zizmor: regular, pedantic or auditor (default: regular)',
};

/**
 * Whether the repositories of actions are asked. No file sets it: a repository must not choose that
 * the network is used.
 */
export const ONLINE_FLAG: Flag = {
  name: 'online',
  isTypedOnly: true,
  group: 'Target',
  help: 'ask the repositories of actions by git whether they have the commits, tags and versions that workflows name',
};

/** Flags of `assay config`: those of a scan that concern findings, their gate and their reports. */
export const CONFIG_FLAGS: readonly Flag[] = [
  ...TARGET_FLAGS.filter(({ name }) => TARGET_NAMES.includes(name)),
  PERSONA_FLAG,
  ONLINE_FLAG,
  ACTIONS_URL_FLAG,
  ...FIX_FLAGS,
  ...GATE_FLAGS,
  TRUST_FLAG,
  ...REPORT_FLAGS,
  COMPAT_FLAG,
  ...TRIVY_FLAGS,
];

/** Results of other analyzers. */
export const SARIF_FLAG: Flag = {
  name: 'sarif',
  value: 'FILE',
  group: 'Target',
  help: 'add results of another analyzer (SARIF 2.1.0) to the report and the gate; repeatable',
};

/** Secrets in the history. */
export const HISTORY_FLAG: Flag = {
  name: 'git-history',
  group: 'Target',
  help: 'also look for secrets in all commits that are reachable from a ref',
};

/** Secrets in the index. */
export const STAGED_FLAG: Flag = {
  name: 'staged',
  group: 'Target',
  help: 'look for secrets in staged changes only, as for a pre-commit hook',
};

/** How sure findings have to be. */
export const CONFIDENCE_FLAG: Flag = {
  name: 'min-confidence',
  value: 'LEVEL',
  group: 'Target',
  help: 'omit findings with less confidence: high, medium or low (default: medium)',
};

/**
 * Rules of the user. No variable and no file sets it: a repository must not bring rules of its own.
 */
export const RULES_FLAG: Flag = {
  name: 'rules',
  value: 'PATH',
  isTypedOnly: true,
  group: 'Target',
  help: 'add rules of your own for source code: a file, or all .yaml and .yml files of a directory; repeatable',
};

/** Flags of `assay audit`. */
export const AUDIT_FLAGS: readonly Flag[] = [
  SARIF_FLAG,
  HISTORY_FLAG,
  STAGED_FLAG,
  CONFIDENCE_FLAG,
  RULES_FLAG,
  {
    name: 'scanners',
    aliases: ['security-checks'],
    value: 'LIST',
    group: 'Target',
    help: 'run these scanners: secret, misconfig, code (default: all)',
  },
  ...CONFIG_FLAGS,
];
