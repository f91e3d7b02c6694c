/**
 * The signatures that the trust file requires for REF, counted at a place: those of SRC that are
 * copied, or all that are at REF when the tag is about to be written. Signatures that name another
 * repository than that of REF do not count.
 */

import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import type { ImageRepository } from '../../clients/oci/client.ts';
import { findSignatures } from '../../trust/signing/image/find-signatures.ts';
import type { RepositoryName } from '../../trust/signing/image/image-signature.ts';
import { judgeImageSignature } from '../../trust/signing/image/judge-signatures.ts';
import type { SignatureJudgment, TrustedSigners } from '../../trust/signing/judgment.ts';
import {
  signatureOutcome,
  type SignatureRequirement,
} from '../../trust/signing/signature-outcome.ts';

/** The rules of the trust file on signatures at REF, and the signers that count. */
export interface RequiredSignatures {
  readonly signers: TrustedSigners;
  readonly requirements: readonly SignatureRequirement[];
  readonly name: RepositoryName;
  /** Whether bundles must name the repository. */
  readonly requiresRepository?: boolean;
  /** In milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Judges the signatures of a manifest at a place. `own` are those that the push will add.
 *
 * @throws AssayError if the place cannot be asked
 */
export async function judgeRequired(
  place: ImageRepository,
  digest: Digest,
  { signers, requirements, name, requiresRepository = false, now }: RequiredSignatures,
  own: readonly SignatureJudgment[] = [],
): Promise<TrustOutcome> {
  const { found, notes } = await findSignatures(place, digest);
  const rules = {
    digest,
    repository: name,
    requiresRepository,
    annotations: new Map<string, string>(),
    signers,
    now,
  };
  const judged = await Promise.all(found.map((one) => judgeImageSignature(one, rules)));
  const subject = `"${name.domain}/${name.path}@${digest}"`;
  const outcome = signatureOutcome([...judged, ...own], requirements, subject);
  return notes.length === 0 ? outcome : { ...outcome, warnings: notes };
}

/**
 * Judges what is at REF before the tag is written.
 * @throws AssayError `CONTENT_MISMATCH` if a rule is not met
 */
export async function confirmRequired(
  place: ImageRepository,
  digest: Digest,
  rules: RequiredSignatures,
): Promise<void> {
  const { problems } = await judgeRequired(place, digest, rules);
  const [problem] = problems;
  if (problem === undefined) return;
  throw new AssayError('CONTENT_MISMATCH', problem.message, {
    hint: 'The signatures changed after the verdict. Push again.',
  });
}
