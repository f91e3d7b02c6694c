/**
 * Signatures of files, recognized by their form: base64 as cosign writes it, the bundle of
 * Sigstore, the older bundle of cosign, minisign, and the signature alone in binary.
 *
 * Source: sigstore/protobuf-specs, `sigstore_bundle.proto` (v0.1 to v0.3, JSON form);
 * sigstore/cosign, `pkg/cosign/fetch.go` (`LocalSignedPayload`: `cert` is the certificate or the
 * public key as PEM, mostly in base64).
 */

import { createHash } from 'node:crypto';

import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/text/json/json.ts';
import { base64Of, isBundleType, objectAt } from './bundle-parts.ts';
import { bundleProblem } from './bundle-fields.ts';
import { readUnambiguous } from './envelope.ts';
import { isMinisign, readMinisign, type MinisignSignature } from './minisign.ts';
import { readLegacyProof } from './legacy-proof.ts';
import { bundleProof, type ReadProof, type RefusedSignature } from './signature-proof.ts';

/** Hashes of the digest that a bundle names, by their names in bundles. */
const DIGEST_HASHES: ReadonlyMap<unknown, string> = new Map([
  ['SHA2_256', 'sha256'],
  ['SHA2_384', 'sha384'],
  ['SHA2_512', 'sha512'],
]);
const PUBLIC_KEY_HEAD = '-----BEGIN PUBLIC KEY-----';
/** Largest file with a signature; certificates and log entries take some kilobytes. */
export const MAX_SIGNATURE_BYTES = 16 * 1024 * 1024;

/** The notation of a signature. */
export type BlobForm = 'base64' | 'bundle' | 'cosign-bundle' | 'minisign' | 'binary';

/** A signature that was read: something to verify, or the reason why it counts for nothing. */
export type BlobSignature = { readonly form: BlobForm } & (
  | ({ readonly signature: Uint8Array } & ReadProof)
  | { readonly minisign: MinisignSignature }
  | RefusedSignature
);

/** What lies in files of its own beside a signature in base64 or an older bundle of cosign. */
export interface SeparateProof {
  /** A certificate as PEM, or that in base64. */
  readonly certificate?: string | undefined;
  /** A timestamp: an `RFC3161Timestamp` as JSON. */
  readonly timestamp?: string | undefined;
}

/** Reads a signature of a content. Never throws: what cannot be read is a problem. */
export function readBlobSignature(
  bytes: Uint8Array,
  content: Uint8Array,
  separate: SeparateProof = {},
): BlobSignature {
  const text = Buffer.from(bytes).toString('utf8');
  if (isMinisign(text)) {
    const minisign = readMinisign(text);
    if (typeof minisign === 'string') return { form: 'minisign', problem: minisign };
    return { form: 'minisign', minisign };
  }
  if (text.trimStart().startsWith('{')) return readDocument(bytes, content, separate);
  // openssl and base64 write lines; cosign reads them as well.
  const signature = base64Of(text.replaceAll(/\s+/gu, ''));
  if (signature !== undefined) {
    return { form: 'base64', signature, ...proofOf({ content, signature }, separate) };
  }
  if (bytes.length === 0) return { form: 'binary', problem: 'is empty' };
  return {
    form: 'binary',
    signature: bytes,
    ...proofOf({ content, signature: bytes }, separate),
  };
}

function proofOf(
  signed: { readonly content: Uint8Array; readonly signature: Uint8Array },
  { certificate, timestamp }: SeparateProof,
): ReadProof {
  return readLegacyProof(signed, { certificate: pemOf(certificate), timestamp });
}

function readDocument(
  bytes: Uint8Array,
  content: Uint8Array,
  separate: SeparateProof,
): BlobSignature {
  const read = readUnambiguous(bytes);
  if ('problem' in read) return { form: 'bundle', ...read };
  const { document } = read;
  const { mediaType, base64Signature } = document;
  if (mediaType !== undefined && base64Signature !== undefined) {
    return { form: 'bundle', problem: 'is a bundle of the older and of the newer form in one' };
  }
  if (typeof base64Signature === 'string') return readOlder(document, content, separate);
  if (typeof mediaType !== 'string' || !isBundleType(mediaType)) {
    return { form: 'bundle', problem: 'is JSON of no form that is known' };
  }
  return readBundle(document, { bytes, content });
}

function readBundle(
  document: JsonObject,
  { bytes, content }: { readonly bytes: Uint8Array; readonly content: Uint8Array },
): BlobSignature {
  const proof = bundleProof(bytes, document, { content });
  const { hasCertificate } = proof;
  if (document['dsseEnvelope'] !== undefined) {
    const problem = 'holds an attestation, and no signature of the file itself';
    return { form: 'bundle', problem, hasCertificate };
  }
  const problem = bundleProblem(document);
  if (problem !== undefined) return { form: 'bundle', problem, hasCertificate };
  const message = objectAt(document, 'messageSignature') ?? {};
  const signature = base64Of(message['signature']);
  const { algorithm, digest } = objectAt(message, 'messageDigest') ?? {};
  const hash = DIGEST_HASHES.get(algorithm);
  const named = base64Of(digest);
  if (signature !== undefined && algorithm === undefined && digest === undefined) {
    const problem =
      'has an empty message digest, as cosign 3 writes it for Ed25519 keys, and cosign does not verify it either: sign the file again with assay sign-blob, or with cosign --new-bundle-format=false';
    return { form: 'bundle', problem, hasCertificate };
  }
  if (signature === undefined || hash === undefined || named === undefined) {
    return { form: 'bundle', problem: 'has no signature over a SHA-2 digest', hasCertificate };
  }
  if (!createHash(hash).update(content).digest().equals(named)) {
    return { form: 'bundle', problem: 'is about other content', hasCertificate };
  }
  return { form: 'bundle', signature, ...proof };
}

function readOlder(
  document: JsonObject,
  content: Uint8Array,
  separate: SeparateProof,
): BlobSignature {
  const { base64Signature, cert, rekorBundle } = document;
  const signature = base64Of(base64Signature);
  if (signature === undefined) return { form: 'cosign-bundle', problem: 'is not base64' };
  const pem = pemOf(cert) || pemOf(separate.certificate);
  const proof = readLegacyProof(
    { content, signature },
    {
      certificate: pem.startsWith(PUBLIC_KEY_HEAD) ? '' : pem,
      logEntry: isJsonObject(rekorBundle) ? JSON.stringify(rekorBundle) : '',
      timestamp: separate.timestamp,
    },
  );
  return { form: 'cosign-bundle', signature, ...proof };
}

function pemOf(cert: JsonValue | undefined): string {
  if (typeof cert !== 'string') return '';
  return base64Of(cert.trim())?.toString('latin1') ?? cert;
}
