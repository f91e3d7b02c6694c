/**
 * Signatures of files, told apart by their form: base64 as cosign writes it, the bundle of Sigstore, the older bundle of
 * cosign, minisign, and the signature alone in binary.
 *
 * Source: sigstore/protobuf-specs, `sigstore_bundle.proto` (v0.1 to v0.3, JSON form); sigstore/cosign, `pkg/cosign/fetch.go`
 * (`LocalSignedPayload`). Keyless signatures are recognized and not verified here.
 */

import { createHash } from 'node:crypto';

import { readJsonDocument, type JsonObject } from '../format/json.ts';
import { base64Of, isBundleType, objectAt } from './bundle-parts.ts';
import { isMinisign, readMinisign, type MinisignSignature } from './minisign.ts';

/** Largest file with a signature; certificates and log entries take some kilobytes. */
export const MAX_SIGNATURE_BYTES = 16 * 1024 * 1024;

/** How a signature is written. */
export type BlobForm = 'base64' | 'bundle' | 'cosign-bundle' | 'minisign' | 'binary';

/** A signature that was read: something to verify, or the reason why it counts for nothing. */
export type BlobSignature = { readonly form: BlobForm } & (
  | { readonly signature: Uint8Array; readonly digest?: Uint8Array }
  | { readonly minisign: MinisignSignature }
  | { readonly problem: string }
);

/** Reads a signature. Never throws: what cannot be read is a problem. */
export function readBlobSignature(bytes: Uint8Array): BlobSignature {
  const text = Buffer.from(bytes).toString('utf8');
  if (isMinisign(text)) {
    const minisign = readMinisign(text);
    if (typeof minisign === 'string') return { form: 'minisign', problem: minisign };
    return { form: 'minisign', minisign };
  }
  if (text.trimStart().startsWith('{')) return readDocument(bytes);
  // openssl and base64 write lines; cosign reads them as well.
  const signature = base64Of(text.replaceAll(/\s+/gu, ''));
  if (signature !== undefined) return { form: 'base64', signature };
  if (bytes.length === 0) return { form: 'binary', problem: 'is empty' };
  return { form: 'binary', signature: bytes };
}

/** SHA-256 of a content. */
export function sha256(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

function readDocument(bytes: Uint8Array): BlobSignature {
  let document: JsonObject;
  try {
    const { root, duplicateKeys } = readJsonDocument('signature', bytes);
    const [twice] = duplicateKeys;
    // Other programs take the first value, or the last one.
    if (twice !== undefined) return { form: 'bundle', problem: `has the key "${twice.key}" twice` };
    document = root;
  } catch {
    return { form: 'bundle', problem: 'is not JSON' };
  }
  const { mediaType, base64Signature } = document;
  if (mediaType !== undefined && base64Signature !== undefined) {
    return { form: 'bundle', problem: 'is a bundle of the older and of the newer form in one' };
  }
  if (typeof base64Signature === 'string') return readOlder(document, base64Signature);
  if (typeof mediaType !== 'string' || !isBundleType(mediaType)) {
    return { form: 'bundle', problem: 'is JSON of no form that is known' };
  }
  return readBundle(document);
}

function readBundle(document: JsonObject): BlobSignature {
  const material = objectAt(document, 'verificationMaterial') ?? {};
  if (material['certificate'] !== undefined || material['x509CertificateChain'] !== undefined) {
    return { form: 'bundle', problem: KEYLESS };
  }
  if (document['dsseEnvelope'] !== undefined) {
    return { form: 'bundle', problem: 'holds an attestation, and no signature of the file itself' };
  }
  const message = objectAt(document, 'messageSignature') ?? {};
  const signature = base64Of(message['signature']);
  const { algorithm, digest } = objectAt(message, 'messageDigest') ?? {};
  const expected = base64Of(digest);
  if (signature === undefined || algorithm !== 'SHA2_256' || expected?.length !== 32) {
    return { form: 'bundle', problem: 'has no signature over a SHA-256 digest' };
  }
  return { form: 'bundle', signature, digest: expected };
}

const KEYLESS = 'is keyless, and only signatures with keys are verified here';

function readOlder({ cert }: JsonObject, text: string): BlobSignature {
  const signature = base64Of(text);
  if (typeof cert === 'string' && cert !== '') return { form: 'cosign-bundle', problem: KEYLESS };
  if (signature === undefined) return { form: 'cosign-bundle', problem: 'is not base64' };
  return { form: 'cosign-bundle', signature };
}
