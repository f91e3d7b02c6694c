/**
 * The possible proof of the signer and the time of a signature: a certificate, entries of
 * transparency logs, timestamps.
 */

import { isJsonArray, isJsonObject, type JsonObject } from '../../formats/text/json/json.ts';
import { objectAt } from './bundle-parts.ts';
import type { Subject } from './keyless/signed-content.ts';

/**
 * The material as a bundle of Sigstore about a subject, or the reason why it cannot be read, as a
 * predicate.
 */
export type SignatureProof =
  { readonly bundle: Uint8Array; readonly subject: Subject } | { readonly problem: string };

/** The proof beside a signature. */
export interface ReadProof {
  readonly hasCertificate: boolean;
  /** Absent if there is no certificate, no log entry and no timestamp. */
  readonly proof?: SignatureProof;
}

/** A signature that counts for nothing. */
export interface RefusedSignature {
  /** The reason, as a predicate. */
  readonly problem: string;
  /** Whether a certificate lies beside it all the same. */
  readonly hasCertificate?: boolean;
  /** Whether it is a bundle about an image all the same, with a fault in its form. */
  readonly isImageBundle?: true;
  /** Its content has more bytes than are read, so it is unknown who made it. */
  readonly isTooLarge?: true;
}

/**
 * Returns what a bundle contains beside its signature. `bytes` is the same bundle as it was stored.
 */
export function bundleProof(bytes: Uint8Array, bundle: JsonObject, subject: Subject): ReadProof {
  const material = objectAt(bundle, 'verificationMaterial') ?? {};
  const hasCertificate = ['certificate', 'x509CertificateChain'].some((key) =>
    isJsonObject(material[key]),
  );
  const stamps = objectAt(material, 'timestampVerificationData')?.['rfc3161Timestamps'];
  const hasTime = [material['tlogEntries'], stamps].some(
    (list) => isJsonArray(list) && list.length > 0,
  );
  if (!hasCertificate && !hasTime) return { hasCertificate };
  return { hasCertificate, proof: { bundle: bytes, subject } };
}
