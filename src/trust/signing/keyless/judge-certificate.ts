/**
 * Judges a signature by its certificate: a trusted root confirms it, it is of a trusted identity,
 * and that was valid then.
 */

import { problemAt, provenTime, type SignatureJudgment, type TrustedSigners } from '../judgment.ts';
import type { SignatureProof } from '../signature-proof.ts';
import type { TrustedRoot } from './trusted-root.ts';
import {
  verifyCertificateBundle,
  type BundleVerification,
  type VerifiedSigner,
  type VerifyOptions,
} from './verify-bundle.ts';
import { identityMismatch, isOfIdentity, type VerifyingIdentity } from './verifying-identity.ts';

type BundleProof = Exclude<SignatureProof, { readonly problem: string }>;

/** The judgment of a certificate. */
export type CertificateJudgment = Pick<
  SignatureJudgment,
  'counts' | 'reason' | 'identity' | 'provenAt'
>;

/** Identities, and the roots that confirm their certificates. */
export interface ConfirmedIdentities extends Pick<TrustedSigners, 'identities' | 'demands'> {
  readonly roots: readonly TrustedRoot[];
}

/** Judges the certificate of a signature. `now` is in milliseconds since the Unix epoch. */
export async function judgeCertificate(
  proof: BundleProof,
  { identities, roots, demands = {} }: TrustedSigners,
  now: number,
): Promise<CertificateJudgment> {
  return judgeByRoots(proof, { identities, demands, roots: await roots.load() }, now);
}

/** Judges the certificate of a signature by roots that were read. */
export function judgeByRoots(
  proof: BundleProof,
  { identities, roots, demands = {} }: ConfirmedIdentities,
  now: number,
): CertificateJudgment {
  const verified = verifyByRoots(proof, roots, { now, demands });
  if ('problem' in verified) return { counts: false, reason: verified.problem };
  const { signer } = verified;
  const { names, issuer, times } = signer;
  const mismatch = identityMismatch(signer, identities);
  const trusted = identities.filter((one) => isOfIdentity(signer, one));
  const problems = trusted.map((one) => signerProblem(one, signer, now));
  const revoked = problems.find((problem) => problem?.isRevoked === true);
  const trustedAs = trusted
    .filter((_, index) => problems[index] === undefined)
    .map(({ name }) => name);
  const judged = {
    identity: { names, ...(issuer !== undefined && { issuer }), trustedAs },
    ...provenTime(times),
  };
  const refused = revoked ?? (trustedAs.length === 0 ? problems[0] : undefined);
  const reason = mismatch ?? refused?.reason;
  if (reason === undefined) return { ...judged, counts: true };
  return { ...judged, counts: false, reason };
}

/**
 * Returns the first root's answer that confirms the certificate, else the answer of the first root.
 */
function verifyByRoots(
  { bundle, subject }: BundleProof,
  roots: readonly TrustedRoot[],
  options: VerifyOptions,
): BundleVerification {
  let first: BundleVerification | undefined;
  for (const root of roots) {
    const verified = verifyCertificateBundle(bundle, subject, root, options);
    if ('signer' in verified) return verified;
    first ??= verified;
  }
  return first ?? { problem: 'has a certificate, and there is no trusted root' };
}

/** Returns why an identity did not count when it signed; `undefined` if it did. */
function signerProblem(
  one: VerifyingIdentity,
  signer: VerifiedSigner,
  now: number,
): { readonly reason: string; readonly isRevoked: boolean } | undefined {
  const restrictions = (one.restrictions ?? []).filter((other) => isOfIdentity(signer, other));
  const entries = [one, ...restrictions.filter(({ revoked }) => revoked !== undefined)];
  for (const entry of entries) {
    const problem = problemAt(entry, signer.times, now);
    if (problem === undefined) continue;
    return { reason: textOf(entry, problem), isRevoked: entry.revoked !== undefined };
  }
  const expired = restrictions.map((entry) => problemAt(entry, signer.times, now));
  const [problem] = expired;
  if (problem === undefined || expired.includes(undefined)) return undefined;
  return { reason: textOf(restrictions[0] ?? one, problem), isRevoked: false };
}

function textOf({ name }: VerifyingIdentity, problem: string): string {
  return `was made by the identity "${name}", which ${problem}`;
}
