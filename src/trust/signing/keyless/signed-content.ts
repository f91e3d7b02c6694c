/**
 * The signed content of a bundle, compared with the verified content.
 *
 * The library's own checks leave three things open, which are closed here: it does not compare the
 * digest of a message with the artifact, it cannot verify messages that Ed25519 signed, and it
 * knows entries of the log about an envelope only by the digest of the payload, where Rekor v2
 * records the digest of what was signed (the pre-authentication encoding).
 *
 * Source: secure-systems-lab/dsse, `protocol.md`; in-toto/attestation, `spec/v1/statement.md`;
 * sigstore/rekor-tiles, `docs/openapi` (`hashedRekordRequestV002`).
 */

import { createHash, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import type { SignedEntity } from '@sigstore/verify';

import {
  isJsonObject,
  readJson,
  type JsonArray,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { isStatementType, preAuthEncoding, STATEMENT_PAYLOAD_TYPE } from '../bundle-parts.ts';
import { publicKeyOf } from '../public-key.ts';

/** The library's interface of a signed content. */
export type SignatureContent = SignedEntity['signature'];

/**
 * The verified content: a content, or the digest of a subject that only attestations can be about,
 * in hexadecimal.
 */
export type Subject =
  { readonly content: Uint8Array } | { readonly sha256: string } | { readonly sha512: string };

const HASHES = new Map<HashAlgorithm, string>([
  [HashAlgorithm.SHA2_256, 'sha256'],
  [HashAlgorithm.SHA2_384, 'sha384'],
  [HashAlgorithm.SHA2_512, 'sha512'],
]);

/** Returns what was signed, or a predicate where it is not the subject. */
export function signedContentOf(
  { content: signed }: Bundle,
  subject: Subject,
): SignatureContent | string {
  if (signed.$case === 'messageSignature') {
    if (!('content' in subject)) return 'signs a content, and says nothing of the digest';
    const { messageDigest, signature } = signed.messageSignature;
    const hash = HASHES.get(messageDigest.algorithm);
    if (hash === undefined) return 'names a digest of a kind that is not accepted';
    const digest = digestOf(hash, subject.content);
    if (!isEqual(digest, messageDigest.digest)) return 'is about other content';
    return contentOf(subject.content, signature, [digest]);
  }
  const { payload, payloadType, signatures } = signed.dsseEnvelope;
  const [first, second] = signatures;
  if (first === undefined || second !== undefined) return 'has not exactly one signature';
  if (payloadType !== STATEMENT_PAYLOAD_TYPE)
    return 'holds something else than a statement of in-toto';
  const problem = statementProblem(payload, subject);
  if (problem !== undefined) return problem;
  const encoded = preAuthEncoding(payloadType, payload);
  return contentOf(encoded, first.sig, [digestOf('sha256', payload), digestOf('sha256', encoded)]);
}

function contentOf(
  signed: Uint8Array,
  signature: Buffer,
  logged: readonly Buffer[],
): SignatureContent {
  return {
    signature,
    compareSignature: (other) => isEqual(signature, other),
    compareDigest: (digest) => logged.some((one) => isEqual(one, digest)),
    verifySignature: (key: KeyObject) => publicKeyOf(key, 'certificate').verify(signed, signature),
  };
}

function statementProblem(payload: Uint8Array, subject: Subject): string | undefined {
  let type: JsonValue | undefined;
  let subjects: JsonValue | undefined;
  try {
    ({ _type: type, subject: subjects } = readJson('statement', payload));
  } catch {
    return 'holds a statement that is not JSON';
  }
  if (!isStatementType(type) || !Array.isArray(subjects)) {
    return 'holds a statement of no form that is known';
  }
  const isAbout = (subjects as JsonArray).some(
    (one) => isJsonObject(one) && isSubject(one['digest'], subject),
  );
  return isAbout ? undefined : 'is about something else: no subject has this digest';
}

/**
 * Every digest of a kind that is known must be the subject's: another tool may look at any of them.
 */
function isSubject(digests: JsonValue | undefined, subject: Subject): boolean {
  if (!isJsonObject(digests)) return false;
  const named = knownDigests(subject).filter(([hash]) => digests[hash] !== undefined);
  return (
    named.length > 0 && named.every(([hash, digest]) => digests[hash] === digest().toString('hex'))
  );
}

/** The digests of a subject that are known, by their names. */
function knownDigests(subject: Subject): readonly (readonly [string, () => Buffer])[] {
  if ('sha256' in subject) return [['sha256', () => Buffer.from(subject.sha256, 'hex')]];
  if ('sha512' in subject) return [['sha512', () => Buffer.from(subject.sha512, 'hex')]];
  return [...HASHES.values()].map((hash) => [hash, () => digestOf(hash, subject.content)]);
}

function digestOf(hash: string, content: Uint8Array): Buffer {
  return createHash(hash).update(content).digest();
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
