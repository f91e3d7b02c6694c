/**
 * `--vex oci`: reads the VEX documents that trusted signers attested for the images of a scan.
 *
 * A document counts for an image if it is attested for its manifest, or for the image index by
 * which the image was reached. Attestations by others are named, and set nothing aside.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { ImageRepository } from '../../clients/oci/client.ts';
import type { StoredImage } from '../../clients/oci/content-store.ts';
import { readAttestedOpenVex } from '../policy/vex/attested-openvex.ts';
import type { AttestedImage, VexDocument } from '../policy/vex/statement.ts';
import {
  acceptedAttestations,
  type AcceptedAttestations,
} from '../../trust/signing/attestation/accepted-attestations.ts';
import type { AttestationRequirement } from '../../trust/signing/attestation/judge-attestation.ts';
import type { TrustedSigners } from '../../trust/signing/judgment.ts';
import type { OpenArtifact, SourceRequest } from '../source/source.ts';

/** Locations of an image's attestations, and the criteria for those that count. */
export interface AttestationPlace {
  readonly repository: ImageRepository;
  /** The name of the place, for messages. */
  readonly shown: string;
  readonly signers: TrustedSigners;
  /** A document counts if it meets one of them. */
  readonly requirements: readonly AttestationRequirement[];
  /** Sentences for the verdict about the trust in the signers. */
  readonly warnings: readonly string[];
}

/** Finds the attestations of images. */
export interface AttestedVexQuestion {
  /**
   * Returns the place of the attestations of an image; `undefined` if it has none.
   * @throws AssayError
   */
  readonly placeOf: (
    target: Pick<SourceRequest, 'reference' | 'registry'>,
    image: Pick<StoredImage, 'repository'>,
  ) => Promise<AttestationPlace | undefined>;
}

/** Statements that are attested for the images of one target. */
export interface AttestedStatements {
  readonly documents: readonly VexDocument[];
  readonly warnings: readonly string[];
}

/**
 * Reads the VEX documents that are attested for the artifacts of one target.
 *
 * @throws AssayError `USAGE` if an artifact is not an image with a place for attestations; as the
 * registry answers
 */
export async function readAttestedVex(
  artifacts: readonly Pick<OpenArtifact, 'artifact' | 'stored'>[],
  target: SourceRequest,
  question: AttestedVexQuestion,
  context: Context,
): Promise<AttestedStatements> {
  const documents: VexDocument[] = [];
  const warnings: string[] = [];
  for (const { artifact, stored } of artifacts) {
    const { reference } = artifact;
    const place = stored && (await question.placeOf(target, stored));
    if (stored === undefined || place === undefined) throw noPlace(reference);
    const image = { reference, manifestDigest: stored.manifestDigest };
    const digests = new Set([stored.root.digest, stored.manifestDigest]);
    documents.push(...(await documentsOf(image, [...digests], { place, context })));
    warnings.push(...place.warnings);
  }
  return { documents, warnings };
}

function noPlace(reference: string): AssayError {
  return new AssayError('USAGE', `--vex oci: "${reference}" has no place for attestations`, {
    hint: 'VEX attestations are read from a registry (--image-src remote, or docker://NAME) and from an OCI layout in a folder. Name a file with --vex FILE.',
  });
}

/**
 * Returns the documents for one image, and one more without statements that lists what does not
 * count.
 */
async function documentsOf(
  image: AttestedImage,
  digests: readonly Digest[],
  { place, context }: { readonly place: AttestationPlace; readonly context: Context },
): Promise<readonly VexDocument[]> {
  const { repository, shown, signers, requirements } = place;
  const now = context.now();
  context.progress({ kind: 'phase', name: 'reading VEX attestations' });
  const found: AcceptedAttestations[] = [];
  for (const digest of digests) {
    found.push(await acceptedAttestations(repository, { digest, signers, requirements, now }));
  }
  // What is left out at the index can withdraw what is attested for the image, and the other way
  // round.
  const isCut = found.some((one) => one.isCut);
  const predicates = found
    .flatMap(({ accepted }) => (isCut ? [] : accepted))
    .map((one) => {
      const path = `"${one.place}" of ${shown}, signed by ${one.signers.join(', ')}`;
      return { path, predicate: one.predicate };
    });
  const refused = found.flatMap((one) => one.refused);
  if (predicates.length === 0) {
    refused.push(`No VEX attestation by a trusted signer is there for ${digests.join(' or ')}.`);
  }
  return [
    ...readAttestedOpenVex(predicates, image, now),
    ...(refused.length === 0
      ? []
      : [{ path: shown, form: 'OpenVEX' as const, statements: [], problems: refused }]),
  ];
}
