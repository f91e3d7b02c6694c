/**
 * The push rule of a project of GitLab. It is for all branches.
 *
 * Source: GitLab, "Project push rules API", `project_id`, `reject_unsigned_commits`; "Group push
 * rules API", whose answer has no `project_id`; "Group push rules": a project copies them when it
 * is created, and can change its copy. "Push rules", "Unsigned commits appear in commit history":
 * the rule ignores commits that GitLab itself creates for its pages and its API.
 */

import type { JsonObject } from '../../../formats/text/json/json.ts';
import type { BranchRule } from './branch-rule.ts';
import type { RuleFile } from './rule-file.ts';

/**
 * Returns whether a document is a push rule. Those of an edition that cannot require signatures do
 * not have the key.
 */
export function isPushRule(document: JsonObject): boolean {
  return 'reject_unsigned_commits' in document;
}

/**
 * Returns the push rule if it requires signed commits.
 * @throws AssayError `CONFIG_INVALID` for that of a group
 */
export function readPushRule(document: JsonObject, file: RuleFile): readonly BranchRule[] {
  if (typeof document['project_id'] !== 'number') {
    throw file.refuse(
      'it is the push rule of a group, which binds no project: a new project copies it and may change the copy',
      'Export the push rule of the project: glab api projects/ID/push_rule',
    );
  }
  if (document['reject_unsigned_commits'] !== true) return [];
  return [
    {
      name: `the push rule (${file.name})`,
      branches: { include: ['~ALL'], exclude: [] },
      bypassActors: [{ name: 'GitLab', mode: 'commits of its pages and its API' }],
    },
  ];
}
