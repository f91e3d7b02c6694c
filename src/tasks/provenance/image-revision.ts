/**
 * The meaning of verified commits for images that are built from them.
 *
 * Source: OCI image specification, "Annotations", `org.opencontainers.image.revision`: the
 * identifier of the revision of the packaged software, which builders write as a label of the
 * image. It is a claim: nothing proves that an image was built from the commit. An image that
 * claims no commit, or another one, is refused, because the commits would be about other software.
 */

import type { Artifact } from '../../core/model/artifact/artifact.ts';
import { formatPlatform } from '../../core/model/artifact/platform.ts';
import type { TrustOutcome, TrustProblem } from '../../core/model/report/trust-outcome.ts';

/** The label with the commit. */
const REVISION = 'org.opencontainers.image.revision';
const HINT = `build it with --label ${REVISION}=COMMIT`;

/**
 * Compares the commit that images claim with the last commit of a verified range. `commits` is the
 * outcome of that range.
 */
export function imageRevisionOutcome(
  images: readonly Pick<Artifact, 'reference' | 'image'>[],
  { head, commits }: { readonly head: string; readonly commits: TrustOutcome },
): TrustOutcome {
  const found = images.flatMap((image) => revisionProblem(image, head) ?? []);
  const problems = [...commits.problems, ...found];
  const held =
    problems.length > 0
      ? []
      : commits.held.map(({ group, message }) => ({
          group,
          message: `${message}. That the image was built from ${head} is a claim of its label ${REVISION}`,
        }));
  return { ...commits, problems, held };
}

function revisionProblem(
  { reference, image }: Pick<Artifact, 'reference' | 'image'>,
  head: string,
): TrustProblem | undefined {
  const claimed = image?.labels.get(REVISION) ?? '';
  if (claimed === head) return undefined;
  const name = `"${reference}" (${formatPlatform(image?.platform)})`;
  if (claimed === '') {
    return {
      cause: 'unsigned',
      message: `${name} does not claim a commit that it was built from: ${HINT}`,
    };
  }
  return {
    cause: 'signatureRefused',
    message: `${name} claims to be built from "${claimed.slice(0, 80)}", and the verified commits end at ${head}`,
  };
}
