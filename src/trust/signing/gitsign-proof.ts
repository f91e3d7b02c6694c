/**
 * The content of a gitsign signature, rewritten as a Sigstore bundle (v0.3), so that one verifier
 * reads all forms.
 *
 * Source: sigstore/gitsign, `docs/verification.md` ("Offline Verification"); sigstore/rekor,
 * `docs/oid-info.md` (1.3.6.1.4.1.57264.3.1: a `TransparencyLogEntry` in an octet string);
 * sigstore/protobuf-specs, `sigstore_rekor.proto`. gitsign signs the signed attributes of a CMS,
 * logs that signature, and stores the entry without its body as an attribute that is not signed.
 * The body is written anew from the signature, so that an entry can stand for no other one.
 * Timestamps are not read.
 */

import { ParseError } from '../../core/base/errors.ts';
import type { DetachedSignature } from '../../formats/crypto/asn1/detached-signature.ts';
import { DER_TAG } from '../../formats/crypto/asn1/der.ts';
import type { JsonObject } from '../../formats/text/json/json.ts';
import { ProtobufMessage } from '../../formats/bytes/protobuf.ts';
import { BUNDLE_TYPE, messageSignature } from './bundle-parts.ts';
import { HASHED_RECORD, hashedRecord } from './keyless/hashed-record.ts';
import type { SignatureProof } from './signature-proof.ts';

const LOG_ENTRY = '1.3.6.1.4.1.57264.3.1';
/** Numbers of the fields of each message. */
const ENTRY = { logIndex: 1, logId: 2, kindVersion: 3, time: 4, promise: 5, proof: 6 } as const;
const LOG_ID = { keyId: 1 } as const;
const KIND_VERSION = { kind: 1, version: 2 } as const;
const PROMISE = { timestamp: 1 } as const;
const PROOF = { logIndex: 1, rootHash: 2, treeSize: 3, hashes: 4, checkpoint: 5 } as const;
const CHECKPOINT = { envelope: 1 } as const;

/** Reads the proof of a signature that its certificate made. */
export function readGitsignProof(signed: DetachedSignature): SignatureProof {
  const attribute = signed.unsignedAttributes.get(LOG_ENTRY);
  if (attribute === undefined) {
    return {
      problem:
        'has no entry of a log: gitsign stores it in offline mode only (git config gitsign.rekorMode offline)',
    };
  }
  if (attribute.tag !== DER_TAG.octetString) return { problem: UNREADABLE };
  try {
    const entry = readEntry(new ProtobufMessage('log entry', attribute.content));
    return typeof entry === 'string' ? { problem: entry } : bundleOf(signed, entry);
  } catch (error) {
    if (error instanceof ParseError) return { problem: UNREADABLE };
    throw error;
  }
}

const UNREADABLE = 'has a log entry that cannot be read';

function bundleOf(
  { certificate, signature, signedAttributes }: DetachedSignature,
  entry: JsonObject,
): SignatureProof {
  const { raw } = certificate;
  const body = JSON.stringify(hashedRecord(signedAttributes, { signature, certificate: raw }));
  const bundle = {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: {
      certificate: { rawBytes: base64(raw) },
      tlogEntries: [{ ...entry, canonicalizedBody: base64(Buffer.from(body)) }],
    },
    messageSignature: messageSignature(signedAttributes, signature),
  };
  return { bundle: Buffer.from(JSON.stringify(bundle)), subject: { content: signedAttributes } };
}

/**
 * Returns the entry in the JSON form of bundles, without its body, or a predicate that says why it
 * proves nothing.
 */
function readEntry(entry: ProtobufMessage): JsonObject | string {
  const kind = entry.message(ENTRY.kindVersion)?.text(KIND_VERSION.kind);
  const version = entry.message(ENTRY.kindVersion)?.text(KIND_VERSION.version);
  if (kind !== HASHED_RECORD.kind || version !== HASHED_RECORD.apiVersion) {
    return 'has a log entry of a kind that is not accepted';
  }
  const promise = entry.message(ENTRY.promise)?.bytes(PROMISE.timestamp) ?? new Uint8Array();
  if (promise.length === 0) {
    return 'has a log entry without a promise of inclusion, which alone proves the time';
  }
  const proof = entry.message(ENTRY.proof);
  const checkpoint = proof?.message(PROOF.checkpoint)?.text(CHECKPOINT.envelope);
  if (proof === undefined || checkpoint === undefined) {
    return 'has a log entry without a proof of inclusion, which gitsign requires';
  }
  return {
    logIndex: String(entry.count(ENTRY.logIndex)),
    logId: {
      keyId: base64(entry.message(ENTRY.logId)?.bytes(LOG_ID.keyId) ?? new Uint8Array()),
    },
    kindVersion: { kind, version },
    integratedTime: String(entry.count(ENTRY.time)),
    inclusionPromise: { signedEntryTimestamp: base64(promise) },
    inclusionProof: {
      logIndex: String(proof.count(PROOF.logIndex)),
      rootHash: base64(proof.bytes(PROOF.rootHash)),
      treeSize: String(proof.count(PROOF.treeSize)),
      hashes: proof.list(PROOF.hashes).map(base64),
      checkpoint: { envelope: checkpoint },
    },
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
