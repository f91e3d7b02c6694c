/**
 * Verifies bundles of Sigstore that were signed with a certificate.
 *
 * The library checks the chain of the certificate, its log (SCT), the entries and the timestamps; `signed-content.ts`,
 * `log-entry.ts` and `certificate-identity.ts` check what it leaves open. How much must be there follows from the trusted root: an entry of a
 * transparency log where it names such logs, and a timestamp of a certificate log likewise. A time that is proven must
 * always be there, because certificates are valid for minutes.
 *
 * Source: sigstore/protobuf-specs, `sigstore_bundle.proto`; the client specification of Sigstore, section 4.
 */

import { bundleFromJSON, type Bundle } from '@sigstore/bundle';
import {
  toSignedEntity,
  VerificationError,
  Verifier,
  type SignedEntity,
  type TrustMaterial,
} from '@sigstore/verify';

import {
  isJsonObject,
  readJson,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../../format/json.ts';
import { isBundleType } from '../bundle-parts.ts';
import { readCertificateIdentity, type CertificateIdentity } from './certificate-identity.ts';
import { logEntryProblem } from './log-entry.ts';
import { signedContentOf, type Subject } from './signed-content.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** Who signed, and when. */
export interface VerifiedSigner extends CertificateIdentity {
  /** Times that a log or a timestamp proves, in milliseconds since the Unix epoch, ascending; never empty. */
  readonly times: readonly number[];
}

/** What the verification of a bundle found. */
export type BundleVerification =
  | { readonly signer: VerifiedSigner }
  | { readonly problem: string; readonly isWithoutCertificate?: true };

const BASE64 = /^(?:[A-Za-z0-9+/]*|[\w-]*)={0,2}$/u;
/** A signature has one entry and one timestamp, seldom two. */
const MAX_ENTRIES = 16;

/** Verifies a bundle about a subject. Never throws: what cannot be read does not verify. */
export function verifyCertificateBundle(
  bytes: Uint8Array,
  subject: Subject,
  { material }: TrustedRoot,
): BundleVerification {
  try {
    const bundle = readBundle(bytes);
    if (typeof bundle === 'string') return { problem: bundle };
    return verify(bundle, subject, material);
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

function readBundle(bytes: Uint8Array): Bundle | string {
  const json = readJson('bundle', bytes);
  const { mediaType } = json;
  if (typeof mediaType !== 'string' || !isBundleType(mediaType)) {
    return 'is a bundle of a version that is not known';
  }
  if (!signedTexts(json).every((text) => typeof text === 'string' && BASE64.test(text))) {
    return 'has a signature, a digest or a payload that is not base64';
  }
  return bundleFromJSON(json);
}

/** What is signed and signs, which the library decodes whatever it is written like. */
function signedTexts({ messageSignature, dsseEnvelope }: JsonObject): readonly unknown[] {
  const texts: unknown[] = [];
  if (isJsonObject(messageSignature)) {
    const { signature, messageDigest } = messageSignature;
    texts.push(signature, isJsonObject(messageDigest) ? messageDigest['digest'] : undefined);
  }
  if (isJsonObject(dsseEnvelope)) {
    const { payload, signatures } = dsseEnvelope;
    const list: readonly JsonValue[] = Array.isArray(signatures) ? (signatures as JsonArray) : [];
    texts.push(payload, ...list.map((one) => (isJsonObject(one) ? one['sig'] : undefined)));
  }
  return texts;
}

function verify(bundle: Bundle, subject: Subject, root: TrustMaterial): BundleVerification {
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const stamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  if (tlogEntries.length > MAX_ENTRIES || stamps.length > MAX_ENTRIES) {
    return { problem: `has more than ${MAX_ENTRIES} log entries or timestamps` };
  }
  const certificate = certificateOf(bundle);
  if (certificate === undefined) {
    return { problem: 'was signed with a key, and has no certificate', isWithoutCertificate: true };
  }
  const identity = readCertificateIdentity(certificate);
  if (typeof identity === 'string') return { problem: identity };
  const signature = signedContentOf(bundle, subject);
  if (typeof signature === 'string') return { problem: signature };
  for (const entry of tlogEntries) {
    const problem = logEntryProblem(entry, certificate);
    if (problem !== undefined) return { problem };
  }
  const content = 'content' in subject ? Buffer.from(subject.content) : undefined;
  const entity: SignedEntity = { ...toSignedEntity(bundle, content), signature };
  const times = timesOf(entity);
  new Verifier(validAt(root, times), {
    tlogThreshold: root.tlogs.length > 0 ? 1 : 0,
    ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
    timestampThreshold: 1,
  }).verify(entity);
  return { signer: { ...identity, times } };
}

function certificateOf({ verificationMaterial: { content } }: Bundle): Buffer | undefined {
  if (content.$case === 'certificate') return Buffer.from(content.certificate.rawBytes);
  if (content.$case !== 'x509CertificateChain') return undefined;
  const [leaf] = content.x509CertificateChain.certificates;
  return leaf === undefined ? undefined : Buffer.from(leaf.rawBytes);
}

/** The times that count as proven once the bundle verifies; an entry without an inclusion promise proves none. */
function timesOf({ timestamps }: SignedEntity): readonly number[] {
  const times = timestamps.flatMap((stamp) => {
    if (stamp.$case === 'timestamp-authority') return stamp.timestamp.signingTime.getTime();
    const { inclusionPromise, integratedTime } = stamp.tlogEntry;
    return inclusionPromise === undefined ? [] : Number(integratedTime) * 1000;
  });
  return times.sort((one, other) => one - other);
}

/** The root without the logs whose keys were not valid at the times; the library looks at that only for inclusion promises. */
function validAt(root: TrustMaterial, times: readonly number[]): TrustMaterial {
  const tlogs = root.tlogs.filter(({ validFor: { start, end } }) =>
    times.every((time) => start.getTime() <= time && time <= end.getTime()),
  );
  return { ...root, tlogs };
}

const REASONS: Readonly<Record<string, string>> = {
  CERTIFICATE_ERROR: 'has a certificate that the trusted root does not confirm for that time',
  SIGNATURE_ERROR: 'was made over other content, or not by the holder of its certificate',
  TIMESTAMP_ERROR: 'has no time that the trusted root confirms',
  TLOG_BODY_ERROR: 'has a log entry that is about another signature',
  TLOG_ERROR: 'has no entry of a transparency log',
  TLOG_INCLUSION_PROMISE_ERROR: 'has a log entry that no log of the trusted root confirms',
  TLOG_INCLUSION_PROOF_ERROR: 'has a log entry whose proof of inclusion does not hold',
  TLOG_MISSING_INCLUSION_ERROR: 'has a log entry without a proof of inclusion',
};

function problemOf(error: unknown): string {
  const reason = error instanceof VerificationError ? REASONS[error.code] : undefined;
  return reason ?? 'is not a bundle that can be read';
}
