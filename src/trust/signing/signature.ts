/**
 * Signatures as they are made: what is signed, and what proves who signed it.
 *
 * Source: sigstore/protobuf-specs, `sigstore_bundle.proto` (v0.3, JSON form);
 * secure-systems-lab/dsse, `protocol.md`.
 */

import type { JsonObject } from '../../formats/text/json/json.ts';
import {
  BUNDLE_TYPE,
  keyHint,
  messageSignature,
  preAuthEncoding,
  STATEMENT_PAYLOAD_TYPE,
} from './bundle-parts.ts';
import type { CertificateIdentity } from './keyless/certificate-identity.ts';
import type { Signer } from './private-key.ts';

/** The signed content. */
export type Signable =
  /** A content as it is. */
  | { readonly kind: 'message'; readonly content: Uint8Array }
  /**
   * A statement of in-toto in an envelope; `sha256` is the digest of its subject in hexadecimal.
   */
  | { readonly kind: 'statement'; readonly payload: Uint8Array; readonly sha256: string };

/** A signature, and what proves who made it. */
export interface Signature {
  readonly signature: Uint8Array;
  /** The `verificationMaterial` of a bundle. */
  readonly material: JsonObject;
  /** Annotations beside the signature in a `.sig` tag. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Signs with a key, or for an identity. */
export interface Signatory {
  /** For people: `with team.key (ECDSA P-256)`. */
  readonly shown: string;
  /** For programs: the key, or the identity. */
  readonly data: JsonObject;
  /** The subject of its certificate; absent for a key. */
  readonly certificate?: CertificateIdentity;
  /**
   * Returns whether a signature over some bytes was made by the same key. Absent: the key is new,
   * and has signed nothing before.
   */
  readonly made?: (signed: Uint8Array, signature: Uint8Array) => boolean;
  /** Whether a `.sig` tag can contain its signatures: entries of Rekor v2 have no form there. */
  readonly isForTags: boolean;
  sign(what: Signable): Promise<Signature>;
}

/** Returns the signatory of a key. */
export function keySignatory(signer: Signer): Signatory {
  const { publicKey, name } = signer;
  const { id, algorithm } = publicKey;
  const material = { publicKey: { hint: keyHint(publicKey) } };
  return {
    shown: `with ${name} (${algorithm})`,
    data: { key: { id, algorithm } },
    isForTags: true,
    made: (signed, signature) => publicKey.verify(signed, signature),
    sign: async (what) => {
      return { signature: await signer.sign(signedBytes(what)), material, annotations: {} };
    },
  };
}

/** Returns the bytes that the signature covers. */
export function signedBytes(what: Signable): Uint8Array {
  return what.kind === 'message'
    ? what.content
    : preAuthEncoding(STATEMENT_PAYLOAD_TYPE, what.payload);
}

/** Writes a bundle of Sigstore (v0.3). */
export function writeBundle(what: Signable, { signature, material }: Signature): Buffer {
  const bundle = { mediaType: BUNDLE_TYPE, verificationMaterial: material };
  return Buffer.from(JSON.stringify({ ...bundle, ...signedPart(what, signature) }));
}

/** Returns the envelope of a statement. */
export function envelopeOf(payload: Uint8Array, signature: Uint8Array): JsonObject {
  return {
    payload: base64(payload),
    payloadType: STATEMENT_PAYLOAD_TYPE,
    signatures: [{ sig: base64(signature) }],
  };
}

function signedPart(what: Signable, signature: Uint8Array): JsonObject {
  if (what.kind === 'statement') return { dsseEnvelope: envelopeOf(what.payload, signature) };
  return { messageSignature: messageSignature(what.content, signature) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
