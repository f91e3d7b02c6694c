/** Decides whether an image or a file is signed as it must be. */

import type { TrustOutcome } from '../../model/trust-outcome.ts';
import { thresholdOutcome, type SignatureJudgment } from '../judgment.ts';

/** A judgment, and whether the signature has a certificate. */
type Judgment = SignatureJudgment & { readonly hasCertificate?: boolean };

/** So many different signers are needed. */
export interface SignatureRequirement {
  readonly threshold: number;
  /** Names of those who count; absent: all that are trusted. */
  readonly signers?: readonly string[];
  /** Where the trust file asks for it. */
  readonly where?: string;
  /** Only identities may sign, so a signature needs a certificate. */
  readonly needsCertificate?: boolean;
}

/** Decides on one manifest or file. `subject` is its name, quoted. */
export function imageOutcome(
  judgments: readonly Judgment[],
  requirements: readonly SignatureRequirement[],
  subject: string,
): TrustOutcome {
  const outcomes = requirements.map((requirement) =>
    requirementOutcome(judgments, requirement, subject),
  );
  return {
    problems: outcomes.flatMap(({ problems }) => problems),
    held: outcomes.flatMap(({ held }) => held),
  };
}

function requirementOutcome(
  judgments: readonly Judgment[],
  { threshold, signers, where, needsCertificate }: SignatureRequirement,
  subject: string,
): TrustOutcome {
  const place = where === undefined ? '' : ` (${where})`;
  const hasCertificate = judgments.some((one) => one.hasCertificate === true);
  if (needsCertificate === true && judgments.length > 0 && !hasCertificate) {
    const message = `no signature of ${subject} has a certificate, and only identities are trusted for it${place}`;
    return { problems: [{ cause: 'noCertificate', message }], held: [] };
  }
  const eligible = judgments.map((one) => {
    if (!one.counts || signers === undefined || signers.includes(one.key?.name ?? '')) return one;
    const reason = `was made by the key "${one.key?.name ?? ''}", which is not one of the signers${place}`;
    return { ...one, counts: false, reason };
  });
  const { problems, held } = thresholdOutcome(eligible, { subject, threshold });
  return {
    problems: problems.map((one) => ({ ...one, message: one.message + place })),
    held,
  };
}
