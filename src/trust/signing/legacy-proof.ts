/**
 * The proof beside a signature in the older forms of cosign, rewritten as a Sigstore bundle (v0.1),
 * so that one verifier reads all forms.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md` (annotations) and
 * `pkg/cosign/bundle/rekor.go`, `rfc3161.go` (`RekorBundle`, `RFC3161Timestamp`);
 * sigstore/protobuf-specs, `sigstore_bundle.proto`. The chain beside a certificate is not read:
 * certificates between signer and authority are those of the trusted root.
 */

import { X509Certificate } from 'node:crypto';

import {
  isJsonObject,
  readJson,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import { base64Of, messageSignature } from './bundle-parts.ts';
import type { ReadProof } from './signature-proof.ts';

/** The unverified proof beside a signature. Empty texts count as absent. */
export interface LegacyProof {
  /** A certificate as PEM. */
  readonly certificate?: string | undefined;
  /** The entry of a transparency log: a `RekorBundle` as JSON. */
  readonly logEntry?: string | undefined;
  /** A timestamp: an `RFC3161Timestamp` as JSON. */
  readonly timestamp?: string | undefined;
}

const BUNDLE_V01 = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
const LOG_ID = /^[0-9a-f]{64}$/u;

/** The signed content of a signature in an older form. */
export type LegacySigned =
  | { readonly content: Uint8Array; readonly signature: Uint8Array }
  /** A statement in an envelope; `sha256` is the digest of its subject in hexadecimal. */
  | { readonly envelope: JsonObject; readonly sha256: string };

/** Reads what lies beside a signature. */
export function readLegacyProof(signed: LegacySigned, legacy: LegacyProof): ReadProof {
  const { certificate = '', logEntry = '', timestamp = '' } = legacy;
  const hasCertificate = certificate !== '';
  if (!hasCertificate && logEntry === '' && timestamp === '') return { hasCertificate };
  try {
    const bundle = {
      mediaType: BUNDLE_V01,
      verificationMaterial: {
        ...signerOf(certificate),
        tlogEntries: logEntry === '' ? [] : [entryOf(parsed(logEntry))],
        timestampVerificationData: {
          rfc3161Timestamps: timestamp === '' ? [] : [stampOf(parsed(timestamp))],
        },
      },
      ...signedPart(signed),
    };
    const subject = 'content' in signed ? { content: signed.content } : { sha256: signed.sha256 };
    const proof = { bundle: Buffer.from(JSON.stringify(bundle)), subject };
    return { hasCertificate, proof };
  } catch (error) {
    if (!(error instanceof UnreadableProof)) throw error;
    return { hasCertificate, proof: { problem: error.message } };
  }
}

function signedPart(signed: LegacySigned): JsonObject {
  if ('envelope' in signed) return { dsseEnvelope: signed.envelope };
  return { messageSignature: messageSignature(signed.content, signed.signature) };
}

/** A part that cannot be read; the message is a predicate. */
class UnreadableProof extends Error {}

function signerOf(pem: string): JsonObject {
  if (pem === '') return { publicKey: { hint: '' } };
  try {
    const rawBytes = new X509Certificate(pem).raw.toString('base64');
    return { x509CertificateChain: { certificates: [{ rawBytes }] } };
  } catch {
    throw new UnreadableProof('has a certificate that cannot be read');
  }
}

function entryOf(bundle: JsonObject | undefined): JsonObject {
  const problem = new UnreadableProof('has a log entry that cannot be read');
  const { SignedEntryTimestamp: promise, Payload: payload } = bundle ?? {};
  if (!isJsonObject(payload) || base64Of(promise) === undefined) throw problem;
  const { body, integratedTime, logIndex, logID } = payload;
  const document = base64Of(body);
  const { kind, apiVersion } = (document && parsed(document.toString('utf8'))) ?? {};
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') throw problem;
  if (typeof logID !== 'string' || !LOG_ID.test(logID)) throw problem;
  return {
    logIndex: numberText(logIndex, problem),
    logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: numberText(integratedTime, problem),
    inclusionPromise: { signedEntryTimestamp: promise ?? null },
    canonicalizedBody: body ?? null,
  };
}

function numberText(value: JsonValue | undefined, problem: UnreadableProof): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  throw problem;
}

function stampOf(document: JsonObject | undefined): JsonObject {
  const signedTimestamp = document?.['SignedRFC3161Timestamp'];
  if (signedTimestamp !== undefined && base64Of(signedTimestamp) !== undefined) {
    return { signedTimestamp };
  }
  throw new UnreadableProof('has a timestamp that cannot be read');
}

function parsed(text: string): JsonObject | undefined {
  try {
    return readJson('signature', Buffer.from(text));
  } catch {
    return undefined;
  }
}
