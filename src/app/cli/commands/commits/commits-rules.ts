/** `assay commits rules`: checks exported rules of a forge for one that requires signed commits. */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { AssayError, errnoOf, errorMessage } from '../../../../core/base/errors.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import type { Flag } from '../../../config/flag.ts';
import { trustVerdict } from '../../../../scan/policy/trust-verdict.ts';
import type { BranchRule } from '../../../../tasks/provenance/branch-rules/branch-rule.ts';
import { judgeBranches } from '../../../../tasks/provenance/branch-rules/judge-branches.ts';
import { readBranchRules } from '../../../../tasks/provenance/branch-rules/read-branch-rules.ts';
import { trustVerdictLines } from '../../print/trust-verdict-lines.ts';
import type { CommandModule, Session } from '../command.ts';

const FLAGS: readonly Flag[] = [
  {
    name: 'branch',
    value: 'NAME',
    isTypedOnly: true,
    group: 'Target',
    help: 'check that this branch requires signed commits; repeatable',
  },
  {
    name: 'default-branch',
    value: 'NAME',
    isTypedOnly: true,
    group: 'Target',
    help: 'use this default branch for ~DEFAULT_BRANCH in rulesets',
  },
  {
    name: 'may-bypass',
    value: 'ACTOR',
    isTypedOnly: true,
    group: 'Gate',
    help: 'allow these actors to bypass the rule, as in Integration:15368 or Team:*; repeatable',
  },
];
/** A ruleset has some kilobytes, and an organization at most 75 of them. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/**
 * The part of git-check-ref-format(1) that keeps patterns and whole references from being taken for
 * names.
 */
const BRANCH = /^(?!refs\/)(?!.*(?:^|\/)\.)(?!.*\.\.)[^\s~^:?*[\\\p{Cc}]+$/u;

export const commitsRules: CommandModule = {
  usage: 'FILE...',
  description:
    'Checks whether the exported rules of a forge require signed commits on the branches of --branch. FILE is JSON from the API of the forge: GitHub rulesets, the protection of a GitHub branch, or GitLab push rules. A rule does not count if it is not enforced, or if an actor can bypass it. The exit code is 10 if no rule requires signed commits on a branch, and 12 if every such rule can be bypassed. A forge accepts every key that one of its users has uploaded; only "assay commits" verifies whose keys they are. See docs/commits.md.',
  flags: FLAGS,
  examples: [
    {
      command: 'assay commits rules ruleset.json --branch main --default-branch main',
      purpose: 'check a ruleset of GitHub (gh api repos/OWNER/REPO/rulesets/ID > ruleset.json)',
    },
    {
      command: 'assay commits rules push-rule.json --branch main --may-bypass GitLab',
      purpose: 'check a push rule of GitLab; commits made on its web pages always bypass it',
    },
  ],
  run: async (session) => {
    const { args, flags, context } = session;
    const branches = flags.all('branch').map(branchName);
    const defaultBranch = flags.text('default-branch');
    if (defaultBranch !== undefined) branchName(defaultBranch);
    if (branches.length === 0 || args.length === 0) {
      throw new AssayError('USAGE', args.length === 0 ? 'no file is given' : 'no branch is given', {
        hint: 'Write: assay commits rules ruleset.json --branch main',
      });
    }
    const rules: BranchRule[] = [];
    for (const file of args) rules.push(...(await readRules(session, file)));
    const outcome = judgeBranches(rules, {
      branches,
      mayBypass: flags.all('may-bypass'),
      ...(defaultBranch !== undefined && { defaultBranch }),
    });
    const verdict = trustVerdict(outcome, context.now());
    const lines = trustVerdictLines(verdict);
    await session.write(lines.map((line) => `${stripControl(line)}\n`).join(''));
    return verdict.exitCode;
  },
};

/** @throws AssayError `USAGE` */
function branchName(name: string): string {
  if (BRANCH.test(name)) return name;
  throw new AssayError('USAGE', `"${name}" is not a branch name`, {
    hint: 'Write the name without refs/heads/, and each branch by itself: --branch main --branch dev',
  });
}

async function readRules({ io }: Session, file: string): Promise<readonly BranchRule[]> {
  let bytes: Buffer;
  try {
    bytes = await readBoundedFile(resolve(io.cwd, file), { maxBytes: MAX_FILE_BYTES });
  } catch (error) {
    const isMissing = errnoOf(error) === 'ENOENT';
    const what = isMissing ? 'there is no such file' : errorMessage(error);
    throw new AssayError(
      isMissing ? 'NOT_FOUND' : 'ACCESS_DENIED',
      `cannot read "${file}": ${what}`,
      {
        hint: `It was looked for at "${resolve(io.cwd, file)}".`,
        cause: error,
      },
    );
  }
  return readBranchRules(file, bytes);
}
