/**
 * `assay audit`: looks at a tree by rules, and takes the results of other analyzers into the same
 * report.
 */

import { auditRequest } from '../../../../tasks/audit/audit-request.ts';
import { badValue, readChoices } from '../../../config/values.ts';
import { CONFIDENCES } from '../../../../core/model/rule/rule-finding.ts';
import type { RunRequest } from '../../../../scan/pipeline/run-scan.ts';
import type { FlagValues, ScanCommand } from '../command.ts';
import { readPathArgument } from '../scan/path-argument.ts';
import { withSecretSettings } from '../../shell/options/secret-options.ts';
import {
  AUDIT_FLAGS,
  CONFIDENCE_FLAG,
  HISTORY_FLAG,
  RULES_FLAG,
  SARIF_FLAG,
  STAGED_FLAG,
} from './flags.ts';
import { raiseYoungGenerationSize } from '../../shell/v8-heap-flags.ts';
import { fixBeforeReport } from './fix.ts';
import { surroundings } from './surroundings.ts';
import { isTextInput, refuseFlagsOfDirectories, textRequest } from './text-input.ts';

export const audit: ScanCommand = {
  usage: 'PATH',
  description:
    'Checks a directory of your own code by rules. Gate, exceptions, baseline and formats work as for vulnerabilities. --sarif adds results of other analyzers for files in this directory. If PATH is -, the text on standard input is searched for secrets: git diff | assay audit -. assay audit rules lists the rules. Vulnerable packages are not looked for; use assay fs.',
  flags: AUDIT_FLAGS,
  examples: [
    {
      command: 'assay audit . --sarif eslint.sarif',
      purpose: 'what ESLint found, as a report of Assay',
    },
    {
      command: 'assay audit . --sarif eslint.sarif --sarif semgrep.sarif --fail-on high',
      purpose: 'one gate for several analyzers',
    },
    {
      command: 'assay audit . --fix',
      purpose: 'edit what can be edited safely, and report the rest',
    },
    {
      command: 'assay audit . --fix=all --diff',
      purpose: 'show also the edits that can change what a job does',
    },
    {
      command: 'assay audit . --scanners code --rules rules/',
      purpose: 'source code by the rules of Assay and your own',
    },
    {
      command: 'assay audit . --online',
      purpose: 'also ask the repositories of actions which commits are theirs',
    },
    { command: 'assay audit . --diff | git apply', purpose: 'the same by way of a diff' },
    {
      command: 'assay audit . --scanners secret --git-history',
      purpose: 'secrets in all commits of the repository',
    },
    {
      command: 'assay audit . --staged --fail-on low',
      purpose: 'in a hook: secrets in what is staged',
    },
    {
      command: 'assay audit - --fail-on low < app.log',
      purpose: 'secrets in a text on standard input',
    },
    {
      command: 'assay audit . --sarif eslint.sarif --baseline last.json --fail-on medium+new',
      purpose: 'fail only on what the last report does not have',
    },
  ],
  targets(session) {
    const reference = readPathArgument(session);
    if (!isTextInput(session)) return [{ reference, kind: 'directory' }];
    refuseFlagsOfDirectories(session);
    return [{ reference, kind: 'file' }];
  },
  before: (session, request, scan) =>
    isTextInput(session) ? Promise.resolve(undefined) : fixBeforeReport(session, request, scan),
  request: async (session, plain) => {
    refusePackages(session.flags);
    if (isTextInput(session)) return textRequest(plain);
    const [searchesHistory, isStaged] = [HISTORY_FLAG, STAGED_FLAG].map(({ name }) =>
      session.flags.isOn(name),
    );
    const searchesGit = searchesHistory === true || isStaged === true;
    const asked = withConfidence(session.flags, plain);
    const request = searchesGit ? await withSecretSettings(session, asked) : asked;
    const { scanners } = request;
    if (scanners?.includes('code') ?? true) raiseYoungGenerationSize();
    const question = {
      ...(await surroundings(session)),
      sarif: session.flags.all(SARIF_FLAG.name),
      rules: session.flags.all(RULES_FLAG.name),
      searchesHistory: searchesHistory === true,
      isStaged: isStaged === true,
      ...(scanners && { scanners }),
    };
    return auditRequest(request, question, session.context);
  },
};

const LEVELS = new Map(CONFIDENCES.map((level) => [level as string, level]));

/** @throws AssayError `USAGE` for another level */
function withConfidence(flags: FlagValues, request: RunRequest): RunRequest {
  const { name } = CONFIDENCE_FLAG;
  const value = flags.text(name);
  if (value === undefined) return request;
  const [minConfidence = 'medium'] = readChoices(name, [value], LEVELS);
  return { ...request, detectorSettings: { ...request.detectorSettings, minConfidence } };
}

/** @throws AssayError `USAGE` for a scanner of packages */
function refusePackages(flags: FlagValues): void {
  const names = flags.list('scanners').map((name) => name.toLowerCase());
  const bad = names.find((name) => name === 'vuln' || name === 'packages');
  if (bad === undefined) return;
  throw badValue('scanners', bad, 'Packages and their vulnerabilities: assay fs PATH');
}
