/**
 * Judges an attestation: its subject, its signer, and whether its predicate meets each requirement.
 */

import type { JsonObject } from '../../../formats/text/json/json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { conditionProblem } from '../../trust-file/predicate-conditions.ts';
import type { AttestationRule } from '../../trust-file/trust-file.ts';
import type { SignedContent } from '../image/image-signature.ts';
import { judgeSigner, shownText, type ImageJudgment } from '../image/judge-signatures.ts';
import type { Place } from '../image/read-attached.ts';
import { refuseSignature, type TrustedSigners } from '../judgment.ts';
import { predicateTime } from './predicate-forms.ts';

/** The required content and the permitted signers of an attestation. */
export interface AttestationRequirement extends Omit<AttestationRule, 'scopes' | 'where'> {
  /** The line of the trust file that requires it; absent for the command line. */
  readonly where?: string;
  /** Only identities may sign, so an attestation needs a certificate. */
  readonly needsCertificate: boolean;
}

/** The rules that attestations of an image are judged by. */
export interface AttestationRules {
  readonly digest: Digest;
  readonly signers: TrustedSigners;
  readonly requirements: readonly AttestationRequirement[];
  /** Whether judgments of attestations that count have their predicates. */
  readonly isPredicateKept?: true;
  /** In milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * An attestation that was found, and whether it counts: a trusted signer made it, and it is about
 * this image.
 */
export interface AttestationJudgment extends ImageJudgment {
  /** Absent: it cannot be read. */
  readonly predicateType?: string;
  /** The time in its predicate, in ISO 8601; absent if it has none. */
  readonly statedAt?: string;
  /**
   * The reason for not meeting each requirement of its type, as a predicate; `undefined`: it does.
   */
  readonly unmet: readonly (string | undefined)[];
  /** Absent unless it counts and the rules keep predicates. */
  readonly predicate?: JsonObject;
}

/** An attestation that was read. */
export interface StatementContent extends SignedContent {
  readonly predicateType: string;
  readonly predicate: JsonObject;
}

/** Judges one signature of an attestation. */
export async function judgeAttestation(
  found: Place,
  content: StatementContent,
  { digest, signers, requirements, isPredicateKept, now }: AttestationRules,
): Promise<AttestationJudgment> {
  const { predicateType, predicate, claims, hasCertificate } = content;
  const time = predicateTime(predicateType, predicate);
  const described = {
    ...found,
    digest,
    predicateType,
    ...(time !== undefined && { statedAt: new Date(time).toISOString() }),
    unmet: requirements.map((one) =>
      one.predicateType === predicateType ? requirementProblem(one, predicate) : undefined,
    ),
  };
  if (!claims.some((claim) => claim.digest === digest)) {
    const problem = `is about another image: no subject is ${digest}`;
    return refuseSignature(described, { problem, hasCertificate });
  }
  const judged = { ...described, ...(await judgeSigner(found, content, { signers, now })) };
  return judged.counts && isPredicateKept === true ? { ...judged, predicate } : judged;
}

/** Returns why a predicate does not meet a requirement, as a predicate; `undefined` if it does. */
function requirementProblem(
  { result, conditions }: AttestationRequirement,
  predicate: JsonObject,
): string | undefined {
  const { verificationResult } = predicate;
  if (result !== undefined && verificationResult !== result) {
    const shown =
      typeof verificationResult === 'string'
        ? `the result ${shownText(verificationResult)}`
        : 'no result';
    return `has ${shown}, and ${result} is required`;
  }
  for (const condition of conditions) {
    const problem = conditionProblem(condition, predicate);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
