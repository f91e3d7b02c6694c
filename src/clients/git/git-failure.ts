/** Git's failures, as errors for people. */

import { AssayError, type ErrorCode } from '../../core/base/errors.ts';
import type { GitExit } from './git-command.ts';
import { redactGitUrl } from './git-url.ts';

/** Messages of git, with the error code and the hint for each. */
const REASONS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /couldn't find remote ref|not our ref|unadvertised object/u,
    'NOT_FOUND',
    'Check the name of the branch, tag or commit.',
  ],
  [
    /unable to get password|could not read Username|could not read Password|Authentication failed|Permission denied|terminal prompts disabled|403/u,
    'ACCESS_DENIED',
    'Give git the credentials, by a credential helper or an SSH key: it is not asked on the terminal.',
  ],
  [
    /dubious ownership/u,
    'ACCESS_DENIED',
    'It belongs to another user: git config --global --add safe.directory DIR',
  ],
  [
    /not a git repository \(or any/u,
    'NOT_FOUND',
    'Name a directory of a git repository, or make it one: git init',
  ],
  [
    /not found|does not appear to be a git repository|not a git repository|does not exist/iu,
    'NOT_FOUND',
    'Check the address; private repositories look as if they were not there.',
  ],
];

/**
 * Returns the error for a run of git that failed; `url` is the repository that was asked. Addresses
 * are shown without their secrets.
 */
export function gitFailure({ code, stderr }: GitExit, url: string): AssayError {
  const lines = stderr
    .replaceAll(url, redactGitUrl(url))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const said = lines.find((line) => line.startsWith('fatal:')) ?? lines.at(-1) ?? `code ${code}`;
  const reason = REASONS.find(([pattern]) => pattern.test(stderr));
  return new AssayError(
    reason?.[1] ?? 'NETWORK',
    `git cannot read "${redactGitUrl(url)}": ${said.replace(/^fatal: /u, '')}`,
    { hint: reason?.[2] ?? 'Try it by hand: git ls-remote URL' },
  );
}
