/**
 * Inputs of well-known actions that are run as code, by action and input in lower case.
 *
 * Source: the documentation of these actions.
 */
export const CODE_INPUTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['actions/github-script', ['script']],
  ['amadevus/pwsh-script', ['script']],
  ['appleboy/ssh-action', ['script']],
  ['azure/cli', ['inlinescript']],
  ['azure/powershell', ['inlinescript']],
  ['cardinalby/js-eval-action', ['expression']],
  ['cloudposse/github-action-yaml-query', ['query']],
  ['devorbitus/yq-action-output', ['cmd']],
  ['ffurrer2/extract-release-notes', []],
  ['jannekem/run-python-script-action', ['script']],
  ['mikefarah/yq', ['cmd']],
  ['nick-fields/retry', ['command', 'on_retry_command', 'new_command_on_retry']],
  ['nick-invision/retry', ['command', 'on_retry_command', 'new_command_on_retry']],
  ['addnab/docker-run-action', ['run']],
  ['reactivecircus/android-emulator-runner', ['script', 'pre-emulator-launch-script']],
  ['sergeysova/jq-action', ['cmd']],
  ['uraimo/run-on-arch-action', ['run', 'setup', 'install']],
  ['vmactions/freebsd-vm', ['run', 'prepare']],
]);
