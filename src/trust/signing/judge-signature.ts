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
  const { keys, roots } = signers;
  const { proof, verifies, hasCertificate } = signature;
  const common = { ...found, ...(hasCertificate && { hasCertificate }) };
  const key = keys.find(({ publicKey }) => verifies(publicKey));
  if (key !== undefined) return judgeKey(common, key, { times: await keyTimes(key), now });
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

  async function keyTimes({ publicKey }: VerifyingKey): Promise<readonly number[]> {
    if (proof === undefined || 'problem' in proof) return [];
    const { provenKeyTimes } = await import('./keyless/verify-bundle.ts');
    const all = (await roots.load()).map((root) => provenKeyTimes(proof, publicKey, root));
    return all.find((times) => times.length > 0) ?? [];
  }
}

function judgeKey(
  found: Pick<SignatureJudgment, 'form' | 'place'>,
  signer: VerifyingKey,
  { times, now }: { readonly times: readonly number[]; readonly now: number },
): SignatureJudgment {
  const judged = {
    ...found,
    key: { name: signer.name, id: signer.publicKey.id },
    ...provenTime(times),
  };
  const problem = problemAt(signer, times, now);
  if (problem === undefined) return { ...judged, counts: true };
  const reason = `was made by the key "${signer.name}", which ${problem}`;
  return { ...judged, counts: false, reason };
}
