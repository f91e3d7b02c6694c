/**
 * Outputs of well-known actions that hold what an outsider has written, by action in lower case:
 * names of changed files, branches of pull requests, texts of comments.
 *
 * Source: the documentation of these actions.
 */

import type { Freedom } from './context-values.ts';

const OUTPUTS: ReadonlyMap<string, RegExp> = new Map([
  ['tj-actions/changed-files', /files$/u],
  ['step-security/changed-files', /files$/u],
  [
    'jitterbit/get-changed-files',
    /^(?:all|added|modified|removed|renamed|added_modified|deleted)$/u,
  ],
  ['trilom/file-changes-action', /^files/u],
  ['dorny/paths-filter', /_files$/u],
  ['xt0rted/pull-request-comment-branch', /^(?:head_)?ref$/u],
  ['alessbell/pull-request-comment-branch', /^(?:head_)?ref$/u],
  ['peter-evans/find-comment', /^comment-body$/u],
  ['jwalton/gh-find-current-pr', /^(?:title|body)$/u],
  ['tj-actions/branch-names', /^(?:head_ref_branch|current_branch)$/u],
  ['potiuk/get-workflow-origin', /^(?:sourceheadbranch)$/u],
  ['actions-ecosystem/action-regex-match', /^(?:match|group\d+)$/u],
]);

/**
 * Returns the freedom of an output of an action that is not part of the repository; `fixed` for an
 * unknown action.
 */
export function outsidersOutput(action: string, output: string): Freedom {
  return OUTPUTS.get(action)?.test(output) === true ? 'free' : 'fixed';
}
