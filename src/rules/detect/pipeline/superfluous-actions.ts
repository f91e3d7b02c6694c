/**
 * Actions that a command of the runner replaces, by name in lower case. Runners of GitHub have gh,
 * git, jq, docker and rustup installed. As of 2026-12-03; `docs/pipelines.md` says how the table is
 * renewed.
 *
 * Source: the README files of the actions; the manuals of gh and docker; the list of software of
 * the runner images.
 */

/** What replaces an action. */
export interface Replacement {
  /** As a complete sentence names it. */
  readonly command: string;
  /** Set where the action does more than the command, so that only some users want to replace it. */
  readonly isPedantic?: boolean;
}

const GH_RELEASE: Replacement = { command: '"gh release create"' };
const GH_UPLOAD: Replacement = { command: '"gh release upload"' };
const GH_LABEL_ADD: Replacement = {
  command: '"gh issue edit --add-label" or "gh pr edit --add-label"',
};
const GH_LABEL_REMOVE: Replacement = {
  command: '"gh issue edit --remove-label" or "gh pr edit --remove-label"',
};
const GIT_COMMIT: Replacement = {
  command: '"git add", "git commit" and "git push"',
  isPedantic: true,
};

/** The table. */
export const SUPERFLUOUS_ACTIONS: ReadonlyMap<string, Replacement> = new Map<string, Replacement>([
  ['actions-ecosystem/action-add-labels', GH_LABEL_ADD],
  ['actions-ecosystem/action-remove-labels', GH_LABEL_REMOVE],
  ['addnab/docker-run-action', { command: '"docker run", or a container of the job' }],
  ['dacbd/create-issue-action', { command: '"gh issue create"' }],
  ['dtolnay/rust-toolchain', { command: '"rustup toolchain install"', isPedantic: true }],
  ['elgohr/github-release-action', GH_RELEASE],
  ['endbug/add-and-commit', GIT_COMMIT],
  ['ncipollo/release-action', GH_RELEASE],
  [
    'peter-evans/create-or-update-comment',
    { command: '"gh pr comment" or "gh issue comment"', isPedantic: true },
  ],
  ['peter-evans/create-pull-request', { command: '"gh pr create"', isPedantic: true }],
  ['sergeysova/jq-action', { command: '"jq"' }],
  ['softprops/action-gh-release', GH_RELEASE],
  ['stefanzweifel/git-auto-commit-action', GIT_COMMIT],
  ['svenstaro/upload-release-action', GH_UPLOAD],
]);
