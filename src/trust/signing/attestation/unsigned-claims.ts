/**
 * Unsigned bills of materials, as `cosign attach sbom` stores them: in a tag, or with
 * `--registry-referrers-mode oci-1-1` in a manifest that refers to the image.
 *
 * Source: sigstore/cosign, `specs/SBOM_SPEC.md`.
 */

import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { ImageRepository } from '../../../clients/oci/client.ts';
import { sbomTag } from '../image/attached.ts';
import { manifestAt } from '../image/read-attached.ts';

const SBOM_REFERRER = 'application/vnd.dev.cosign.artifact.sbom.v1+json';
/** Most that are named. */
const MAX_NAMED = 5;

/**
 * Returns sentences about the bills of materials that are not signed.
 * @throws AssayError if the registry cannot be asked
 */
export async function unsignedClaims(
  repository: Pick<ImageRepository, 'manifest' | 'referrers'>,
  digest: Digest,
): Promise<readonly string[]> {
  const tag = sbomTag(digest);
  const [tagged, referrers] = await Promise.all([
    manifestAt(repository, tag),
    repository.referrers(digest),
  ]);
  const listed = referrers.filter(({ artifactType }) => artifactType === SBOM_REFERRER);
  const places = [
    ...(tagged === undefined ? [] : [`tag "${tag}"`]),
    ...listed.map((one) => `referrer ${one.digest}`),
  ];
  return places
    .slice(0, MAX_NAMED)
    .map(
      (place) =>
        `The ${place} contains a bill of materials, and not in a signed attestation. It is a claim and was not judged.`,
    );
}
