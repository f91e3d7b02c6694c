/** Verifies the signatures of a file. */

import { timingSafeEqual } from 'node:crypto';

import { readBlobSignature, sha256, type BlobSignature } from './blob-signature.ts';
import {
  judgeSignature,
  type SignatureJudgment,
  type Verifies,
  type VerifyingKey,
} from './judgment.ts';
import { minisignCommentContent, minisignContent, minisignProblem } from './minisign.ts';

/** A file with a signature. */
export interface SignatureFile {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** Judges each signature of a content. `now` is in milliseconds since the Unix epoch. */
export function judgeBlobSignatures(
  content: Uint8Array,
  files: readonly SignatureFile[],
  { keys, now }: { readonly keys: readonly VerifyingKey[]; readonly now: number },
): readonly SignatureJudgment[] {
  return files.map(({ place, bytes }) => {
    const signature = readBlobSignature(bytes);
    const found = { form: signature.form, place };
    const problem = problemOf(signature, content);
    if (problem !== undefined) return { ...found, counts: false, reason: problem };
    return judgeSignature(found, keys, { verifies: verifierOf(signature, content), now });
  });
}

function problemOf(signature: BlobSignature, content: Uint8Array): string | undefined {
  if ('problem' in signature) return signature.problem;
  if ('minisign' in signature) return minisignProblem(content, signature.minisign);
  if (!('signature' in signature) || signature.digest === undefined) return undefined;
  return timingSafeEqual(signature.digest, sha256(content)) ? undefined : 'is about other content';
}

function verifierOf(signature: BlobSignature, content: Uint8Array): Verifies {
  if ('signature' in signature) {
    return (key) => key.verify(content, signature.signature);
  }
  if (!('minisign' in signature)) return () => false;
  const { minisign } = signature;
  const signed = minisignContent(content, minisign);
  return (key) =>
    key.kind === 'ed25519' &&
    key.verify(signed, minisign.signature) &&
    key.verify(minisignCommentContent(minisign), minisign.commentSignature);
}
