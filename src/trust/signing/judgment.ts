/**
 * Judgments of signatures: one counts if a trusted key or a trusted identity made it, and if that
 * signer was valid when it signed. The rules are the same for files and images.
 *
 * The time of signing is the one that a log or a timestamp proves, else the clock of the run.
 */

import type { CertificateIdentity } from './keyless/certificate-identity.ts';
import type { VerifyingIdentity } from './keyless/verifying-identity.ts';
import { validityProblem } from '../trust-file/decisions.ts';
import type { Validity } from '../trust-file/trust-file.ts';
import type { PublicKey, SignatureHash } from './public-key.ts';
import type { ReadProof, RefusedSignature } from './signature-proof.ts';
import type { TrustedRootLoader } from './trusted-roots.ts';

/** A key whose signatures may count. */
export interface VerifyingKey extends Validity {
  /** Its name in the trust file, or its path. */
  readonly name: string;
  readonly publicKey: PublicKey;
}

/** The keys and identities whose signatures may count. */
export interface TrustedSigners {
  readonly keys: readonly VerifyingKey[];
  readonly identities: readonly VerifyingIdentity[];
  /** The roots that confirm certificates and times. */
  readonly roots: TrustedRootLoader;
  readonly demands?: ProofDemands;
}

/** What signatures must have, beside a trusted signer. */
export interface ProofDemands {
  /** The hash of signatures with keys; absent: the usual ones of each key. */
  readonly hash?: SignatureHash | undefined;
  /**
   * Whether signatures with keys need an entry of the logs that the trusted root names, and a time.
   */
  readonly keysNeedRoot?: boolean;
  /** Whether a timestamp of an authority is needed; times of logs do not count then. */
  readonly needsTimestamp?: boolean;
  /**
   * Whether certificates are judged at the clock of the run where the trusted root names no logs,
   * unless a timestamp is needed.
   */
  readonly prefersClock?: boolean;
  /** Whether bundles of v0.3 may have a chain of certificates. */
  readonly allowsChain?: boolean;
}

/** A signature that was found, and whether it counts. */
export interface SignatureJudgment {
  /** The form, as in `bundle`. */
  readonly form: string;
  /** The location: a file, a tag, a digest. */
  readonly place: string;
  readonly counts: boolean;
  /** The trusted key that made it; absent if none did. */
  readonly key?: { readonly name: string; readonly id: string };
  /** The identity that its certificate proves; absent if no certificate verifies. */
  readonly identity?: JudgedIdentity;
  /** Whether a certificate lies beside it; it need not verify. */
  readonly hasCertificate?: true;
  /** When it was made at the latest, in ISO 8601; absent if no log and no timestamp proves it. */
  readonly provenAt?: string;
  /** Reason why it does not count, as a predicate; absent if it counts. */
  readonly reason?: string;
  /** What a signature that counts leaves open, as a predicate. */
  readonly note?: string | undefined;
}

/** An identity that a certificate proves. */
export interface JudgedIdentity extends Pick<CertificateIdentity, 'names' | 'issuer'> {
  /** Names of the trusted identities that it is; empty if it is none of them. */
  readonly trustedAs: readonly string[];
}

/** A signature that was read, with the data to verify it. */
export interface VerifiableSignature extends ReadProof {
  /** Returns whether a key made the signature. */
  readonly verifies: (key: PublicKey, hash?: SignatureHash) => boolean;
}

/** Judges a signature that counts for nothing. */
export function refuseSignature<Found extends Pick<SignatureJudgment, 'form' | 'place'>>(
  found: Found,
  { problem, hasCertificate }: RefusedSignature,
): Found & SignatureJudgment {
  return {
    ...found,
    ...(hasCertificate === true && { hasCertificate }),
    counts: false,
    reason: problem,
  };
}

/**
 * Returns why a signer did not count when it signed; `undefined` if it did. Without proven times,
 * `now` is judged.
 */
export function problemAt(
  signer: Validity,
  times: readonly number[],
  now: number,
): string | undefined {
  for (const time of times.length === 0 ? [now] : times) {
    const problem = validityProblem(signer, time);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Returns the earliest of the proven times for a judgment. `times` ascend. */
export function provenTime(times: readonly number[]): Pick<SignatureJudgment, 'provenAt'> {
  const [first] = times;
  return first === undefined ? {} : { provenAt: new Date(first).toISOString() };
}
