/**
 * Which signatures count: signed by a key that is trusted, valid at the instant of the run, and not revoked. The same for
 * files and images; only what was signed differs.
 */

import type { TrustOutcome } from '../model/trust-outcome.ts';
import { validityProblem } from '../trust/decisions.ts';
import type { Validity } from '../trust/trust-file.ts';
import type { PublicKey } from './public-key.ts';

/** A key whose signatures may count. */
export interface VerifyingKey extends Validity {
  /** Its name in the trust file, or its path. */
  readonly name: string;
  readonly publicKey: PublicKey;
}

/** A signature that was found, and whether it counts. */
export interface SignatureJudgment {
  /** How it is written, as in `bundle`. */
  readonly form: string;
  /** Where it was found: a file, a tag, a digest. */
  readonly place: string;
  readonly counts: boolean;
  /** The key that made it, if one of the trusted keys did. */
  readonly key?: { readonly name: string; readonly id: string };
  /** Why it does not count, as a predicate; absent if it counts. */
  readonly reason?: string;
}

/** Which of some keys verifies. */
export type Verifies = (key: PublicKey) => boolean;

/** Judges one signature. `now` is in milliseconds since the Unix epoch. */
export function judgeSignature(
  found: Pick<SignatureJudgment, 'form' | 'place'>,
  keys: readonly VerifyingKey[],
  { verifies, now }: { readonly verifies: Verifies; readonly now: number },
): SignatureJudgment {
  const signer = keys.find(({ publicKey }) => verifies(publicKey));
  if (signer === undefined) {
    const reason = 'was made by none of the trusted keys, or over other content';
    return { ...found, counts: false, reason };
  }
  const key = { name: signer.name, id: signer.publicKey.id };
  const problem = validityProblem(signer, now);
  if (problem === undefined) return { ...found, key, counts: true };
  return {
    ...found,
    key,
    counts: false,
    reason: `was made by the key "${signer.name}", which ${problem}`,
  };
}

/**
 * Decides whether enough different keys signed.
 *
 * `subject` is what was signed, quoted; `threshold` how many different keys must have signed it.
 */
export function thresholdOutcome(
  judgments: readonly SignatureJudgment[],
  { subject, threshold }: { readonly subject: string; readonly threshold: number },
): TrustOutcome {
  const signers = new Map(
    judgments.flatMap(({ counts, key }) =>
      counts && key !== undefined ? [[key.id, key.name]] : [],
    ),
  );
  const { size } = signers;
  if (size >= threshold) {
    const names = [...signers.values()].join(', ');
    return {
      problems: [],
      held: [{ group: 'signature', message: `${subject} is signed by ${names}` }],
    };
  }
  if (judgments.length === 0) {
    return { problems: [{ cause: 'unsigned', message: `${subject} has no signature` }], held: [] };
  }
  const reasons = judgments.flatMap(({ reason, place }) =>
    reason === undefined ? [] : [`"${place}" ${reason}`],
  );
  const count =
    size === 0
      ? `no signature of ${subject} counts`
      : `${subject} is signed by ${size} of ${threshold} keys`;
  const why = reasons.length === 0 ? '' : `: ${reasons.slice(0, 5).join('; ')}`;
  return { problems: [{ cause: 'signatureRefused', message: count + why }], held: [] };
}
