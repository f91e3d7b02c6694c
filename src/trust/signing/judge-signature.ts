/**
 * Judges a signature: which trusted key or identity made it, and whether that signer was valid
 * then.
 */

import {
  problemAt,
  provenTime,
  refuseSignature,
  type SignatureJudgment,
  type TrustedSigners,
  type VerifiableSignature,
  type VerifyingKey,
} from './judgment.ts';

/** Judges one signature. `now` is in milliseconds since the Unix epoch. */
export async function judgeSignature(
  found: Pick<SignatureJudgment, 'form' | 'place'>,
  signature: VerifiableSignature,
  { signers, now }: { readonly signers: TrustedSigners; readonly now: number },
): Promise<SignatureJudgment> {
  const { keys, roots, demands = {} } = signers;
  const { proof, verifies, hasCertificate } = signature;
  const common = { ...found, ...(hasCertificate && { hasCertificate }) };
  const key = keys.find(({ publicKey }) => verifies(publicKey, demands.hash));
  const isCertified = hasCertificate && found.form === 'bundle';
  if (key !== undefined && !isCertified) {
    const proven = await keyTimes(key);
    if ('problem' in proven) return refuseSignature({ ...common, key: keyOf(key) }, proven);
    return judgeKey(common, key, { ...proven, now });
  }
  if (key !== undefined && signers.identities.length === 0) {
    const problem = `has a certificate, so the key "${key.name}" alone does not count for it`;
    return refuseSignature(common, { problem });
  }
  if (hasCertificate && proof !== undefined) {
    if ('problem' in proof) return refuseSignature(common, proof);
    const { judgeCertificate } = await import('./keyless/judge-certificate.ts');
    return { ...common, ...(await judgeCertificate(proof, signers, now)) };
  }
  const problem =
    keys.length === 0
      ? 'was made with a key, and has no certificate'
      : 'was made by none of the trusted keys, or over other content';
  return refuseSignature(common, { problem });

  async function keyTimes({ publicKey }: VerifyingKey): Promise<KeyTimes> {
    const isDemanded = demands.keysNeedRoot === true || demands.needsTimestamp === true;
    if (proof !== undefined && 'problem' in proof) return isDemanded ? proof : { times: [] };
    if (proof === undefined && !isDemanded) return { times: [] };
    const { keyProof, provenKeyTimes } = await import('./keyless/verify-bundle.ts');
    const loaded = await roots.load();
    if (isDemanded) {
      const all = loaded.map((root) => keyProof(proof, { publicKey, root, demands }));
      return all.find((one) => 'times' in one) ?? all[0] ?? { times: [] };
    }
    if (proof === undefined) return { times: [] };
    const all = loaded.map((root) => provenKeyTimes(proof, publicKey, root));
    return { times: all.find((times) => times.length > 0) ?? [] };
  }
}

/** The times that are proven for a signature of a key, or why it does not count. */
type KeyTimes = { readonly times: readonly number[] } | { readonly problem: string };

function keyOf({ name, publicKey }: VerifyingKey): NonNullable<SignatureJudgment['key']> {
  return { name, id: publicKey.id };
}

function judgeKey(
  found: Pick<SignatureJudgment, 'form' | 'place'>,
  signer: VerifyingKey,
  { times, now }: { readonly times: readonly number[]; readonly now: number },
): SignatureJudgment {
  const judged = {
    ...found,
    key: keyOf(signer),
    ...provenTime(times),
  };
  const problem = problemAt(signer, times, now);
  if (problem === undefined) return { ...judged, counts: true };
  const reason = `was made by the key "${signer.name}", which ${problem}`;
  return { ...judged, counts: false, reason };
}
