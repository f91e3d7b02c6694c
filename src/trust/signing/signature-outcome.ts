/** Decides whether an image or a file is signed as the rules require. */

import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import { differentSigners, type CountedSignature } from './different-signers.ts';
import type { SignatureJudgment } from './judgment.ts';

/** A required number of different signers. */
export interface SignatureRequirement {
  readonly threshold: number;
  /** Names of the keys and identities that count; absent: all that are trusted. */
  readonly signers?: readonly string[];
  /** The line of the trust file that asks for it; absent for the command line. */
  readonly where?: string;
  /** Only identities may sign, so a signature needs a certificate. */
  readonly needsCertificate?: boolean;
}

/** Reasons that one message lists. */
const MAX_REASONS = 5;

/** Joins the reasons of signatures that do not count; empty if there are none. */
export function shownReasons(reasons: readonly string[]): string {
  return reasons.length === 0 ? '' : `: ${reasons.slice(0, MAX_REASONS).join('; ')}`;
}

/** Decides on one manifest or file by all requirements. `subject` is its name, quoted. */
export function signatureOutcome(
  judgments: readonly SignatureJudgment[],
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
  judgments: readonly SignatureJudgment[],
  requirement: SignatureRequirement,
  subject: string,
): TrustOutcome {
  const { threshold, where, needsCertificate } = requirement;
  const place = where === undefined ? '' : ` (${where})`;
  const refused = (cause: TrustOutcome['problems'][number]['cause'], message: string) => ({
    problems: [{ cause, message: message + place }],
    held: [],
  });
  if (judgments.length === 0) return refused('unsigned', `${subject} has no signature`);
  const hasCertificate = judgments.some((one) => one.hasCertificate === true);
  if (needsCertificate === true && !hasCertificate) {
    return refused(
      'noCertificate',
      `no signature of ${subject} has a certificate, and only identities are trusted for it`,
    );
  }
  const signatures: CountedSignature[] = [];
  const reasons: string[] = [];
  for (const judgment of judgments) {
    const counted = countedSignature(judgment, requirement);
    if ('reason' in counted) reasons.push(`"${judgment.place}" ${counted.reason}`);
    else signatures.push(counted);
  }
  const signers = differentSigners(signatures);
  const size = signers.length;
  if (size >= threshold) {
    const message = `${subject} is signed by ${signers.join(', ')}`;
    return { problems: [], held: [{ group: 'signature', message }] };
  }
  const count =
    size === 0
      ? `no signature of ${subject} counts`
      : `${subject} is signed by ${size} of ${threshold} signers`;
  return refused('signatureRefused', count + shownReasons(reasons));
}

/**
 * Returns the signer and the entries that a signature counts for, or the reason why it does not
 * count.
 */
export function countedSignature(
  { counts, key, identity, reason = '' }: SignatureJudgment,
  { signers, where }: Pick<SignatureRequirement, 'signers' | 'where'>,
): CountedSignature | { readonly reason: string } {
  if (!counts) return { reason };
  const names = identity?.trustedAs ?? (key === undefined ? [] : [key.name]);
  const entries = names.filter((one) => signers === undefined || signers.includes(one));
  if (entries.length > 0) {
    // A name is one signer, whichever issuer confirmed it.
    const subjects = key === undefined ? (identity?.names ?? []).map(foldedName) : [key.id];
    return { subjects, entries };
  }
  const what = key === undefined ? 'identity' : 'key';
  const place = where === undefined ? '' : ` (${where})`;
  return {
    reason: `was made by the ${what} "${names.join('", "')}", which is not one of the signers${place}`,
  };
}

function foldedName(name: string): string {
  return `identity ${name.toLowerCase()}`;
}
