/**
 * Verifies bundles of Sigstore that were signed with a certificate.
 *
 * The library checks the chain of the certificate, its log (SCT), the entries and the timestamps;
 * `signed-content.ts`, `log-entry.ts` and `certificate-identity.ts` check what it leaves open. How
 * much must be there follows from the trusted root: an entry of a transparency log where it names
 * such logs, and a timestamp of a certificate log if it names such logs. A time must be proven,
 * because certificates are valid for minutes, unless the root names nothing that proves one: the
 * authority of an organization issues certificates for years, which are judged at the clock of the
 * run.
 *
 * Source: sigstore/protobuf-specs, `sigstore_bundle.proto`; the client specification of Sigstore,
 * section 4.
 */

import { createPublicKey } from 'node:crypto';
import { bundleFromJSON, type Bundle, type TransparencyLogEntry } from '@sigstore/bundle';
import { toSignedEntity, Verifier, type SignedEntity, type TrustMaterial } from '@sigstore/verify';

import {
  isJsonObject,
  readJson,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { isBundleType } from '../bundle-parts.ts';
import type { ProofDemands } from '../judgment.ts';
import type { PublicKey } from '../public-key.ts';
import { bundleProblem, NO_LOG_ENTRY, NO_TIME } from './bundle-problem.ts';
import { readCertificateIdentity, type CertificateIdentity } from './certificate-identity.ts';
import { logEntryProblem } from './log-entry.ts';
import { signedContentOf, type Subject } from './signed-content.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** The signer and the times of a signature. */
export interface VerifiedSigner extends CertificateIdentity {
  /**
   * Times that a log or a timestamp proves, in milliseconds since the Unix epoch, ascending; empty
   * if the root names nothing that proves one.
   */
  readonly times: readonly number[];
}

/** The result of verifying a bundle. */
export type BundleVerification =
  | { readonly signer: VerifiedSigner }
  | { readonly problem: string; readonly isWithoutCertificate?: true };

const BASE64 = /^(?:[A-Za-z0-9+/]*|[\w-]*)={0,2}$/u;
const BUNDLE_V02 = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
const BUNDLE_V03 = /[.=]v?0\.3(?:\+json)?$/u;
const CHAIN_IN_V03 =
  'has a chain of certificates, where a bundle of v0.3 has one certificate (accepted with --allow-certificate-chain)';
const UNREADABLE_TIME =
  'has a timestamp whose time cannot be read (only fractions of a second with three digits can)';
/** A signature has one entry and one timestamp, seldom two. */
const MAX_ENTRIES = 16;

/** How a bundle is verified. */
export interface VerifyOptions {
  /**
   * The clock of the run, for roots that name nothing that proves a time, in milliseconds since the
   * Unix epoch. Absent: a time must be proven.
   */
  readonly now?: number;
  readonly demands?: ProofDemands;
}

/** Verifies a bundle about a subject. It never throws: what cannot be read does not verify. */
export function verifyCertificateBundle(
  bytes: Uint8Array,
  subject: Subject,
  { material }: TrustedRoot,
  { now, demands = {} }: VerifyOptions = {},
): BundleVerification {
  try {
    const bundle = readBundle(bytes, demands);
    if (typeof bundle === 'string') return { problem: bundle };
    return verify(bundle, { subject, now, demands }, material);
  } catch (error) {
    return { problem: bundleProblem(error) };
  }
}

/**
 * Returns the times that logs and timestamps prove for a signature of a key, in milliseconds since
 * the Unix epoch, ascending. The list is empty if none is proven.
 */
export function provenKeyTimes(
  { bundle: bytes, subject }: { readonly bundle: Uint8Array; readonly subject: Subject },
  { der }: PublicKey,
  { material }: TrustedRoot,
): readonly number[] {
  try {
    const bundle = readBundle(bytes);
    if (typeof bundle === 'string') return [];
    const entity = signedEntityOf(bundle, { subject, verifier: der, root: material });
    if (typeof entity === 'string') return [];
    verifyWithKey(entity, {
      der,
      material,
      thresholds: { tlogThreshold: 0, timestampThreshold: 1 },
    });
    return timesOf(entity);
  } catch {
    return [];
  }
}

/** A key whose signature needs a proof, and the root that confirms it. */
export interface KeyProofRules {
  readonly publicKey: PublicKey;
  readonly root: TrustedRoot;
  readonly demands: ProofDemands;
}

/**
 * Returns the times that are proven for a signature of a key, ascending, or a predicate where what
 * the root names is missing: an entry of its logs, or a time. `proof` is absent if nothing lies
 * beside the signature.
 */
export function keyProof(
  proof: { readonly bundle: Uint8Array; readonly subject: Subject } | undefined,
  { publicKey: { der }, root: { material }, demands }: KeyProofRules,
): { readonly times: readonly number[] } | { readonly problem: string } {
  const needsLog = demands.keysNeedRoot === true && material.tlogs.length > 0;
  const needsTime = needsLog || demands.needsTimestamp === true;
  if (proof === undefined) {
    if (needsLog) return { problem: NO_LOG_ENTRY };
    return needsTime ? { problem: NO_TIME } : { times: [] };
  }
  try {
    const bundle = readBundle(proof.bundle, demands);
    if (typeof bundle === 'string') return { problem: bundle };
    const entity = signedEntityOf(bundle, {
      subject: proof.subject,
      verifier: der,
      root: material,
    });
    if (typeof entity === 'string') return { problem: entity };
    const problem = timeProblem(entity, demands);
    if (problem !== undefined) return { problem };
    const thresholds = { tlogThreshold: needsLog ? 1 : 0, timestampThreshold: needsTime ? 1 : 0 };
    verifyWithKey(entity, { der, material, thresholds });
    return { times: timesOf(entity) };
  } catch (error) {
    return { problem: bundleProblem(error) };
  }
}

function verifyWithKey(
  entity: SignedEntity,
  {
    der,
    material,
    thresholds,
  }: {
    readonly der: Uint8Array;
    readonly material: TrustMaterial;
    readonly thresholds: { readonly tlogThreshold: number; readonly timestampThreshold: number };
  },
): void {
  const key = {
    publicKey: createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }),
  };
  new Verifier(
    {
      ...validAt(material, timesOf(entity)),
      publicKey: () => ({ ...key, validFor: () => true }),
    },
    { ...thresholds, ctlogThreshold: 0 },
  ).verify({ ...entity, key: { $case: 'public-key', hint: '' } });
}

