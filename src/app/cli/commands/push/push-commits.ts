/**
 * `--commits` of `assay push`: the verdict on the commits that an image claims to be built from.
 */

import type { Flag } from '../../../config/flag.ts';
import type { TrustOutcome } from '../../../../core/model/report/trust-outcome.ts';
import type { VerifiedRepository } from '../../../../tasks/provenance/repository.ts';
import type { FoundTrustFile } from '../../../../trust/trust-file/find-trust-file.ts';
import { requiredTrustFile } from '../commits/required-trust-file.ts';
import type { Session } from '../command.ts';

/** Stands for the commits since the last release. */
const SINCE_TAG = 'since-tag';

/** Asks for the verdict on commits. */
export const COMMITS_FLAG: Flag = {
  name: 'commits',
  value: 'RANGE',
  valueIfBare: SINCE_TAG,
  group: 'Trust',
  help: "require that the commits of RANGE are signed, and that the image's revision label names the last one (default: since the last annotated tag)",
};

/** A range that was verified. */
export interface VerifiedCommits {
  /** Id of its last commit. */
  readonly head: string;
  readonly commits: TrustOutcome;
  /**
   * `since-release`: since a tag that is verified too, or from the first commit on. `named`: since
   * a base that the user chose.
   */
  readonly kind: 'named' | 'since-release';
}

/**
 * Opens the repository whose commits are verified; `undefined` if no flag asks for it. @throws
 * AssayError as `openRepository`
 */
export async function openCommits({
  flags,
  io,
  context,
}: Session): Promise<VerifiedRepository | undefined> {
  if (flags.text(COMMITS_FLAG.name) === undefined) return undefined;
  const { openRepository } = await import('../../../../tasks/provenance/repository.ts');
  return openRepository({ folder: io.cwd, env: io.env }, context);
}

/**
 * Verifies the commits. @throws AssayError `USAGE` without a trust file; what verifying a range
 * throws
 */
export async function verifyCommits(
  { flags, context }: Session,
  repository: VerifiedRepository,
  found: FoundTrustFile | undefined,
): Promise<VerifiedCommits> {
  const [{ loadCommitTrust }, { commitsTrustOutcome }, { resolveRange }, { sinceTag }, verifying] =
    await Promise.all([
      import('../../../../tasks/provenance/commit-trust.ts'),
      import('../../../../tasks/provenance/outcome.ts'),
      import('../../../../tasks/provenance/range.ts'),
      import('../../../../tasks/provenance/since-tag.ts'),
      import('../../../../tasks/provenance/verify-range.ts'),
    ]);
  const trust = await loadCommitTrust(requiredTrustFile(found), context.now());
  const text = flags.text(COMMITS_FLAG.name) ?? SINCE_TAG;
  const { place } = repository;
  const range =
    text === SINCE_TAG
      ? await sinceTag(place, context)
      : await resolveRange({ range: text }, place, context);
  const { warnings, ...outcome } = await verifying.verifyRange(
    { repository, range, trust, withTags: false, allowsEmpty: false },
    context,
  );
  const { heads, bases, baseTag } = range;
  return {
    head: heads[0] ?? '',
    commits: { ...commitsTrustOutcome(outcome), warnings },
    kind: baseTag === undefined && bases.length > 0 ? 'named' : 'since-release',
  };
}
