/**
 * The push rule of a project or a group of GitLab. It is for all branches.
 *
 * Source: GitLab, "Project push rules API", `reject_unsigned_commits`; "Push rules", "Unsigned commits appear in commit history": the
 * rule ignores commits that GitLab itself creates for its pages and its API.
 */

import type { JsonObject } from '../../format/json.ts';
import type { BranchRule } from './branch-rule.ts';
import type { RuleFile } from './rule-file.ts';

/** Whether a document is a push rule. Those of an edition that cannot require signatures do not have the key. */
export function isPushRule(document: JsonObject): boolean {
  return 'reject_unsigned_commits' in document;
}

/** Returns the push rule if it requires signed commits. */
export function readPushRule(document: JsonObject, file: RuleFile): readonly BranchRule[] {
  if (document['reject_unsigned_commits'] !== true) return [];
  return [
    {
      name: `the push rule (${file.name})`,
      branches: { include: ['~ALL'], exclude: [] },
      bypassActors: [{ name: 'GitLab', mode: 'commits of its pages and its API' }],
    },
  ];
}