function readBundle(
  bytes: Uint8Array,
  { allowsChain = false }: ProofDemands = {},
): Bundle | string {
  const json = readJson('bundle', bytes);
  const { mediaType } = json;
  if (typeof mediaType !== 'string' || !isBundleType(mediaType)) {
    return 'is a bundle of a version that is not known';
  }
  if (!signedTexts(json).every((text) => typeof text === 'string' && BASE64.test(text))) {
    return 'has a signature, a digest or a payload that is not base64';
  }
  const { verificationMaterial: material } = json;
  const hasChain = isJsonObject(material) && isJsonObject(material['x509CertificateChain']);
  if (!hasChain || !BUNDLE_V03.test(mediaType)) return bundleFromJSON(json);
  if (!allowsChain) return CHAIN_IN_V03;
  // v0.2 has the same fields as v0.3, and a chain.
  return bundleFromJSON({ ...json, mediaType: BUNDLE_V02 });
}

/** Returns the signed texts and signatures, which the library decodes in any notation. */
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

function verify(
  bundle: Bundle,
  {
    subject,
    now,
    demands,
  }: {
    readonly subject: Subject;
    readonly now: number | undefined;
    readonly demands: ProofDemands;
  },
  root: TrustMaterial,
): BundleVerification {
  const certificate = certificateOf(bundle);
  if (certificate === undefined) {
    return { problem: 'was signed with a key, and has no certificate', isWithoutCertificate: true };
  }
  const identity = readCertificateIdentity(certificate);
  if (typeof identity === 'string') return { problem: identity };
  const entity = signedEntityOf(bundle, { subject, verifier: certificate, root });
  if (typeof entity === 'string') return { problem: entity };
  const problem = timeProblem(entity, demands);
  if (problem !== undefined) return { problem };
  const times = timesOf(entity);
  const canStamp = root.timestampAuthorities.length > 0 && !isLeftToClock(root, demands);
  const canProve = root.tlogs.length > 0 || canStamp;
  const verified = canProve || now === undefined ? entity : { ...entity, timestamps: clock(now) };
  try {
    new Verifier(validAt(root, times), {
      tlogThreshold: root.tlogs.length > 0 ? 1 : 0,
      ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
      timestampThreshold: 1,
    }).verify(verified);
  } catch (error) {
    const reason = bundleProblem(error, verified);
    if (canProve || times.length === 0) return { problem: reason };
    return { problem: `${reason} (a timestamp counts with --use-signed-timestamps)` };
  }
  return { signer: { ...identity, times: canProve ? times : [] } };
}

/**
 * Returns why the times beside a signature are not those that are needed, as a predicate. An entry
 * of Rekor v1 has a time of its own, which its promise of inclusion signs; a timestamp stands in
 * for it only if timestamps are demanded.
 */
