/**
 * The attestations of an image that meet a requirement, each with its predicate. Unlike a required
 * attestation, the newest does not decide on all: each says something of its own.
 */

import type { JsonObject } from '../../../formats/text/json/json.ts';
import type { ImageRepository } from '../../../clients/oci/client.ts';
import { countedSignature } from '../signature-outcome.ts';
import { ageProblem, mayMeet, timeOf } from './attestation-outcome.ts';
import { findAttestations } from './find-attestations.ts';
import type {
  AttestationJudgment,
  AttestationRequirement,
  AttestationRules,
} from './judge-attestation.ts';

/** An attestation that meets a requirement. */
export interface AcceptedAttestation {
  /** The tag or the digest of the manifest that contains it. */
  readonly place: string;
  /** Names of the keys and identities for which it counts. */
  readonly signers: readonly string[];
  readonly predicate: JsonObject;
}

/** The attestations of one image. */
export interface AcceptedAttestations {
  readonly accepted: readonly AcceptedAttestation[];
  /** Reasons for refusing the others, and omissions, in whole sentences. */
  readonly refused: readonly string[];
  /** Whether some were not judged that may be by a trusted signer. */
  readonly isCut: boolean;
}

/**
 * Finds the attestations that meet at least one requirement. If some were not judged that may be by
 * a trusted signer, none is accepted: one of them may withdraw what the others say.
 *
 * @throws AssayError if the registry cannot be asked
 */
export async function acceptedAttestations(
  repository: ImageRepository,
  rules: AttestationRules,
): Promise<AcceptedAttestations> {
  const found = await findAttestations(repository, { ...rules, isPredicateKept: true });
  const accepted: AcceptedAttestation[] = [];
  const refused: string[] = [...found.notes];
  for (const judgment of found.judgments) {
    const { place, predicate } = judgment;
    const signers = acceptedSigners(judgment, rules);
    if (typeof signers === 'string') refused.push(`The attestation "${place}" ${signers}.`);
    else if (predicate !== undefined) accepted.push({ place, signers, predicate });
  }
  const isCut =
    found.isCut || found.unjudged.some((one) => rules.requirements.some((it) => mayMeet(one, it)));
  if (!isCut) return { accepted, refused, isCut };
  const note = `Not all attestations of ${rules.digest} are read, so none is used.`;
  return { accepted: [], isCut, refused: [...refused, note] };
}

/**
 * Returns the signers of an attestation that meets a requirement, else why it does not meet the
 * first one, as a predicate.
 */
function acceptedSigners(
  judgment: AttestationJudgment,
  { requirements, now }: AttestationRules,
): readonly string[] | string {
  let problem: string | undefined;
  for (const [index, requirement] of requirements.entries()) {
    const { predicateType } = judgment;
    if (predicateType !== undefined && predicateType !== requirement.predicateType) continue;
    const counted = countedSignature(judgment, requirement);
    const unmet =
      'reason' in counted ? counted.reason : predicateProblem(judgment, requirement, index, now);
    if (unmet === undefined && 'entries' in counted) return counted.entries;
    problem ??= unmet;
  }
  return problem ?? 'meets no requirement';
}

function predicateProblem(
  judgment: AttestationJudgment,
  requirement: AttestationRequirement,
  index: number,
  now: number,
): string | undefined {
  return judgment.unmet[index] ?? ageProblem(timeOf(judgment).time, requirement, now);
}
