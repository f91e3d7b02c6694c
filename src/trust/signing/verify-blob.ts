/** Verifies the signatures of a file. */

import { readBlobSignature, type BlobSignature, type SeparateProof } from './blob-signature.ts';
import { judgeSignature } from './judge-signature.ts';
import {
  refuseSignature,
  type SignatureJudgment,
  type TrustedSigners,
  type VerifiableSignature,
} from './judgment.ts';
import {
  minisignCommentContent,
  minisignContent,
  minisignProblem,
  type MinisignSignature,
} from './minisign.ts';
import type { PublicKey, SignatureHash } from './public-key.ts';
import type { RefusedSignature } from './signature-proof.ts';

/** A file with a signature. */
export interface SignatureFile {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** Judges each signature of a content. `now` is in milliseconds since the Unix epoch. */
export async function judgeBlobSignatures(
  content: Uint8Array,
  files: readonly SignatureFile[],
  rules: {
    readonly signers: TrustedSigners;
    readonly now: number;
    readonly separate?: SeparateProof;
  },
): Promise<readonly SignatureJudgment[]> {
  return Promise.all(
    files.map(async ({ place, bytes }) => {
      const signature = readBlobSignature(bytes, content, rules.separate);
      const found = { form: signature.form, place };
      const read = verifiableOf(signature, content);
      if ('problem' in read) return refuseSignature(found, read);
      return judgeSignature(found, read, rules);
    }),
  );
}

/** Returns what verifies a signature, or why nothing does. */
function verifiableOf(
  signature: BlobSignature,
  content: Uint8Array,
): VerifiableSignature | RefusedSignature {
  if ('problem' in signature) return signature;
  if ('minisign' in signature) {
    const { minisign } = signature;
    const problem = minisignProblem(content, minisign);
    if (problem !== undefined) return { problem };
    const signed = minisignContent(content, minisign);
    return {
      verifies: (key: PublicKey) => verifiesMinisign(key, signed, minisign),
      hasCertificate: false,
    };
  }
  return {
    ...signature,
    verifies: (key: PublicKey, hash?: SignatureHash) =>
      key.verify(content, signature.signature, hash),
  };
}

function verifiesMinisign(
  key: PublicKey,
  signed: Uint8Array,
  minisign: MinisignSignature,
): boolean {
  return (
    key.kind === 'ed25519' &&
    key.verify(signed, minisign.signature) &&
    key.verify(minisignCommentContent(minisign), minisign.commentSignature)
  );
}