function timeProblem(
  { timestamps, tlogEntries }: SignedEntity,
  { needsTimestamp = false }: ProofDemands,
): string | undefined {
  const hasStamp = timestamps.some(({ $case }) => $case === 'timestamp-authority');
  if (needsTimestamp) {
    return hasStamp ? undefined : 'has no timestamp, and --use-signed-timestamps demands one';
  }
  const isUnpromised = tlogEntries.some(
    (entry) => !isRekor2(entry) && entry.inclusionPromise === undefined,
  );
  return isUnpromised
    ? 'has a log entry that proves no time: its promise of inclusion is missing (a timestamp counts with --use-signed-timestamps)'
    : undefined;
}

function isLeftToClock(
  { tlogs }: TrustMaterial,
  { prefersClock = false, needsTimestamp = false }: ProofDemands,
): boolean {
  return prefersClock && !needsTimestamp && tlogs.length === 0;
}

function isRekor2({
  kindVersion: { kind, version },
}: SignedEntity['tlogEntries'][number]): boolean {
  return version === '0.0.2' && kind !== 'intoto';
}

/**
 * Returns what the library verifies, or a predicate where a part is not acceptable. `verifier` is a
 * certificate or key in DER. Timestamps are left out if the root names no authority for them, and
 * entries if it names no log: they prove nothing then, and a bundle without them is as good.
 */
function signedEntityOf(
  bundle: Bundle,
  {
    subject,
    verifier,
    root,
  }: {
    readonly subject: Subject;
    readonly verifier: Uint8Array;
    readonly root: TrustMaterial;
  },
): SignedEntity | string {
  const { timestampVerificationData } = bundle.verificationMaterial;
  const tlogEntries = root.tlogs.length > 0 ? bundle.verificationMaterial.tlogEntries : [];
  const stamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  if (tlogEntries.length > MAX_ENTRIES || stamps.length > MAX_ENTRIES) {
    return `has more than ${MAX_ENTRIES} log entries or timestamps`;
  }
  const signature = signedContentOf(bundle, subject);
  if (typeof signature === 'string') return signature;
  for (const entry of tlogEntries) {
    const problem = logEntryProblem(entry, verifier);
    if (problem !== undefined) return problem;
  }
  const content = 'content' in subject ? Buffer.from(subject.content) : undefined;
  const entity = toSignedEntity(bundle, content);
  const timestamps = entity.timestamps.filter(({ $case }) =>
    $case === 'transparency-log' ? root.tlogs.length > 0 : root.timestampAuthorities.length > 0,
  );
  if (!timestamps.every(hasReadableTime)) return UNREADABLE_TIME;
  return { ...entity, tlogEntries, timestamps, signature };
}

/**
 * The library reads fractions of a second with three digits or none, where RFC 3161 allows any
 * number of digits.
 */
function hasReadableTime(stamp: SignedEntity['timestamps'][number]): boolean {
  if (stamp.$case === 'transparency-log') return true;
  try {
    return !Number.isNaN(stamp.timestamp.signingTime.getTime());
  } catch {
    return false;
  }
}

/**
 * Returns the clock of the run as a time. The library takes the time of an entry that promises
 * inclusion, and checks entries elsewhere.
 */
function clock(now: number): SignedEntity['timestamps'] {
  const tlogEntry = {
    integratedTime: String(Math.floor(now / 1000)),
    inclusionPromise: { signedEntryTimestamp: Buffer.alloc(0) },
    logId: { keyId: Buffer.alloc(0) },
  };
  return [{ $case: 'transparency-log', tlogEntry: tlogEntry as TransparencyLogEntry }];
}

function certificateOf({ verificationMaterial: { content } }: Bundle): Buffer | undefined {
  if (content.$case === 'certificate') return Buffer.from(content.certificate.rawBytes);
  if (content.$case !== 'x509CertificateChain') return undefined;
  const [leaf] = content.x509CertificateChain.certificates;
  return leaf === undefined ? undefined : Buffer.from(leaf.rawBytes);
}

/**
 * Returns the times that count as proven once the bundle verifies; an entry without an inclusion
 * promise proves none.
 */
function timesOf({ timestamps }: SignedEntity): readonly number[] {
  const times = timestamps.flatMap((stamp) => {
    if (stamp.$case === 'timestamp-authority') return stamp.timestamp.signingTime.getTime();
    const { inclusionPromise, integratedTime } = stamp.tlogEntry;
    return inclusionPromise === undefined ? [] : Number(integratedTime) * 1000;
  });
  return times.sort((one, other) => one - other);
}

/**
 * Returns the root without the logs whose keys were not valid at the times; the library looks at
 * that only for inclusion promises.
 */
function validAt(root: TrustMaterial, times: readonly number[]): TrustMaterial {
  const tlogs = root.tlogs.filter(({ validFor: { start, end } }) =>
    times.every((time) => start.getTime() <= time && time <= end.getTime()),
  );
  return { ...root, tlogs };
}
